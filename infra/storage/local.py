"""The object store as a folder."""

import asyncio
import hashlib
import os
import shutil
import stat
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from typing_extensions import override

from infra.storage.base import Arrival, Door, Link, Served, Storage, StorageError, StorageFullError, Stored
from infra.storage.blocks import blocks
from infra.storage.placing import draft_of, explained, is_draft, place, remove_drafts

_BLOCK_BYTES = 1024**2
_FULL_BYTES = 1024**2  # less than that is no room


class LocalStorage(Storage):
    def __init__(self, root: Path) -> None:
        self._root = root

    @override
    async def put(self, key: str, source: Path, *, mime_type: str | None = None) -> None:
        await asyncio.to_thread(place, source, self._path(key), replace=True)

    @override
    async def write(self, key: str, chunks: AsyncIterator[bytes], *, mime_type: str | None = None) -> None:
        path = self._path(key)
        draft = draft_of(path)
        try:
            file = await asyncio.to_thread(_create, draft)
            try:
                async for block in blocks(chunks, _BLOCK_BYTES):
                    await asyncio.to_thread(_append, file, block)
            finally:
                file.close()
            await asyncio.to_thread(place, draft, path, replace=True)
        finally:
            draft.unlink(missing_ok=True)

    @override
    async def invite(self, key: str, arrival: Arrival) -> Door | None:
        return None

    @override
    async def join(self, key: str, upload_id: str, size: int) -> bool:
        raise NotImplementedError("nobody was invited to send parts")

    @override
    async def abandon(self, key: str, upload_id: str) -> None:
        """There are no parts here."""

    @override
    async def copy(self, source: str, target: str) -> bool:
        return await asyncio.to_thread(_link, self._path(source), self._path(target))

    @override
    async def read(self, key: str) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError:
            return
        except OSError as error:
            raise explained(error, self._path(key)) from error
        with file:
            while block := await asyncio.to_thread(_next_block, file):
                yield block

    @override
    async def serve(self, key: str, link: Link) -> Served | None:
        path = self._path(key)
        return Served(path=path) if await asyncio.to_thread(path.is_file) else None

    @override
    async def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            try:
                await asyncio.to_thread(self._path(key).unlink, missing_ok=True)
            except OSError as error:
                raise explained(error, self._path(key)) from error

    @override
    async def find(self, key: str) -> Stored | None:
        return await asyncio.to_thread(_stored, key, self._path(key))

    @override
    async def list(self, after: str = "", *, limit: int = 1000) -> Sequence[Stored]:
        return await asyncio.to_thread(lambda: list(islice(self._behind(after), limit)))

    @override
    async def tidy(self, before: datetime) -> int:
        return await asyncio.to_thread(remove_drafts, self._root, before)

    @override
    async def room(self) -> int | None:
        self._root.mkdir(parents=True, exist_ok=True)
        return (await asyncio.to_thread(shutil.disk_usage, self._root)).free

    @override
    async def prepare(self) -> None:
        await self.check()

    @override
    async def check(self) -> None:
        await asyncio.to_thread(self._check)

    @override
    async def close(self) -> None:
        return

    def _check(self) -> None:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explained(error, self._root) from error
        if not os.access(self._root, os.W_OK):
            raise StorageError(f"{self._root} cannot be written.")
        if shutil.disk_usage(self._root).free < _FULL_BYTES:
            raise StorageFullError(f"The disk that holds {self._root} is full.")

    def _behind(self, after: str) -> Iterator[Stored]:
        """By folder, and then by key: what comes and goes meanwhile does not move the others. What is no object is left
        out.
        """
        first = self._path(after).relative_to(self._root).parts[0] if after else ""
        for folder in sorted(path for path in self._root.glob("??") if path.name >= first):
            paths = (path for path in folder.rglob("*") if not is_draft(path))
            for key in sorted(path.relative_to(folder).as_posix() for path in paths):
                is_behind = self._path(key) == folder / key and (folder.name > first or key > after)
                if is_behind and (found := _stored(key, folder / key)) is not None:
                    yield found

    def _path(self, key: str) -> Path:
        """Two letters of a hash spread the files over folders. Keys are ours, never a caller's."""
        return self._root / hashlib.sha256(key.encode()).hexdigest()[:2] / key


def _stored(key: str, path: Path) -> Stored | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return Stored(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def _next_block(file: BinaryIO) -> bytes:
    try:
        return file.read(_BLOCK_BYTES)
    except OSError as error:
        raise StorageError(f"{file.name} cannot be read: {error.strerror}.") from error


def _create(path: Path) -> BinaryIO:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("xb", buffering=0)
    except OSError as error:
        raise explained(error, path) from error


def _append(file: BinaryIO, block: bytes) -> None:
    left = memoryview(block)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        raise explained(error, Path(file.name)) from error


def _link(source: Path, target: Path) -> bool:
    """A second name for the same bytes: what comes to `source` later is a new file. Its date is that of now, as with
    any copy.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.hardlink_to(source)
        os.utime(target)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise explained(error, target) from error
    return True
