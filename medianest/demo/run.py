"""`medianest demo`: the server's main job, driven from outside as a front end would, against a site of its own."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from integrations.youtube.ytdlp import find_ffmpeg
from medianest.demo import operations
from medianest.demo.client import Client, GraphQLError
from medianest.demo.requests import show_request
from medianest.demo.server import ServerError, running_server
from medianest.demo.showing import DemoError, run, show
from medianest.demo.site import DemoSite

_EMAIL, _PASSWORD = "demo@example.org", "correct horse battery"
_SITE_SPEED = 300_000
_TIMEOUT_SECONDS = 120


async def run_demo(data_dir: Path | None = None, console: Console | None = None) -> int:
    """The exit code: 0 when what arrived is, byte for byte, what the site served."""
    console = console or Console()
    try:
        async with AsyncExitStack() as stack, asyncio.timeout(_TIMEOUT_SECONDS):
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="medianest-demo-")))
            await _demo(stack, console, scratch, (data_dir or scratch / "data").resolve())
    except (DemoError, ServerError, GraphQLError) as error:
        console.print(f"\n[bold red]The demo failed:[/] {error}")
        return 1
    except TimeoutError:
        console.print(f"\n[bold red]The demo failed:[/] it was not done after {_TIMEOUT_SECONDS} s")
        return 1
    console.print("\n[bold green]Done.[/] The same by hand: make run, then GraphiQL in the browser.")
    return 0


async def _demo(stack: AsyncExitStack, console: Console, scratch: Path, data_dir: Path) -> None:
    console.rule("A video site of our own")
    ffmpeg = find_ffmpeg()
    if ffmpeg is None:
        raise DemoError("there is no ffmpeg; `make install` brings one.")
    site = await stack.enter_async_context(DemoSite(scratch / "media", ffmpeg, bytes_per_second=_SITE_SPEED))
    console.print(f"{site.url} serves a film (HLS in three sizes, with subtitles) and a plain mp4.")
    console.rule("The server")
    server = await stack.enter_async_context(running_server(data_dir, scratch))
    console.print(f"{server.address} is up, on a PostgreSQL and a Valkey of its own.")
    client = await stack.enter_async_context(Client(server.address))
    console.rule("Log in")
    await _log_in(console, client, server.setup_token)
    console.rule("Subscribe, queue, watch")
    done = await _download(console, client, [site.page_url, site.mp4_url])
    console.rule("Fetch the files")
    await _fetch(console, client, done, site.mp4_sha256)
    console.rule("Ask for a film")
    await show_request(console, client)
    console.rule("Notifications")
    await _inbox(console, client)


async def _log_in(console: Console, client: Client, token: str | None) -> None:
    account: dict[str, str] = {"email": _EMAIL, "password": _PASSWORD}
    if token is not None:
        first = account | {"setupToken": token, "username": "demo"}
        payload = await run(console, client, operations.CREATE_FIRST_ADMIN, "createFirstAdmin", input=first)
    else:
        payload = await run(console, client, operations.LOGIN, "login", input=account)
    client.access_token = payload["accessToken"]
    console.print(f"Logged in as [bold]{payload['user']['username']}[/], who may {', '.join(payload['permissions'])}.")


async def _download(console: Console, client: Client, urls: list[str]) -> list[str]:
    """Queue all of `urls` and watch until they are there; their IDs, in the same order."""
    show(console, operations.WATCH)
    async with client.subscribe(operations.WATCH) as events:
        ids = []
        for number, url in enumerate(urls):
            query = operations.QUEUE_DOWNLOAD
            payload = await run(console, client, query, "queueDownload", is_shown=number == 0, url=url)
            ids.append(payload["download"]["id"])
        await _watch(console, events, set(ids))
    return ids


async def _watch(console: Console, events: AsyncIterator[dict[str, Any]], waiting: set[str]) -> None:
    columns = (
        TextColumn("{task.description:32}"), BarColumn(), TextColumn("{task.percentage:5.1f} %"),
        TextColumn("{task.fields[state]:12}"), TextColumn("{task.fields[speed]}"),
    )  # fmt: skip
    with Progress(*columns, console=console) as bars:
        tasks: dict[str, TaskID] = {}
        async for data in events:
            item = data["downloads"]
            if item["__typename"] == "DownloadTick":
                _advance(bars, tasks, item["downloadId"], item["progress"], item["stage"])
            elif item["__typename"] == "DownloadChanged":
                download = item["download"]
                _advance(bars, tasks, download["id"], download["progress"], download["status"], download["title"])
                if download["status"] in {"FAILED", "CANCELLED"}:
                    raise DemoError(f"{download['title']}: {download['error']}")
                if download["status"] == "COMPLETED":
                    waiting.discard(download["id"])
            if not waiting:
                return


def _advance(
    bars: Progress,
    tasks: dict[str, TaskID],
    id_: str,
    progress: Mapping[str, Any],
    state: str,
    title: str | None = None,
) -> None:
    if id_ not in tasks:
        tasks[id_] = bars.add_task("…", total=100, state=state, speed="")
    speed = f"{decimal(int(progress['speedBps']))}/s" if progress.get("speedBps") else ""
    changes: dict[str, Any] = {"description": title} if title else {}
    bars.update(tasks[id_], completed=progress["percent"], state=state, speed=speed, **changes)


async def _fetch(console: Console, client: Client, ids: list[str], expected_sha256: str) -> None:
    """Every file by its signed link; one of them must be the site's own mp4."""
    digests = set()
    for number, id_ in enumerate(ids):
        download = await run(console, client, operations.FILES, "node", is_shown=number == 0, id=id_)
        for file in download["files"]:
            response = await client.http.get(file["url"])
            digest = hashlib.sha256(response.content).hexdigest()
            if response.status_code != 200 or digest != file["sha256"]:  # noqa: PLR2004
                raise DemoError(f"{file['filename']} came back damaged (status {response.status_code}).")
            digests.add(digest)
            console.print(f"  {file['kind']:8} {file['filename']}  {file['bytes']:,} bytes, SHA-256 as promised")
    if expected_sha256 not in digests:
        raise DemoError("the mp4 is not what the site served.")
    console.print("The mp4 is, byte for byte, what the site served.")


async def _inbox(console: Console, client: Client) -> None:
    inbox = await run(console, client, operations.NOTIFICATIONS, "notifications")
    for notification in inbox["nodes"]:
        console.print(f"  {notification['type']}: {notification['title']}. {notification['body']}")
