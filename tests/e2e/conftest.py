"""A real server, and a site that it downloads from. All these tests run in one event loop, which they must name."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from integrations.youtube.ytdlp import find_ffmpeg
from medianest.demo.site import DemoSite
from tests.e2e.front_end import FrontEnd
from tests.e2e.serving import Serving, running


@pytest_asyncio.fixture(loop_scope="session")
async def site(shared_folder: Path) -> AsyncIterator[DemoSite]:
    ffmpeg = find_ffmpeg()
    assert ffmpeg
    async with DemoSite(shared_folder / "demo-media", ffmpeg) as site:
        yield site


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def shared_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Serving]:
    """For tests that break nothing: starting one takes a second or two. This one is a first start, with no data."""
    async with running(Serving(tmp_path_factory.mktemp("server"))) as serving:
        yield serving
        assert "Traceback" not in serving.log


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path, migrated: Path) -> AsyncIterator[Serving]:
    async with running(Serving(tmp_path, migrated)) as serving:
        yield serving


@pytest.fixture
def client(server: Serving) -> FrontEnd:
    return server.client
