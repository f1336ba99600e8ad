"""What the embedded PostgreSQL and Valkey share: a server on a Unix socket, as a child that cannot outlive us."""

import asyncio
import os
import re
import shutil
import signal
import tempfile
import threading
import time
from abc import ABC, abstractmethod
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from infra.processes import die_with_parent

_SOCKET_PATH_BYTES = 107  # what a socket's address holds
_LOG_BYTES = 1_000_000
_FULL_DISK_BYTES = 1_000_000
_POLL_SECONDS = 0.005
_READY_SECONDS = 120  # after a power cut the log of the last minutes is replayed first
_PREDECESSOR_SECONDS = 10


class EmbeddedError(Exception):
    """The server cannot run here; one sentence for the person who starts it: what happened and what to do."""


class EmbeddedProcess(ABC):
    """Start it from the main thread: its death signal comes when the thread ends that started it.

    `durable=False` trades safety against power cuts for speed, for tests.
    """

    program: ClassVar[str]
    executable: ClassVar[str]
    setting: ClassVar[str]
    """The setting that names a server to use instead."""
    home_name: ClassVar[str]
    socket_name: ClassVar[str]
    pid_file_name: ClassVar[str]
    stop_signals: ClassVar[tuple[signal.Signals, ...]]
    """Gentle to rude; SIGKILL follows by itself. The kernel sends the first one when we die."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._data_dir = data_dir.resolve()
        self._durable = durable
        self._home = self._data_dir / self.home_name
        self._log = self._data_dir / f"{self.home_name}.log"
        self._pid_file = self._home / self.pid_file_name
        self._address = self._data_dir / f"{self.home_name}.address"
        self._socket_dir = self._home
        self._process: Process | None = None

    async def start(self) -> str:
        """The address for clients, once it answers; the same one after every restart. Raises EmbeddedError."""
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(f"{self.program} must be started from the main thread")
        try:
            self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            await self._prepare()
            self._choose_socket_dir()
            await self._end_predecessors()
            await self._launch()
        except OSError as error:
            raise self._failure(f"{error.strerror}: {error.filename}") from error
        with suppress(OSError):  # a full disk is no reason not to run
            self._address.write_text(self._url(), encoding="utf-8")
        return self._url()

    @property
    def has_data(self) -> bool:
        """Whether it was ever started here."""
        return self._home.exists()

    def address_of_running(self) -> str:
        """Of the server that another process of ours runs. Raises EmbeddedError while there is none."""
        with suppress(OSError):
            if self._at_work() and (address := self._address.read_text(encoding="utf-8")):
                return address
        raise EmbeddedError(f"{self.program} is starting or stopping just now; try again in a moment.")

    async def wait(self) -> None:
        """Returns when the server has died, at once when it does not run."""
        if self._process is not None:
            await self._process.wait()

    async def stop(self) -> None:
        """Within 0.7 s, whatever it takes: nothing acknowledged is lost, at worst the next start replays its log."""
        process = self._process
        for number, seconds in zip((*self.stop_signals, signal.SIGKILL), (0.45, 0.15, 0.05), strict=False):
            if process is None or process.returncode is not None:
                break
            with suppress(ProcessLookupError, TimeoutError):
                process.send_signal(number)
                await asyncio.wait_for(process.wait(), seconds)
        if process is not None:
            self._kill_all_at_work()
            self._address.unlink(missing_ok=True)
        if self._socket_dir != self._home:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
            self._socket_dir = self._home

    @abstractmethod
    async def _prepare(self) -> None:
        """Make the home folder. Raises EmbeddedError when the server cannot run on it."""

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    async def _is_ready(self, pid: int) -> bool: ...

    @abstractmethod
    def _url(self) -> str: ...

    def _before_exec(self) -> Callable[[], None]:
        return partial(die_with_parent, self.stop_signals[0], os.getpid())

    def _choose_socket_dir(self) -> None:
        if not self._holds_socket(self._socket_dir):
            usual = Path(tempfile.gettempdir())
            is_short = self._holds_socket(usual / "medianest-12345678")
            self._socket_dir = Path(tempfile.mkdtemp(prefix="medianest-", dir=usual if is_short else "/tmp"))  # noqa: S108

    def _holds_socket(self, folder: Path) -> bool:
        """Whether its path is short enough, and has no comma, which separates hosts in a PostgreSQL address."""
        path = os.fsencode(folder / self.socket_name)
        return len(path) <= _SOCKET_PATH_BYTES and b"," not in path

    async def _end_predecessors(self) -> None:
        """Of a killed supervisor the server may still be shutting down; of a killed server busy helpers live on."""
        main, patience = self._recorded_pid(), time.monotonic()
        if main is not None and main in self._at_work():
            os.kill(main, self.stop_signals[0])
            patience += _PREDECESSOR_SECONDS
        while self._at_work():
            if time.monotonic() > patience:
                self._kill_all_at_work()
            await asyncio.sleep(_POLL_SECONDS)
        self._distrust_pid_file()

    def _distrust_pid_file(self) -> None:
        """Another program may have the number by now, as happens in containers, and PostgreSQL would take fright."""
        if (main := self._recorded_pid()) is not None and Path(f"/proc/{main}").exists():
            self._pid_file.unlink(missing_ok=True)

    def _recorded_pid(self) -> int | None:
        with suppress(FileNotFoundError, ValueError, IndexError):
            return int(self._pid_file.read_text(encoding="utf-8").splitlines()[0])
        return None

    def _at_work(self) -> set[int]:
        """Every process of the program makes the home folder its working folder."""
        pids = set()
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (entry / "cwd").readlink() == self._home and (entry / "comm").read_text().strip() == self.executable:
                    pids.add(int(entry.name))
        return pids

    def _kill_all_at_work(self) -> None:
        for pid in self._at_work():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def _launch(self) -> None:
        is_long = self._log.exists() and self._log.stat().st_size > _LOG_BYTES
        with self._log.open("wb" if is_long else "ab") as log:
            log_start = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *self._command(),
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self._data_dir,  # ours may be closed to the user it becomes
                umask=0o077,
                preexec_fn=self._before_exec(),
            )
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while not await self._is_ready(self._process.pid):
                    if self._process.returncode is not None:
                        raise self._failure(self._log.read_bytes()[log_start:].decode(errors="replace"))
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            await self.stop()
            raise EmbeddedError(
                f"{self.program} was not ready after {_READY_SECONDS} s; {self._log} says why."
            ) from None

    def _failure(self, output: str) -> EmbeddedError:
        """The sentence for a program that gave up with `output`."""
        if "Permission denied" in output or "Read-only file system" in output:
            return EmbeddedError(
                f"{self.program} cannot write in {self._data_dir}: give that folder to the user who starts MediaNest, "
                "or choose another one with MEDIANEST_DATA_DIR."
            )
        if "No space left" in output or self._is_disk_full():
            return EmbeddedError(
                f"The disk of {self._data_dir} is full, {self.program} cannot start: free some space, start again."
            )
        lines = output.strip().splitlines() or ["it said nothing"]
        reason = next((line for line in lines if re.search(r"FATAL|PANIC|ERROR|error:", line)), lines[-1])
        return EmbeddedError(
            f"{self.program} did not start: {reason} (more in {self._log}). "
            f"Cure that, or set {self.setting} to a server of your own."
        )

    def _is_disk_full(self) -> bool:
        """A full disk swallows the complaint about it."""
        with suppress(OSError):
            return shutil.disk_usage(self._data_dir).free < _FULL_DISK_BYTES
        return False


def wheel_folder(package: str, program: str, setting: str) -> Path:
    """Where the wheel is installed, without importing it. Raises EmbeddedError when it is not."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"MediaNest's own {program} is not installed (the extra `embedded`; there is none for this platform when "
            f"pip finds no wheel): install it with `make install`, or set {setting} to a server of your own."
        )
    return Path(spec.submodule_search_locations[0])
