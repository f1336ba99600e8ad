"""Keys for programs."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "api_tokens" (
    "id" UUID NOT NULL PRIMARY KEY,
    "name" VARCHAR(64) NOT NULL,
    "prefix" VARCHAR(16) NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "scopes" TEXT[] NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "last_used_at" TIMESTAMPTZ,
    "expires_at" TIMESTAMPTZ,
    "revoked_at" TIMESTAMPTZ,
    "user_id" UUID NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_api_tokens_user_id_bc3cae" ON "api_tokens" ("user_id", "created_at");
COMMENT ON TABLE "api_tokens" IS 'A key for a program, never wider than its owner''s permissions. Shown once; `prefix` is what people know it by.';

-- By hand: what the models cannot say.
CREATE UNIQUE INDEX "uidx_api_tokens_hash" ON "api_tokens" ("token_hash");
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "api_tokens";
"""
