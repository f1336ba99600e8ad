"""Bugs that were met."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "error_entries" (
    "id" UUID NOT NULL PRIMARY KEY,
    "fingerprint" VARCHAR(64) NOT NULL UNIQUE,
    "code" VARCHAR(64) NOT NULL,
    "message" VARCHAR(255) NOT NULL,
    "severity" VARCHAR(16) NOT NULL,
    "count" INT NOT NULL,
    "first_seen_at" TIMESTAMPTZ NOT NULL,
    "last_seen_at" TIMESTAMPTZ NOT NULL,
    "correlation_id" VARCHAR(64),
    "resolved_at" TIMESTAMPTZ
);
COMMENT ON COLUMN "error_entries"."severity" IS 'how bad it is';
COMMENT ON TABLE "error_entries" IS '`fingerprint` is the kind of failure and where it came from; `correlation_id` leads to the latest in the log.';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "error_entries";
"""
