"""What other systems sent us."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
CREATE TABLE "webhook_receipts" (
    "id" UUID NOT NULL PRIMARY KEY,
    "source" VARCHAR(16) NOT NULL,
    "type" VARCHAR(64) NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "duplicate_of_id" UUID,
    "content_hash" VARCHAR(64) NOT NULL,
    "payload" JSONB NOT NULL,
    "received_at" TIMESTAMPTZ NOT NULL,
    "processed_at" TIMESTAMPTZ
);
CREATE INDEX "idx_webhook_rec_content_12e50a" ON "webhook_receipts" ("content_hash", "received_at");
CREATE INDEX "idx_webhook_rec_receive_322cc2" ON "webhook_receipts" ("received_at");
COMMENT ON COLUMN "webhook_receipts"."source" IS 'who sent it';
COMMENT ON COLUMN "webhook_receipts"."outcome" IS 'what became of it';
COMMENT ON TABLE "webhook_receipts" IS 'A message as it came in, and what became of it. `content_hash` tells the same message from another.';
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "webhook_receipts";
"""
