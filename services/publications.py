"""Brings finished downloads into Plex: step by step, and again from where it stopped. Plex away harms no download."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath
from uuid import UUID

from tortoise.expressions import F

from infra.http.errors import UpstreamError
from integrations.plex.base import SERIES, EntryKind, PlexEditor
from models.actor import SYSTEM
from models.downloads import Download, DownloadProfile
from models.errors import ValidationError
from models.files import FileKind, FileLocation, FileStatus, StoredFile
from models.jobs import JobName
from models.plex import PlexLibrary
from models.plex_paths import PathMap
from models.publications import OPEN_PUBLICATIONS, PlexPublication, PublishState
from services.downloads import record_change
from services.images import renditions
from services.work import Transaction, UnitOfWork

MOST_ATTEMPTS = 30
"""About a day."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 10, 3600
_POSTER_SIZE = 1000
_UNCONNECTED = "No Plex server is connected."
_PLAYED = frozenset({FileKind.VIDEO, FileKind.AUDIO})
_STEPS = ("rating_key", "machine_id", "scanned", "collection_done", "metadata_done", "thumbnail_done")
_WRITTEN = (*_STEPS, "state", "attempts", "next_attempt_at", "last_error")


class UnfinishedError(Exception):
    """Plex answers, and is not as far as we need it."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Our `library`, and what Plex sees of it; `plex` is None where none is set up."""

    library: Path | None
    paths: PathMap
    plex: PlexEditor | None

    def plan(self, download: Download, profile: DownloadProfile, files: Sequence[StoredFile]) -> PlexPublication | None:
        """None when the profile wants nothing of Plex; NONE with the reason when it cannot be."""
        if profile.plex_section_id is None:
            return None
        path = next((self._seen(file) for file in files if file.kind in _PLAYED), None)
        problem = self._problem(path)
        return PlexPublication(
            download_id=download.id,
            state=PublishState.PENDING if problem is None else PublishState.NONE,
            section_id=profile.plex_section_id,
            collection=profile.collection,
            collection_done=profile.collection is None,
            path=path,
            last_error=problem,
        )

    def _problem(self, path: str | None) -> str | None:
        if self.plex is None:
            return _UNCONNECTED
        if self.library is None:
            return "There is no library folder: downloads lie in the object store, where Plex sees nothing."
        return "Plex does not see the library folder: MEDIANEST_PLEX_PATH_MAP leaves it out." if path is None else None

    def _seen(self, file: StoredFile) -> str | None:
        if self.library is None or file.location is not FileLocation.LIBRARY:
            return None
        return self.paths.to_plex(PurePosixPath(self.library.absolute()) / file.key)


async def promise_publication(transaction: Transaction, publication: PlexPublication) -> None:
    await publication.save()
    if publication.state is PublishState.PENDING:
        await _promise(transaction, publication)


class Publisher:
    def __init__(self, work: UnitOfWork, shelf: Shelf) -> None:
        self._work = work
        self._shelf = shelf

    async def publish(self, download_id: UUID, attempt: int) -> None:
        """The attempt that comes after `attempt` others: every step that is not done, each written down at once."""
        row = await PlexPublication.get_or_none(download_id=download_id).select_related("download")
        if row is None or row.state not in OPEN_PUBLICATIONS or row.attempts != attempt:
            return
        try:
            await self._go_on(row, self._connected())
        except (UpstreamError, UnfinishedError) as error:
            await self._put_off(row, str(error))

    def _connected(self) -> PlexEditor:
        if self._shelf.plex is None:
            raise UnfinishedError(_UNCONNECTED)
        return self._shelf.plex

    async def _go_on(self, row: PlexPublication, plex: PlexEditor) -> None:
        library = await PlexLibrary.get_or_none(section_id=row.section_id)
        kind = EntryKind.EPISODE if library is not None and library.kind == SERIES else EntryKind.MOVIE
        if row.rating_key is None:
            await plex.scan(row.section_id, _folder(row.path or ""))
            await self._done(row, scanned=True)
            machine_id = (await plex.identity()).machine_id
            await self._done(row, rating_key=await _find(plex, row, kind), machine_id=machine_id)
        key = row.rating_key or ""
        if not row.collection_done and row.collection is not None:
            await plex.collect(row.section_id, kind, row.collection, key)
            await self._done(row, collection_done=True)
        if not row.metadata_done:
            await plex.describe(row.section_id, kind, key, title=_title(row.download), summary=_summary(row.download))
            await self._done(row, metadata_done=True)
        if not row.thumbnail_done:
            if (picture := await self._thumbnail(row.download_id)) is not None:
                await plex.set_poster(key, picture)
            await self._done(row, thumbnail_done=True)

    async def _done(self, row: PlexPublication, **step: object) -> None:
        _ = row.update_from_dict({**step, "last_error": None, "next_attempt_at": None})
        row.state = row.standing
        async with self._work.begin(SYSTEM) as transaction:
            await _write(transaction, row)

    async def _put_off(self, row: PlexPublication, problem: str) -> None:
        """Try again later, or leave it at that."""
        row.attempts += 1
        row.last_error = problem
        is_over = row.attempts >= MOST_ATTEMPTS
        row.next_attempt_at = None if is_over else datetime.now(UTC) + _pause_after(row.attempts)
        if is_over and row.state is PublishState.PENDING:
            row.state = PublishState.FAILED
        async with self._work.begin(SYSTEM) as transaction:
            await _write(transaction, row)
            if row.next_attempt_at is not None:
                await _promise(transaction, row, row.next_attempt_at)

    async def _thumbnail(self, download_id: UUID) -> bytes | None:
        """As a JPEG; None where there is none that can be read."""
        if self._shelf.library is None:
            return None
        thumbnails = StoredFile.filter(download_id=download_id, kind=FileKind.THUMBNAIL, status=FileStatus.READY)
        file = await thumbnails.filter(location=FileLocation.LIBRARY).order_by("id").first()
        if file is None:
            return None
        try:
            source = await asyncio.to_thread((self._shelf.library / file.key).read_bytes)
            return (await renditions(source, [_POSTER_SIZE], square=False, kind="JPEG"))[_POSTER_SIZE]
        except (OSError, ValidationError):
            return None


async def _write(transaction: Transaction, row: PlexPublication) -> None:
    await row.save(update_fields=_WRITTEN)
    await Download.filter(id=row.download_id).update(version=F("version") + 1)
    record_change(transaction, await Download.get(id=row.download_id), None)


async def _promise(transaction: Transaction, row: PlexPublication, run_at: datetime | None = None) -> None:
    arguments = {"download_id": str(row.download_id), "attempt": str(row.attempts)}
    await transaction.enqueue(JobName.PUBLISH, arguments, lock=f"publication:{row.download_id}", run_at=run_at)


async def _find(plex: PlexEditor, row: PlexPublication, kind: EntryKind) -> str:
    """Among what was added last. Raises UnfinishedError."""
    for entry in (await plex.entries(row.section_id, kind)).entries:
        if row.path in entry.files:
            return entry.rating_key
    raise UnfinishedError(f"Plex has not found {row.path} yet; is its folder one of the library's?")


def _folder(path: str) -> str:
    windows = PureWindowsPath(path)
    return str((windows if windows.is_absolute() else PurePosixPath(path)).parent)


def _title(download: Download) -> str:
    return download.title or download.video_id or "Video"


def _summary(download: Download) -> str:
    return "\n".join(line for line in (download.uploader, download.canonical_url) if line)


def _pause_after(attempts: int) -> timedelta:
    longest = min(_FIRST_PAUSE_SECONDS * 2 ** min(attempts, 20), _LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311  (no secret)
