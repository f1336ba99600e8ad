"""Breakers that several processes share through Redis, and what becomes of them without it."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from redis.asyncio import Redis

from infra.http.breaker import CircuitBreaker
from infra.http.circuit import Outcome, Phase
from infra.http.errors import BreakerOpenError
from tests.integration.outgoing.conftest import RULES, until
from tests.integration.outgoing.upstream import hang, serving


@dataclass
class Service:
    """Counts who gets through."""

    works: bool = False
    calls: int = 0
    gate: asyncio.Event | None = None

    async def __call__(self) -> None:
        self.calls += 1
        if self.gate is not None:
            await self.gate.wait()
        if not self.works:
            raise ConnectionError

    async def ask(self, breaker: CircuitBreaker) -> str:
        try:
            await breaker.call(self, lambda _error: Outcome.FAILURE)
        except (ConnectionError, BreakerOpenError) as error:
            return type(error).__name__
        return "answered"


@pytest.fixture
async def processes(redis_url: str) -> AsyncIterator[list[Redis]]:
    """The connections of two."""
    async with Redis.from_url(redis_url) as one, Redis.from_url(redis_url) as other:
        yield [one, other]


async def break_off(redis: Redis) -> str:
    """Where it was."""
    pool = redis.connection_pool
    await pool.disconnect()
    path: str = pool.connection_kwargs["path"]
    lead_to(redis, "/nowhere")
    return path


def lead_to(redis: Redis, path: str) -> None:
    redis.connection_pool.reset()  # type: ignore[no-untyped-call]
    redis.connection_pool.connection_kwargs["path"] = path


class TestSharing:
    async def test_processes_count_together(self, processes: list[Redis]) -> None:
        service, breakers = (
            Service(),
            [CircuitBreaker("films", redis, replace(RULES, pause_seconds=30)) for redis in processes],
        )
        for breaker in (breakers[0], breakers[1], breakers[0]):
            assert await service.ask(breaker) == "ConnectionError"
        assert [await service.ask(breaker) for breaker in breakers] == ["BreakerOpenError"] * 2
        states = [await breaker.state() for breaker in breakers]
        assert states[0] == states[1]
        await breakers[1].reset()
        assert [(await breaker.state()).state for breaker in breakers] == [Phase.CLOSED] * 2

    async def test_services_do_not(self, redis: Redis) -> None:
        service = Service()
        for _ in range(RULES.threshold):
            await service.ask(CircuitBreaker("films", redis, RULES))
        assert (await CircuitBreaker("series", redis, RULES).state()).failures == 0

    async def test_fifty_failures_at_once_open_it_once(self, processes: list[Redis]) -> None:
        service, breakers = (
            Service(),
            [CircuitBreaker("films", redis, replace(RULES, threshold=60)) for redis in processes],
        )
        await asyncio.gather(*(service.ask(breakers[number % 2]) for number in range(50)))
        assert (await breakers[0].state()).failures == 50

    async def test_fifty_callers_make_one_probe(self, processes: list[Redis]) -> None:
        breakers = [CircuitBreaker("films", redis, RULES) for redis in processes]
        service = Service()
        for _ in range(RULES.threshold):
            await service.ask(breakers[0])
        await until(breakers[1], Phase.HALF_OPEN)
        service.works, service.calls, service.gate = True, 0, asyncio.Event()
        for probes in (1, 2):
            asked = [asyncio.create_task(service.ask(breakers[number % 2])) for number in range(50)]
            async with asyncio.timeout(3):
                while sum(task.done() for task in asked) < 49:
                    await asyncio.sleep(0.01)
            assert service.calls == probes
            service.gate.set()
            assert sorted(await asyncio.gather(*asked)) == ["BreakerOpenError"] * 49 + ["answered"]
            service.gate.clear()
        assert (await breakers[0].state()).state is Phase.CLOSED

    async def test_a_failing_probe_opens_it_for_longer(self, processes: list[Redis]) -> None:
        breakers = [CircuitBreaker("films", redis, replace(RULES, pause_seconds=0.3)) for redis in processes]
        service = Service()
        for _ in range(RULES.threshold):
            await service.ask(breakers[0])
        await until(breakers[1], Phase.HALF_OPEN)
        before = await breakers[0].state()
        assert await service.ask(breakers[1]) == "ConnectionError"
        state = await breakers[0].state()
        assert (state.state, state.failures, state.opened_at) == (Phase.OPEN, 4, before.opened_at)

    async def test_the_time_is_that_of_redis(self, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
        hour_ahead = time.time() + 3600
        with monkeypatch.context() as clock:
            clock.setattr(time, "time", lambda: hour_ahead)
            breaker = CircuitBreaker("films", redis, replace(RULES, threshold=1, pause_seconds=30))
        await Service().ask(breaker)
        state = await breaker.state()
        assert state.opened_at is not None
        assert abs(state.opened_at.timestamp() - time.time()) < 5
        await break_off(redis)
        assert (await breaker.state()).state is Phase.OPEN

    async def test_what_another_version_wrote_is_no_harm(self, redis: Redis) -> None:
        for text in ("", "[]", '{"failures": "many"}', "\x00"):
            await redis.set("medianest:breaker:films", text)
            breaker = CircuitBreaker("films", redis, RULES)
            assert (await breaker.state()).state is Phase.CLOSED
            assert await Service().ask(breaker) == "ConnectionError"
            assert (await breaker.state()).failures == 1


class TestRedisAway:
    async def test_what_was_known_goes_on_in_each_process(self, processes: list[Redis]) -> None:
        breakers = [CircuitBreaker("films", redis, replace(RULES, pause_seconds=0.5)) for redis in processes]
        service = Service()
        for _ in range(RULES.threshold):
            await service.ask(breakers[0])
        assert await service.ask(breakers[1]) == "BreakerOpenError"
        for redis in processes:
            await break_off(redis)
        assert [await service.ask(breaker) for breaker in breakers] == ["BreakerOpenError"] * 2
        service.works = True
        for breaker in breakers:
            await until(breaker, Phase.HALF_OPEN)
            assert [await service.ask(breaker) for _ in range(RULES.successes)] == ["answered"] * 2
            assert (await breaker.state()).state is Phase.CLOSED

    async def test_it_may_go_away_in_the_middle_of_a_call(self, redis: Redis) -> None:
        service, breaker = Service(gate=asyncio.Event()), CircuitBreaker("films", redis, replace(RULES, threshold=1))
        call = asyncio.create_task(service.ask(breaker))
        async with asyncio.timeout(3):
            while not service.calls:
                await asyncio.sleep(0.01)
        await break_off(redis)
        assert service.gate is not None
        service.gate.set()
        assert await call == "ConnectionError"
        assert (await breaker.state()).failures == 1

    async def test_it_is_shared_again_when_redis_is_back(self, processes: list[Redis]) -> None:
        breakers = [CircuitBreaker("films", redis, RULES) for redis in processes]
        path = await break_off(processes[0])
        await Service().ask(breakers[0])
        assert ((await breakers[0].state()).failures, (await breakers[1].state()).failures) == (1, 0)
        lead_to(processes[0], path)
        await Service().ask(breakers[1])
        await Service().ask(breakers[1])
        async with asyncio.timeout(3):
            while (await breakers[0].state()).failures != 2:
                await asyncio.sleep(0.05)

    async def test_a_frozen_redis_costs_one_short_wait(self) -> None:
        async with serving(hang) as frozen, Redis(port=frozen.port, socket_timeout=1) as redis:
            service, breaker = Service(works=True), CircuitBreaker("films", redis, RULES)
            started = time.monotonic()
            answers = await asyncio.gather(*(service.ask(breaker) for _ in range(50)))
            assert time.monotonic() - started < 0.9
            assert answers == ["answered"] * 50
