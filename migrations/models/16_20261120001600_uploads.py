"""Files on their way in: what was promised, and the object store's name for an upload in parts."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "stored_files" ALTER COLUMN "sha256" DROP NOT NULL;
ALTER TABLE "stored_files" ADD "upload_id" VARCHAR(1024);
COMMENT ON TABLE "stored_files" IS '`key` is the object''s key in the store, or the path below the library folder, where equal files are one.

While it is PENDING, `bytes` and `sha256` are what was promised, `key` is where the promise is kept, and `upload_id`
names the object store''s own upload in parts.';
-- the sweeper asks for what was begun and never came
CREATE INDEX "stored_files_pending" ON "stored_files" ("created_at") WHERE "status" = 'PENDING';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    # the version before knows neither files that did not come yet nor those that people brought
    return """
DROP INDEX "stored_files_pending";
DELETE FROM "stored_files" WHERE "status" = 'PENDING' OR "kind" NOT IN ('VIDEO', 'AUDIO', 'SUBTITLE', 'THUMBNAIL');
COMMENT ON TABLE "stored_files" IS '`key` is the object''s key in the store, or the path below the library folder, where equal files are one.';
ALTER TABLE "stored_files" DROP COLUMN "upload_id";
ALTER TABLE "stored_files" ALTER COLUMN "sha256" SET NOT NULL;
"""
