"""What is in Plex's libraries, on which server a title is; and whose turn it is to do what comes round."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "plex_libraries" (
    "id" UUID NOT NULL PRIMARY KEY,
    "machine_id" VARCHAR(64) NOT NULL,
    "section_id" VARCHAR(64) NOT NULL,
    "title" VARCHAR(500) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "item_count" INT,
    "scanned_at" TIMESTAMPTZ,
    "is_refreshing" BOOL NOT NULL,
    "newest_at" TIMESTAMPTZ,
    "whole_at" TIMESTAMPTZ,
    CONSTRAINT "uid_plex_librar_machine_ec9f5c" UNIQUE ("machine_id", "section_id")
);
COMMENT ON TABLE "plex_libraries" IS 'A library. `machine_id` is the server''s; `kind` is `movie`, `show`, or another word of Plex''s.';
CREATE TABLE "plex_titles" (
    "id" UUID NOT NULL PRIMARY KEY,
    "rating_key" VARCHAR(64) NOT NULL,
    "media_id" UUID NOT NULL,
    "has_usual" BOOL NOT NULL,
    "has_4k" BOOL NOT NULL,
    "seasons" JSONB NOT NULL,
    "missed" INT NOT NULL,
    "library_id" UUID NOT NULL REFERENCES "plex_libraries" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_plex_titles_library_01960f" UNIQUE ("library_id", "rating_key")
);
CREATE INDEX "idx_plex_titles_media_i_172c54" ON "plex_titles" ("media_id");
COMMENT ON TABLE "plex_titles" IS 'A film or a series in a library. `media_id` is the title''s key.';
CREATE TABLE "rounds" (
    "id" UUID NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "next_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "rounds" IS '`next_at` is when it is due; while somebody is at it, when they are given up for dead.';
ALTER TABLE "media_items" ADD "plex_machine_id" VARCHAR(64);"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "media_items" DROP COLUMN "plex_machine_id";
DROP TABLE "rounds";
DROP TABLE "plex_titles";
DROP TABLE "plex_libraries";
"""


MODELS_STATE = (
    "eJztXWtz2ziW/SsofUnPlsblOHGSSba2yo6Vbk8ndsZ2tmc2TkkQCVloUYSahKyoZvq/Ly"
    "5Aim+KpPWAGHyYTJvEJakDErj33Ne/O1NmE8c/+sgeqPsBU2fuEb/zFv274+IpEf+RP6CL"
    "Ong2i07DAY6HjpRwYGh/FB879LmHLS7OjrDjE3HIJr7l0RmnzAUZuDKxkRT1ERsh5hKELY"
    "vNXY6Yp/60bXE9H1EXYeSxxREa+PPh78TiA0R9cWyM/fHbcBgRRzyCXDZk9vKZjzhDHsH2"
    "ETyPzSzxQNR92P2t5y79Y076nD0QPiaeeICv38Rh6trku0Re/jmb9EeUOHZiJqgNF5DH+3"
    "w5k8e+fLm8+CBHws8a9i3mzKduNHq25GPmrobP59Q+Ahk490Bc4mFO7Ni0uHPHCeYxPKSe"
    "WBzg3pysHtWODthkhOcOTG7nv0dz14I5RXCn/pxT8epYbDrD/AiOvP6f4DljMv3+1fVd/7"
    "Z31+93Mi8GPE9qwoJDFnPhpaIul+/rn+q6ETrqLYYbvP/l7OanF6/+IvFgPn9Qr7jErvOn"
    "FMQcK1E5AxHkwSRncX8/xl4+7jGRFPjicbcDewjSFmDtTPH3vkPcBz4Wf756WQLz/57dSK"
    "RfvZRIM/HBq/XgKjhzIk8B4BHA8ivLwnvp8nx0V+NT2FJ1tC624YEI3Gh92gW6D/AQfz15"
    "/vL1yzcvXr18I4bIB10deV0C+OXVXQpNB/u8j3PwvBCYcDol+aDGxFKw2oHcUfgfBwhyCY"
    "J3l596t3dnnz7D5ae+/4cjwTq768GZE3l0mTr606vU6726CPrt8u4XBH+i/7u+6qWXm9W4"
    "u//rwDPhOWd9ly36YteIYRIeDg/9CfvBaBJbnuDAEFuTBfbsfuYMO2FFY7OnpifT9BHs4g"
    "c5SYAmPGegANyKjU0hn9ENwlOlWoGvBlXUB67Fpit3ZLH9yh3YJo/UEgOxayPKfeRQcVBs"
    "1h4ZCXzHYo+dENfP7u5NL3Tv3rvXrrNEYpeWuzuMgf92yYL4XA2DvX9CZvwdGgQfhXj8AZ"
    "KLlA+jp1008BiHj0V8YFJXWIxBjqMF9tEU20SoEuT7jIp7w4h713eowELIEdeWh5DNhELh"
    "Ml5Rf/jamfvE66v93xKKh7p555tRLPRRLIK3rQ9vVhb8c+pib5kPf1oyNRHDJVc6d3tW6f"
    "OP1+eJBVroE+eXV2c3//rp09k//5JYpT9eX/0cjo9Pyfm/7npnqd0y+mRrKCBJod1pIccH"
    "ooJEq11dLSQpuQFFJFhFDuANPwg9JD7LahPtyz9r2EYpsUb2kWazmjSQnp+8qWAhiVGFJp"
    "I8l/yk5HYulLI8Q6kY66RU+6A+fX5SAWoxqhBqeS4JNZ3VgViNbh+0L08rIPvytBBYOJUy"
    "8yM1tOaukJRsoXnaAWoQLI3grTiQbSJ4gUt3Cckr+IS4TTmJmKyZ+UOa+ciirTvvSckWzv"
    "qBzHIlNTCgKGrPcSRmJljrCfbII5s0s+YSksaa03mWY3xhVRIwJrJJJlDfSV3D9WVI+iS6"
    "WWg/MI/QB/dXomi+S/Ec2LXyzOKAZP8SXOYwIY2ORp+yhxcrMjr+QonfLn4x4cr6Ort9f3"
    "bR6/y5H6+HRD3H5RHORrG/A35QRWfH4I8547jPHonnAfk/kOED4GwY0QeIoQDfw+AfMOiD"
    "OjAQZzFHNh2NiIdGzBN/Ux/NxC2Zm3WCbOMGJpBBtzWoW+JvIFNMnTrcxkpgM0EM+za1Ev"
    "zGyWmVOAYxqpDhkOeyLF1dPjQu00KcNx8uYlN/5uBlfeI5JWfArgD2DPv+gokdNN9JWYx2"
    "RrB9FOnJaRWOVIwqWUIyLKnYXac0ipJIwn3mebjAJZySS6HtUH9rXsnYPjmcU4dT1z+C++"
    "1jd7zr/fPu67c0oe/3hepFH3NWi3PGHILdAqUjLpd2sQvBbQEaaiI79rBfX39MGKvnl3ep"
    "9/bLp/PezU/P5essBlGlnWf9vylNMwv732+vr/IxzxFN8wbU4ug/aNdvNNx2H280QJWYln"
    "D1WMU9xCbofU7UA1zgPDVBAl6/XshDTGJ38Q7Pt7WMbzjewXi2iqFur39DeqdUnkND11Zc"
    "2LCjOrOj+FEY1XX50YTQE7iLw5nXteREXEeghPfHbO7V1A8SYk/SDQ4H140pAZrEkZ/N6B"
    "3ETndyWNXVuW4Zs4pntK+itKvRq2doQpaSw8Ro5rEHD0+7yCVCrUELoWgCtYldGQvOFuKl"
    "eSZpztCgOkK3Y3EYMdci79Bg5pER/R4EcmMuRrKZQ9BELB4Q1D1cZsnX3d/exIi3grOtS3"
    "IZcqsOuSW/pFqs1kqihQA/f1UlbjWthsXCVl+lAZYrdIP8hqScyW7oNsxu8C02y+NfSnjE"
    "SMRQiMbCNxZ+XyhJTeY9LWvse53te41iVc0sm0hGM8smktFEMuoL6aFGMl66j8ppm2Hdgj"
    "PdMs6NyjGVCbcFXkKtJCC9fDYlUAcJLcYMCikgl62qKy0Jf4sWlI8hFtEnceKrKymvLhLD"
    "qAPcVrDZ5vFrW7wblIEYhHr8cCmZtysoIzEKKkNBCQeEuQymFBMPrB7lPnFGJkjy4Ag3Q1"
    "nsl7LYcZCqZnrYDmJUTYDZ1tih4bLOcp2UMv5hw7gZxk0jHka3WT+QWa5qojf5sg2dqvH8"
    "ahJa8jnIO7gR1h3v5Fi6yQHdMoN3lcPgwdhahi8XJieUCUThNQqtS3Q9QgRb46jccFhxMK"
    "gyqCoJFtm827mRsVn1042MzfpUiLdlsxpd1eiqRldtkS5jdNUfan41cRfutcj/Bp2FdRT/"
    "dY7Fa5fcMfHPlt2KOkC/Yafik6yo3ncOVQmcS5sIM4IvOzmGVGZMt8yWIsFo8QPkcFrZke"
    "iuDBbMVfj8I4TMd9FiTIU1MyQOcx9kgxXwxanqJEgYLSTVoEUGy4O5E14hCMC3xth9yHUq"
    "7vLOORbX1044HgaEPUW+lYXxO9SdmCh+7Qy0+Dxm/Vo9dz7NrG+psPNIXufA8w543B/Z3B"
    "oTX3rHKU9/VfsJRNehh8++LbHt167YS/kbzVTjHcAcLfI1bZKEYAvNzhaTDfpYKfqaniao"
    "USf7Y3fJxHOb8p7LvVwrJXa21D7BMK4vTBOvsmUyGBKh45CBbCM1wCNh4AzQmDm2UviVdm"
    "93Zbghm3PkE8sj3D9Cd2NoLslBP4pFEsrowaXPyTQePZis4biLO1bJHObYE2eDl0H8KwZ8"
    "7cgbxI4ZC0QfCyQ+N1WBj8uY8KSkDoat/J5RxYpuJNFCc2LzudnBCiNBqoFySqyFUL+o0v"
    "LmRXHHmxeZhjeJxbzq4pAQMvplClK1T2fxLC5sE0mYmjbNC9tJlagO7CsBg3pz1E3HrC11"
    "zGKeRxzZaDJ3dS7GOCvZwp1wC53ITSDPD8KtaRKt2vM85hVyF7Gz3VLfKoyryV2MxGQTby"
    "bmXPkogQuYiHcLukCMMHXmHpEswwL8mRBGaolnQyOPTd+hQXJ5GSBHvBvSDwpXEcchmpS6"
    "6i/2kMNj7PruJp5VP225mKyIvR11Nr2U2GZ2vL1Ghmx9vxNrST21wm6rWb15cKfE98WqXw"
    "ffmEgLId6KM9SHSJog+qhJaEVcXmfMO2O2QENsw2ZI/fSOup+oChkblQW+sIj8arwpIZ8u"
    "IT+iXvM+uRlhY3/obn+YFslm5jUgeLQm1DavkomZY85jwwpwCVGT06FbTocmjM4FW7gOw0"
    "kOIX2uW8bm2MGo6vnG1B+valFBnDDrSqpEhZyLDYKE5MiIOiQ3kbjeFWRBLIdgn6zIG48+"
    "jDmwN3AF7sm85IXQq1WHUY8t3kI1Lhn1DvEqPsIuAyZGjocaXY54BeTY39nwCA3Ev5LbUZ"
    "e/d8UnMic2nFRNSRfUcZA3d7tIPLX4f78rhUPsxBUscQeXWtjpzz1n0EUDTrkThM5IaohO"
    "iGyBCoXzVXF9FRAjHvrehUfCrr8gHrErR8XI2v05BfUhOEaYH3wup9SExujFNonXo87OGw"
    "zX2VZsap8fv3xTxUAXw4otdHkyZSbGv8RaSk5a0IBeGXTyXe4brCDnJB/whJBRKNcrlHKv"
    "rKm6x2Xah/FWSD65ddfBeCXQPoBPj48rACxGFQIsz6Uyd2agNRUlqBVshDGZ9sG8nfd4PJ"
    "8OXUxr74QZwRYCvqWN0J57iibxibi/nVP0spCvzhNtRF3rBvyGyevItmnkgVlJ70696/zj"
    "S+9L76KmoSIflejhexGPUuRbrAT5E7yMu3mbxcOQGWTaOwQMfBfA1gL5GfEskuf3+iD2w4"
    "KVJCaTgnwEQtt6zY+Pjre0hJSAenH95fxjD32+6b2/vL0Mwk1X9KA8CYeiBuI3vbOP6UU7"
    "4HFkeVye18LqnD4Ur9s50rtzOW4L8mDV/tvJyYsXr0+OX7x6c/ry9evTN8er5Tt7qmwdP7"
    "/8GZbyxHufXds548L+bjAJKcEW7Zs7ngF/RuBFnuXgX7LiJKQarjmawb/lNYdw3EBHTEm1"
    "6DXfmHooG94Sv0mlvJSo8brp5nVLJN9wTqazOgFBMYnW7M8b+2xAjQ0AqrMgpcV2B+zpgQ"
    "Drku88hKjBmpQjbtYlndcllR5RHOu83l5OXkFno3kxXkKEKORQELuJvXxSqeVMSceZjI9E"
    "gVcYDX0nPqcC1SotqDHwG/mwev+8S3xTmdzMRHXqcHg6YTMP/XFuKsU66EMpg3tT3D3Cva"
    "UEJAP+OWMOwW4Z/gnpdHl2Ib6tjXx1ZMfl2a+vPybm4fwyDfSXT+e9m5+e/yVpzGW3eBmc"
    "lMW8OJJmJWAKnSSRVIFY9aifSKZF5vCOWZ9H4vm5FWYKUY9JmPyKNJwms7sY6vbG1wt13m"
    "s260lJY9/pbN+NqEv9caNpTomaedZ5nuPh1VX1uriMqVKVJeYhnr8mpEkpoy+XVpaV71+O"
    "486Ulk2Ulo1/pvm1ZXPe2w3AGmbkfI6ueJAv7VqAkx9tAmLxCOjqy8eP+6rfG87BWeAMKk"
    "mcOov8RevzpxJekPV5VNdB4hIbIYwWzJsQD3KWiNuVKUOQfg/NFMU029kUqrrCud0+Vg+u"
    "JsmdT4fiVLrfh0kd0id1KJiiDOyFNnoksDsT/YAiBTSy17SDur1WurHffgz77Qf0w8odP6"
    "0tGDes3t/VNtyBKd2uqpaWEjMMRrm1bccKLGzIMjxcaNfahKmXS6eeLmm7vMQmjJnuFWzC"
    "wA6uXFsDbmqjBZamXXgVAf4RGrA5n815H2xMKDo6kGP9VZWMVQlSOvSwt8wru7HZi5sap7"
    "qtVN0y07Fmn7wn9chrAPg2TZktJ+VDIeGmGmYoq3OlCVVBAArfQNMq1kS93HxWHFx+TKAK"
    "UA06JCnUomCRzcUtMJeLi9fLzE8ItUFbT768VdLEi3PEMwni8iPqj5g3zeMfSho6peQM0G"
    "uA9udDWZej72D3YS4Uv5y0hjPPw8sCii9XPIV6xYYtjVbqmA4ynFOHU9c/gvvtQ/MAq/Pr"
    "t8ybzFk/hCkvXbMs5DQrbCJOa0SckumQ2I3Bz5E26NdAP2Uu1VnGc0R1Vv4aLuVbKWdD/d"
    "Vj13vdk4LmTV/zpmcYr/2QMrececT+UMDHxM52y6gYX47r12BhBhOyXBUaZcPficWf+Ugc"
    "DFkQeUlZCVTVK+VjNCQOW8QpEjRijk28btBShvwxx46kUnxZBJS5OYVRd3VjqKf6myx0Io"
    "v7o8+9q4vLq5+7aCDLJwTtfv0xPjl9NZBSst3vAvto5rEp9aHn7+ph1X3kA6mTcHBCZlzF"
    "IgxU3S6ornrvRqyS+nnqF4kfCSVR1UD4rTPsQRfha6iRqh7xovexd9e7gL7BSD6kkMRLWU"
    "MWB0VbZGs9NFCcInjoBvIB7l2fIZsFt/XYonJ51ThfaSqoasRltZ5wkZ+bRo03DrDg1k3v"
    "7OJfNV9rneptOczCxS2f14Mel9f8XQ+3D7WuO1STGRD7Wx29PhiuM9YNdfnnx5WiA2BYMb"
    "zH2QgBUErquiXiMi2Eeitm05ROiUKpBtAJofZRjc9PqpCNYlTxG32SIRwbVC3bQ7247Xsj"
    "dl2wTBoqdV7uSKJ9b/bm/ZsrA64OxAmh9qG8rT0x9DXUgTou00KkN99G0ORm/4BR3xEvVH"
    "fWk5Im5lvnmO+9x70eztzWSNw1mdAma1eDAOJ6Wbv7Cc7W8/t/Umz2vhN2PxGb4ktOpp0c"
    "N2B0slvmBZzCsD4V4yqHYsvQCNX9z2dTMmT2EmF/QmzwOnXViVtCPE929POVV04c++yQ79"
    "Bi8Ahdch8Ngq6C4LgaqKcAx1leePZ2byibKNqEY+r4gd9OyN59ujhHPqY2hIRTjsShcBB4"
    "0N6hBRUfxFy2SpwiJjRDeWGVVyodfdDN8AjdgW8Nc/FbwF+pXI1C0Cf3rrgwsLsWm1HphM"
    "Oq76J8arFeQYvGwUz80Z9ia0xdIvswip8TuA/lqaDjcOhvdNVloBkxssbC/KnRNFG1avoG"
    "PRLlpdVTA0bGyaeTkw8/ipcQD6lDeQEPv94Jkr7GDv1PX65+vbr+7aquB0p+lBZ20ZCgBe"
    "bWWJd0vjiU/ZeTTcxIcJmDnBSIUnj5qx5T48Oe0H+ijzZ1Df0nBfvBZujjZSM3+XYn4gnf"
    "SM5lDmw6ujp9HkqBeNLXkbqExiQrzIPSrLT5KmLgPeGjyF7lUGZBq49BGQTFzuD1E5G8gs"
    "4+eAgWmIKVJKwMShp9DRvOSOFTu35145iQcRI3dhLzxybQPz4Nes3IoP0gT4te+mKPJi18"
    "5XVa5bVxaJp21VtuV70kuE7VtXB4i9aMjSUYB+RiFs2/315fFflfVyJp5yu1OPoPqpiEqR"
    "myJbABFgmPa6YkULr6TzfJr8EFMiWBVrRuFvx1DvC4pHGA6+wAT3PaNXaFHNH27Q+bD49L"
    "wVZo41YCXX/bVi/cI59RbdCTogbxiogHrri6e0ha1uwiOu8iQ4dZE1CrGgXMZaXNbB/KbA"
    "9zVIZiT3dW0oTO/ZmPbd8j2M/L5yuuhJon24Z9ak2dmXLLp0ExVBPwXawytDfgez6zG856"
    "UtLMui6znrOZyafXpF6JDEW8VSt1UaTi7WohXxer6MuRNZqJKAHVEkR5vFQEnYxeUdF9yR"
    "iW/LYizS6T22AkCLo03UV0Uk1MxJ2JuDvESdEpisJE3GkSW2Qi7kzEnU6xXtrhbyLu9j0Z"
    "pmfbZgMI4kZFVfMgLmNyUctzUSVWWXBr50wmEvMOE9i1WZPx90qndjYS+xsisPR5p4iKCM"
    "9313MRnhpaOXVyQf1xUJsTYnBlxdKRDMSVnEaSXBh5bCozArE/gfxBzuRfUu2H5jQZlmLD"
    "14fESAnIlfiJyCYWtaFW6hCyHil/FyhZFvbgckB/iBNHaKB0xgCZfizpMsiN5LKuHYtKmM"
    "pMyaAk6cCfD6fU9wVi/f8aIE4cBwV5kmEXWXjOMRAvcMdH4r1DA5d852GX2VQ2JEFwEqq7"
    "wkEbXtXB72won0ucvXfFY86FESWOSaQo/ISZx2BdiKWDRgplAIBsAEQUUuLZfQSRRUJURh"
    "CuatXKv54B1uLS4LDw712ZoQlpoD6DTpkqDht70pQbQhZp5YzNAGPpYgo+thgvLzM5I00R"
    "arXCkdWnqc6nJsukeupEPJmkhL0mJew2eli3vX4H4cM03wxbV7I+1+gy1erL+jIcYKHioP"
    "h6XfancaniLZBwiiOoH9+QEdSYYNA+uGGlG1VVXTKCJnQnHTAPpkADZDOCBtl8ZJukIsQl"
    "TVihPpEY2QAcl+V1RireDsLxZhdo0O+bWA4Es9ffhLOSBv/6+GcIhqy2X5JnnCfdouTBXd"
    "cDj7i1kEyr4X4pkN6dL+Z4u5OxMUcMVF+LsZF1d/IccbOda72dJ9nnuvOdI27mW+f5lh+o"
    "2JdYjvO6WJ1IShlVor4qodw29RSISMaoDU3VhtAblkW+uDRBXMbUJmhem+CReH5us7PCNz"
    "4msTvV7PmBqGYm4akY6sNMfTEJT2bW82cd/P5NO5ukZY1CrrNCbiIfN+yGyAksqoprjqhx"
    "8pi40m3Hld6IReTm8v1dp/A93gDCFbvI6PnSrsU258vVr9tJEJv7gTkOW8iwyNIY3tW4bu"
    "VY3v4okKkY1HsbdiRZjBlaYFcFqA6J+NexITB0QRwnG6tbXSw3gzjpEpn7qv1POon4a/KM"
    "CevUI6zTWKGFgLfYHinzga7Vp4ymmq+phutbDURjIgbOctXUizJhNqGcxhJrDhPdqjpU5V"
    "Z8c9+0N1yPauyL1SmZ7CZUmItL26SHlKqhkQL+pBI3wWWOwiZ3kOkkG8bJyPlB0IGOhOOe"
    "+W9lTpi8APWjxnoqRWsxpg5B4gHoI1lfF2fL966gCptyOlpsKmXqr6HrNqwEmTSaXaXRmJ"
    "oFm/XHmrSkPaQlGUPUWE7a6fhVLKf9qPlQPecjHXrYW3ZyVPz46VL1XpYNcuTIIL+5SsUI"
    "JbAEjTrWBTooL6C6RD/z36HBRMyvPD6YskdKBl008MdsMZAlILDLQF9GC+bJftbwzM/8vA"
    "IS27wd1JMAak+WpvClXaByvaVZAMTfW2EocDIVb8vcVVUcrqBwA5gWjoMEoOQIij0siJ9X"
    "5gEOB9UlFlhc1LaJ/e7eHSzGQg+S4+VgrEpKUC5HyVbZcO93aEj4gsDVFgz5c2uMgEP1VW"
    "9vWQRC3E7cRfxfSWXPRO8En0i9PY+aNwaJRgZJo14ZG2iTodtive0+GbHvoQbQSSkDdAWg"
    "TemKbZeugA2wDsDh+Bbi++KkArwvTgrRhVMpQmOlBNQwtZNCLQr335y1bWHXbeR3TkqaaE"
    "idoyEpFA4ZiQtCabL6rGBS1rCDddjB0DKp+3klBM3XpfPXFRqTdac4LmdmWLcZzjB5+6Oa"
    "7qQmXkA03YVq+hqaSarzlTmmsPJeWBoUqkTjOBW08uUmy1qiCVnmkUhPuh6wRIPAAT5QFT"
    "fHbIEEZktEZtRnUIRUsTxAG7ERIsIQF1/EmPkE7gQXnPtz7KA/xD+ULyXTtDr98teuKrMZ"
    "FiQVdxxAYQMinkeqj+qZ5AcrmSHxu4Kf4IkHkeU7bWojl3HxS2Ud0mI+KPjRge0a6yGbDd"
    "WMCnMabkgfbqhZx+ANNAvW2+bbPGVhogI2HBUwxn5froM1bYCEnNH/a+j/gFztQIxIyGBd"
    "p6BpFCKXBLu4JkFM5EklCZrFDUQb43BOHbE9+Edw231sh1upVKBUqBp8XSRgSkhlSkgl1M"
    "aq22FSymyI5SEaTuS0f2KIRioE4DDBXRuhkXy7dIrQuBFWW9JQSpzolgZdw5CKlnLYZyIK"
    "PFANLOw5eRcEK/thWh9EM0ObjO4qQmEp7dUH+ij+nM9klLMtrMusAb2926xvKmFMT31MT/"
    "n/GdCLjc5w/GbMzfWAH7CxGXxh9Xn67xtk6TXdCAyJ+7Td6IpxOqIWDuDPbEqJ86V7kxsb"
    "WXWLsvDcV/2H1GuFZsSD/wnLpyu2DUVfQnwedHxSNwA+dUEtsblA96XficWh9RI8ddD8SG"
    "0/su9Rzm61izvmcquxtDD5DCbGTuPNTOKWu5mtj/MPZXXmUVVn5rH4mMXj2OmvZD9hNCYK"
    "LJ5HcXpaJZHi9LQ4kwLOJREGHTwLcHER2HB8K/At0xe2Uko+2CqKl5IC3i8l14bau9teOk"
    "LM6u2USSlT9ytVfFQqKTVe3JVAK5aL5Cv7/KRKtz4xqvClledMeVdTWAd+WYMpj4mZgCzd"
    "bHlT42dXbhBTguaAS9CcuS6bi3mZEvnkGa4pcb5bxjXh2MiqXNMCUwhzCsu6QICdTKz00c"
    "AjFp1RuNZAVjgc40ciI+YemGR3loQfoXPGJhNCZrKF9oKKK8w5Io8gFV6ILdy3khLK8k67"
    "vPu9G1r2spm5G91Ppp7GeTrjaDk8bsrwJIYnaQ9PEq1+WcgLo3GSQqZYTU5QTrDhZEE98z"
    "y8LEj7iGRSmG4z2Gw/LzOstF+/GZP8BzXJNXG//kKww8e3GBp45KnEifOlKvFYjuz7cmhF"
    "nfg38AJZY2JNfDSC0CIIz8FoykCvfoeYYxMobkikioldJJROT+WxuATSS7qqXGJQACWR/Z"
    "J1vW77ZrleVygCQ62w7IX6OINCXMb/qq+OW3/9be26eyDrbCVu7PAK6DV1rUOxplEYz1nb"
    "2/CqirMhPZExX8OrtEXjCFhca9mf5oD/wWG4sAtoXCyF+gjk9MF9Ex/UxfWX84899Pmm9/"
    "7y9jJIO1h9QfKk3EBWmR43vbOPaRWyZiGQp9UAaQTuofQ/TG7eld26CSlDqJcT6gFaG+DU"
    "b6MrHSawa2n15JulE7MeYp9jQcSmpdh4CH5ZjSZCKkAyqrOIXEJsHwoeitsPECeO4wN5Pf"
    "LYVBUxBKU8p4rjUy6msu+lWhCkH4itd0bYzFHp9tCdqIsGciMeqLNwE1lFUVoiwoygNsR1"
    "cmHdThIZ9YGlksyk92di2L2YBPGWiGuE9w5NkzF2H4h4FLBL2IirXAh11Ba/xnKw0EHtRL"
    "IERjOPCeSD2o6csQkIzWdQY577xBmJY/eufBpxiaBfbqLIpZi4Z5L9N2T+wRk6xYXZ1uvD"
    "h1CkrRMFSOuhCZs0le3Vyzw4667z5er99dWHy5+/3PQuai4cnbzNRo93fGV4NpmHlfAhTU"
    "POrq7HVCjFooY5GAmYPPO0PRjoV3WM60jCwJlJ298jKXQ4AYib4ISmQr8XhlsW5uKYgphI"
    "GzIAdh1VENhJdTS9mEgbEN9BADvsuH254zZymeeIm9Bmnd03EX9Rd6qTkmaWdZtlTaIh4s"
    "nmYqF2XeJ01uSkh8O6VVPT+5aSqNGvcoGX0O4c4hBUpvgR+i2IwMVowLH3QPgATTF10AMj"
    "sjU6GCQCcw+IvSDuFluSXexKHpIAy8mDNi3DJQxw8xtW7urmkktVAcVR50v5KsM14ggq0Q"
    "fxTOIZGFyruKZoinpMpsFHIVOmiKjhJHfHSQI9r2o2+EGmwf6Jgv3yklrpqltoMCNXyTrm"
    "VyTRBltg57nvRKzttfCOJAze9fFW23YW75JQ70hkh5HeeWVF4X772CAB2Uz8N3Hh5+Xsfq"
    "VFcWNSO6yKGyoiB1sU1wTbF2+I7Qq2N/nRJj9ap0AuTfOj47zGBXGoMK1zm/jmjutWJkBs"
    "JVK5rS+wEAn7X4UmSWZCmv/ATQSsyjt5htqKi4A8ZVnuNSysB+nNQq+WwVyyph6ysCvju/"
    "LJj+3fFmiPOrnVKJNanXzKZxC2hjkn0xkQKbGAMi6by/hUfHj37qokLvYn4lpQ9xbGBFOz"
    "fAdZ4f5MvMekH4tvkz9GPNEvd3efoWXN7ae7z8W5L4lJDygXBVdei9+v8ZNdw87oys6Y/X"
    "OjZa4OMGjpc+/q4vLq55qvrWS9RhjIWigsoQfrFS6UWfwLQzriIiamI9vUUdZ8lhA1Lxkd"
    "FzfOOt2cdcnqCQktocZ3lCNpuhBnPyjieSzHoipmMlcChsjcYNhO4WtcHLVjEugMw/ZDMm"
    "yBEdlo3tOyZvfXefdPWuxVzcGklLEI0yp0ljapimyOqIG3nLB2U/1Fnkhcp9uVHCbEawns"
    "nBctn8jOWS02jHIsAK+lYCfXS50cBhdsKp6791hQTzV+ulvmHrDlwH4UE1AvBzzGipfnd8"
    "cHynhDsVZQLvOZLQbtdFSCNzD7f4Wca8meE6+LOJ4QV2V4DcmIBdGJQmYap/nhGPNs2dBH"
    "puWBjhdmSssT924QD6lEgauXCVfT/iqxOsbYRy4AcDWogUKCLVzJpwZJ3FBaVY5UMWXdgM"
    "yHw+B3mOLlvTCzoYyVI0MtqSdztZFsRRR+wauEbnUl+XMcYqtoTnFKPICQgM9QjsQuktN6"
    "Jw50wRMAD6i8A3AXfC9e2IXAIfhVaCI0iMJar187AQbqBU8CkuMnCH9/sNjLCSzxEayGZN"
    "adc/pQaNfFpTZj2O0391ZZdn87OXnx4vXJ8YtXb05fvn59+uZ4ZeJlT5XZeueXP4O5l9A8"
    "Q/uv2Hegv7tGS/UlEUq4rNfOJRxv4jQrZZDH1qGqr2lCyKjb+ZDWJ9aygqbMbg7FFt8Mq7"
    "6xiQ3UtB1KegQtzuriGZcxeKbL0XkecYrJjJJ+ThlJs4dV2MPiWn0tVi4lZ17k1EZmjckU"
    "N9nIMoLGUZTexWZ46TCc877+/fb6qsBAi0TSTgJqcfQf1L6S8QBGucsz7d1MvdZwgbTLk1"
    "nW3GvmrEmJttBLd+jOGk3yqi9tMp0xWbblV5IbUpwa0S1jC2k0tj8hy4qE4Rmaznksfxgq"
    "JM88NqW+orkUMYiYa5G3QWlD8TLYyIJ6jzKiVx4Uj43ETRF2/YVY0aMzI+r5HIn5Ei9glo"
    "Xc+d3X9QAXV2lxBXoZWfvSRNb+yMzDhOQ0USo2N4LhLbQxtlJ7ZyTuT7yZR/OKjRejnBJr"
    "IdpbYCX3211aN7g3xEuY0LQfJDRNEx34jHjUGufpvsGZUp0XR2PWabrF87zh0tyFjEfukp"
    "PDcgQzpq3HbjMsR7HCt4cigdqtNdvvpgkfVQ2Eg+EtRPf58XEVPfD4uFgPhHNpft/lJE8H"
    "LGbuYiKGuavJ3O11M/vz/wEor9uK"
)
