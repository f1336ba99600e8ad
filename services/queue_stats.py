"""How busy the queue is: for everybody the same numbers, and nobody's titles."""

from tortoise import connections

from services.stream_items import QueueStats

_LIVE_SECONDS = 30

_COUNT_WORKERS = f"""
SELECT count(*)::int AS workers FROM procrastinate_workers
WHERE last_heartbeat > now() - interval '{_LIVE_SECONDS} seconds'
"""  # noqa: S608  (a constant)
_COUNT = f"""
SELECT count(*) FILTER (WHERE status IN ('QUEUED', 'SCHEDULED'))::int AS queued,
       count(*) FILTER (WHERE status = 'RUNNING')::int AS running,
       count(*) FILTER (WHERE status = 'RETRY_WAIT')::int AS retry_waiting,
       count(*) FILTER (WHERE status = 'FAILED')::int AS failed24h,
       count(*) FILTER (WHERE status = 'COMPLETED')::int AS completed24h,
       coalesce(sum(speed_bps) FILTER (WHERE status = 'RUNNING'), 0) AS bytes_per_second,
       ({_COUNT_WORKERS}) AS workers,
       (SELECT count(DISTINCT worker_id)::int FROM procrastinate_jobs WHERE status = 'doing') AS workers_busy
FROM downloads WHERE finished_at IS NULL OR finished_at > now() - interval '24 hours'
"""  # noqa: S608  (a constant)


async def queue_stats() -> QueueStats:
    (row,) = await connections.get("default").execute_query_dict(_COUNT)
    return QueueStats(**row)


async def count_workers() -> int:
    """Those whose heart beat a moment ago: one a queue in each worker process."""
    (row,) = await connections.get("default").execute_query_dict(_COUNT_WORKERS)
    return int(row["workers"])
