"""A circuit breaker that all processes share through Redis; each has its own while Redis is away."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from infra.http.circuit import BreakerRules, BreakerState, Circuit, Outcome, Phase, admit, closed, describe, settle
from infra.http.errors import BreakerOpenError
from infra.outage import Outage

T = TypeVar("T")

log = structlog.get_logger()

DEFAULT_RULES = BreakerRules()

_TTL_SECONDS = 24 * 3600
"""Far longer than a pause: only a service that nobody calls any more is forgotten."""
_PATIENCE_SECONDS = 0.4
_PAUSE_SECONDS = 1.0
_CIRCUIT = TypeAdapter(Circuit)
_REPLACE = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""


class CircuitBreaker:
    """Time is that of the Redis server, carried on by our monotonic clock while Redis is away.

    After a failure Redis is left alone for a second, and the circuit as this process last saw it goes on from there.
    """

    def __init__(self, service: str, redis: Redis, rules: BreakerRules = DEFAULT_RULES) -> None:
        self.service = service
        self._rules = rules
        self._redis = redis
        self._key = f"medianest:breaker:{service}"
        self._replace = redis.register_script(_REPLACE)
        self._lock = asyncio.Lock()
        self._seen = Circuit()
        self._clock_lead = time.time() - time.monotonic()
        self._outage = Outage(f"breaker.{service}.redis")
        self._away_until = 0.0

    async def call(self, work: Callable[[], Awaitable[T]], judge: Callable[[Exception], Outcome]) -> T:
        """What `work` returns or raises. `judge` says what its error means; being cancelled means nothing.

        Raises BreakerOpenError, without calling `work`, while the circuit is open or another probe is under way.
        """
        turn = await self._admit()
        outcome = Outcome.NEITHER
        try:
            result = await work()
            outcome = Outcome.SUCCESS
        except Exception as error:
            outcome = judge(error)
            raise
        finally:
            await self._settle(turn, outcome)
        return result

    async def state(self) -> BreakerState:
        return await self._move(lambda circuit, now: (circuit, describe(circuit, self._rules, now)))

    async def reset(self) -> None:
        """Close it by hand. While Redis is away this reaches only the present process."""
        await self._move(lambda circuit, _now: (closed(circuit), None))

    async def _admit(self) -> int:
        def let_through(circuit: Circuit, now: float) -> tuple[Circuit, int]:
            admitted = admit(circuit, self._rules, now)
            if admitted is None:
                raise BreakerOpenError(self.service, describe(circuit, self._rules, now).retry_at)
            return admitted, admitted.turn

        return await self._move(let_through)

    async def _settle(self, turn: int, outcome: Outcome) -> None:
        jitter = random.random()  # noqa: S311  (no secret)

        def report(circuit: Circuit, now: float) -> tuple[Circuit, BreakerState | None]:
            after = settle(circuit, turn, outcome, self._rules, now, jitter=jitter)
            return after, describe(after, self._rules, now) if after.retry_at != circuit.retry_at else None

        changed = await self._move(report)
        if changed is not None:
            opened = changed.state is Phase.OPEN
            log.warning(
                "breaker.opened" if opened else "breaker.closed", service=self.service, failures=changed.failures
            )

    async def _move(self, change: Callable[[Circuit, float], tuple[Circuit, T]]) -> T:
        """Keep the circuit that `change` makes of the present one and the time, and return what else it says.

        One at a time in each process: they would only race each other for the same key.
        """
        async with self._lock:
            if time.monotonic() >= self._away_until:
                try:
                    async with asyncio.timeout(_PATIENCE_SECONDS):
                        return await self._move_shared(change)
                except (RedisError, OSError) as error:
                    self._away_until = time.monotonic() + _PAUSE_SECONDS
                    self._outage.failed(error)
            self._seen, result = change(self._seen, time.monotonic() + self._clock_lead)
            return result

    async def _move_shared(self, change: Callable[[Circuit, float], tuple[Circuit, T]]) -> T:
        while True:
            raw = await self._read()
            self._outage.worked()
            changed, result = change(self._seen, time.monotonic() + self._clock_lead)
            if changed == self._seen or await self._replace(
                keys=[self._key], args=[raw, _CIRCUIT.dump_json(changed), _TTL_SECONDS]
            ):
                self._seen = changed
                return result

    async def _read(self) -> bytes:
        """See what Redis holds and what time it is there."""
        pipe: Any  # its commands are queued, not awaited
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.get(self._key)
            pipe.time()
            raw, (seconds, microseconds) = await pipe.execute()
        self._seen = _parse(raw or b"")
        self._clock_lead = seconds + microseconds / 1_000_000 - time.monotonic()
        return raw or b""


def _parse(raw: bytes) -> Circuit:
    try:
        return _CIRCUIT.validate_json(raw) if raw else Circuit()
    except ValidationError:  # another version of this program wrote it
        return Circuit()
