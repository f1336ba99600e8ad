"""Wake-ups between processes over Redis. They carry nothing that is not in the database or gone in a minute anyway."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any, cast

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

_AWAY = (RedisError, OSError)
_LATEST_TTL_SECONDS = 60
_RETRY_SECONDS = 0.5

EVENTS = "events"
"""Something was committed to the event log."""
TICKS = "ticks"
"""Progress, as JSON."""


class PubSub:
    """Publishing never raises and never waits long: a listener that misses a message polls the database anyway."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self.is_connected = False

    async def publish(self, channel: str, message: bytes = b"") -> None:
        try:
            await self._redis.publish(channel, message)
        except _AWAY as error:
            log.debug("pubsub.unpublished", channel=channel, error=str(error))

    async def publish_latest(self, channel: str, key: str, message: bytes) -> None:
        """Publish, and keep as the latest value under `key` for a minute."""
        try:
            pipe: Any  # its commands are queued, not awaited
            async with self._redis.pipeline(transaction=False) as pipe:
                pipe.set(f"{channel}:{key}", message, ex=_LATEST_TTL_SECONDS)
                pipe.publish(channel, message)
                await pipe.execute()
        except _AWAY as error:
            log.debug("pubsub.unpublished", channel=channel, error=str(error))

    async def latest(self, channel: str, keys: Sequence[str]) -> list[bytes | None]:
        try:
            names = [f"{channel}:{key}" for key in keys]
            return await cast("Awaitable[list[bytes | None]]", self._redis.mget(names))
        except _AWAY:
            return [None] * len(keys)

    async def forget(self, channel: str, key: str) -> None:
        try:
            await self._redis.delete(f"{channel}:{key}")
        except _AWAY as error:
            log.debug("pubsub.unforgotten", channel=channel, error=str(error))

    async def listen(self, *channels: str) -> AsyncIterator[tuple[str, bytes]]:
        """Every message of `channels`, for ever; whoever listens must be able to live with gaps."""
        while True:
            try:
                async with self._redis.pubsub() as subscription:
                    await subscription.subscribe(*channels)
                    self.is_connected = True
                    while True:
                        message = await subscription.get_message(ignore_subscribe_messages=True, timeout=10)
                        if message is not None:
                            yield message["channel"].decode(), message["data"]
            except _AWAY as error:
                log.warning("pubsub.away", error=str(error) or type(error).__name__)
            finally:
                self.is_connected = False
            await asyncio.sleep(_RETRY_SECONDS)
