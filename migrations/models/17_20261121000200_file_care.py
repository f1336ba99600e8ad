"""Files that are deleted, and go after a while; people's pictures."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "stored_files" ADD "deleted_at" TIMESTAMPTZ;
COMMENT ON TABLE "stored_files" IS '`key` is the object''s key in the store, or the path below the library folder, where equal files are one.

While it is PENDING, `bytes` and `sha256` are what was promised, `key` is where the promise is kept, and `upload_id`
names the object store''s own upload in parts. Once it is DELETED its bytes stay for a while after `deleted_at`, and
so does the row.';
-- the list of somebody's files, the newest first; it also finds what the index before it found
CREATE INDEX "idx_stored_files_owner_newest" ON "stored_files" ("owner_id", "created_at" DESC, "id" DESC);
DROP INDEX "idx_stored_files_owner";
CREATE INDEX "idx_stored_files_newest" ON "stored_files" ("created_at" DESC, "id" DESC);
CREATE INDEX "idx_stored_files_deleted" ON "stored_files" ("deleted_at") WHERE "status" = 'DELETED';
-- which rows name these bytes
CREATE INDEX "idx_stored_files_library" ON "stored_files" USING hash ("key") WHERE "location" = 'LIBRARY';
ALTER TABLE "users" ADD "avatar_id" UUID REFERENCES "stored_files" ("id") ON DELETE SET NULL;
CREATE INDEX "idx_users_avatar" ON "users" ("avatar_id") WHERE "avatar_id" IS NOT NULL;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    # the version before would serve what was deleted, and knows no date to remove it on
    return """
ALTER TABLE "users" DROP COLUMN "avatar_id";
DROP INDEX "idx_stored_files_library";
DROP INDEX "idx_stored_files_deleted";
DROP INDEX "idx_stored_files_newest";
CREATE INDEX "idx_stored_files_owner" ON "stored_files" ("owner_id");
DROP INDEX "idx_stored_files_owner_newest";
DELETE FROM "stored_files" WHERE "status" = 'DELETED';
COMMENT ON TABLE "stored_files" IS '`key` is the object''s key in the store, or the path below the library folder, where equal files are one.

While it is PENDING, `bytes` and `sha256` are what was promised, `key` is where the promise is kept, and `upload_id`
names the object store''s own upload in parts.';
ALTER TABLE "stored_files" DROP COLUMN "deleted_at";
"""
