"""Wake-ups between processes over Redis. They carry nothing that is not in the database or gone in a minute anyway."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from infra.redis import AWAY, PatientRedis

_LATEST_TTL_SECONDS = 60
_RETRY_SECONDS = 0.5
_SILENCE_SECONDS = 1.0

EVENTS = "medianest:events"
"""Something was committed to the event log."""
TICKS = "medianest:ticks"
"""Progress, as JSON."""


class PubSub:
    """A listener that misses a message polls the database anyway."""

    def __init__(self, redis: PatientRedis) -> None:
        self._redis = redis
        self.is_connected = False

    async def publish(self, channel: str, message: bytes = b"") -> None:
        await self._redis.ask(lambda redis: redis.publish(channel, message))

    async def publish_latest(self, channel: str, key: str, message: bytes) -> None:
        """Publish, and keep as the latest value under `key` for a minute."""

        async def send(redis: Any) -> None:
            async with redis.pipeline(transaction=False) as pipe:
                pipe.set(f"{channel}:{key}", message, ex=_LATEST_TTL_SECONDS)
                pipe.publish(channel, message)
                await pipe.execute()

        await self._redis.ask(send)

    async def latest(self, channel: str, keys: Sequence[str]) -> list[bytes | None]:
        names = [f"{channel}:{key}" for key in keys]
        found: list[bytes | None] | None = await self._redis.ask(lambda redis: redis.mget(names))
        return [None] * len(keys) if found is None else found

    async def forget(self, channel: str, key: str) -> None:
        await self._redis.ask(lambda redis: redis.delete(f"{channel}:{key}"))

    async def listen(self, *channels: str) -> AsyncIterator[tuple[str, bytes]]:
        """Every message of `channels`, for ever; whoever listens must be able to live with gaps."""
        while True:
            try:
                async with self._redis.client.pubsub() as subscription:
                    await subscription.subscribe(*channels)
                    self.is_connected = True
                    async for message in self._heard(subscription):
                        yield message["channel"].decode(), message["data"]
            except AWAY as error:
                self._redis.outage.failed(error)
            finally:
                self.is_connected = False
            await asyncio.sleep(_RETRY_SECONDS)

    async def _heard(self, subscription: Any) -> AsyncIterator[dict[str, Any]]:
        """What arrives on a subscription. Raises TimeoutError when a silent Redis does not answer a ping either."""
        is_pinged = False
        while True:
            message = await subscription.get_message(timeout=_SILENCE_SECONDS)
            if message is not None:
                self._redis.outage.worked()
                if message["type"] == "message":
                    yield message
            elif is_pinged:
                raise TimeoutError
            else:
                await subscription.ping()
            is_pinged = message is None
