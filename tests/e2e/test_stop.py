import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from signal import SIGSTOP

import pytest

from medianest.demo.site import DemoSite
from tests.e2e.front_end import FrontEnd, until
from tests.e2e.serving import Serving, environment, kill, processes_of, serve_command

pytestmark = pytest.mark.asyncio(loop_scope="session")

Record = Callable[[str, object], None]


def resumed_at(site: DemoSite) -> int:
    """The highest byte at which a download went on."""
    return max((int(served.range[6:].rstrip("-")) for served in site.requests if served.range), default=0)


class TestSigterm:
    async def test_in_the_middle_of_downloads(
        self, server: Serving, client: FrontEnd, site: DemoSite, record_property: Record
    ) -> None:
        site.bytes_per_second = 300_000
        ids = [await client.queue(url) for url in (site.mp4_url, site.page_url, f"{site.mp4_url}?waits")]
        before = await client.under_way(ids[0])
        seconds = await server.stop()
        record_property("seconds", seconds)
        assert seconds < 3

        await server.start("--no-worker")
        downloads = [await client.download(id_) for id_ in ids]
        assert [(download["status"], download["stage"]) for download in downloads] == [("QUEUED", None)] * 3
        assert downloads[0]["progress"]["percent"] >= before["progress"]["percent"]
        await server.stop()

        site.bytes_per_second = None
        await server.start()
        downloads = [await client.completed(id_) for id_ in ids]
        assert resumed_at(site) >= before["progress"]["downloadedBytes"]
        assert [download["attempt"] for download in downloads] == [1, 1, 1]
        assert await client.sha256(downloads[0]) == site.mp4_sha256

    async def test_with_the_database_frozen(
        self, server: Serving, client: FrontEnd, site: DemoSite, record_property: Record
    ) -> None:
        site.bytes_per_second = 300_000
        id_ = await client.queue(site.mp4_url)
        await client.under_way(id_)
        for pid in server.processes("postgres"):
            kill(pid, SIGSTOP)
        seconds = await server.stop()
        record_property("seconds", seconds)
        assert seconds < 5


class TestKilled:
    async def test_everything_goes_and_the_next_start_goes_on(
        self, server: Serving, client: FrontEnd, site: DemoSite
    ) -> None:
        site.bytes_per_second = 300_000
        id_ = await client.queue(site.mp4_url)
        before = await client.under_way(id_)
        kill(server.process.pid)
        await until(lambda: not server.processes(), seconds=3)
        await server.process.wait()

        site.bytes_per_second = None
        await server.start()
        download = await client.completed(id_)
        assert await client.sha256(download) == site.mp4_sha256
        assert download["attempt"] == 1
        assert resumed_at(site) >= before["progress"]["downloadedBytes"]
        assert await client.notified(id_) == ["DOWNLOAD_COMPLETED"]
        assert server.working_folders() == []


class TestRefusal:
    """Only through the command: one sentence, no traceback."""

    def refusal(self, data_dir: Path, **settings: str) -> str:
        done = subprocess.run(
            serve_command(), cwd=data_dir.parent, env=environment(data_dir, **settings),
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        return done.stderr

    async def test_second_server_on_the_folder(self, shared_server: Serving) -> None:
        sentence = self.refusal(shared_server.data_dir)
        assert sentence.startswith(f"Another MediaNest (process {shared_server.process.pid}) uses the data folder")

    async def test_port_in_use(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            sentence = self.refusal(tmp_path / "data", PORT=str(port))
        assert sentence.startswith(f"Port {port} on 127.0.0.1 is in use")
        assert not processes_of(tmp_path)
