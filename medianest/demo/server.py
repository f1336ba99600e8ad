"""A server of one's own, as a child process with nobody else's settings."""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from infra.processes import die_with_parent, terminate_group
from medianest.settings import PREFIX

_STOP_SECONDS = 10
_ADDRESS = re.compile(r"API +(\S+)")
_TOKEN = re.compile(r"Setup token +(\S+)")


class ServerError(Exception):
    """The server did not start."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """`address` is the API's; `setup_token` is there while there is no account; it was ready after `seconds`."""

    address: str
    setup_token: str | None
    seconds: float


@asynccontextmanager
async def running_server(data_dir: Path, folder: Path) -> AsyncIterator[RunningServer]:
    """`medianest serve` on any free port, run in `folder`, where no `.env` is; stopped at the end.

    Raises ServerError.
    """
    started = time.monotonic()
    process = await _spawn(data_dir, folder)
    try:
        welcome = await _welcome(process)
        address, token = _ADDRESS.search(welcome), _TOKEN.search(welcome)
        if address is None:
            raise ServerError("the server did not start; what it said stands above.")
        yield RunningServer(address[1], token[1] if token else None, time.monotonic() - started)
    finally:
        await terminate_group(process, _STOP_SECONDS)


async def _spawn(data_dir: Path, folder: Path) -> Process:
    settings = {"DATA_DIR": str(data_dir), "PORT": "0", "OUTGOING_ALLOW": "127.0.0.1", "LOG_LEVEL": "warning"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "medianest",
        "serve",
        cwd=folder,
        env=environment | {f"{PREFIX}{name}": value for name, value in settings.items()},
        stdout=PIPE,
        start_new_session=True,
        preexec_fn=partial(die_with_parent, signal.SIGTERM, os.getpid()),
    )


async def _welcome(process: Process) -> str:
    """What the server says once it is ready, or until it ends."""
    lines: list[str] = []
    while process.stdout is not None and (line := await process.stdout.readline()):
        lines.append(line.decode())
        if "Ctrl-C" in lines[-1]:
            break
    return "".join(lines)
