"""One server for all attacks, and what the attackers have got hold of. All run in one event loop and one process."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.attacks.attack import World
from tests.attacks.world import besieged_world
from tests.e2e.serving import Serving


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> AsyncIterator[Serving]:
    serving = Serving(tmp_path_factory.mktemp("besieged"), migrated)
    try:
        await serving.start("--no-worker")
        yield serving
    finally:
        await serving.close()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def world(server: Serving) -> World:
    return await besieged_world(server)
