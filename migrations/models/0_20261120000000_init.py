"""The tables of people, downloads, files, notifications and events."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "login_failures" (
    "id" UUID NOT NULL PRIMARY KEY,
    "subject" VARCHAR(64) NOT NULL UNIQUE,
    "count" INT NOT NULL,
    "last_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "login_failures" IS 'Failed logins of one account or one address in a row. `subject` is a hash: addresses are nobody''s to read.';
CREATE TABLE "users" (
    "id" UUID NOT NULL PRIMARY KEY,
    "email" VARCHAR(254) NOT NULL,
    "username" VARCHAR(64) NOT NULL,
    "display_name" VARCHAR(64) NOT NULL,
    "password_hash" VARCHAR(255),
    "permissions" TEXT[] NOT NULL,
    "is_active" BOOL NOT NULL,
    "version" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "last_login_at" TIMESTAMPTZ
);
CREATE TABLE "sessions" (
    "id" UUID NOT NULL PRIMARY KEY,
    "refresh_hash" BYTEA NOT NULL,
    "generation" INT NOT NULL,
    "rotated_at" TIMESTAMPTZ,
    "device_name" VARCHAR(128),
    "user_agent" VARCHAR(512),
    "ip" VARCHAR(45),
    "created_at" TIMESTAMPTZ NOT NULL,
    "last_seen_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "ends_at" TIMESTAMPTZ NOT NULL,
    "revoked_at" TIMESTAMPTZ,
    "user_id" UUID NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_sessions_user_id_d4822f" ON "sessions" ("user_id", "created_at");
COMMENT ON TABLE "sessions" IS 'One login on one device, and its line of refresh tokens.';
CREATE TABLE "audit_entries" (
    "id" UUID NOT NULL PRIMARY KEY,
    "actor_id" UUID,
    "action" VARCHAR(64) NOT NULL,
    "target_type" VARCHAR(32) NOT NULL,
    "target_id" UUID NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "ip" VARCHAR(45),
    "correlation_id" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_audit_entri_target__289b44" ON "audit_entries" ("target_id", "id");
CREATE INDEX "idx_audit_entri_actor_i_2220a7" ON "audit_entries" ("actor_id", "id");
COMMENT ON TABLE "audit_entries" IS '`before` and `after` hold what changed, without secrets. The actor is None for the system itself.';
CREATE TABLE "download_profiles" (
    "id" UUID NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "kind" VARCHAR(16) NOT NULL,
    "max_height" INT,
    "container" VARCHAR(8),
    "audio_format" VARCHAR(8),
    "subtitle_languages" TEXT[] NOT NULL,
    "auto_subtitles" BOOL NOT NULL,
    "embed_subtitles" BOOL NOT NULL,
    "output_template" VARCHAR(255) NOT NULL,
    "is_default" BOOL NOT NULL
);
COMMENT ON COLUMN "download_profiles"."kind" IS 'video or audio';
COMMENT ON TABLE "download_profiles" IS 'A named way of downloading. `output_template` names the file in the library.';
CREATE TABLE "downloads" (
    "id" UUID NOT NULL PRIMARY KEY,
    "url" VARCHAR(2048) NOT NULL,
    "canonical_url" VARCHAR(2048) NOT NULL,
    "extractor" VARCHAR(64),
    "video_id" VARCHAR(255),
    "title" VARCHAR(500),
    "uploader" VARCHAR(255),
    "thumbnail_url" VARCHAR(2048),
    "duration_seconds" INT,
    "status" VARCHAR(16) NOT NULL,
    "stage" VARCHAR(16),
    "percent" DOUBLE PRECISION NOT NULL,
    "downloaded_bytes" BIGINT NOT NULL,
    "total_bytes" BIGINT,
    "speed_bps" DOUBLE PRECISION,
    "eta_seconds" INT,
    "progress_at" TIMESTAMPTZ,
    "attempt" INT NOT NULL,
    "max_attempts" INT NOT NULL,
    "next_attempt_at" TIMESTAMPTZ,
    "error_code" VARCHAR(24),
    "error_message" TEXT,
    "error_hint" TEXT,
    "error_retryable" BOOL NOT NULL,
    "lease" UUID,
    "job_id" BIGINT,
    "version" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "started_at" TIMESTAMPTZ,
    "finished_at" TIMESTAMPTZ,
    "owner_id" UUID NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    "profile_id" UUID REFERENCES "download_profiles" ("id") ON DELETE SET NULL
);
CREATE INDEX "idx_downloads_owner_i_a6aebc" ON "downloads" ("owner_id", "created_at");
CREATE INDEX "idx_downloads_status_e744eb" ON "downloads" ("status", "id");
COMMENT ON COLUMN "downloads"."status" IS 'state';
COMMENT ON COLUMN "downloads"."stage" IS 'step while running';
COMMENT ON COLUMN "downloads"."error_code" IS 'why it failed';
COMMENT ON TABLE "downloads" IS 'A wish for one video, from the paste to the file.';
CREATE TABLE "download_attempts" (
    "id" UUID NOT NULL PRIMARY KEY,
    "number" INT NOT NULL,
    "started_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "error_code" VARCHAR(24),
    "error_message" TEXT,
    "download_id" UUID NOT NULL REFERENCES "downloads" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_download_at_downloa_78343d" UNIQUE ("download_id", "number")
);
COMMENT ON COLUMN "download_attempts"."error_code" IS 'why it ended';
COMMENT ON TABLE "download_attempts" IS 'One try of a worker: when, and how it ended.';
CREATE TABLE "stored_files" (
    "id" UUID NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "location" VARCHAR(16) NOT NULL,
    "key" VARCHAR(1024) NOT NULL,
    "filename" VARCHAR(255) NOT NULL,
    "mime_type" VARCHAR(128),
    "bytes" BIGINT NOT NULL,
    "sha256" VARCHAR(64) NOT NULL,
    "language" VARCHAR(16),
    "created_at" TIMESTAMPTZ NOT NULL,
    "download_id" UUID REFERENCES "downloads" ("id") ON DELETE SET NULL,
    "owner_id" UUID NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_stored_file_downloa_368faa" ON "stored_files" ("download_id");
COMMENT ON COLUMN "stored_files"."kind" IS 'what it is';
COMMENT ON COLUMN "stored_files"."status" IS 'state';
COMMENT ON COLUMN "stored_files"."location" IS 'where the bytes lie';
COMMENT ON TABLE "stored_files" IS '`key` is the object''s key in the store, or the path below the library folder, where equal files are one.';
CREATE TABLE "notifications" (
    "id" UUID NOT NULL PRIMARY KEY,
    "type" VARCHAR(32) NOT NULL,
    "title" VARCHAR(255) NOT NULL,
    "body" TEXT NOT NULL,
    "subject_type" VARCHAR(32),
    "subject_id" UUID,
    "cause" VARCHAR(128) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "read_at" TIMESTAMPTZ,
    "user_id" UUID NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_notificatio_user_id_76ef59" UNIQUE ("user_id", "cause")
);
COMMENT ON COLUMN "notifications"."type" IS 'what happened';
COMMENT ON TABLE "notifications" IS '`cause` is unique per person, so that nothing notifies twice; `subject_*` names what it is about.';
CREATE TABLE "domain_events" (
    "position" BIGINT NOT NULL PRIMARY KEY,
    "id" UUID NOT NULL UNIQUE,
    "type" VARCHAR(64) NOT NULL,
    "stream_id" UUID NOT NULL,
    "owner_id" UUID,
    "actor_id" UUID,
    "correlation_id" VARCHAR(64) NOT NULL,
    "schema_version" INT NOT NULL,
    "payload" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX "idx_domain_even_stream__270deb" ON "domain_events" ("stream_id", "position");
CREATE INDEX "idx_domain_even_owner_i_e2a79e" ON "domain_events" ("owner_id", "position");
COMMENT ON TABLE "domain_events" IS 'Something that happened.';
CREATE TABLE "idempotency_keys" (
    "id" UUID NOT NULL PRIMARY KEY,
    "user_id" UUID NOT NULL,
    "key" VARCHAR(128) NOT NULL,
    "fingerprint" VARCHAR(64) NOT NULL,
    "subject_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_idempotency_user_id_bc4599" UNIQUE ("user_id", "key")
);
COMMENT ON TABLE "idempotency_keys" IS 'A mutation that was promised to happen once: the second call with the same key answers with the first result.';
CREATE TABLE IF NOT EXISTS "aerich" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSONB NOT NULL
);

-- By hand: what the models cannot say.
CREATE UNIQUE INDEX "uidx_users_email" ON "users" (lower("email"));
CREATE UNIQUE INDEX "uidx_users_username" ON "users" (lower("username"));
CREATE UNIQUE INDEX "uidx_stored_files_objects" ON "stored_files" ("key") WHERE "location" = 'OBJECTS';
CREATE UNIQUE INDEX "uidx_sessions_refresh_hash" ON "sessions" ("refresh_hash");
CREATE UNIQUE INDEX "uidx_download_profiles_default" ON "download_profiles" ("is_default") WHERE "is_default";
CREATE INDEX "idx_downloads_history" ON "downloads" ("finished_at" DESC NULLS FIRST, "id");
CREATE INDEX "idx_downloads_profile" ON "downloads" ("profile_id");
CREATE INDEX "idx_stored_files_owner" ON "stored_files" ("owner_id");
CREATE INDEX "idx_notifications_inbox" ON "notifications" ("user_id", "id" DESC);
CREATE INDEX "idx_notifications_unread" ON "notifications" ("user_id") WHERE "read_at" IS NULL;
ALTER TABLE "downloads" ADD CONSTRAINT "downloads_percent_range" CHECK ("percent" BETWEEN 0 AND 100);
ALTER TABLE "stored_files" ADD CONSTRAINT "stored_files_bytes_positive" CHECK ("bytes" >= 0);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER "audit_entries_append_only" BEFORE UPDATE OR DELETE ON "audit_entries"
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE "event_counter" (
    "only" BOOL NOT NULL PRIMARY KEY DEFAULT true CHECK ("only"),
    "position" BIGINT NOT NULL
);
COMMENT ON TABLE "event_counter" IS 'The last position of domain_events: one row, locked by whoever writes events until it commits.';
INSERT INTO "event_counter" ("position") VALUES (0);
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "event_counter";
DROP TABLE "idempotency_keys";
DROP TABLE "domain_events";
DROP TABLE "notifications";
DROP TABLE "stored_files";
DROP TABLE "download_attempts";
DROP TABLE "downloads";
DROP TABLE "download_profiles";
DROP TABLE "audit_entries";
DROP TABLE "sessions";
DROP TABLE "users";
DROP TABLE "login_failures";
DROP FUNCTION refuse_change();
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
