"""Many who watch the same over real sockets: one execution, the right answer for each, nothing lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from websockets.asyncio.client import connect

from medianest.graphql.executors import Compiled
from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Permission
from models.events import EventType
from models.services_health import Service, ServiceKind, ServiceStatus
from models.users import Session
from services.tokens import Tokens
from tests.clients.conftest import Nest
from tests.factories.people import make_user
from tests.integration.graphql.socket_client import TRANSPORT_WS, Client

PUBLIC = "subscription { services { ... on ServiceChanged { cursor service { name status } } } }"
LOADED = "subscription { services { ... on ServiceChanged { service { name uptime(window: DAY) } } } }"
MANAGED = "subscription { services { ... on ServiceChanged { service { name message } } } }"
WORDED = """subscription($after: Cursor, $long: Boolean! = true) {
  services(after: $after) { ... on ServiceChanged { service { name status @include(if: $long) } } }
}"""


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each time an event was executed."""
    seen: list[object] = []
    execute = Compiled.on_event

    def counting(executor: Compiled, *event: Any) -> Any:
        seen.append(executor)
        return execute(executor, *event)

    monkeypatch.setattr(Compiled, "on_event", counting)
    return seen


@asynccontextmanager
async def watching(
    nest: Nest, base: Backbone, *permissions: Permission, id: str = "1", **payload: Any
) -> AsyncIterator[Client]:
    user = await make_user(*permissions)
    end = datetime.now(UTC) + timedelta(hours=1)
    session = await Session.create(user_id=user.id, refresh_hash=user.id.bytes, expires_at=end, ends_at=end)
    token = Tokens(base.key).issue_access(user.id, session.id).token
    async with connect(nest.url.replace("http", "ws"), subprotocols=[TRANSPORT_WS]) as connection:
        client = Client(connection)
        await client.send("connection_init", payload={"Authorization": f"Bearer {token}"})
        assert await client.receive() == {"type": "connection_ack"}
        await client.send("subscribe", id=id, payload=payload)
        await client.send("ping")
        assert await client.receive() == {"type": "pong"}  # read after the subscription, which is under way
        yield client


async def change(base: Backbone, *names: str) -> None:
    async with base.work.begin(SYSTEM) as transaction:
        for name in names:
            row = Service(kind=ServiceKind.CUSTOM, name=name, status=ServiceStatus.DOWN, message="why")
            transaction.record(
                EventType.SERVICE_CHANGED, row.id, row.snapshot() | {"previous_status": "UP"}, owner_id=None
            )


async def names(client: Client, count: int) -> list[str]:
    return [(await service(client))["name"] for _ in range(count)]


async def service(client: Client) -> Any:
    message = await client.receive()
    assert message["type"] == "next", message
    return message["payload"]["data"]["services"]["service"]


class TestSharing:
    @pytest.mark.parametrize("query", [PUBLIC, LOADED], ids=["at once", "after a batch was loaded"])
    async def test_one_execution_for_all_who_ask_the_same(
        self, nest: Nest, base: Backbone, executions: list[object], query: str
    ) -> None:
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(watching(nest, base, query=query)) for _ in range(5)]
            await change(base, "first")
            await change(base, "second")
            assert [await names(client, 2) for client in clients] == [["first", "second"]] * 5
        assert len(executions) == 2

    @pytest.mark.parametrize("manager_first", [True, False])
    async def test_what_depends_on_who_asks_is_answered_to_each(
        self, nest: Nest, base: Backbone, manager_first: bool
    ) -> None:
        people = [[Permission.MANAGE_SERVICES], []]
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(watching(nest, base, *permissions, query=MANAGED))
                for permissions in (people if manager_first else people[::-1])
            ]
            await change(base, "Toaster")
            found = [(await service(client))["message"] for client in clients]
        assert found == (["why", None] if manager_first else [None, "why"])

    async def test_variables_count_where_answers_depend_on_them(
        self, nest: Nest, base: Backbone, executions: list[object]
    ) -> None:
        async with AsyncExitStack() as stack:
            variables: list[dict[str, Any]] = [{}, {"after": "AAAAAAAAAAA"}, {"long": False}]
            clients = [
                await stack.enter_async_context(watching(nest, base, query=WORDED, variables=values))
                for values in variables
            ]
            await change(base, "Toaster")
            found = [await service(client) for client in clients]
        assert found == [{"name": "Toaster", "status": "DOWN"}] * 2 + [{"name": "Toaster"}]
        assert len(executions) == 2

    async def test_everybody_gets_it_under_the_id_they_chose(self, nest: Nest, base: Backbone) -> None:
        async with AsyncExitStack() as stack:
            ids = ["1", "1", "zwei", '"3"']
            clients = [await stack.enter_async_context(watching(nest, base, id=name, query=PUBLIC)) for name in ids]
            await change(base, "Toaster")
            assert [(await client.receive())["id"] for client in clients] == ids


class TestMemory:
    async def test_a_thousandth_event_needs_no_more_than_the_second(
        self, nest: Nest, base: Backbone, executions: list[Any]
    ) -> None:
        async with watching(nest, base, query=PUBLIC) as client:
            for start in range(0, 60, 20):
                await change(base, *(str(number) for number in range(start, start + 20)))
                await names(client, 20)
        assert len(executions) == 60
        plans = executions[-1].plans
        assert len(plans._below) == 2  # the fields of the item, and of its service
        assert len(plans._plans) == 3  # and the root's


class TestOrder:
    async def test_a_burst_comes_whole_and_in_order_to_all(self, nest: Nest, base: Backbone) -> None:
        expected = [str(number) for number in range(200)]
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(watching(nest, base, query=query))
                for query in (PUBLIC, PUBLIC, LOADED, MANAGED)
            ]
            for start in range(0, 200, 20):
                await change(base, *expected[start : start + 20])
            assert await asyncio.gather(*(names(client, 200) for client in clients)) == [expected] * 4

    @pytest.mark.parametrize(
        "query", [PUBLIC, LOADED, MANAGED], ids=["at once", "after a batch was loaded", "one's own"]
    )
    async def test_more_in_one_commit_than_a_mailbox_holds(self, nest: Nest, base: Backbone, query: str) -> None:
        expected = [str(number) for number in range(2_000)]
        async with watching(nest, base, query=query) as client:
            await change(base, *expected)
            assert await names(client, 2_000) == expected
            await change(base, "live")
            assert await names(client, 1) == ["live"]

    async def test_nothing_comes_after_the_end_and_a_new_beginning_misses_nothing(
        self, nest: Nest, base: Backbone
    ) -> None:
        async with watching(nest, base, query=PUBLIC) as client:
            await change(base, "before")
            cursor = (await client.receive())["payload"]["data"]["services"]["cursor"]
            await client.send("complete", id="1")
            await client.send("ping")
            assert await client.receive() == {"type": "pong"}
            await change(base, "meanwhile")
            await client.send("ping")
            assert await client.receive() == {"type": "pong"}
            query = PUBLIC.replace("services", f"services(after: {json.dumps(cursor)})")
            await client.send("subscribe", id="1", payload={"query": query})
            assert await names(client, 1) == ["meanwhile"]
