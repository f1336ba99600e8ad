import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from redis.asyncio import Redis

from infra.correlation import client_address
from infra.rates import RateCounter
from infra.redis import PatientRedis
from medianest.wiring.backbone import Backbone
from models.actor import ANONYMOUS, Actor
from models.errors import RateLimitedError
from models.rates import RATES, Counted
from models.users import LoginFailures
from services.lockout import FREE_TRIES, Lockout
from services.rate_limits import RateLimits
from tests.factories.clock import Clock

ADA, BOB = Actor(user_id=UUID(int=1)), Actor(user_id=UUID(int=2))
LIMIT = ("login:ada", 5, 60)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(time.time())
    monkeypatch.setattr(time, "time", clock)
    return clock


@asynccontextmanager
async def process(redis_url: str) -> AsyncIterator[RateCounter]:
    """What one of several processes counts with."""
    async with Redis.from_url(redis_url) as redis:
        yield RateCounter(PatientRedis(redis))


async def hits(counter: RateCounter, times: int) -> int:
    """How many of so many at the same time are let in."""
    return sum(await asyncio.gather(*(counter.hit(*LIMIT) for _ in range(times))))


class TestRateCounter:
    async def test_two_processes_let_in_no_more_and_no_fewer(self, redis_url: str) -> None:
        async with process(redis_url) as one, process(redis_url) as two:
            assert sum(await asyncio.gather(hits(one, 25), hits(two, 25))) == LIMIT[1]

    async def test_waiting_as_long_as_told_is_enough(self, redis_url: str, clock: Clock) -> None:
        async with process(redis_url) as one, process(redis_url) as two:
            assert await hits(one, 3) == 3
            clock.now += 20
            assert await hits(two, 5) == 2
            for counter in (one, two):
                assert await counter.seconds_left(*LIMIT) == pytest.approx(40, abs=0.01)
            clock.now += await one.seconds_left(*LIMIT) - 0.5
            assert not await one.hit(*LIMIT)
            clock.now += 0.51
            assert await two.seconds_left(*LIMIT) == 0
            assert await hits(two, 5) == 3

    async def test_refused_ones_do_not_count(self, redis_url: str, clock: Clock) -> None:
        async with process(redis_url) as one, process(redis_url) as two:
            assert await hits(one, 5) == 5
            clock.now += 50
            assert await hits(two, 50) == 0
            clock.now += 10.01
            assert await hits(two, 50) == 5

    async def test_without_redis_a_process_counts_by_itself(self, redis_url: str) -> None:
        async with process(f"{redis_url}.nowhere") as counter:
            assert await hits(counter, 50) == LIMIT[1]
            assert await counter.seconds_left(*LIMIT) == pytest.approx(60, abs=1)

    async def test_a_redis_that_forgot_gives_no_fresh_start(self, redis_url: str) -> None:
        async with process(redis_url) as counter:
            assert await hits(counter, 3) == 3
            async with Redis.from_url(redis_url) as redis:
                await redis.flushall()
                await redis.script_flush()
            assert await hits(counter, 50) == 2


@pytest.fixture(autouse=True)
def _somewhere() -> Iterator[None]:
    """Tests set it as they like."""
    token = client_address.set("203.0.113.1")
    yield
    client_address.reset(token)


@pytest.fixture
def counter(base: Backbone) -> RateCounter:
    return RateCounter(PatientRedis(base.redis))


@pytest.fixture
def limits(counter: RateCounter) -> RateLimits:
    return RateLimits(counter, [f"{what}=2/60" for what in Counted])


async def is_refused(limits: RateLimits, actor: Actor, what: Counted = Counted.LOGIN) -> bool:
    try:
        await limits.count(actor, what)
    except RateLimitedError:
        return True
    return False


class TestRateLimits:
    @pytest.mark.parametrize("what", Counted)
    async def test_every_one_has_a_limit(self, counter: RateCounter, what: Counted) -> None:
        limits, rate = RateLimits(counter), RATES[what]
        tries = await asyncio.gather(*(is_refused(limits, ADA, what) for _ in range(rate.times + 5)))
        assert sum(tries) == 5

    async def test_people_and_actions_are_counted_apart(self, limits: RateLimits) -> None:
        for actor in (ADA, ADA, BOB, ANONYMOUS):
            assert not await is_refused(limits, actor)
        assert await is_refused(limits, ADA)
        assert not await is_refused(limits, BOB)
        assert not await is_refused(limits, ADA, Counted.QUEUE_DOWNLOAD)

    async def test_a_person_is_one_wherever_they_are(self, limits: RateLimits) -> None:
        for number in range(3):
            client_address.set(f"203.0.113.{number}")
            assert await is_refused(limits, ADA) == (number == 2)

    async def test_a_refusal_says_how_long_in_whole_seconds(self, limits: RateLimits, clock: Clock) -> None:
        for _ in range(2):
            await limits.count(ADA, Counted.LOGIN)
        with pytest.raises(RateLimitedError, match=r"^This was done too often lately: try again in 61 seconds\.$"):
            await limits.count(ADA, Counted.LOGIN)
        clock.now += 61
        await limits.count(ADA, Counted.LOGIN)

    @pytest.mark.parametrize(
        ("address", "neighbour", "is_the_same"),
        [
            ("203.0.113.1", "203.0.113.2", False),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
            ("fe80::1%eth0", "fe80::2%eth0", True),
        ],
    )
    async def test_strangers_are_counted_by_address(
        self, limits: RateLimits, address: str, neighbour: str, is_the_same: bool
    ) -> None:
        client_address.set(address)
        for _ in range(2):
            assert not await is_refused(limits, ANONYMOUS)
        client_address.set(neighbour)
        assert await is_refused(limits, ANONYMOUS) == is_the_same


class TestLockout:
    """The pause after wrong passwords, and the limit of tries: whoever is refused hears of the longer wait."""

    @pytest.mark.parametrize(("seconds", "longer"), [(10, 15), (60, 60)])
    async def test_the_wait_covers_both(self, counter: RateCounter, clock: Clock, seconds: int, longer: int) -> None:
        lockout = Lockout(RateLimits(counter, [f"login={FREE_TRIES['account']}/{seconds}"]))

        async def begin() -> None:
            await lockout.begin(ANONYMOUS, Counted.LOGIN, "ada@example.org", "203.0.113.1")

        for _ in range(FREE_TRIES["account"]):
            await begin()
        with pytest.raises(RateLimitedError) as refused:
            await begin()
        assert refused.value.retry_after_seconds in {longer, longer + 1}
        assert {failures.count for failures in await LoginFailures.all()} == {FREE_TRIES["account"]}
