"""The object store as a folder."""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override

from infra.storage.base import Link, Served, Storage, StorageError
from infra.storage.placing import explained, place


class LocalStorage(Storage):
    def __init__(self, root: Path) -> None:
        self._root = root

    @override
    async def put(self, key: str, source: Path, *, mime_type: str | None = None) -> None:
        await asyncio.to_thread(place, source, self._path(key), replace=True)

    @override
    async def serve(self, key: str, link: Link) -> Served | None:
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
            raise explained(error, self._root) from error
        if not os.access(self._root, os.W_OK):
            raise StorageError(f"{self._root} cannot be written.")

    def _path(self, key: str) -> Path:
        """Two letters of a hash spread the files over folders. Keys are ours, never a caller's."""
        return self._root / hashlib.sha256(key.encode()).hexdigest()[:2] / key
