"""Runs the queue's jobs. A job is done, retried, or still promised: a worker that dies loses none."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job
from procrastinate.worker import Worker
from psycopg import AsyncConnection
from typing_extensions import override

from infra.correlation import causation_id, correlation_id, operation_name

Handler = Callable[..., Awaitable[None]]

log = structlog.get_logger()

_POLL_SECONDS = 1.0
_CONNECT_SECONDS = 2
_KEPT_HOURS = 7 * 24
_HEARTBEAT_SECONDS = 2.0
_LOOK_SECONDS = 2.5
_LOOKS_WITHOUT_A_BEAT = 4
_PRUNE_SECONDS = 24 * 3600.0
_FIRST_PAUSE_SECONDS, _DOUBLINGS = 5, 7

_BEATS = "SELECT id, last_heartbeat FROM procrastinate_workers"
_BURY = "DELETE FROM procrastinate_workers WHERE id = ANY(%(workers)s)"
_IS_MINE = "SELECT id FROM procrastinate_jobs WHERE id = %(job)s AND worker_id = %(worker)s"
# One statement, so that of two rescuers one gets the job, and never one that another has already started again.
_RESCUE = """
WITH orphaned AS MATERIALIZED (
    SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NULL FOR UPDATE SKIP LOCKED
)
SELECT id, procrastinate_retry_job_v1(id, now(), NULL, NULL, NULL) FROM orphaned
"""


class _Retry(BaseRetryStrategy):
    """A job that was cut off runs again at once; one that failed unexpectedly after a growing pause, for ever."""

    @override
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_at=datetime.now(UTC))
        # attempts count the cuts too, so that any number of them may come by here
        pause = timedelta(seconds=_FIRST_PAUSE_SECONDS * 2 ** min(job.attempts, _DOUBLINGS))
        return RetryDecision(retry_at=datetime.now(UTC) + pause)


class _Worker(Worker):
    """Procrastinate's worker with two holes mended."""

    @override
    async def _periodic_deferrer(self) -> None:
        """The watch over heartbeat and listener ends with the first helper that ends, which without periodic tasks
        is, at once, this one.
        """
        await asyncio.Event().wait()

    @override
    async def _persist_job_status(self, job: Job, *args: Any, **kwargs: Any) -> None:
        """Who was taken for dead has no say any more in a job that somebody else runs by now."""
        if await self.app.connector.execute_query_all_async(_IS_MINE, job=job.id, worker=self.worker_id):
            await super()._persist_job_status(job, *args, **kwargs)


class QueueWorker:
    """`concurrency` says how many jobs of each queue run at the same time; `report` hears of jobs that broke."""

    def __init__(
        self,
        database_url: str,
        handlers: Mapping[str, Handler],
        concurrency: Mapping[str, int],
        report: Callable[[BaseException], None],
    ) -> None:
        self._database_url = database_url
        self._concurrency = concurrency
        # `timeout` is how long a job waits for a connection: without a database, a stop must not hang.
        self._app = App(connector=PsycopgConnector(conninfo=database_url, min_size=1, max_size=4, timeout=2))
        for name, handler in handlers.items():
            self._app.task(name=name, retry=_Retry())(_traced(name, handler, report))
        self._workers: list[_Worker] = []

    async def run(self, on_ready: Callable[[], None]) -> None:
        """Until cancelled. Running jobs are then cut off, and go back to the queue.

        Raises what keeps the database away; call it again then, to go on.
        """
        # The pool would keep quiet about a database that is away, and look for it ever more rarely.
        async with await AsyncConnection.connect(self._database_url, connect_timeout=_CONNECT_SECONDS):
            pass
        async with self._app.open_async():
            await self._bury([worker.worker_id for worker in self._workers if worker.worker_id is not None])
            self._workers.clear()
            on_ready()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._rescue_for_ever())
                for queue, count in self._concurrency.items():
                    tasks.create_task(self._work(queue, count))

    async def prune(self) -> None:
        """Forget jobs that failed or were taken back a week ago; the others are gone when they are done."""
        await self._app.job_manager.delete_old_jobs(
            nb_hours=_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )

    async def _work(self, queue: str, count: int) -> None:
        worker = _Worker(
            self._app,
            queues=[queue],
            name=queue,
            concurrency=count,
            fetch_job_polling_interval=_POLL_SECONDS,
            abort_job_polling_interval=_POLL_SECONDS,
            shutdown_graceful_timeout=0,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=_HEARTBEAT_SECONDS,
            stalled_worker_timeout=_PRUNE_SECONDS,
        )
        self._workers.append(worker)
        await worker.run()  # type: ignore[no-untyped-call]
        raise ConnectionError("the queue's worker stopped by itself")

    async def _rescue_for_ever(self) -> None:
        """Give jobs of workers that died without a word to those that live.

        Dead is whose heartbeat stands still from look to look. Its age proves nothing: when the machine or the
        database wakes up from a sleep, everybody's is old.
        """
        looks: Counter[tuple[int, datetime]] = Counter()
        while True:
            beats = await self._app.connector.execute_query_all_async(_BEATS)
            looks = Counter({beat: looks[beat] + 1 for beat in ((row["id"], row["last_heartbeat"]) for row in beats)})
            await self._bury([worker for (worker, _), count in looks.items() if count > _LOOKS_WITHOUT_A_BEAT])
            for job in await self._app.connector.execute_query_all_async(_RESCUE):
                log.warning("job.rescued", job=job["id"])
            await asyncio.sleep(_LOOK_SECONDS)

    async def _bury(self, workers: list[int]) -> None:
        """What they were doing is nobody's job from now on."""
        if workers:
            await self._app.connector.execute_query_async(_BURY, workers=workers)


def _traced(name: str, handler: Handler, report: Callable[[BaseException], None]) -> Handler:
    async def run(**arguments: Any) -> None:
        operation_name.set(name)
        correlation_id.set(arguments.pop("correlation_id", ""))
        causation_id.set(arguments.pop("causation_id", ""))
        try:
            await handler(**arguments)
        except Exception as failure:
            log.exception("job.failed", job=name)
            report(failure)
            raise

    return run
