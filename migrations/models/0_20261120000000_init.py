"""The tables of people, downloads, files, notifications and events."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
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
COMMENT ON TABLE "sessions" IS 'One login on one device. Only the hash of its refresh token is kept; `expires_at` slides, `ends_at` does not.';
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
DROP TABLE "sessions";
DROP TABLE "users";
"""


MODELS_STATE = (
    "eJztXW2T27YR/isYfanbUW50uhe7TqczOp+cXHO+S+90bRLbw4NISEJEAjQIWtak/u8FQF"
    "J8p0hZLxTDmbTJAVgQehYEsA92l390LGog0zl5RI6DKem8Bn90CLSQ+I9kVRd0oG2HFbKA"
    "w7Gp2jpeI1UIxw5nUOeifAJNB4kiAzk6wzb3HtG5JwiYdIoJoPIfBAz0GevoBNwTcwn4DI"
    "EZdGaATgDmDmBowpD4k9M5IgA7YI5s/j14Rl9sLCo0yJ+BY2LxjK4oJIZXYlDkAEL5iRyS"
    "QXUxJkymB3m6S/AnF2mcTpHonYkxvP8oijEx0BfkyD/fd1wHMQ0bsrnOEOTIEP10Psp29l"
    "ybYGQaMeV4TVW5xpe2Knt6url+q1rKnzzWdGq6Fglb20s+o2TV3HWxcSJlZN0UEcTkYyNa"
    "I65p+goOiryfIgo4c9HqNxhhgYEm0DWl7jv/mLhElyoH8kmay7GYTTq1bMhPZMnLf/rjjM"
    "ho2t39SHscjjStk5o3cjwJZfpFuph6Ys5hwiWcf3z1+g3RUaUd+YA3Pw4eXpxd/lXhQR0+"
    "ZapSYdf5qgQhh56oUk0IuT8TNDk70uBfYQLZMhv+pGRCEeMlR84mSggKQi2EL1wAaQDafm"
    "G+ur2/kj1bjvPJlAX/GTxc3dwNHn598W7wi0LfWvpVt/d3PwTtoyq5+nU0HCidhDrwXlVN"
    "/ZlSwZsZZNkKSIgl8Be/qQT6/gSvC/gdC37RTESmfCb+PO2/KtCGAF/Ne9FKQU/F8uyt23"
    "d+Vd+ri4Ot1iQoYOFVsI5LNQ/qi9N+CahFq1yoVV0camxXgdhr3Txozy9KIHt+kQusrIrj"
    "GtlLU/heixqOLZSNcVwygbXhi54E/3GEq7fYlaAhjzz+rCiAfnTzbvg4Grz7ObakXw9GQ1"
    "nTj63mQemLy4SaVp2A/96MfgTyT/Db/d0wueyv2o1+68gxQZdTjdCFBo3IOSMoDVCLad2E"
    "DtcchMgGek/Ktpo/Js2Hp/Kqeo9LNlDrR6LlAJNiNXt2VmUdh2KtgmutYIY+C3t7k307Lr"
    "kFNdfsxNQkLUdIj7JMRkRkm3RGfZW6hrCQBNFknslXSKjS0L6lDOEp+Ql5XMWNGAckepZZ"
    "7PN/T343xwlpWBq+ygwuVoxadEKJ3y5+MeKe9TV4fDO4HnYUwmOozxeQGVoMallD+zRRsm"
    "qbrrL6VrIEEmEqG/6vkGOOop7BxgbayKdi5Q8qx8PmY7mesWyJyfoQk8iC2KzCH6wENqIQ"
    "6vamxzmE/sV5CRJBtMplEVRdmgmryjlGZRqI82UZmC/zUb5MgWxgxzbhsjq5m5BrwS4Btg"
    "0dZ0HFLpV9m5GPdkqweTRk/6IMDylaFSwhKSbSRszC4SVpHO4BYzDn7ighl0DbxA7f1eyO"
    "7JNjF5scE+dEPu8Qu+No+Mvo/cckaS6MeTG+zxmrxRWlJoIk59ARlUvexQnBXQEanET2fB"
    "V3f38bMwivbkaJefv07mr48OJUTWfRCHsn4Ju7UQLwz+Jk6bsCxOG+ITwb6ohEAmhMdjZx"
    "T3e1SkzlCL7rn56/PH91dnn+SjRRo1yVvCzQQxrO9nIiH+rmUtTqgkH5n2x6OxEVbgmuuh"
    "FcKUbmMATCNV0Qk8K4cZ6s6xYRCYbfqqRT1wAssDMDE8qUU9VnbCDaBRNGLeVTJc6NHAFO"
    "1R8TbKK0Y1blHj6QD+RZ7PMOepaeWbKc4emMS98t2QNnS9l+wbAUlLV08RosZhSJfQnMqM"
    "ARQEIlxaHaiyMtMMUUUG1/p+MT8Cz+X8NG0P0HIl4RFxmyUvwNuRixaQLmki4Qoxb/drpK"
    "OMBO9KCLJxCsQ1NzmfncBc8cc1MMGBJDNTXxHAHIEJiLWSQd0nRvrI4Y9AcihwSJs0AMGa"
    "WdyUQ/md5kXfBenM8hd5VKRX3rX1YjGkdMj0r8AmsshdM7L+PNJJvlW2CqMnHeir6JVaBO"
    "CbaglwYdfVH7Bs24iiggKKNCzSMYtk/nqL0y8yotH+SoTPMw3gmJo7buKhivBJoH8EWvV8"
    "YPstfL94OUdQmi3Zanpqx7y4KNMCLTPJh3M49nrjUmEFfeCVOCDQR8Rxuh4QpExMg0B4nn"
    "GxkscC6LliW6EZ1WN+C3TKiFtk16Pg+Ja6U8HmIoh9L7O951/v00fBpeVzRU1FBR0n4uFS"
    "dwWSZMIEmZRKIELpPTWgxlmrMlloJ8WvftUQwG2WAxwyaSBj6RYNcCeRsxPTM2463YD3NW"
    "kohMAvKJFNrVNO+d9Ha0hBSAen3/dHU7BD8/DN/cPN7c38XpQVUZv/B4GA5uk4u2z+MgQ1"
    "tFaSXjvqb563aG9P6uQXYFub9q/73fPzt72e+dXb66OH/58uJVb7V8p6uK1vGrmx/kUh6b"
    "9+m1nVMu7O8NlJAQbNC+uWcNODaSE9nOwL9gxYlJbbjm1Az+Ha85iMMNzogJqQZN860dD2"
    "1GJR27SeRAQrS9davbrVtUz5BzZNkZOs59eSISjdmft/bayGOsD1CVBSkptj9gL44EWIK+"
    "8ACiDdakDPF2XarzuoQYo0wo0NjYXo73UGejeTFbAsxFX8JsNjaxl/ul3LgLvLhTdyQeeJ"
    "bYxTMZi5F4nXKOVknBGgO/LWfL2DsVoJqduyNoHtHCG5nOIwv9Gc4iLNZBH0i1uG+KO0Oc"
    "LRUgKfALXWUzpPfoMLsqOVqPWeWclMY835NmJfANzjTHM+PXesuESHqOWNWon1CmQebwnl"
    "mf1ue70/p8tz7f3+bzLY7zbDOtxyVb+67O9t0EE+zMNlJzQrTVc531HHWvLnuui8q0iSvS"
    "xLz0568IaVyqPS8XJgNR8y/j4q7NBhLLBhJ9TbPTgWTM2y3AGkTk/Bz2eJSTdi3A8Zc2Br"
    "EYArh7ur09VMqVQAcD/zKoIHBqEN4XrY+fit2ClEuOLQOX6ARAsKBsjpiMWUKkq0KGZnQh"
    "iVUk1Gxk57auIpwRTfQ+HLinJOJaY1H1sc0AU9vQIV9FKdhzbfRQYH8m+hF5CtTIXqsd1M"
    "210lv77c9hv/0J72HVjp88LbTXsPV+r3ZxHZg425U9pSXEWgaj2No2IgkWtmQZHi+0a23C"
    "xOSqUxrOpF1eYBNGTPcSNqFvB5fOrSEfaoAFVKZd0IsA/wQ8U5fbLtekjWmKyfGs2jqrLB"
    "kAEz/PxJhBtsxKu7HdztvkoXVbqbpFpmPFbIvbzbK4HvBdmjI7Dsqfi5+16QkzkK1zpgkv"
    "g4BMfANdA9NNjpfbj4qT3c+QzAJUgQ6JCzXIWWR7fguUcNF5tcj8mFATTuvxyVsmTDw/Rj"
    "wVIK5eIm1CmZXFP+SjnJRrgV4DtOOOVV4OzYRk6oqDX7WMrNnibWLW6EzmVAtgygrXLHI5"
    "TQu3HqcVPE6RNUbGxuBnSLfoV0A/YS5VWcYzROt8+NtwKd9JOhvsrIZdbbrHBduZvmampx"
    "ivw5Ayj5wyZLzN4WMitd3CT1ardloFFuZ5jparRKN0/DvS+V/k96CXAQuiulSZQL18pXwG"
    "xsikiyhFAibUNBDrylt5hgD65EJTUSmOSgJKSUZi1H0+uEx+0Shh16YQrRGZ03jGYSFz7m"
    "Lxj1MPtuEIM049DAfXv1ac1nVKOGVSXSVD2xT0qHzN57pcp+UKrpLXiHW8JhoQG0+Vg63f"
    "vM5Yb3iYPe2Vuh6XzfLh7aWvyOWuXJWXj8o0EOqd2A0WtpCHUgWgY0LN49pO+2XYNtEqf0"
    "b3U4zbBmm7DpAwbfd0/L4zds1g/+KyyuQOJRq4hmz/hi9ggKtAHJVp4PKx9dNGGzGbD31z"
    "fXEP7qdWs7dsO4F2beRiG2VXA4e/alF2h3GmrOf7/02+lIcOsLujHE+wz75kMPex+m4Rd0"
    "8iLcuS9zp0/e+EeToFNmLyfw4lXeBQ73Ne8mNgQg3Ae4B0dFxgHX0Pnh1X0e7a3wIPyJCJ"
    "BHBMXZ7B2u/jiZkBfJFv2qsxtLF7B9+D8zn7fP5hPZf5TTTEXjn7mXiZxXA2ikE565ewKc"
    "76uTaFrDrod3zqtk/vgVobUyODJM4P7gnaNwLffQf1BFtFVSozKdc8OmL7S0eAWbWdMi7V"
    "mqXJDzO6WVkSiz7I6GZmSTzO5WIPBHxLouWj31wSTf6yDVQeEWsD2escyB6x88puRBGRls"
    "wrJvNcp+Xy1hNOkQlVr8BdSwx6+BmRnEROYXW3OGBXNtSQbFmSaXqkFvI4HR61fNMEUV5D"
    "9Vl7MVex7PEZ6FSyPxNGLQClm+Z3jC5EoUu49ObkcI4IMKHDwRhNqO8xJGQszEOWSTmOMk"
    "PxT9SWX7ITa/zKo1RWfCB0EhF1ZOyvT9MqCmsxow4CCgePhOqCifI3lcWiElhwCRwkHUnN"
    "pewIMyA6EN3I90F1AQlQiI9EgXRWFY+U6ark+JQQBAQtxBD9BMJgLtY9p7RTqsAVQStY23"
    "z0vG/ex64wVjW5JNiqSerlL3JYiEptx2fhsMGxe/RYyCfH6s9H1nJXi3FdFUmBY+AUa+MA"
    "Elt0SpMBsZWqPYXV5o76eEyVCniKswqtimdUpsUzGQnPGDK973FnoVoUDp+UbNfYMmusPk"
    "MW1Kp/iCIt2H6PIvVNTLjM9q341+P9Xc5BNxRJ0kNY5+B/YJex74dZHiQYxbc2yQuaxDoi"
    "O0je2lBddxnbiJRNiDaQlT12mq4mobI3BrJsyhHRlz+hZSeDCUm06BaRIThsq83RsnTyMs"
    "vlatfzbP0FdIDNqIUdZABOfd4DUKKj1140q/qMMdChaYIF5jOvUAxbhbxC4izEih7WTDBz"
    "OBD6EhMwK7vZnp++ziNHhkM11x9HueCcH5kLTsujb/WE3MYH7vIqdyKej5jNMr+kWRQfGB"
    "NrINo7sDwO6+tRN7i3ZD+3rgh/EleEmpyBB4hhfZZ19vVrCs+8MGyz7qSbr+ctp8TNZTzK"
    "fuzU11htbz62w3LkH/hyuaT8/TOfRWrC3rkTH2D5UlVA2G/eQHRPe71SaSJ6BVkieimXPk"
    "o4yjoD5jN3EZGWuavI3B10M/v6f7P+Iac="
)
