"""Answers of a system elsewhere: given again while they are fresh, and kept on for when it cannot give new ones."""

import asyncio
import json
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from infra.http.errors import UpstreamError
from infra.redis import PatientRedis

Ask = Callable[[], Awaitable[Any]]
"""Gets an answer, made of JSON values, from the system itself. Raises UpstreamError."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """For how long an answer is given without asking, for how long it is kept at all, and how long somebody waits for a
    new one who could have an old one.
    """

    fresh_seconds: int = 6 * 3600
    kept_seconds: int = 5 * 24 * 3600
    patience_seconds: float = 1.0


class _Kept(NamedTuple):
    asked_at: float
    value: Any


class KeptAnswers:
    """In Redis, for all processes. While it is away every answer comes from the system itself.

    Whoever wants the same at the same time waits for the same answer, which does not depend on their patience.
    """

    def __init__(self, redis: PatientRedis, name: str, shelf: Shelf = Shelf()) -> None:
        self._redis = redis
        self._name = name
        self._shelf = shelf
        self._under_way: dict[str, asyncio.Task[Any]] = {}

    async def get(self, wanted: Mapping[str, Ask]) -> list[Any | UpstreamError]:
        """In the order of `wanted`: the answer, or why there is none, not even an old one."""
        kept = await self._read(list(wanted))
        return await asyncio.gather(*(self._answer(key, kept.get(key), ask) for key, ask in wanted.items()))

    async def close(self) -> None:
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _answer(self, key: str, kept: _Kept | None, ask: Ask) -> Any | UpstreamError:
        if kept and 0 <= time.time() - kept.asked_at < self._shelf.fresh_seconds:
            return kept.value
        task = self._asking(key, ask)
        done, _ = await asyncio.wait({task}, timeout=self._shelf.patience_seconds if kept else None)
        if done and not task.cancelled() and not isinstance(task.exception(), UpstreamError):
            return task.result()
        return kept.value if kept else task.exception()

    def _asking(self, key: str, ask: Ask) -> asyncio.Task[Any]:
        if key not in self._under_way:
            task = self._under_way[key] = asyncio.create_task(self._ask(key, ask))
            task.add_done_callback(lambda done: self._forget(key, done))
        return self._under_way[key]

    async def _ask(self, key: str, ask: Ask) -> Any:
        value = await ask()
        packed = zlib.compress(json.dumps([time.time(), value]).encode())
        await self._redis.ask(lambda redis: redis.set(self._place(key), packed, ex=self._shelf.kept_seconds))
        return value

    def _forget(self, key: str, task: asyncio.Task[Any]) -> None:
        del self._under_way[key]
        if not task.cancelled():
            task.exception()  # seen: whoever wanted it may be gone

    async def _read(self, keys: list[str]) -> dict[str, _Kept]:
        found = await self._redis.ask(lambda redis: redis.mget([self._place(key) for key in keys])) if keys else None
        return {key: kept for key, raw in zip(keys, found or (), strict=False) if (kept := _unpacked(raw))}

    def _place(self, key: str) -> str:
        return f"medianest:kept:{self._name}:{key}"


def _unpacked(raw: bytes | None) -> _Kept | None:
    """What another version wrote and this one cannot read is not there."""
    try:
        return _Kept(*json.loads(zlib.decompress(raw))) if raw else None
    except (ValueError, TypeError, zlib.error):
        return None
