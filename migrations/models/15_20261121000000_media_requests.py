"""Films and series, what people ask for of them, and who waits for it."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "media_items" (
    "id" UUID NOT NULL PRIMARY KEY,
    "media_type" VARCHAR(8) NOT NULL,
    "tmdb_id" BIGINT NOT NULL,
    "tvdb_id" BIGINT,
    "imdb_id" VARCHAR(16),
    "title" VARCHAR(500),
    "year" INT,
    "details" JSONB,
    "details_at" TIMESTAMPTZ,
    "availability" VARCHAR(24) NOT NULL,
    "availability_4k" VARCHAR(24) NOT NULL,
    "seerr_status" VARCHAR(24) NOT NULL,
    "seerr_status_4k" VARCHAR(24) NOT NULL,
    "plex_rating_key" VARCHAR(64),
    "plex_rating_key_4k" VARCHAR(64),
    "plex_seen_at" TIMESTAMPTZ,
    "blocklisted_at" TIMESTAMPTZ,
    "blocklisted_by" UUID,
    "blocklist_reason" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_media_items_title_6042f4" ON "media_items" ("title");
CREATE INDEX "idx_media_items_plex_ra_8a61f8" ON "media_items" ("plex_rating_key");
COMMENT ON COLUMN "media_items"."media_type" IS 'film or series';
COMMENT ON COLUMN "media_items"."availability" IS 'what can be watched';
COMMENT ON COLUMN "media_items"."availability_4k" IS 'what can be watched in 4K';
COMMENT ON COLUMN "media_items"."seerr_status" IS 'as Seerr says';
COMMENT ON COLUMN "media_items"."seerr_status_4k" IS 'as Seerr says, in 4K';
COMMENT ON TABLE "media_items" IS 'A title that somebody asked for, that Seerr knows or that Plex has. Its `id` is its `media_key`.';
CREATE TABLE "media_seasons" (
    "id" UUID NOT NULL PRIMARY KEY,
    "number" INT NOT NULL,
    "availability" VARCHAR(24) NOT NULL,
    "availability_4k" VARCHAR(24) NOT NULL,
    "media_id" UUID NOT NULL REFERENCES "media_items" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_media_seaso_media_i_7f86a0" UNIQUE ("media_id", "number")
);
COMMENT ON COLUMN "media_seasons"."availability" IS 'what can be watched';
COMMENT ON COLUMN "media_seasons"."availability_4k" IS 'what can be watched in 4K';
COMMENT ON TABLE "media_seasons" IS 'One season of a series, and what of it can be watched.';
CREATE TABLE "media_requests" (
    "id" UUID NOT NULL PRIMARY KEY,
    "media_type" VARCHAR(8) NOT NULL,
    "title" VARCHAR(500) NOT NULL,
    "is_4k" BOOL NOT NULL,
    "status" VARCHAR(24) NOT NULL,
    "status_reason" TEXT,
    "created_by_id" UUID,
    "decided_by_id" UUID,
    "decided_at" TIMESTAMPTZ,
    "note" TEXT,
    "decline_reason" TEXT,
    "seerr_request_id" BIGINT,
    "submission_attempts" INT NOT NULL,
    "last_attempt_at" TIMESTAMPTZ,
    "next_attempt_at" TIMESTAMPTZ,
    "last_error" TEXT,
    "job_id" BIGINT,
    "progress" JSONB,
    "version" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "completed_at" TIMESTAMPTZ,
    "media_id" UUID NOT NULL REFERENCES "media_items" ("id") ON DELETE RESTRICT,
    "requested_by_id" UUID REFERENCES "users" ("id") ON DELETE SET NULL
);
CREATE INDEX "idx_media_reque_request_05a045" ON "media_requests" ("requested_by_id", "created_at");
CREATE INDEX "idx_media_reque_status_dc5861" ON "media_requests" ("status", "id");
CREATE INDEX "idx_media_reque_media_i_ffa628" ON "media_requests" ("media_id");
CREATE INDEX "idx_media_reque_seerr_r_9d9ae1" ON "media_requests" ("seerr_request_id");
COMMENT ON COLUMN "media_requests"."media_type" IS 'film or series';
COMMENT ON COLUMN "media_requests"."status" IS 'state';
COMMENT ON TABLE "media_requests" IS 'A wish for a film, or for seasons of a series, from the asking to the watching.';
CREATE TABLE "media_request_followers" (
    "id" UUID NOT NULL PRIMARY KEY,
    "created_at" TIMESTAMPTZ NOT NULL,
    "request_id" UUID NOT NULL REFERENCES "media_requests" ("id") ON DELETE CASCADE,
    "user_id" UUID NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_media_reque_request_d06515" UNIQUE ("request_id", "user_id")
);
CREATE INDEX "idx_media_reque_user_id_4aeb1e" ON "media_request_followers" ("user_id");
COMMENT ON TABLE "media_request_followers" IS 'Somebody who wants to be told as well.';
CREATE TABLE "requested_seasons" (
    "id" UUID NOT NULL PRIMARY KEY,
    "media_id" UUID NOT NULL,
    "is_4k" BOOL NOT NULL,
    "number" INT NOT NULL,
    "status" VARCHAR(24) NOT NULL,
    "request_id" UUID NOT NULL REFERENCES "media_requests" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_requested_s_request_4ece86" UNIQUE ("request_id", "number")
);
CREATE UNIQUE INDEX "uidx_media_requests_active_film" ON "media_requests" ("media_id", "is_4k")
    WHERE "media_type" = 'MOVIE'
    AND "status" IN ('PENDING', 'APPROVED', 'SUBMITTED', 'PROCESSING', 'PARTIALLY_AVAILABLE');
CREATE UNIQUE INDEX "uidx_requested_seasons_active" ON "requested_seasons" ("media_id", "is_4k", "number")
    WHERE "status" IN ('PENDING', 'APPROVED', 'SUBMITTED', 'PROCESSING', 'PARTIALLY_AVAILABLE');
COMMENT ON COLUMN "requested_seasons"."status" IS 'state';
COMMENT ON TABLE "requested_seasons" IS 'One season of a request. `media_id` and `is_4k` are the request''s: a season is asked for once while active.';
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "requested_seasons";
DROP TABLE "media_request_followers";
DROP TABLE "media_requests";
DROP TABLE "media_seasons";
DROP TABLE "media_items";
"""


MODELS_STATE = (
    "eJztXWtz2ziy/SsofUnmltblOHGSTW7dKjtxZryT2FnbubO7cUqCSMjCiCI0JGRFtTv/fd"
    "EAKb5AmaT1gBh8mIcJNEkdgED36Qf+3Zkwl3jhwUd2R/0PmHqzgISdN+jfHR9PiPgffYcu"
    "6uDpNGmGCxwPPCnhQdfeMN13EPIAO1y0DrEXEnHJJaET0CmnzAcZuDNxkRQNERsi5hOEHY"
    "fNfI5YoP50XXG/EFEfYRSw+QHqh7PB78ThfURDcW2Ew9GbuBsRVwKCfDZg7uJJiDhDAcHu"
    "AbyPyxzxQtS/2/6jZz79Y0Z6nN0RPiKBeIGv38Rl6rvku0Re/jkd94aUeG5mJKgLN5DXe3"
    "wxlde+fDl//0H2hJ816DnMm038pPd0wUfMX3afzah7ADLQdkd8EmBO3NSw+DPPi8YxvqTe"
    "WFzgwYwsX9VNLrhkiGceDG7nf4cz34ExRfCk3oxTMXUcNplifgBXXv1f9J4pmV7v4vKmd3"
    "120+t1ChMD3ic3YNElh/kwqajP5Xz9U903QUfNYnjAu19Orp4+f/mTxIOF/E5NcYld508p"
    "iDlWonIEEsijQS7i/m6EAz3uKZEc+OJ1NwN7DNIGYO1M8PeeR/w7PhJ/vnyxAub/P7mSSL"
    "98IZFm4oNX68FF1HIkmwDwBGD5lRXhPfe5Ht1l/xy2VF2ti218IQE3WZ+2ge4dvMRfjp69"
    "ePXi9fOXL16LLvJFl1derQD8/OImh6aHQ97DGjzfC0w4nRA9qCmxHKxuJHcQ/88egrwCwZ"
    "vzT2fXNyefPsPtJ2H4hyfBOrk5g5YjeXWRu/r0ZW56L2+Cfju/+QXBn+hflxdn+eVm2e/m"
    "Xx14JzzjrOezeU/sGilM4svxpT9hPxiOU8sTXBhgZzzHgdsrtLAjVta32DQ5muSvYB/fyU"
    "ECNOE9IwXgWmxsCvmCbhA3rdQKQtWpoj5wKTZduSOL7VfuwC65p47oiH0XUR4ij4qLYrMO"
    "yFDgOxJ77Jj4YXF3b3qjW//Wv/S9BRK7tNzdoQ/8v0/mJOSqG+z9YzLlb1E/+ijE6/eRXK"
    "RC6D3pon7AOHws4gOTusJ8BHIczXGIJtglQpUg36dUPBt63PqhRwUWQo74rryEXCYUCp/x"
    "ivrD184sJEFP7f+OUDzUwzvfrGJhjmIRzbYezKwi+KfUx8FCD39eMjcQgwVXOnd7VunTj5"
    "enmQVa6BOn5xcnV/98+unkHz9lVumPlxc/x/3TQ3L6z5uzk9xumXyyNRSQrND2tJDDPVFB"
    "ktWurhaSlVyDIhKtInsww/dCD0mPstpEe/LPGrZRTqyRfWTYqGYNpGdHrytYSKJXqYkk27"
    "KflNzOhVKmM5TKsc5KtQ/q42dHFaAWvUqhlm1ZqOm0DsSqd/ugfXFcAdkXx6XAQlPOzE/U"
    "0Jq7QlayheZpB6hBsDSiWbEn20Q0gVfuEpJXCAnxm3ISKVk78vs08olFW3fcs5ItHPU9Ge"
    "VKamBEUdQe40TMDrDRAxyQezZuZs1lJK01Z/Iop/jCqiRgSmSdTKC5g/oA11cg6bPoFqH9"
    "wAJC7/xfiaL5zsV7YN/RmcURyf4lus1+QppcTT7lAM+XZHR6QonfLn4x4cr6Orl+d/L+rP"
    "PnbrweEnWNyyMejXJ/B/ygis6O/h8zxnGP3ZMgAPK/L8MHwNkwpHcQQwG+h/7fodMHdaEv"
    "WjFHLh0OSYCGLBB/0xBNxSOZX3SCbOIBNpDBtDWou8LfQCaYenW4jaXAeoIYdm1qZfiNo+"
    "MqcQyiVynDIduKLF1dPjQt00Kc1x8u4tJw6uFFfeI5J2fBrgD2FIfhnIkdVO+kLEe7INg+"
    "ivTouApHKnqtWEIKLKnYXSc0iZLIwn0SBLjEJZyTy6Ht0XBjXsnUPjmYUY9TPzyA5+1id7"
    "w5+8fN1295Qj/sCdWL3mtWi1PGPIL9EqUjLZd3sQvBTQEaayJb9rBfXn7MGKun5ze5efvl"
    "0+nZ1dNncjqLTlRp50X/b07TLML+t+vLCz3mGtE8b0Adjv6Dtj2j4bG7mNEAVWZY4tVjGf"
    "eQGqB3mqgHuMFpboAEvGG9kIeUxPbiHZ5tahlfc7yD9WyVQ91e/4b0Tqk8h4aurbSwZUdN"
    "Zkf/mFHCeyM2C2ruZhmxR+1k+zO6a9uyDIl6PpnSG4j07Wg4wGVbdxUPiKe0p2KKq5GBJ2"
    "hMFpJxw2gasLsAT7rIJ2ITRnOhFgERh30ZuczmYtI8kaRcrP4foOuRuIyY75C3qD8NyJB+"
    "j8KOMRc92dQjaCymOoQgDxZFqnD7j7cRza1gGOtSMpaKqUPFyC+pFgezlGghwM9eVomyzC"
    "sNqSDLl3mA5QrdIBo/K2dj8bsNY/FDh011bMEK1isRsYSXtUetPdoTSlKTcc/LWmvUZGvU"
    "oMhKO8o27s6Oso27s3F35kK6r3F35/69cjEWWLeopbuKc6OyT2XCbY4XUNkHSK+QTQhU7U"
    "HzEYO0f+SzZS2gBeFv0JzyEUTOhSRNfHUl5dVFohv1gNuKNlsdv7bBp0HRgn6sxw8Wknm7"
    "gKIHw6iOERQcQJjL0D8x8MDqUR4Sb2hD+vaOcLOUxW4piy2HVBqmh20hotKGQ22MHRos6i"
    "zXWalHLNuGzeHHrMuWcfuxGTeDeBjTRn1PRrmqid7ky7Z0qsHja0hoyecoSv5KWHe8o7F0"
    "sx26qwzeZcR9AH1rGb5cmJxQ1A7F9yi1LtHlEBHsjJLiuHF9vKgmnqp7V2bzbuZB1mY1Tz"
    "eyNutjId6UzWp1VaurWl21RbqM1VV/qPE1xF2405L0a3QW1lH8H3IsXvrkhol/bditaAL0"
    "a3YqPsqKOvvOIYfeO3eJMCP4oqMxpAp9uqtsKRL1Fj9AdqeVHYn+0mDBXIXP30PIfBfNR1"
    "RYMwPiMf9OHgcCvjhVSwMJo4XkjhORwfJg7sR3iALwnRH277ROxW0+WWNxfe3E/aFDfALG"
    "t1Vh/B71xzaK3zgDLT2ORb/WmT+bFNa3XNh5Im9y4HkHPO73bOaMSCi945Tnv6rdBKKbcO"
    "LMri2xzVda2EmxFsNU4y3AnCzyNW2SjGALzc4Wkw3mWCnmmp42qNEk+2N7ycQzl/Iznwda"
    "KyXVutI+wdCvJ0yToLJl0h8QoeOQvjz0qI+HwsDpoxHzXKXwK+3e7cpwQzbjKCROQHh4gG"
    "5GcBQiB/0oFUkoowcXISeTdPRgtuLgNp5YJXOY40C0RpNB/Ft0+NqRD0hdsxaIORZIemyq"
    "Ap+WseFJWR0MO/oTjsoV3USihebE+nOzoxVGglQD5ZxYC6F+XuWAlufl57M8LxzPklnMqy"
    "4OGSGrX+YgVft0Ec/ywjaJhK1p07wMm1SJ6sC+FLCoN0fdnu+0ofOdWBAQTx6LqF2dyzEu"
    "SrZwJ9zAudk2kOcH4dYMiVY9CwIWlHIXqdbuSt8q9KvJXQzFYJNgKsZc+SiBCxiLuQVnFg"
    "wx9WYBkSzDHPyZEEbqiHdDw4BN3qJ+dnnpI0/MDekHhbuI6xBNSn31F7vT8BjbfrqNZzVP"
    "Wy4nK1Kzo86mlxNbz46308iQje93Yi2pp1a4bTWr1w/uhIShWPXr4JsSaSHEG3GGhhBJE0"
    "UfNQmtSMubjHlnxOZogF3YDGmY31F3E1UhY6OKwJeWPF/2twXP8wXPhzRofqprQdjaH6bb"
    "H/ZAXzvyBhA8RhNq61fJxMgx775hBbiMqM3pMC2nwxBG5z2b+x7DWQ4h39Zdxea4Ua/q+c"
    "Y0HC1rUUGcMOtKqkSFnIsNgsTkyJB6RJtIXO8OsiCWR3BIluRNQO9GHNgbuAMPZF7yXOjV"
    "6jzMgM3fQDUuGfUO8Sohwj4DJkb2hxpdnpgCsu/vbHCA+uLfkttRt7/1xScyIy40qiM059"
    "TzUDDzu0i8tfhv2JXCMXbiDo54gk8d7PVmgdfvoj6n3ItCZyQ1RMdEHtgJhfNVcX0VECNe"
    "+taHV8J+OCcBcStHxcja/ZqC+hAcI8wPPpNDakNjzGKbxPSos/NG3U22FZva54cvXlcx0E"
    "W3cgtdNubMxPSXWEvJyQta0CuDTr7LfYOV5JzoAc8IWYXyYYVS7pU1Vfe0TPsw3gjJJ7fu"
    "OhgvBdoH8PHhYQWARa9SgGVbLnNnClpTWYJayUaYkmkfzJuZx6PZZOBjWnsnLAi2EPANbY"
    "TuLFA0SUjE811N0ctSvlon2oi6Ng34NZPXiW3TyAOzlN6eetf5+5ezL2fvaxoq8lWJGb4X"
    "8SplvsVKkD/Cy7id2Sxehkwh094jYOD7ALYRyE9J4BCd3+uD2A9LVpKUTA7yIQhtapofHh"
    "xuaAlZAer7yy+nH8/Q56uzd+fX51G46ZIelI1wKTnu+urs5GN+0Y54HFkel+uOsDqld+Xr"
    "tkZ6ey7HTUEerdp/PTp6/vzV0eHzl6+PX7x6dfz6cLl8F5tWreOn5z/DUp6Z98W1nTMu7O"
    "8Gg5ATbNG+ueURCKcEJvJUg/+KFScj1XDNMQz+Da85hOMGOmJOqkXTfG3qoTzwloRNKuXl"
    "RK3XzTSvWyb5hnMymdYJCEpJtGZ/XttnA2psBFCdBSkvtj1gj/cEWJ985zFEDdYkjbhdl0"
    "xel1R6RHms88P2cvYOJhvN89ECIkQhh4K4Tezlo0pHzqw4cabgI1HglUZD34jPqUS1ygsa"
    "DPxaPqyzf9xkvqlCbmamOnXcPZ+wqUN/pE2leAj6WMri3hT3gPBgIQEpgH/KmEewvwr/jH"
    "S+PLsQ39RGvryy5fLsl5cfM+Nwep4H+sun07Orp89+yhpzxS1eBicVMS+PpFkK2EInWSRV"
    "IFY96ieRaZE5vGXW554EobbCTCnqKQmbX5GH02Z2l0Pd3vh6oc4HzUY9K2ntO5PtuyH1aT"
    "hqNMw5UTvOJo9zOry6ql6XlrFVqorEPMTz14Q0K2X15ZWVZeX80zjubGnZTGnZ9Geqry2r"
    "mbdrgDXOyPmc3HEvJ+2DAGc/2gzE4hXQxZePH3dVvzceg5PIGbQiceok8Rc9nD+V8YI8nE"
    "d1GSUusSHCaM6CMQkgZ4n4XZkyBOn3cJiiGGa3mEJVV1h72sfyxdUg+bPJQDTlz/uwqUPm"
    "pA5FQ1SAvdRGTwS2Z6LvUaSAQfaacVC310q39tuPYb/9gH5YuePntQXrhjX7u9qEOzCn21"
    "XV0nJilsFYbW27qQILa7IM9xfaB23C3OQy6UyXvF2+wiZMme4VbMLIDq5cWwMe6qI5lqZd"
    "fBcB/gHqsxmfzngPbEwoOtqXfcNllYxlCVI6CHCw0JXdWO/NbY1T01aq7irTseY5eY86I6"
    "8B4Js0ZTaclA+FhJtqmLGsyZUmVAUBKHwDh1axJurl+rPi4PYjAlWAatAhWaEWBYusL26B"
    "+VzcvF5mfkaoDdp6dvJWSRMvzxEvJIjLj6g3ZMFExz+sONApJ2eBfgDocDaQdTl6HvbvZk"
    "Lx06Q1nAQBXpRQfFrxHOoVD2xptFKndJDBjHqc+uEBPG8XmgdYnV+/FWYyZ70YJl265qqQ"
    "06KwjTitEXFKJgPiNgZfI23Rr4F+zlyqs4xrRE1W/hou5RspZ0PD5WvXm+5ZQTvTH5jpBc"
    "ZrN6TMNWcBcT+U8DGp1u4qKiaU/Xo1WJj+mCyWhUbZ4Hfi8CchEhdjFkTeUlYCVfVK+QgN"
    "iMfmaYoEDZnnkqAbHSlD/phhT1IpoSwCynxNYdRtPrhKfdE0YWdLiBpE5rSecZDHSxt08s"
    "QeVpy6Ojt5/8+a09qkglMec3D5mccPg56WN3yuwzoNK7gsXiPWcUNGQGw8dRTbqLvJWDdU"
    "Zp8dVnKPQ7dyeA+LLnLYlevy8mmZFkK9EbthQidEoVQD6IxQ+7i2Z0dV2DbRq3xGHxUYtw"
    "Zlu3ZQMG3zdPy2K3aN8NHxyzqTO5Fo4Rqyfg9fzADXgTgt08LlY/2Hu9mM2R8wFnfncWqG"
    "fWXrSbSzmYs2y86AgL96WXa7CaY08/t/VCzlrhPsPhGX4nNOJh0NbZ80dlex9hPo1qOiX+"
    "XQSenKVKd1hWxCBsxdIByOiQsnjXVVwzUhQSBP4AoViy6uffbIdzgS7ACd8xD1o1PAKPy/"
    "egtg5XXhlJt9oDz0zCUcUy+UHSQnevPp/SkKMZUn11OOxKW4k9B/+m/RnIoPYiaPNpsgJn"
    "QGeWOVBwZ3kaePHaA+vhcyeEA9yhfL29/6Q+Z58K7yNDb18k/7Ify3p1jM/k8yw1D+hqcY"
    "wYEF/p30UajS6ZK0hacH5C3qT0W3+LjQvkxQhA5wiCia4/CnLjxQOTNmIfgpHDZdyPvHl+"
    "G4NuqjF79Wdlqoo1i+wRlo8unqDQFT68MwyYehpno5K/Mww5u9g8mGLLB2E/j+xX5PSSOf"
    "xppjo/jErV9nKyVk2ZrGbA2/bwL9/eOgN0zN2Q3ytGzSl7M4tHTKWxJHQ+LYg9M2fHDagu"
    "A6+f9x9xatGWsLdY/U5iKaf7u+vCihnRKRPM1IHY7+gyqGAxuG7ArYAIsMlVhITs3noeY0"
    "QbhBITl1abDUpXqzkjb93uT0+7SF2VTFz99ji/EzXy5+vbj87aKmUaUilxzsowERJi53Rq"
    "bk46eh7L0Yr2NEotvs5aAoVsGMoUnzK03HJX8P8wcFhxHBFOJFI5N4swPxiG9Ec5s9G46u"
    "SZ9HnsarYV5oRNtnaKw/3iEHW+mnUAn0x3wBPyLuEV1eVzXOy1rl2GTleOAxZwzWYqOIl6"
    "K0He19Ge2BZgMrdzUVJW2sy596bHsBwaEuX6C81JhOtg371LarjdnYvXKVob2xe7Op23DU"
    "s5J21E0Zdc1mJt/ekIRgGTt0rVbqstCi6+VC/lBwUSh71qjWrQRUzW3lyFfVtiW7pMJxsh"
    "yTvm53s9toK3hHUVK2fLdJqokt370tD571MFgPg7mDYhKFmt4oqi75aRmbELA6IUBiVQS3"
    "duB6Jjp6P4F9MHQ9Pa9MqgEssb8iAsuQl6qXcXsF/TJQXSvHr89pOJJxzxjKtUxkmZehjB"
    "mVempWYZTx2RAgjcMxBGBzJv+SSw9U9C1onmu+P0SnS0AuxE9ELnGoCwVmBhB6TvnbyJXk"
    "4ABuByqtaDhAUSR5hEwvFfkeBajLuHHExDcSBZLLcHWpH9/6/XA2mNAQDh3t/U8fceJ58N"
    "LyLaOjd+A9R6BMwxPvSfAW9X3yncdH88godBnrTlRBHWhUMeYhcmGq9tVZsn1ovfXFa87E"
    "Qi6uSaQo/IRpwGBdSMXkJ26zCABZNZkopMS7hwiCYISoDHZbFviRfz0BrMWtgYQKb32ZHw"
    "BlekIGx4uokGEcyO1kAKH8lcPgI4wlbRh9bCmuRYbHJ85iqO8DV5afpmrPDZaNnzfJmLDx"
    "8zuNn99uoKtpe/0WIl2pPgLjoTp/WoPBlvhbVcxyD4tbfT67eH9+8XNdK61xeasNhBqp6K"
    "D6PquCoHVYNXdYLXWjqqpLQdC6Y/Ox3WAKNEC2IGiR1SPbJGo+LWlDRczxrhWdqj7TlZMu"
    "3w7i/nYXaHBIGnE86pMGm3BR0uJfH/8CwVDU9lekxOqkW5Tntu0acgm3lj7HuqKjskR6e1"
    "7Lw80OxtpcllD6IsVG1t3JNeJ2Ozd6O8+yz3XHWyNux9vk8ZYfqDzBto46kZWyqkR9VUK5"
    "beopEImMVRuaqg2xN6yIfHkWfVrGptE3T6O/J0GoLZBfOuNTEttTzZ7tiWpmg9jLod7PcG"
    "YbxG5HXT/q4PeHsKNGX3tO1irkJivkNvJxzW4ITWBRVVw1otbJY+NKNx1XeiUWkavzdzed"
    "0nm8BoQrlvI2c9I+iK3myzWv5HQUm/tBljCWYZErY3iX/bqVY3l7w0imYlDvdVwWej5iaI"
    "59FaA6IOLfnguBoXPiecVY3epi2qywrEtkFqoa7PnEsK/ZFhvWaUZYp7VCSwFvsT2yygf6"
    "oD5lNVW9phqvbzUQTYlYOFerpkGSCbMO5TSVWLOf6FbVoSqfhzIL7RkzD6Oa+mJNSia7ih"
    "Xm8nIF+S4r1dBEAX9U2YLoNgfxSSOQ6QTpUn0ZOd+XqUeQmxT1exK+kTlh8gY0TE43USla"
    "6sQP8QL0XnOa+ZafXUEVtiUSjNhUVqm/lq5bsxJk02i2lUZjq3us1x9r05J2kJZkDVFrOR"
    "mn41exnHaj5l8wTofUwdEvL+j4mfaVCr6f6llRue87WFg/sp6AGlE0JQH8IzTmLgqZOm1Q"
    "3BjqECD1ABIiPqcOnM0Xzga/E4dDKQV466iYgSq7IOsYFFX6rTxRq8inzDz5DlaJ37mOWa"
    "7EP6YowV6UI5DzdiQ+ZvE6jYpvPT+qsHE/PyrduKHJFiQo14uOj6soRsfH5ZoRtOUKDTNX"
    "4yheUVw46t8KfLeeGhZtFeVLSWkiUkauDbH0m146Yszq7ZRZKRvHkwsmlkpKjYm7FGjFcp"
    "E7Z/KoSvUd0av8pMmjQgUe6ygvR7/NjnLcZMhTYjZc1+RwXeuz3yTzZF3Ke+xS/oVgj4+u"
    "MWQfdDRcU6a9u4prGsmevVB2rUg2/SYLHI+IMw7RkM18F0GlSjRhE+Lzt4h5LgHPLFF1RH"
    "00YrNAunShumbA5qrGfd8RoryvimWO2ByJX7so8kybfpiWYhKjfk8dEo282iwiL4Ilm3at"
    "WZeTTfWVgdbqfW1SBPbP+9eUR5zjaJFrQiQ+e1nFssoPZMqwepm3qzwBi+8sehMN+B88hk"
    "tLGKTFcqgPQc4c3NfxQb2//HL68Qx9vjp7d359HmV3L78g2Sg3kGXAwNXZyce8CQv7UxHl"
    "0oCBZX+bvF0IFshs3pU5rIyUtR5WWw8RWmswIK6TO+0nsA/aENmZZZIZEWOvsSBSw1JuPE"
    "S/rEYGlPIGQ2gnyArN3SfEDQ9QHx6v6vjLIwLkmQMYivqDUh7q86Ka3gwOLOgrtSCp3D8l"
    "bApRpIFKreqivtyI+6oVHgKVeZQlIswI6oITmwcEj/tILsaqkn9kqVAfolyFnSG94OFUdL"
    "sVgyBmibhH/OzYNBlh/46IVwG7hA3F3inP/ZJXXfFrHA8LHdTNHFiA0TRgAvlQvRVnbAxC"
    "sykEyPKQeENx7daXbyNuERX7WJ43EA3cE2E0zf2K5whYQ8ccQ2dMfQ3o1fThWNZ8bVhGg5"
    "ihCcv/agEvieeM+q8H5Idn+Nb8N+s/6Hz/rLvOl4t3lxcfzn/+cnX2vubC0dFtNmbM8aXh"
    "2WQclsL7NAyaXd2MoVCKRQ1zMBGwdVYLxbyUflXHuE4kLJzFsrW7I4X2x9u6Dk5oIvR7Yb"
    "gVYS4PNEuJtCHcaduhZqVlFMs1vfI6inuJ+BaidWSFW7njNgrZ0YjbOA6T3TcJf1F3qLOS"
    "dpRNG+UCQbz7zBuxUPs+8ToPJODE3bpV83B6jpKokWw/xwuo1QRxCCot5gD9RsUUnkH8Qp"
    "/j4I7wPppg6qE7RsL4XFWBOVREXh5n6kh2sSt5SHIvD0bFMk1msIAOvj7bflsPl1yqaBEz"
    "Oknbl1MZ7pFGUIneMTj+VR7IWucI03TOT+roUstJWk5ya5wk0PMqQS0kygzcPVGwW17SKF"
    "11/cykWiXrmF+JRBtsga0n+hCxttfCO5GweNfHW23bRbxPggAv9IAnIjnAKx7T0IzoTbbK"
    "wYx6nPrhATxvFxskIPv1Wx5IH36e7siRVaVVUlJbLK4SKyJ7W1vFJvuUb4jtTfaxySA2GW"
    "TXgVyGJoOkeY33xKPCtF50HuA/lv26lQkQV4nQquFewEJk7H8VmiSZCWn+AzcRsSpvZQt1"
    "FRcxp3wkLiRVRKD2tdCrZTCXLCCCHOzL+C49+bH5xwLtITb38ZiQqXhwVwoDsaEUJOA+4N"
    "Zs7r9BmQoRYD5SX7Ik6bd8AmFr8XGZmYAyDoijkIoP79YP42rgSQVE6BMNzeIt6otPfirm"
    "Meml4tvkjxFv9MvNzWckRK4/3Xwuz33JDHpEuSi49KXDU41dy86Yys7Y/XOtOf17GLTUsC"
    "AdsF5DDGStWCUNYb0anEpsjyJeFdNhj6Ztv7MuWzohoyXU+I40ki06MXVtH1TtY3/tib+b"
    "CNuxp5/a008tw1aNYYuMyEbjnpe1u7/Ju3/WYq9qDmalrEWYV6GLtElVZDWiFt7VhLWfK6"
    "b8SOI6X5t5PyF+kMDWTLSHzx5yklC5NaKcCsBrKdjZ9dIkh8F7NhHvfQZMdUfjJ0g3d1e5"
    "B1zZsZfEBNTLAU+x4qvzu9MdZbyhWCsol/nMDoPa4SrBG5j9v0DOtWTPSdBFHI+JrzK8Bm"
    "TIouhEITNJ0/xwjQWurF4u0/JAx4szpWXDrR/FQypR4OplwtWkt0ysTjH2iQsAXA2qo5Bg"
    "c1/yqVESNwujniqmrBuR+XAZ/A4TvLgVZjaUsfJkqCUNZK42knXX4y94mdCt7iR/jkdcFc"
    "0pmsQLCAn4DGVP7CM5rDfiQhcx5QtR3gF4Cr4VE3YucIh+FRoLDSJcUSVLYaAmeBYQjZ8g"
    "/v3RYi8HcIWPYNmlsO6c0rtSuy4ttR7Dbre5t8qy++vR0fPnr44On798ffzi1avj14dLE6"
    "/YtMrWOz3/Gcy9jOYZ23/lvgPz3TVGqi+ZUMJFvdrVcX8bp1kpgzy1DlWdphkhq27rIa1P"
    "rBUF7YFWGootvRlWnbGZDdTWWM96BB3O6uKZlrF45svRBQHxysmMFcXrC5J2D6uwh6W1+l"
    "qsXE7OTuTcRuaMyAQ32cgKgtZRlN/FpnjhMayZr3+7vrwoMdASkbyTgDoc/QdtMpFgN7MV"
    "wFjt8sx7N3PTGm6Qd3kyx5kFzZw1OdEWeun23VljSF71uUsmUybLtvxKtCHFuR7dVWwhTf"
    "r2xmRRkTA8QZMZT+UPQ4XkacAmNFQ0lyIG5Tngb6LShmIyuMiBeo8yoldeFK+NxEMR9sO5"
    "WNGTliENQo7EeIkJWGQht/70hw48FHdpcQV6GVn7wkbW/sjMw5hoTtYrNzei7i20MTZSe2"
    "conk+CaUB1xcbLUc6JtRDtDbCSuz1KzzS418RL2NC0HyQ0zRAd+IQE1BnpdN+oZaXOi5M+"
    "D2m65eO85tLcpYyHdsnRsBzRiBnrsVsPy1Gu8O2gSKBxa83mj1iGj6oGwlH3FqL77PCwih"
    "54eFiuB0Jbnt/3OdHpgOXMXUrEMnc1mbudbmZ//hdfRRkQ"
)
