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
    "eJztXWtz2ziW/SsofUnPlsblOHGSSba2yu443Z5O7IztbM9s3CVBJGShRRFqArKimun/vr"
    "gAKb4lktYDYvChHyZxSeqABO499/XvzoS5xONHH9kD9T9g6s0Cwjtv0b87Pp4Q+T/FA7qo"
    "g6fT+DQcEHjgKQkPhvaGybEDLgLsCHl2iD1O5CGXcCegU0GZDzJwZeIiJcoRGyLmE4Qdh8"
    "18gVig/3RdeT2OqI8wCtj8CPX5bPA7cUQfUS6PjTAfvY2GEXkkIMhnA+YunnEkGAoIdo/g"
    "eVzmyAei/sPubz3z6R8z0hPsgYgRCeQDfP1NHqa+S74p5NWf03FvSInnpmaCunABdbwnFl"
    "N17MuXy/cf1Ej4WYOew7zZxI9HTxdixPzl8NmMukcgA+ceiE8CLIibmBZ/5nnhPEaH9BPL"
    "AyKYkeWjuvEBlwzxzIPJ7fz3cOY7MKcI7tSbCSpfHYdNplgcwZHX/xM+Z0Km17u6vuvdXt"
    "z1ep3ciwHPk5mw8JDDfHipqC/U+/qnvm6Mjn6L4QY//nx288OLV39ReDAuHvQrrrDr/KkE"
    "scBaVM1ADHk4yXncfxzhoBj3hEgGfPm424E9AmkLsHYm+FvPI/6DGMk/X71cAfP/nt0opF"
    "+9VEgz+cHr9eAqPHOiTgHgMcDqK8vDe+mLYnSX4zPYUn20LrbRgRjceH3aBboP8BB/PXn+"
    "8vXLNy9evXwjh6gHXR55vQLwy6u7DJoe5qKHC/B8LzERdEKKQU2IZWB1Q7mj6H8OEOQVCN"
    "5dfrq4vTv79BkuP+H8D0+BdXZ3AWdO1NFF5ugPrzKv9/Ii6NfLu58R/In+7/rqIrvcLMfd"
    "/V8HngnPBOv5bN6Tu0YCk+hwdOhP2A+G48TyBAcG2BnPceD2cmfYCSsbmz81OZlkj2AfP6"
    "hJAjThOUMF4FZubBr5nG4QnVqpFXA9qKI+cC03XbUjy+1X7cAueaSOHIh9F1HBkUflQblZ"
    "B2Qo8R3JPXZMfJ7f3Zte6N6/9699b4HkLq12dxgD/++TOeFCD4O9f0ym4h3qhx+FfPw+Uo"
    "sUh9GTLuoHTMDHIj8wpSvMRyAn0BxzNMEukaoE+Tal8t4w4t7nHpVYSDniu+oQcplUKHwm"
    "KuoPXzszToKe3v8dqXjom3d+s4qFOYpF+Lb14M3Kg39OfRwsiuHPSmYmYrAQWuduzyp9/v"
    "H6PLVAS33i/PLq7OZfP3w6++dfUqv0x+urn6LxySk5/9fdxVlmt4w/2RoKSFpod1rI8YGo"
    "IPFqV1cLSUtuQBEJV5EDeMMPQg9JzrLeRHvqzxq2UUaskX1k2KymDaTnJ28qWEhyVKmJpM"
    "6lPym1nUulrMhQKsc6LdU+qE+fn1SAWo4qhVqdS0NNp3Ug1qPbB+3L0wrIvjwtBRZOZcz8"
    "WA2tuSukJVtonnaAGgRLI3wrDmSbCF/glbuE4hU4IX5TTiIha2f+kGY+tmjrzntasoWzfi"
    "CzXEkNDCmK2nMci9kJNnqCA/LIxs2suZSkteZMnuUEX1iVBEyIbJIJNHdS13B9OZI+jW4e"
    "2g8sIPTB/4Vomu9SPgf2nSKzOCTZv4SXOUxI46Pxpxzg+ZKMTr5Q8rfLX0yEtr7Obn88e3"
    "/R+XM/Xg+FeoHLI5qNcn8H/KCKzo7+HzMmcI89kiAA8r+vwgfA2TCkDxBDAb6H/j9g0Ad9"
    "oC/PYoFcOhySAA1ZIP+mHE3lLZmfd4Js4wY2kMG0Nai7wt9AJph6dbiNpcBmghj2bWql+I"
    "2T0ypxDHJUKcOhzuVZurp8aFKmhThvPlzEpXzq4UV94jkjZ8GuAPYUcz5ncgctdlKWo50T"
    "bB9FenJahSOVo1YsITmWVO6uExpHSaThPgsCXOISzshl0PYo35pXMrFPDmbUE9TnR3C/fe"
    "yOdxf/vPv6W5bQ5z2petHHgtXinDGPYL9E6UjKZV3sUnBbgEaayI497NfXH1PG6vnlXea9"
    "/fLp/OLmh+fqdZaDqNbO8/7fjKaZh/3vt9dXxZgXiGZ5A+oI9B+06zcabruPNxqgSk1LtH"
    "os4x4SE/RjQdQDXOA8M0ESXl4v5CEhsbt4h+fbWsY3HO9gPVvlULfXv6G8UzrPoaFrKyls"
    "2VGT2VH8KI3quvxoSugJ3MXhzOtaciKpI1AieiM2C2rqBymxJ+kGh4PrxpQAQ+LIz6b0Dm"
    "KnOwWs6vJcdxWziqe0p6O0q9GrZ2hMForDxGgasIcAT7rIJ1KtQXOpaAK1iX0VC87m8qV5"
    "pmjOyKA6QrcjeRgx3yHvUH8akCH9FgZyYyFHsqlH0FguHhDUPVjkydfd397GiLeCs61Lcl"
    "lyqw65pb6kWqzWUqKFAD9/VSVuNauGJcJWX2UBVit0g/yGtJzNbug2zG7gDpsW8S8reMRY"
    "xFKI1sK3Fn5PKklN5j0ra+17k+17g2JV7SzbSEY7yzaS0UYymgvpoUYyXvqP2mmbY93CM9"
    "1VnBtVYyoTbnO8gFpJQHpxNiFQBwnNRwwKKSCfLasrLYh4i+ZUjCAWkZMk8dVVlFcXyWHU"
    "A24r3GyL+LUt3g3KQPQjPX6wUMzbFZSRGIaVoaCEA8JCBVPKiQdWjwpOvKENkjw4ws1SFv"
    "ulLHYcpGqYHraDGFUbYLY1dmiwqLNcp6Wsf9gybpZxM4iHMW3WD2SWq5roTb5sS6caPL+G"
    "hJZ8DvMObqR1JzoFlm56QHeVwbvMYQhgbC3DV0iTE8oEougapdYluh4igp1RXG44qjgYVh"
    "nUlQTLbN7t3MjarObpRtZmfSrE27JZra5qdVWrq7ZIl7G66nc1v4a4C/da5H+DzsI6iv86"
    "x+K1T+6Y/NeW3YomQL9hp+KTrKiLbwKqEniXLpFmhFh0Cgyp3JjuKluKhKPlD1DDaWVHor"
    "80WLDQ4fOPEDLfRfMRldbMgHjMf1ANVsAXp6uTIGm0kEyDFhUsD+ZOdIUwAN8ZYf+h0Km4"
    "yzsXWFxfO9F4GBD1FPltVRi/R/2xjeI3zkBLzmPer3Xhzya59S0Tdh7Lmxx43gGP+yObOS"
    "PClXeciuxXtZ9AdBN6+OzbEtt+7Yq9lL8xTDXeAczxIl/TJkkJttDsbDHZYI6VYq7paYMa"
    "TbI/dpdMPHOpuPBFUGilJM6utE8wjOtJ0ySobJn0B0TqOKSv2kj18VAaOH00Yp6rFX6t3b"
    "tdFW7IZgJx4gRE8CN0N4LmkgL0o0QkoYoeXHBBJsnowXQNx13csUrmsMCBPBu+DPLfcsDX"
    "jrpB4pi1QMyxQJJzUxX4pIwNT0rrYNgp7hlVrujGEi00Jzafmx2uMAqkGihnxFoI9YsqLW"
    "9elHe8eZFreJNazKsuDikhq19mINX7dB7P8sI2sYStadO8sJ1SierAvhSwqDdH3XbM2lLH"
    "LBYExFONJgtX53KM85It3Am30IncBvJ8J9yaIdGqF0HAglLuInG2u9K3CuNqchdDOdkkmM"
    "o51z5K4ALG8t2CLhBDTL1ZQBTLMAd/JoSROvLZ0DBgk3eon15e+siT74byg8JV5HGIJqW+"
    "/os9FPAYu767jWc1T1suJysSb0edTS8jtpkdb6+RIVvf7+RaUk+tcNtqVm8e3AnhXK76df"
    "BNiLQQ4q04QzlE0oTRR01CK5LyJmPeGbE5GmAXNkPKszvqfqIqVGxUHvjSIvLL8baEfLaE"
    "/JAGzfvk5oSt/WG6/WFbJNuZN4DgMZpQ27xKJmeOeY8NK8ClRG1Oh2k5HYYwOu/Z3PcYTn"
    "MI2XPdVWyOG46qnm9M+WhZiwrihFlXUSU65FxuECQiR4bUI4WJxPWuoApieQRzsiRvAvow"
    "EsDewBVEoPKS51Kv1h1GAzZ/C9W4VNQ7xKtwhH0GTIwaDzW6PPkKqLG/s8ER6st/K25HX/"
    "7el5/IjLhwUjclnVPPQ8HM7yL51PK/vKuEI+zkFRx5B5862OvNAq/fRX1BhReGzihqiI6J"
    "aoEKhfN1cX0dECMf+t6HR8I+n5OAuJWjYlTt/oKC+hAcI80PMVNTakNjzGKb5OtRZ+cNh5"
    "tsKza1z49fvqlioMth5Ra6OpkxE5NfYi0lJytoQa8MOvmm9g1WknNSDHhKyCqU6xVKtVfW"
    "VN2TMu3DeCskn9q662C8FGgfwKfHxxUAlqNKAVbnMpk7U9CayhLUSjbChEz7YN7OezyaTQ"
    "Y+prV3wpxgCwHf0kbozgJNk3Ai7+8WFL0s5auLRBtR16YBv2HyOrZtGnlgltK7U+86//hy"
    "8eXifU1DRT0qMcP3Ih+lzLdYCfIneBl38zbLhyFTyLT3CBj4PoBtBPJTEjikyO/1Qe6HJS"
    "tJQiYD+RCEtvWaHx8db2kJWQHq++sv5x8v0Oebix8vby/DcNMlPahOwqG4gfjNxdnH7KId"
    "8jiqPK4oamF1Th/K1+0C6d25HLcFebhq/+3k5MWL1yfHL169OX35+vXpm+Pl8p0/tWodP7"
    "/8CZby1HufX9sFE9L+bjAJGcEW7Zs7ngE+JfAiTwvwX7HipKQarjmGwb/lNYcI3EBHzEi1"
    "6DXfmHqoGt4S3qRSXkbUet1M87qlkm+EIJNpnYCghERr9ueNfTagxoYA1VmQsmK7A/b0QI"
    "D1yTcRQdRgTSoQt+uSyeuSTo8oj3Veby+nr2Cy0TwfLSBCFHIoiNvEXj6p1HJmRceZnI9E"
    "g1caDX0nP6cS1SoraDDwG/mwLv55l/qmcrmZqerU0fBswmYR+qPCVIp10EdSFvemuAdEBA"
    "sFSA78c8Y8gv1V+Keks+XZpfi2NvLlkR2XZ7++/piah/PLLNBfPp1f3Pzw/C9pYy6/xavg"
    "pDzm5ZE0SwFb6CSNpA7Eqkf9xDItMod3zPo8koAXVpgpRT0hYfMrsnDazO5yqNsbXy/V+a"
    "DZrKclrX1nsn03pD7lo0bTnBG182zyPCfDq6vqdUkZW6UqT8xDPH9NSNNSVl9eWVlWvX8F"
    "jjtbWjZVWjb5mRbXli14bzcAa5SR8zm+4kG+tGsBTn+0KYjlI6CrLx8/7qt+bzQHZ6EzaE"
    "Xi1FnsL1qfP5XygqzPo7oOE5fYEGE0Z8GYBJCzRPyuShmC9Htopiin2c2nUNUVLuz2sXxw"
    "PUn+bDKQp7L9PmzqkDmpQ+EU5WAvtdFjgd2Z6AcUKWCQvWYc1O210q399n3Yb9+hH1bt+F"
    "ltwbphzf6utuEOzOh2VbW0jJhlMFZb226iwMKGLMPDhXatTZh5uUzq6ZK1y1fYhAnTvYJN"
    "GNrBlWtrwE1dNMfKtIuuIsE/Qn02E9OZ6IGNCUVH+2osX1bJWJYgpYMAB4uishubvbitcW"
    "raStVdZTrW7JP3pB55DQDfpimz5aR8KCTcVMOMZE2uNKErCEDhG2haxZqol5vPioPLjwhU"
    "AapBh6SFWhQssrm4BeYLefF6mfkpoTZo6+mXt0qaeHmOeC5BXH1EvSELJkX8w4qGThk5C/"
    "QaoPlsoOpy9DzsP8yk4leQ1nAWBHhRQvEVimdQr9iwpdFKndBBBjPqCerzI7jfPjQPsDq/"
    "/pZ7kwXrRTAVpWuuCjnNC9uI0xoRp2QyIG5j8AukLfo10M+YS3WW8QJRk5W/hkv5VsrZUL"
    "587Hqve1rQvulr3vQc47UfUuZWsIC4H0r4mMTZ7ioqhqtxvRosTH9MFstCo2zwO3HEM47k"
    "wYgFUZdUlUB1vVIxQgPisXmSIkFD5rkk6IYtZcgfM+wpKoWrIqDMLyiMuqsbQz3VX1WhE1"
    "XcH32+uHp/efVTF/VV+YSw3S8f4ZPTV30lpdr9zjFH04BNKIeev8uH1fdRD6RPwsExmQod"
    "i9DXdbuguuq9H7NK+ufpXyR/JJRE1QPht05xAF2Er6FGqn7E9xcfL+4u3kPfYKQeUkriha"
    "ohi8OiLaq1HuprThE8dH31APc+Z8hl4W0DNq9cXjXJV9oKqgZxWa0nXNTnZlDjjQMsuHVz"
    "cfb+XzVfa5PqbXnMweUtn9eDnpQ3/F2Ptg+9rnvUkBmQ+1sdvT4cbjLWDXX558eVogNgWD"
    "m8x/kIAVBK6rolkjIthHorZtOETohGqQbQKaH2UY3PT6qQjXJU+Rt9kiMcG1Qt20O9uO17"
    "I3ZdsEwZKnVe7liifW/25v2bSwOuDsQpofahvK09MfI11IE6KdNCpDffRtDmZn+HUd8xL1"
    "R31tOSNubb5Jjvvce9Hs7c1kjctZnQNmvXgADielm7+wnONvP7f1Js9r4Tdj8Rl+JLQSad"
    "AjdgfLK7ygs4gWE9KsdVDsVWoRG6+x9nEzJg7gJhPiYueJ26+sQtIUGgOvpx7ZWTxz575B"
    "u0GDxCl4KjfthVEBxXff0U4DgrCs/e7g1VE0WXCEw9HvrtpOzdp/fniGPqQkg4FUgeigaB"
    "B+0dmlP5QcxUq8QJYlIzVBfWeaXK0QfdDI/QHfjWsJC/BfyV2tUoBTm59+WFgd112JQqJx"
    "zWfRfVU8v1Clo09qfyj94EOyPqE9WHUf6c0H2oToUdhyN/o68vA82IkTOS5k+Npom6VdNv"
    "0CNRXVo/NWBknXwmOfnwo3wJ8YB6VJTw8OudINlr7ND/9OXql6vrX6/qeqDUR+lgHw0Imm"
    "PhjExJ50tC2Xs53sSMhJc5yEmBKIWXv5gxNRz2hN4TfbSZa5g/KZiHmyHHi0Zu8u1OxBO+"
    "kYLLHNh0dE36PLQC8aSvI3MJg0lWmAetWRnzVSTAe8JHkb/KocyCUR+DNgjKncHrJyJ9BZ"
    "N98BAsMAErSVoZlDT6GjackSImbv3qxgkh6yRu7CQWj02gf3wa9IaRQftBnpa99OUeTVr6"
    "ypu0yhvj0LTtqrfcrnpBcJ2qa9HwFq0ZG0swDsnFPJp/v72+KvO/LkWyzlfqCPQfVDEJ0z"
    "BkV8AGWKQ8rrmSQNnqP900vwYXyJUEWtK6efDXOcCTktYBbrIDPMtp19gVCkTbtz9sPjwu"
    "A1upjVsJdPNtW7Nwj31GtUFPi1rEKyIeuuLq7iFZWbuLmLyLDDzmjEGtahQwl5e2s30osz"
    "0oUBnKPd15SRs692cxtr2AYF6Uz1deCbVItg371Jo6M6stnwbFUG3Ad7nK0N6A79nUbTjr"
    "aUk766bMesFmpp7ekHolKhTxVq/UZZGKt8uFfF2sIlcjazQT0QK6JYj2eOkIOhW9oqP70j"
    "EsxW1Fml2msMFIGHRpu4uYpJrYiDsbcXeIk2JSFIWNuDMktshG3NmIO5NivYzD30bc7Xsy"
    "bM+2zQYQJI2KquZBUsbmoq7ORVVY5cGtnTOZSsw7TGDXZk0m3yuT2tko7G+IxJKLThkVEZ"
    "3vruciAj20curknPJRWJsTYnBVxdKhCsRVnEaaXBgGbKIyAjEfQ/6gYOovpfZDc5ocS7Hh"
    "60NipALkSv5E5BKHulArdQBZj1S8C5UsBwdwOaA/5Ikj1Nc6Y4hML5F0GeZGClXXjsUlTF"
    "WmZFiStM9ngwnlXCLW+68+EsTzUJgnGXWRheccAfECd3wkwTvU98k3EXWZzWRDEgQnobor"
    "HHThVe3/zgbqueTZe18+5kwaUfKYQorCT5gGDNaFRDporFCGAKgGQEQjJZ+dI4gskqIqgn"
    "BZq1b99QywlpcGhwW/91WGJqSBcgadMnUcNg6UKTeALNLKGZshxsrFFH5sCV5eZXLGmiLU"
    "aoUjy09Tn89Mlk31NIl4skkJe01K2G30sGl7/Q7Ch2mxGbauZH2h0WWr1a/qy3CAhYrD4u"
    "t12Z/GpYq3QMJpjqB+fENO0GCCwfjghqVuVFV1yQna0J1swDyYAg2QzQlaZIuRbZKKkJS0"
    "YYXmRGLkA3B8VtQZqXw7iMbbXaBBv2/ieBDMXn8Tzkta/OvjnyMY8tr+ijzjIukWJQ/uuh"
    "54zK1FZFoN90uJ9O58McfbnYyNOWKg+lqCjay7kxeI2+3c6O08zT7Xne8CcTvfJs+3+kDl"
    "vsQKnNfl6kRayqoS9VUJ7bapp0DEMlZtaKo2RN6wPPLlpQmSMrY2QfPaBI8k4IXNzkrf+I"
    "TE7lSz5weimtmEp3KoDzP1xSY82VkvnnXw+zftbJKVtQq5yQq5jXzcsBuiILCoKq4FotbJ"
    "Y+NKtx1XeiMXkZvLH+86pe/xBhCu2EXGzJd2LbYFX6553U7C2NwPzPPYXIVFrozhXY7rVo"
    "7l7Q1DmYpBvbdRR5L5iKE59nWA6oDIf3suBIbOieflY3WrixVmEKddIjOu2/9kk4i/ps/Y"
    "sE4zwjqtFVoKeIvtkVU+0LX6lNVUizXVaH2rgWhCxMK5WjUN4kyYTSinicSaw0S3qg5VuR"
    "XfjNv2hutRTXyxJiWT3UQKc3lpm+yQlWporIA/qcRNeJmjqMkdZDqphnEqcr4fdqAj0bhn"
    "/K3KCVMXoDxurKdTtOYj6hEkH4A+kvV1cbZ87wqqsC2nY8Smskr9tXTdhpUgm0azqzQaW7"
    "Ngs/5Ym5a0h7Qka4hay8k4Hb+K5bQfNR+q53ykgwAHi06Bip88vVK9V2WDPDUyzG+uUjFC"
    "CyxAo050gQ7LC+gu0c/4O9Qfy/lVx/sT9khJv4v6fMTmfVUCAvsM9GU0Z4HqZw3P/IwXFZ"
    "DY5u2gngRQe6o0BVd2gc71VmYBEH9vpaEgyES+LTNfV3G4gsINYFp4HpKAkiMo9jAnvKjM"
    "AxwOq0vMsbyo6xL33b3fn4+kHqTGq8FYl5SgQo1SrbLh3u/QgIg5gavNGeIzZ4SAQ+W6t7"
    "cqAiFvJ+8i/7OismeqdwInSm8vouatQWKQQdKoV8YG2mSYtlhvu09G4nuoAXRaygJdAWhb"
    "umLbpStgA6wDcDS+hfi+OKkA74uTUnThVIbQWCoBNUzttFCLwv03Z2072Pcb+Z3TkjYa0u"
    "RoSAqFQ4byglCarD4rmJa17GAddjCyTOp+XilB+3WZ/HVFxmTdKU7K2Rk2bYZzTN7+qKY7"
    "pYmXEE13kZq+hmZS6nxljimqvBeVBoUq0ThJBS19uemylmhMFkUk0pOuByxRP3SA93XFzR"
    "GbI4nZApEp5QyKkGqWB2gjNkREGuLyixgxTuBOcMEZn2EP/SH/RcVCMU3L0y9/6eoym1FB"
    "UnnHPhQ2IPJ5lPqon0l9sIoZkr8r/AmBfBBVvtOlLvKZkL9U1SEt54PCHx3arokesvlQzb"
    "gwp+WGzOGGmnUM3kCzYLNtvs1TFjYqYMNRASPMe2odrGkDpOSs/l9D/wfkagdixEIW6zoF"
    "TeMQuTTY5TUJEiJPKknQLG4g3hgHM+rJ7YEfwW33sR1upVKBVqFq8HWxgC0hlSshlVIbq2"
    "6HaSm7Ia4O0fBip/0TQzQyIQCHCe7aCI3022VShMaNtNrShlLqRHdl0DUMqWgpR30m4sAD"
    "3cDCnZF3YbAyj9L6IJoZ2mR0lxEKC2WvPtBH+edsqqKcXWld5g3o7d1mfVMJa3qaY3qq/+"
    "ZALzc6o/GbMTfXA37Axmb4hdXn6b9tkKU3dCOwJO7TdqMrJuiQOjiEP7cppc6v3Jv8xMiq"
    "W5SDZ1z3H9KvFZqSAP6Rlk9XbhuavoT4POj4pG8AfOqcOnJzge5LvxNHQOsleOqw+ZHefl"
    "Tfo4Ldahd3LORWE2lh6hlsjJ3Bm5nCrXAzWx/nH8mazKPqzswj+THLx3GzX8l+wmhsFFgy"
    "j+L0tEoixelpeSYFnEsjDDp4HuDyIrDR+Fbgu0pf2Eop+XCrKF9KSni/jFwbau9ue+mIMK"
    "u3U6albN2vTPFRpaTUeHGXAq1YLtKv7POTKt365KjSl1ads+VdbWEd+GUNpjwhZgOyTLPl"
    "bY2fXblBbAmaAy5Bc+b7bCbnZULUk+e4ptT57iquCSdGVuWa5phCmFNU1gUC7FRiJUf9gD"
    "h0SuFafVXhcIQfiYqYe2CK3VkQcYTOGRuPCZmqFtpzKq8wE4g8glR0ITb33ypKKM877fLu"
    "935k2atm5n58P5V6muTprKPl8Lgpy5NYnqQ9PEm8+uUhL43GSQvZYjUFQTnhhpMH9SwI8K"
    "Ik7SOWyWC6zWCz/bzMsNJ+/c2a5N+pSW6I+/Vngj0xusXQwKNIJU6dX6kSj9TIHldDK+rE"
    "v4IXyBkRZ8zREEKLIDwHowkDvfodYp5LoLghUSom9pFUOgOdx+ITSC/p6nKJYQGUVPZL3v"
    "W67ZsVel2hCAx1orIX+uMMC3FZ/6u5Om799be16+6BrLOVuLHDK6DX1LUOxZqGUTxnbW/D"
    "qyrOhuxEJnwNr7IWjSdh8Z1Fb1IA/geP4dIuoEmxDOpDkDMH9018UO+vv5x/vECfby5+vL"
    "y9DNMOll+QOqk2kGWmx83F2cesClmzEMjTaoA0AvdQ+h+mN+/Kbt2UlCXUVxPqIVob4NRv"
    "4ysdJrBrafX0m2USsx5hX2BBJKal3HgIf1mNJkI6QDKus4h8QlwOBQ/l7ftIEM/jQF4PAz"
    "bRRQxBKS+o4viUi+nse6UWhOkHcuudEjb1dLo9dCfqor7aiPv6LNxEVVFUlog0I6gLcZ1C"
    "WrfjVEZ9aKmkM+n5VA67l5Mg3xJ5jejekWkywv4DkY8CdgkbCp0LoY+68tc4HpY6qJtKls"
    "BoGjCJfFjbUTA2BqHZFGrMC068oTx276unkZcI++WmilzKiXum2H9L5h+coVNemG29PnwI"
    "Rdo6cYC0GZqwTVPZXr3Mg7PuOl+ufry++nD505ebi/c1F45O0WZjxju+NDybzMNS+JCmoW"
    "BXN2MqtGJRwxyMBWyeedYeDPWrOsZ1LGHhzKXt75EUOpwAxE1wQhOp30vDLQ9zeUxBQqQN"
    "GQC7jioI7aQ6ml5CpA2I7yCAHXbcntpxG7nMC8RtaLPJ7puYv6g71WlJO8umzbIh0RC/ks"
    "GIsfENcYicg04Bm5kZ0V1Fas712F6gB1cuMBpuvdDWHOg7+QCI+priU8bGgKhjKuoWWD3m"
    "S4VI9EaYjyKuUlFzMCi6lmYudaeZoiKkO7nnemrwayd5ZZBR4D3qT1cO/po+YKlEc6hEzm"
    "ZBkSOnIv2ylDacTmSIy/dTfgZmGPh103sPoTqAMYwimwn5QTZ+pxPi5rdczC3zZrzf7mzq"
    "QbII6bFhTUd8gahNss4Gi6R326qrSFbOriYVVpMpXngMF7zC5UVYEyK7L8K6n7d3K+VWk0"
    "pjDv51ic8p0RZGeLYssj71yenYhkYTn5W1rIFlDdaWsJNbpu8Tr7Omkl00rFu1oF3P0RIV"
    "SYRrH7q6LpBgKntB15c7Qr+GebsY9QUOpBXeRxNMPfTAoMYcUya8xDyAcKAwWxc7Kiapq2"
    "gAArFRImzuOljAAD/PJuzy5ioCS6chR6nN8h94leEaSQS16IN8JvkMDK5V3okkx0oki+fF"
    "iVaWfjCIfmh9JBME9elKjzysT7B/62y/0Uz71pu23ZZWrZJ5eMudtrFEGzyIu/bZciLX9l"
    "p4xxIW7/p46207j/eKBPFYZIf54UXNSOB++9ggAdlc1jjx4ecV7H4rW+kkpHbYSydSRA62"
    "lY5N0S/fENtLJNiqaraq2r7TvwytqpbkNd4Tj0rTetFZw38sx3UrEyCuFqFVk8SAhUjZ/z"
    "qhSTETyvwHbiJkVd6pM9TVXARUN1NNYqJy/OD0lXq1Co1QlfiRg30V9VBMfmz/tkB71KnI"
    "hnIF2dJP+QyS3bAQZDIFIiWRhiZUS1pO5Yd37y8b6WA+lteCbjkwJpyaxTuoJcen8j0mvU"
    "RWnPox8ol+vrv7DI1ubz/dfS6vmJGa9JBy0XAtu72mA0bik13LzpjKztj9c6N+2wNMdWoY"
    "lgCs1xADWQvlKM1gvaKFMo9/aSJIUsRmgmRtqrBTlIKoeaOppLh11pnmrEu741NaQo3vqE"
    "Cy0edk2ORu+oMiQcAKLKpyJnMpYInMDSb7lL7G5bk+tuyOZdi+S4YtNCIbzXtW1u7+Ju/+"
    "aYu9qjmYlrIWYVaFztMmVZEtELXwrias/UxX0icS19kmp4cJ8VoCu+BFKyayC1aLDaOcCM"
    "BrKdjp9dIkh8F7NpHPffFY0oUlebq7yj3gqoG9OCagXuW4BCu+uipccqCKN5RrBRWqChqk"
    "9/Aw0RGY/b9CpTbFnpOgiwQeE1/XhRmQIQujE6XMJEnzwzEWuKoNsCrmAzpeVF9Nnbj3w3"
    "hILQpcvSrTMukty7ElGPvYBQCuBj1QSrC5r/jUsPQbNGRRI3VMWTck8+Ew+B0meHEvzWwo"
    "fu2pUEsaqApvSDUwjr7gZRk4fSX1czzi6mhOeUo+gJSAz1CNxD5S03onD3TBEwAPqL0DcB"
    "d8L1/YucQh/FVoLDWI0g4xXzshBvoFTwNS4CeIfn+42KsJXOEjWA7JrTvn9KHUrktKbcaw"
    "22/FLm3Z/e3k5MWL1yfHL169OX35+vXpm+OliZc/tcrWO7/8Ccy9lOYZ2X/lvgPz3TVGqi"
    "82S3RndecS61DV1zQlZNXtYkjrE2t5Qducp4BiS26GVd/Y1AZq82jTHkFHsLp4JmUsntm8"
    "5CAgXjmZsSozOStp97AKe1hSq6/FymXk7Iuc2cicEZngJhtZTtA6irK7mE2o31tCPXOcWd"
    "DMWZMRbaGX7tCdNYbkVV+6ZDJlqtjrL6QwpDgzoruKLaTx2N6YLKpXY5uJRP4w9FWaBmxC"
    "uaa5NDGImO+Qt2FDBPkyuMiBLhEqondZFk3eFGGfz+WKHp8Z0oALJOdLvoCFddl2e/dCni"
    "0RiCmv0uK+dSqy9qWNrP2emYcxKWi9XG5uhMNbaGNspWLvUN6fBNOAFrUoK0c5I9ZCtLfA"
    "Ss4GvxNH1KUlU1J2dbChad9paJohOvAZCagzKtJ9wzMrdV4cj1mn6ZbP84YbepUyHoVLTg"
    "HLEc6YsR67zbAc5QrfHloLGLfWpPbOk9PTCpunHFW6e6pzGUZfflQ1EA6HtxDd58fHVfTA"
    "4+NyPRDOFdYdrcPcJUQsc1eTudvrZvbn/wOqBBVl"
)
