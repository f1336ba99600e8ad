"""From the event log to the channels: what arrived in an inbox becomes deliveries, each once."""

import json
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient
from uuid_utils.compat import uuid7

from infra import queue
from models.jobs import JobName

# Nothing from before the channel, and no old news: a log that is read again sends nothing again.
_WANTED = """
SELECT event.id AS event_id, event.correlation_id, notification.id AS notification_id, channel.id AS channel_id,
       channel.user_id
FROM domain_events AS event
JOIN notifications AS notification ON notification.id = event.stream_id
JOIN notification_channels AS channel ON channel.user_id = notification.user_id
JOIN users AS person ON person.id = channel.user_id
WHERE event.position > $1 AND event.position <= $2 AND event.type = 'notification.created'
  AND person.is_active AND channel.enabled AND notification.type = ANY (channel.events) AND notification.type <> 'TEST'
  AND notification.created_at >= greatest(channel.created_at, now() - interval '1 day')
ORDER BY event.position FOR KEY SHARE OF notification, channel
"""
_MAKE = """
INSERT INTO notification_deliveries
    (id, notification_id, channel_id, user_id, status, attempts, version, created_at)
SELECT id, notification_id, channel_id, user_id, 'PENDING', 0, 1, now()
FROM jsonb_to_recordset($1) AS wanted (id UUID, notification_id UUID, channel_id UUID, user_id UUID)
ON CONFLICT (notification_id, channel_id) DO NOTHING RETURNING id
"""


class FanOut:
    """A consumer of the event log. Deliveries and their jobs come with its checkpoint, in one transaction."""

    name = "deliveries"

    async def advance(self, connection: BaseDBAsyncClient, after: int, upto: int) -> None:
        wanted = await connection.execute_query_dict(_WANTED, [after, upto])
        if not wanted:
            return
        rows = {uuid7(): row for row in wanted}
        columns = ("notification_id", "channel_id", "user_id")
        values = [{"id": str(key), **{name: str(row[name]) for name in columns}} for key, row in rows.items()]
        made = await connection.execute_query_dict(_MAKE, [json.dumps(values)])
        jobs = [_job(UUID(str(row["id"])), rows[UUID(str(row["id"]))]) for row in made]
        await queue.enqueue_many(connection, JobName.DELIVER.queue, JobName.DELIVER, jobs)


def _job(delivery_id: UUID, cause: dict[str, object]) -> dict[str, str]:
    traced = {"correlation_id": str(cause["correlation_id"]), "causation_id": str(cause["event_id"])}
    return {"delivery_id": str(delivery_id), "attempt": "0", **traced}
