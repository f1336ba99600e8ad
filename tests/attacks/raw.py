"""HTTP and websockets over bare sockets: a library would clean what is sent here."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from tests.attacks.attack import Script

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_HANGS_SECONDS = 20
HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nHost: nest.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
)


class Opcode(IntEnum):
    CONTINUATION, TEXT, BINARY = 0, 1, 2
    CLOSE, PING, PONG = 8, 9, 10


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def frame(payload: bytes, opcode: int = Opcode.TEXT, *, last: bool = True, masked: bool = True, rsv: int = 0) -> bytes:
    """A websocket frame; its mask is four zeros, which is one."""
    size, bit = len(payload), 0x80 if masked else 0
    first = bytes([(0x80 if last else 0) | rsv << 4 | opcode])
    if size < 126:
        length = bytes([bit | size])
    elif size < 2**16:
        length = bytes([bit | 126]) + size.to_bytes(2)
    else:
        length = bytes([bit | 127]) + size.to_bytes(8)
    return first + length + (bytes(4) if masked else b"") + payload


def message(type: str, **more: Any) -> bytes:
    """A message of graphql-transport-ws, as a frame."""
    return frame(json.dumps({"type": type, **more}).encode())


@asynccontextmanager
async def connected(address: tuple[str, int]) -> AsyncIterator[Streams]:
    """Raises TimeoutError when nothing comes of it for so long that it hangs."""
    async with asyncio.timeout(_HANGS_SECONDS):
        reader, writer = await asyncio.open_connection(*address)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


async def exchange(streams: Streams, script: Script, answers: int) -> list[Answer]:
    """So many answers, or those until the server closes the connection. It may do so before all is sent."""
    reader, writer = streams
    sending = asyncio.create_task(play(writer, script))
    is_head = isinstance(script[0], bytes) and script[0].startswith(b"HEAD")
    try:
        return [answer async for answer in _answers(reader, answers, is_head=is_head)]
    finally:
        sending.cancel()
        await asyncio.wait([sending])


async def play(writer: asyncio.StreamWriter, script: Script) -> None:
    with suppress(ConnectionError):
        for piece in script:
            if isinstance(piece, bytes):
                writer.write(piece)
                await writer.drain()
            else:
                await asyncio.sleep(piece)


async def _answers(reader: asyncio.StreamReader, wanted: int, *, is_head: bool) -> AsyncIterator[Answer]:
    left = wanted
    while left:
        try:
            found = await answer(reader, is_head=is_head)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        if found.status >= 200:
            left -= 1
            yield found


async def answer(reader: asyncio.StreamReader, *, is_head: bool = False) -> Answer:
    """Raises IncompleteReadError where the server closed the connection."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
    body = await reader.readexactly(0 if is_head else int(headers.get("content-length", 0)))
    return Answer(int(lines[0].split()[1]), headers, body)


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, bytes]]:
    """Opcode and payload of each frame of the server, up to the end of the connection."""
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        while True:
            first, size = await reader.readexactly(2)
            if size >= 126:
                size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8))
            yield first & 0x0F, await reader.readexactly(size)


def close_code(payload: bytes) -> int:
    return int.from_bytes(payload[:2])
