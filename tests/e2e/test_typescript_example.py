"""The client that front-end developers copy from, on its way from the login to the file."""

import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from medianest.demo.site import DemoSite
from tests.clients.example import node
from tests.e2e.front_end import EMAIL, PASSWORD
from tests.e2e.serving import Serving

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, unused_tcp_port_factory: Callable[[], int]
) -> AsyncIterator[Serving]:
    """Comes back at the same address."""
    serving = Serving(tmp_path_factory.mktemp("example"), migrated, PORT=str(unused_tcp_port_factory()))
    try:
        await serving.start()
        yield serving
    finally:
        await serving.close()


class TestRun:
    async def test_uploads_a_file(self, server: Serving, site: DemoSite, tmp_path: Path) -> None:
        (tmp_path / "Ü 1.txt").write_bytes(b"hello\n" * 300_000)
        link, path = site.mp4_url, str(tmp_path / "Ü 1.txt")
        async with node("main.ts", server.client.url, EMAIL, PASSWORD, link, path) as example:
            code, lines, complaint = await example.end()
        assert (code, complaint) == (0, "")
        assert "uploaded Ü 1.txt: text/plain, 1800000 bytes" in lines
        (row,) = await server.sql("SELECT status, sha256 FROM stored_files WHERE kind = 'OTHER'")
        assert tuple(row) == ("READY", hashlib.sha256(b"hello\n" * 300_000).hexdigest())

    async def test_goes_on_behind_a_restart_of_the_server_to_the_file(self, server: Serving, site: DemoSite) -> None:
        site.bytes_per_second = 300_000
        async with node("main.ts", server.client.url, EMAIL, PASSWORD, site.mp4_url) as example:
            before = await example.until(" % DOWNLOADING")
            assert before[0] == "logged in as admin"
            assert set(before[1:3]) == {"live", f"QUEUED {site.mp4_url}"}  # it does both at once
            await server.stop()
            await server.start()
            site.bytes_per_second = None
            away = await example.until("^live")
            code, after, complaint = await example.end()
        assert (code, complaint) == (0, "")
        assert "closed: 1012 Service Restart" in away
        assert [line for line in after if line.startswith("COMPLETED")] == ["COMPLETED demo"]
        assert "demo is ready (1 unread)" in after
        (file,) = [line for line in after if line.startswith("VIDEO demo.mp4")]
        assert (await server.client.http.get(file.rpartition(" ")[2])).status_code == 200
        assert "0 unread" in after
