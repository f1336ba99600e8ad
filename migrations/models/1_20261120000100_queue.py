"""The job queue's own tables, types and functions: procrastinate 3.10.0, as it was published."""

from pathlib import Path

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

SCHEMA = Path(__file__).parent.parent / "sql" / "procrastinate-3.10.0.sql"


async def upgrade(db: BaseDBAsyncClient) -> str:
    return SCHEMA.read_text(encoding="utf-8")


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$
DECLARE routine record;
BEGIN
    FOR routine IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
        EXECUTE 'DROP FUNCTION ' || routine.name || ' CASCADE';
    END LOOP;
END $$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status CASCADE;
"""


MODELS_STATE = (
    "eJztXW1z2zYS/isYfWl6o3ps+SW59OZm5ERp3Tp2L5bv2iYZCiIhEzUJqABoRdPmvx8Aku"
    "I7TSqSTDGcaZMYwJLwAxDYfbC7+KvnUgs5/OCS3mHyBmLHY4j3XoK/egS6SP4jv0Ef9OB8"
    "HlWrAgGnjpZwVFNjFm875YJBU8jaGXQ4kkUW4ibDc4EpUTLqycgCWpQDOgOUIABNk3pEAM"
    "r8Hy1LPo8DTAAEjC4OwIR70z+QKSYAc1lmQ26/DJshWcIQIHRKreU3HAgKGILWgeqPRU3Z"
    "IUzudv9qj+A/PWQIeoeEjZjswPuPshgTC33SyOsf5/fGDCPHSowEttQDdLkhlnNddnt78f"
    "qNbql+ralhUsdzSdR6vhQ2JavmnoetAyWj6u4QQQwKZMWGhXiOE4xjWOT3WBYI5qFVV62o"
    "wEIz6DlqcHv/mnnEVGMK1JsMT2A5dUzqzqE4UCXP/x30MyZjGFfXY+NmNDaMXmZiqP6kBi"
    "woMilRkwoToefrZ/+5ETr+LFYvePXj8N2z47NvNR6Uizt/imvsep+1IBTQF9UjEEEeDHIW"
    "91c2ZPm4x0RS4Mvubgf2EKQtwNpz4SfDQeRO2PLHs5MSmP87fKeRPjvRSFP5wfvrwVVQM9"
    "BVCvAIYP2VZeG9ICIf3VX7FLbYL62LbVgQgRutT7tA90514rvB0cnzkxfHZycvZBPd0VXJ"
    "8xLAL67GKTQdyIUBc/B8LTER2EX5oMbEUrBagdxB+I89BLkEwfHF29HNePj2F/V4l/M/HQ"
    "3WcDxSNQNdukyVPjtLTe/VQ8D/LsY/AvUj+P36apReblbtxr/3VJ+gJ6hB6MKQu0YMk7A4"
    "LPqs9oPZfWx5UgVTaN4vILOMTA0d0KK22Sp34KZLIIF3epAUmqqfgQJwIzc2H/mMbhBWlW"
    "oF3G9UUR+4lpuu3pHl9qt3YAs9YFM2hMQCWHDgYFkoN2uGZhJfW+6x94jw7O6+7oM+kA/k"
    "mjhLIHdpvburNurfBC0QF34ztfffo7n4HkyCj0J2fwL0IsVVa7cPJowK9bHID0zrCgtbyQ"
    "mwgBy40EJSlUCf5li+W7X4QLiDJRZSDhFLFwGLSoWCUFFRf3jf8zhihr//m1Lx8F/e+9gp"
    "Fs1RLILZZqiZlQX/HBPIlvnwpyVTAzFdCl/nbs8qfX55fZ5YoKU+cX5xNXz327O3w1+/Ta"
    "zSl9dXP4Tt40Ny/tt4NEztltEnW0MBSQrtTgs53BMVJFrt6mohSckNKCLBKrIHM3wv9JD4"
    "KPubqKF/rGEbpcTWso8aNqpJA+lo8KKChSRbFZpIui75SentXCpleYZSMdZJqfZBfXo0qA"
    "C1bFUIta5LQo3ndSD2W7cP2pPTCsienBYCq6pSZn6khtbcFZKSLTRPe4oaVJZGMCv2ZJsI"
    "JnDpLqF5BY4QWZeTiMl2I79PIx9ZtHXHPSnZwlHfk1GupAYGFEXtMY7EugFu9AAz9EDv17"
    "PmEpKdNdfkUY7xhVVJwJjIJpnA5g7qI1xfhqRPopuF9g1lCN+Rn5FP813IfkBi5pnFAcl+"
    "GzxmPyGNSqNPmcHFioyOTyj5u8vfGAnf+hrevBq+HvU+P82ph0Y958gjHI3i8w71C1U77C"
    "jGsnMWaNp33i/h9JELsVOHP1gJbMZR4KnNmQSHMDit4isgWxWyCLouy4TV5RzjMi3EefMu"
    "GRbmcwcu65O7KbkO7ApgzyHnCyp3qfyDwGK0M4LtoyEHp1V4SNmqZAnJMJFzxFwceSIk4R"
    "4yBguOXVNyKbQdzLd28hfbJ6cedgQm/EC97yl2x/Ho1/H7j2nSXBrzsn8POavFOaUOgqRA"
    "6YjLpY+xpeC2AA01kR2fYl9fXyYMwvOLcWre3r49H717dqSns2yEfQ04e8b6IDXLeqfWMY"
    "ndHVkfbWuV2PCRdXc4UQx1eylqfcDgu6qveToRF+4IrqYRXA1xmxx6FhYjItiyl0MjxGr7"
    "ZWQCVO0MJBviqhEVkymaUYYm2tFxAmcCsQmwqWOBhQ0FMG1IZIf7YIHlzPUE4EiuZoIfgL"
    "Gtwh8EZcpb8Uq5TMrnaNdHvuQCucprEjmzrKvlTt5Yxf9RQCZrAzZJ/ikbvO/pF8TKOuak"
    "OcxJfGyqAh+X+QL492fVfRTfBJ65+mGxORlJdGZ7BbM9WGE0SDVQTom1EOrjKk5Zx8U+Wc"
    "cZl6zEYl51cUgIdQdUKUj9fTqL508311f5eEYSaUUXmwL8DSryH/uz2CooEtptOEVXLuex"
    "2fsqx+FcPeA8vSwrlagO7CuBDvX1Ue98Orfk00kZQ44OhchdnYsxzkq2cCfcQqxsx1N9JT"
    "xVQ7iL13RBHAqT5nG6rl/GW1hBq4qcxRAsMLe19a9YgAdsIdoHM0ZdzQbMIRdIZVNQP8yw"
    "g7IcRO0nqDjPiYMgRzo6U5UzfGeLMBGEYEvVfsGwElS1dPESLGyKHhDT7AYHkFDFRej2Nu"
    "TAoSpAVLb9g04PwET+KZe58PEfiPxiPGSpSvkzFLLHjgOYR/oq24T8m/e1cIidfIIp30Cw"
    "CR3DY86kDyYCCycgWlRTB98jnXLiXs4iFeZq+n3lstMfiOoSJHyBGKqag+J9Tz4nN4hUUS"
    "lcQOHxjkhpHpEip0edjTho3sLdd3B4UiUSSzUrPj3Wlak9OP4l1tJ50oId6JVBR5/0vkFz"
    "bKcS56q4UPv0+c2rl3qvrKnJx2Xah/FWHFD01l2LNAwF2gfw6eFhlRjOw8PiGE5Vl3ISnC"
    "utKY9oKdkIYzLtg3k789j23CmBuPZOmBFsIeBb2ggtz089YXAk32/leLAVegDlia7lCtQ0"
    "4DfsDBTZNtn5PCKem4nWSKAcSe9Ovev953Z0O3pd01DRXUVp+7nK5D46q5LiIM2YxDIcnK"
    "WntezKXcGWWAnyu6Zvj7IzaA4WNnaQMvCJArsRyM8RM3PzSryR+2HBShKTSUE+U0LbmuaH"
    "B9tKgVMC6uvr2/PLEfjl3ejVxc1FcDixYgd1pSqKnDXfjYaX6UU74HGQZaySM6W8ZPFd8b"
    "qdI92arEP/HAyOj58PDo/PXpyePH9++uJwtXxnq8rW8fOLH9RSnpj32bVdUCHt7zUGISXY"
    "on1zxyPA50hN5HkO/iUrTkJqzTWnYfBvec1BAq6hI6akWjTNN6YezhlVdOw6WQ9Sop3HcN"
    "M8hhOuGkIgd14nM3FMojX788Y+G6XGBgDVWZDSYrsD9nRPgCXokwghWmNNyhHv1qUmr0uI"
    "McrkAFpr28vJJzTZaF7YS5UoeabvZ1jHXh5UCkEviUDPnJH44LlyF89lLMbycypQrdKCDQ"
    "Z+Ix/W6Ndx4pvKePIlUvaGzdPufXno2ziPsHgM+lCqw31d3BkSbKkByYBfGuabI73DYN9V"
    "yd5G+2rnpCzmxZ40K4EuLCaJpO+IVY/6iWRaZA7vmPXp4tV7Xbx65wf8ZfHqUp1n6416Ur"
    "Kz75ps380wwdxea5hTot04N3mc4+7VVfW6uEwX05gl5pU/f01Ik1KdvlyayFTPv5yDuy6T"
    "aSKTafwzzU9lmjNvNwBrGJHzS/TEvZy0jwKc/GgTEMsugKvby8unShcbjsEwOAwqCZwaRu"
    "dFj8dPJU5Bqt2epwKX6AxAsKDsHrGX+uI5/9o7my4UsYrkMOfch1tXOCea6H3UcX+QiOdO"
    "ZdXHVJhRFzrUnNChYIgysBfa6JFAdxdrviNpU+y1xkHdXiu9s9++DvvtKzyH1Tt+Wlvojm"
    "Gb/V1t4zgwpdtV1dJSYh2DUW5tW7EECxuyDPcX2kdtwtTkatIVImm7vMQmjJnuFWzCwA6u"
    "nFtDvdQCC6hNu/ApEvwDMKGemHvCUDamIyfHRLflqywZAJMgz8SUQbbMS7ux2Yd3F580ba"
    "Xql5mONW+K2OwNEY8Dvk1TZstB+ffy11pXwwxlm5xpws8goBLfqBTHdB31cvNRcerxNlJZ"
    "gGrQIUmhFjmLbM5vgRIhH14vMj8h1AZtPTl5q4SJF8eIZwLE9UdkzChz8/iHkvS/KbkO6E"
    "eA5t5U5+UwHEjuPKn41btNJl+8u1QmPpMFNUKY8sI1y1xOs8Kdx2kNj1PkTpG1Nvg50h36"
    "NdBPmUt1lvEc0SYrf2su5VtJZ4P5qtv1pntSsJvpj8z0DOP1NKTMjaAMWW8K+JhYbb+Miu"
    "G6nVGDhZnco+Uq0Sid/oFM8Q0HsjBkQfQjdSZQP1+psMEUOXQRp0jAjDoWYn11Ks8QQH96"
    "0NFUCtdJQCnJSYy6yxdXyS8aJ+y6FKINInNazzjoy4iw/I83g23Yw4xT70bD17/VnNZNSj"
    "jlUBMW35DzOOhx+YbPdbVOqxVcJ6+R63hDRkBuPHUU26B5k7FeU5k9Oqx0PK6aFcN7mD0i"
    "V7tyXV4+LtNCqLdiN7jYRT5KNYBOCLWPazsaVGHbZKviGT3IMG5rpO16goRp26fjd52xy4"
    "aD07M6kzuSaOEasvkTvpABrgNxXKaFy8fGtY0uYrYY+vb64j65n1rDvrLNBNp1kYtdlF0D"
    "HP7qRdk9jTNlM7//L/KlfOoAuysq8AwH7EsOc5+o75dx9yTWsip5b0IvuCfMH1MwR0z9zy"
    "npA07967zUZWByGID/AuXouMAm+h5MuKdpd+MfoQdkxEQCOKWeyGHtd/HG3AA++drV9V+q"
    "D13s3pPvwcWcfTH/8DiX+UU0xE45e1t+zLI7a8WgbOFe6t3e49O0fXoH1NqUWjkkcXFwT9"
    "i+FfjuOqgn3CrqUplpufbREZtfOkLM6u2USanOLE1fzOjlZUksu5DRy82SuJ/LxQ4I+I5E"
    "K0a/vSSa+s3WGPKYWBfI3uRA9pidV3Ujiol0ZF45mefxjst7nHCKTahmBe66stOjB0QKEj"
    "lF1f3ygF3V0ECqZUWm6Ya6yOd0RNzyzRJERQ31tfZyrmL1xAkwqWJ/Zoy6ACo3ze8YXchC"
    "jwjlzSngPSLAgVyAKZrRwGNIyrhYRCyTdhxlluaf6FzdZCfX+JVHqar4QOgsJspV7G9A02"
    "oKa2FTjoDGwSeh+mCm/U1VsawELlwCjpQjqbNUD8IMyAfIx6jvQT8CEqARH8sC5awqX6nS"
    "Van+aSEICFrILgYJhMG9XPd4ZadUiSuCbri2Bej5d94njjBWNYUk2KpJ5uMvc1iIS23GZ+"
    "Fpg2N36LFQTI41n49s5K6W4LpqkgL7wCk2xgEksehUJgMSK1WnhTXmjHp/TJUaeEpdhdbF"
    "My7T4ZmOhGcMOf593HmoloXDpyW7NbbKGmvayIVG/YsosoLdfRSZOzHhMt+34qeb66sCRT"
    "cSSdND2BTgb7DN2PenWR4UGOWnNukDmtQ6oh6QPrWhpukxthYpmxJtISu77zRdQ0JlLyzk"
    "zqlAxFz+jJa9HCYk1aJfRobgqK1xj5aVk5e5ntC7nm/rLyAHc0ZdzJEFBA14D0CJiV760a"
    "z6GmNgQscBCyxsv1B2W4e8QsIXckWPamaYcQHkeMkJmJfdbMdvf8wjR4VDtdcfR7vgnOyZ"
    "C07Ho29UQ+7iA7d5lDuT70dsznJv0iyLD0yItRDtLVgeT+vr0TS4N2Q/d64IX4krQkN04C"
    "Fi2LTzdN+gplTnhVGbxzTd4nHecErcQsaj6mWnwYg19uRjMyxHscJXyCUV75/FLFIb9s6t"
    "+ACrj6oGwkHzFqJ7dHhYKU3EYUmWiMOMSx8lAuXpgMXMXUykY+5qMndPupl9/j+NmzfV"
)
