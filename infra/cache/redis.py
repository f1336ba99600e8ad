"""The cache in Redis: one MGET a batch, values and the generations of their tags together."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from typing_extensions import override
from uuid_utils.compat import uuid7

from infra.cache.base import Cache, Entry, Lookup
from infra.redis import PatientRedis

_GENERATION_TTL_SECONDS = 24 * 3600
"""Longer than any value lives: a generation that is forgotten makes its values stale, never current again."""
_SEPARATOR = b"\n"
_PURGE = """
for _, tag in ipairs(cjson.decode(ARGV[1])) do redis.call('SET', ARGV[2] .. tag, ARGV[3], 'EX', ARGV[4]) end
"""
"""One command and one list in it, whatever their number: a pipeline takes 60 µs of ours for each tag, an argument 3."""


class RedisCache(Cache):
    def __init__(self, redis: PatientRedis) -> None:
        self._redis = redis
        self._unpurged: set[str] = set()

    @override
    async def get(self, entries: Sequence[Entry]) -> Lookup:
        found = await self._redis.ask(lambda redis: self._read(redis, entries))
        return found or Lookup([None] * len(entries), {})

    @override
    async def put(self, values: Mapping[Entry, bytes], generations: Mapping[str, bytes], ttl_seconds: int) -> None:
        known = {entry: value for entry, value in values.items() if entry.tag in generations}

        async def write(redis: Any) -> None:
            async with redis.pipeline(transaction=False) as pipe:
                for entry, value in known.items():
                    pipe.set(_value_key(entry), generations[entry.tag] + _SEPARATOR + value, ex=ttl_seconds)
                await pipe.execute()

        if known:
            await self._redis.ask(write)

    @override
    async def purge(self, tags: Iterable[str]) -> None:
        self._unpurged.update(tags)
        if self._unpurged:
            await self._redis.ask(self._purge_leftovers)

    async def _read(self, redis: Any, entries: Sequence[Entry]) -> Lookup:
        await self._purge_leftovers(redis)
        tags = sorted({entry.tag for entry in entries})
        found = await redis.mget([_value_key(entry) for entry in entries] + [_tag_key(tag) for tag in tags])
        raw, kept = found[: len(entries)], found[len(entries) :]
        generations = await _generations(redis, dict(zip(tags, kept, strict=True)))
        values = [_current(value, generations.get(entry.tag)) for entry, value in zip(entries, raw, strict=True)]
        return Lookup(values, generations)

    async def _purge_leftovers(self, redis: Any) -> None:
        if not self._unpurged:
            return
        purging = frozenset(self._unpurged)
        tags = json.dumps(list(purging))
        await redis.eval(_PURGE, 0, tags, _tag_key(""), uuid7().hex, _GENERATION_TTL_SECONDS)
        self._unpurged -= purging


async def _generations(redis: Any, found: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """Also for tags that had none yet: a value kept under no generation would outlive a purge that got lost."""
    generations = {tag: generation for tag, generation in found.items() if generation is not None}
    if missing := [tag for tag in found if tag not in generations]:
        async with redis.pipeline(transaction=False) as pipe:
            for tag in missing:
                pipe.set(_tag_key(tag), uuid7().hex, ex=_GENERATION_TTL_SECONDS, nx=True)
            pipe.mget([_tag_key(tag) for tag in missing])
            *_, made = await pipe.execute()
        generations |= {tag: value for tag, value in zip(missing, made, strict=True) if value is not None}
    return generations


def _value_key(entry: Entry) -> str:
    return f"medianest:cache:{entry.key}"


def _tag_key(tag: str) -> str:
    return f"medianest:tag:{tag}"


def _current(raw: bytes | None, generation: bytes | None) -> bytes | None:
    if raw is None or generation is None:
        return None
    written, _, value = raw.partition(_SEPARATOR)
    return value if written == generation else None
