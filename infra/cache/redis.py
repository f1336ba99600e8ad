"""The cache in Redis: one MGET a batch, values and the generations of their tags together."""

import asyncio
import time
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from typing_extensions import override
from uuid_utils.compat import uuid7

from infra.cache.base import Cache, Entry, Lookup

log = structlog.get_logger()

_GENERATION_TTL_SECONDS = 24 * 3600
"""Longer than any value lives: a generation that is forgotten makes its values stale, never current again."""
_PATIENCE_SECONDS = 0.4
_PAUSE_SECONDS = 1.0
_SEPARATOR = b"\n"


class RedisCache(Cache):
    """After a failure Redis is left alone for a second: a slow Redis costs one short wait, not one for each batch."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._away_until = 0.0
        self._unpurged: set[str] = set()

    @override
    async def get(self, entries: Sequence[Entry]) -> Lookup:
        tags = sorted({entry.tag for entry in entries})
        nothing = Lookup([None] * len(entries), {})
        if self._is_away():
            return nothing
        try:
            keys = [_value_key(entry) for entry in entries] + [_tag_key(tag) for tag in tags]
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._purge_leftovers()
                found = await cast("Awaitable[list[bytes | None]]", self._redis.mget(keys))
                generations = await self._generations(dict(zip(tags, found[len(entries) :], strict=True)))
        except (RedisError, OSError) as error:
            self._step_aside(error)
            return nothing
        values = [
            _current(raw, generations.get(entry.tag)) for entry, raw in zip(entries, found[: len(entries)], strict=True)
        ]
        return Lookup(values, generations)

    @override
    async def put(self, values: Mapping[Entry, bytes], generations: Mapping[str, bytes], ttl_seconds: int) -> None:
        known = {entry: value for entry, value in values.items() if entry.tag in generations}
        if not known or self._is_away():
            return
        try:
            pipe: Any  # its commands are queued, not awaited
            async with asyncio.timeout(_PATIENCE_SECONDS), self._redis.pipeline(transaction=False) as pipe:
                for entry, value in known.items():
                    pipe.set(_value_key(entry), generations[entry.tag] + _SEPARATOR + value, ex=ttl_seconds)
                await pipe.execute()
        except (RedisError, OSError) as error:
            self._step_aside(error)

    @override
    async def purge(self, tags: Iterable[str]) -> None:
        self._unpurged.update(tags)
        if not self._unpurged or self._is_away():
            return
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._purge_leftovers()
        except (RedisError, OSError) as error:
            self._step_aside(error)

    async def _generations(self, found: Mapping[str, bytes | None]) -> dict[str, bytes]:
        """Also for tags that had none yet: a value kept under no generation would outlive a purge that got lost."""
        missing = [tag for tag, generation in found.items() if generation is None]
        generations = {tag: generation for tag, generation in found.items() if generation is not None}
        if missing:
            pipe: Any
            async with self._redis.pipeline(transaction=False) as pipe:
                for tag in missing:
                    pipe.set(_tag_key(tag), uuid7().hex, ex=_GENERATION_TTL_SECONDS, nx=True)
                pipe.mget([_tag_key(tag) for tag in missing])
                *_, made = await pipe.execute()
            generations |= {tag: value for tag, value in zip(missing, made, strict=True) if value is not None}
        return generations

    async def _purge_leftovers(self) -> None:
        if not self._unpurged:
            return
        purging = frozenset(self._unpurged)
        pipe: Any
        async with self._redis.pipeline(transaction=False) as pipe:
            for tag in purging:
                pipe.set(_tag_key(tag), uuid7().hex, ex=_GENERATION_TTL_SECONDS)
            await pipe.execute()
        self._unpurged -= purging

    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _step_aside(self, error: Exception) -> None:
        self._away_until = time.monotonic() + _PAUSE_SECONDS
        log.warning("cache.away", error=str(error) or type(error).__name__)


def _value_key(entry: Entry) -> str:
    return f"medianest:cache:{entry.key}"


def _tag_key(tag: str) -> str:
    return f"medianest:tag:{tag}"


def _current(raw: bytes | None, generation: bytes | None) -> bytes | None:
    if raw is None or generation is None:
        return None
    written, _, value = raw.partition(_SEPARATOR)
    return value if written == generation else None
