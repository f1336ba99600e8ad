"""A cache in this process: for tests, and wherever one process is all there is."""

import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from typing_extensions import override

from infra.cache.base import Cache, Entry, Lookup


class MemoryCache(Cache):
    def __init__(self, *, max_entries: int = 10_000) -> None:
        self._values: dict[str, tuple[bytes, bytes, float]] = {}
        self._generations: dict[str, bytes] = {}
        self._numbers = count(1)
        self._max_entries = max_entries

    @override
    async def get(self, entries: Sequence[Entry]) -> Lookup:
        generations = {entry.tag: self._generations.get(entry.tag, b"0") for entry in entries}
        return Lookup([self._current(entry, generations[entry.tag]) for entry in entries], generations)

    @override
    async def put(self, values: Mapping[Entry, bytes], generations: Mapping[str, bytes], ttl_seconds: int) -> None:
        deadline = time.monotonic() + ttl_seconds
        for entry, value in values.items():
            self._values.pop(entry.key, None)
            self._values[entry.key] = (generations[entry.tag], value, deadline)
        while len(self._values) > self._max_entries:
            self._values.pop(next(iter(self._values)))

    @override
    async def purge(self, tags: Iterable[str]) -> None:
        for tag in tags:
            self._generations[tag] = str(next(self._numbers)).encode()

    def _current(self, entry: Entry, generation: bytes) -> bytes | None:
        kept = self._values.get(entry.key)
        if kept is None or kept[0] != generation or kept[2] < time.monotonic():
            return None
        return kept[1]
