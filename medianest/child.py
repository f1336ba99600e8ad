"""An API or worker process, from both ends: what it is given, and how the supervisor holds it.

A child needs to do nothing in order to die with the supervisor: that is arranged before its first instruction.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, NoReturn, cast

from infra.processes import die_with_parent, kill_group, terminate_group

REFUSED = 78  # EX_CONFIG of sysexits.h


@dataclass(frozen=True, slots=True)
class Handover:
    """`socket_fd` is the listening socket, for those who serve, `serving` how many they are; `ready_fd` takes the first
    report, one JSON line.
    """

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    socket_fd: int | None = None
    ready_fd: int | None = None
    serving: int = 1


def receive() -> Handover:
    """Waits until the addresses are known: import everything before. Ends the process when the supervisor is gone."""
    line = sys.stdin.readline()
    if not line:
        sys.exit(1)
    return Handover(**json.loads(line))


def announce(handover: Handover, **facts: Any) -> None:
    """Ready to work; `facts` reach whoever started the server."""
    _report(handover, {"ready": True, **facts})


def refuse(handover: Handover, sentence: str) -> NoReturn:
    """End the whole server with `sentence`: for what no restart would cure."""
    if handover.ready_fd is None:
        sys.stderr.write(f"{sentence}\n")
    _report(handover, {"error": sentence})
    sys.exit(REFUSED)


def _report(handover: Handover, facts: dict[str, Any]) -> None:
    if handover.ready_fd is not None:
        os.write(handover.ready_fd, json.dumps(facts).encode() + b"\n")


class RefusedError(Exception):
    """The server cannot run; one sentence for the person who starts it."""


@dataclass(frozen=True)
class ChildSpec:
    """A process of ours; one that `serves` gets the listening socket."""

    name: str
    argv: tuple[str, ...]
    serves: bool = False


class Child:
    def __init__(
        self,
        spec: ChildSpec,
        listener: socket.socket,
        environment: dict[str, str],
        on_ready: Callable[["Child", dict[str, Any]], None],
        *,
        serving: int,
    ) -> None:
        self.name = spec.name
        self._argv = spec.argv
        self._socket_fd = listener.fileno() if spec.serves else None
        self._environment = environment
        self._serving = serving
        self._on_ready = on_ready
        self._called = asyncio.Event()
        self._process: Process | None = None

    @property
    def is_called(self) -> bool:
        return self._called.is_set()

    async def live(self, addresses: asyncio.Task[tuple[str, str]]) -> int:
        """One life, from start to exit code. Raises RefusedError with the sentence of a child that refused."""
        if self._socket_fd is None:  # a first start has enough to do: those who serve, and the database, go before
            await asyncio.shield(addresses)
        async with _pipe() as (reader, ready_fd):
            process = self._process = await self._spawn(ready_fd)
            database_url, redis_url = await asyncio.shield(addresses)
            await _send(process, Handover(database_url, redis_url, self._socket_fd, ready_fd, self._serving))
            if line := await reader.readline():
                self._hear(json.loads(line))
            exit_code = await process.wait()
        kill_group(process)  # what it left behind
        return exit_code

    async def pause(self, seconds: float) -> None:
        """Before the next life, unless it is called earlier."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._called.wait(), seconds)
        self._called.clear()

    async def call_again(self, grace_seconds: float) -> None:
        self._called.set()
        await self.stop(grace_seconds)

    async def stop(self, grace_seconds: float) -> None:
        if self._process is not None and self._process.returncode is None:
            await terminate_group(self._process, grace_seconds)

    def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            kill_group(self._process)

    async def _spawn(self, ready_fd: int) -> Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=PIPE,
                pass_fds=[ready_fd] if self._socket_fd is None else [ready_fd, self._socket_fd],
                env=self._environment,
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor alone
                preexec_fn=partial(die_with_parent, signal.SIGKILL, os.getpid()),
            )
        finally:
            os.close(ready_fd)

    def _hear(self, facts: dict[str, Any]) -> None:
        if "error" in facts:
            raise RefusedError(facts["error"])
        del facts["ready"]
        self._on_ready(self, facts)


@asynccontextmanager
async def _pipe() -> AsyncIterator[tuple[asyncio.StreamReader, int]]:
    read_fd, write_fd = os.pipe()
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read_fd, "rb", buffering=0)
    )
    try:
        yield reader, write_fd
    finally:
        transport.close()


async def _send(process: Process, handover: Handover) -> None:
    """A child that is already dead is noticed by its exit."""
    stdin = cast(asyncio.StreamWriter, process.stdin)
    with suppress(ConnectionError):
        stdin.write(json.dumps(asdict(handover)).encode() + b"\n")
        await stdin.drain()
    stdin.close()
