"""`/graphql` over websockets: the protocol graphql-transport-ws to the letter, and no other."""

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

from graphql import OperationType
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from infra.backpressure import unread_seconds
from medianest.graphql import wire
from medianest.graphql.deadline import in_time
from medianest.graphql.errors import MalformedRequestError, TooManyOperationsError
from medianest.graphql.execution import Engine, MakeContext
from medianest.graphql.request import Authenticate, Charge, Login, OperationRequest, RequestInfo, new_correlation_id
from medianest.graphql.shared import Answer, Channel
from medianest.graphql.sockets import CLOSE_SECONDS, Place, SocketClosingError, Sockets
from models.actor import Actor
from models.errors import ErrorCode

SUBPROTOCOL = "graphql-transport-ws"

# Stock clients come back by themselves after 4403, 4408, 1012 and 1013, never after 1011 or the other 44xx.
BAD_REQUEST = 4400
NOT_INITIALISED = 4401
FORBIDDEN = 4403
SUBPROTOCOL_NOT_ACCEPTABLE = 4406
INIT_TIMEOUT = 4408
ID_IN_USE = 4409
SECOND_INIT = 4429
SERVICE_RESTART = 1012

WRITE_SOON = "medianest.write_soon"
"""An extension of ASGI: writes the bytes of a frame in its turn, or says that it cannot without waiting."""
_MAX_REASON_BYTES = 123
_BAD_TOKEN = frozenset({ErrorCode.UNAUTHENTICATED, ErrorCode.INVALID_CREDENTIALS, ErrorCode.PERMISSION_DENIED})

OriginAllowed = Callable[[str, str], bool]
"""Takes the headers `Origin` and `Host`."""


class WebSocketEndpoint:
    """An ASGI application."""

    def __init__(
        self,
        engine: Engine,
        authenticate: Authenticate,
        charge: Charge,
        make_context: MakeContext,
        *,
        origin_allowed: OriginAllowed,
        sockets: Sockets,
    ) -> None:
        self.engine = engine
        self.authenticate = authenticate
        self.charge = charge
        self.make_context = make_context
        self.sockets = sockets
        self._origin_allowed = origin_allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive, send)
        spoken = SUBPROTOCOL in scope["subprotocols"]
        await websocket.accept(SUBPROTOCOL if spoken else None)
        origin = websocket.headers.get("origin")
        if not spoken:
            await websocket.close(SUBPROTOCOL_NOT_ACCEPTABLE, f"Only {SUBPROTOCOL} is spoken here")
        elif origin is not None and not self._origin_allowed(origin, websocket.headers.get("host", "")):
            # a browser tells scripts the reason of a close, but nothing about a refused handshake
            await websocket.close(FORBIDDEN, _short(f"Not in MEDIANEST_ALLOWED_ORIGINS: {origin}"))
        else:
            await self._run(websocket)

    async def _run(self, websocket: WebSocket) -> None:
        socket = _Socket(websocket, self)
        try:
            await self.sockets.run(socket, socket.info.ip)
        except SocketClosingError as refusal:
            await websocket.close(refusal.code, _short(refusal.reason))


class _Socket:
    """One connection. One task reads it and one runs each operation; whoever sends waits for its turn.

    A single deadline ends it: first the time to initialise, then the expiry of the token, or at once by `end`.
    """

    __slots__ = (
        "_deadline", "_endpoint", "_limits", "_login", "_operations", "_place", "_tasks", "_turn", "_verdict",
        "_websocket", "info",
    )  # fmt: skip

    def __init__(self, websocket: WebSocket, endpoint: WebSocketEndpoint) -> None:
        self._websocket = websocket
        self._endpoint = endpoint
        self._limits = endpoint.sockets.limits
        self.info = RequestInfo.of(websocket)
        self._login: Login | None = None
        self._place: Place | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._deadline: asyncio.Timeout | None = None
        self._verdict = SocketClosingError(INIT_TIMEOUT, "Connection initialisation timeout")

    def belongs_to(self, matches: Callable[[Actor], bool]) -> bool:
        return self._login is not None and matches(self._login.actor)

    def end(self, code: int, reason: str) -> None:
        self._end(SocketClosingError(code, reason), in_seconds=0)

    def _end(self, verdict: SocketClosingError, *, in_seconds: float | None) -> None:
        if self._deadline is None or self._deadline.expired():
            return
        now, due = asyncio.get_running_loop().time(), self._deadline.when()
        if due is None or due > now:  # the first verdict stands
            self._verdict = verdict
            self._deadline.reschedule(None if in_seconds is None else now + in_seconds)

    async def run(self) -> None:
        try:
            verdict = await self._read_to_the_end()
        finally:
            if self._place is not None:
                self._place.leave()
            self._deadline = None
            for task in self._tasks:
                task.cancel()
        if verdict is not None:
            with suppress(TimeoutError, RuntimeError, WebSocketDisconnect):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._websocket.close(verdict.code, _short(verdict.reason))
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _read_to_the_end(self) -> SocketClosingError | None:
        """Returns how the socket is to be closed; None: the client has gone."""
        try:
            async with asyncio.timeout(self._limits.init_seconds) as self._deadline:
                while True:
                    await self._handle(_decode(await self._websocket.receive(), self._limits.frame_bytes))
        except TimeoutError:
            return self._verdict
        except SocketClosingError as verdict:
            return verdict
        except WebSocketDisconnect:
            return None
        except Exception as failure:  # noqa: BLE001 - 1011 would keep stock clients away for good
            return self._internal(failure)

    async def _handle(self, message: Any) -> None:
        match message:
            case {"type": "connection_init"} if isinstance(message.get("payload"), dict | None):
                await self._initialise(message.get("payload") or {})
            case {"type": "ping"} if isinstance(message.get("payload"), dict | None):
                await self._send(wire.encode({"type": "pong"}))
            case {"type": "pong"} if isinstance(message.get("payload"), dict | None):
                pass
            case {"type": "subscribe", "id": str(id), "payload": dict(payload)} if id:
                await self._subscribe(id, payload)
            case {"type": "complete", "id": str(id)} if id:
                operation = self._operations.pop(id, None)
                if operation is not None:
                    operation.cancel()
            case _:
                raise SocketClosingError(BAD_REQUEST, "This is not a message of graphql-transport-ws")

    async def _initialise(self, payload: dict[str, Any]) -> None:
        if self._login is not None:
            raise SocketClosingError(SECOND_INIT, "Too many initialisation requests")
        authorization = next((value for key, value in payload.items() if key.lower() == "authorization"), None)
        if not isinstance(authorization, str | None):
            raise SocketClosingError(BAD_REQUEST, "Authorization must be a string")
        login = await self._authenticate(authorization)
        self._place = self._endpoint.sockets.place_of(login.actor.user_id)
        self._login = login
        expires_at = self._login.expires_at
        self._end(
            SocketClosingError(FORBIDDEN, ErrorCode.TOKEN_EXPIRED),
            in_seconds=None if expires_at is None else expires_at - time.time(),
        )
        await self._send(wire.encode({"type": "connection_ack"}))

    async def _authenticate(self, authorization: str | None) -> Login:
        try:
            return await in_time(self._endpoint.authenticate(authorization, self.info))
        except Exception as failure:  # noqa: BLE001
            error = self._endpoint.engine.errors.expected(failure, self.info.correlation_id)
        if error.code is ErrorCode.TOKEN_EXPIRED:
            raise SocketClosingError(FORBIDDEN, error.code)
        if error.code in _BAD_TOKEN:
            raise SocketClosingError(FORBIDDEN, f"{error.code}: {error.message}")
        raise SocketClosingError(SERVICE_RESTART, f"{error.code}: {error.message}")

    async def _subscribe(self, id: str, payload: dict[str, Any]) -> None:
        if self._login is None:
            raise SocketClosingError(NOT_INITIALISED, "Unauthorized: send connection_init first")
        if id in self._operations:
            raise SocketClosingError(ID_IN_USE, f"Subscriber for {id} already exists")
        try:
            request = OperationRequest.from_json(payload)
        except MalformedRequestError as error:
            raise SocketClosingError(BAD_REQUEST, error.message) from None
        if len(self._operations) >= self._limits.operations:
            await self._send(self._error(id, self.info, TooManyOperationsError(self._limits.operations)))
            return
        operation = asyncio.create_task(self._run_operation(id, request, self._login))
        self._operations[id] = operation
        self._tasks.add(operation)
        operation.add_done_callback(self._tasks.discard)

    async def _run_operation(self, id: str, request: OperationRequest, login: Login) -> None:
        info = replace(self.info, correlation_id=new_correlation_id())
        try:
            try:
                await self._answer(id, request, login.actor, info)
                last = wire.encode({"id": id, "type": "complete"})
            except (SocketClosingError, WebSocketDisconnect):
                raise
            except Exception as failure:  # noqa: BLE001
                last = self._error(id, info, failure)
            self._operations.pop(id, None)
            await self._send(last)
        except SocketClosingError as verdict:
            self._end(verdict, in_seconds=0)
        except WebSocketDisconnect:
            pass
        except Exception as failure:  # noqa: BLE001
            self._end(self._internal(failure), in_seconds=0)

    async def _answer(self, id: str, request: OperationRequest, actor: Actor, info: RequestInfo) -> None:
        engine = self._endpoint.engine
        operation = await engine.prepare(request)
        allowance = self._endpoint.charge(actor, info, operation.charge).require()
        context = self._endpoint.make_context(actor, info, allowance)
        if operation.type is not OperationType.SUBSCRIPTION:
            await self._send(Answer(await in_time(engine.execute(operation, context), operation.seconds)).message(id))
            return
        async with aclosing(engine.subscribe(operation, context, self._channel(id))) as answers:
            async for answer in answers:
                await self._send(answer.message(id))
                # a source that is always ready would otherwise keep everybody else waiting
                await asyncio.sleep(0)

    def _channel(self, id: str) -> Channel | None:
        """Past the turns: those who wait for theirs wait for the peer to read, and then nothing is written."""
        write: Callable[[bytes], bool] | None = self._websocket.scope["extensions"].get(WRITE_SOON)
        return None if write is None else Channel(id, write)

    async def _send(self, text: bytes) -> None:
        began = time.monotonic()
        async with self._turn:
            if self._websocket.application_state is WebSocketState.DISCONNECTED:
                raise WebSocketDisconnect  # whoever sent before has noticed
            try:
                async with asyncio.timeout(self._limits.send_seconds):
                    await self._websocket.send_text(text.decode())
            except TimeoutError:
                raise SocketClosingError(SERVICE_RESTART, "The client does not read") from None
        unread_seconds.set(time.monotonic() - began)

    def _error(self, id: str, info: RequestInfo, failure: Exception) -> bytes:
        errors = self._endpoint.engine.errors.rejection(failure, info.correlation_id)
        return wire.encode({"id": id, "type": "error", "payload": errors})

    def _internal(self, failure: Exception) -> SocketClosingError:
        self._endpoint.engine.errors.expected(failure, self.info.correlation_id)  # logged and counted there
        return SocketClosingError(SERVICE_RESTART, "Something went wrong on our side")


def _decode(message: Any, max_bytes: int) -> Any:
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message["code"], message.get("reason"))
    text = message.get("text")
    if text is None:
        raise SocketClosingError(BAD_REQUEST, "Messages are text frames")
    if len(text.encode("utf-8", "surrogatepass")) > max_bytes:
        raise SocketClosingError(BAD_REQUEST, f"A frame holds at most {max_bytes // 1024} KiB")
    try:
        return wire.decode(text)
    except MalformedRequestError as error:
        raise SocketClosingError(BAD_REQUEST, error.message) from None


def _short(reason: str) -> str:
    """What fits into a close frame."""
    return reason.encode()[:_MAX_REASON_BYTES].decode(errors="ignore")
