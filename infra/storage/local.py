"""The object store as a folder, and the one safe way to put a file into a folder."""

import asyncio
import errno
import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override
from uuid_utils.compat import uuid7

from infra.storage.base import Served, Storage, StorageError, StorageFullError


def place(source: Path, target: Path) -> None:
    """Move `source` to `target`, whole or not at all, also across file systems and a power cut.

    Raises StorageFullError, StorageError.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _flush(source)
            source.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy_over(source, target)
        _flush(target.parent)
    except OSError as error:
        raise _explained(error, target) from error


def _copy_over(source: Path, target: Path) -> None:
    temporary = target.parent / f".{uuid7().hex}.part"
    try:
        shutil.copyfile(source, temporary)
        _flush(temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    source.unlink()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _explained(error: OSError, target: Path) -> StorageError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageFullError(f"The disk that holds {target.parent} is full.")
    return StorageError(f"{target.parent} cannot be written: {error.strerror}.")


class LocalStorage(Storage):
    def __init__(self, root: Path) -> None:
        self._root = root

    @override
    async def put(self, key: str, source: Path, *, mime_type: str | None = None) -> None:
        await asyncio.to_thread(place, source, self._path(key))

    @override
    async def serve(self, key: str, *, filename: str, expires_in_seconds: int) -> Served | None:
        path = self._path(key)
        return Served(path=path) if await asyncio.to_thread(path.is_file) else None

    @override
    async def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

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
            raise _explained(error, self._root) from error
        if not os.access(self._root, os.W_OK):
            raise StorageError(f"{self._root} cannot be written.")

    def _path(self, key: str) -> Path:
        """Two letters of a hash spread the files over folders. Keys are ours, never a caller's."""
        return self._root / hashlib.sha256(key.encode()).hexdigest()[:2] / key
