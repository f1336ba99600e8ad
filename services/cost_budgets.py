"""What callers may spend on operations. Counted in this process alone: Redis would cost more than many answers do."""

import time
from collections import OrderedDict
from collections.abc import Callable

from models.actor import Actor
from models.rates import COST_SECONDS, Allowance, caller_of

_ROUNDING = 1e-6


class CostBudgets:
    """Each caller has a budget of `limit`, and what they spend of it comes back evenly, all of it within a minute."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = max(1, limit)
        self._clock = clock
        self._whole_at: OrderedDict[str, float] = OrderedDict()  # in the order in which callers came last

    def charge(self, actor: Actor, address: str, cost: int) -> Allowance:
        """Take `cost`, or nothing when there is too little. What costs more than a whole budget takes a whole one."""
        now, caller = self._clock(), caller_of(actor, address)
        self._forget(now)
        cost = min(cost, self._limit)
        before = max(self._whole_at.get(caller, now), now)
        after = before + cost * COST_SECONDS / self._limit
        wait = after - now - COST_SECONDS
        if wait > _ROUNDING:
            return self._allowance(before - now, cost, wait)
        self._whole_at[caller] = after
        self._whole_at.move_to_end(caller)
        return self._allowance(after - now, cost)

    def _allowance(self, reset_seconds: float, cost: int, wait_seconds: float = 0) -> Allowance:
        remaining = int(self._limit * (1 - reset_seconds / COST_SECONDS) + _ROUNDING)
        return Allowance(self._limit, max(0, remaining), reset_seconds, cost, wait_seconds)

    def _forget(self, now: float) -> None:
        """Those who came longest ago and have a whole budget: only callers of the last minute are remembered."""
        while self._whole_at and next(iter(self._whole_at.values())) <= now:
            self._whole_at.popitem(last=False)
