"""Runs the queue's jobs. A job is done, retried, or still promised: a worker that dies loses none."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job
from typing_extensions import override

from infra.correlation import correlation_id

Handler = Callable[..., Awaitable[None]]

log = structlog.get_logger()

_HEARTBEAT_SECONDS = 3.0
_STALLED_SECONDS = 12.0
_RESCUE_EVERY_SECONDS = 4.0
_POLL_SECONDS = 1.0
_MAX_FAILURES = 8
_LONGEST_PAUSE = timedelta(minutes=10)

# One statement, so that of two rescuers one gets the job, and never one that another has already started again.
_RESCUE = """
WITH stalled AS MATERIALIZED (
    SELECT job.id FROM procrastinate_jobs AS job
    LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE job.status = 'doing'
      AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(seconds)s))
    FOR UPDATE OF job SKIP LOCKED
)
SELECT stalled.id, procrastinate_retry_job_v1(stalled.id, now(), NULL, NULL, NULL) FROM stalled
"""


class _Retry(BaseRetryStrategy):
    """A job that was cut off runs again at once; one that failed unexpectedly after a growing pause."""

    @override
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_at=datetime.now(UTC))
        if job.attempts >= _MAX_FAILURES:
            return None
        return RetryDecision(retry_at=datetime.now(UTC) + min(timedelta(seconds=5 * 2**job.attempts), _LONGEST_PAUSE))


class QueueWorker:
    """`concurrency` says how many jobs of each queue run at the same time."""

    def __init__(self, database_url: str, handlers: Mapping[str, Handler], concurrency: Mapping[str, int]) -> None:
        self._concurrency = concurrency
        # `timeout` is how long a job waits for a connection: without a database, a stop must not hang.
        self._app = App(connector=PsycopgConnector(conninfo=database_url, min_size=1, max_size=4, timeout=2))
        for name, handler in handlers.items():
            self._app.task(name=name, retry=_Retry())(_traced(name, handler))

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Until cancelled. Running jobs are then cut off, and go back to the queue."""
        async with self._app.open_async():
            on_ready()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._rescue_for_ever())
                for queue, count in self._concurrency.items():
                    tasks.create_task(self._work(queue, count))

    async def _work(self, queue: str, count: int) -> None:
        await self._app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=count,
            fetch_job_polling_interval=_POLL_SECONDS,
            abort_job_polling_interval=_POLL_SECONDS,
            shutdown_graceful_timeout=0,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=_HEARTBEAT_SECONDS,
            stalled_worker_timeout=_STALLED_SECONDS,
        )
        raise ConnectionError("the queue's worker stopped by itself")

    async def _rescue_for_ever(self) -> None:
        """Give jobs of workers that died without a word to those that live."""
        while True:
            rescued = await self._app.connector.execute_query_all_async(_RESCUE, seconds=_STALLED_SECONDS)
            for job in rescued:
                log.warning("job.rescued", job=job["id"])
            await asyncio.sleep(_RESCUE_EVERY_SECONDS)


def _traced(name: str, handler: Handler) -> Handler:
    async def run(**arguments: Any) -> None:
        correlation_id.set(arguments.pop("correlation_id", ""))
        try:
            await handler(**arguments)
        except Exception:
            log.exception("job.failed", job=name)
            raise

    return run
