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

