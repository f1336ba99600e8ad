"""Servers that stand in for outside systems."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override


class QuietServer(uvicorn.Server):
    """Leaves the signals to the test."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """The address at which `app` answers, in the test's own loop."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, lifespan="off", ws="none", log_config=None, access_log=False)
    config.timeout_graceful_shutdown = 0
    server = QuietServer(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await running
        listener.close()
