"""Batches read through the cache: one round trip to the cache, then one statement for what it does not have."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from infra.cache.base import Cache, Entry

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CachedBatch(Generic[T]):
    """`tag` is the kind of cache tag that makes an entry stale: `download` for `download:<key>` (see PURGES).

    `fetch` answers a value for each key it finds; for the others `absent()` is the value, and it is cached as well.
    """

    name: str
    tag: str
    fetch: Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, T]]]
    dump: Callable[[T], Any]
    restore: Callable[[Any], T]
    absent: Callable[[], T]
    ttl_seconds: int = 300

    async def load(self, cache: Cache, keys: Sequence[UUID]) -> list[T]:
        """The values in the order of `keys`."""
        entries = {key: Entry(f"{self.name}:{key}", f"{self.tag}:{key}") for key in keys}
        lookup = await cache.get(list(entries.values()))
        values: dict[UUID, T] = {}
        for key, raw in zip(entries, lookup.values, strict=True):
            # what another version wrote and this one cannot read is not there
            with suppress(ValueError, KeyError, TypeError):
                if raw is not None:
                    values[key] = self.restore(json.loads(raw))
        if missing := [key for key in entries if key not in values]:
            found = await self.fetch(missing)
            fresh = {key: found[key] if key in found else self.absent() for key in missing}
            packed = {entries[key]: json.dumps(self.dump(value)).encode() for key, value in fresh.items()}
            await cache.put(packed, lookup.generations, self.ttl_seconds)
            values |= fresh
        return [values[key] for key in keys]
