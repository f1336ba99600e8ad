"""`make bench`: how long a start, a first answer and a download take on this machine. Medians over a few runs."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from integrations.youtube.ytdlp import find_ffmpeg
from medianest.demo import operations
from medianest.demo.client import Client
from medianest.demo.server import running_server
from medianest.demo.site import DemoSite

RUNS = 5
ACCOUNT = {"email": "bench@example.org", "username": "bench", "password": "correct horse battery"}

Figures = dict[str, list[float]]


async def measure(figures: Figures, media: Path, ffmpeg: str) -> None:
    """One cold start with a download, one warm start, each on the same new data folder."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        began = time.perf_counter()
        async with running_server(folder / "data", folder) as server, Client(server.address) as client:
            await client.execute("{ server { version } }")
            figures["cold start to first answer"].append(time.perf_counter() - began)
            first = {**ACCOUNT, "setupToken": server.setup_token}
            payload = (await client.execute(operations.CREATE_FIRST_ADMIN, input=first))["createFirstAdmin"]
            client.access_token = payload["accessToken"]
            async with DemoSite(media, ffmpeg) as site:
                figures["queue to file, 2.4 MB mp4"].append(await queue_to_file(client, site.mp4_url))
                figures["queue to file, HLS merged with subtitles"].append(await queue_to_file(client, site.page_url))
            stopping = time.perf_counter()
        figures["stop"].append(time.perf_counter() - stopping)
        began = time.perf_counter()
        async with running_server(folder / "data", folder) as server, Client(server.address) as client:
            await client.execute("{ server { version } }")
            figures["warm start to first answer"].append(time.perf_counter() - began)


async def queue_to_file(client: Client, url: str) -> float:
    """From the mutation to the first byte of the finished file."""
    async with client.subscribe(operations.WATCH) as events:
        began = time.perf_counter()
        id_ = (await client.execute(operations.QUEUE_DOWNLOAD, url=url))["queueDownload"]["download"]["id"]
        async for data in events:
            download = data["downloads"].get("download")
            if download and download["id"] == id_ and download["status"] in {"COMPLETED", "FAILED"}:
                break
        files = (await client.execute(operations.FILES, id=id_))["node"]["files"]
        await client.http.get(files[0]["url"], headers={"Range": "bytes=0-0"})
        return time.perf_counter() - began


def main() -> None:
    console, ffmpeg = Console(), find_ffmpeg()
    if ffmpeg is None:
        raise SystemExit("There is no ffmpeg; `make install` brings one.")
    names = (
        "cold start to first answer", "warm start to first answer", "stop",
        "queue to file, 2.4 MB mp4", "queue to file, HLS merged with subtitles",
    )  # fmt: skip
    figures: Figures = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as media:
        for run in range(RUNS):
            console.print(f"run {run + 1} of {RUNS}")
            asyncio.run(measure(figures, Path(media) / "site", ffmpeg))
    table = Table("seconds", "median", "fastest", "slowest")
    for name, values in figures.items():
        table.add_row(name, *(f"{value:.2f}" for value in (statistics.median(values), min(values), max(values))))
    console.print(table)


if __name__ == "__main__":
    main()
