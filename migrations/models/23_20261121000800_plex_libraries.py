"""What is in Plex's libraries, on which server a title is; and whose turn it is to do what comes round."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "plex_libraries" (
    "id" UUID NOT NULL PRIMARY KEY,
    "machine_id" VARCHAR(64) NOT NULL,
    "section_id" VARCHAR(64) NOT NULL,
    "title" VARCHAR(500) NOT NULL,
    "kind" VARCHAR(32) NOT NULL,
    "item_count" INT,
    "scanned_at" TIMESTAMPTZ,
    "is_refreshing" BOOL NOT NULL,
    "newest_at" TIMESTAMPTZ,
    "whole_at" TIMESTAMPTZ,
    CONSTRAINT "uid_plex_librar_machine_ec9f5c" UNIQUE ("machine_id", "section_id")
);
COMMENT ON TABLE "plex_libraries" IS 'A library. `machine_id` is the server''s; `kind` is `movie`, `show`, or another word of Plex''s.';
CREATE TABLE "plex_titles" (
    "id" UUID NOT NULL PRIMARY KEY,
    "rating_key" VARCHAR(64) NOT NULL,
    "media_id" UUID NOT NULL,
    "has_usual" BOOL NOT NULL,
    "has_4k" BOOL NOT NULL,
    "seasons" JSONB NOT NULL,
    "missed" INT NOT NULL,
    "library_id" UUID NOT NULL REFERENCES "plex_libraries" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_plex_titles_library_01960f" UNIQUE ("library_id", "rating_key")
);
CREATE INDEX "idx_plex_titles_media_i_172c54" ON "plex_titles" ("media_id");
COMMENT ON TABLE "plex_titles" IS 'A film or a series in a library. `media_id` is the title''s key.';
CREATE TABLE "rounds" (
    "id" UUID NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "next_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "rounds" IS '`next_at` is when it is due; while somebody is at it, when they are given up for dead.';
ALTER TABLE "media_items" ADD "plex_machine_id" VARCHAR(64);"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "media_items" DROP COLUMN "plex_machine_id";
DROP TABLE "rounds";
DROP TABLE "plex_titles";
DROP TABLE "plex_libraries";
"""
