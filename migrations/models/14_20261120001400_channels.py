"""Ways to reach people beyond the inbox, what was sent over them, and the hours in which nothing is."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "users" ADD "quiet_hours" JSONB;
CREATE TABLE "notification_channels" (
    "id" UUID NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "target" TEXT,
    "secret" TEXT,
    "events" TEXT[] NOT NULL,
    "enabled" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "user_id" UUID NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_notificatio_user_id_f90a9a" ON "notification_channels" ("user_id", "created_at");
COMMENT ON COLUMN "notification_channels"."kind" IS 'how it is sent';
COMMENT ON TABLE "notification_channels" IS 'One way to one person. Without a `target` mail goes to the address of the account, whatever that is by then.';
CREATE TABLE "notification_deliveries" (
    "id" UUID NOT NULL PRIMARY KEY,
    "user_id" UUID NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "attempts" INT NOT NULL,
    "next_attempt_at" TIMESTAMPTZ,
    "response_status" INT,
    "error" TEXT,
    "version" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "delivered_at" TIMESTAMPTZ,
    "channel_id" UUID NOT NULL REFERENCES "notification_channels" ("id") ON DELETE CASCADE,
    "notification_id" UUID NOT NULL REFERENCES "notifications" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_notificatio_notific_091a6a" UNIQUE ("notification_id", "channel_id")
);
CREATE INDEX "idx_notificatio_channel_117bd8" ON "notification_deliveries" ("channel_id", "created_at");
COMMENT ON COLUMN "notification_deliveries"."status" IS 'how far it got';
COMMENT ON TABLE "notification_deliveries" IS 'One notification on its way over one channel; its id goes with it, so that who gets it twice can tell.';
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "notification_deliveries";
DROP TABLE "notification_channels";
ALTER TABLE "users" DROP COLUMN "quiet_hours";
"""


MODELS_STATE = (
    "eJztXWtz2ziW/SsofenuLY3LcZ6bbG2VnTjdnknsTOxsd0/cJUEkZKFFAQoJRlHN9H/fe0"
    "FSfNOkrAfF4MP0xAQuSR2AwL3nPvDv3kzazPGO3sk7Lt5S7vgu83ovyb97gs4Y/KO4Q5/0"
    "6HweN+MFRUeOlnCw62Cc7DvylEstBa1j6ngMLtnMs1w+V1wKlME7M5toUY/IMZGCEWpZ0h"
    "eKSDf407bhfh7hglDiysURGXr+6E9mqSHhHlybUG/yMurG4IrLiJAjaS9/8IiSxGXUPsL3"
    "saUFL8TF3e4f7Qv+xWcDJe+YmjAXXuDzH3CZC5t908jrP+fTwZgzx06NBLfxBvr6QC3n+t"
    "qnTxdv3uqe+LNGA0s6/kzEvedLNZFi1d33uX2EMth2xwRzqWJ2YliE7zjhOEaXgjeGC8r1"
    "2epV7fiCzcbUd3Bwe/8z9oWFY0rwSQNfcZg6lpzNqTrCK8//N3zPhMxgcHl1M7g+vxkMer"
    "mJge+TGbDwkiUFTioulJ6vfwX3jdEJZjE+4PUvpx9/fPzsJ42H9NRdMMU1dr2/tCBVNBDV"
    "IxBDHg5yHvfXE+oW454QyYAPr7sd2COQtgBrb0a/DRwm7tQE/nz2pALm/zv9qJF+9kQjLe"
    "GDD9aDy7DlRDch4DHA+ivLw3shVDG6q/4ZbHlwtSm20YUY3Hh92gW6d/gSfzt59OT5kxeP"
    "nz15AV30i66uPK8A/OLyJoOmQz01oAV4vgFMFJ+xYlATYhlY7VDuKPrHAYJcgeDNxfvz65"
    "vT9x/w9jPP++JosE5vzrHlRF9dZq7++CwzvVc3Ib9e3PxC8E/yr6vL8+xys+p3868evhP1"
    "lRwIuRjArpHAJLocXfoL94PxNLE84YURtaYL6tqDXIs8kWV9802zk1n2ChX0Tg8SoonvGS"
    "oA17CxBcjndIOoqVIr8IJONfWBK9h09Y4M26/egW32lVvQkQqbcOURh8NF2KxdNgZ8J7DH"
    "Tpnw8rv7uje6FbfiSjhLAru03t2xD/5bsAXzVNAN9/4pm6tXZBh+FPD6Q6IXKQ97z/pk6E"
    "qFHwt8YFpXWExQTpEF9ciM2gxUCfZtzuHZ2ONWeA4HLECOCVtfIrYEhUJIVVN/+NzzPeYO"
    "gv3fAsUjeHjvD6NYtEexCGfbAGdWHvwzLqi7LIY/K5kZiNFSBTp3d1bps3dXZ6kFGvSJs4"
    "vL04+///j+9LefUqv0u6vLn6P+ySE5+/3m/DSzW8afbAMFJC20Oy3k+EBUkHi1a6qFpCU3"
    "oIiEq8gBzPCD0EOSoxxsogP9ZwPbKCO2ln3UslFNG0iPTl7UsJCgV6mJpNvSn5TezkEpKz"
    "KUyrFOS3UP6qePTmpADb1KodZtaaj5vAnEQe/uQfvkaQ1knzwtBRabMmZ+rIY23BXSkh00"
    "T3tIDaKlEc6KA9kmwglcuUtoXsFjTKzLSSRkzcgf0sjHFm3TcU9LdnDUD2SUa6mBIUXReI"
    "xjMTPArR5gl32V0/WsuZSksebaPMoJvrAuCZgQ2SQT2N5BvYfry5H0aXTz0L6VLuN34h8s"
    "oPku4D2osIrM4pBk/xTe5jAhja/Gn7JLFysyOjmh4LfDL2YqsL5Or1+fvjnv/bUfr4dGvc"
    "DlEY1Gub8Df1BNZ8fwiy8VHcivzHWR/B/q8AF0Noz5HcZQoO9h+E/s9Da4MIRWqojNx2Pm"
    "krF04W/ukTk8Uoq8E2QbDzCBDG1bg/oV/gY2o9xpwm2sBDYTxLBvUyvFb5w8rRPHAL1KGQ"
    "7dlmfpmvKhSZkO4rz5cBGbe3OHLpsTzxk5A3YNsOfU8xYSdtBiJ2U52jnB7lGkJ0/rcKTQ"
    "q2IJybGksLvOeBwlkYb71HVpiUs4I5dB2+He1rySiX1y5HNHceEd4fP2sTvenP928/mPLK"
    "HvDUD14l8LVoszKR1GRYnSkZTLuthBcFuARprIjj3sV1fvUsbq2cVNZt5+en92/vHHR3o6"
    "QyceaOd5/29G08zD/vfrq8tizAtEs7wBtxT5D9n1jMbH7mNGI1SpYYlWj1XcQ2KAXhdEPe"
    "ANzjIDBPB6zUIeEhK7i3d4tK1lfMPxDsazVQ51d/0b2jsV5Dms6dpKCht2tM3s6BefMzWY"
    "SN9tuJulxB60kx3O6G5sy2pJ1PPpnN9gpG+vgANctfWreEA654MgprgeGXhKpmypGTdK5q"
    "68c+msTwSDTZgsQC1CIo4KHbksFzBpftCkXKT+H5HrCVwmUljsFRnOXTbm38KwY6qgp5w7"
    "jExhqmMI8miZpwp3/3gT0dwJhrEpJWOomCZUjP6SGnEwK4kOAvzoWZ0oy6zSkAiyfJYFWK"
    "/Qa0Tjp+VMLH5/zVh8z5LzIraggvWKRQzhZexRY48OQElaZ9yzssYabbM12qLISjPKJu7O"
    "jLKJuzNxd+2F9FDj7i7E18DFmGPdwpZ+FefGdZ/ahNuCLrGyD5JenpwxrNpDFhOJaf9EyF"
    "UtoCVTL8mCqwlGznksSXz1NeXVJ9CNO8hthZttEb+2xadh0YJhpMePlpp5u8SiB+OwjhEW"
    "HCBU6dA/GHhk9bjymDM2IX0HR7gZymK/lMWOQypbpoftIKLShENtjR0aLZss12mpByzbLZ"
    "vDD1mXDeP2fTNuLeJh2jbqBzLKdU30db5sQ6e2eHxbElryIYyS/wjWneoVWLrpDv0qg3cV"
    "ce9i30aGrwKTE4vakegepdYluRoTRq1JXBw3qo8X1sQL6t6V2bzbeZCxWdunGxmb9aEQb8"
    "tmNbqq0VWNrtohXcboqt/V+LbEXbjXkvQbdBY2UfzvcyxeCXYj4T9bdiu2AfoNOxUfZEWd"
    "f1OYQ+9c2AzMCLXsFRhSuT79KluKhb3hB+juvLYjUawMFqqC8PmvGDLfJ4sJB2tmxBwp7v"
    "RxIOiLC2ppEDBaWOY4ER0sj+ZOdIcwAN+aUHFX6FTc5ZMLLK7Pvag/dohOwPijKozf4WJq"
    "ovhbZ6AlxzHv1zoX/iy3vmXCzmP5Ngee99Dj/lX61oR52jvOVfar2k8gehtOnNm3Jbb9Sg"
    "t7KdbSMtV4BzDHi3xDmyQl2EGzs8NkQ3uslPaaniaosU32x+6SiX2bq3Oh3EIrJdFaaZ9Q"
    "7DcA08StbZkMRwx0HDbUhx4N6RgMnCGZSMcOFP5Au7f7OtxQ+op4zHKZ8o7IzQSPQlSoHy"
    "UiCXX04NJTbJaMHkxXHNzFE+tkDivqQms4GeC/0OFzTz8gcc1YIO2xQJJjUxf4pIwJT0rr"
    "YNQqPuGoXNGNJTpoTmw+NztcYTRIDVDOiHUQ6sd1Dmh5XH4+y+Pc8Sypxbzu4pASMvplBt"
    "Jgn87jWV7YJpYwNW3WL8OmVaImsK8EDOrro27Od9rS+U7SdZmjj0UsXJ3LMc5LdnAn3MK5"
    "2SaQ5zvh1loSrXruutIt5S4Srf1K3yr2a8hdjGGwmTuHMQ98lMgFTGFu4ZkFY8od32WaZV"
    "igPxPDSC14NzJ25ewVGaaXlyFxYG5oPyjeBa5jNCkXwV/yroDH2PXTTTxr+7TlcrIiMTua"
    "bHoZsc3seHuNDNn6fgdrSTO1wu6qWb15cGfM82DVb4JvQqSDEG/FGephJE0YfbROaEVSvs"
    "2Y9yZyQUbUxs2Qe9kddT9RFTo2Kg98acnzVX9T8Dxb8HzM3fVPdc0JG/uj7faHOdDXjHwL"
    "CJ5WE2qbV8lg5KTzdc0KcClRk9PRtpyOljA6b+RCOJKmOYRsW7+KzbHDXvXzjbk3WdWiwj"
    "hh2ddUSRByDhsEi8iRMXdYYSJxszvoglgOox5bkTcuv5soZG/wDsrVeckL0KuD8zBduXiJ"
    "1bh01DvGq3iEColMjO6PNbocmAK6759ydESG8F/N7QS3vxXwifjMxsbgCM0Fdxzi+qJP4K"
    "3h/72+Fo6wgztY8ATBLeoMfNcZ9slQceWEoTOaGuJTpg/sxML5QXH9ICAGXvpW4CtR4S2Y"
    "y+zaUTG6dn9BQX0MjgHzQ/l6SE1oTLvYJpgeTXbesHubbcV17fPjJy/qGOjQrdxC140ZMz"
    "H5JTZScrKCBvTaoLNvet+QJTknxYCnhIxCeb9CqffKhqp7UqZ7GG+F5NNbdxOMVwLdA/jp"
    "8XENgKFXKcC6LZO5M0etqSxBrWQjTMh0D+btzOOJPxsJyhvvhDnBDgK+pY3Q9t2AJvEYPN"
    "8uKHpZylcXia5FXbcN+A2T17Fts5YHZiW9O/Wu989P55/O3zQ0VPSrsnb4XuBVynyLtSB/"
    "gJdxN7MZXobNMdPeYWjgCwS7FcjPmWuxIr/XW9gPS1aShEwG8jEKbWuaHx8db2kJqQD1zd"
    "Wns3fn5MPH89cX1xdhuOmKHtSNeCk+7vrj+em77KId8ji6PK4qOsLqjN+Vr9sF0rtzOW4L"
    "8nDV/u+Tk8ePn58cP3724umT58+fvjheLd/5pqp1/OziZ1zKU/M+v7YrqcD+XmMQMoId2j"
    "d3PALenOFEnhfgX7HipKTWXHNaBv+W1xym6Bo6YkaqQ9N8Y+qhPvCWeetUysuIGq9b27xu"
    "qeQbpdhs3iQgKCHRmf15Y58NqrEhQE0WpKzY7oB9eiDACvZNRRCtsSYViJt1qc3rUpAeUR"
    "7rfL+9nL5Dm43mxWSJEaKYQ8Hsdezlk1pHzlScOJPzkQTglUZD38DnVKJaZQVbDPxGPqzz"
    "325S31QuNzNVnTrqnk3YLEJ/UphKcR/0kZTBfV3cXabcpQYkB/6ZlA6jogr/lHS2PDuIb2"
    "sjX13ZcXn2q6t3qXE4u8gC/en92fnHHx/9lDbm8lu8Dk7KY14eSbMSMIVO0kgGgVjNqJ9Y"
    "pkPm8I5Zn6/M9QorzJSinpAw+RVZOE1mdznU3Y2vB3XeXW/U05LGvmuzfTfmgnuTtYY5I2"
    "rGuc3jnAyvrqvXJWVMlao8MY/x/A0hTUsZfbmysqyefwWOO1NaNlVaNvmZFteWLZi3G4A1"
    "ysj5EN/xICftvQCnP9oUxPAK5PLTu3f7qt8bjcFp6AyqSJw6jf1F9+dPpbwg9+dRXYWJS3"
    "JMKFlId8pczFlioq9ThjD9Hg9ThGG28ylUTYULT/tYvXgwSMKfjaApe96HSR1qT+pQOEQ5"
    "2Ett9Fhgdyb6AUUKtMheax3U3bXSjf32fdhv36EfVu/4WW3BuGHb/V1twx2Y0e3qamkZMc"
    "NgVFvbdqLAwoYsw8OF9l6bMDO52nSmS9Yur7AJE6Z7DZswtINr19bAh9pkQbVpF90FwD8i"
    "Q+mrua8GaGNi0dGh7uutqmSsSpDykUvdZVHZjc3e3NQ4bdtK1a8yHRuek/egM/LWAHybps"
    "yWk/KxkPC6GmYk2+ZKE0EFASx8g4dWyXXUy81nxeHtJwyrADWgQ9JCHQoW2VzcghQKbt4s"
    "Mz8l1AVtPT1566SJl+eI5xLE9Uc0GEt3VsQ/VBzolJEzQN8DtOePdF2OgUPFnQ+KX0Faw6"
    "nr0mUJxVconkG95oEta63UCR1k5HNHceEd4fP2oXmg1fn5j9xMVnIQwVSUrlkVcpoXNhGn"
    "DSJO2WzE7LXBL5A26DdAP2MuNVnGC0TbrPytuZRvpZwN91av3Wy6pwXNTL9npucYr/2QMt"
    "dKusx+W8LHJFr7VVSMp/sNGrAwwylbrgqNytGfzFI/eAQuRiyIvqWuBBrUK1UTMmKOXCQp"
    "EjKWjs3cfnikDPviU0dTKZ4uAipFQWHUXT64Tn3RJGFnSoi2iMzpPOOgj5du0ckTB1hx6u"
    "P56ZvfG07rNhWccqRFy888vh/0pHzL5zqu07iC6+I1sI63ZARg42mi2Ibd24z1msrso+Na"
    "7nHsVg7vcd5FjrtyU14+KdNBqLdiN8z4jAUoNQA6JdQ9ru3RSR22DXqVz+iTHOO2RtmuPR"
    "RM2z4dv+uKXRN68vRZk8kdS3RwDdm8hy9igJtAnJTp4PKx+cPdTMbsdxiLu/c4tZZ9ZZtJ"
    "tDOZiybLrgUBf82y7PYTTNnO7/9BsZT7TrC7lIqPeci+FDD3qfZ+FXcvEj3rkvcW9cNzwo"
    "IxJXPm4v88KfrEk8FxXngYGAwDCR6AgY4LbrFXZOj5mnYf/FcUARkzkYSOpK8KWPtdPLEw"
    "gQ8euzr+C9/B5O7tfQ8u5+zL+Yf7ucwH0RA75ewn8DHD66yVg/L4pIZN8fik1KbApr2e49"
    "O2fXoH1NpI2gUkcXlyT9S/E/juOqkn2iqaUplZue7REZtfOiLMmu2UaSljlmYPZvSLqiRW"
    "HcjoF1ZJPMzlYgcEvCHRytHvLomGv2ytI8apSWQ/hET2hJ1XdyNKiBgyr5rM8z3D5d1POC"
    "UmVJsSd39h1FGTazqbF0eJptr7VVzTRPcceLprTbLpVzR5rQmzph4ZS1/YBP6mZCZnTKhX"
    "RAdiYsSlpws1CTKRvhtFYeIh9UG1pqEFompIPLr0dOkm+LUF+bvbflghxQSj/pVbUR2vYL"
    "MIw9kM2bRvzbqcbGquDHRW7+uSInB4Yajr8ogLGi5y6xCJWwhGBViEtRzMmh2Klxbb5Umc"
    "+/mgNnEsnt6f8iiXBpCt+psi9Lm4sNTmXZvDSkkZ66HaegjR2oABcR3f6TCBvdeGSM+sNp"
    "kREfZFeWbxsFQkmQWdapoN16CyB95gndQFsqC5C8Zs74gM8fFDopjjePpkLVfOCHUcIlEp"
    "9/JmwUNudituxTBQC7T/Wm+9cybBAtKWgwKjok+GeiMeBq0604x6oSUCZgS30YmtXEanQ6"
    "IX4yB/LbRUuAAbxdUpaiDtzaHbLQwCzBK4R/TsyDSZUHHH4FXQLpFj2DvxpYOrNvway6Gg"
    "gyJnFb4tw5vPXQnIe8FbKSmnKOTPJQp7zBnDtVuh3wZuER5assqyCwfuBzCaFsKUNTo4Q8"
    "dkwu1YEzZ1pLYWZX541l3v0+Xrq8u3Fz9/+nj+puHC0SvabNoxx1eG5zrjsBI+pGEo2NXb"
    "MRSBYtHAHIwFzAnPueJegX7VxLiOJQycuUMf90gKHY63dROc0BpVpE396AeFmpUeB1mu6Z"
    "WfB3mQiO8gWgd33IHecdcK2SkQN3EcbXbfxPxF06FOS5pRbtsot6RiVjKzBhZqIZjTuycB"
    "J+rWr5uHM7ACiQbHXGHFcSV1HEKQFnNEfuUwhX2MXxgq6t4xNSQzyh1yJzE1RmqDBDB3kd"
    "iT4+BPS7OLfc1DMmQ5NaXIPTJaYgdRfEzWrh6uuVRogRk9DOxZENNTGe+RRDAQvYN3gneQ"
    "eC9emuSTq8mVzPmJQzZNdS7DSe6OkwyPl4PJ77HADNw/UbBfXrJVuurmmclglWxifsUSXb"
    "AFdp7ow2Btb4R3LGHwbo53sG3n8a6oDh6LmIrgCSAF/ryC3a+6GnUstcPavJEiclCleU2y"
    "T70NsbvJPiYZxCSD7DuQq6XJIEle4w1zOJjWy949/MeqX782AWIHIrxuuBeyECn7PwhNCg"
    "5i+xokbZCQVXmlW7gdcBELriZwIa4isphIAnq1DubSBUSIRYWO7yomP7b/WKQ9YHOfThmb"
    "w4P7WhiJjUBBQu4Dby0X4iVJVYhA8zEsa558yx8wbC06ST0VUKYQceJx+PBuhSdnDGsJEO"
    "pN4V7jsCR6ODTLV2QIn/wc5jEbJOLb9I+BN/rl5uYDVlG/fn/zoTz3JTXoIeUSwLUqiJ6i"
    "ZhKNfcPOtJWdMfvnRnP6DzBo6cP55ZuLy58bTlvNeo0pkrWwSraE9YoWyjz+pSEdSRET05"
    "G1qQT7pgYhRGsYVgXixlnXNmddunRCSkto8B0VSJoDJQvOKcPT3JswmSsBQ2RuMGyndBqX"
    "R+2YBDrDsH2XDFtoRK417llZs/u3efdPW+x1zcG0lLEIsyp0njapi2yBqIG3mrAWmWLKDy"
    "Sus7WZDxPiewnsgol2f4FyKw6V2yDKiQC8joKdXi/b5DB4I2fw3ufIVPcK/ATJ5n6Ve8DW"
    "HQdxTECzHPAEK16d353sqOMNYa3gSuczWxJrhwcJ3sjs/w1zrjV7jmeBKjplIsjwGrGxDK"
    "MTQWaWpPn1saOurauX67Q81PFW55Fiw60I4yEDUeTqdcLVbLBKrE4w9rELAF0NQUeQiI4F"
    "CJO4pRf2DGLK+iGZj5fR7zCjy1sws7GMlaNDLbmrc7WJrrsefcGrhO7gTvrnOMwOojmhCY"
    "89JUP8DHVPKoge1hu4oM9TxRcMvAP4FHoLE3YBOIS/ikxBg/AqqmQFGAQTPA1IgZ8gddJG"
    "OIAVPoJVl9y6U3WuVlJqM4bdfnNvd3iwVrnvoP3umlaqL6lQwmWz2tVRfxOnWSuDPLEO1Z"
    "2mKSGjbhdD2pxYywt26YTDjVFsezyq6nCIlQbzFZRO2RTPpIzBM1uOznWZU05mVBSvz0ma"
    "PazGHpbU6huxchk5M5EzG5k1YTO6zkaWEzSOouwuNqfL4qPr/n59dVlioMUiWScBtxT5D9"
    "lmIsF+ZiuCUe3yzHo3M9Mab5B1eUrL8t31nDUZ0Q566Q7dWdOSvOoLm83mUpdt+QcrDCnO"
    "9OhXsYU87juYsmVNwvCUzHyVyB/GCslzV864F9BcATFIpLDYy7C0IUwGm1hY71FH9OqL8N"
    "oEHkqo8BawosctY+56isB4wQTMs5A7f/p9Bx7CXTpcgV5H1j4xkbXfM/MwZQUn65WbG2H3"
    "DtoYW6m9M4bnM3fu8qJi4+UoZ8Q6iPYWWMn9HqXXNrg3xEuY0LTvJDStJTrwKXO5NSnSfc"
    "OWSp2Xxn3u03TLx3nDpblLGY/CJaeA5QhHrLUeu82wHOUK3x6KBLZurdn+Ecv4UTVAOOze"
    "QXQfHR/X0QOPj8v1QGzL8vtCsSIdsJy5S4gY5q4hc7fXzeyv/wcsdrcG"
)
