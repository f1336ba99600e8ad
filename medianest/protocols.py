"""uvicorn's connections within bounds: how long and large a head may be, and what one peer's frames cost the others."""

import asyncio
from collections import deque
from math import ceil
from typing import Any

from typing_extensions import override
from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame
from websockets.http11 import Request

from medianest.graphql.websocket import WRITE_SOON
from medianest.pens import Outbox, Pen

HEAD_SECONDS = 10
MAX_HEAD_BYTES = 64 * 1024
MAX_FRAGMENTS = 1_000

# of the smallest frames it holds 85, which take about 5 ms
_SLICE_BYTES = 512
_PINGS_A_SECOND = 20
_REFUSED = b"HTTP/1.1 %b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_BAD_REQUEST, _HEAD_TOO_LARGE = _REFUSED % b"400 Bad Request", _REFUSED % b"431 Request Header Fields Too Large"


class BoundedHttp(HttpToolsProtocol):
    """Closes a connection on which no answer is under way and no request comes about, however slowly it is fed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None
        self._requests = self._head_bytes = 0
        self._is_in_head = self._is_head_too_large = False

    @property
    def _is_idle(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # whatever uvicorn's annotation says
        return cycle is None or cycle.response_complete

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_deadline()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_deadline()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        before = self._requests
        super().data_received(data)
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return
        if self._is_idle:
            self._start_deadline()
        if self._is_in_head and self._requests == before:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._is_head_too_large = True
                self.send_400_response("")

    @override
    def on_message_begin(self) -> None:
        self._requests += 1
        self._is_in_head, self._head_bytes = True, 0
        super().on_message_begin()

    @override
    def on_headers_complete(self) -> None:
        self._is_in_head = False
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD_BYTES:
            self._is_head_too_large = True
            raise ValueError("the head is too large")
        super().on_headers_complete()
        if not self._is_idle:  # the deadline of a handshake runs on until another protocol takes it over
            self._stop_deadline()

    @override
    def handle_websocket_upgrade(self) -> None:
        self._stop_deadline()
        super().handle_websocket_upgrade()

    @override
    def send_400_response(self, msg: str) -> None:
        if self._is_head_too_large:
            self.transport.write(_HEAD_TOO_LARGE)
            self.transport.close()
        else:
            super().send_400_response(msg)

    def _start_deadline(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self._too_late)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        self._deadline = None
        if self._is_idle:
            self.transport.close()


class Turns:
    """Whose bytes come next: of all websockets with more than they may have at once, one slice an iteration."""

    def __init__(self) -> None:
        self._waiting: deque[BoundedWebSocket] = deque()

    def join(self, connection: "BoundedWebSocket") -> None:
        self._waiting.append(connection)
        if len(self._waiting) == 1:
            connection.loop.call_soon(self._next)

    def _next(self) -> None:
        connection = self._waiting[0]
        connection.take_turn()
        self._waiting.popleft()
        if self._waiting:
            connection.loop.call_soon(self._next)


class _Inbox:
    """As much of asyncio.Queue as one reader needs, in a tenth of the memory."""

    __slots__ = ("_messages", "_reader")

    def __init__(self) -> None:
        self._messages: list[ASGIReceiveEvent] = []
        self._reader: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        return not self._messages

    def put_nowait(self, message: ASGIReceiveEvent) -> None:
        self._messages.append(message)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> ASGIReceiveEvent:
        while not self._messages:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        return self._messages.pop(0)


class BoundedWebSocket(WebSocketsSansIOProtocol):
    """Ends a connection that answers no ping with 1012: stock clients never come back after uvicorn's own 1011.

    Its frames are read in slices, with everybody else's work between them, and no sooner than the application took
    those before, and the peer read what was written to it.
    """

    def __init__(self, turns: Turns, outbox: Outbox, *args: Any, **kwargs: Any) -> None:
        self._pen = Pen(outbox)
        super().__init__(*args, **kwargs)
        self.queue = _Inbox()  # type: ignore[assignment]
        self._turns = turns
        self._unread = bytearray()
        self._is_in_line = False

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._pen.transport = self.transport
        self.loop.call_later(HEAD_SECONDS, self._end_handshake)

    def _end_handshake(self) -> None:
        if not self.handshake_complete:
            self.transport.close()

    @override
    def data_received(self, data: bytes) -> None:
        if not self.handshake_initiated:
            self._shake_hands(data)
        elif not self._unread and len(data) <= _SLICE_BYTES:
            super().data_received(data)
        else:
            self._unread += data
            self._read_on()

    @override
    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][WRITE_SOON] = self._pen.write  # type: ignore[assignment]

    @override
    def start_keepalive(self) -> None:
        super().start_keepalive()
        self.request.headers.clear()  # the handshake is over, and its parser would keep them
        del self.request, self.response

    @property  # type: ignore[explicit-override]  # mypy takes none where the other one is an attribute
    def close_sent(self) -> bool:
        return self._pen.is_closed

    @close_sent.setter
    def close_sent(self, is_sent: bool) -> None:
        self._pen.is_closed = is_sent

    def _shake_hands(self, data: bytes) -> None:
        super().data_received(data)
        if not self.handshake_initiated and self.conn.handshake_exc is not None:
            self.transport.write(b"".join(self.conn.data_to_send()) or _BAD_REQUEST)
            self.transport.close()

    def _read_on(self) -> None:
        """Joins the line where there is something to read, and somebody to read it."""
        if not self._unread or self._is_in_line or self.transport.is_closing():
            return
        self.transport.pause_reading()
        if not self.read_paused and self.writable.is_set():
            self._is_in_line = True
            self._turns.join(self)

    def take_turn(self) -> None:
        self._is_in_line = False
        piece = bytes(self._unread[:_SLICE_BYTES])
        del self._unread[:_SLICE_BYTES]
        if self.transport.is_closing():
            return
        super().data_received(piece)
        self._read_on()
        if not self._unread and not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    @override
    async def receive(self) -> ASGIReceiveEvent:
        message = await super().receive()
        self._read_on()
        return message

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._pen.is_blocked = True

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._pen.is_blocked = False
        self._read_on()

    @override
    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) < MAX_FRAGMENTS:
            super().handle_cont(event)
        else:
            self._fail(CloseCode.MESSAGE_TOO_BIG, f"more than {MAX_FRAGMENTS} fragments")

    @override
    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text":
            self.frames = [b"".join(self.frames)]
            try:
                self.frames[0].decode()
            except UnicodeDecodeError:  # uvicorn makes an error of ours of it, with a traceback
                self._fail(CloseCode.INVALID_DATA, "not UTF-8")
                return
        super().send_receive_event_to_app()

    def _fail(self, code: CloseCode, reason: str) -> None:
        if not self.close_sent:
            self.conn.fail(code, reason)
            self.handle_parser_exception()

    @override
    def schedule_ping(self) -> None:
        """At a moment that many share: each for itself would wake its reader, which costs more than the ping."""
        due = self.loop.time() + (self.ping_interval or 0) - self.last_ping_rtt
        self.ping_timer = self.loop.call_at(ceil(due * _PINGS_A_SECOND) / _PINGS_A_SECOND, self.send_keepalive_ping)

    @override
    def keepalive_timeout(self) -> None:
        self.pong_timer = None
        self.pending_ping_payload = None
        if not self.close_sent and not self.transport.is_closing():
            self.conn.fail(CloseCode.SERVICE_RESTART, "no answer to a ping")
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.transport.close()
