"""The worker process: runs the queue's jobs."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from infra.outage import DATABASE
from infra.queue_worker import QueueWorker
from medianest.child import Handover, announce, receive, refuse
from medianest.failures import end_without_traceback, noting, watch_tasks
from medianest.logs import configure_logs
from medianest.migrations import NewerDatabaseError, migrate
from medianest.settings import Settings, SettingsError, load_settings
from medianest.wiring.backbone import Backbone, backbone
from medianest.wiring.jobs import download_runner, event_consumers, file_sweeper
from medianest.wiring.mail import deliverer, password_reset_requests
from medianest.wiring.media import media_service, media_submitter, plex_mirror, seerr_reconciler, seerr_webhooks, shelf
from services.announcements import AnnouncementService
from services.deliveries import Deliverer
from services.download_runs import DownloadRunner
from services.event_log import EventLogService
from services.jobs import job_handlers
from services.publications import Publisher
from services.retention import prune
from services.rounds import run_rounds
from services.services_health_sampling import condense_history

Tidy = Callable[[], Awaitable[object]]

log = structlog.get_logger()

_POOL_MAX = 6
_DEFAULT_CONCURRENCY = 4
_DELIVERIES_AT_ONCE = 64
"""Far more than go to one place at a time: one that hangs must not take the turns of the others."""
_AT_SEERR_AT_ONCE = 4
_AT_PLEX_AT_ONCE = 2
_FETCHING_EVERY, _DEMO_EVERY = timedelta(seconds=15), timedelta(seconds=2)
_SEERR_LEASE = timedelta(minutes=2)
"""Two at once would only read the same twice; a request that nobody looks at is worse."""
_STOP_SECONDS = 0.7
_PAUSE_SECONDS = 1.0
_TIDY_SECONDS = 3600
_PLEX_EVERY = timedelta(minutes=2)


async def _work(settings: Settings, handover: Handover) -> None:
    await migrate(handover.database_url)
    async with backbone(settings, handover.database_url, handover.redis_url, pool_max=_POOL_MAX) as base:
        await base.check_storage()
        runner = download_runner(base)
        error_log = base.error_log
        watch_tasks(error_log)
        sending = deliverer(base, error_log.note)
        handlers = job_handlers(
            runner,
            password_reset_requests(base),
            sending,
            AnnouncementService(base.work),
            media_submitter(base),
            seerr_webhooks(base),
            Publisher(base.work, shelf(base)),
        )
        concurrency = {
            "downloads": settings.download_workers,
            "deliveries": _DELIVERIES_AT_ONCE,
            "seerr": _AT_SEERR_AT_ONCE,
            "plex": _AT_PLEX_AT_ONCE,
            "default": _DEFAULT_CONCURRENCY,
        }
        queue_worker = QueueWorker(handover.database_url, handlers, concurrency, error_log.note)
        announced = asyncio.Event()

        def announce_once() -> None:
            if not announced.is_set():
                announced.set()
                announce(handover)

        reconciler, reconcile_every = seerr_reconciler(base), timedelta(seconds=settings.reconcile_seconds)
        fetching_every = _FETCHING_EVERY if base.seerr else _DEMO_EVERY
        beside = {
            asyncio.create_task(_tidy_for_ever(_tidying(base, runner, sending, queue_worker))),
            asyncio.create_task(event_consumers(base, error_log.note).run()),
            asyncio.create_task(run_rounds("plex", _PLEX_EVERY, plex_mirror(base).refresh, noting(error_log))),
            asyncio.create_task(
                run_rounds("seerr", reconcile_every, reconciler.reconcile, noting(error_log), lease=_SEERR_LEASE)
            ),
            asyncio.create_task(
                run_rounds("seerr.fetching", fetching_every, reconciler.watch, noting(error_log), lease=_SEERR_LEASE)
            ),
        }
        try:
            while not any(task.done() for task in beside):
                try:
                    await queue_worker.run(announce_once)
                except* Exception as failures:  # noqa: BLE001  (whatever keeps the database away)
                    DATABASE.failed(failures.exceptions[0])
                await asyncio.sleep(_PAUSE_SECONDS)
            for task in beside:
                if task.done():
                    task.result()
        finally:  # before the connections, whose end they would take for an outage
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)


def _tidying(
    base: Backbone, runner: DownloadRunner, sending: Deliverer, queue_worker: QueueWorker
) -> list[Callable[[], Awaitable[object]]]:
    keep = timedelta(days=base.settings.event_retention_days)
    return [
        runner.sweep,
        sending.prune,
        queue_worker.prune,
        lambda: EventLogService(base.work).prune(keep),
        condense_history,
        prune,
        file_sweeper(base).sweep,
        media_service(base).refresh,
    ]


async def _tidy_for_ever(tidying: Sequence[Tidy]) -> None:
    """What nobody else removes. A database that is away now is there in an hour."""
    while True:
        await asyncio.sleep(_TIDY_SECONDS)
        for tidy in tidying:
            try:
                await tidy()
            except Exception as failure:  # noqa: BLE001
                log.warning("worker.untidied", error=repr(failure))


async def _until_signal(settings: Settings, handover: Handover) -> None:
    """Work until SIGTERM or SIGINT, then stop in time whatever hangs: what a job still holds is rescued later."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    working = asyncio.create_task(_work(settings, handover))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not stop.is_set():
        await working
    working.cancel()
    _, unfinished = await asyncio.wait({working}, timeout=_STOP_SECONDS)
    if unfinished:
        log.warning("worker.cut_off")
    # asyncio's own end waits without a limit for pools that wait for a lost database. Every process of a job has its
    # death signal.
    os._exit(0)


def run_worker(settings: Settings, handover: Handover) -> None:
    """Until a signal. Ends the process with a sentence where restarting would not help."""
    configure_logs(settings, "worker")
    try:
        asyncio.run(_until_signal(settings, handover))
    except (NewerDatabaseError, SettingsError) as error:
        refuse(handover, str(error))
    except Exception as failure:  # noqa: BLE001
        end_without_traceback(failure)


def main() -> None:
    run_worker(load_settings(), receive())
