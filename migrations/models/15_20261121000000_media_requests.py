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
