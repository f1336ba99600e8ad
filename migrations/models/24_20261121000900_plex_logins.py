"""Logins at Plex that people began."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "plex_logins" (
    "id" UUID NOT NULL PRIMARY KEY,
    "token_hash" BYTEA NOT NULL UNIQUE,
    "pin_id" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "user_id" UUID REFERENCES "users" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "plex_logins" IS 'A login at Plex that somebody began: `pin_id` is what it is called at plex.tv, `token_hash` is of what they hold.';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "plex_logins";
"""
