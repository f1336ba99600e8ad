"""Keys for programs."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "api_tokens" (
    "id" UUID NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL,
    "prefix" VARCHAR(16) NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "scopes" TEXT[] NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "last_used_at" TIMESTAMPTZ,
    "expires_at" TIMESTAMPTZ,
    "revoked_at" TIMESTAMPTZ,
    "user_id" UUID NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_api_tokens_user_id_bc3cae" ON "api_tokens" ("user_id", "created_at");
COMMENT ON TABLE "api_tokens" IS 'A key for a program, never wider than its owner''s permissions. Shown once; `prefix` is what people know it by.';

-- By hand: what the models cannot say.
CREATE UNIQUE INDEX "uidx_api_tokens_hash" ON "api_tokens" ("token_hash");
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "api_tokens";
"""


MODELS_STATE = (
    "eJztXW1z2zYS/isYfWl6o3psxXZy6c3NyInSunXsXizftU0yFERCFmoSUAEwiqbNfz8ApM"
    "R3mlT0QjGYaZMYwJLwAxDYfbC7+KvjUQe5/OiK3mPyGmLXZ4h3XoC/OgR6SP4jv0EXdOBs"
    "FlWrAgHHrpZwVVNrEm875oJBW8jaCXQ5kkUO4jbDM4EpUTLqycgBWpQDOgGUIABtm/pEAM"
    "qCHx1HPo8DTAAEjM6PwIj74z+QLUYAc1k2hXz6YtkMyRKGAKFj6iy+4UBQwBB0jlR/HGrL"
    "DmFyv/tX+wT/6SNL0HskpojJDrz7IIsxcdAnjbz+cfZgTTByncRIYEc9QJdbYjHTZXd3l6"
    "9e65bq1xpbNnV9j0StZwsxpWTV3Pexc6RkVN09IohBgZzYsBDfdcNxXBYFPZYFgvlo1VUn"
    "KnDQBPquGtzOvyY+sdWYAvUmyxdYTh2bejMojlTJs3+H/YzJWNb1zdC6HQwtq5OZGKo/qQ"
    "ELi2xK1KTCROj5+jl4boROMIvVC17+2H/75On5txoPysV9MMU1dp3PWhAKGIjqEYggDwc5"
    "i/vLKWT5uMdEUuDL7m4H9iVIW4C148FPlovIvZjKH89PS2D+b/+tRvr8VCNN5QcfrAfXYU"
    "1PVynAI4D1V5aF95KIfHRX7VPY4qC0LrbLggjcaH3aBbr3qhPf9U5On50+f3p++lw20R1d"
    "lTwrAfzyephC04VcWDAHz1cSE4E9lA9qTCwFqxPKHS3/cYAglyA4vHwzuB323/yiHu9x/q"
    "erweoPB6qmp0sXqdIn56npvXoI+N/l8EegfgS/31wP0svNqt3w947qE/QFtQidW3LXiGGy"
    "LF4WfVb7weQhtjypgjG0H+aQOVamhvZoUdtsldfz0iWQwHs9SApN1c9QAbiVG1uAfEY3WF"
    "aVagU8aFRRH7iRm67ekeX2q3dgB33EtmwIiQOw4MDFslBu1gxNJL5Tucc+IMKzu/u6D3pP"
    "3pMb4i6A3KX17q7aqH8TNEdcBM3U3v+AZuJ7MAo/Ctn9EdCLFFetvS4YMSrUxyI/MK0rzK"
    "dKToA55MCDDpKqBPo0w/LdqsV7wl0ssZByiDi6CDhUKhSEior6w7uOzxGzgv3flopH8PLO"
    "B6NYNEexCGebpWZWFvwLTCBb5MOflkwNxHghAp27Pav0xdXNRWKBlvrExeV1/+1vT970f/"
    "02sUpf3Vz/sGwfH5KL34aDfmq3jD7ZGgpIUmh3Wsjxgagg0WpXVwtJSm5AEQlXkQOY4Qeh"
    "h8RHOdhELf1jDdsoJbaWfdSwUU0aSCe95xUsJNmq0ETSdclPSm/nUinLM5SKsU5KtQ/qs5"
    "NeBahlq0KodV0SajyrA3HQun3Qnp5VQPb0rBBYVZUy8yM1tOaukJRsoXnaUdSgsjTCWXEg"
    "20Q4gUt3Cc0rcITIupxETNaM/CGNfGTR1h33pGQLR/1ARrmSGhhSFLXHOBIzA9zoAWboI3"
    "1Yz5pLSBprrsmjHOMLq5KAMZFNMoHNHdRHuL4MSZ9ENwvta8oQvic/o4Dmu5T9gMTOM4tD"
    "kv0ufMxhQhqVRp8yg/MVGR2fUPJ3l78xEoH11b992X816Hzez6mHRj3nyGM5GsXnHeoXqn"
    "bYUYylcRZo2nfeLeH0kQexW4c/WAlsxlFg3+ZMgkPonVXxFZCtClkEXZdlwupyjnGZFuK8"
    "eZcMB/OZCxf1yd2UnAG7AtgzyPmcyl0q/yCwGO2MYPtoyN5ZFR5StipZQjJM5AwxD0eeCE"
    "m4+4zBgmPXlFwKbRfzrZ38xfbJsY9dgQk/Uu/bx+44HPw6fPchTZpLY17272POanFBqYsg"
    "KVA64nLpY2wpuC1Al5rIjk+xb26uEgbhxeUwNW/v3lwM3j450dNZNsKBBpw9Y/0oNct6p9"
    "Yxid0dWZ9sa5XY8JG1OZwohrq9FLU+YAhc1dc8nYgLG4KraQRXQ9wm+zM8VK6CnRwSYVXX"
    "LSMS4AxbgVNiJTah0wcPaAEmlAEIZozeM+h1AUFyCwBz7Mg/xRQS7fpI53JCfsNBTLc5Ar"
    "dTWQwosdH3YDRjaII/hX6LUMiWdOYi8CCBVj6M40XW4XL3rzcuka2gT+ram8bOrGNn6i+p"
    "loG5kmghwCfnVdy00ltWzEvrPA2wXqHXcOdNyhln3u6azrzcpjNUz6SPRIw1b6whYw1ZUk"
    "laZ9zTssYWapot1FDXLDPKxnHHjLJx3DGOO82F9FAdd/q+g8WACLbo5DFvUW23lHtT7Swk"
    "G+KqmUxGYzSRU2SkA4xHcCIQG4EpdZ2AwrKnkMgOd8Ecy8niC8CR1JsFPwLDqUo7IihTdN"
    "e1ClVWJJoKOeYLLpCnODPkTrKM207eWIVkE5DJ2nAyyD9lg3cd/YJYmaHcmkO5xcemKvBx"
    "mS+A/3C0gkfxTeCZey5bzLJFEi1k2TZPY4YrjAapBsopsRZC/bRKMOTT4ljIp5lQyMRiXn"
    "VxSAgZ/TIFabBPZ/H86fbmOh/PSCJtiGFbgL9BRabycBZbBUXC+lpO0RU7HJu9L3O4YfWA"
    "i/SyrFSiOrCvBAzq66NuYqm3FEtNGUOuTkGSuzoXY5yVbOFOuIUcdeZE5Cs5EWmIz9ArOi"
    "cuhUnzOF3XLeMtnLBVZZehOeZTbf0rFuAjdhDtggmjnmYDZpALpLKYqh8m2EV5Xj81n6Dy"
    "q41cBDnS7j2qnOH7qVgmYBVsodrPGVaCqpbOX4D5lGpPIsVucAAJVVyEbj+FHLhUJWaTbf"
    "+g4yMwkn/KZW75+PdEfjE+clSl8kESsseuC5hPuirLq/ybd7XwEjv5BFu+gWAbupbP3FEX"
    "jAQWbki0qKYufkA61avySAq8lgL6RHb6PVFdgoTPEUNVc7++62inqBxPJUWlcAGFzw2R0j"
    "wiRU6POhtx2LyFu2/v+LRKBiTVrDhqQ1em9uD4l1hL50kLGtArg44+6X2D5thOJUGNcaH2"
    "6fObVy/1XllTk4/LtA/jrQR+6a27Fmm4FGgfwGfHxxUAlq2Kc6epulRw7kxpTXlES8lGGJ"
    "NpH8zbmcdT3xsTiGvvhBnBFgK+pY3Q8YOUrxZH8v1OjptpYeRdnuhaIXhNA37DQXiRbZOd"
    "zwPiexlni6Qr70p6d+pd5z93g7vBq5qGiu4qStvP+/FZl125L9gSK0F+3/TtUXYGzcB8il"
    "2kDHyiwG4E8jPE7Nx8rq/lfliwksRkUpBPlNC2pvnx0bZST5eA+urm7uJqAH55O3h5eXsZ"
    "Hk6s2EFdqYqiIOm3g/5VetEOeRzkWKs4inRcxn3xup0j3Zps3//s9Z4+fdY7fnr+/Oz02b"
    "Oz58er5TtbVbaOX1z+oJbyxLzPru2CCml/rzEIKcEW7Zs7HgE+Q2oiz3LwL1lxElJrrjkN"
    "g3/Law4ScA0dMSXVomm+MfVQRxIjvk7YQkrUeLQ32aMdCoG8WZ0bwWISrdmfN/bZKDU2BK"
    "jOgpQW2x2wZwcCLEGfxBKiNdakHHGzLjV5XUKMUSYH0FnbXk4+oclG83y6UNk1Jvpe1HXs"
    "5V6l1I8lmR8zZyQBeJ7cxXMZi6H8nApUq7Rgg4HfyIc1+HWY+KYynnyJ6Ppl87R7Xx76U5"
    "xHWDwG/VLK4L4u7gwJttCAZMAvTa+XI73DJHurkoPNsqedk7KYF3vSrARMWEwSycARqx71"
    "E8m0yBzeMetj8kR2TJ5I4wf8ZZlRpDrP1hv1pKSx75ps300wwXy61jCnRM04N3mc4+7VVf"
    "W6uIyJacwS88qfvyakSSmjL5fmIdHzL+fgziQiSSQiiX+m+ZlIcubtBmBdRuT8Ej3xICft"
    "owAnP9oExLIL4Pru6mpf2V6WY9APD4NKAqf60XnR4/FTiVOQx+OobsLAJToBEMwpe0BMxS"
    "wh0tUhQ9MgbTGSw+xkQ6jqCudEE72LOh4MEvG9saz6kAozMqFDzQkdCocoA3uhjR4J7M5E"
    "PyBPgQbZa42Dur1WurHfvg777Ss8h9U7flpbMMewzf6utnEcmNLtqmppKTHDYJRb204swc"
    "KGLMPDhfZRmzA1uZqUATRtl5fYhDHTvYJNGNrBlXNrqJc6YA61abd8igT/CIyoL2a+sJSN"
    "6crJMdJt+SpLBsAkzDMxZpDlXraz2YebC4ebtlJ1y0zHvd6Y8zjg2zRlthyU/yB/rXU1zK"
    "VskzNNBBkEVOIbleKYrqNebj4qTj1+ilQWoBp0SFKoRc4im/NboETIh9eLzE8ItUFbT07e"
    "KmHixTHimQBx/RFZE8q8PP6hJP1vSs4A/QjQ3B/rvByWC8m9LxW/mlc+5Yqb65/iM1lQaw"
    "lTXrhmmctpVth4nNbwOEXeGDlrg58jbdCvgX7KXKqzjOeINln5W3Mp30o6G8xX3a433ZOC"
    "ZqY/MtMzjNd+SJlbQRlyXhfwMbHabhkVw3U7qwYLM3pAi1WiUTr+A9niG65vKg5ZEP1InQ"
    "k0yFcqpmCMXDqPUyRgQl0Hsa46lWcIoD996GoqheskoJTkJEbd5Yur5BeNE3YmhWiDyJzW"
    "Mw76MiIs/+PNYBsOMOPU20H/1W81p3WTEk651IbFN+Q8DnpcvuFzXa3TagXXyWvkOt6QEZ"
    "AbTx3FNmzeZKzXVGZPjisdj6tmxfAeZ4/I1a5cl5ePy7QQ6q3YDR72UIBSDaATQu3j2k56"
    "Vdg22ap4RvcyjNsaabv2kDBt+3T8rjN2TWHv7LzO5I4kWriGbP6Eb8kA14E4LtPC5WPj2o"
    "aJmC2Gvr2+uHv3U2vYV7aZQDsTuWii7Brg8Fcvym4/zpTN/P6/yJdy3wF211TgCQ7Zlxzm"
    "PlHfLePuSaxlVfLehn54T1gwpmCGmPqfU9IFnAbXeanLwOQwgOAFytFxjm30PRhxX9Pu1j"
    "+WHpAREwngmPoih7XfxRtzA/jka1fXf6k+mNi9ve/BxZx9Mf/wOJf5RTTETjn7qfyYZXfW"
    "ikHZwr3Uu73Hp2n79A6otTF1ckji4uCeZftW4LvroJ7lVlGXykzLtY+O2PzSscSs3k6ZlD"
    "JmafpiRj8vS2LZhYx+bpbEw1wudkDAGxKtGP32kmjqN1tjyGNiJpC9yYHsMTuv6kYUEzFk"
    "XjmZ53PD5T1OOMUmVLMCdz3Z6cFHRAoSOUXV3fKAXdXQQqplRabplnoo4HRE3PLNEkRFDf"
    "W19nKuYvXEEbCpYn8mjHoAKjfN7xidy0KfCOXNKeADIsCFXIAxmtDQY0jKeFhELJN2HGWO"
    "5p/oTN1kJ9f4lUepqnhP6CQmylXsb0jTagprPqUcAY1DQEJ1wUT7m6piWQk8uAAcKUdSd6"
    "EehBmQD5CPUd+DfgQkQCM+lAXKWVW+UqWrUv3TQhAQNJddDBMIgwe57vHKTqkSVwS95doW"
    "ohfceZ84wljVFJJgqyaZj7/MYSEutRmfhf0Gx+7QY6GYHGs+H9nIXS3BddUkBQ6BU2yMA0"
    "hi0alMBiRWKqOFNeaM+nBMlRp4Sl2F1sUzLmPwTEfCM4bc4D7uPFTLwuHTkmaNrbLG2lPk"
    "Qav+RRRZQXMfReZOTLjI96346fbmukDRjUTS9BC2BfgbbDP2fT/LgwKj/NQmfUCTWkfUA9"
    "KnNtS2fcbWImVToi1kZQ+dpmtIqOylg7wZFYjYi5/RopPDhKRadMvIEBy1tR7QonLyMs8X"
    "etcLbP055GDGqIc5coCgIe8BKLHRiyCaVV9jDGzoumCOxTQolN3WIa+Q8Llc0aOaCWZcAD"
    "lecgLmZTfb8dsf88hR4VDt9cfRLjinB+aCY3j0jWrIJj5wm0e5E/l+xGYs9ybNsvjAhFgL"
    "0d6C5bFfX4+mwb0h+9m4InwlrggN0YH7iGF7mqf7hjWlOi+M2jym6RaP84ZT4hYyHlUvOw"
    "1HrLEnH5thOYoVvkIuqXj/LGaR2rB3bsUHWH1UNRAOm7cQ3ZPj40ppIo5LskQcZ1z6KBEo"
    "TwcsZu5iIoa5q8nc7XUz+/x/Mqd/vw=="
)
