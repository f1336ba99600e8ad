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
FORM, PUT, TICKET = "uploadFile", "PUT alone, not looked at", "PUT and completeUpload"
Seconds = dict[str, float]
BLOCK = os.urandom(MIB)
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"  # as long as those of browsers
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


async def by_form(client: Client, mebibytes: int) -> Seconds:
    began = time.perf_counter()
    variables = {"input": {"kind": "OTHER", "file": None}}
    fields = {"operations": {"query": UPLOAD, "variables": variables}, "map": {"0": ["variables.input.file"]}}
    head = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{json.dumps(value)}\r\n'
        for name, value in fields.items()
    )
    head += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="0"; filename="large"\r\n\r\n'
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Apollo-Require-Preflight": "1",
        "Authorization": f"Bearer {client.access_token}",
    }
    answer = await asyncio.to_thread(
        send, "POST", client.url, mebibytes, headers, head.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    _check(json.loads(answer)["data"]["uploadFile"])
    return {FORM: time.perf_counter() - began}


async def by_ticket(client: Client, mebibytes: int) -> Seconds:
    announced = {"kind": "OTHER", "filename": "large", "mimeType": "application/octet-stream", "bytes": mebibytes * MIB}
    made: Any = (await client.execute(CREATE, input=announced))["createUpload"]
    ticket = made["ticket"]
    headers = {header["name"]: header["value"] for header in ticket["headers"]}
    began = time.perf_counter()
    await asyncio.to_thread(send, "PUT", ticket["url"], mebibytes, headers)
    sent = time.perf_counter() - began
    done = (await client.execute(COMPLETE, id=ticket["file"]["id"]))["completeUpload"]
    _check(done)
    return {PUT: sent, TICKET: time.perf_counter() - began}


def _check(payload: Any) -> None:
    if payload["errors"]:
        raise RuntimeError(payload["errors"])


async def measure(mebibytes: int, runs: int, scratch: str | None) -> None:
    speeds: dict[str, list[float]] = {FORM: [], TICKET: [], PUT: []}
    extras: dict[str, list[float]] = {name: [0.0] for name in speeds}
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder = Path(name)
        async with running_server(folder / "data", folder) as server, Client(server.address) as client:
            first = {**ACCOUNT, "setupToken": server.setup_token}
            payload = (await client.execute(operations.CREATE_FIRST_ADMIN, input=first))["createFirstAdmin"]
            client.access_token = payload["accessToken"]
            client.http.timeout = 600
            pid = api_pid(folder)
            for run in range(runs + 1):
                for upload in (by_form, by_ticket):
                    with watched(pid) as extra:
                        seconds = await upload(client, mebibytes if run else 1)  # the first is for what is made once
                    for what, took in seconds.items() if run else ():
                        speeds[what].append(mebibytes / took)
                        extras[what].append(max(extra))
    table = Table(f"{mebibytes} MiB, {runs} runs", "MiB/s, median", "slowest", "extra memory, MiB", f"{FORM} beside it")
    form = statistics.median(speeds[FORM])
    for what, values in speeds.items():
        median = statistics.median(values)
        table.add_row(what, f"{median:.0f}", f"{min(values):.0f}", f"{max(extras[what]):.0f}", f"{form / median:.2f}")
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.uploads", description=__doc__)
    parser.add_argument("--mebibytes", type=int, default=1024, help="the size of the file")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", help="where the server keeps its data meanwhile")
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.mebibytes, arguments.runs, arguments.folder))


if __name__ == "__main__":
    main()
