from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from medianest.graphql.execution import Engine
from medianest.graphql.sockets import SocketLimits
from tests.integration.graphql.socket_client import connected, initialised, until
from tests.integration.graphql.toy import Server, classify, schema, serving

FEW = SocketLimits(sockets=4, sockets_per_address=3, sockets_per_user=2)


@pytest.fixture
def small() -> Iterator[Server]:
    """A server that has room for few websockets, and trusts a proxy at this machine."""
    with serving(Engine(schema, classify=classify), FEW) as server:
        yield server


def coming_from(address: str) -> dict[str, Any]:
    return {"additional_headers": {"X-Forwarded-For": address}}


class TestTooMany:
    """Closed with 1013, which stock clients take as "come back later"."""

    async def test_of_a_user(self, small: Server) -> None:
        async with initialised(small, "alice"), initialised(small, "alice", **coming_from("203.0.113.1")):
            async with connected(small) as third:
                await third.send("connection_init", payload={"Authorization": "Bearer alice"})
                code, reason = await third.closed()
                assert (code, reason) == (
                    1013,
                    "At most 2 websockets a user: close one, or run several operations on one",
                )
            async with initialised(small):
                pass

    async def test_of_an_address(self, small: Server) -> None:
        async with AsyncExitStack() as open_:
            for _ in range(3):
                await open_.enter_async_context(initialised(small))
            async with connected(small) as fourth:
                code, reason = await fourth.closed()
                assert (code, reason.startswith("At most 3 websockets an address: close one")) == (1013, True)
            async with initialised(small, **coming_from("203.0.113.1")):
                pass

    async def test_of_a_process(self, small: Server) -> None:
        async with AsyncExitStack() as open_:
            for number in range(4):
                await open_.enter_async_context(initialised(small, **coming_from(f"203.0.113.{number}")))
            async with connected(small, **coming_from("203.0.113.9")) as fifth:
                assert await fifth.closed() == (1013, "This server has too many websockets open: try again later")
            assert len(small.sockets) == 4

    @pytest.mark.parametrize("token", ["alice", "nonsense", None])
    async def test_a_place_is_free_again_however_it_was_left(self, small: Server, token: str | None) -> None:
        for number in range(6):
            async with connected(small) as client:
                await client.send("connection_init", payload={"Authorization": f"Bearer {token}"} if token else None)
                if token == "nonsense":
                    assert (await client.closed())[0] == 4403
                else:
                    assert (await client.receive())["type"] == "connection_ack"
                    await client.connection.send("null") if number % 2 else client.connection.transport.abort()
            await until(lambda: len(small.sockets) == 0)
        assert not small.sockets._by_address
        assert not small.sockets._by_user
