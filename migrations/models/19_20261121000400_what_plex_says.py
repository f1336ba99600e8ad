"""What Seerr and Plex each say of a title and of a season, apart from what follows from both."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "media_items" ADD "plex_status" VARCHAR(24);
ALTER TABLE "media_items" ADD "plex_status_4k" VARCHAR(24);
ALTER TABLE "media_seasons" ADD "plex_status" VARCHAR(24);
ALTER TABLE "media_seasons" ADD "plex_status_4k" VARCHAR(24);
-- The defaults are for processes of the version before, which insert seasons without them.
ALTER TABLE "media_seasons" ADD "seerr_status" VARCHAR(24) NOT NULL DEFAULT 'UNKNOWN';
ALTER TABLE "media_seasons" ADD "seerr_status_4k" VARCHAR(24) NOT NULL DEFAULT 'UNKNOWN';
COMMENT ON COLUMN "media_items"."plex_status" IS 'as Plex says';
COMMENT ON COLUMN "media_items"."plex_status_4k" IS 'as Plex says, in 4K';
COMMENT ON COLUMN "media_seasons"."plex_status" IS 'as Plex says';
COMMENT ON COLUMN "media_seasons"."plex_status_4k" IS 'as Plex says, in 4K';
COMMENT ON COLUMN "media_seasons"."seerr_status" IS 'as Seerr says';
COMMENT ON COLUMN "media_seasons"."seerr_status_4k" IS 'as Seerr says, in 4K';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "media_seasons" DROP COLUMN "seerr_status_4k";
ALTER TABLE "media_seasons" DROP COLUMN "seerr_status";
ALTER TABLE "media_seasons" DROP COLUMN "plex_status_4k";
ALTER TABLE "media_seasons" DROP COLUMN "plex_status";
ALTER TABLE "media_items" DROP COLUMN "plex_status_4k";
ALTER TABLE "media_items" DROP COLUMN "plex_status";
"""
