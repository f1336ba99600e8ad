"""The caller's budget, on both transports."""

from collections.abc import Iterator

import httpx2
import pytest

from medianest.graphql.execution import INTROSPECTION_CHARGE, Engine
from services.cost_budgets import CostBudgets
from tests.factories.clock import Clock
from tests.integration.graphql.socket_client import initialised
from tests.integration.graphql.toy import Server, classify, schema, serving, watching

LIMIT = 3


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[Server]:
    with serving(Engine(schema, classify=classify), budgets=CostBudgets(LIMIT, clock)) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"http://{server.host}", timeout=10) as client:
        yield client


def ask(client: httpx2.Client, query: str = "{ hello }", **headers: str) -> httpx2.Response:
    return client.post("/graphql", json={"query": query}, headers=headers)


class TestHttp:
    def test_answers_tell_what_is_left(self, client: httpx2.Client) -> None:
        for remaining in (2, 1):
            response = ask(client)
            assert response.headers["ratelimit-policy"] == f'"cost";q={LIMIT};w=60'
            assert response.headers["ratelimit"] == f'"cost";r={remaining};t={(LIMIT - remaining) * 20}'

    def test_too_much_is_refused_whole_and_works_after_the_wait(self, client: httpx2.Client, clock: Clock) -> None:
        assert ask(client, "{ a: hello b: hello }").status_code == 200
        refused = ask(client, "{ a: hello b: hello }", Accept="application/json")
        assert refused.status_code == 429
        assert "data" not in refused.json()
        (error,) = refused.json()["errors"]
        assert (error["extensions"]["code"], error["extensions"]["retryAfterSeconds"]) == ("RATE_LIMITED", 21)
        assert (refused.headers["retry-after"], refused.headers["ratelimit"]) == ("21", '"cost";r=1;t=40')
        clock.now += 21
        assert ask(client, "{ a: hello b: hello }").json()["data"] == {"a": "Hello, world", "b": "Hello, world"}

    def test_what_fails_is_paid_and_told_too(self, client: httpx2.Client) -> None:
        response = ask(client, '{ fails(way: "expected") }')
        assert (response.status_code, response.headers["ratelimit"]) == (200, '"cost";r=2;t=20')

    def test_what_is_not_executed_is_free(self, client: httpx2.Client) -> None:
        for _ in range(2 * LIMIT):
            assert "ratelimit" not in ask(client, "{ nope }").headers
        assert ask(client).headers["ratelimit"] == '"cost";r=2;t=20'

    def test_introspection_is_not_free(self, client: httpx2.Client) -> None:
        assert INTROSPECTION_CHARGE > LIMIT
        introspect = "{ __schema { queryType { name } } }"
        assert ask(client, introspect).headers["ratelimit"] == '"cost";r=0;t=60'
        assert ask(client, introspect).status_code == 429

    def test_a_person_and_a_stranger_at_one_address_have_budgets_of_their_own(self, client: httpx2.Client) -> None:
        assert ask(client, "{ a: hello b: hello c: hello }").status_code == 200
        assert ask(client).status_code == 429
        assert ask(client, Authorization="Bearer alice").status_code == 200


class TestWebSocket:
    async def test_a_refusal_ends_the_operation_not_the_socket(self, server: Server, clock: Clock) -> None:
        async with initialised(server) as client:
            await client.subscribe("{ a: hello b: hello c: hello }")
            assert len(await client.all()) == 2
            opened = watching.opened
            await client.subscribe("subscription { watch }", id="2")
            (refused,) = await client.all("2")
            assert refused["type"] == "error"
            assert refused["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
            assert refused["payload"][0]["extensions"]["retryAfterSeconds"] == 21
            assert watching.opened == opened
            clock.now += 21
            await client.subscribe("subscription { count(to: 3) }", id="2")
            assert len(await client.all("2")) == 4

    async def test_both_transports_draw_on_one_budget(self, server: Server, client: httpx2.Client) -> None:
        assert ask(client, "{ a: hello b: hello c: hello }").status_code == 200
        async with initialised(server) as socket:
            await socket.subscribe("{ hello }")
            assert [message["type"] for message in await socket.all()] == ["error"]
