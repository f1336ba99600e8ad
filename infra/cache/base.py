"""The cache port: values that may be lost at any time, and tags that make them stale.

Every tag has a generation. A value is written together with the generation that was current *before* it was read
from the database, and counts only while that is still the tag's generation: a purge between the two can never leave
an old value behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """`tag` is what a purge names; several keys may share one."""

    key: str
    tag: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """`values` in the order asked for, None where nothing current is kept; `generations` go back in with `put`."""

    values: list[bytes | None]
    generations: Mapping[str, bytes]


class Cache(Protocol):
    """No method raises when the cache is away: then nothing is found and nothing is kept."""

    async def get(self, entries: Sequence[Entry]) -> Lookup:
        """One round trip for the whole batch."""
        ...

    async def put(self, values: Mapping[Entry, bytes], generations: Mapping[str, bytes], ttl_seconds: int) -> None: ...

    async def purge(self, tags: Iterable[str]) -> None:
        """Make everything under `tags` stale, for every process. What could not be purged now is purged first thing
        when the cache is back, before anything is read from it.
        """
        ...
