"""Thousands of websockets that watch a subscription, in one process: when did each hear of what?"""

import asyncio
import base64
import json
import os
import struct
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from typing_extensions import override

STAMP = b"stamp:"
"""Publishers put it into their events; behind it the monotonic clock, which all processes share, in nanoseconds."""


def stamp() -> str:
    return f"stamp:{time.monotonic_ns()};"


_PER_ADDRESS = 200
_AT_ONCE = 50
_TEXT = 0x81
_CLOSE = 0x88
_PING, _PONG = 0x89, 0x8A


@dataclass(slots=True)
class Heard:
    """`latencies` in seconds, of all watchers together; `last_at` on the monotonic clock."""

    latencies: "array[float]" = field(default_factory=lambda: array("d"))
    last_at: float = 0.0
    closed: int = 0

    def clear(self) -> None:
        self.latencies = array("d")


@dataclass(frozen=True, slots=True)
class Watch:
    """What one watcher sends."""

    query: str
    variables: dict[str, object] = field(default_factory=dict)
    authorization: str | None = None


class _Watcher(asyncio.Protocol):
    def __init__(self, watch: Watch, host: str, heard: Heard) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watch, self._host, self._heard = watch, host, heard
        self._buffer = b""
        self._is_open = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own is none by descent
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(
            f"GET /graphql HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._heard.closed += 1
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("closed before it was acknowledged"))

    @override
    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        data = self._buffer + data if self._buffer else data
        if not self._is_open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._buffer = head
                return
            self._is_open = True
            payload = {"Authorization": self._watch.authorization} if self._watch.authorization else {}
            self._send({"type": "connection_init", "payload": payload})
        self._buffer = self._frames(data, now)

    def _frames(self, data: bytes, now: float) -> bytes:
        """Takes in whole frames; answers the beginning of one that is not."""
        start = 0
        while len(data) >= start + 2:
            length, head = data[start + 1], 2
            if length == 126:  # noqa: PLR2004  (RFC 6455)
                length, head = int.from_bytes(data[start + 2 : start + 4], "big"), 4
            if len(data) < start + head + length:
                break
            self._take(data[start], data[start + head : start + head + length], now)
            start += head + length
        return data[start:]

    def _take(self, kind: int, payload: bytes, now: float) -> None:
        if (found := payload.find(STAMP)) >= 0:
            sent = int(payload[found + len(STAMP) : payload.index(b";", found)]) / 1e9
            self._heard.latencies.append(now - sent)
            self._heard.last_at = now
        elif kind == _PING:
            self._frame(_PONG, payload)
        elif kind == _TEXT and b"connection_ack" in payload[:40]:
            query = {"query": self._watch.query, "variables": self._watch.variables}
            self._send({"id": "1", "type": "subscribe", "payload": query})
            self.ready.set_result(None)
        elif kind == _CLOSE or b'"error' in payload:
            raise RuntimeError(payload)

    def _send(self, message: object) -> None:
        self._frame(_TEXT, json.dumps(message).encode())

    def _frame(self, kind: int, payload: bytes) -> None:
        """Masked with zeros: what the server takes off is what stands there."""
        size = len(payload)
        head = bytes((kind, 0x80 | size)) if size < 126 else struct.pack("!BBH", kind, 0x80 | 126, size)  # noqa: PLR2004
        self._transport.write(head + bytes(4) + payload)


async def connect(
    host: str, port: int, watches: Sequence[Watch], heard: Heard, progress: Callable[[int], None]
) -> list[asyncio.Transport]:
    """All of them, from as many loopback addresses as servers with a bound per address ask for."""
    loop, transports = asyncio.get_running_loop(), []
    for first in range(0, len(watches), _AT_ONCE):
        batch = watches[first : first + _AT_ONCE]
        origin = f"127.0.1.{1 + first // _PER_ADDRESS}"
        made = await asyncio.gather(
            *(
                loop.create_connection(
                    lambda watch=watch: _Watcher(watch, f"{host}:{port}", heard),  # type: ignore[misc]
                    host, port, local_addr=(origin, 0),
                )
                for watch in batch
            )
        )  # fmt: skip
        await asyncio.wait_for(asyncio.gather(*(protocol.ready for _, protocol in made)), 60)
        transports += [transport for transport, _ in made]
        progress(len(transports))
    return transports
