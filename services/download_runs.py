"""One try at a download, in the worker: claim, fetch, keep, tell."""

import asyncio
import re
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from tortoise.expressions import Q
from uuid_utils.compat import uuid7

from infra.pubsub import PubSub
from infra.storage.base import StorageError, StorageFullError
from integrations.youtube.base import (
    Downloader,
    FailureCode,
    FetchedFile,
    FetchError,
    FetchOrder,
)
from integrations.youtube.base import MediaKind as FetchKind
from models.actor import SYSTEM
from models.downloads import Download, DownloadAttempt, DownloadProfile, DownloadStage
from models.files import FileKind
from models.states import DownloadStatus
from services.download_attempts import Attempt, LeaseLostError, over_quota
from services.downloads import record_change
from services.files import FileService, Finished
from services.publications import Shelf
from services.quotas import Quotas
from services.work import Transaction, UnitOfWork

log = structlog.get_logger()

_MOVING_PERCENT = 99.0
_UNSTORED = FetchError(FailureCode.INTERNAL, "The file could not be stored; it is tried again.", retryable=True)
_UNSTORED_FULL = FetchError(FailureCode.DISK_FULL, "The server has no room for the file.", retryable=True)
_OUR_FAULT = "Something went wrong on our side; the server's log says what."
# RUNNING is claimed too: this job holds the download's lock, so that whoever ran it before is gone.
_CLAIMABLE = frozenset(
    {DownloadStatus.QUEUED, DownloadStatus.RETRY_WAIT, DownloadStatus.SCHEDULED, DownloadStatus.RUNNING}
)

_FOLDER = re.compile(r"[0-9a-f]{32}")
_FOLDERS_KEPT = timedelta(days=7)
_TIDY = frozenset({DownloadStatus.CANCELLED, DownloadStatus.COMPLETED})


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """`folder` holds one working folder a download; `allow` is what the egress guard lets through besides."""

    folder: Path
    max_bytes: int
    allow: tuple[str, ...]


class DownloadRunner:
    def __init__(
        self,
        work: UnitOfWork,
        downloader: Downloader,
        files: FileService,
        pubsub: PubSub,
        quotas: Quotas,
        limits: FetchLimits,
        shelf: Shelf,
    ) -> None:
        self._work = work
        self._downloader = downloader
        self._files = files
        self._pubsub = pubsub
        self._quotas = quotas
        self._limits = limits
        self._shelf = shelf

    async def run(self, download_id: UUID) -> None:
        """Take the download as far as it goes. When cancelled, it goes back to the queue and its partial files stay."""
        claimed = await self._claim(download_id)
        if claimed is None:
            await self.clean(download_id)  # a worker that died may have had no time for it
            return
        attempt = Attempt(self._work, self._pubsub, self._quotas, claimed)
        try:
            await self._fetch_and_finish(attempt)
        except asyncio.CancelledError:
            if not await attempt.release():
                await self._files.discard(attempt.kept)
            raise
        except LeaseLostError:
            log.info("download.lease_lost", download_id=str(download_id))
            await self._files.discard(attempt.kept)
        except FetchError as error:
            await attempt.fail(error)
            if not error.retryable:
                await self._remove_folder(download_id)
        except StorageError as error:
            log.warning("download.unstored", download_id=str(download_id), error=str(error))
            await attempt.fail(_UNSTORED_FULL if isinstance(error, StorageFullError) else _UNSTORED)
        except Exception:  # a bug, or the database: without it the queue runs the job again
            log.exception("download.broken", download_id=str(download_id))
            await attempt.fail(FetchError(FailureCode.INTERNAL, _OUR_FAULT, retryable=True))

    async def clean(self, download_id: UUID) -> None:
        """Remove what a download left behind that needs it no more."""
        row = await Download.get_or_none(id=download_id)
        if row is None or row.status in _TIDY:
            await self._remove_folder(download_id)
            cancelled = Download.filter(id=download_id, status=DownloadStatus.CANCELLED)
            await cancelled.update(percent=0.0, downloaded_bytes=0)

    async def sweep(self) -> None:
        """Remove working folders that nobody comes back to: of downloads that are gone, or gave up a week ago."""
        folders = await asyncio.to_thread(lambda: [path.name for path in self._limits.folder.glob("*")])
        ids = [UUID(hex=name) for name in folders if _FOLDER.fullmatch(name)]
        still_needed = await Download.filter(id__in=ids).filter(
            Q(finished_at=None) | Q(finished_at__gt=datetime.now(UTC) - _FOLDERS_KEPT)
        )
        for download_id in set(ids) - {row.id for row in still_needed}:
            log.info("download.swept", download_id=str(download_id))
            await self._remove_folder(download_id)

    async def _claim(self, download_id: UUID) -> Download | None:
        async with self._work.begin(SYSTEM) as transaction:
            row = await Download.select_for_update().get_or_none(id=download_id)
            if row is None or row.status not in _CLAIMABLE:
                return None
            if row.status is not DownloadStatus.QUEUED:
                row = await self._step(transaction, row, DownloadStatus.QUEUED, lease=None)
            number = await _open_attempt(row)
            return await self._step(
                transaction, row, DownloadStatus.RUNNING,
                lease=uuid7(), stage=DownloadStage.EXTRACTING, attempt=number, next_attempt_at=None,
                started_at=row.started_at or datetime.now(UTC),
            )  # fmt: skip

    @staticmethod
    async def _step(transaction: Transaction, row: Download, target: DownloadStatus, **changes: Any) -> Download:
        moved = await Download.move(transaction.connection, row.id, target, sources=_CLAIMABLE, **changes)
        if moved is None:
            raise LeaseLostError
        record_change(transaction, *moved)
        return moved[0]

    async def _fetch_and_finish(self, attempt: Attempt) -> None:
        profile = await _profile_of(attempt.download)
        folder = self._folder(attempt.download.id)
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        fetched = await self._fetch(attempt, self._order(attempt.download, profile, folder))
        await attempt.enter(DownloadStage.MOVING, _MOVING_PERCENT)
        await self._files.keep(attempt.download, profile, [_finished(file) for file in fetched], attempt.kept)
        await attempt.complete(self._shelf.plan(attempt.download, profile, attempt.kept))
        await self._remove_folder(attempt.download.id)

    async def _fetch(self, attempt: Attempt, order: FetchOrder) -> list[FetchedFile]:
        """Within what the server allows any download, and its owner's quota this one."""
        room = await attempt.room()
        if room is None or room >= order.max_bytes:
            return await self._downloader.fetch(order, attempt.learn, attempt.advance)
        try:
            return await self._downloader.fetch(replace(order, max_bytes=room), attempt.learn, attempt.advance)
        except FetchError as error:
            if error.code is FailureCode.TOO_LARGE:
                raise over_quota(room) from error
            raise

    def _order(self, download: Download, profile: DownloadProfile, folder: Path) -> FetchOrder:
        return FetchOrder(
            url=download.url,
            kind=FetchKind(profile.kind.value),
            directory=folder,
            max_bytes=self._limits.max_bytes,
            max_height=profile.max_height,
            container=profile.container,
            audio_format=profile.audio_format,
            subtitle_languages=tuple(profile.subtitle_languages),
            auto_subtitles=profile.auto_subtitles,
            embed_subtitles=profile.embed_subtitles,
            allow=self._limits.allow,
        )

    def _folder(self, download_id: UUID) -> Path:
        return self._limits.folder / download_id.hex

    async def _remove_folder(self, download_id: UUID) -> None:
        await asyncio.to_thread(shutil.rmtree, self._folder(download_id), ignore_errors=True)


async def _open_attempt(row: Download) -> int:
    """The number of this try. A try that was cut off goes on under its own number: that was not the site's fault."""
    cut_off = await DownloadAttempt.get_or_none(download_id=row.id, number=row.attempt, finished_at=None)
    if cut_off is not None:
        return row.attempt
    await DownloadAttempt(download_id=row.id, number=row.attempt + 1).save()
    return row.attempt + 1


async def _profile_of(download: Download) -> DownloadProfile:
    """The profile the download was queued with, or the default once that is gone."""
    chosen = await DownloadProfile.get_or_none(id=download.profile_id)
    return chosen or await DownloadProfile.get(is_default=True)


def _finished(file: FetchedFile) -> Finished:
    return Finished(file.path, FileKind(file.kind.value), file.language)
