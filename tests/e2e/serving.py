"""A real server in processes of its own, started as a person starts it, and what can be done to it."""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import asyncpg

from infra.processes import die_with_parent
from medianest.settings import PREFIX
from tests.e2e.front_end import EMAIL, PASSWORD, FrontEnd, eventually
from tests.migrated import copy_data

_ADDRESS = re.compile(r"API +(\S+)")
_START_SECONDS, _STOP_SECONDS = 30, 20
_SECRETS = re.compile(rf"eyJ[\w-]+\.|signature=|{PASSWORD}")  # the first is how every token begins


class Serving:
    """`medianest serve` in a folder of its own: it may be stopped, killed and started again.

    Its data begin as a copy of `migrated`, or with nothing at all, which takes a few seconds longer.
    """

    def __init__(self, folder: Path, migrated: Path | None = None, **settings: str) -> None:
        self.client = FrontEnd("")
        self.data_dir = folder / "data"
        self._folder = folder
        self._migrated = migrated
        self._settings = settings
        self._process: Process | None = None

    async def start(self, *arguments: str) -> float:
        """The seconds until it was ready. Logs in where that was not done before."""
        if self._migrated and not self.data_dir.exists():
            copy_data(self._migrated, self.data_dir)
        began = time.monotonic()
        with (self._folder / "stdout").open("wb") as stdout, (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *serve_command(*arguments),
                cwd=self._folder,  # no `.env` there
                env=environment(self.data_dir, **self._settings), stdin=DEVNULL, stdout=stdout, stderr=log,
                preexec_fn=partial(die_with_parent, signal.SIGTERM, os.getpid()),
            )  # fmt: skip
        self.client.url = await eventually(self._address, _START_SECONDS)
        seconds = time.monotonic() - began
        if self.client.access_token is None:
            assert await self.client.log_in() == []
        return seconds

    async def stop(self) -> float:
        """The seconds a SIGTERM took, after which nothing is left."""
        began = time.monotonic()
        self.process.terminate()
        assert await asyncio.wait_for(self.process.wait(), _STOP_SECONDS) == 0
        seconds = time.monotonic() - began
        assert not processes_of(self._folder)
        return seconds

    async def close(self) -> None:
        """However the test ended: no process stays, and the log gave no secret away."""
        await self.client.http.aclose()
        try:
            if self.process.returncode is None:
                await self.stop()
            assert not processes_of(self._folder)
            assert not _SECRETS.search(self.log)
        finally:
            for pid in processes_of(self._folder):
                kill(pid)

    @property
    def process(self) -> Process:
        """The supervisor."""
        assert self._process is not None
        return self._process

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()

    @property
    def worker_pid(self) -> int:
        (pid,) = self.processes("medianest.worker")
        return pid

    @property
    def valkey_pid(self) -> int:
        (pid,) = self.processes("valkey-server")
        return pid

    @property
    def postgres_pid(self) -> int:
        return int(self._postmaster_file()[0])

    def processes(self, *programs: str) -> list[int]:
        """Those whose command names one of `programs`; all of the server's without."""
        found = processes_of(self._folder)
        return [pid for pid, line in found.items() if not programs or any(program in line for program in programs)]

    def fetchers(self) -> list[int]:
        return self.processes("integrations.youtube.child", "ffmpeg")

    def working_folders(self) -> list[Path]:
        return list((self.data_dir / "downloads").glob("*"))

    async def sql(self, statement: str, *, database: str = "medianest") -> list[asyncpg.Record]:
        async with self.connection(database) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(statement)
        return rows

    @asynccontextmanager
    async def connection(self, database: str = "medianest") -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(user="postgres", database=database, host=self._postmaster_file()[4])
        try:
            yield connection
        finally:
            await connection.close()

    def _postmaster_file(self) -> list[str]:
        return (self.data_dir / "postgres" / "postmaster.pid").read_text().splitlines()

    async def _address(self) -> str | None:
        assert self.process.returncode is None, self.log
        welcome = (self._folder / "stdout").read_text()
        found = _ADDRESS.search(welcome)
        return found[1] if found and "Ctrl-C" in welcome else None


@asynccontextmanager
async def running(serving: Serving, *arguments: str) -> AsyncIterator[Serving]:
    """However it ends, nothing of it stays."""
    try:
        await serving.start(*arguments)
        yield serving
    finally:
        await serving.close()


def serve_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "medianest", "serve", *arguments]


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """Nobody's settings but the tests'."""
    ours = {
        "DATA_DIR": str(data_dir),
        "PORT": "0",
        "OUTGOING_ALLOW": "127.0.0.1",
        "ADMIN_EMAIL": EMAIL,
        "ADMIN_PASSWORD": PASSWORD,
        **settings,
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return others | {f"{PREFIX}{name}": value for name, value in ours.items()}


def processes_of(folder: Path) -> dict[int, str]:
    """The command of every living process that works in `folder`, or whose environment names it."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            works_there = (entry / "cwd").readlink().is_relative_to(folder)
            if works_there or os.fsencode(folder) in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    return found


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
