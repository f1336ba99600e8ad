import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from medianest.embedded.postgres import EmbeddedPostgres, locate_postgres
from medianest.embedded.process import EmbeddedError, EmbeddedProcess, wheel_folder
from medianest.embedded.valkey import EmbeddedValkey

NAMELESS_UID = 54321
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

START_AS = """
import asyncio, asyncpg, ctypes, encodings.idna, getpass, os, sys
from pathlib import Path
from medianest.embedded.postgres import EmbeddedPostgres
from medianest.embedded.process import EmbeddedError
from medianest.embedded.valkey import EmbeddedValkey

async def main(data_dir, uid):
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, as a fresh program of that user would be
    postgres, valkey = EmbeddedPostgres(data_dir, durable=False), EmbeddedValkey(data_dir, durable=False)
    try:
        url, _ = await postgres.start(), await valkey.start()
        connection = await asyncpg.connect(url)
        print(await connection.fetchval("SELECT current_database()"))
        await connection.close()
    except EmbeddedError as error:
        print(error)
    finally:
        await postgres.stop()
        await valkey.stop()

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""
START_AND_WAIT = """
import asyncio, sys
from pathlib import Path
from medianest.embedded.postgres import EmbeddedPostgres
from medianest.embedded.valkey import EmbeddedValkey

async def main(data_dir):
    await EmbeddedPostgres(data_dir).start()
    await EmbeddedValkey(data_dir).start()
    print("ready", flush=True)
    await asyncio.sleep(60)

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has been started and stopped once; every test must leave it usable."""
    folder = tmp_path_factory.mktemp("data")

    async def start_and_stop() -> None:
        postgres = EmbeddedPostgres(folder, durable=False)
        await postgres.start()
        await postgres.stop()

    asyncio.run(start_and_stop())
    return folder


@pytest.fixture
async def postgres(data_dir: Path) -> AsyncIterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(data_dir, durable=False)
    yield server
    await server.stop()


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path)
    yield server
    await server.stop()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Everybody may pass through it, unlike pytest's own folders, for tests that become somebody else."""
    if not all(path.stat().st_mode & 0o001 for path in locate_postgres().parents):
        pytest.skip("the wheel lies where only root can read it")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = ["mount", "-t", "tmpfs", "-o", "size=110m", "tmpfs", str(tmp_path)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("no small file system can be mounted here")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


async def query(url: str, *statements: str) -> object:
    """The value of the last one."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


def unfinished(data_dir: Path) -> list[Path]:
    return list(data_dir.glob("postgres.*.new/*"))


def pid_of(server: EmbeddedProcess) -> int:
    assert server._process is not None
    return server._process.pid


def working_in(folder: Path) -> list[int]:
    """Processes that have `folder` as working folder, as both servers and all their helpers do."""
    pids = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and folder in (cwd := (entry / "cwd").readlink(), *cwd.parents):
                pids.append(int(entry.name))
    return pids


class TestPostgresStart:
    async def test_empty_folder_gets_a_durable_unicode_database(self, tmp_path: Path) -> None:
        server = EmbeddedPostgres(tmp_path / "new")
        url = await server.start()
        try:
            assert await query(url, "SELECT current_database()") == "medianest"
            assert await query(url, "SELECT lower('ÄÖ')") == "äö"
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                assert await query(url, f"SHOW {name}") == "on"
            assert await query(url, "SHOW listen_addresses") == ""
        finally:
            await server.stop()

    async def test_next_start_has_the_same_address_and_rows(self, postgres: EmbeddedPostgres) -> None:
        url = await postgres.start()
        await query(url, "CREATE TABLE stopped AS SELECT 'Alien' AS title", "SELECT 1")
        await postgres.stop()
        assert await postgres.start() == url
        assert await query(url, "SELECT title FROM stopped") == "Alien"

    @pytest.mark.parametrize("name", ["x" * 120, "films, 50% 'off' #1", "films 50% 'off' #1"])
    async def test_any_folder_name_will_do(self, data_dir: Path, tmp_path: Path, name: str) -> None:
        (tmp_path / name).mkdir()
        (data_dir / "postgres").rename(tmp_path / name / "postgres")
        postgres, valkey = EmbeddedPostgres(tmp_path / name, durable=False), EmbeddedValkey(tmp_path / name)
        try:
            url, redis_url = await asyncio.gather(postgres.start(), valkey.start())
            assert await query(url, "SELECT 1") == 1
            async with Redis.from_url(redis_url) as redis:
                assert await redis.ping()
        finally:
            await asyncio.gather(postgres.stop(), valkey.stop())
            (tmp_path / name / "postgres").rename(data_dir / "postgres")

    @pytest.mark.parametrize("temporary_folder", ["", "x" * 120], ids=["", "where the usual one is long too"])
    async def test_short_socket_folder_is_private_and_gone_after_stop(
        self, tmp_path: Path, temporary_folder: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if temporary_folder:
            monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / temporary_folder))
        server = EmbeddedValkey(tmp_path / ("x" * 120))
        await server.start()
        socket_dir = server._socket_dir
        assert socket_dir.stat().st_mode & 0o077 == 0
        await server.stop()
        assert not socket_dir.exists()

    async def test_interrupted_first_start_leaves_nothing_that_counts(self, tmp_path: Path) -> None:
        first = EmbeddedPostgres(tmp_path, durable=False)
        attempt = asyncio.create_task(first.start())
        await until(lambda: bool(unfinished(tmp_path)))
        attempt.cancel()
        with suppress(asyncio.CancelledError):
            await attempt
        await until(lambda: not working_in(tmp_path))
        assert not (tmp_path / "postgres").exists()
        (tmp_path / "postgres.xyz.new" / "half").mkdir(parents=True)

        second = EmbeddedPostgres(tmp_path, durable=False)
        try:
            assert await query(await second.start(), "SELECT 1") == 1
        finally:
            await second.stop()
        assert unfinished(tmp_path) == []

    async def test_stale_pid_of_somebody_else_is_no_obstacle(self, data_dir: Path, postgres: EmbeddedPostgres) -> None:
        stranger = await asyncio.create_subprocess_exec("sleep", "60")
        try:
            lines = [stranger.pid, data_dir / "postgres", 1, 5432, data_dir, "", "1 1", "ready"]
            (data_dir / "postgres" / "postmaster.pid").write_text("\n".join(map(str, lines)))
            assert await query(await postgres.start(), "SELECT 1") == 1
            assert stranger.returncode is None
        finally:
            stranger.kill()
            await stranger.wait()

    async def test_killed_owners_server_is_ended_first(self, data_dir: Path, postgres: EmbeddedPostgres) -> None:
        predecessor = EmbeddedPostgres(data_dir, durable=False)
        url = await predecessor.start()
        await query(url, "CREATE TABLE inherited AS SELECT 'Alien' AS title", "SELECT 1")
        assert await query(await postgres.start(), "SELECT title FROM inherited") == "Alien"
        await asyncio.wait_for(predecessor.wait(), 1)

    async def test_data_of_another_major_version_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "postgres").mkdir()
        (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
        with pytest.raises(EmbeddedError, match=r"data of PostgreSQL 15.* brings 18.*MEDIANEST_DATABASE_URL"):
            await EmbeddedPostgres(tmp_path).start()

    async def test_missing_wheel_names_the_cure(self, tmp_path: Path) -> None:
        locate = partial(wheel_folder, "no_such_wheel", "PostgreSQL", "MEDIANEST_DATABASE_URL")
        with pytest.raises(EmbeddedError, match=r"not installed.*`make install`.*MEDIANEST_DATABASE_URL"):
            await EmbeddedPostgres(tmp_path, locate=locate).start()

    async def test_broken_configuration_is_told(self, data_dir: Path, postgres: EmbeddedPostgres) -> None:
        settings = data_dir / "postgres" / "postgresql.auto.conf"
        settings.write_text("shared_buffers = lots\n")
        with pytest.raises(EmbeddedError, match=r"did not start.*configuration file.*postgres\.log"):
            await postgres.start()
        settings.write_text("")

    @pytest.mark.parametrize("has_data", [False, True])
    async def test_full_disk_is_named_and_room_cures_it(self, data_dir: Path, small_disk: Path, has_data: bool) -> None:
        if has_data:
            shutil.copytree(data_dir / "postgres", small_disk / "postgres")
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(4096)):
                pass
        server = EmbeddedPostgres(small_disk)
        with pytest.raises(EmbeddedError, match=r"disk of .* is full.*free some space"):
            await server.start()
        filler.unlink()
        try:
            assert await query(await server.start(), "SELECT 1") == 1
        finally:
            await server.stop()


class TestPostgresEnd:
    async def test_acknowledged_rows_survive_kill_nine(self, data_dir: Path) -> None:
        server = EmbeddedPostgres(data_dir)
        try:
            url = await server.start()
            connection = await asyncpg.connect(url)
            await connection.execute("CREATE TABLE acknowledged AS SELECT 'Alien' AS title")
            busy = asyncio.create_task(connection.execute("SELECT count(*) FROM generate_series(1, 1000000000)"))
            await asyncio.sleep(0)
            os.kill(pid_of(server), signal.SIGKILL)
            await asyncio.wait_for(server.wait(), 1)
            assert await asyncio.wait_for(server.start(), 3) == url
            assert await query(url, "SELECT title FROM acknowledged") == "Alien"
            with pytest.raises((asyncpg.PostgresError, ConnectionError)):
                await busy
        finally:
            await server.stop()

    async def test_busy_server_stops_in_time(self, postgres: EmbeddedPostgres) -> None:
        connection = await asyncpg.connect(await postgres.start())
        sleeping = asyncio.create_task(connection.execute("SELECT pg_sleep(60)"))
        await asyncio.sleep(0)
        before = time.monotonic()
        await postgres.stop()
        assert time.monotonic() - before < 0.7
        with pytest.raises((asyncpg.PostgresError, ConnectionError)):
            await sleeping

    async def test_frozen_server_stops_in_time(self, data_dir: Path, postgres: EmbeddedPostgres) -> None:
        await postgres.start()
        os.kill(pid_of(postgres), signal.SIGSTOP)
        before = time.monotonic()
        await postgres.stop()
        assert time.monotonic() - before < 0.75
        await until(lambda: not working_in(data_dir))

    async def test_both_servers_end_when_their_owner_is_killed(self, data_dir: Path) -> None:
        owner = await asyncio.create_subprocess_exec(
            sys.executable, "-c", START_AND_WAIT, data_dir, stdout=subprocess.PIPE
        )
        assert owner.stdout is not None
        assert await owner.stdout.readline() == b"ready\n"
        assert len(working_in(data_dir)) > 2
        owner.kill()
        await owner.wait()
        await until(lambda: not working_in(data_dir))


@needs_root
class TestUsers:
    def test_ordinary_user(self, open_folder: Path) -> None:
        assert self._start_as(pwd.getpwnam("nobody").pw_uid, open_folder) == "medianest"

    def test_user_without_a_name(self, open_folder: Path) -> None:
        if self._run(["unshare", "--user", "true"], user=NAMELESS_UID).returncode:
            pytest.skip("ordinary users may not make user namespaces here")
        assert self._start_as(NAMELESS_UID, open_folder) == "medianest"

    def test_folder_of_somebody_else(self, open_folder: Path) -> None:
        answer = self._start_as(NAMELESS_UID, open_folder, owned=False)
        assert "PostgreSQL cannot write in" in answer
        assert "MEDIANEST_DATA_DIR" in answer

    def test_root_where_namespaces_are_forbidden_uses_nobody(self, open_folder: Path) -> None:
        answer = self._start_without_namespaces(open_folder, mapped_ids=65536)
        assert answer == "medianest"
        assert (open_folder / "data" / "postgres").stat().st_uid == pwd.getpwnam("nobody").pw_uid

    def test_root_alone_in_a_container_is_told_what_to_do(self, open_folder: Path) -> None:
        answer = self._start_without_namespaces(open_folder, mapped_ids=1)
        assert "cannot run as root here" in answer
        assert "MEDIANEST_DATABASE_URL" in answer

    async def test_folder_started_by_an_ordinary_user_before(self, data_dir: Path, postgres: EmbeddedPostgres) -> None:
        for path in (data_dir / "postgres").rglob("*"):
            os.chown(path, 1000, 1000)
        os.chown(data_dir / "postgres", 1000, 1000)
        assert await query(await postgres.start(), "SELECT 1") == 1

    def _start_as(self, uid: int, folder: Path, *, owned: bool = True) -> str:
        data_dir = folder / "data"
        data_dir.mkdir(exist_ok=True)
        if owned:
            data_dir.chmod(0o700)
            os.chown(data_dir, uid, uid)
        return self._run([sys.executable, "-c", START_AS, str(data_dir), str(uid)]).stdout.strip()

    def _start_without_namespaces(self, folder: Path, mapped_ids: int) -> str:
        """Root of a namespace that allows no further ones, as in a container: `mapped_ids` users exist in it."""
        forbid = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
        inside = ["sh", "-c", 'echo mapped?; read yes; exec "$@"', "sh", "sh", "-c", forbid, "sh"]
        start = [sys.executable, "-c", START_AS, str(folder / "data"), "0"]
        with subprocess.Popen(
            ["unshare", "--user", *inside, *start], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as container:
            assert container.stdout is not None
            if not container.stdout.readline():
                pytest.skip("no user namespace to try it in")
            for kind in ("uid", "gid"):
                Path(f"/proc/{container.pid}/{kind}_map").write_text(f"0 0 {mapped_ids}")
            answer, _ = container.communicate("yes\n", timeout=30)
        return answer.strip()

    def _run(self, command: list[str], user: int | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, timeout=30, user=user, check=False)


class TestValkey:
    async def test_values_survive_stop_and_kill_nine(self, valkey: EmbeddedValkey) -> None:
        url = await valkey.start()
        async with Redis.from_url(url) as redis:
            await redis.set("first", 1)
        await valkey.stop()
        assert await valkey.start() == url
        async with Redis.from_url(url) as redis:
            await redis.set("second", 2)
        os.kill(pid_of(valkey), signal.SIGKILL)
        await asyncio.wait_for(valkey.wait(), 1)
        await valkey.start()
        async with Redis.from_url(url) as redis:
            assert await redis.mget("first", "second") == [b"1", b"2"]

    async def test_missing_wheel_names_the_cure(self, tmp_path: Path) -> None:
        locate = partial(wheel_folder, "no_such_wheel", "Valkey", "MEDIANEST_REDIS_URL")
        with pytest.raises(EmbeddedError, match=r"Valkey is not installed.*MEDIANEST_REDIS_URL"):
            await EmbeddedValkey(tmp_path, locate=locate).start()

    async def test_second_thread_is_refused(self, valkey: EmbeddedValkey) -> None:
        with pytest.raises(RuntimeError, match="main thread"):
            await asyncio.to_thread(asyncio.run, valkey.start())
