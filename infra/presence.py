"""Who is here, in Redis: lost with it, and known again a few seconds later."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from infra.redis import PatientRedis

_KEY = "medianest:online"
_BEAT_SECONDS = 10.0
HERE_SECONDS = 30.0
"""Who was not seen for so long has left."""


class Presence:
    """Every process tells together, now and then, whom it saw."""

    def __init__(self, redis: PatientRedis) -> None:
        self._redis = redis
        self._seen: set[UUID] = set()

    def note(self, user_id: UUID) -> None:
        self._seen.add(user_id)

    async def keep(self, connected: Callable[[], Iterable[UUID]]) -> None:
        """For ever; `connected` are those who are here without asking for anything."""
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            self._seen.update(connected())
            await self.tell()

    async def tell(self) -> None:
        """While Redis is away nothing is kept for later: it would not be true by then."""
        seen, self._seen = self._seen, set()
        now = time.time()

        async def write(redis: Any) -> None:
            async with redis.pipeline(transaction=False) as pipe:
                if seen:
                    pipe.zadd(_KEY, {user_id.hex: now for user_id in seen})
                pipe.zremrangebyscore(_KEY, "-inf", now - HERE_SECONDS)
                await pipe.execute()

        await self._redis.ask(write)

    async def are_here(self, user_ids: Sequence[UUID]) -> list[bool | None]:
        """In the order asked for; None while nobody can tell."""
        keys = [user_id.hex for user_id in user_ids]
        scores = await self._redis.ask(lambda redis: redis.zmscore(_KEY, keys))
        if scores is None:
            return [None] * len(keys)
        seen = zip(user_ids, scores, strict=True)
        since = time.time() - HERE_SECONDS
        return [user_id in self._seen or (score or 0.0) > since for user_id, score in seen]

    async def all(self, limit: int) -> list[UUID] | None:
        """Those seen last come first; None while nobody can tell."""
        found = await self._redis.ask(
            lambda redis: redis.zrange(
                _KEY, "+inf", time.time() - HERE_SECONDS, byscore=True, desc=True, offset=0, num=limit
            )
        )
        return None if found is None else [UUID(hex=key.decode()) for key in found]
