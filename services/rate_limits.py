"""How often somebody may do what is sensitive: each time is counted, however many of them one request asks for."""

from collections.abc import Iterable

from infra.correlation import client_address
from infra.rates import RateCounter
from models.actor import Actor
from models.errors import RateLimitedError
from models.rates import RATES, Counted, caller_of, parse_rate


class RateLimits:
    """The table's limits, but for those that are `written` otherwise, such as `login=30/60`."""

    def __init__(self, counter: RateCounter, written: Iterable[str] = ()) -> None:
        self._counter = counter
        self._rates = {**RATES, **dict(map(parse_rate, written))}

    async def count(self, actor: Actor, what: Counted) -> None:
        """Once more. Raises RateLimitedError, and then nothing was counted."""
        if not await self._counter.hit(*self._window(actor, what)):
            raise RateLimitedError(
                "This was done too often lately", retry_after_seconds=await self.seconds_left(actor, what)
            )

    async def seconds_left(self, actor: Actor, what: Counted) -> float:
        """Until it may be done once more; 0 when it may be done now."""
        return await self._counter.seconds_left(*self._window(actor, what))

    def _window(self, actor: Actor, what: Counted) -> tuple[str, int, int]:
        rate = self._rates[what]
        return f"{what}:{caller_of(actor, client_address.get())}", rate.times, rate.seconds
