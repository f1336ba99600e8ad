"""The health of services, and its history."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "services" (
    "id" UUID NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "status" VARCHAR(16) NOT NULL DEFAULT 'UNCONFIGURED',
    "found" VARCHAR(16) NOT NULL DEFAULT 'UNCONFIGURED',
    "streak" INT NOT NULL DEFAULT 0,
    "changes" INT NOT NULL DEFAULT 0,
    "latency_ms" DOUBLE PRECISION,
    "message" TEXT,
    "version" VARCHAR(128),
    "last_checked_at" TIMESTAMPTZ,
    "claimed_at" TIMESTAMPTZ
);
COMMENT ON COLUMN "services"."kind" IS 'what it is';
COMMENT ON COLUMN "services"."status" IS 'what people are told';
COMMENT ON COLUMN "services"."found" IS 'what the last check said';
COMMENT ON TABLE "services" IS 'Something the server needs. `name` tells it from all others.';
CREATE TABLE "health_samples" (
    "id" UUID NOT NULL PRIMARY KEY,
    "at" TIMESTAMPTZ NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "latency_ms" DOUBLE PRECISION NOT NULL,
    "count" INT NOT NULL DEFAULT 1,
    "service_id" UUID NOT NULL REFERENCES "services" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_health_samp_service_753d9b" UNIQUE ("service_id", "at", "status")
);
COMMENT ON COLUMN "health_samples"."status" IS 'what was found';
COMMENT ON TABLE "health_samples" IS 'What checks found at a moment; older ones of an hour are one row, and `count` says how many.';
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "health_samples";
DROP TABLE "services";
"""


MODELS_STATE = (
    "eJztXWtz2ziy/SsofZnMLa3Ldp432bpVdqLMeDexZ/3Yndl4SoJIyMKYAjQEaEW1m/9+0S"
    "ApvmmS1oNi8GFnYwJNUgcguvugu/Gf3ozbxBEHn/gdZR8xdTyXiN5b9J8ewzOi/pHfoY96"
    "eD6PmuGCxGNHSzjQdTiJ9x0L6WJLqtYJdgRRl2wiLJfOJeUMZODOxEZaVCA+QZwRhC2Le0"
    "wi7vp/2ra6n0CUIYxcvjhAI+GN/yCWHCEq1LUpFtO3YTeirrgEMT7m9vIHgSRHLsH2AbyP"
    "zS31QpTdbf/RHqN/emQo+R2RU+KqF/jyu7pMmU2+auT1n/P74YQSx06MBLXhBvr6UC7n+t"
    "rNzdmHj7on/Kzx0OKON2NR7/lSTjlbdfc8ah+ADLTdEUZcLIkdGxbmOU4wjuEl/43VBel6"
    "ZPWqdnTBJhPsOTC4vb9OPGbBmCJ40tCTVE0di8/mWB7Aldf/F7xnTGY4PL+4Hl4NrofDXm"
    "ZiwPukBiy4ZHEGk4oyqefrN/++ETr+LIYHvP/55PLZ81c/ajy4kHf+FNfY9b5pQSyxL6pH"
    "III8GOQs7u+n2M3HPSaSAl+97mZgD0HaAKy9Gf46dAi7k1P156sXJTD/8+RSI/3qhUaaqw"
    "/eXw/Og5Zj3QSARwDrrywL7xmT+eiu+qewpf7VutiGFyJwo/VpG+jewUv85fjoxesXb56/"
    "evFGddEvurryugTws/PrFJoOFnKIc/D8oDCRdEbyQY2JpWC1A7mD8B97CHIJgtdnnwdX1y"
    "eff4Hbz4T409FgnVwPoOVYX12mrj57lZreq5ugf51d/4zgT/Tvi/NBerlZ9bv+dw/eCXuS"
    "DxlfDJXWiGESXg4vfQN9MLmPLU9wYYyt+wV27WGmhR/zor7ZptnxLH0FM3ynBwnQhPcMDI"
    "Arpdh85DO2QdhUahUIv1NFe+BCKV2tkZX61RrYJg/UUh0xsxGVAjlUXVTK2iUThe9U6dh7"
    "wkRWuze90S27ZRfMWSKlpbV2hz7wb0YWREi/G+j+ezKX79Ao+CjU64+QXqQE9J710cjlEj"
    "4W9YFpW2ExBTmJFligGbaJMiXI1zlVz4Yet0w4VGGh5Aiz9SVkc2VQMC4r2g9fep4g7tDX"
    "/5YyPPyH9343hkV7DItgtg1hZmXBP6UMu8t8+NOSqYEYL6Vvc3dnlT79dHGaWKCVPXF6dn"
    "5y+duzzye//phYpT9dnP8U9o8Pyelv14OTlLaMPtkaBkhSaHtWyOGemCDRalfXCklKrsEQ"
    "CVaRPZjhe2GHxEfZV6JD/WcN3ygl1sg/atmoJh2ko+M3FTwk1avQRdJtyU9Kq3NllOU5Ss"
    "VYJ6W6B/XLo+MKUKtehVDrtiTUdF4HYr9396B98bICsi9eFgILTSk3PzJDa2qFpGQH3dMe"
    "UIPgaQSzYk/URDCBS7WE5hUEIawpJxGTNSO/TyMfebR1xz0p2cFR35NRrmQGBhRF7TGOxM"
    "wAt3qAXfLA75t5cwlJ4821eZRjfGFVEjAmsk4msL2D+gjXlyHpk+hmof3IXULv2N+JT/Od"
    "qffAzMpziwOS/Sa4zX5CGl2NPmUXL1ZkdHxCqd+ufjGRvvd1cvX+5MOg9203ux4a9Zwtj3"
    "A0ivc74AdV3OwY/elxiYf8gbgukP8jHT4Amw0TegcxFLD3MPoHdProXxipViyRTScT4qIJ"
    "d9XfVKC5eiRn2U2QTTzABDK0bQ3ql+w3kBmmTh1uYyWwniCGXbtaCX7j+GWVOAbVq5Dh0G"
    "1Zlq4uHxqX6SDO6w8XsamYO3hZn3hOyRmwK4A9x0IsuNKg+ZuUxWhnBLtHkR6/rMKRql4l"
    "S0iGJVXadUajKIkk3Ceuiwu2hFNyKbQdKja2KxnTk2OPOpIycQDP24V2vB78ev3l9zShL4"
    "bK9KIPOavFKecOwazA6IjLpbfYleCmAA0tkS3vsF9cfEo4q6dn16l5e/P5dHD57EhPZ9WJ"
    "+tZ5dv83ZWlmYf/b1cV5PuY5omnegFoS/Rdte0bDY3cxowGqxLCEq8cq7iE2QO9zoh7gBq"
    "epAVLwinohDzGJ7cU7HG1qGV9zvIPZ2SqGurv7G3p3ys9zaLi1FRc27Gjb2NGWxNyezOk1"
    "xJn2chioVVu/jIXCczr0I1qrUVEn6J4sNd+D0dzldy6e9REjSgWghVLKQANhpuNm+UJNyB"
    "80JRQanwfoaqouI84s8g6N5i6Z0K9B0CuWqiefOwTdK6AhAHa8zBJV23+8iaftBL9VlxAw"
    "REAdIkB/SbUYgJVEBwE+elUlxi+tsmIhfq/SAOsVukEseFLORIL3G0aCC4vP83zVEs4lEj"
    "F0i/GGjDc0VEZSk3FPyxpfqG2+UEvj+swom6gvM8om6stEfbUX0n2N+jpjD/4GV4Z1C1r6"
    "ZZwb1X0qE24LvIS6MkB6CT4jUDMGLaYcks4R46tKNEsi36IFlVOI2xIkTnz1NeXVR6obdY"
    "DbCpRtHr+2wadByvwotOPHS828nUPK/SSoogPp7ghLHXimBh5YPSoFcSYmoGzvCDdDWeyW"
    "sthyQF/L7LAtxPOZYJyNsUPjZZ3lOin1hGW7ZXP4KeuyYdy+b8atRTxM20Z9T0a5qove5M"
    "s2dGqLx7cloSW/BDHal8q7k70cTzfZoV/m8K7ivV3oW8vxlcrlhJJqKLxHoXeJLiaIYGsa"
    "lWYNq7MFFdn8qmtFPu9mHmR81vbZRsZnfSrEm/JZja1qbFVjq3bIljG26nc1vi3ZLtxpQf"
    "Q1bhbWMfwf21i8YOSaq/9seFuxDdCveVPxSV7U4KuEDG7nzCbKjZDLXo4jlenTL/OlSNBb"
    "/QDdnVbeSGQrhwVLP3z+AULm+2gxpcqbGROHszt9GAXsxfmVHJByWkjqMAsdLA/uTniHIA"
    "DfmmJ2l7upuM0n53hcX3phf+gQnr/we1kYv0PZvYnib52DFh/H7L7WgHmzzPqWCjuP5Nsc"
    "eN6DHfcH7llTIvTuOJXpr2o3gehtOO9k157Y5vP8d1IqpGWm8RZgjhb5mj5JQrCDbmeHyY"
    "b2eCntdT1NUGOb/I/tJRN7NpUDJt1cLyXWWuqfYOg3VK6JW9kzGY2JsnHISB+5M8IT5eCM"
    "0JQ7tm/w+9a93dfhhtyTSBDLJVIcoOspHMQnwT6KRRLq6MGlkGQWjx5M1rvbxhOrZA5L7K"
    "rWYDKo/6oOX3r6AbFrxgNpjwcSH5uqwMdlTHhS0gbDVv75OsWGbiTRQXdi/bnZwQqjQaqB"
    "ckqsg1A/r3I8yPPi00GeZw4HSSzmVReHhJCxL1OQ+no6i2dxkbBI4km1wfZnsd1IETBtEt"
    "WBfSVgUG+OujldaEOnC3HXJY4+lC93dS7GOCvZQU24gVObTSDPd8KttSRadeC63C3kLmKt"
    "/dK9VehXk7uYqMEm7lyNub9HCVzAvZpbUDF/gqnjuUSzDAvYz4QwUku9G5q4fPYOjZLLyw"
    "g5am7ofVC4i7oO0aSU+X/xuxweY9tPN/Gs7bOWi8mK2Oyoo/RSYuvReDuNDNm4vlNrST2z"
    "wu6qW71+cGdECLXq18E3JtJBiDeyGSogkiaIPmoSWhGXbzPmvSlfoDG2QRlSkdaou4mq0L"
    "FRWeALC26v+pty2+ly2xPqNj9TNCNs/I+2+x/mOFkz8i0geFpNqK3fJFMjx52HhhXgEqIm"
    "p6NtOR0tYXQ+8AVzOE5yCOm2fhmbYwe9qucbUzFd1aKCOGHe11SJH3KuFAQJyZEJdUhuIn"
    "G9O+iCWA7BgqzIG5feTSWwN3AH6eq85IWyq/3TGF2+eAvVuHTUO8SrCIQZByZG94caXY6a"
    "ArrvH3x8gEbqv5rb8W9/y9Qn4hEbGv0DHBfUcZDrsT5Sb63+X/S1cIiduoOlnsCohZ2h5z"
    "qjPhpJKp0gdEZTQ/Se6OMioXC+X1zfD4hRL33L4JUwEwviErtyVIyu3Z9TUB+CY5T7IT09"
    "pCY0pl1sk5oedTRv0L3NvmJT//zwxZsqDrrqVuyh68aUmxj/EmsZOWlBA3pl0MlXrTd4Qc"
    "5JPuAJIWNQPm5Qal1Z03SPy3QP442QfFp118F4JdA9gF8eHlYAWPUqBFi3pTJ35mA1FSWo"
    "FSjCmEz3YN7MPJ56szHDtLYmzAh2EPANKULbc32aRBD1fDun6GUhX50n2oi6bhvwayavI9"
    "+m0Q7MSnp75l3vHzeDm8GHmo6KflXSjr0X9SpFe4uVIH/CLuN2ZrN6GTKHTHuHgIPPAOxW"
    "ID8nrkXy9r0+Kn1YsJLEZFKQT0BoU9P88OBwQ0tICagfLm5OPw3QL5eD92dXZ0G46Yoe1I"
    "1wKTps+XJw8im9aAc8ji6PK/OOsDqld8Xrdo709rYcNwV5sGr/7/Hx8+evjw+fv3rz8sXr"
    "1y/fHK6W72xT2Tp+evYTLOWJeZ9d2yWXyv9uMAgpwQ7pzS2PgJgTmMjzHPxLVpyEVMM1p2"
    "Xwb3jNIRI3sBFTUh2a5mszD/WBt0Q0qZSXEjW7bm3bdUsk30hJZvM6AUExic7o57V9NmDG"
    "BgDVWZDSYtsD9uWeAMvIVxlC1GBNyhE361Kb1yU/PaI41vlxfzl5hzY7zYvpEiJEIYeC2E"
    "385eNKR86UnDiT2SPxwSuMhr5Wn1OBaZUWbDHwa/mwBr9eJ76pTG5mojp12D2dsJmH/jQ3"
    "leIx6EMpg3tT3F0i3aUGJAP+KecOwawM/4R0ujy7Et+UIl9d2XJ59ouLT4lxOD1LA33z+X"
    "Rw+ezox6Qzl1XxOjgpi3lxJM1KwBQ6SSLpB2LVo34imQ65w1tmfR6IK3IrzBSiHpMw+RVp"
    "OE1mdzHU3Y2vV+a822zUk5LGv2uzfzehjIppo2FOiZpxbvM4x8Orq9p1cRlTpSpLzEM8f0"
    "1Ik1LGXi6tLKvnX87GnSktmygtG/9M82vL5szbNcAaZuT8Et1xLyftowAnP9oExOoV0PnN"
    "p0+7qt8bjsFJsBlUkjh1Eu0XPZ4/ldgFeTyP6iJIXOIThNGCu/fEhZwlwvo6ZQjS7+EwRT"
    "XMdjaFqq5w7mkfqxf3B4l5s7FqSp/3YVKH2pM6FAxRBvZCHz0S2J6LvkeRAi3y11oHdXe9"
    "dOO/fR/+23e4D6s1ftpaMNuw7f6uNrEdmLLtqlppKTHDYJR723aswMKaPMP9hfZRnzA1ud"
    "p0pkvaLy/xCWOuewWfMPCDK9fWgIfaaIG1axfeRYF/gEbck3NPDsHHhKKjI91XrKpkrEqQ"
    "0rGL3WVe2Y313tzUOG3bStUvcx1rnpP3pDPyGgC+SVdmw0n5UEi4qYUZyra50oRfQQAK38"
    "ChVbyJebn+rDi4/ZRAFaAadEhSqEPBIuuLW+BMqpvXy8xPCHXBWk9O3ipp4sU54pkEcf0R"
    "DSfcneXxDyUHOqXkDNCPAC28sa7LMXQwu/OU4ZeT1nDiunhZQPHliqdQr3hgS6OVOmaDjD"
    "3qSMrEATxvF5YHeJ1ffs/MZMmHIUx56ZplIadZYRNxWiPilMzGxG4Mfo60Qb8G+il3qc4y"
    "niPaZuOv4VK+kXI2VKxeu950Twqamf7ITM8wXrshZa4kd4n9sYCPibX2y6gYofsNa7Awo3"
    "uyXBUa5eM/iCV/EEhdDFkQfUtdCdSvVyqnaEwcvohTJGjCHZu4/eBIGfKnhx1NpQhdBJSz"
    "nMKo23xwlfqiccLOlBBtEZnTecZBHy/dopMn9rDi1OXg5MNvNad1mwpOOdzCxWcePw56XL"
    "7lcx3WaVjBdfEatY63ZASU4qlj2Abd24x1Q2P26LDS9jh0K4b3MLtFDlq5Li8fl+kg1Bvx"
    "G2Z0RnyUagCdEOoe13Z0XIVtU72KZ/RxhnFrULZrBwXTNk/Hb7ti1xQfv3xVZ3JHEh1cQ9"
    "a/wxcywHUgjst0cPlY/+FuJmP2O4zF3XmcWsu+svUk2pnMRZNl14KAv3pZdrsJpmzn9/+k"
    "WMpdJ9idc0knNGBfcpj7RHu/jLtnsZ5VyXsLe8E5Yf6Yojlx4X+Csz4S3D/OCw4DU8OA/A"
    "dAoOOCWuQdGglP0+7D/wkjICMmEuEx92QOa7+NJ+Ym8KnHro7/gncwuXs718HFnH0x//A4"
    "l/kkGmKrnP1UfczqdRrloDw/ruBTPD8u9Cmgaafn+LRNT2+BWhtzO4ckLk7uCft3At9tJ/"
    "WEqqIulZmW6x4dsf6lI8SsnqZMShm3NH0wo5dXJbHsQEYvt0rifi4XWyDgDYlWjH53STT4"
    "ZY2OGMcmkX0fEtljfl5VRRQTMWReOZnnCcPlPU44xSZUmxJ3fybYkdMrPJvnR4km2vtlXN"
    "NU9xwK3bUi2fQvcHmtKbHuBZpwj9lI/Y3RjM8Ik++QDsSEiEuhCzUxNOWeG0ZhwiH1frWm"
    "kaVE5QgJvBS6dJP6tTn5u5t+WC7FpEb9gVphHS9fWQThbIZs2rVlXUw21TcGOmv3dckQ2L"
    "8w1KY84gIHi1wTInEDwagKFmYth7N6h+IlxbZ5EuduPqh1HIun9VMW5cIAslV/U4Q+ExeW"
    "UN6VOayElPEeyr2HAK01OBBX0Z32E9hHfYjkzGqTGxFin5dnFg1LSZKZ36mi23ClTHZ/N1"
    "gndSlZZbkzQmxxgEbw+BGSxHGEPlnL5TOEHQdxMMpF1i14ys1u2S0b+WaB3r/WqndOuPKA"
    "tOcglVPRRyOtiEd+q840wyLwRJQbQW3YxJYuwfcjpBdjP38t8FQoUz6Kq1PUlLSYq263ah"
    "DULFH3CJ8duiZTzO6IehXwS/hE6U54af+qrX6N5WBlgwJnFbwtgZvPXa6QF/5bSc7vQcib"
    "cxAWxJmoa7dMv426RXBoySrLLhi4H5TTtGCmrNHeOTomE27LlrCpI7WxKPP98+56N+fvL8"
    "4/nv10czn4UHPh6OUpm3bM8ZXj2WQcVsL7NAw5Wr0dQ+EbFjXcwUjAnPCcKe7l21d1nOtI"
    "wsCZOfRxh6TQ/uy2roMTalBF2tSPflKoWeFxkMWWXvF5kHuJ+BaidUDjDrXGbRSykyNu4j"
    "javH0T8Rd1hzopaUa5baPckopZH/hMQTp4IJqCzSlhHjX3y8uXQ8chgZ4NOM1YHkA5Xxnv"
    "qLlINRZUan7O4pAL4xOWEMHwF+AQNb0Ita0kvifM91jGZMKD+ilKZkZllHOjy2i5ts7G0W"
    "4mRLyt6mtBwy3jk5goUKbagZgNV0RhjNL08YDwCgip8DtC7fQgzS0gJbkIevq0TR9NdL0u"
    "uKwa0Qwvb5kgEJbhLOG21NXcI9J5RDrVKbzX6pn+z3GIrZxk9W/VBGW80Ai+FN0TM6SH9V"
    "pd0PXB4AW1kH4KvmWMLBQOwa9C92ryipKoDx8D3wlMApIJ+/iSzBwNBrCkXtiqS2YNLKsT"
    "EZdajyuyWy5pi4UiitnT9hPWrdwOTKQY1czF2IdUrhYxorF1qPL+dVzIbF/nQ1ro35UTaw"
    "nBLlXsWRsptMPSC/tj09eYr8ro5HXxjMsYPNPhVa5LnNDMrKO5spJGh1XQYXGrvs4kTsuZ"
    "iZxSZNaUzHATRZYRNJGDaS02x8v8Uix/u7o4L3DQIpE0P0Utif6LNnlUxm5mK4BRzrynSf"
    "bUtIYbpJl3blme6zZiCVOiJpjf8IT5POGZTWZzrrch/06WvRyqMNWjX8YW0qjv8J4sK591"
    "OPOkVnA+UQUR/3OXz6jwaS6fGEScWeRtEKqnJoONLIhfXFA59S+q19YV8jETC7WiRy0T6g"
    "qJ1HipCZh3GOKWn/5YAR+ontzdjCodW/hiz2ILTdrtWg02U058k3vJE/V84s5dmpc8U1ZO"
    "PCHWQbQ3wErutjRM2+BeEy9hKpd8J5VLWmIDnxCXWtM82zdoKbV5cdTnMUu3eJzXnGpSyH"
    "jkLjk5LEcwYq3dsVsPy1Fs8O0g6K11a83mSwbCR1UD4aB7B9E9OjysYgceHpYcKnOYoZs5"
    "kyTPBixm7mIihrmrydztVJl9+39jGd/Y"
)
