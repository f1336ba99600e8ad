"""The storage port: finished files under generated keys."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


class StorageError(Exception):
    """The store did not do as asked; the text says what happened."""


class StorageFullError(StorageError):
    """No room is left."""


@dataclass(frozen=True, slots=True)
class Link:
    """How an object is to be handed out. `disposition` is `inline` or `attachment`; `head` asks for no bytes;
    `never_changes` lets who has it keep it.
    """

    filename: str
    expires_in_seconds: int
    disposition: str = "inline"
    mime_type: str = "application/octet-stream"
    head: bool = False
    never_changes: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """How the outside gets at an object: a `path` that we serve, or the store's own signed `address`."""

    path: Path | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object that somebody outside wants to send."""

    mime_type: str
    bytes: int
    expires_in_seconds: int


@dataclass(frozen=True, slots=True)
class Door:
    """Where the outside sends an object: in one PUT to the only address, with these headers; or, when there is an
    `upload_id`, one part of `part_bytes` after the other, the last one smaller.
    """

    addresses: Sequence[str]
    headers: Mapping[str, str]
    part_bytes: int
    upload_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """An object that is there, and when it was last written."""

    key: str
    bytes: int
    modified_at: datetime


class Storage(Protocol):
    async def put(self, key: str, source: Path, *, mime_type: str | None = None) -> None:
        """Take the file over. Whole or not at all; `source` is gone afterwards. The same key twice is the same object.

        Raises StorageFullError, StorageError.
        """
        ...

    async def write(self, key: str, chunks: AsyncIterator[bytes], *, mime_type: str | None = None) -> None:
        """Take what comes, as it comes: a few of its chunks are in memory, whatever its size. Whole or not at all.

        Raises StorageFullError, StorageError, and what `chunks` raises.
        """
        ...

    async def invite(self, key: str, arrival: Arrival) -> Door | None:
        """Let the outside put an object here by itself; None where only we can. Raises StorageError."""
        ...

    async def join(self, key: str, upload_id: str, size: int) -> bool:
        """Make one object of the parts that came; False, and nothing is done, while they are not `size` together."""
        ...

    async def abandon(self, key: str, upload_id: str) -> None:
        """Forget an upload in parts, and those that came."""
        ...

    async def copy(self, source: str, target: str) -> bool:
        """`target` stays as it is whatever comes to `source` later. False when there is no such object."""
        ...

    def read(self, key: str) -> AsyncIterator[bytes]:
        """The object in chunks; none when there is no such object. Raises StorageError."""
        ...

    async def serve(self, key: str, link: Link) -> Served | None:
        """None when there is no such object."""
        ...

    async def delete(self, keys: Sequence[str]) -> None:
        """What is not there is deleted already."""
        ...

    async def find(self, key: str) -> Stored | None: ...

    async def list(self, after: str = "", *, limit: int = 1000) -> Sequence[Stored]:
        """Some of what is there, in an order of the store's own, behind the key `after`; nothing behind the last."""
        ...

    async def tidy(self, before: datetime) -> int:
        """Remove what writes left behind that were cut off and untouched since then; answers how many."""
        ...

    async def room(self) -> int | None:
        """How many bytes may still come; None where nobody knows."""
        ...

    async def prepare(self) -> None:
        """Make what the store lies in where there is none: for the start alone, later an absent one is a failure.

        Raises StorageError.
        """
        ...

    async def check(self) -> None:
        """Raises StorageError when the store cannot be used now."""
        ...

    async def close(self) -> None: ...
