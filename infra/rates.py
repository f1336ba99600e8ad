"""How often something was done lately: counted in Redis for all processes, and in this one besides."""

import asyncio
import time

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from infra.redis import PatientRedis


class RateCounter:
    """Moving windows: at most so many times within any stretch of so many seconds.

    Exact while Redis is there. While it is away each process goes on with what it counted itself, which it has done all
    along: a Redis that went away, or came back empty, gives nobody a fresh start here.
    """

    def __init__(self, redis: PatientRedis) -> None:
        storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix="medianest:rates",
            connection_pool=redis.client.connection_pool,  # type: ignore[arg-type]  # declared too narrowly
        )
        self._redis = redis
        self._everywhere = MovingWindowRateLimiter(storage)
        self._here = MovingWindowRateLimiter(MemoryStorage())
        # one after the other: many at the same moment would open as many connections, and take that for a slow Redis
        self._turn = asyncio.Lock()

    async def hit(self, key: str, times: int, seconds: int) -> bool:
        """Count one more; False, and nothing is counted, when it would be one too many."""
        window = RateLimitItemPerSecond(times, seconds)
        async with self._turn:
            if not await self._here.test(window, key):
                return False
            if await self._redis.ask(lambda _: self._everywhere.hit(window, key)) is False:
                return False
            return await self._here.hit(window, key)

    async def seconds_left(self, key: str, times: int, seconds: int) -> float:
        """Until one more is let in; 0 when it would be now."""
        window = RateLimitItemPerSecond(times, seconds)
        here = await self._here.get_window_stats(window, key)
        everywhere = await self._redis.ask(lambda _: self._everywhere.get_window_stats(window, key))
        full = [known.reset_time for known in (here, everywhere) if known is not None and known.remaining <= 0]
        return max(0.0, max(full, default=0.0) - time.time())
