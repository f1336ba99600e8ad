"""What the tests do as a front end would, over HTTP and websockets alone."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import pytest

from medianest.demo import operations
from medianest.demo.client import Client, GraphQLError

EMAIL, PASSWORD = "admin@example.org", "a long password for tests"
T = TypeVar("T")

DOWNLOAD = """
query ($id: ID!) {
  node(id: $id) {
    ... on Download {
      title status stage attempt progress { percent downloadedBytes } error { code message hint }
      files { kind filename bytes sha256 url }
    }
  }
}"""
CONTROL = """
mutation ($id: ID!, $action: DownloadAction!) {
  controlDownloads(input: { ids: [$id], action: $action }) {
    downloads { status }
    results { ok error { code message } }
    errors { code message path }
  }
}"""
INBOX = "query ($after: String) { notifications(first: 100, after: $after) { nodes { type subject { id } } } }"


class FrontEnd(Client):
    async def log_in(self, password: str = PASSWORD) -> list[dict[str, Any]]:
        """The errors; without any the client is logged in."""
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

    async def control(self, id_: str, action: str) -> Any:
        return (await self.execute(CONTROL, id=id_, action=action))["controlDownloads"]

    async def download(self, id_: str) -> dict[str, Any]:
        node: dict[str, Any] = (await self.execute(DOWNLOAD, id=id_))["node"]
        return node

    async def under_way(self, id_: str, at_least: int = 150_000) -> dict[str, Any]:
        """Once so many bytes have come in."""
        return await self.until(id_, lambda download: download["progress"]["downloadedBytes"] >= at_least)

    async def completed(self, id_: str, seconds: float = 40) -> dict[str, Any]:
        return await self.until(id_, lambda download: download["status"] == "COMPLETED", seconds)

    async def until(self, id_: str, is_reached: Callable[[Any], object], seconds: float = 30) -> dict[str, Any]:
        """The download once it is as wanted, whatever the server answers before that."""

        async def check() -> dict[str, Any] | None:
            try:
                download = await self.download(id_)
            except GraphQLError:
                return None
            return download if is_reached(download) else None

        return await eventually(check, seconds)

    async def notified(self, id_: str) -> list[str]:
        """The types of the notifications about a download."""
        nodes = (await self.execute(INBOX))["notifications"]["nodes"]
        return [node["type"] for node in nodes if node["subject"]["id"] == id_]

    async def sha256(self, download: dict[str, Any]) -> str:
        """Of the bytes behind the link of its first file."""
        return hashlib.sha256((await self.http.get(download["files"][0]["url"])).content).hexdigest()

    async def status_of(self, path: str) -> int:
        return (await self.http.get(self.url.replace("/graphql", path))).status_code


def is_completed(item: Any) -> bool:
    return bool(item["__typename"] == "DownloadChanged" and item["download"]["status"] == "COMPLETED")


def percent_of(item: Any) -> float:
    """Of a change or of a tick."""
    source: Any = item.get("download", item)
    percent: float = source["progress"]["percent"]
    return percent


async def take(events: AsyncIterator[dict[str, Any]], is_last: Callable[[Any], bool], seconds: float = 20) -> list[Any]:
    """The items of a subscription, up to and with the first that `is_last`."""
    items: list[Any] = []
    async with asyncio.timeout(seconds):
        async for data in events:
            items.extend(data.values())
            if is_last(items[-1]):
                return items
    raise AssertionError("the subscription ended")


async def code_of(failing: Awaitable[object]) -> str:
    """The code of the one top-level error that `failing` is answered with."""
    with pytest.raises(GraphQLError) as raised:
        await failing
    answer = json.loads(str(raised.value))
    (error,) = answer
    assert "correlationId" in error["extensions"]
    code: str = error["extensions"]["code"]
    return code


async def eventually(check: Callable[[], Awaitable[T | None]], seconds: float) -> T:
    """What `check` answers as soon as it is something. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while (found := await check()) is None:
            await asyncio.sleep(0.05)
        return found


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    async def check() -> bool | None:
        return True if condition() else None

    await eventually(check, seconds)
