"""What files leave behind, cleared away; and what is missing, told."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from infra.storage.base import Storage, Stored
from infra.storage.placing import remove_drafts
from models.actor import SYSTEM
from models.downloads import Download
from models.events import EventType
from models.files import PICTURE_SIZES, UPLOAD_SECONDS, FileKind, FileLocation, FileStatus, StoredFile
from models.states import DownloadStatus
from services.files import FileService
from services.stored_files import mark_deleted
from services.work import UnitOfWork

log = structlog.get_logger()

_ROWS = 500
_PAGE, _PAGES = 1000, 20
_PROBES_AT_ONCE = 8
_ORPHAN_AGE = timedelta(hours=1)
_MANY_ORPHANS, _MANY_AMONG = 20, 0.3
_MANY_ORPHANS_AGE = timedelta(days=7)
"""So many at once speak for a database that is another one, or not whole yet: there is time to notice."""
_UPLOAD_AGE = timedelta(seconds=UPLOAD_SECONDS, minutes=5)
_DRAFT_AGE = timedelta(days=1)
_SIZES = {f"-{size}" for sizes in PICTURE_SIZES.values() for size in sizes}
_KEY_DIGITS = 32


class LostFilesError(Exception):
    """Files that should be there are not; the text says which."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long bytes stay once their file is deleted, and after how many days a file of a kind is deleted by itself."""

    grace: timedelta
    days: Mapping[FileKind, int]


class FileSweeper:
    """A run does a part of what there is to do, and the next one goes on; any number may run at the same time.

    `report` hears of files whose bytes are gone: their rows stay.
    """

    def __init__(
        self,
        work: UnitOfWork,
        storage: Storage,
        files: FileService,
        library: Path | None,
        keeping: Keeping,
        report: Callable[[BaseException], None],
    ) -> None:
        self._work = work
        self._storage = storage
        self._files = files
        self._library = library
        self._keeping = keeping
        self._report = report
        self._listed_upto = ""
        self._probed_upto = UUID(int=0)

    async def sweep(self) -> None:
        """Raises StorageError when the store is away: what is done is done."""
        await self._expire()
        await self._forget_uploads()
        await self._remove_deleted()
        await self._remove_orphans()
        await self._remove_drafts()
        try:
            await self._look_for_lost()
        except LostFilesError as failure:
            self._report(failure)

    async def _expire(self) -> None:
        for kind, days in self._keeping.days.items():
            old = StoredFile.filter(
                kind=kind, status=FileStatus.READY, created_at__lt=datetime.now(UTC) - timedelta(days=days)
            )
            for found in await old.limit(_ROWS):
                async with self._work.begin(SYSTEM) as transaction:
                    file = await StoredFile.select_for_update().get_or_none(id=found.id, status=FileStatus.READY)
                    if file is not None:
                        await mark_deleted(transaction, file)

    async def _forget_uploads(self) -> None:
        """Of those that never ended. The row first: what comes too late finds none."""
        overdue = StoredFile.filter(status=FileStatus.PENDING, created_at__lt=datetime.now(UTC) - _UPLOAD_AGE)
        for file in await overdue.limit(_ROWS):
            async with self._work.begin(SYSTEM) as transaction:
                pending = StoredFile.filter(id=file.id, status=FileStatus.PENDING).using_db(transaction.connection)
                if not await pending.delete():
                    continue
                file.status = FileStatus.DELETED
                transaction.record(EventType.FILE_CHANGED, file.id, file.snapshot(), owner_id=file.owner_id)
            await self._remove(file)

    async def _remove_deleted(self) -> None:
        """The bytes first: without the row nobody would know of those in the library."""
        due = StoredFile.filter(status=FileStatus.DELETED, deleted_at__lt=datetime.now(UTC) - self._keeping.grace)
        for file in await due.order_by("deleted_at").limit(_ROWS):
            if file.location is FileLocation.LIBRARY and await _is_something_moving():
                continue
            try:
                await self._remove(file)
            except OSError as error:  # what the library refuses must not hold up the others
                log.warning("file.unremoved", file_id=str(file.id), error=str(error))
                continue
            await StoredFile.filter(id=file.id, status=FileStatus.DELETED).delete()
            log.info("file.removed", file_id=str(file.id), bytes=file.bytes)

    async def _remove(self, file: StoredFile) -> None:
        if file.upload_id is not None:
            await self._storage.abandon(file.key, file.upload_id)
        await self._files.discard([file])

    async def _remove_orphans(self) -> None:
        for _ in range(_PAGES):
            page = await self._storage.list(self._listed_upto, limit=_PAGE)
            self._listed_upto = page[-1].key if page else ""
            if not page:
                return
            orphans = await _orphans(page)
            if len(orphans) > max(_MANY_ORPHANS, _MANY_AMONG * len(page)):
                log.warning("objects.many_orphans", orphans=len(orphans), of=len(page))
                orphans = _older(orphans, _MANY_ORPHANS_AGE)
            if orphans:
                log.info("objects.swept", count=len(orphans), first=orphans[0].key)
                await self._storage.delete([orphan.key for orphan in orphans])

    async def _look_for_lost(self) -> None:
        ready = StoredFile.filter(status=FileStatus.READY, id__gt=self._probed_upto)
        rows = await ready.order_by("id").limit(_ROWS)
        self._probed_upto = rows[-1].id if len(rows) == _ROWS else UUID(int=0)
        turns = asyncio.Semaphore(_PROBES_AT_ONCE)

        async def is_lost(file: StoredFile) -> bool:
            async with turns:
                return not await self._is_there(file)

        gone = [file for file, lost in zip(rows, await asyncio.gather(*map(is_lost, rows)), strict=True) if lost]
        still = StoredFile.filter(id__in=[file.id for file in gone], status=FileStatus.READY)
        if lost := await still:
            for file in lost:
                log.error("file.lost", file_id=str(file.id), location=file.location.value, key=file.key)
            raise LostFilesError(f"{len(lost)} files are lost, one of them is {lost[0].key}.")

    async def _is_there(self, file: StoredFile) -> bool:
        """A library that is not there at all is a matter of its disk, not of each of its files."""
        if file.location is FileLocation.OBJECTS:
            return await self._storage.find(file.key) is not None
        if self._library is None or not await asyncio.to_thread(self._library.is_dir):
            return True
        return await asyncio.to_thread((self._library / file.key).is_file)

    async def _remove_drafts(self) -> None:
        before = datetime.now(UTC) - _DRAFT_AGE
        await self._storage.tidy(before)
        if self._library is not None:
            await asyncio.to_thread(remove_drafts, self._library, before)


def _older(page: Sequence[Stored], age: timedelta) -> list[Stored]:
    before = datetime.now(UTC) - age
    return [stored for stored in page if stored.modified_at < before]


async def _orphans(page: Sequence[Stored]) -> list[Stored]:
    """Objects that no row names, but for young ones: their row may be on its way.

    What a running download has put away already has its row when that ends. It is asked for first: who ends in
    between has a row then.
    """
    old = _older(page, _ORPHAN_AGE)
    held = {download.id.hex for download in await Download.filter(status=DownloadStatus.RUNNING)}
    named = set(
        await StoredFile.filter(
            location=FileLocation.OBJECTS, key__in=[name for stored in old for name in (stored.key, _whole(stored.key))]
        ).values_list("key", flat=True)
    )
    return [
        stored
        for stored in old
        if not named & {stored.key, _whole(stored.key)} and stored.key[:_KEY_DIGITS] not in held
    ]


def _whole(key: str) -> str:
    """The key of the file of which this may be a smaller picture."""
    stem, dash, size = key.rpartition("-")
    return stem if dash + size in _SIZES else key


async def _is_something_moving() -> bool:
    """A download that finds an equal file in the library takes it for its own."""
    return await Download.exists(status=DownloadStatus.RUNNING, stage="MOVING")
