"""One-time links to a new password, accounts at other providers, and invitations made at the server itself."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "password_resets" (
    "id" UUID NOT NULL PRIMARY KEY,
    "token_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_at" TIMESTAMPTZ,
    "user_id" UUID NOT NULL UNIQUE REFERENCES "users" ("id") ON DELETE CASCADE
);
COMMENT ON TABLE "password_resets" IS 'A way to a new password, once, until it expires. Of each account only the newest counts.';
CREATE TABLE "external_identities" (
    "id" UUID NOT NULL PRIMARY KEY,
    "provider" VARCHAR(16) NOT NULL,
    "subject" VARCHAR(255) NOT NULL,
    "username" VARCHAR(255),
    "linked_at" TIMESTAMPTZ NOT NULL,
    "user_id" UUID NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_external_id_provide_c54959" UNIQUE ("provider", "subject")
);
CREATE INDEX "idx_external_id_user_id_579d63" ON "external_identities" ("user_id", "linked_at");
COMMENT ON COLUMN "external_identities"."provider" IS 'who vouches for it';
COMMENT ON TABLE "external_identities" IS 'An account at a provider, which belongs to one person here. `subject` is what the provider never changes.';
ALTER TABLE "invites" ALTER COLUMN "created_by" DROP NOT NULL;

-- By hand: what the models cannot say.
CREATE UNIQUE INDEX "uidx_password_resets_hash" ON "password_resets" ("token_hash");
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DELETE FROM "invites" WHERE "created_by" IS NULL;
ALTER TABLE "invites" ALTER COLUMN "created_by" SET NOT NULL;
DROP TABLE "external_identities";
DROP TABLE "password_resets";
"""
