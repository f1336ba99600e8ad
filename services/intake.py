"""Bytes on their way into the store: counted, hashed, and no more of them than may be."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from infra.storage.base import StorageError
from infra.storage.base import StorageFullError as NoRoomError
from infra.storage.blocks import blocks
from models.errors import AppError, PayloadTooLargeError, StorageFullError, UnavailableError, ValidationError
from models.files import PICTURE_SIZES, FileKind
from services.file_types import HEAD_BYTES
from services.quotas import size

_MIB = 1024**2
_MOST_BYTES = {FileKind.AVATAR: 10 * _MIB, FileKind.COVER: 20 * _MIB, FileKind.COOKIES: _MIB}
_RETRY_SECONDS = 10

UPLOADED = frozenset({*_MOST_BYTES, FileKind.OTHER})
"""What people may bring; everything else comes from downloads."""

_LOOKED_AT_WHOLE = PICTURE_SIZES.keys() | {FileKind.COOKIES}


class Intake:
    """One file as it passes by. `limit` is how many bytes may come; what they are more than is `excess`."""

    def __init__(self, kind: FileKind, chunks: AsyncIterator[bytes], limit: int, excess: AppError) -> None:
        self._chunks = chunks
        self._limit = limit
        self._excess = excess
        self._most_kept = limit if kind in _LOOKED_AT_WHOLE else HEAD_BYTES
        self._digest = hashlib.sha256()
        self.kept = bytearray()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Each block is hashed in a thread while it is written and the next one comes."""
        loop = asyncio.get_running_loop()
        hashed: asyncio.Future[None] | None = None
        async for block in blocks(self._counted(), _MIB):
            if hashed is not None:
                await hashed
            hashed = loop.run_in_executor(None, self._digest.update, block)
            yield block
        if hashed is not None:
            await hashed

    async def _counted(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            self.bytes += len(chunk)
            if self.bytes > self._limit:
                raise self._excess
            self.kept += chunk[: self._most_kept - len(self.kept)]
            yield chunk

    async def swallow(self) -> None:
        """Where the bytes themselves are kept already, or not at all."""
        async for _ in self:
            pass


def most_bytes(kind: FileKind, server_limit: int) -> int:
    """Raises ValidationError for a kind that nobody brings."""
    if kind not in UPLOADED:
        raise ValidationError(
            f"A {kind} comes from a download; upload one of {', '.join(sorted(UPLOADED))}.",
            path=("kind",),
            constraint="kind",
        )
    return min(_MOST_BYTES.get(kind, server_limit), server_limit)


def too_large(kind: FileKind, limit: int) -> PayloadTooLargeError:
    return PayloadTooLargeError(f"A file of the kind {kind} has {size(limit)} at most.", path=("file",))


@contextmanager
def storing() -> Iterator[None]:
    """The store's failures as the caller may know them."""
    try:
        yield
    except NoRoomError as error:
        raise no_room() from error
    except StorageError as error:
        raise UnavailableError(
            "The object store does not answer now; try again soon.", retry_after_seconds=_RETRY_SECONDS
        ) from error


def no_room() -> StorageFullError:
    return StorageFullError("There is no room left for files on this server; tell its administrator.")
