"""What happens on a connection below the messages."""

import asyncio
import gc
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from medianest import serving
from medianest.wiring.backbone import Backbone
from tests.clients.conftest import Nest

_PING, _PONG, _CLOSE = 0x89, 0x8A, 0x88


@asynccontextmanager
async def connected(base: Backbone) -> AsyncIterator[tuple[bytes, StreamReader, StreamWriter]]:
    """The head of the server's answer, and the connection."""
    nest = Nest(base)
    await nest.start()
    address = urlsplit(nest.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(
            f"GET /graphql HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n".encode()
        )
        async with asyncio.timeout(10):
            yield await reader.readuntil(b"\r\n\r\n"), reader, writer
    finally:
        writer.close()
        await nest.stop()


async def frame(reader: StreamReader) -> tuple[int, bytes]:
    kind, size = await reader.readexactly(2)
    return kind, await reader.readexactly(size)


@pytest.fixture
def pings_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "_PING_SECONDS", 0.2)


class TestHandshake:
    async def test_compression_is_not_taken_up(self, base: Backbone) -> None:
        async with connected(base) as (head, _, _):
            assert head.startswith(b"HTTP/1.1 101 ")
            assert b"sec-websocket-extensions" not in head.lower()


@pytest.mark.usefixtures("pings_soon")
class TestPings:
    async def test_who_answers_is_asked_again(self, base: Backbone) -> None:
        async with connected(base) as (_, reader, writer):
            asked = set()
            for _ in range(3):
                kind, payload = await frame(reader)
                assert kind == _PING
                asked.add(payload)
                writer.write(bytes((_PONG, 0x80 | len(payload))) + bytes(4) + payload)
            assert len(asked) == 3

    async def test_who_does_not_is_told_to_come_back(self, base: Backbone) -> None:
        async with connected(base) as (_, reader, _):
            assert (await frame(reader))[0] == _PING
            kind, payload = await frame(reader)
            assert (kind, int.from_bytes(payload[:2], "big")) == (_CLOSE, 1012)


class TestStart:
    async def test_what_stays_is_looked_at_no_more(self, base: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
        frozen: list[bool] = []
        monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
        async with connected(base):
            assert frozen == [True]
