"""A film is asked for and watched on its way, out of a catalogue and to a Seerr that are demos themselves."""

from collections.abc import AsyncIterator
from typing import Any

from rich.console import Console

from medianest.demo import operations
from medianest.demo.client import Client
from medianest.demo.showing import DemoError, run, show

_FILM = "Metropolis"
_OVER = frozenset({"COMPLETED", "FAILED", "DECLINED", "CANCELLED"})


async def show_request(console: Console, client: Client) -> None:
    found = await run(console, client, operations.SEARCH, "search", query=_FILM)
    (film,) = found["nodes"]
    console.print(f"{film['title']} ({film['year']}): {film['overview']} It can be asked for.")
    show(console, operations.WATCH_REQUESTS)
    async with client.subscribe(operations.WATCH_REQUESTS) as events:
        query = operations.CREATE_MEDIA_REQUEST
        made = (await run(console, client, query, "createMediaRequest", media=film["id"]))["request"]
        await _watch(console, events, made["id"])
    told = await run(console, client, operations.STORY, "node", id=made["id"])
    for entry in reversed(told["timeline"]["nodes"]):
        console.print(f"  {entry['occurredAt'][11:19]}  {entry['message']}")
    console.print(f"{told['media']['title']} is {told['media']['availability']}.")


async def _watch(console: Console, events: AsyncIterator[dict[str, Any]], waiting: str) -> None:
    async for data in events:
        request = data["mediaRequests"].get("request")
        if request is None or request["id"] != waiting:
            continue
        percent = (request["progress"] or {}).get("percent")
        console.print(f"  {request['media']['title']:32} {request['status']:12}" + (f" {percent} %" if percent else ""))
        if request["status"] in _OVER:
            if request["status"] != "COMPLETED":
                raise DemoError(f"{request['media']['title']}: {request['statusReason']}")
            return
