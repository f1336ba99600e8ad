"""The object store as a folder."""

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import BinaryIO

from typing_extensions import override
from uuid_utils.compat import uuid7

from infra.storage.base import Arrival, Door, Link, Served, Storage, StorageError
from infra.storage.blocks import blocks
from infra.storage.placing import explained, place

_BLOCK_BYTES = 1024**2


class LocalStorage(Storage):
    def __init__(self, root: Path) -> None:
        self._root = root

    @override
    async def put(self, key: str, source: Path, *, mime_type: str | None = None) -> None:
        await asyncio.to_thread(place, source, self._path(key), replace=True)

    @override
    async def write(self, key: str, chunks: AsyncIterator[bytes], *, mime_type: str | None = None) -> None:
        path = self._path(key)
        draft = path.with_name(f".{uuid7().hex}.part")
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
        with file:
            while block := await asyncio.to_thread(file.read, _BLOCK_BYTES):
                yield block

    @override
    async def serve(self, key: str, link: Link) -> Served | None:
        path = self._path(key)
        return Served(path=path) if await asyncio.to_thread(path.is_file) else None

    @override
    async def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    @override
    async def room(self) -> int | None:
        self._root.mkdir(parents=True, exist_ok=True)
        return (await asyncio.to_thread(shutil.disk_usage, self._root)).free

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

    def _path(self, key: str) -> Path:
        """Two letters of a hash spread the files over folders. Keys are ours, never a caller's."""
        return self._root / hashlib.sha256(key.encode()).hexdigest()[:2] / key


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
    """A second name for the same bytes: what comes to `source` later is a new file."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.hardlink_to(source)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise explained(error, target) from error
    return True
