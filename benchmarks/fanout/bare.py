"""What a process of this runtime could do at best: ready bytes written to sockets. No GraphQL, no rows, no rights.

What the others take beside it tells more than their figures alone, which are the machine's as well.
"""

import asyncio
import json
import re
from typing import cast

import uvloop
from typing_extensions import override
from websockets.frames import Frame, Opcode
from websockets.utils import accept_key

from benchmarks.fanout.watchers import stamp

_KEY = re.compile(rb"Sec-WebSocket-Key: (\S+)")
_READY = '{"type":"connection_ack"}'
_EVENT = (
    '{"id":"1","type":"next","payload":{"data":{"%s":{"__typename":"%s","cursor":"AAAAAAAAAAE",'
    '"at":"2026-01-01T00:00:00.000000Z","%s":{"id":"U2VydmljZTox","%s":"%s","body":"For everybody",'
    '"createdAt":"2026-01-01T00:00:00.000000Z"}}}}}'
)


class _Connection(asyncio.Protocol):
    """Takes the order to publish, or a websocket, which watches once it has introduced itself."""

    def __init__(self, watching: list[asyncio.Transport]) -> None:
        self._watching = watching
        self._unread = b""
        self._is_open = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport in self._watching:
            self._watching.remove(self._transport)

    @override
    def data_received(self, data: bytes) -> None:
        if self._is_open:
            if b"connection_init" in data:
                self._transport.write(_frame(_READY))
                self._watching.append(self._transport)
            return
        head, end, body = (self._unread + data).partition(b"\r\n\r\n")
        if not end or (head.startswith(b"POST") and not body.endswith(b"}")):
            self._unread += data
            return
        if head.startswith(b"POST"):
            self._publish(**json.loads(body))
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            return
        key = cast("re.Match[bytes]", _KEY.search(head))[1]
        self._is_open = True
        self._transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Accept: "
            + accept_key(key.decode()).encode()
            + b"\r\n\r\n"
        )

    def _publish(self, events: int = 0, people: int = 0) -> None:
        for _ in range(events):
            frame = _frame(_EVENT % ("services", "ServiceChanged", "service", "name", stamp()))
            for transport in self._watching:
                transport.write(frame)
        now = stamp()
        for transport in self._watching[:people]:
            transport.write(_frame(_EVENT % ("notifications", "NotificationReceived", "notification", "title", now)))


def _frame(text: str) -> bytes:
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=False)


async def _serve() -> None:
    watching: list[asyncio.Transport] = []
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(watching), "127.0.0.1", 0, backlog=4096)
    print(f"port {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve())
