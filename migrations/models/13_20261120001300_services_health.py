"""The health of services, and its history."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "services" (
    "id" UUID NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "name" VARCHAR(64) NOT NULL UNIQUE,
    "status" VARCHAR(16) NOT NULL DEFAULT 'UNCONFIGURED',
    "found" VARCHAR(16) NOT NULL DEFAULT 'UNCONFIGURED',
    "streak" INT NOT NULL DEFAULT 0,
    "changes" INT NOT NULL DEFAULT 0,
    "latency_ms" DOUBLE PRECISION,
    "message" TEXT,
    "version" VARCHAR(128),
    "last_checked_at" TIMESTAMPTZ,
    "claimed_at" TIMESTAMPTZ
);
COMMENT ON COLUMN "services"."kind" IS 'what it is';
COMMENT ON COLUMN "services"."status" IS 'what people are told';
COMMENT ON COLUMN "services"."found" IS 'what the last check said';
COMMENT ON TABLE "services" IS 'Something the server needs. `name` tells it from all others.';
CREATE TABLE "health_samples" (
    "id" UUID NOT NULL PRIMARY KEY,
    "at" TIMESTAMPTZ NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "latency_ms" DOUBLE PRECISION NOT NULL,
    "count" INT NOT NULL DEFAULT 1,
    "service_id" UUID NOT NULL REFERENCES "services" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_health_samp_service_753d9b" UNIQUE ("service_id", "at", "status")
);
COMMENT ON COLUMN "health_samples"."status" IS 'what was found';
COMMENT ON TABLE "health_samples" IS 'What checks found at a moment; older ones of an hour are one row, and `count` says how many.';
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "health_samples";
DROP TABLE "services";
"""
