import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any

import pytest
import pytest_asyncio

from medianest.demo import operations
from medianest.demo.site import DemoSite
from tests.conftest import scaled
from tests.e2e.front_end import FrontEnd, code_of, eventually, is_completed, percent_of, take, until
from tests.e2e.serving import Serving, kill, running
from tests.e2e.test_stop import resumed_at

pytestmark = pytest.mark.asyncio(loop_scope="session")

RESCUE_SECONDS = 30
WATCH_ONE = operations.WATCH.replace("WatchIt", "WatchOne($id: ID!)").replace("(ticks", "(ids: [$id], ticks")
DISCONNECT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'medianest'"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> AsyncIterator[Serving]:
    """One for all these faults, as it goes on behind each."""
    async with running(Serving(tmp_path_factory.mktemp("faults"), migrated)) as serving:
        yield serving


@pytest_asyncio.fixture(loop_scope="session")
async def other_server(tmp_path: Path, migrated: Path) -> AsyncIterator[Serving]:
    """For a test that needs the whole log for itself."""
    async with running(Serving(tmp_path, migrated)) as serving:
        yield serving


@asynccontextmanager
async def unattended(server: Serving) -> AsyncIterator[None]:
    """The supervisor sleeps, so that what dies stays dead for a while."""
    kill(server.process.pid, SIGSTOP)
    try:
        yield
    finally:
        kill(server.process.pid, SIGCONT)


@asynccontextmanager
async def frozen(*pids: int) -> AsyncIterator[None]:
    for pid in pids:
        kill(pid, SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            kill(pid, SIGCONT)


async def ready_as(client: FrontEnd, status: int, seconds: float) -> None:
    async def check() -> bool | None:
        assert await client.status_of("/health/live") == 200
        return True if await client.status_of("/health/ready") == status else None

    await eventually(check, seconds)


class TestWorker:
    async def test_old_heartbeat_of_one_that_lives(self, server: Serving, client: FrontEnd, site: DemoSite) -> None:
        """As after a sleep of the machine: nobody else may start what it is doing."""
        site.bytes_per_second, told = 400_000, len(server.log)
        id_ = await client.queue(site.mp4_url)
        await client.under_way(id_, 1)
        while (await client.download(id_))["status"] != "COMPLETED":
            await server.sql("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
            await asyncio.sleep(0.1)
        assert sum(served.path == "/media/demo.mp4" and served.range is None for served in site.requests) <= 2
        assert "job.rescued" not in server.log[told:]

    async def test_taken_for_dead_while_it_lives(self, other_server: Serving, site: DemoSite) -> None:
        """As after a long pause of its machine: by then somebody else runs its job."""
        server, client = other_server, other_server.client
        site.bytes_per_second = 300_000
        id_ = await client.queue(site.mp4_url)
        await client.under_way(id_)
        await server.sql("UPDATE procrastinate_jobs SET worker_id = NULL")
        await until(lambda: len(server.processes("integrations.youtube.child")) == 2)
        site.bytes_per_second = None
        assert (await client.completed(id_))["attempt"] == 1
        assert await client.notified(id_) == ["DOWNLOAD_COMPLETED"]
        await client.completed(await client.queue(site.page_url))
        await server.stop()
        assert "Job was not found" not in server.log

    async def test_killed_again_and_again(self, server: Serving, client: FrontEnd, site: DemoSite) -> None:
        site.bytes_per_second, kept = 500_000, await self.count_files(server)
        ids = [await client.queue(f"{site.mp4_url}?{number}") for number in range(scaled(30))]
        async with client.subscribe(WATCH_ONE, id=ids[0]) as events:
            watching = asyncio.create_task(take(events, is_completed, seconds=120))
            before = await client.under_way(ids[0])
            for _ in range(scaled(5)):
                await until(server.fetchers, RESCUE_SECONDS)
                await asyncio.sleep(random.uniform(0, 2))  # noqa: S311
                fetchers = set(server.fetchers())
                kill(server.worker_pid)
                await until(lambda: not fetchers.intersection(server.fetchers()), seconds=2)  # noqa: B023
            await until(server.fetchers, RESCUE_SECONDS)
            site.bytes_per_second = None
            percents = [percent_of(item) for item in await watching]
        assert percents == sorted(percents)
        for id_ in ids:
            download = await client.completed(id_, 120)
            assert [(file["kind"], file["sha256"]) for file in download["files"]] == [("VIDEO", site.mp4_sha256)]
            assert download["attempt"] == 1
            assert await client.notified(id_) == ["DOWNLOAD_COMPLETED"]
        assert resumed_at(site) >= before["progress"]["downloadedBytes"]
        assert await self.count_files(server) == kept + len(ids)
        await self.everything_is_tidy(server)

    async def count_files(self, server: Serving) -> int:
        return len(await server.sql("SELECT FROM stored_files"))

    async def everything_is_tidy(self, server: Serving) -> None:
        async def check() -> bool | None:
            jobs = await server.sql("SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
            return True if not (jobs or server.fetchers() or server.working_folders()) else None

        await eventually(check, 5)


class TestApi:
    async def test_killed_in_the_middle(self, server: Serving, client: FrontEnd, site: DemoSite) -> None:
        site.bytes_per_second = 400_000
        id_ = await client.queue(site.mp4_url)
        await client.under_way(id_)
        (killed,) = server.processes("medianest.app")
        kill(killed)
        await until(lambda: server.processes("medianest.app") not in ([], [killed]))
        site.bytes_per_second = None
        async with FrontEnd(client.url) as other:  # the address has not changed
            await other.log_in()
            assert (await other.completed(id_))["attempt"] == 1


class TestDatabase:
    async def test_killed_in_the_middle(self, server: Serving, client: FrontEnd, site: DemoSite) -> None:
        site.bytes_per_second = 200_000
        async with client.subscribe(operations.WATCH) as events:
            id_ = await client.queue(site.mp4_url)
            await client.under_way(id_)
            async with unattended(server):
                kill(server.postgres_pid)
                await ready_as(client, 503, seconds=5)
                assert await code_of(client.execute("{ downloads { nodes { id } } }")) == "UNAVAILABLE"
            await ready_as(client, 200, seconds=10)
            site.bytes_per_second = None
            await take(events, is_completed, seconds=RESCUE_SECONDS)
        assert await client.sha256(await client.download(id_)) == site.mp4_sha256
        assert await client.notified(id_) == ["DOWNLOAD_COMPLETED"]

    async def test_turns_everybody_away_for_a_while(self, other_server: Serving, site: DemoSite) -> None:
        """As while it starts, or has too many connections: an answer, but not the one that was wanted."""
        server, client = other_server, other_server.client
        async with client.subscribe(operations.WATCH) as events:
            await client.queue(site.mp4_url)
            await take(events, is_completed)
            await server.sql("ALTER DATABASE medianest ALLOW_CONNECTIONS false", database="postgres")
            await server.sql(DISCONNECT, database="postgres")
            await until(lambda: server.log.count('"part": "database"') >= 2)  # each process tells it once
            await server.sql("ALTER DATABASE medianest ALLOW_CONNECTIONS true", database="postgres")
            await ready_as(client, 200, seconds=10)
            await client.queue(f"{site.mp4_url}?again")
            await take(events, is_completed, seconds=RESCUE_SECONDS)


class TestValkey:
    async def test_killed_while_subscribed(self, server: Serving, client: FrontEnd, site: DemoSite) -> None:
        site.bytes_per_second = 300_000
        async with client.subscribe(operations.WATCH) as events:
            first = await client.queue(site.mp4_url)
            await client.under_way(first)
            async with unattended(server):
                kill(server.valkey_pid)
                await self.answers_quickly(client, first)
                second = await client.queue(site.page_url)
                await take(events, lambda item: is_about(item, second), seconds=2)
            site.bytes_per_second = None
            await take(events, lambda item: is_completed(item) and is_about(item, first))
        await client.completed(second)

    async def test_frozen_while_subscribed(self, server: Serving, client: FrontEnd, site: DemoSite) -> None:
        site.bytes_per_second = 300_000
        async with client.subscribe(operations.WATCH) as events:
            first = await client.queue(site.mp4_url)
            await client.under_way(first)
            async with frozen(server.valkey_pid):
                for _ in range(5):
                    await self.answers_quickly(client, first)
                second = await client.queue(site.page_url)
                await take(events, lambda item: is_about(item, second), seconds=2)
                site.bytes_per_second = None
                await take(events, lambda item: is_completed(item) and is_about(item, first))
            await client.completed(second)

    async def answers_quickly(self, client: FrontEnd, id_: str) -> None:
        began = time.monotonic()
        assert (await client.download(id_))["status"] == "RUNNING"
        assert time.monotonic() - began < 1.3


def is_about(item: Any, id_: str) -> bool:
    return bool(item["__typename"] == "DownloadChanged" and item["download"]["id"] == id_)
