"""Where a profile's downloads go in Plex, and how far each of them is on its way."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "download_profiles" ADD "plex_section_id" VARCHAR(64);
ALTER TABLE "download_profiles" ADD "collection" VARCHAR(255);
CREATE TABLE "plex_publications" (
    "id" UUID NOT NULL PRIMARY KEY,
    "state" VARCHAR(16) NOT NULL,
    "section_id" VARCHAR(64) NOT NULL,
    "collection" VARCHAR(255),
    "path" VARCHAR(2048),
    "rating_key" VARCHAR(64),
    "machine_id" VARCHAR(64),
    "scanned" BOOL NOT NULL,
    "collection_done" BOOL NOT NULL,
    "metadata_done" BOOL NOT NULL,
    "thumbnail_done" BOOL NOT NULL,
    "attempts" INT NOT NULL,
    "next_attempt_at" TIMESTAMPTZ,
    "last_error" TEXT,
    "download_id" UUID NOT NULL UNIQUE REFERENCES "downloads" ("id") ON DELETE CASCADE
);
COMMENT ON COLUMN "plex_publications"."state" IS 'how far it is';
COMMENT ON TABLE "plex_publications" IS 'One download''s way into a library of Plex: a step is done once, and never undone by a later failure.';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "plex_publications";
ALTER TABLE "download_profiles" DROP COLUMN "collection";
ALTER TABLE "download_profiles" DROP COLUMN "plex_section_id";
"""
