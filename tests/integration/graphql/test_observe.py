"""What the engine tells about the operations it ran."""

import asyncio
from contextlib import suppress

import pytest

from medianest.graphql.errors import InvalidOperationError
from medianest.graphql.execution import Engine
from medianest.graphql.request import OperationRequest
from models.actor import ANONYMOUS
from tests.integration.graphql.toy import Context, schema

Seen = list[tuple[str, str, bool]]


@pytest.fixture
def seen() -> Seen:
    return []


@pytest.fixture
def engine(seen: Seen) -> Engine:
    return Engine(schema, observe=lambda kind, name, _, failed: seen.append((kind, name, failed)))


async def run(engine: Engine, query: str) -> None:
    operation = await engine.prepare(OperationRequest(query))
    await engine.execute(operation, Context(ANONYMOUS, "x"))


class TestObserve:
    async def test_each_operation_once(self, engine: Engine, seen: Seen) -> None:
        await run(engine, "query Greet { hello }")
        await run(engine, 'mutation { rename(name: "x") }')
        await run(engine, 'query Fails { fails(way: "expected") }')
        await run(engine, "query Ask { __schema { queryType { name } } }")
        with suppress(InvalidOperationError):
            await run(engine, "query Wrong($n: [Int!]!) { sum(numbers: $n) }")
        assert seen == [
            ("query", "Greet", False),
            ("mutation", "", False),
            ("query", "Fails", True),
            ("query", "Ask", False),
            ("query", "Wrong", True),
        ]

    async def test_an_answer_given_up_failed(self, engine: Engine, seen: Seen) -> None:
        operation = await engine.prepare(OperationRequest("query Slow { hello }"))
        task = asyncio.create_task(engine.execute(operation, Context(ANONYMOUS, "x")))
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert seen[-1] == ("query", "Slow", True)

    @pytest.mark.parametrize("way", ["closed", "cancelled"])
    async def test_who_leaves_a_subscription_did_not_fail(self, engine: Engine, seen: Seen, way: str) -> None:
        operation = await engine.prepare(OperationRequest("subscription Watch { watch }"))
        results = engine.subscribe(operation, Context(ANONYMOUS, "x"))
        await anext(results)
        assert engine.running_subscriptions == 1
        if way == "cancelled":
            waiting = asyncio.ensure_future(anext(results))
            await asyncio.sleep(0)
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
        await results.aclose()
        assert engine.running_subscriptions == 0
        assert seen == [("subscription", "Watch", False)]

    async def test_a_source_that_breaks_failed(self, engine: Engine, seen: Seen) -> None:
        operation = await engine.prepare(OperationRequest('subscription { fails(way: "expected") }'))
        with suppress(Exception):
            async for _ in engine.subscribe(operation, Context(ANONYMOUS, "x")):
                pass
        assert seen == [("subscription", "", True)]
        assert engine.running_subscriptions == 0
