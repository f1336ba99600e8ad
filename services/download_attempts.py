"""A claimed download while it runs: what it writes down, shows, and how it ends."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from infra.pubsub import TICKS, PubSub
from integrations.youtube.base import FailureCode, FetchError, FetchProgress, MediaInfo
from integrations.youtube.errors import failure
from models.actor import SYSTEM
from models.downloads import PERCENT_DONE, Download, DownloadAttempt, DownloadErrorCode, DownloadStage
from models.files import FileKind, StoredFile
from models.notifications import NotificationType
from models.progress import Progress, Tick
from models.publications import PlexPublication
from models.states import DownloadStatus
from services.downloads import promise_run, record_change
from services.publications import promise_publication
from services.quotas import Quotas, size
from services.work import Notice, Transaction, UnitOfWork

log = structlog.get_logger()

_ROW_EVERY = timedelta(seconds=5)
_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=1)
_RELEASE_TIMEOUT_SECONDS = 0.3
_MOST_SECONDS = 10**9


class LeaseLostError(Exception):
    """The row is somebody else's now: cancelled, or claimed by another attempt."""


class Attempt:
    """A claimed download while it runs.

    Every write is guarded by the lease: LeaseLostError ends an attempt that lost it. `kept` are the files that are in
    their home already, and nobody's until the attempt is complete.
    """

    def __init__(self, work: UnitOfWork, pubsub: PubSub, quotas: Quotas, download: Download) -> None:
        self.download = download
        self._work = work
        self._pubsub = pubsub
        self._quotas = quotas
        self._written_at = datetime.now(UTC)
        self.kept: list[StoredFile] = []

    async def learn(self, info: MediaInfo) -> None:
        """Keep what the site says about the video."""
        await self._change(
            extractor=info.extractor[:64],
            video_id=info.video_id[:255],
            canonical_url=info.canonical_url[:2048],
            title=info.title[:500],
            uploader=info.uploader and info.uploader[:255],
            thumbnail_url=info.thumbnail_url and info.thumbnail_url[:2048],
            duration_seconds=_storable(info.duration_seconds),
            total_bytes=info.estimated_bytes,
        )

    async def advance(self, progress: FetchProgress) -> None:
        """Show it at once; write it down when the stage changes, and every few seconds. Raises FetchError as `room`."""
        now = datetime.now(UTC)
        stage = DownloadStage(progress.stage.value)
        shown = Progress(
            percent=max(self.download.percent, progress.percent),
            downloaded_bytes=max(self.download.downloaded_bytes, progress.downloaded_bytes),
            total_bytes=progress.total_bytes,
            speed_bps=progress.speed_bps,
            eta_seconds=_storable(progress.eta_seconds),
            updated_at=now,
        )
        if stage is not self.download.stage:
            await self._change(stage=stage, **_columns(shown))
            await self.room()
        elif now - self._written_at >= _ROW_EVERY:
            await self._write(**_columns(shown))
            await self.room()
        self.download.percent, self.download.downloaded_bytes = shown.percent, shown.downloaded_bytes
        await self._publish(Tick(self.download.id, self.download.owner_id, stage, shown))

    async def enter(self, stage: DownloadStage, percent: float) -> None:
        """Go on to a step that has no figures of its own. Raises FetchError as `room`."""
        shown = replace(
            Progress.of(self.download), percent=percent, speed_bps=None, eta_seconds=None, updated_at=datetime.now(UTC)
        )
        await self._change(stage=stage, **_columns(shown))
        await self.room()
        await self._publish(Tick(self.download.id, self.download.owner_id, stage, shown))

    async def room(self) -> int | None:
        """How many bytes its owner's quota allows it; None: as many as it likes. Raises FetchError when it has more.

        Asked after each time its bytes were written down: of several that run, one at least sees that it is too much.
        """
        room = await self._quotas.bytes_for(self.download)
        if room is not None and max(1, self.download.downloaded_bytes) > room:
            raise over_quota(room)
        return room

    async def complete(self, publication: PlexPublication | None = None) -> None:
        """Hand over what was kept: from now on the files are the owner's, and on their way into Plex."""
        total = sum(file.bytes for file in self.kept if file.kind is not FileKind.SUBTITLE)
        async with self._work.begin(SYSTEM) as transaction:
            await StoredFile.bulk_create(self.kept)
            await self._end(
                transaction, DownloadStatus.COMPLETED,
                percent=PERCENT_DONE, total_bytes=total, downloaded_bytes=total, finished_at=datetime.now(UTC),
                error_code=None, error_message=None, error_hint=None, error_retryable=False,
            )  # fmt: skip
            if publication is not None:
                await promise_publication(transaction, publication)
            await self._notify(
                transaction, NotificationType.DOWNLOAD_COMPLETED, "is ready", "Your download has arrived."
            )
        await self._settle()

    async def fail(self, error: FetchError) -> None:
        """Wait and try again where that can help, or give up and say why."""
        code = DownloadErrorCode(error.code.value)
        try:
            async with self._work.begin(SYSTEM) as transaction:
                if error.code is FailureCode.LIVE_NOT_STARTED and error.retry_at is not None:
                    await self._wait(transaction, DownloadStatus.SCHEDULED, error, code, error.retry_at)
                elif error.retryable and self.download.attempt < self.download.max_attempts:
                    run_at = datetime.now(UTC) + _pause_after(self.download.attempt)
                    await self._wait(transaction, DownloadStatus.RETRY_WAIT, error, code, run_at)
                else:
                    await self._end(
                        transaction, DownloadStatus.FAILED,
                        finished_at=datetime.now(UTC), **_failure(error, code),
                    )  # fmt: skip
                    await self._notify(transaction, NotificationType.DOWNLOAD_FAILED, "failed", error.message)
        except LeaseLostError:
            return
        await self._settle()

    async def release(self) -> bool:
        """Give the download back to the queue, quickly: a server that stops, or lost its database, must not wait.

        What cannot be given back is claimed by the next attempt anyway. False when it was cancelled by its owner.
        """
        try:
            async with asyncio.timeout(_RELEASE_TIMEOUT_SECONDS), self._work.begin(SYSTEM) as transaction:
                await self._move(transaction, DownloadStatus.QUEUED)
        except LeaseLostError:
            log.info("download.cancelled", download_id=str(self.download.id))
            await self._settle()
            return False
        except Exception as error:  # noqa: BLE001  (whatever keeps the database away)
            log.warning("download.unreleased", download_id=str(self.download.id), error=repr(error))
        return True

    async def _wait(
        self, transaction: Transaction, target: DownloadStatus, error: FetchError, code: DownloadErrorCode, at: datetime
    ) -> None:
        job_id = await promise_run(transaction, self.download.id, at)
        await self._end(transaction, target, next_attempt_at=at, job_id=job_id, **_failure(error, code))

    async def _end(self, transaction: Transaction, target: DownloadStatus, **changes: Any) -> None:
        """Leave RUNNING, and close the attempt."""
        await self._move(transaction, target, **changes)
        await DownloadAttempt.filter(download_id=self.download.id, number=self.download.attempt).update(
            finished_at=datetime.now(UTC),
            error_code=changes.get("error_code"),
            error_message=changes.get("error_message"),
        )

    async def _move(self, transaction: Transaction, target: DownloadStatus, **changes: Any) -> None:
        shown = {"percent": self.download.percent, "downloaded_bytes": self.download.downloaded_bytes}
        idle = {"lease": None, "stage": None, "speed_bps": None, "eta_seconds": None}
        moved = await Download.move(
            transaction.connection, self.download.id, target, sources=[DownloadStatus.RUNNING],
            guard={"lease": self.download.lease}, **(shown | idle | changes),
        )  # fmt: skip
        if moved is None:
            raise LeaseLostError
        record_change(transaction, *moved)

    async def _write(self, **columns: Any) -> None:
        mine = Download.filter(id=self.download.id, lease=self.download.lease, status=DownloadStatus.RUNNING)
        if not await mine.update(**columns):
            raise LeaseLostError
        for name, value in columns.items():
            setattr(self.download, name, value)
        self._written_at = datetime.now(UTC)

    async def _change(self, **columns: Any) -> None:
        """Write what people are told of at once."""
        async with self._work.begin(SYSTEM) as transaction:
            await self._write(version=self.download.version + 1, **columns)
            record_change(transaction, self.download, None)

    async def _publish(self, tick: Tick) -> None:
        await self._pubsub.publish_latest(TICKS, str(tick.download_id), tick.encode())

    async def _settle(self) -> None:
        """From here on the row alone tells the progress."""
        await self._pubsub.forget(TICKS, str(self.download.id))

    async def _notify(self, transaction: Transaction, type_: NotificationType, verb: str, body: str) -> None:
        title = self.download.title or self.download.url
        notice = Notice(
            type=type_,
            title=f"{title[:200]} {verb}",
            body=body,
            cause=f"{type_.value}:{self.download.id}:{self.download.attempt}",
            subject_type="Download",
            subject_id=self.download.id,
        )
        await transaction.notify(self.download.owner_id, notice)


def over_quota(room: int) -> FetchError:
    return failure(FailureCode.QUOTA_EXCEEDED, f"Your quota leaves {size(room)} for this video, and it takes more.")


def _columns(shown: Progress) -> dict[str, Any]:
    return {
        "percent": shown.percent,
        "downloaded_bytes": shown.downloaded_bytes,
        "total_bytes": shown.total_bytes,
        "speed_bps": shown.speed_bps,
        "eta_seconds": shown.eta_seconds,
        "progress_at": shown.updated_at,
    }


def _storable(seconds: float | None) -> int | None:
    """Whole seconds; None for what no video lasts, which sites and estimates say at times."""
    return round(seconds) if seconds is not None and 0 <= seconds <= _MOST_SECONDS else None


def _failure(error: FetchError, code: DownloadErrorCode) -> dict[str, Any]:
    return {
        "error_code": code,
        "error_message": error.message,
        "error_hint": error.hint,
        "error_retryable": error.retryable,
    }


def _pause_after(attempt: int) -> timedelta:
    """Doubling, with jitter, so that downloads that failed together do not come back together."""
    longest: timedelta = min(_FIRST_PAUSE * 2 ** (attempt - 1), _LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311
