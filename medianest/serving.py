"""How the API is served: uvicorn, with its signals, pings and shutdown our way."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Callable, Iterator
from functools import partial

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from medianest.graphql.sockets import Sockets
from medianest.pens import Outbox
from medianest.protocols import BoundedHttp, BoundedWebSocket, Turns

_GRACEFUL_SECONDS = 15
_PING_SECONDS = 12
_YOUNG_OBJECTS = 20_000
"""The collector looks for what only refers to itself when there are so many more objects: with the usual 700 most of
what it looks at is in use, and a busy moment is enough for it to look at everything there is, which stalls everybody.
"""


class Server(uvicorn.Server):
    """uvicorn under our own signals: it would raise SIGTERM again at the end, before anything is closed."""

    def __init__(self, app: ASGIApp, sockets: Sockets, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                interface="asgi3",
                lifespan="off",
                http=BoundedHttp,
                ws=partial(BoundedWebSocket, Turns(), Outbox()),  # type: ignore[arg-type]  # it calls whatever it is given
                ws_max_size=sockets.limits.frame_bytes,
                ws_per_message_deflate=False,
                ws_ping_interval=_PING_SECONDS,
                ws_ping_timeout=_PING_SECONDS,
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACEFUL_SECONDS,
            )
        )
        self._sockets = sockets
        self._on_ready = on_ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is there now stays: the collector need not look at it again, which would stall everybody.
        gc.freeze()
        gc.set_threshold(_YOUNG_OBJECTS)
        self._on_ready()

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        yield

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._sockets.close_all(1012, "Service Restart")
        await super().shutdown(sockets)

    def _stop(self) -> None:
        self.should_exit = True
