"""Ways to reach people beyond the inbox, what was sent over them, and the hours in which nothing is."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "users" ADD "quiet_hours" JSONB;
CREATE TABLE "notification_channels" (
    "id" UUID NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "name" VARCHAR(64) NOT NULL,
    "target" TEXT,
    "secret" TEXT,
    "events" TEXT[] NOT NULL,
    "enabled" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "user_id" UUID NOT NULL REFERENCES "users" ("id") ON DELETE CASCADE
);
CREATE INDEX "idx_notificatio_user_id_f90a9a" ON "notification_channels" ("user_id", "created_at");
COMMENT ON COLUMN "notification_channels"."kind" IS 'how it is sent';
COMMENT ON TABLE "notification_channels" IS 'One way to one person. Without a `target` mail goes to the address of the account, whatever that is by then.';
CREATE TABLE "notification_deliveries" (
    "id" UUID NOT NULL PRIMARY KEY,
    "user_id" UUID NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "attempts" INT NOT NULL,
    "next_attempt_at" TIMESTAMPTZ,
    "response_status" INT,
    "error" TEXT,
    "version" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "delivered_at" TIMESTAMPTZ,
    "channel_id" UUID NOT NULL REFERENCES "notification_channels" ("id") ON DELETE CASCADE,
    "notification_id" UUID NOT NULL REFERENCES "notifications" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_notificatio_notific_091a6a" UNIQUE ("notification_id", "channel_id")
);
CREATE INDEX "idx_notificatio_channel_117bd8" ON "notification_deliveries" ("channel_id", "created_at");
COMMENT ON COLUMN "notification_deliveries"."status" IS 'how far it got';
COMMENT ON TABLE "notification_deliveries" IS 'One notification on its way over one channel; its id goes with it, so that who gets it twice can tell.';
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "notification_deliveries";
DROP TABLE "notification_channels";
ALTER TABLE "users" DROP COLUMN "quiet_hours";
"""
