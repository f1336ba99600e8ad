"""Redis as this server uses it: never waited for, left alone for a second after a failure, missed by nobody."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from infra.outage import Outage

T = TypeVar("T")

AWAY = (RedisError, OSError)
_PATIENCE_SECONDS = 0.4
_PAUSE_SECONDS = 1.0


class PatientRedis:
    """One for the process: a slow Redis costs one short wait, not one for each who asks. `client` is Redis itself."""

    def __init__(self, client: Redis) -> None:
        self.client = client
        self.outage = Outage("redis")
        self._away_until = 0.0

    async def ask(self, command: Callable[[Any], Awaitable[T]]) -> T | None:
        """The answer of `command`, which gets the client; None while Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                answer = await command(self.client)
        except AWAY as error:
            self._away_until = time.monotonic() + _PAUSE_SECONDS
            self.outage.failed(error)
            return None
        self.outage.worked()
        return answer
