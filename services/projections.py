"""Read models: what the event log comes to, kept up stretch by stretch, and made anew from the log when asked for."""

from datetime import date
from enum import StrEnum
from typing import Protocol

from tortoise.backends.base.client import BaseDBAsyncClient


class ProjectionName(StrEnum):
    DASHBOARD_COUNTERS = "DASHBOARD_COUNTERS"
    DOWNLOAD_ANALYTICS = "DOWNLOAD_ANALYTICS"


class Projection(Protocol):
    name: ProjectionName

    async def advance(self, connection: BaseDBAsyncClient, after: int, upto: int) -> None:
        """Take in the events after `after`, up to `upto`: each once."""

    async def rebuild(self, connection: BaseDBAsyncClient, since: date, upto: int) -> None:
        """Begin again, with the events up to `upto`. What is kept by the day stays as it is for days before `since`,
        of which the log may not know everything any more.
        """


_COUNT_MOVES = """
INSERT INTO download_counts AS kept (owner_id, status, count)
SELECT owner_id, status, sum(change) FROM (
    SELECT owner_id, payload->>'status' AS status, 1 AS change FROM domain_events
    WHERE position > $1 AND position <= $2
      AND (type = 'download.created' OR type = 'download.changed' AND payload->>'previous_status' IS NOT NULL)
    UNION ALL
    SELECT owner_id, payload->>'previous_status', -1 FROM domain_events
    WHERE position > $1 AND position <= $2
      AND type = 'download.changed' AND payload->>'previous_status' IS NOT NULL
) AS moves GROUP BY owner_id, status HAVING sum(change) <> 0
ON CONFLICT (owner_id, status) DO UPDATE SET count = kept.count + EXCLUDED.count
"""
# pruning leaves the last event of every download
_COUNT_LATEST = """
INSERT INTO download_counts (owner_id, status, count)
SELECT owner_id, status, count(*) FROM (
    SELECT DISTINCT ON (stream_id) owner_id, payload->>'status' AS status FROM domain_events
    WHERE type IN ('download.created', 'download.changed') AND position <= $1
    ORDER BY stream_id, stream_version DESC
) AS latest GROUP BY owner_id, status
"""


class DashboardCounters:
    """How many downloads each person has in each state: the table `download_counts`."""

    name = ProjectionName.DASHBOARD_COUNTERS

    async def advance(self, connection: BaseDBAsyncClient, after: int, upto: int) -> None:
        await connection.execute_query(_COUNT_MOVES, [after, upto])

    async def rebuild(self, connection: BaseDBAsyncClient, since: date, upto: int) -> None:  # noqa: ARG002
        await connection.execute_query("DELETE FROM download_counts")
        await connection.execute_query(_COUNT_LATEST, [upto])


_ADD_DAYS = """
INSERT INTO download_days AS kept (day, completed, failed, bytes)
SELECT day, count(*) FILTER (WHERE status = 'COMPLETED'), count(*) FILTER (WHERE status = 'FAILED'),
       coalesce(sum(bytes) FILTER (WHERE status = 'COMPLETED'), 0)
FROM (
    SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, payload->>'status' AS status,
           (payload->>'downloaded_bytes')::bigint AS bytes
    FROM domain_events
    WHERE position > $1 AND position <= $2 AND type = 'download.changed'
      AND payload->>'previous_status' <> payload->>'status'
) AS moves
WHERE status IN ('COMPLETED', 'FAILED') AND day >= $3 GROUP BY day
ON CONFLICT (day) DO UPDATE SET completed = kept.completed + EXCLUDED.completed,
    failed = kept.failed + EXCLUDED.failed, bytes = kept.bytes + EXCLUDED.bytes
"""


class DownloadAnalytics:
    """How many downloads ended well or badly on each day (UTC), and their size: the table `download_days`."""

    name = ProjectionName.DOWNLOAD_ANALYTICS

    async def advance(self, connection: BaseDBAsyncClient, after: int, upto: int) -> None:
        await connection.execute_query(_ADD_DAYS, [after, upto, date.min])

    async def rebuild(self, connection: BaseDBAsyncClient, since: date, upto: int) -> None:
        await connection.execute_query("DELETE FROM download_days WHERE day >= $1", [since])
        await connection.execute_query(_ADD_DAYS, [0, upto, since])


PROJECTIONS: tuple[Projection, ...] = (DashboardCounters(), DownloadAnalytics())
