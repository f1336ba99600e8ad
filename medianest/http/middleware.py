"""What every request passes through: its correlation id, and one line in the log."""

import re
import time
from collections.abc import Awaitable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.correlation import correlation_id
from medianest.graphql.request import new_correlation_id

log = structlog.get_logger()

_USABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Correlation:
    """Takes `X-Request-ID` over where it is usable, makes one where not, and sends it back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] not in {"http", "websocket"}:
            return self._app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        current = given if _USABLE_ID.fullmatch(given) else new_correlation_id()
        scope.setdefault("state", {})["correlation_id"] = current
        correlation_id.set(current)
        return self._answer(scope, receive, send) if scope["type"] == "http" else self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = time.perf_counter(), 0

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = scope["state"]["correlation_id"]
            await send(message)

        try:
            await self._app(scope, receive, tell)
        finally:
            # the path alone: a query string may hold the signature of a file link
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            log.debug("http.request", method=scope["method"], path=scope["path"], status=status, ms=milliseconds)


class WebSocketsFirst:
    """Websockets go to their endpoint at once: each layer that Starlette lays around a request would stay in memory for
    as long as they are open.
    """

    def __init__(self, app: ASGIApp, path: str, endpoint: ASGIApp) -> None:
        self._app = app
        self._path = path
        self._endpoint = endpoint

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        is_theirs = scope["type"] == "websocket" and scope["path"] == self._path
        return (self._endpoint if is_theirs else self._app)(scope, receive, send)
