"""How fast a service may be asked, all processes together, and until when not at all, once it said so."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from infra.http.errors import UpstreamPausedError
from infra.rates import RateCounter
from infra.redis import PatientRedis

_SHORT = timedelta(seconds=2)
"""The pause after a refusal that names none."""
_LONGEST_QUEUE = 2
"""So many times as many as may go at once wait; who comes then would wait too long."""


class Pace:
    """`times` within any stretch of `seconds`; who comes too early waits."""

    def __init__(self, service: str, redis: PatientRedis, counter: RateCounter, times: int, seconds: int = 1) -> None:
        self._service = service
        self._redis = redis
        self._counter = counter
        self._window = f"pace:{service}", times, seconds
        self._key = f"medianest:pause:{service}"
        self._until = 0.0
        self._waiting = 0

    async def turn(self) -> None:
        """Wait until one more may be sent. Raises UpstreamPausedError while none may, or too many wait."""
        until = await self._redis.ask(lambda redis: redis.get(self._key))
        paused_until = max(self._until, float(until or 0))
        if paused_until > time.time():
            raise UpstreamPausedError(self._service, datetime.fromtimestamp(paused_until, UTC))
        _, times, seconds = self._window
        if self._waiting >= times * _LONGEST_QUEUE:
            raise UpstreamPausedError(self._service, datetime.now(UTC) + timedelta(seconds=seconds))
        self._waiting += 1
        try:
            while not await self._counter.hit(*self._window):  # noqa: ASYNC110  (others take turns, elsewhere too)
                await asyncio.sleep(await self._counter.seconds_left(*self._window))
        finally:
            self._waiting -= 1

    async def pause(self, until: datetime | None) -> None:
        """The service wants to hear nothing before; None when it did not say for how long."""
        now = datetime.now(UTC)
        end = max(until or now + _SHORT, now)
        self._until = end.timestamp()
        milliseconds = int((end - now).total_seconds() * 1000) + 1
        await self._redis.ask(lambda redis: redis.set(self._key, self._until, px=milliseconds))
