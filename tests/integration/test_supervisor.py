import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

GIVEN = {"database_url": "postgresql://db/x", "redis_url": "redis://cache", "secret_key": "s" * 32}
EMBEDDED: dict[str, Any] = {"database_url": None, "redis_url": None}
PID_FILES = ("postgres/postmaster.pid", "valkey/valkey.pid")

SERVE = """
import asyncio, json, sys
from pathlib import Path
import structlog
from medianest.settings import load_settings
from medianest.supervisor import ChildSpec, supervise

options = json.loads(sys.argv[1])
structlog.configure(processors=[structlog.processors.JSONRenderer()])
sys.exit(asyncio.run(supervise(
    load_settings(_env_file=None, **options["settings"]),
    children=[ChildSpec(name, (sys.executable, script), serves) for name, script, serves in options["children"]],
    on_ready=lambda ready: print(
        json.dumps({"event": "ready", "url": ready.url, "seconds": ready.seconds, **ready.facts}), flush=True
    ),
    deadline_seconds=options["deadline_seconds"],
    reload="sources" in options,
    sources=Path(options.get("sources", ".")),
)))
"""
WORKER = """
import os, time
from medianest.child import announce, receive
handover = receive()
announce(handover, worker_pid=os.getpid(), database_url=handover.database_url, redis_url=handover.redis_url)
time.sleep(60)
"""
API = """
import os, socket
from medianest.child import announce, receive
handover = receive()
with socket.socket(fileno=handover.socket_fd) as listener:
    announce(handover, api_pid=os.getpid(), data_dir=os.environ["MEDIANEST_DATA_DIR"])
    while True:
        connection, _ = listener.accept()
        options = [connection.getsockopt(socket.IPPROTO_TCP, name) for name in (socket.TCP_NODELAY, 18)]
        connection.sendall(f"{os.getpid()} {options}".encode())
        connection.close()
"""
DEAF = """
import os, signal, time
from medianest.child import announce, receive
signal.signal(signal.SIGTERM, signal.SIG_IGN)
announce(receive(), worker_pid=os.getpid())
time.sleep(60)
"""
CRASHING = "raise SystemExit(3)"
REFUSING = """
from medianest.child import receive, refuse
refuse(receive(), "The database is newer than this program: install the newer one.")
"""
WITH_HELPER = """
import os, subprocess, time
from medianest.child import announce, receive
announce(receive(), worker_pid=os.getpid(), helper_pid=subprocess.Popen(["sleep", "60"]).pid)
time.sleep(60)
"""


class Server:
    """A supervisor in a process of its own, and what it prints: one JSON object a line."""

    def __init__(self, process: Process) -> None:
        self.process = process

    async def event(self, name: str) -> dict[str, Any]:
        assert self.process.stdout is not None
        async with asyncio.timeout(10):
            async for line in self.process.stdout:
                event: dict[str, Any] = json.loads(line)
                if event["event"] == name:
                    return event
        raise AssertionError(f"ended without {name}")

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """The seconds it took to end well."""
        before = time.monotonic()
        self.process.send_signal(number)
        assert await asyncio.wait_for(self.process.wait(), 10) == 0
        return time.monotonic() - before

    async def refusal(self) -> str:
        """What it said on stderr when it would not run."""
        _, stderr = await asyncio.wait_for(self.process.communicate(), 10)
        assert self.process.returncode == 1
        return stderr.decode()


@asynccontextmanager
async def serve(data_dir: Path, *children: str, deadline_seconds: float = 5, **options: Any) -> AsyncIterator[Server]:
    scripts = []
    for number, source in enumerate(children):
        script = data_dir.with_name(f"{data_dir.name}-child-{number}.py")
        script.write_text(source)
        scripts.append(("api" if source == API else "worker", str(script), source == API))
    sources = {"sources": str(options.pop("sources"))} if "sources" in options else {}
    settings = {"data_dir": str(data_dir), "port": 0, **GIVEN, **options}
    arguments = {"settings": settings, "children": scripts, "deadline_seconds": deadline_seconds, **sources}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE, json.dumps(arguments), stdout=PIPE, stderr=PIPE
    )
    try:
        yield Server(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.wait_for(process.communicate(), 5)  # longer when somebody outlives it


async def ask(url: str) -> str:
    """What the API stub answers: its pid and the options of the connection."""
    host, port = url.removeprefix("http://").rsplit(":", 1)
    reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    try:
        return (await asyncio.wait_for(reader.read(), 5)).decode()
    finally:
        writer.close()


async def ask_successor(ready: dict[str, Any]) -> None:
    """Returns when another process answers in the place of the first, which may still do so until it is ended."""
    async with asyncio.timeout(5):
        while True:
            with suppress(ConnectionError):
                answer = await ask(ready["url"])
                if answer and int(answer.split()[0]) != ready["api_pid"]:
                    return


async def answers(ready: dict[str, Any]) -> None:
    """Returns when both embedded servers do."""
    async with asyncio.timeout(5), Redis.from_url(ready["redis_url"]) as redis:
        while True:
            with suppress(OSError, asyncpg.PostgresError, RedisError):
                await (await asyncpg.connect(ready["database_url"])).close()
                await redis.ping()
                return
            await asyncio.sleep(0.01)


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def server_pid(pid_file: Path) -> int:
    with suppress(FileNotFoundError, IndexError):
        return int(pid_file.read_text().splitlines()[0])
    return 0


class TestStart:
    async def test_children_get_addresses_folder_and_socket(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", API, WORKER) as server:
            ready = await server.event("ready")
            assert (ready["database_url"], ready["redis_url"]) == (GIVEN["database_url"], GIVEN["redis_url"])
            assert ready["data_dir"] == str(tmp_path / "data")
            assert await ask(ready["url"]) == f"{ready['api_pid']} [1, 30000]"
            assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
            assert os.getpgid(ready["api_pid"]) == ready["api_pid"]

    async def test_several_api_processes_share_the_socket(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", API, API) as server:
            url = (await server.event("ready"))["url"]
            pids: set[str] = set()
            async with asyncio.timeout(5):
                while len(pids) < 2:
                    pids.add((await ask(url)).split()[0])

    async def test_own_servers_cold_and_warm(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", WORKER, **EMBEDDED) as server:
            cold = await server.event("ready")
            connection = await asyncpg.connect(cold["database_url"])
            await connection.execute("CREATE TABLE film AS SELECT 'Alien' AS title")
            await connection.close()
            async with Redis.from_url(cold["redis_url"]) as redis:
                await redis.set("film", "Alien")
            assert await server.stop() < 1
        async with serve(tmp_path / "data", WORKER, **EMBEDDED) as server:
            warm = await server.event("ready")
            connection = await asyncpg.connect(warm["database_url"])
            assert await connection.fetchval("SELECT title FROM film") == "Alien"
            await connection.close()
            async with Redis.from_url(warm["redis_url"]) as redis:
                assert await redis.get("film") == b"Alien"
            assert warm["seconds"] < 2
            assert await server.stop() < 1

    async def test_ipv6_host(self, tmp_path: Path) -> None:
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            pytest.skip("no IPv6 here")
        async with serve(tmp_path / "data", API, host="::1") as server:
            ready = await server.event("ready")
            assert ready["url"].startswith("http://[::1]:")
            assert await ask(ready["url"])


class TestRefusal:
    async def test_second_server_names_folder_and_pid(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", WORKER) as first:
            await first.event("ready")
            async with serve(tmp_path / "data", WORKER) as second:
                sentence = await second.refusal()
        assert f"process {first.process.pid}" in sentence
        assert str(tmp_path / "data") in sentence

    async def test_port_in_use(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            async with serve(tmp_path / "data", WORKER, port=port) as server:
                sentence = await server.refusal()
        assert sentence.startswith(f"Port {port} on 127.0.0.1 is in use")
        assert sentence.count("\n") == 1

    async def test_data_folder_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "data").touch()
        async with serve(tmp_path / "data", WORKER) as server:
            assert "cannot be used" in await server.refusal()

    async def test_refusing_child_ends_everything_with_its_sentence(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", API, REFUSING) as server:
            sentence = await server.refusal()
        assert sentence == "The database is newer than this program: install the newer one.\n"

    async def test_embedded_server_that_cannot_run(self, tmp_path: Path) -> None:
        (tmp_path / "data" / "postgres").mkdir(parents=True)
        (tmp_path / "data" / "postgres" / "PG_VERSION").write_text("15\n")
        async with serve(tmp_path / "data", WORKER, **EMBEDDED) as server:
            sentence = await server.refusal()
        assert "data of PostgreSQL 15" in sentence
        assert sentence.count("\n") == 1


class TestRestart:
    async def test_killed_child_comes_back_on_the_same_socket(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", API) as server:
            ready = await server.event("ready")
            os.kill(ready["api_pid"], signal.SIGKILL)
            assert (await server.event("child.died"))["exit_code"] == -signal.SIGKILL
            await ask_successor(ready)

    async def test_crashing_child_is_given_more_and_more_time(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", CRASHING) as server:
            died = [await server.event("child.died") for _ in range(3)]
            assert [event["restart_seconds"] for event in died] == [0.2, 0.4, 0.8]
            assert {event["exit_code"] for event in died} == {3}
            assert await server.stop() < 1

    async def test_helpers_of_a_killed_child_go_with_it(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", WITH_HELPER) as server:
            ready = await server.event("ready")
            os.kill(ready["worker_pid"], signal.SIGKILL)
            await until(lambda: not is_alive(ready["helper_pid"]))

    async def test_killed_embedded_servers_come_back_at_the_same_addresses(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", WORKER, **EMBEDDED) as server:
            ready = await server.event("ready")
            for pid_file in PID_FILES:
                os.kill(server_pid(tmp_path / "data" / pid_file), signal.SIGKILL)
            assert {(await server.event("embedded.died"))["program"] for _ in range(2)} == {"PostgreSQL", "Valkey"}
            await answers(ready)
            assert is_alive(ready["worker_pid"])

    async def test_reload_restarts_children_when_a_module_changes(self, tmp_path: Path) -> None:
        package = tmp_path / "sources" / "package"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        async with serve(tmp_path / "data", API, sources=package.parent) as server:
            ready = await server.event("ready")
            (package / "new.py").touch()
            await server.event("sources.changed")
            await ask_successor(ready)
            assert not is_alive(ready["api_pid"])


class TestStop:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    async def test_signal_ends_children_and_exits_well(self, tmp_path: Path, number: signal.Signals) -> None:
        async with serve(tmp_path / "data", API, WORKER) as server:
            ready = await server.event("ready")
            assert await server.stop(number) < 1
            assert not is_alive(ready["api_pid"])
            assert not is_alive(ready["worker_pid"])

    async def test_during_the_first_start_of_postgres(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", WORKER, **EMBEDDED) as server:
            await until(lambda: any((tmp_path / "data").glob("postgres.*.new/base")))
            assert await server.stop() < 1

    async def test_deaf_child_is_killed_at_the_deadline(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", DEAF, deadline_seconds=0.4) as server:
            ready = await server.event("ready")
            assert 0.4 <= await server.stop() < 1
            assert not is_alive(ready["worker_pid"])

    async def test_second_interrupt_waits_for_nobody(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", DEAF, deadline_seconds=30) as server:
            await server.event("ready")
            server.process.send_signal(signal.SIGINT)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(server.process.wait(), 0.3)
            assert await server.stop(signal.SIGINT) < 1

    async def test_kill_nine_leaves_nothing_behind(self, tmp_path: Path) -> None:
        async with serve(tmp_path / "data", API, DEAF, **EMBEDDED) as server:
            ready = await server.event("ready")
            embedded = [server_pid(tmp_path / "data" / name) for name in PID_FILES]
            pids = [ready["api_pid"], ready["worker_pid"], *embedded]
            server.process.kill()
            await until(lambda: not any(map(is_alive, pids)))
        async with serve(tmp_path / "data", API, **EMBEDDED) as server:
            assert await ask((await server.event("ready"))["url"])
