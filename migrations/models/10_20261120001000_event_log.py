"""The event log's versions, causes and readers, and the read models that are made out of it."""

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
ALTER TABLE "domain_events" ADD "stream_version" INT, ADD "causation_id" UUID;
UPDATE "domain_events" SET "stream_version" = numbered."version" FROM (
    SELECT "position", row_number() OVER (PARTITION BY "stream_id" ORDER BY "position") AS "version" FROM "domain_events"
) AS numbered WHERE numbered."position" = "domain_events"."position";
ALTER TABLE "domain_events" ALTER "stream_version" SET NOT NULL;
ALTER TABLE "domain_events" ADD CONSTRAINT "uid_domain_even_stream__49093a" UNIQUE ("stream_id", "stream_version");
DROP INDEX "idx_domain_even_stream__270deb";

-- By hand: what the models cannot say.
ALTER TABLE "event_counter" ADD "pruned_to" BIGINT NOT NULL DEFAULT 0, ADD "pruned_before" TIMESTAMPTZ;
COMMENT ON COLUMN "event_counter"."pruned_to" IS 'Events up to here may be gone: nobody can go on from before it.';
CREATE FUNCTION append_events(fresh JSONB) RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
    last BIGINT;
BEGIN
    -- From here on every other writer waits: what the statement below counts is as it will be when this has committed.
    UPDATE event_counter SET position = position + jsonb_array_length(fresh)
    RETURNING position - jsonb_array_length(fresh) INTO last;
    INSERT INTO domain_events
        (position, id, type, stream_id, stream_version, owner_id, actor_id, correlation_id, causation_id,
         schema_version, payload, occurred_at)
    SELECT last + event.ordinal, event.id, event.type, event.stream_id,
           coalesce((SELECT max(stream_version) FROM domain_events WHERE stream_id = event.stream_id), 0)
               + row_number() OVER (PARTITION BY event.stream_id ORDER BY event.ordinal),
           event.owner_id, event.actor_id, event.correlation_id, event.causation_id, 1,
           CASE WHEN event.type LIKE 'notification%' THEN event.payload || jsonb_build_object('unread_count', (
               SELECT count(*) FROM notifications WHERE user_id = event.owner_id AND read_at IS NULL
           )) ELSE event.payload END,
           event.occurred_at
    FROM ROWS FROM (jsonb_to_recordset(fresh) AS
        (id UUID, type TEXT, stream_id UUID, owner_id UUID, actor_id UUID, correlation_id TEXT, causation_id UUID,
         payload JSONB, occurred_at TIMESTAMPTZ)) WITH ORDINALITY AS event
        (id, type, stream_id, owner_id, actor_id, correlation_id, causation_id, payload, occurred_at, ordinal)
    ORDER BY event.ordinal;
    RETURN last;
END $$;
CREATE TABLE "event_consumers" (
    "name" VARCHAR(64) NOT NULL PRIMARY KEY,
    "position" BIGINT NOT NULL
);
COMMENT ON TABLE "event_consumers" IS 'How far each consumer of the event log has come.';
CREATE TABLE "download_counts" (
    "owner_id" UUID NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "count" INT NOT NULL,
    PRIMARY KEY ("owner_id", "status")
);
COMMENT ON TABLE "download_counts" IS 'Read model: how many downloads a person has in each state.';
CREATE TABLE "download_days" (
    "day" DATE NOT NULL PRIMARY KEY,
    "completed" INT NOT NULL DEFAULT 0,
    "failed" INT NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0
);
COMMENT ON TABLE "download_days" IS 'Read model: what became of downloads, day by day (UTC).';
"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE "download_days";
DROP TABLE "download_counts";
DROP TABLE "event_consumers";
DROP FUNCTION append_events(JSONB);
ALTER TABLE "event_counter" DROP "pruned_to", DROP "pruned_before";
CREATE INDEX "idx_domain_even_stream__270deb" ON "domain_events" ("stream_id", "position");
ALTER TABLE "domain_events" DROP CONSTRAINT "uid_domain_even_stream__49093a";
ALTER TABLE "domain_events" DROP "stream_version", DROP "causation_id";
"""
