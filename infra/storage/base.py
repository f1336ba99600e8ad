"""The storage port: finished files under generated keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class StorageError(Exception):
    """The store did not do as asked; the text says what happened."""


class StorageFullError(StorageError):
    """No room is left."""


@dataclass(frozen=True, slots=True)
class Link:
    """How an object is to be handed out. `disposition` is `inline` or `attachment`; `head` asks for no bytes."""

    filename: str
    expires_in_seconds: int
    disposition: str = "inline"
    head: bool = False


@dataclass(frozen=True, slots=True)
class Served:
    """How the outside gets at an object: a `path` that we serve, or the store's own signed `address`."""

    path: Path | None = None
    address: str | None = None


class Storage(Protocol):
    async def put(self, key: str, source: Path, *, mime_type: str | None = None) -> None:
        """Take the file over. Whole or not at all; `source` is gone afterwards. The same key twice is the same object.

        Raises StorageFullError, StorageError.
        """
        ...

    async def serve(self, key: str, link: Link) -> Served | None:
        """None when there is no such object."""
        ...

    async def delete(self, keys: Sequence[str]) -> None:
        """What is not there is deleted already."""
        ...

    async def check(self) -> None:
        """Raises StorageError when the store cannot be used now."""
        ...

    async def close(self) -> None: ...
