import time
from contextlib import AsyncExitStack
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any

import pytest
import pytest_asyncio

from medianest.demo import operations
from medianest.demo.site import DemoSite
from tests.e2e.front_end import FrontEnd, eventually, is_completed, percent_of, take, until
from tests.e2e.serving import Serving, kill

pytestmark = pytest.mark.asyncio(loop_scope="session")

FOLLOW = operations.WATCH.replace("WatchIt", "FollowIt($after: Cursor)").replace("ticks", "after: $after, ticks")
SHORT_LINK = "query ($id: ID!) { node(id: $id) { ... on Download { files { url(expiresInSeconds: 1) } } } }"
INBOX = """
subscription { notifications { ... on NotificationReceived {
  unreadCount notification { type title isRead subject { id } }
} } }"""


@pytest.fixture
def server(shared_server: Serving) -> Serving:
    return shared_server


def changes(items: list[Any]) -> list[tuple[str, str]]:
    return [(item["cursor"], item["download"]["status"]) for item in items if "cursor" in item]


class TestDownload:
    async def test_from_the_link_to_the_bytes(self, client: FrontEnd, site: DemoSite) -> None:
        site.bytes_per_second = 1_500_000
        async with client.subscribe(operations.WATCH) as events:
            id_ = await client.queue(site.mp4_url)
            items = await take(events, is_completed)
        percents = [percent_of(item) for item in items]
        assert percents == sorted(percents)
        assert percents[-1] == 100
        assert sum(0 < percent < 95 for percent in percents) >= 3
        assert {item["downloadId"] for item in items if item["__typename"] == "DownloadTick"} == {id_}
        states = [status for _, status in changes(items)]
        assert list(dict.fromkeys(states)) == ["QUEUED", "RUNNING", "COMPLETED"]
        assert await client.sha256(await client.download(id_)) == site.mp4_sha256

    async def test_of_a_page_without_a_video(self, server: Serving, client: FrontEnd, site: DemoSite) -> None:
        id_ = await client.queue(f"{site.url}/article")
        download = await client.until(id_, lambda download: download["status"] == "FAILED")
        assert download["error"]["code"] == "UNSUPPORTED"
        assert download["error"]["hint"] == "Paste the address of the page of one video."
        assert (download["attempt"], download["files"]) == (1, [])
        assert await client.notified(id_) == ["DOWNLOAD_FAILED"]
        await until(lambda: not server.working_folders())

    async def test_two_api_processes_tell_the_same(self, tmp_path: Path, migrated: Path, site: DemoSite) -> None:
        server = Serving(tmp_path, migrated)
        try:
            await server.start("--workers", "2")
            site.bytes_per_second = 2_000_000
            first, second = server.processes("medianest.app")
            async with AsyncExitStack() as stack:
                streams = []
                for other in (first, second):  # the one that sleeps cannot take the connection
                    kill(other, SIGSTOP)
                    streams.append(await stack.enter_async_context(server.client.subscribe(operations.WATCH)))
                    kill(other, SIGCONT)
                await server.client.queue(site.mp4_url)
                told = [await take(stream, is_completed) for stream in streams]
            # the first item may be the state that a stream began with
            assert changes(told[0])[1:] == changes(told[1])[1:]
            assert all(len(items) > len(changes(items)) for items in told)  # ticks too
        finally:
            await server.close()


class TestStream:
    async def test_begins_with_what_is_there(self, client: FrontEnd, site: DemoSite) -> None:
        site.bytes_per_second = 300_000
        id_ = await client.queue(site.mp4_url)
        await client.under_way(id_)
        async with client.subscribe(operations.WATCH) as events:
            began = time.monotonic()
            (first,) = await take(events, lambda _: True)
            assert time.monotonic() - began < 1
            assert (first["download"]["id"], first["download"]["status"]) == (id_, "RUNNING")
            site.bytes_per_second = None
            assert percent_of((await take(events, is_completed))[-1]) == 100

    async def test_goes_on_behind_any_cursor_without_gap_or_double(self, client: FrontEnd, site: DemoSite) -> None:
        start = (await client.execute("{ streamCursor }"))["streamCursor"]
        id_ = await client.queue(site.mp4_url)
        async with client.subscribe(FOLLOW, after=start) as events:
            whole = changes(await take(events, is_completed))
        cursors = [cursor for cursor, _ in whole]
        assert len(set(cursors)) == len(cursors) >= 4
        for missed_from in range(len(whole) - 1):
            async with client.subscribe(FOLLOW, after=cursors[missed_from]) as events:
                assert changes(await take(events, is_completed)) == whole[missed_from + 1 :]
        assert (await client.download(id_))["status"] == "COMPLETED"

    async def test_notification_of_a_completed_download(self, client: FrontEnd, site: DemoSite) -> None:
        unread = (await client.execute("{ notifications { unreadCount } }"))["notifications"]["unreadCount"]
        async with client.subscribe(INBOX) as events:
            id_ = await client.queue(site.mp4_url)
            (arrival,) = await take(events, lambda _: True)
        assert arrival == {
            "unreadCount": unread + 1,
            "notification": {
                "type": "DOWNLOAD_COMPLETED", "title": "demo is ready", "isRead": False, "subject": {"id": id_},
            },
        }  # fmt: skip


class TestFile:
    @pytest_asyncio.fixture(loop_scope="session")
    async def id_(self, client: FrontEnd, site: DemoSite) -> str:
        id_ = await client.queue(site.mp4_url)
        await client.completed(id_)
        return id_

    async def test_whole_and_in_part_and_only_with_its_signature(self, client: FrontEnd, id_: str) -> None:
        (file,) = (await client.download(id_))["files"]
        whole = await client.http.get(file["url"])
        assert (whole.status_code, len(whole.content)) == (200, file["bytes"])
        part = await client.http.get(file["url"], headers={"Range": "bytes=1000-1999"})
        assert (part.status_code, part.content) == (206, whole.content[1000:2000])
        assert part.headers["content-range"] == f"bytes 1000-1999/{file['bytes']}"
        head = await client.http.head(file["url"])
        assert (head.status_code, head.headers["content-length"], head.content) == (200, str(file["bytes"]), b"")

        other_end = "0" if file["url"][-1] != "0" else "1"
        for tampered in (file["url"][:-1] + other_end, file["url"].replace("expires=", "expires=1"), file["url"][:-70]):
            refused = await client.http.get(tampered)
            assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")

    async def test_link_expires(self, client: FrontEnd, id_: str) -> None:
        (file,) = (await client.execute(SHORT_LINK, id=id_))["node"]["files"]

        async def refusal() -> Any:
            response = await client.http.get(file["url"], headers={"Range": "bytes=0-0"})
            return response.json() if response.status_code == 403 else None

        assert (await eventually(refusal, 5))["message"].startswith("This link has expired")


class TestControl:
    async def test_cancelled_while_it_runs_and_retried(self, server: Serving, client: FrontEnd, site: DemoSite) -> None:
        site.bytes_per_second = 200_000
        id_ = await client.queue(site.mp4_url)
        await client.under_way(id_)
        assert server.fetchers()
        assert server.working_folders()
        payload = await client.control(id_, "CANCEL")
        assert [download["status"] for download in payload["downloads"]] == ["CANCELLED"]
        await until(lambda: not server.fetchers(), seconds=2)
        await until(lambda: not server.working_folders(), seconds=5)
        assert (await client.download(id_))["status"] == "CANCELLED"

        site.bytes_per_second = None
        payload = await client.control(id_, "RETRY")
        assert [download["status"] for download in payload["downloads"]] == ["QUEUED"]
        assert await client.sha256(await client.completed(id_)) == site.mp4_sha256
        assert await client.notified(id_) == ["DOWNLOAD_COMPLETED"]

    async def test_cancelled_while_it_waits(self, client: FrontEnd, site: DemoSite) -> None:
        site.bytes_per_second = 200_000
        running = [await client.queue(f"{site.mp4_url}?{number}") for number in range(2)]
        waiting = await client.queue(site.page_url)
        for id_ in running:
            await client.under_way(id_, 1)
        payload = await client.control(waiting, "CANCEL")
        assert [download["status"] for download in payload["downloads"]] == ["CANCELLED"]
        site.bytes_per_second = None
        for id_ in running:
            await client.completed(id_)
        assert (await client.download(waiting))["status"] == "CANCELLED"
        assert "/watch" not in {served.path for served in site.requests}
        refusal = (await client.control(running[0], "CANCEL"))["results"]
        assert [(result["ok"], result["error"]["code"]) for result in refusal] == [(False, "INVALID_STATE")]
