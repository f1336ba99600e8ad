"""Wake-ups between processes over Redis. They carry nothing that is not in the database or gone in a minute anyway."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

T = TypeVar("T")

log = structlog.get_logger()

_AWAY = (RedisError, OSError)
_LATEST_TTL_SECONDS = 60
_RETRY_SECONDS = 0.5
_PATIENCE_SECONDS = 0.4
_PAUSE_SECONDS = 1.0
_SILENCE_SECONDS = 1.0

EVENTS = "medianest:events"
"""Something was committed to the event log."""
TICKS = "medianest:ticks"
"""Progress, as JSON."""


class PubSub:
    """Publishing never raises and never waits long: a listener that misses a message polls the database anyway.

    After a failure Redis is left alone for a second.
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._away_until = 0.0
        self.is_connected = False

    async def publish(self, channel: str, message: bytes = b"") -> None:
        await self._ask(lambda: self._redis.publish(channel, message))

    async def publish_latest(self, channel: str, key: str, message: bytes) -> None:
        """Publish, and keep as the latest value under `key` for a minute."""

        async def send() -> None:
            pipe: Any  # its commands are queued, not awaited
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.set(f"{channel}:{key}", message, ex=_LATEST_TTL_SECONDS)
                pipe.publish(channel, message)
                await pipe.execute()

        await self._ask(send)

    async def latest(self, channel: str, keys: Sequence[str]) -> list[bytes | None]:
        names = [f"{channel}:{key}" for key in keys]
        found = await self._ask(lambda: cast("Awaitable[list[bytes | None]]", self._redis.mget(names)))
        return [None] * len(keys) if found is None else found

    async def forget(self, channel: str, key: str) -> None:
        await self._ask(lambda: self._redis.delete(f"{channel}:{key}"))

    async def listen(self, *channels: str) -> AsyncIterator[tuple[str, bytes]]:
        """Every message of `channels`, for ever; whoever listens must be able to live with gaps."""
        while True:
            try:
                async with self._redis.pubsub() as subscription:
                    await subscription.subscribe(*channels)
                    self.is_connected = True
                    async for message in _heard(subscription):
                        yield message["channel"].decode(), message["data"]
            except _AWAY as error:
                log.warning("pubsub.away", error=str(error) or type(error).__name__)
            finally:
                self.is_connected = False
            await asyncio.sleep(_RETRY_SECONDS)

    async def _ask(self, command: Callable[[], Awaitable[T]]) -> T | None:
        """None while Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await command()
        except _AWAY as error:
            self._away_until = time.monotonic() + _PAUSE_SECONDS
            log.debug("pubsub.unanswered", error=str(error) or type(error).__name__)
            return None


async def _heard(subscription: Any) -> AsyncIterator[dict[str, Any]]:
    """What arrives on a subscription. Raises TimeoutError when a silent Redis does not answer a ping either."""
    is_pinged = False
    while True:
        message = await subscription.get_message(timeout=_SILENCE_SECONDS)
        if message is None:
            if is_pinged:
                raise TimeoutError
            await subscription.ping()
        elif message["type"] == "message":
            yield message
        is_pinged = message is None
