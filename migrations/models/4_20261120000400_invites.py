"""Invitations."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "invites" (
    "id" UUID NOT NULL PRIMARY KEY,
    "token_hash" BYTEA NOT NULL,
    "email" VARCHAR(254),
    "permissions" TEXT[] NOT NULL,
    "created_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ
);
COMMENT ON TABLE "invites" IS 'A way in for somebody who has no account yet: with these permissions, once, until it expires.';

-- By hand: what the models cannot say.
CREATE UNIQUE INDEX "uidx_invites_hash" ON "invites" ("token_hash");
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "invites";
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
    "laZ9zTssYWapot1FDXLDPKxnHHjLJx3DGOO82F9FAddy7Jx+D8JMO6hTXdMs4N6zaVCbc5"
    "XKjUIIr04tRDKu0HmE+pihsGhK6SiSyQeAHmWExVaDBHceKrqymvLpDNsKu4rXCzzePXtv"
    "w243TUtDWqW8KaGd5hv7zDjp2+GqZM7cDnyzhsbI3iGS/qLNdJKaM8Gt7M8GZNYlOaNuoH"
    "MspVDe11vmxDijZ4fJviIOI7WAyIYItOnotIVNstdRJR7SwkG+KqZutojKQJiUY6E9YITg"
    "RiIzClrhP4WthTSGSHu9qEpL4AHMmNSvAjMJyq/JhCmp+Yg2uVU0uZoio3Fl9wgTzl3IHc"
    "SdZ03ckbq3iDCMhkbchayD9lg3cd/YJYmbFym2PlxsemKvBxmS+A/3BW3RrKKrTz014Vm6"
    "2RRAvdQTbvbxOuMBqkGiinxFoI9dMqWXueFifteZrJ2ZNYzKsuDgkhY8umIA326SyeP93e"
    "XOfjGUmkFV1sC/A3qMi3HM5iq6BIaLfLKbqiE2Oz92UOmagecJFelpVKVAf2lYBBfX3UTd"
    "KvLSX9oowhV+fKzF2dizHOSrZwJ9xCMnVDQX4lFGRDuItXdE5cCpPmcbquW8ZbOGGr6kft"
    "mE+19a9YgI/YQbQLJox6mg2YQS6Qum5D/TDBLso9Pq/3BJUIfOQiyJGOQ1HlDN9PxfKmEM"
    "EWqv2cYSWoaun8hTqP1yEvit3gABKquAjdXp3Su1RlEJdt/6DjIzCSf8plbvn490R+MT5y"
    "VKUKlhGyx64LmE+66joS+TfvauEldvIJtnwDwTZ0LZ+5oy4YCSzckGhRTV38gPSdJCp0Jg"
    "ivCegT2en3RHUJEj5HDFW9pORdR0fv5ITUKCqFCyh8boiU5hEpcnrU2YjD5i3cfXvHp1VS"
    "9apmxafVujK1B8e/xFo6T1rQgF4ZdPRJ7xs0x3YqccSIC7VPn9+8eqn3ypqafFymfRhvJU"
    "OJ3rprkYZLgfYBfHZ8XAFg2ao4ybeqS2WRmimtKY9oKdkIYzLtg3k783jqe2MCce2dMCPY"
    "QsC3tBE6fnA3icWRfL+T4zFXmCImT3StXDFNA37D2WIi2yY7nwfE9zJRAcmY05X07tS7zn"
    "/uBneDVzUNFd1VlLafq0zuzQdXy67cF2yJlSC/b/r2KDuDZmA+xS5SBj5RYDcC+Rlidu7F"
    "I6/lfliwksRkUpBPlNC2pvnx0bbuSCoB9dXN3cXVAPzydvDy8vYyPJxYsYO6UhVF2bzeDv"
    "pX6UU75HG0b63IC2K/wPfF63aOdGuupfpnr/f06bPe8dPz52enz56dPT9eLd/ZqrJ1/OLy"
    "B7WUJ+Z9dm0XVEj7e41BSAm2aN/c8QjwGVITeZaDf8mKk5Bac81pGPxbXnOQgGvoiCmpFk"
    "3zjamHOuUV4ut4hKdEjcdw0zyGE64aQiBvVufq6phEa/bnjX02So0NAaqzIKXFdgfs2YEA"
    "S9AnsYRojTUpR9ysS01elxBjlMkBdNa2l5NPaLLRPJ8uVPD6BEqz2VnHXu5VilctCVfNnJ"
    "EE4HlyF89lLIbycypQrdKCDQZ+Ix/W4Ndh4pvKePIlwrGXzdPufXnoT3EeYfEY9Espg/u6"
    "uDMk2EIDkgG/NA98jvQOs8GvSg42Hbx2TspiXuxJsxIwYTFJJANHrHrUTyTTInN4x6yPud"
    "CgYy40MH7AX5aKQKrzbL1RT0oa+67J9t0EE8ynaw1zStSMc5PHOe5eXVWvi8uYmMYsMa/8"
    "+WtCmpQy+nJpwkw9/3IO7kzGzETGzPhnmp8yM2febgDWZUTOL9ETD3LSPgpw8qNNQCy7AK"
    "7vrq72lZZ0OQb98DCoJHCqH50XPR4/lTgFeTyO6iYMXKITAMGcsgfEVMwSIl0dMjQN7tdB"
    "cpidbAhVXeGcaKJ3UceDQSK+N5ZVH1JhRiZ0qDmhQ+EQZWAvtNEjgd2Z6AfkKdAge61xUL"
    "fXSjf229dhv32F57B6x09rC+YYttnf1TaOA1O6XVUtLSVmGIxya9uJJVjYkGV4uNA+ahOm"
    "JleTrqpI2+UlNmHMdK9gE4Z2cOXcGuqljr5eQpp2y6dI8I/AiPpi5gtL2ZiunBwj3Zavsm"
    "So+yiCPBNjBlnurbCbfbi5pKJpK1W3zHTc69WujwO+TVNmy0H5D/LXWlfDXMo2OdNEkEFA"
    "Jb5RKY7pOurl5qPi1OOnSGUBqkGHJIVa5CyyOb8FSoR8eL3I/IRQG7T15OStEiZeHCOeCR"
    "DXH5E1oczL4x9K0v+m5AzQjwDN/bHOy2G5kNz7UvGreTdxrri5xCY+kwW1ljDlhWuWuZxm"
    "hY3HaQ2PU+SNkbM2+DnSBv0a6KfMpTrLeI5ok5W/NZfyraSzwXzV7XrTPSloZvojMz3DeO"
    "2HlLkVlCHndQEfE6vtllExXLezarAwowe0WCUapeM/kC2+4UAWLlkQ/UidCTTIVyqmYIxc"
    "Oo9TJGBCXQexrjqVZwigP33oaiqF6ySglOQkRt3li6vkF40TdiaFaIPInNYzDvoyIiz/48"
    "1gGw4w49TbQf/VbzWndZMSTrnUhsU35DwOely+4XNdrdNqBdfJa+Q63pARkBtPHcU2bN5k"
    "rNdUZk+OKx2Pq2bF8B5nj8jVrlyXl4/LtBDqrdgNHvZQgFINoBNC7ePaTnpV2DbZqnhG9z"
    "KM2xppu/aQMG37dPyuM3ZNYe/svM7kjiRauIZs/oRvyQDXgTgu08LlY+PahomYLYa+vb64"
    "e/dTa9hXtplAOxO5aKLsGuDwVy/Kbj/OlM38/r/Il3LfAXbXVOAJDtmXHOY+Ud8t4+5JrG"
    "VV8t6GfnhPWDCmYIaY+p9T0gWcBtd5qcvA5DCA4AXK0XGObfQ9GHFf0+7WP5YekBETCeCY"
    "+iKHtd/FG3MD+ORrV9d/qT6Y2L2978HFnH0x//A4l/lFNMROOfup/Jhld9aKQdnCvdS7vc"
    "enafv0Dqi1MXVySOLi4J5l+1bgu+ugnuVWUZfKTMu1j47Y/NKxxKzeTpmUMmZp+mJGPy9L"
    "YtmFjH5ulsTDXC52QMAbEq0Y/faSaOo3W2PIY2ImkL3JgewxO6/qRhQTMWReOZnnc8PlPU"
    "44xSZUswJ3PdnpwUdEChI5RdXd8oBd1dBCqmVFpumWeijgdETc8s0SREUN9bX2cq5i9cQR"
    "sKlifyaMegAqN83vGJ3LQp8I5c0p4AMiwIVcgDGa0NBjSMp4WEQsk3YcZY7mn+hM3WQn1/"
    "iVR6mqeE/oJCbKVexvSNNqCms+pRwBjUNAQnXBRPubqmJZCTy4ABwpR1J3oR6EGZAPkI9R"
    "34N+BCRAIz6UBcpZVb5SpatS/dNCEBA0l10MEwiDB7nu8cpOqRJXBL3l2haiF9x5nzjCWN"
    "UUkmCrJpmPv8xhIS61GZ+F/QbH7tBjoZgcaz4f2chdLcF11SQFDoFTbIwDSGLRqUwGJFYq"
    "o4U15oz6cEyVGnhKXYXWxTMuY/BMR8IzhtzgPu48VMvC4dOSZo2tssbaU+RBq/5FFFlBcx"
    "9F5k5MuMj3rfjp9ua6QNGNRNL0ELYF+BtsM/Z9P8uDAqP81CZ9QJNaR9QD0qc21LZ9xtYi"
    "ZVOiLWRlD52ma0io7KWDvBkViNiLn9Gik8OEpFp0y8gQHLW1HtCicvIyzxd61wts/TnkYM"
    "aohzlygKAh7wEosdGLIJpVX2MMbOi6YI7FNCiU3dYhr5DwuVzRo5oJZlwAOV5yAuZlN9vx"
    "2x/zyFHhUO31x9EuOKcH5oJjePSNasgmPnCbR7kT+X7EZiz3Js2y+MCEWAvR3oLlsV9fj6"
    "bBvSH72bgifCWuCA3RgfuIYXuap/uGNaU6L4zaPKbpFo/zhlPiFjIeVS87DUessScfm2E5"
    "ihW+Qi6peP8sZpHasHduxQdYfVQ1EA6btxDdk+PjSmkijkuyRBxnXPooEShPByxm7mIihr"
    "mrydztdTP7/H/gLjo2"
)
