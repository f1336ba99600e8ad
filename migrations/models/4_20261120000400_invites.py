"""Invitations."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "invites" (
    "id" UUID NOT NULL PRIMARY KEY,
    "token_hash" BYTEA NOT NULL,
    "email" VARCHAR(254),
    "permissions" TEXT[] NOT NULL,
    "created_by" UUID NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ
);
COMMENT ON TABLE "invites" IS 'A way in for somebody who has no account yet: with these permissions, once, until it expires.';

-- By hand: what the models cannot say.
CREATE UNIQUE INDEX "uidx_invites_hash" ON "invites" ("token_hash");
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "invites";
"""
