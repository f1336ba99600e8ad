"""What the tests do as a front end would, over HTTP and websockets alone."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import pytest
from typing_extensions import override

from medianest.demo import operations
from medianest.demo.client import Client, GraphQLError

EMAIL, PASSWORD = "admin@example.org", "a long password for tests"
T = TypeVar("T")

DOWNLOAD = """
query ($id: ID!) {
  node(id: $id) {
    ... on Download {
      id url title status stage attempt queuePosition progress { percent downloadedBytes }
      error { code message hint } files { kind filename bytes sha256 url }
    }
  }
}"""
CONTROL = """
mutation ($id: ID!, $action: DownloadAction!) {
  controlDownloads(input: { ids: [$id], action: $action }) {
    downloads { id status stage }
    results { ok error { code message } }
    errors { code message path }
  }
}"""
INBOX = "query { notifications(first: 100) { unreadCount nodes { type title subject { id } } } }"


class FrontEnd(Client):
    async def log_in(self, password: str = PASSWORD) -> list[dict[str, Any]]:
        """The errors; none: the client is logged in."""
        payload = (await self.execute(operations.LOGIN, input={"email": EMAIL, "password": password}))["login"]
        self.access_token = payload["accessToken"] or self.access_token
        errors: list[dict[str, Any]] = payload["errors"]
        return errors

    async def queue(self, url: str) -> str:
        payload = await self.try_to_queue(url)
        assert payload["errors"] == []
        id_: str = payload["download"]["id"]
        return id_

    async def try_to_queue(self, url: str) -> Any:
        return (await self.execute(operations.QUEUE_DOWNLOAD, url=url))["queueDownload"]

    async def download(self, id_: str) -> dict[str, Any]:
        node: dict[str, Any] = (await self.execute(DOWNLOAD, id=id_))["node"]
        return node

    async def control(self, id_: str, action: str) -> Any:
        return (await self.execute(CONTROL, id=id_, action=action))["controlDownloads"]

    async def inbox(self, id_: str) -> list[str]:
        """The types of the notifications about a download."""
        nodes = (await self.execute(INBOX))["notifications"]["nodes"]
        return [node["type"] for node in nodes if node["subject"]["id"] == id_]

    async def until(self, id_: str, is_reached: Callable[[dict[str, Any]], object], seconds: float = 30) -> Any:
        """The download, once it is as wanted; whatever the server answers until then."""

        async def check() -> dict[str, Any] | None:
            try:
                download = await self.download(id_)
            except (GraphQLError, OSError):
                return None
            return download if is_reached(download) else None

        return await eventually(check, seconds)

    async def completed(self, id_: str, seconds: float = 60) -> Any:
        return await self.until(id_, lambda download: download["status"] == "COMPLETED", seconds)

    async def under_way(self, id_: str, at_least: int = 150_000) -> Any:
        """Once so many bytes have come in."""
        return await self.until(id_, lambda download: int(download["progress"]["downloadedBytes"]) >= at_least)

    async def sha256(self, file: dict[str, Any]) -> str:
        return hashlib.sha256((await self.http.get(file["url"])).content).hexdigest()

    async def status_of(self, path: str) -> int:
        return (await self.http.get(self.url.replace("/graphql", path))).status_code

    @override
    async def execute(self, query: str, **variables: Any) -> dict[str, Any]:
        """Twice is enough for a connection that a killed process left behind."""
        return await super().execute(query, **variables)


async def failure_of(work: Awaitable[object]) -> dict[str, Any]:
    """The extensions of the one top-level error that `work` ends with, and its message."""
    with pytest.raises(GraphQLError) as raised:
        await work
    (error,) = json.loads(str(raised.value))
    return {"message": error["message"], **error["extensions"]}


async def take(events: AsyncIterator[dict[str, Any]], seconds: float, stop: Callable[[Any], object]) -> list[Any]:
    """The items of a subscription up to and with the first that `stop` accepts."""
    items = []
    async with asyncio.timeout(seconds):
        async for data in events:
            (item,) = data.values()
            items.append(item)
            if stop(item):
                return items
    raise AssertionError("the subscription ended")


async def eventually(check: Callable[[], Awaitable[T | None]], seconds: float) -> T:
    """What `check` answers as soon as it is something. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while (found := await check()) is None:
            await asyncio.sleep(0.02)
        return found
