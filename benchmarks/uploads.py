"""`python -m benchmarks.uploads`: a large file by `uploadFile`, and by a ticket, to the same server in the same run."""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from medianest.demo import operations
from medianest.demo.client import Client
from medianest.demo.server import running_server

MIB = 1024**2
ACCOUNT = {"email": "bench@example.org", "username": "bench", "password": "correct horse battery"}
BLOCK = os.urandom(MIB)
UPLOAD = "mutation($input: UploadFileInput!) { uploadFile(input: $input) { file { sha256 } errors { message } } }"
CREATE = """mutation($input: CreateUploadInput!) { createUpload(input: $input) {
    ticket { url headers { name value } file { id } } errors { message }
} }"""
COMPLETE = "mutation($id: ID!) { completeUpload(input: {id: $id}) { file { sha256 } errors { message } } }"

console = Console()


def api_pid(folder: Path) -> int:
    """The process of the server below `folder` that takes requests."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            is_ours = os.fsencode(folder) in (entry / "environ").read_bytes()
            if is_ours and b"medianest.app" in (entry / "cmdline").read_bytes():
                return int(entry.name)
        except OSError:
            continue
    raise LookupError("no API process")


def memory_mib(pid: int) -> float:
    """What is in memory and not a file's."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


@contextmanager
def watched(pid: int) -> Iterator[list[float]]:
    """How much more memory it has meanwhile, sampled."""
    before, extra, is_over = memory_mib(pid), [0.0], threading.Event()

    def sample() -> None:
        while not is_over.wait(0.02):
            extra.append(memory_mib(pid) - before)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield extra
    finally:
        is_over.set()
        thread.join()


def send(
    method: str, address: str, mebibytes: int, headers: dict[str, str], head: bytes = b"", tail: bytes = b""
) -> bytes:
    """The file between `head` and `tail`. Raises RuntimeError for a refusal."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=600)
    connection.putrequest(method, f"{parts.path}?{parts.query}")
    for name, value in {**headers, "Content-Length": str(len(head) + mebibytes * MIB + len(tail))}.items():
        connection.putheader(name, value)
    connection.endheaders(head)
    for _ in range(mebibytes):
        connection.send(BLOCK)
    connection.send(tail)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status >= 300:  # noqa: PLR2004
        raise RuntimeError(f"{method}: {body!r}")
    return body


async def by_form(client: Client, mebibytes: int) -> None:
    variables = {"input": {"kind": "OTHER", "file": None}}
    fields = {"operations": {"query": UPLOAD, "variables": variables}, "map": {"0": ["variables.input.file"]}}
    head = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{json.dumps(value)}\r\n'
        for name, value in fields.items()
    )
    head += '--b\r\nContent-Disposition: form-data; name="0"; filename="large"\r\n\r\n'
    headers = {
        "Content-Type": "multipart/form-data; boundary=b",
        "Apollo-Require-Preflight": "1",
        "Authorization": f"Bearer {client.access_token}",
    }
    answer = await asyncio.to_thread(send, "POST", client.url, mebibytes, headers, head.encode(), b"\r\n--b--\r\n")
    _check(json.loads(answer)["data"]["uploadFile"])


async def by_ticket(client: Client, mebibytes: int) -> None:
    announced = {"kind": "OTHER", "filename": "large", "mimeType": "application/octet-stream", "bytes": mebibytes * MIB}
    made: Any = (await client.execute(CREATE, input=announced))["createUpload"]
    ticket = made["ticket"]
    headers = {header["name"]: header["value"] for header in ticket["headers"]}
    await asyncio.to_thread(send, "PUT", ticket["url"], mebibytes, headers)
    done = (await client.execute(COMPLETE, id=ticket["file"]["id"]))["completeUpload"]
    _check(done)


def _check(payload: Any) -> None:
    if payload["errors"]:
        raise RuntimeError(payload["errors"])


WAYS = {"uploadFile": by_form, "createUpload, PUT, completeUpload": by_ticket}


async def measure(mebibytes: int, runs: int, scratch: str | None) -> None:
    speeds: dict[str, list[float]] = {way: [] for way in WAYS}
    extras: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        async with running_server(folder / "data", folder) as server, Client(server.address) as client:
            first = {**ACCOUNT, "setupToken": server.setup_token}
            payload = (await client.execute(operations.CREATE_FIRST_ADMIN, input=first))["createFirstAdmin"]
            client.access_token = payload["accessToken"]
            client.http.timeout = 600
            pid = api_pid(folder)
            for upload in WAYS.values():  # once for what is only needed once
                await upload(client, 1)
            for _ in range(runs):
                for way, upload in WAYS.items():
                    with watched(pid) as extra:
                        began = time.perf_counter()
                        await upload(client, mebibytes)
                        speeds[way].append(mebibytes / (time.perf_counter() - began))
                    extras[way].append(max(extra))
    table = Table(f"{mebibytes} MiB, {runs} runs", "MiB/s, median", "slowest", "extra memory, MiB")
    for way, values in speeds.items():
        table.add_row(way, f"{statistics.median(values):.0f}", f"{min(values):.0f}", f"{max(extras[way]):.0f}")
    console.print(table)
    form, ticket = (statistics.median(speeds[way]) for way in WAYS)
    console.print(f"uploadFile comes to {form / ticket:.2f} of the other way")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploads", description=__doc__)
    parser.add_argument("--mebibytes", type=int, default=1024, help="the size of the file")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", help="where the server keeps its data meanwhile")
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.mebibytes, arguments.runs, arguments.folder))


if __name__ == "__main__":
    main()
