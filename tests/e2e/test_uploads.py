"""Files on their way in while clients leave and processes die."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from tests.conftest import scaled
from tests.e2e.front_end import FrontEnd, eventually, until
from tests.e2e.serving import Serving, kill

pytestmark = pytest.mark.asyncio(loop_scope="session")

MIB = 1024**2
UPLOAD = "mutation($input: UploadFileInput!) { uploadFile(input: $input) { file { sha256 bytes } errors { code } } }"
CREATE = """mutation($input: CreateUploadInput!) { createUpload(input: $input) {
    ticket { url headers { name value } file { id } } errors { code } } }"""
COMPLETE = """mutation($id: ID!) { completeUpload(input: {id: $id}) {
    file { status sha256 } errors { code } } }"""
HEAD = (
    '--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n'
    + json.dumps({"query": UPLOAD, "variables": {"input": {"kind": "OTHER", "file": None}}})
    + '\r\n--b\r\nContent-Disposition: form-data; name="map"\r\n\r\n{"0": ["variables.input.file"]}\r\n'
    '--b\r\nContent-Disposition: form-data; name="0"; filename="large"\r\n\r\n'
).encode()
TAIL = b"\r\n--b--\r\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def one_server(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> AsyncIterator[Serving]:
    serving = Serving(tmp_path_factory.mktemp("uploads"), migrated)
    try:
        await serving.start("--no-worker")
        yield serving
    finally:
        await serving.close()


@pytest_asyncio.fixture(loop_scope="session")
async def server(one_server: Serving) -> AsyncIterator[Serving]:
    """Without files, whatever the test before left."""
    yield one_server
    await one_server.sql("DELETE FROM stored_files")
    for path in objects(one_server):
        path.unlink()


def objects(server: Serving) -> list[Path]:
    return [path for path in (server.data_dir / "objects").rglob("*") if path.is_file()]


async def rows(server: Serving) -> list[str]:
    return [row["status"] for row in await server.sql("SELECT status FROM stored_files ORDER BY id")]


class Sender:
    """A request that is sent piece by piece."""

    def __init__(self, writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
        self.writer, self._reader = writer, reader

    async def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    async def answer(self) -> tuple[int, bytes]:
        status = int((await self._reader.readuntil(b"\r\n")).split()[1])
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        return status, await self._reader.readexactly(int(length.partition(b":")[2]))


@asynccontextmanager
async def request(method: str, address: str, size: int, headers: dict[str, str]) -> AsyncIterator[Sender]:
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    lines = {"Host": parts.netloc, "Content-Length": str(size), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"{method} {parts.path}?{parts.query} HTTP/1.1\r\n{head}\r\n".encode())
    try:
        yield Sender(writer, reader)
    finally:
        writer.close()


def form(client: FrontEnd, size: int) -> Any:
    headers = {
        "Content-Type": "multipart/form-data; boundary=b",
        "Apollo-Require-Preflight": "1",
        "Authorization": f"Bearer {client.access_token}",
    }
    return request("POST", client.url, len(HEAD) + size + len(TAIL), headers)


async def ticket(client: FrontEnd, size: int) -> Any:
    announced = {"kind": "OTHER", "filename": "a", "mimeType": "application/octet-stream", "bytes": size}
    return (await client.execute(CREATE, input=announced))["createUpload"]["ticket"]


def put(made: Any, size: int) -> Any:
    return request("PUT", made["url"], size, {header["name"]: header["value"] for header in made["headers"]})


def is_under_way(server: Serving) -> bool:
    return any(path.stat().st_size >= MIB for path in objects(server))


class Gigabyte:
    """A tenth of one in `make test`. `most` is how much memory the server took meanwhile besides, in KiB."""

    BLOCK = bytes(range(256)) * 4096

    def __init__(self, server: Serving) -> None:
        (pid,) = server.processes("medianest.app")
        self._status = Path(f"/proc/{pid}/status")
        self._before, self.most = self._memory(), 0
        self.bytes = scaled(1024) * MIB
        self.sha256 = hashlib.sha256(self.BLOCK * scaled(1024)).hexdigest()

    async def send(self, sender: Sender) -> None:
        for _ in range(scaled(1024)):
            await sender.send(self.BLOCK)
            self.look()

    def look(self) -> None:
        self.most = max(self.most, self._memory() - self._before)

    def _memory(self) -> int:
        return int(self._status.read_text().partition("RssAnon:")[2].split()[0])


class TestTicket:
    async def test_of_a_gigabyte_only_a_little_is_in_memory(self, server: Serving, client: FrontEnd) -> None:
        file = Gigabyte(server)
        made = await ticket(client, file.bytes)
        async with put(made, file.bytes) as sender:
            await file.send(sender)
            assert (await sender.answer())[0] == 204
        done = (await client.execute(COMPLETE, id=made["file"]["id"]))["completeUpload"]
        file.look()
        assert done == {"file": {"status": "READY", "sha256": file.sha256}, "errors": []}
        assert file.most < 80 * 1024


class TestUploadFile:
    async def test_of_a_gigabyte_only_a_little_is_in_memory(self, server: Serving, client: FrontEnd) -> None:
        file = Gigabyte(server)
        async with form(client, file.bytes) as sender:
            await sender.send(HEAD)
            await file.send(sender)
            await sender.send(TAIL)
            code, body = await sender.answer()
        made = json.loads(body)["data"]["uploadFile"]
        assert (code, made["errors"]) == (200, [])
        assert made["file"] == {"sha256": file.sha256, "bytes": file.bytes}
        assert file.most < 80 * 1024

    async def test_who_leaves_in_the_middle_leaves_nothing(self, server: Serving, client: FrontEnd) -> None:
        async with form(client, 8 * MIB) as sender:
            await sender.send(HEAD, bytes(3 * MIB))
            await until(lambda: is_under_way(server))
            assert await rows(server) == ["PENDING"]

        async def is_clean() -> bool | None:
            return True if (await rows(server), objects(server)) == ([], []) else None

        await eventually(is_clean, 10)

    async def test_who_sends_too_much_hears_why(self, server: Serving, client: FrontEnd) -> None:
        async with form(client, 3 * 1024 * MIB) as sender:
            head = HEAD.replace(b'"OTHER"', b'"COOKIES"')
            await sender.send(head, bytes(2 * MIB))
            _, body = await sender.answer()
        (error,) = json.loads(body)["data"]["uploadFile"]["errors"]
        assert error == {"code": "PAYLOAD_TOO_LARGE"}
        assert (await rows(server), objects(server)) == ([], [])


class TestKill:
    """kill -9 of the process that takes the bytes: nothing is READY, and the same can be done again."""

    async def test_in_the_middle_of_a_file_with_the_operation(self, server: Serving, client: FrontEnd) -> None:
        async with form(client, 8 * MIB) as sender:
            await sender.send(HEAD, bytes(3 * MIB))
            await until(lambda: is_under_way(server))
            (pid,) = server.processes("medianest.app")
            kill(pid)
        await until(lambda: server.processes("medianest.app") not in ([], [pid]))
        assert await rows(server) == ["PENDING"]
        assert all(path.name.endswith(".part") for path in objects(server)), "nothing looks like a whole file"

    async def test_in_the_middle_of_a_put(self, server: Serving, client: FrontEnd) -> None:
        content = bytes(4 * MIB)
        made = await ticket(client, len(content))
        async with put(made, len(content)) as sender:
            await sender.send(content[: 3 * MIB])
            await until(lambda: is_under_way(server))
            (pid,) = server.processes("medianest.app")
            kill(pid)

        async def again() -> bool | None:
            try:
                async with put(made, len(content)) as sender:
                    await sender.send(content)
                    return True if (await sender.answer())[0] == 204 else None
            except OSError:
                return None

        await eventually(again, 20)
        done = (await client.execute(COMPLETE, id=made["file"]["id"]))["completeUpload"]
        assert done["errors"] == []
        assert done["file"] == {"status": "READY", "sha256": hashlib.sha256(content).hexdigest()}

    async def test_before_the_upload_is_completed(self, server: Serving, client: FrontEnd) -> None:
        made = await ticket(client, 4)
        async with put(made, 4) as sender:
            await sender.send(b"1234")
            assert (await sender.answer())[0] == 204
        for pid in server.processes("medianest.app"):
            kill(pid)

        async def completed() -> Any:
            try:
                return (await client.execute(COMPLETE, id=made["file"]["id"]))["completeUpload"]
            except Exception:  # noqa: BLE001 - the server is away
                return None

        assert (await eventually(completed, 20))["file"]["status"] == "READY"
