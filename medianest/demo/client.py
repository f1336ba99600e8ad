"""A front end in a few lines: GraphQL over HTTP, subscriptions over a graphql-transport-ws websocket."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx2
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

_PROTOCOL = Subprotocol("graphql-transport-ws")


class GraphQLError(Exception):
    """The server answered with top-level errors."""


class Client:
    """`access_token` goes out with every request once it is set."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.access_token: str | None = None
        self.http = httpx2.AsyncClient(timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    @property
    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}

    async def execute(self, query: str, /, **variables: Any) -> dict[str, Any]:
        """The `data` of a query or mutation. Raises GraphQLError."""
        response = await self.http.post(
            self.url, json={"query": query, "variables": variables}, headers=self._authorization
        )
        return _data(response.json())

    @asynccontextmanager
    async def subscribe(self, query: str, /, **variables: Any) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The `data` of each event. Entered once the server has accepted the connection."""
        address = self.url.replace("http", "ws", 1)
        async with connect(address, subprotocols=[_PROTOCOL], max_size=2**20) as socket:
            await socket.send(json.dumps({"type": "connection_init", "payload": self._authorization}))
            if json.loads(await socket.recv())["type"] != "connection_ack":
                raise GraphQLError("the server did not accept the connection")
            payload = {"query": query, "variables": variables}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))

            async def events() -> AsyncIterator[dict[str, Any]]:
                async for raw in socket:
                    message = json.loads(raw)
                    if message["type"] == "ping":
                        await socket.send(json.dumps({"type": "pong"}))
                    elif message["type"] == "next":
                        yield _data(message["payload"])
                    elif message["type"] == "error":
                        raise GraphQLError(json.dumps(message["payload"]))
                    elif message["type"] == "complete":
                        return

            yield events()


def _data(result: Mapping[str, Any]) -> dict[str, Any]:
    if result.get("errors"):
        raise GraphQLError(json.dumps(result["errors"]))
    data: dict[str, Any] = result["data"]
    return data
