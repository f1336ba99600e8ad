"""Limits over real processes: exact together, and never open without Valkey."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from tests.conftest import Servers
from tests.e2e.front_end import FrontEnd, until
from tests.e2e.serving import Serving, kill
from tests.e2e.test_faults import frozen, unattended

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIMIT, CALLERS = 10, 50
NOTHING = "not an address"  # counted like any other, and no work


@pytest_asyncio.fixture(loop_scope="session")
async def database_url(servers: Servers) -> AsyncIterator[str]:
    connection = await asyncpg.connect(servers.database())
    await connection.execute("CREATE DATABASE shared_by_two TEMPLATE medianest")
    yield servers.database("shared_by_two")
    await connection.execute("DROP DATABASE shared_by_two WITH (FORCE)")
    await connection.close()


@asynccontextmanager
async def serving(folder: Path, migrated: Path, **settings: str) -> AsyncIterator[Serving]:
    folder.mkdir()
    started = Serving(folder, migrated, RATE_LIMITS=f"queueDownload={LIMIT}/600", **settings)
    try:
        await started.start("--no-worker")
        yield started
    finally:
        await started.close()


async def let_in(client: FrontEnd, times: int) -> int:
    """How many of so many at the same time are; the others are told that they are too many."""
    payloads = await asyncio.gather(*(client.try_to_queue(NOTHING) for _ in range(times)))
    codes = [payload["errors"][0]["code"] for payload in payloads]
    assert set(codes) <= {"UNSUPPORTED_URL", "RATE_LIMITED"}
    return codes.count("UNSUPPORTED_URL")


class TestTwoServers:
    async def test_fifty_callers_get_what_one_server_would_give(
        self, tmp_path: Path, migrated: Path, servers: Servers, database_url: str
    ) -> None:
        shared = {"DATABASE_URL": database_url, "REDIS_URL": servers.redis_url, "SECRET_KEY": "k" * 32}
        async with AsyncExitStack() as stack:
            one = await stack.enter_async_context(serving(tmp_path / "one", migrated, **shared))
            two = await stack.enter_async_context(serving(tmp_path / "two", migrated, **shared))
            found = await asyncio.gather(let_in(one.client, CALLERS // 2), let_in(two.client, CALLERS // 2))
        assert sum(found) == LIMIT


class TestValkey:
    async def test_frozen_killed_and_back(self, tmp_path: Path, migrated: Path) -> None:
        """At no point does anybody get more than the limit, or wait for longer than the breaker."""
        async with serving(tmp_path / "nest", migrated) as server:
            assert await let_in(server.client, 3) == 3
            async with frozen(server.valkey_pid):
                began = time.monotonic()
                assert await let_in(server.client, 3) == 3
                assert time.monotonic() - began < 1.3
            async with unattended(server):
                kill(server.valkey_pid)
                assert await let_in(server.client, CALLERS) == LIMIT - 6
            await until(lambda: server.processes("valkey-server"))
            assert await let_in(server.client, CALLERS) == 0
