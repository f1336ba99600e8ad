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
COMMENT ON TABLE "stored_files" IS '`key` is the object''s key in the object store, or the path below the library folder, where equal files are one.';
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
COMMENT ON COLUMN "domain_events"."type" IS 'what happened';
COMMENT ON TABLE "domain_events" IS '`position` comes from a one-row counter, taken last before the commit, so that the order people read is the';
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
    "eJztXW1z2zYS/isYfbncjeqR5Zfk0pubkWOl9dWxe7Z81zbJ0BAJWahJgAHBKJpe/vsBIC"
    "m+UySjF4rlTNpEAJYEnwUB7IPd5R89ixrIdI7ukeNgSnqvwR89Ai0k/pGs6oMetO2wQhZw"
    "ODVVW8drpArh1OEM6lyUz6DpIFFkIEdn2ObeLXq3BAGTPmECqPyDgIE+Yx0dgVtiLgGfIz"
    "CHzhzQGcDcAQzNGBI/OX1GBGAHPCObfw8e0RcbiwoN8kfgmFjcoy8KieGVGBQ5gFB+JLtk"
    "UF30CZOnvdzdJfiTizROn5C4OhN9eP9RFGNioC/IkT/f91wHMQ0bsrnOEOTIENfpfZTt7G"
    "dthpFpxJTjNVXlGl/aquzh4eryrWopH3mq6dR0LRK2tpd8Tsmqueti40jKyLonRBCTt41o"
    "jbim6Ss4KPIeRRRw5qLVMxhhgYFm0DWl7nv/mLlElyoH8k6ay7EYTTq1bMiPZMnLf/r9jM"
    "ho2s3tRLsfTzStlxo3sj8JZfpFuhh6YsxhwiWcf3z1rhuio0p78gZvfhzdvTg5/6vCgzr8"
    "ialKhV3vqxKEHHqiSjUh5P5I0OToSIN/gQlky2z4k5IJRUyXHDl1lBAUhFoIX7gA0gC03c"
    "J8cX17Ia9sOc4nUxb8Z3R3cXUzuvv1xbvRLwp9a+lXXd/e/BC0j6rk4tfJeKR0EurAe1U1"
    "9TOlgjdzyLIVkBBL4C+eqQT6/gBvCvg9C37RTESe+Fz8PB6+KtCGAF+Ne9FKQU/F9OzN2z"
    "d+1dCri4Ot5iQoYOFVsI5LtQ/qs+NhCahFq1yoVV0camxXgdhr3T5oT89KIHt6lgusrIrj"
    "GllLU/heihqOLZSNcVwygbXhix4F/zjA2VusStCQWx5/VBRAP7l6N76fjN79HJvSL0eTsa"
    "wZxmbzoPTFeUJNq4uA/15NfgTyJ/jt9macnPZX7Sa/9WSfoMupRuhCg0ZknxGUBqjFtG5C"
    "h2sOQqSG3pOyneYPSfPhrryq3uOSLdT6gWg5wKRYzZ6dVVnHoVin4EYrmKHPwt6us27HJT"
    "eg5obtmNqk5QjpUZbJiIhsks5orlLXEBaSIJo9Z/IVEqo0tG8pQ/iJ/IQ8ruJK9AMSPcss"
    "9vm/B/8yhwlpWBq+ygwuVoxadECJZxdPjLhnfY3u34wuxz2F8BTqzwvIDC0GtayhQ5ooWb"
    "VNV1lDK1kCiTCVDf8pZJ+jqGewsYE28qlY+UDleNh8LNczlh0x2RxiElkQm1X4g5VALQqh"
    "aW96nEMYnp2WIBFEq1wWQdWlmbCqnGNUpoU4n5eB+Twf5fMUyAZ2bBMuq5O7CbkO7BJg29"
    "BxFlSsUtmnGflopwTbR0MOz8rwkKJVwRSSYiJtxCwcHpLG4R4xBnPOjhJyCbRN7PBtje7I"
    "Ojl1sckxcY7k/faxOk7Gv0zef0yS5sKYF/37nDFbXFBqIkhyNh1RueRZnBDcFqDBTmTHR3"
    "G3t9cxg/DiapIYtw/vLsZ3L47VcBaNsLcDvrqZJAD/LHaWvitAHO4rwrOhjkgkgMZkawP3"
    "eFuzxJPswXfD49OXp69Ozk9fiSaql6uSlwV6SMPZHU7kQ91eilodMCj/k7qnE1HhjuBqGs"
    "GVYmT2QyBc0gUxKYwb58m6fhGRYPitSjp1jcACO3Mwo0w5VX3GBqJ9MGPUUj5VYt/IEeBU"
    "/ZhhE6Udsypf4QP5QB7FOu+gR+mZJcsZfppz6bslr8DZUrZfMCwFZS1dvAaLOUViXQJzKn"
    "AEkFBJcaj2YksLTDEEVNvf6fQIPIr/a9gILv+BiFfERYasFL8hFz02TcBc0gei1+Jvp6+E"
    "A+zEFXRxB4J1aGouMx/74JFjbooOQ2KopiZ+RgAyBJ7FKJIOabrXV0d0+gORXYLEWSCGjN"
    "LOZOI6md5kffBe7M8hd5VKRX3nX9YgGkcMj0r8AmsthTM4LePNJJvlW2CqMrHfir6JVaBO"
    "CXaglwYdfVHrBs04iiggKKNC7SMYNk/nqLUy8ygtH+SoTPsw3gqJo5buKhivBNoH8NlgUM"
    "YPcjDI94OUdQmi3Za7pqxzy4KFMCLTPpi3M47nrjUlEFdeCVOCLQR8Swuh4QpERM80B4n7"
    "GxkscC6LliVai05rGvAbJtRC2yY9nsfEtVIeDzGUQ+ndbe96/34YP4wvKxoqqqsoaT+Xih"
    "M4LxMmkKRMIlEC58lhLbrylLMkloL8qenLo+gMssFijk0kDXwiwW4E8jZiemZsxluxHubM"
    "JBGZBOQzKbStYT44GmxpCikA9fL24eJ6DH6+G7+5ur+6vYnTg6oyfuBxNx5dJydtn8dBhr"
    "aK0krGfT3lz9sZ0rs7BtkW5P6s/ffh8OTk5XBwcv7q7PTly7NXg9X0na4qmscvrn6QU3ls"
    "3Kfndk65sL9rKCEh2KJ1c8cacGwkB7KdgX/BjBOTqjnnNAz+Lc85iMMae8SEVIuG+ca2hz"
    "ajko6tEzmQEO1O3Zp26hbVM+QcWXaGjnNfnohEa9bnjb02chvrA1RlQkqK7Q7YswMBlqAv"
    "PICoxpyUId7NS02elxBjlAkFGrXt5fgVmmw0L+ZLgLm4ljCbjTr28rCUG3eBF3fqjMQDzx"
    "KreCZjMRGvU87WKinYYOA35WwZe6cCVLNzdwTNI1p4I9N5ZKE/x1mExTroA6kO97q4M8TZ"
    "UgGSAr/QVTZDeocOs6uSg/WYVc5JaczzPWlWAt/gTHM4I36tt0yIpOeIVY36CWVaZA7vmP"
    "XpfL57nc935/P9bT7fYjvP6mk9LtnZd02272aYYGdeS80J0U7PTdZz1L267L4uKtMlrkgT"
    "89KfvyKkcaluv1yYDESNv4yDuy4bSCwbSPQ1zU4HkjFuNwBrEJHzc3jFgxy0awGOv7QxiE"
    "UXwM3D9fW+Uq4EOhj5h0EFgVOj8LxoffxU7BSkXHJsGbhEZwCCBWXPiMmYJUT6KmRoTheS"
    "WEVCzUZ2busqwhnRRO/DjntKIq41FVUfuwwwjQ0d8lWUgj3XRg8FdmeiH5CnQIPstcZB3V"
    "4rvbPf/hz225/wHFat+MndQncM2+z3ahvHgYm9XdldWkKsYzCKrW0jkmBhQ5bh4UK71iZM"
    "DK4mpeFM2uUFNmHEdC9hE/p2cOncGvKmBlhAZdoFVxHgH4FH6nLb5Zq0MU0xOB5VW2eVJQ"
    "Ng4ueZmDLIlllpNzZ78S55aNNmqn6R6Vgx2+JmsyyuB3ybpsyWg/KfxWPV3WEGsk3ONOFl"
    "EJCJb6BrYFpne7n5qDh5+TmSWYAq0CFxoRY5i2zOb4ESLi5eLTI/JtSG3Xp88JYJE8+PEU"
    "8FiKuXSJtRZmXxD/koJ+U6oNcA7bhTlZdDMyF5csXGr1pG1mzxLjFrdCRzqgUwZYVrFrmc"
    "poU7j9MKHqfImiKjNvgZ0h36FdBPmEtVpvEM0SZv/mpO5VtJZ4OdVberDfe4YDfS14z0FO"
    "O1H1LmnlOGjLc5fEyktl/4yWrVTqvAwjw+o+Uq0Sid/o50/hf5PehlwIJ4ZUBdWSUE9dKW"
    "8jmYIpMuokwJmFHTQKwvD+cZAuiTC03FqDgqFyglGflR93D/MtlGo/Rdl1C0QdRO6/mHhc"
    "zAi8UfpxncwwHmn7objy5/rTism5R+yqS6So1WF/SofMPHupyn5QyuUtmIebwhGhDrT5Vt"
    "rt+8yVjX3NoeD0odlstm+fAO0gfmclWuytJHZVoI9VasCAtbyEOpAtAxofYxb8fDMtybaJ"
    "U/oocp/q1GEq89pE/bPjm/6/xdczg8O68yuEOJFs4hmz/vC/jgKhBHZVo4fWx8t9HFz+ZD"
    "317P3L17rTXsLdtM2F0Xx9jF3DXA/a9azN1+XCub+f5/k2flvsPtbijHM+yzLxk8fqy+X8"
    "Tkk0jLslS+Dl3/q2GeToGNmPzPoaQPHOp93Et+GkyoAXg3kG6PC6yj78Gj4yqmXftb4A8Z"
    "MpEATqnLM8j7XdwxM5wv8oV71Ycukm/va3A+Z5/PP6znMr+JhtgpZz8XL7PoTq2IlJNhCZ"
    "viZJhrU8iqvX7Vp2nr9A6otSk1Mkji/FCfoH0r8N11iE+wVFSlMpNy7aMjNj91BJhVWynj"
    "Up1ZmvxMo5uVM7Ho84xuZs7Ew5wudkDAdyRaPvrtJdHkk9VQeUSsC2tvclh7xM4ruxBFRD"
    "oyr5jMc52Oy1tPOEUGVLPCeC3R6fFnRHLSOoXV/eLwXdlQQ7JlWaZJDDMsfzwCnUriRn3P"
    "HkoPy+8YXYhCl3DpiMnhMyLAhA4HUzSjvrOPkLEwDwki5ebJDEUdUVt+kk5Mz75PaJpz2t"
    "29PxCvhs4ioo4MIPbZXcV8LebUQUDB53FXfTBTbqqyWFQCCy6Bg6T/qbmUF8LiigtS2hVV"
    "PDqCVjCj+Q/vffc+dnCxqsmlvlZNUq98kZtCVGozngr7DZDdoZ9CPiXWfBaykWtZjOHqWM"
    "Wde4PE5qLSzEBsAuu2ZI05sD4cu6UCnmLjQqviGZXp8EwGyTOGTO9T3VmoFkXKJyWbPN02"
    "xuPO0efIglr1b1SkBbtPVaQ+lwmX2Y4W/7q/vcnZ/4YiSa4I6xz8D2wzLH4/04MEo/gIJ3"
    "lak5hH5AWSRzhU113GajG0CdEWUrSHztk1JIr2ykCWTTki+vIntOxl0CKJFv0iZgSHbbVn"
    "tCyd18xyuVr1PIZhAR1gM2phBxmAU39HD6iwS14rXsH7wjHQoWmCBeZzr1B0W4XBQuIsxI"
    "we1swwczgQ+hIDMCvx2Y7vvs49R8ZGtdc5R/njnB6YP05Hqm90h9wFC27zXHcm7o+YzTI/"
    "slkULBgTayHaW7A89uv40TS4N2Q/d34JfxK/hIbsgUeIYX2etff1awr3vDBss26nm6/nDW"
    "fLzWU8yn4H1ddYYw9ENsNy5G/4crmk/PUzn0Vqw9q5FYdg+VJVQNhv3kJ0jweDUjkjBgUp"
    "IwYp/z5KOMraA+YzdxGRjrmryNztdTH7+n8Q7CrW"
)
