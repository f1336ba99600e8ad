"""A server of its own for a test, and a site that it downloads from."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.youtube.ytdlp import find_ffmpeg
from medianest.demo.site import DemoSite
from tests.e2e.front_end import FrontEnd
from tests.e2e.serving import Serving


@pytest.fixture
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoSite]:
    base, ffmpeg = tmp_path_factory.getbasetemp(), find_ffmpeg()
    assert ffmpeg
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    async with DemoSite(shared / "demo-media", ffmpeg) as site:
        yield site


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Serving]:
    serving = Serving(tmp_path)
    try:
        await serving.start()
        yield serving
    finally:
        await serving.close()


@pytest.fixture
def client(server: Serving) -> FrontEnd:
    return server.client
