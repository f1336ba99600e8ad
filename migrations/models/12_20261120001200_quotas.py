"""What differs from everybody's quotas for one person."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
-- The default is for processes of the version before, which insert people without it.
ALTER TABLE "users" ADD "quota_overrides" JSONB NOT NULL DEFAULT '{}';
COMMENT ON TABLE "users" IS '`quota_overrides` are the figures of `QuotaFigures` that differ for this person.';"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
COMMENT ON TABLE "users" IS NULL;
ALTER TABLE "users" DROP COLUMN "quota_overrides";
"""
