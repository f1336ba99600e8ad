"""All stored bytes, read again: against their checksums, and from one object store into another."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from infra.storage.base import Storage
from models.files import FileLocation, FileStatus, StoredFile, object_keys

_PAGE = 500
_BLOCK_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file; `problem` is None when all is well."""

    file: StoredFile
    problem: str | None = None


async def total_bytes(*locations: FileLocation) -> int:
    """Of the files that are gone through."""
    sizes = await StoredFile.filter(status=FileStatus.READY, location__in=locations).values_list("bytes", flat=True)
    return sum(int(str(size)) for size in sizes)


async def verify(storage: Storage, library: Path | None) -> AsyncIterator[Outcome]:
    """Every file that is ready, in both homes. Raises StorageError."""
    async for file in _ready(FileLocation.OBJECTS, FileLocation.LIBRARY):
        if file.location is FileLocation.OBJECTS:
            digest = await _digest(storage, file.key)
        else:
            digest = None if library is None else await asyncio.to_thread(_digest_of_path, library / file.key)
        yield Outcome(file, _problem(file, digest))


async def move(source: Storage, target: Storage, *, remove_source: bool) -> AsyncIterator[Outcome]:
    """Copy every ready file of the object store, unless it is there already; what was copied is read again.

    It may be cut off and begun again at any time, and served from either store meanwhile. With `remove_source` goes
    what the target has for sure. Raises StorageError.
    """
    async for file in _ready(FileLocation.OBJECTS):
        problem = None
        for key in object_keys(file.kind, file.key):
            problem = problem or await _move_one(file, key, source, target)
        if problem is None and remove_source:
            await source.delete(object_keys(file.kind, file.key))
        yield Outcome(file, problem)


async def _move_one(file: StoredFile, key: str, source: Storage, target: Storage) -> str | None:
    """What went wrong. Of the smaller sizes of a picture no row has the checksum: the source has to do."""
    digest, present = await _digest(source, key), await _digest(target, key)
    expected = file.sha256 if key == file.key else digest or present
    if present is not None and present == expected:
        return None
    if digest is None or digest != expected:
        return _problem(file, digest)
    await target.write(key, source.read(key), mime_type=file.mime_type)
    return None if await _digest(target, key) == expected else "its copy is damaged; try again"


async def _ready(*locations: FileLocation) -> AsyncIterator[StoredFile]:
    """Page by page: what is added meanwhile comes at the end, since keys are ordered by time."""
    upto = UUID(int=0)
    while True:
        ready = StoredFile.filter(status=FileStatus.READY, location__in=locations, id__gt=upto)
        page = await ready.order_by("id").limit(_PAGE)
        for file in page:
            yield file
        if len(page) < _PAGE:
            return
        upto = page[-1].id


def _problem(file: StoredFile, digest: str | None) -> str | None:
    if digest is None:
        return "it is missing"
    return None if digest == file.sha256 else "it is damaged: its checksum is another"


async def _digest(storage: Storage, key: str) -> str | None:
    """None where there is no such object."""
    if await storage.find(key) is None:
        return None
    digest = hashlib.sha256()
    async for chunk in storage.read(key):
        await asyncio.to_thread(digest.update, chunk)
    return digest.hexdigest()


def _digest_of_path(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
