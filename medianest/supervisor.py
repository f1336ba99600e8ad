"""`medianest serve`: owns the data folder, the listening socket, the embedded servers and every child process.

Whatever dies is started again; everything goes down with the supervisor. No web or ORM imports here: those who
serve are started first and import meanwhile.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from pydantic import SecretStr

from medianest.child import Child, ChildSpec, RefusedError
from medianest.claims import listening, locked
from medianest.embedded.postgres import EmbeddedPostgres
from medianest.embedded.process import EmbeddedError, EmbeddedProcess
from medianest.embedded.valkey import EmbeddedValkey
from medianest.settings import PREFIX, Settings

_SOURCES = Path(__file__).resolve().parent.parent
_RELOAD_POLL_SECONDS = 0.5
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS, _LONG_LIFE_SECONDS = 0.2, 10.0, 30.0

log = structlog.get_logger()

API = ChildSpec("api", (sys.executable, "-m", "medianest.launch", "medianest.app"), serves=True)
WORKER = ChildSpec("worker", (sys.executable, "-m", "medianest.launch", "medianest.worker"))


@dataclass(frozen=True)
class Ready:
    """Every child is ready for the first time, after `seconds`; `facts` are what they announced."""

    url: str
    seconds: float
    facts: dict[str, Any]


async def supervise(
    settings: Settings,
    *,
    api_processes: int = 1,
    worker: bool = True,
    on_ready: Callable[[Ready], None],
    children: Sequence[ChildSpec] | None = None,
    deadline_seconds: float = 20,
    reload: bool = False,
    sources: Path = _SOURCES,
) -> int:
    """Run the server until a signal ends it, from the main thread; the exit code.

    `deadline_seconds` is what children get for requests in flight; `reload` restarts them when `sources` change.
    """
    started = time.monotonic()
    specs = [API] * api_processes + [WORKER] * worker if children is None else children
    try:
        with locked(settings.data_dir.resolve()) as data_dir, listening(settings.host, settings.port) as listener:
            here = settings.model_copy(update={"data_dir": data_dir, "port": listener.getsockname()[1]})

            def announce(facts: dict[str, Any]) -> None:
                on_ready(Ready(here.external_url, time.monotonic() - started, facts))

            supervisor = _Supervisor(here, specs, listener, announce, deadline_seconds)
            await supervisor.run(sources if reload else None)
    except (RefusedError, EmbeddedError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


class _Supervisor:
    def __init__(
        self,
        settings: Settings,
        specs: Sequence[ChildSpec],
        listener: socket.socket,
        on_ready: Callable[[dict[str, Any]], None],
        deadline_seconds: float,
    ) -> None:
        self._settings = settings
        self._postgres, self._valkey = EmbeddedPostgres(settings.data_dir), EmbeddedValkey(settings.data_dir)
        embeds = ((self._postgres, settings.embeds_database), (self._valkey, settings.embeds_redis))
        self._embedded: list[EmbeddedProcess] = [server for server, is_embedded in embeds if is_embedded]
        serving = sum(spec.serves for spec in specs)
        self._children = [
            Child(spec, listener, _environment(settings), self._child_is_ready, serving=serving) for spec in specs
        ]
        self._awaited = set(self._children)
        self._facts: dict[str, Any] = {}
        self._on_ready = on_ready
        self._deadline_seconds = deadline_seconds
        self._stopping = asyncio.Event()

    async def run(self, watched: Path | None) -> None:
        """Until a signal. Raises RefusedError and EmbeddedError when it makes no sense to go on."""
        async with self._signals(), self._everything_down():
            addresses = asyncio.create_task(self._addresses())
            tasks: list[asyncio.Task[Any]] = [
                asyncio.create_task(self._stopping.wait()),
                *(asyncio.create_task(self._keep_child(child, addresses)) for child in self._children),
                *(asyncio.create_task(self._keep_embedded(server, addresses)) for server in self._embedded),
                *([asyncio.create_task(self._reload(watched))] if watched else []),
            ]
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            finally:
                tasks.append(addresses)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _addresses(self) -> tuple[str, str]:
        """Of the database and of Redis."""
        try:
            async with asyncio.TaskGroup() as group:
                database = group.create_task(_address(self._settings.database_url, self._postgres))
                redis = group.create_task(_address(self._settings.redis_url, self._valkey))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return database.result(), redis.result()

    async def _keep_child(self, child: Child, addresses: asyncio.Task[tuple[str, str]]) -> None:
        backoff = _Backoff()
        while True:
            code = await child.live(addresses)
            delay = backoff.next_seconds()
            if not child.is_called:
                log.warning("child.died", child=child.name, exit_code=code, restart_seconds=delay)
            await child.pause(delay)

    async def _keep_embedded(self, server: EmbeddedProcess, addresses: asyncio.Task[tuple[str, str]]) -> None:
        """The first start must succeed; later ones are tried until they do: a full disk may be emptied."""
        await asyncio.shield(addresses)
        backoff = _Backoff()
        while True:
            await server.wait()
            delay = backoff.next_seconds()
            log.warning("embedded.died", program=server.program, restart_seconds=delay)
            await asyncio.sleep(delay)
            try:
                await server.start()
            except EmbeddedError as error:
                log.warning("embedded.not_restarted", program=server.program, reason=str(error))

    def _child_is_ready(self, child: Child, facts: dict[str, Any]) -> None:
        self._facts |= facts
        if child in self._awaited:
            self._awaited.remove(child)
            if not self._awaited:
                self._on_ready(self._facts)

    async def _reload(self, watched: Path) -> None:
        seen = _modification_times(watched)
        while True:
            await asyncio.sleep(_RELOAD_POLL_SECONDS)
            if (now := _modification_times(watched)) != seen:
                seen = now
                log.info("sources.changed")
                await asyncio.gather(*(child.call_again(self._deadline_seconds) for child in self._children))

    @asynccontextmanager
    async def _everything_down(self) -> AsyncIterator[None]:
        """The embedded servers last: requests in flight still need them."""
        try:
            yield
        finally:
            await asyncio.gather(*(child.stop(self._deadline_seconds) for child in self._children))
            await asyncio.gather(*(server.stop() for server in self._embedded))

    @asynccontextmanager
    async def _signals(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        handlers = {
            signal.SIGTERM: self._stopping.set,
            signal.SIGHUP: self._stopping.set,
            signal.SIGINT: self._interrupt,
        }
        if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
            del handlers[signal.SIGHUP]  # started by nohup
        for number, handler in handlers.items():
            loop.add_signal_handler(number, handler)
        try:
            yield
        finally:
            for number in handlers:
                loop.remove_signal_handler(number)

    def _interrupt(self) -> None:
        """The second Ctrl-C waits for nobody."""
        if self._stopping.is_set():
            for child in self._children:
                child.kill()
        self._stopping.set()


class _Backoff:
    """0.2 s doubling to 10 s, and from the beginning after a life of 30 s."""

    def __init__(self) -> None:
        self._seconds = _FIRST_PAUSE_SECONDS
        self._born = time.monotonic()

    def next_seconds(self) -> float:
        """To wait before the next life, which begins then."""
        if time.monotonic() - self._born > _LONG_LIFE_SECONDS:
            self._seconds = _FIRST_PAUSE_SECONDS
        pause, self._seconds = self._seconds, min(2 * self._seconds, _LONGEST_PAUSE_SECONDS)
        self._born = time.monotonic() + pause
        return pause


def _environment(settings: Settings) -> dict[str, str]:
    """The children read the settings for themselves; these are what the supervisor has decided."""
    decided = {"DATA_DIR": settings.data_dir, "HOST": settings.host, "PORT": settings.port}
    return {**os.environ, **{f"{PREFIX}{name}": str(value) for name, value in decided.items()}}


async def _address(given: SecretStr | None, server: EmbeddedProcess) -> str:
    return given.get_secret_value() if given else await server.start()


def _modification_times(sources: Path) -> dict[Path, int]:
    """Of every module in the packages there."""
    times = {}
    for package in sources.glob("*/__init__.py"):
        for file in package.parent.rglob("*.py"):
            with suppress(FileNotFoundError):  # editors replace files
                times[file] = file.stat().st_mtime_ns
    return times
