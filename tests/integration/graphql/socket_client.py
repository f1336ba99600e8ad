"""A websocket client that says exactly what a test wants."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError
from websockets.typing import Subprotocol

from tests.integration.graphql.toy import Server

TRANSPORT_WS = Subprotocol("graphql-transport-ws")


class Client:
    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, type: str, **more: Any) -> None:
        await self.connection.send(json.dumps({"type": type, **more}))

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            return json.loads(await self.connection.recv())  # type: ignore[no-any-return]

    async def subscribe(self, query: str, id: str = "1", **more: Any) -> None:
        await self.send("subscribe", id=id, payload={"query": query, **more})

    async def all(self, id: str = "1") -> list[dict[str, Any]]:
        """Everything up to the end of the operation."""
        messages: list[dict[str, Any]] = []
        while not messages or messages[-1]["type"] == "next":
            message = await self.receive()
            assert message["id"] == id
            messages.append(message)
        return messages

    async def closed(self) -> tuple[int, str]:
        """How the server closed the socket; what it sends before is ignored."""
        async with asyncio.timeout(5):
            with suppress(ConnectionClosedError):
                async for _ in self.connection:
                    pass
            await self.connection.wait_closed()
        assert self.connection.close_code is not None
        return self.connection.close_code, self.connection.close_reason or ""


@asynccontextmanager
async def connected(server: Server, **options: Any) -> AsyncIterator[Client]:
    async with connect(server.ws, subprotocols=[TRANSPORT_WS], **options) as connection:
        yield Client(connection)


@asynccontextmanager
async def initialised(server: Server, token: str | None = None, **options: Any) -> AsyncIterator[Client]:
    async with connected(server, **options) as client:
        await client.send("connection_init", payload={"Authorization": f"Bearer {token}"} if token else None)
        assert await client.receive() == {"type": "connection_ack"}
        yield client


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)
