"""A real server in processes of its own, started as a person starts it, and what can be done to it."""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from infra.processes import die_with_parent
from medianest.settings import PREFIX
from tests.e2e.front_end import EMAIL, PASSWORD, FrontEnd, eventually

_ADDRESS = re.compile(r"API +(\S+)")
_START_SECONDS, _STOP_SECONDS = 30, 20
_JWT = re.compile(r"eyJ[\w-]+\.")


class Serving:
    """`medianest serve` on a data folder: it may be stopped, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "data"
        self.client = FrontEnd("")
        self._folder = folder
        self._process: Process | None = None

    async def start(self, *arguments: str) -> float:
        """The seconds until it was ready. Logs in where that was not done before."""
        began = time.monotonic()
        with (self._folder / "stdout").open("wb") as stdout, (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "medianest", "serve", *arguments,
                cwd=self._folder,  # no `.env` there
                env=environment(self.data_dir), stdin=DEVNULL, stdout=stdout, stderr=log,
                preexec_fn=partial(die_with_parent, signal.SIGTERM, os.getpid()),
            )  # fmt: skip
        address = await eventually(self._address, _START_SECONDS)
        seconds = time.monotonic() - began
        self.client.url = address
        if self.client.access_token is None:
            await self.client.log_in()
        return seconds

    async def stop(self) -> float:
        """The seconds a SIGTERM took. Nothing is left."""
        began = time.monotonic()
        self.process.terminate()
        assert await asyncio.wait_for(self.process.wait(), _STOP_SECONDS) == 0
        seconds = time.monotonic() - began
        assert not self.processes()
        return seconds

    async def close(self) -> None:
        """Whatever happened, no process stays, and the log gives nothing away."""
        await self.client.http.aclose()
        try:
            if self.process.returncode is None:
                await self.stop()
            assert not self.processes()
        finally:
            for pid in self.processes():
                kill(pid)
        self.assert_log_is_discreet()

    @property
    def process(self) -> Process:
        assert self._process is not None
        return self._process

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()

    def assert_log_is_discreet(self) -> None:
        assert PASSWORD not in self.log
        assert not _JWT.search(self.log)
        assert "signature=" not in self.log

    def processes(self, *programs: str) -> dict[int, str]:
        """Every living process that works for this data folder; those whose command names one of `programs`."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if self._works_here(entry):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return {pid: line for pid, line in found.items() if not programs or any(name in line for name in programs)}

    def _works_here(self, entry: Path) -> bool:
        if (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return False
        variable = f"{PREFIX}DATA_DIR={self.data_dir}".encode()
        return (entry / "cwd").readlink().is_relative_to(self.data_dir) or variable in (
            entry / "environ"
        ).read_bytes().split(b"\0")

    def pid(self, program: str) -> int:
        (pid,) = self.processes(program)
        return pid

    @property
    def api_pids(self) -> list[int]:
        return sorted(self.processes("medianest.app"))

    @property
    def worker_pid(self) -> int:
        return self.pid("medianest.worker")

    @property
    def valkey_pid(self) -> int:
        return self.pid("valkey-server")

    @property
    def postgres_pid(self) -> int:
        return int((self.data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])

    def fetchers(self) -> dict[int, str]:
        return self.processes("integrations.youtube.child", "ffmpeg")

    def folders(self) -> list[Path]:
        """The working folders of downloads that are under way."""
        return list((self.data_dir / "downloads").glob("*"))

    async def _address(self) -> str | None:
        assert self.process.returncode is None, self.log
        welcome = (self._folder / "stdout").read_text()
        found = _ADDRESS.search(welcome)
        return found[1] if found and "Ctrl-C" in welcome else None


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """Nobody's settings but ours."""
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


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    async def check() -> bool | None:
        return bool(condition()) or None

    await eventually(check, seconds)
