"""A real server, and a site that it downloads from. All these tests run in one event loop, which they must name."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from integrations.youtube.ytdlp import find_ffmpeg
from medianest.demo.site import DemoSite
from tests.e2e.front_end import FrontEnd
from tests.e2e.serving import Serving


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoSite]:
    base, ffmpeg = tmp_path_factory.getbasetemp(), find_ffmpeg()
    assert ffmpeg
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    async with DemoSite(shared / "demo-media", ffmpeg) as site:
        yield site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Serving]:
    """For tests that break nothing: starting one takes a second or two."""
    async with _serving(tmp_path_factory.mktemp("server")) as serving:
        yield serving
        assert "Traceback" not in serving.log


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncIterator[Serving]:
    async with _serving(tmp_path) as serving:
        yield serving


@pytest.fixture
def client(server: Serving) -> FrontEnd:
    return server.client


@asynccontextmanager
async def _serving(folder: Path) -> AsyncIterator[Serving]:
    serving = Serving(folder)
    try:
        await serving.start()
        yield serving
    finally:
        await serving.close()
