"""Bugs that were met."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "error_entries" (
    "id" UUID NOT NULL PRIMARY KEY,
    "fingerprint" VARCHAR(64) NOT NULL UNIQUE,
    "code" VARCHAR(64) NOT NULL,
    "message" VARCHAR(255) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "count" INT NOT NULL,
    "first_seen_at" TIMESTAMPTZ NOT NULL,
    "last_seen_at" TIMESTAMPTZ NOT NULL,
    "correlation_id" VARCHAR(64),
    "resolved_at" TIMESTAMPTZ
);
COMMENT ON COLUMN "error_entries"."severity" IS 'how bad it is';
COMMENT ON TABLE "error_entries" IS '`fingerprint` is the kind of failure and where it came from; `correlation_id` leads to the latest in the log.';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "error_entries";
"""


MODELS_STATE = (
    "eJztXW1z2zYS/isYfWnvRuex5Zfk0pubkRPlzr3U7sXKXXtJR4JIyERNAioARtG0+e8HgJ"
    "T4TpOMXigGH5raAJaEH4DA7oPdxe89j9rI5Sdv6AMmryF2fYZ47wX4vUegh+QP+Q36oAcX"
    "i6haFQg4c7WEq5pO5vG2My4YtISsnUOXI1lkI24xvBCYEiWjnoxsoEU5oHNACQLQsqhPBK"
    "As+NW25fM4wARAwOjyBEy5P/sVWWIKMJdlDuTOi3UzJEsYAoTOqL36hgNBAUPQPlH9sakl"
    "O4TJw/5f7RP8m48mgj4g4SAmO/D+F1mMiY0+aeT1r4vHyRwj106MBLbVA3T5RKwWuuzdu5"
    "tXr3VL9WfNJhZ1fY9ErRcr4VCyae772D5RMqruARHEoEB2bFiI77rhOK6Lgh7LAsF8tOmq"
    "HRXYaA59Vw1u729zn1hqTIF608QXWE4di3oLKE5UybO/h/2MyUwmt3fjyf1oPJn0MhND9S"
    "c1YGGRRYmaVJgIPV8/B8+N0AlmsXrBy38O3357fvUnjQfl4iGY4hq73mctCAUMRPUIRJCH"
    "g5zF/aUDWT7uMZEU+LK7u4F9DdIOYO158NPEReRBOPLXq4sSmP8zfKuRvrrQSFP5wQfrwW"
    "1YM9BVCvAIYP2VZeG9ISIf3U37FLY4KK2L7bogAjdan/aB7oPqxF8GZxfPLp6fX108l010"
    "Rzclz0oAv7kdp9B0IRcTmIPnK4mJwB7KBzUmloLVDuVO1j8cIcglCI5vfhjdj4c//Kge73"
    "H+m6vBGo5HqmagS1ep0m+vUtN78xDw35vxP4H6Ffzv7naUXm427cb/66k+QV/QCaHLidw1"
    "Ypisi9dFn9V+MH+MLU+qYAatxyVk9iRTQwe0qG22yht46RJI4IMeJIWm6meoANzLjS1APq"
    "MbrKtKtQIeNKqoD9zJTVfvyHL71TuwjT5iSzaExAZYcOBiWSg3a4bmEl9H7rGPiPDs7t70"
    "QR/IB3JH3BWQu7Te3VUb9TNBS8RF0Ezt/Y9oIb4D0/CjkN2fAr1IcdXa64Mpo0J9LPID07"
    "rC0lFyAiwhBx60kVQl0KcFlu9WLT4Q7mKJhZRDxNZFwKZSoSBUVNQf3vd8jtgk2P8tqXgE"
    "L+/9YhSL9igW4WybqJmVBf8aE8hW+fCnJVMDMVuJQOfuzip9/ebuOrFAS33i+uZ2+Pbnb3"
    "8Y/vSnxCr95u72H+v28SG5/nk8GqZ2y+iTraGAJIX2p4WcHokKEq12dbWQpOQWFJFwFTmC"
    "GX4Uekh8lINNdKJ/rWEbpcQa2UctG9WkgXQ2eF7BQpKtCk0kXZf8pPR2LpWyPEOpGOukVP"
    "egvjwbVIBatiqEWtclocaLOhAHrbsH7cVlBWQvLguBVVUpMz9SQ2vuCknJDpqnPUUNKksj"
    "nBVHsk2EE7h0l9C8AkeINOUkYrJm5I9p5COLtu64JyU7OOpHMsqV1MCQoqg9xpGYGeBWDz"
    "BDH+ljM2suIWmsuTaPcowvrEoCxkS2yQS2d1Cf4PoyJH0S3Sy0rylD+IH8CwU0343sByRW"
    "nlkckuzvwsccJ6RRafQpM7jckNHxCSX/dvkXIxFYX8P7l8NXo97nw5x6aNRzjjzWo1F83q"
    "H+oGqHHcVYGmeBtn3n/RJOH3kQu3X4g43AdhwFDm3OJDiEwWUVXwHZqpBF0HVZJqwu5xiX"
    "6SDO23fJsDFfuHBVn9xNyRmwK4C9gJwvqdyl8g8Ci9HOCHaPhhxcVuEhZauSJSTDRC4Q83"
    "DkiZCEe8gYLDh2Tcml0HYx39nJX2yfnPnYFZjwE/W+Q+yO49FP4/e/pElzaczL/n3MWS2u"
    "KXURJAVKR1wufYwtBXcF6FoT2fMp9t3dm4RBeH0zTs3bdz9cj95+e6ans2yEAw04e8b6UW"
    "qW9U6tYxL7O7I+29UqseUja3M4UQx1dylqfcAQuKo3PJ2ICxuCq20EV0vcJocLPFaugr0c"
    "EmFT1y8jEuACTwKnxEpsQm8IHtEKzCkDECwYfWDQ6wOC5BYAltiW/woHEu36SJdyQn7DQU"
    "y3OQH3jiwGlFjoOzBdMDTHn0K/RShkS7pwEXiUQCsfxtkq63C5/9cbl8hO0Cd17U1jZ9ax"
    "M/WXVMvA3Eh0EOCzqypuWuktK+aldZUGWK/QDdx5k3LGmbff0JmXW3SB6pn0kYix5o01ZK"
    "yhiVSSmox7WtbYQm2zhVrqmmVG2TjumFE2jjvGcae9kB6r484N+Ricn2RYt7CmX8a5Yd2m"
    "MuG2hCuVGkSRXpx6SKX9AEuHqrhhQOgmmcgKiRdgiYWjQoM5ihNffU159YFshl3FbYWbbR"
    "6/tuO3Gaejtq1R/RLWzPAOh+Ud9uz01TJlag8+X8ZhY2cUz2xVZ7lOShnl0fBmhjdrE5vS"
    "tlE/klGuamg3+bINKdri8W2Lg4hvYzEigq16eS4iUW2/1ElEtZsg2RBXNVunMyRNSDTVmb"
    "CmcC4QmwKHunbga2E5kMgO97UJSX0BOJIbleAnYOyo/JhCmp+Yg1uVU0uZoio3Fl9xgTzl"
    "3IHcedZ03csbq3iDCMhkbchayH9lg/c9/YJYmbFy22PlxsemKvBxmS+A/3hW3RrKKrTy01"
    "4Vm62RRAfdQbbvbxOuMBqkGiinxDoI9XmVrD3nxUl7zjM5exKLedXFISFkbNkUpME+ncXz"
    "+/u723w8I4m0oostAf4AFfmW41lsFRQJ7XY9RTd0Ymz2vswhE9UDrtPLslKJ6sC+ETCoN0"
    "fdJP3aUdIvyhhyda7M3NW5GOOsZAd3wh0kUzcU5FdCQbaEuxgxRlkhdxGr7ZdxF0i1q8ld"
    "zOVgI7aQYx5k1VZcwKOcWypLd3jziGYZlg6SP2EBLNk3MGfU+w5Mk8vLFLhybuhbOtRTZL"
    "nK741J8Bt9yOEx9v12cyTfPm25mKyIzY46m15KzFwe8vR+J9eSemqF3VWzevvgeohzuerX"
    "wTcm0kGId5KOgqvASCxyDuIVzCPiexkvw2QMS0y+zZj3HLoEM6iu3JAbZnpHPUzI1hHcPX"
    "QsKRTmmDVP9ZsRNvZH2+0Pk+XZjHwLCJ5WE2rbV8nkyFH3Y8OonoSo8UYx3ii5jM4ruiQu"
    "hUkOIV3XL2Nz7LBV9eAJzB3tz6H8Oj5iG9G+pko0A7KQGwRakyNz7KLcgIh6T1BXu01dBD"
    "nakDcMPzhifferYCvVfin1ahTU0uULFWGhk5gofxUOIKGKidHtVdyFS9WdcLLtr3R2Aqby"
    "X83tBI//QOQn4iNbVar0J0L22HUB80lfXTAr/8/7WniNnXyCJd9AsAXdic/caR9MBRZu6D"
    "qjqSH8iPQtsyoZSpAwJXCIkZ3+QFSXIOFLxFDVa2ff93Q+lpwkKco5RpofwtdDalxj2sU2"
    "yelRZ+cNm7fZVmxqn59eVLl8STUrttB1ZcpMjH+JtZSctKABvTLo6JPeN2jOaXhJaE1cyC"
    "iUTyuUeq+sqbrHZbqH8U5IPr1118F4I9A9gC9PTysALFsVX9um6lJ5wRdKa8pznSnZCGMy"
    "3YN5N/PY8b0Zgbj2TpgR7CDgO9oIbT+4bXbCkXy/nRMDWchX54k2oq7bBvyWyevItml0Ar"
    "OR3p961/v3u9G70auahoruKmrH2YvsStHZYiXIv+CUcT+zWXYGLcDSwS5SBj5RYLcC+QVi"
    "Vu5Vsq/lfliwksRkUpDPldCupvnpya5uvS4B9dXdu+s3I/Dj29HLm/ub0N10Qw/qSlUU5W"
    "d/Oxq+SS/aIY+jo6VFXlrCa/xQvG7nSHfmovG/Dgbn588Gp+dXzy8vnj27fH66Wb6zVWXr"
    "+PXNP9RSnpj32bVdUCHt7waDkBLs0L655xHgC6Qm8iIH/5IVJyHVcM1pGfw7XnOQgA10xJ"
    "RUh6b51tRDncQc8SYx/ilRc+rWtlO3RPCNEMhb1HEIikl0Zn/e2mej1NgQoDoLUlpsf8Be"
    "HgmwBH0Sa4garEk54mZdavO6FIRHFPs6P20vJ5/QZqN56ayUh6iKoUB2E3t5UCkDWUkCss"
    "wZSQBeoTf0WH5OBapVWrDFwG/lwxr9NE58U5nYzESCvXXzdMBmHvpObijFU9CvpQzuTXFn"
    "SLCVBiQDfunNfjnSe7zfb1NytBf8aeekLObFnjQbAZPoJIlk4IhVj/qJZDpkDu+Z9TFXVP"
    "bMFZXGv/7L/OulOs+ajXpS0th3bbbv5phg7jQa5pSoGec2j3PcvbqqXheXMVmqssS88uev"
    "CWlSyujLpVeg6PmXc3Bn7kBJ3IES/0zzL0HJmbdbgHUdkfNj9MSjnLRPApz8aBMQyy6A23"
    "dv3hzqopn1GAzDw6CSwKlhdF70dPxU4hTk6TiquzBwic4BBEvKHhFTMUuI9HXIkBPcmIzk"
    "MNvZEKq6wjnRRO+jjgeDRHxvJqt+MYlqWhs6FA5RBvZCGz0S2J+JfkSeAi2y11oHdXetdG"
    "O/fR3221d4Dqt3/LS2YI5h2/1d7eI4MKXbVdXSUmKGwSi3tu1YgoUtWYbHC+2TNmFqcrXp"
    "8tG0XV5iE8ZM9wo2YWgHV86toV5q6wtDpWm3fooE/wRMqS8WvpgoG1MlHZ3qtnyTJWOTgh"
    "TPGGSrvLQb2324yXHatpWqX2Y6Qq9WRPO6vclqmtJ0skH5KpFwUw1zLdvmTBNBBgGV+EZd"
    "WkWbqJfbj4pTj3eQygJUgw5JCnXIWWR7fguUCPnwepH5CaEuaOvJyVslTLw4RjwTIK4/os"
    "mcMi+Pfyi50CklZ4B+Amjuz3RejokLyYMvFb969xHni5trieMzWdDJGqa8cM0yl9OssPE4"
    "reFxirwZshuDnyNt0K+BfspcqrOM54i2WflruJTvJJ0N5ptu15vuSUEz05+Y6RnG6zCkzL"
    "2gDNmvC/iYWG2/jIrhut2kBgszfUSrTaJROvsVWeIbDmThmgXRj9SZQIN8pcIBM+TSZZwi"
    "AXPq2oj1wytl0G8+dDWVwnUSUEpyEqPu88VV8ovGCTuTQrRFZE7nGQd9vXSLbp44woxTb0"
    "fDVz/XnNZtSjjlUgsW33n8NOhx+ZbPdbVOqxVcJ6+R63hLRkBuPHUU27B5m7FuqMyenVY6"
    "HlfNiuE9zR6Rq125Li8fl+kg1DuxGzzsoQClGkAnhLrHtZ0NqrBtslXxjB5kGLcGabsOkD"
    "Bt93T8vjN2OXBweVVnckcSHVxDtn/Ct2aA60Acl+ng8rH9y91MxOxX6It7cD+1ln1l2wm0"
    "M5GLJsquBQ5/9aLsDuNM2c7v/4t8KQ8dYHdLBZ7jkH3JYe4T9f0y7p7EWlYl7y3oh/eEBW"
    "MKFoip/zglfcBpcJ2XugxMDgMIXqAcHZfYQt+BKfc17T7589oDMmIiAZxRX+Sw9vt4Y24A"
    "n3zt5vov1QcTu3fwPbiYsy/mH57mMr+IhtgrZ+/Ij1l2p1EMyvmggk1xPii0KVTVQe/xad"
    "s+vQdqbUbtHJK4OLhn3b4T+O47qGe9VdSlMtNy3aMjtr90rDGrt1MmpYxZmr6Y0c/Lklh2"
    "IaOfmyXxOJeLPRDwhkQrRr+7JJr6yxpdMQ5NIPsxBLLH7LyqG1FMxJB55WSezw2X9zThFJ"
    "tQ7Qrc9WSnRx8RKUjkFFX3ywN2VcMJUi0rMk331EMBpyPilm+WICpqqK+1l3MVqydOgUUV"
    "+zNn1ANQuWn+hdGlLPSJUN6cAj4iAlzIBZihOQ09hqSMh0XEMmnHUWZr/oku1E12co3feJ"
    "Sqig+EzmOiXMX+hjStprCWDuUIaBwCEqoP5trfVBXLSuDBFeBIOZK6K/UgzIB8gHyM+h70"
    "IyABGvGxLFDOqvKVKl2V6p8WgoCgpeximEAYPMp1j1d2SpW4Iuit17YQveDO+8QRxqamkA"
    "TbNMl8/GUOC3Gp7fgsHDY4do8eC8XkWPv5yFbuagmuqyYpcAycYmscQBKLTmUyILFSGS2s"
    "NWfUx2Oq1MBT6iq0Lp5xGYNnOhKeMeQG93HnoVoWDp+WNGtslTXWcpAHJ/UvosgKmvsoMn"
    "diwlW+b8X393e3BYpuJJKmh7AlwB9gl7Hvh1keFBjlpzbpA5rUOqIekD61oZblM9aIlE2J"
    "dpCVPXaariWhsjc28hZUIGKt/oVWvRwmJNWiX0aG4Kjt5BGtKicv83yhd73A1l9CDhaMep"
    "gjGwga8h6AEgu9CKJZ9TXGwIKuC5ZYOEGh7LYOeYWEL+WKHtXMMeMCyPGSEzAvu9me3/6U"
    "R44Kh+quP452wbk4Mhccw6NvVUM28YG7PMqdy/cjtmC5N2mWxQcmxDqI9g4sj8P6erQN7i"
    "3Zz8YV4StxRWiJDjxEDFtOnu4b1pTqvDBq85SmWzzOW06JW8h4VL3sNByx1p58bIflKFb4"
    "Crmk4v2zmEXqwt65Ex9g9VHVQDhs3kF0z05PK6WJOC3JEnGacemjRKA8HbCYuYuJGOauJn"
    "N30M3s8/8BCEf2UQ=="
)
