"""Redis as this server uses it: never waited for, left alone for a second after a failure, missed by nobody."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

T = TypeVar("T")

log = structlog.get_logger()

AWAY = (RedisError, OSError)
_PATIENCE_SECONDS = 0.4
_PAUSE_SECONDS = 1.0


class PatientRedis:
    """One for the process: a slow Redis costs one short wait, not one for each who asks. `client` is Redis itself."""

    def __init__(self, client: Redis) -> None:
        self.client = client
        self._away_until = 0.0

    async def ask(self, command: Callable[[Any], Awaitable[T]]) -> T | None:
        """The answer of `command`, which gets the client; None while Redis is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await command(self.client)
        except AWAY as error:
            self._away_until = time.monotonic() + _PAUSE_SECONDS
            log.warning("redis.away", error=str(error) or type(error).__name__)
            return None
