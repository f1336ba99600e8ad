"""Announcements, which a job puts into the inboxes."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "announcements" (
    "id" UUID NOT NULL PRIMARY KEY,
    "title" VARCHAR(255) NOT NULL,
    "body" TEXT NOT NULL,
    "recipients" INT NOT NULL,
    "waiting" UUID[] NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE "announcements" IS '`waiting` are those of its `recipients` who have not got it yet. Bookkeeping, without events of its own: what';
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "announcements";
"""
