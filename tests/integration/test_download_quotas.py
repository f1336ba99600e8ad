"""What a running download may take of its owner's bytes."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from typing_extensions import override

from integrations.youtube.base import (
    FailureCode,
    FetchedFile,
    FetchOrder,
    FetchProgress,
    OnInfo,
    OnProgress,
    Stage,
)
from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.downloads import Download, DownloadErrorCode
from models.files import StoredFile
from models.notifications import Notification
from models.plex_paths import PathMap
from models.quotas import QuotaFigures
from models.states import DownloadStatus
from services.download_runs import DownloadRunner, FetchLimits
from services.publications import Shelf
from services.quotas import Quotas
from tests.factories.downloader import ScriptedDownloader, failure
from tests.factories.downloads import make_download
from tests.factories.people import make_user

LIMIT = 100
MAX_BYTES = 90


class PausingDownloader(ScriptedDownloader):
    """Does something before its last progress, which is that of another stage."""

    def __init__(self, content: bytes, meanwhile: Callable[[], Awaitable[object]]) -> None:
        super().__init__(content=content)
        self._meanwhile = meanwhile

    @override
    async def fetch(self, order: FetchOrder, on_info: OnInfo, on_progress: OnProgress) -> list[FetchedFile]:
        files = await super().fetch(order, on_info, on_progress)
        await self._meanwhile()
        await on_progress(FetchProgress(Stage.CONVERTING, 95, len(self.content), len(self.content), None, None))
        return files


def runner_for(base: Backbone, downloader: ScriptedDownloader, limit: int = LIMIT) -> DownloadRunner:
    limits = FetchLimits(base.settings.data_dir / "downloads", max_bytes=MAX_BYTES, allow=())
    quotas = Quotas(QuotaFigures(download_bytes=limit))
    return DownloadRunner(base.work, downloader, base.files, base.pubsub, quotas, limits, Shelf(None, PathMap(), None))


async def used(owner_id: object, amount: int, status: DownloadStatus = DownloadStatus.COMPLETED) -> Download:
    return await make_download(owner_id, status=status, downloaded_bytes=amount)  # type: ignore[arg-type]


@pytest.fixture
async def queued(base: Backbone) -> Download:
    return await make_download((await make_user()).id)


class TestCap:
    @pytest.mark.parametrize(
        ("limit", "others", "status", "cap"),
        [
            (LIMIT, 60, DownloadStatus.COMPLETED, 40),
            (LIMIT, 60, DownloadStatus.RUNNING, 40),
            (LIMIT, 60, DownloadStatus.FAILED, MAX_BYTES),
            (LIMIT, 5, DownloadStatus.COMPLETED, MAX_BYTES),
            (0, 60, DownloadStatus.COMPLETED, MAX_BYTES),
        ],
    )
    async def test_is_what_the_others_leave_or_what_any_download_may_take(
        self, base: Backbone, queued: Download, limit: int, others: int, status: DownloadStatus, cap: int
    ) -> None:
        await used(queued.owner_id, others, status)
        await used((await make_user()).id, 99)
        downloader = ScriptedDownloader()
        await runner_for(base, downloader, limit).run(queued.id)
        assert [order.max_bytes for order in downloader.orders] == [cap]
        assert (await Download.get(id=queued.id)).status is DownloadStatus.COMPLETED

    async def test_counts_what_an_earlier_attempt_got(self, base: Backbone, queued: Download) -> None:
        await used(queued.owner_id, 60)
        await Download.filter(id=queued.id).update(downloaded_bytes=30)
        downloader = ScriptedDownloader(content=b"x" * 35)
        await runner_for(base, downloader).run(queued.id)
        assert [order.max_bytes for order in downloader.orders] == [40]

    async def test_is_not_for_those_who_manage_downloads(self, base: Backbone) -> None:
        manager = await make_user(Permission.MANAGE_DOWNLOADS)
        await used(manager.id, LIMIT)
        queued, downloader = await make_download(manager.id), ScriptedDownloader()
        await runner_for(base, downloader).run(queued.id)
        assert [order.max_bytes for order in downloader.orders] == [MAX_BYTES]


class TestTooMuch:
    async def test_a_larger_video_fails_and_says_that_it_is_the_quota(self, base: Backbone, queued: Download) -> None:
        await used(queued.owner_id, 60)
        await runner_for(base, ScriptedDownloader(failure=failure(FailureCode.TOO_LARGE))).run(queued.id)
        await _failed_for_the_quota(base, queued, "Your quota leaves 40 bytes for this video, and it takes more.")

    async def test_the_servers_own_limit_is_still_called_that(self, base: Backbone, queued: Download) -> None:
        await runner_for(base, ScriptedDownloader(failure=failure(FailureCode.TOO_LARGE))).run(queued.id)
        failed = await Download.get(id=queued.id)
        assert failed.error_code is DownloadErrorCode.TOO_LARGE

    async def test_with_nothing_left_the_site_is_not_even_asked(self, base: Backbone, queued: Download) -> None:
        await used(queued.owner_id, LIMIT)
        downloader = ScriptedDownloader()
        await runner_for(base, downloader).run(queued.id)
        assert downloader.orders == []
        await _failed_for_the_quota(base, queued, "Your quota leaves 0 bytes for this video, and it takes more.")

    async def test_it_ends_while_it_runs_when_others_took_the_rest(self, base: Backbone, queued: Download) -> None:
        async def others() -> None:
            await used(queued.owner_id, 80, DownloadStatus.RUNNING)

        await runner_for(base, PausingDownloader(b"x" * 30, others)).run(queued.id)
        await _failed_for_the_quota(base, queued, "Your quota leaves 20 bytes for this video, and it takes more.")

    async def test_two_at_once_never_keep_more_than_there_is(self, base: Backbone, queued: Download) -> None:
        second = await make_download(queued.owner_id)
        both = asyncio.Barrier(2)
        runner = runner_for(base, PausingDownloader(b"x" * 60, both.wait))
        await asyncio.gather(runner.run(queued.id), runner.run(second.id))
        kept = sum(file.bytes for file in await StoredFile.filter(owner_id=queued.owner_id))
        assert kept <= LIMIT
        states = {row.status for row in await Download.all()}
        assert DownloadStatus.FAILED in states
        assert states <= {DownloadStatus.FAILED, DownloadStatus.COMPLETED}

    async def test_it_can_be_retried_when_there_is_room(self, base: Backbone, queued: Download) -> None:
        other = await used(queued.owner_id, LIMIT)
        await runner_for(base, ScriptedDownloader()).run(queued.id)
        await Download.filter(id=other.id).update(downloaded_bytes=10)
        await Download.filter(id=queued.id).update(status=DownloadStatus.QUEUED)
        await runner_for(base, ScriptedDownloader()).run(queued.id)
        assert (await Download.get(id=queued.id)).status is DownloadStatus.COMPLETED


async def _failed_for_the_quota(base: Backbone, download: Download, message: str) -> None:
    failed = await Download.get(id=download.id)
    assert (failed.status, failed.error_code) == (DownloadStatus.FAILED, DownloadErrorCode.QUOTA_EXCEEDED)
    assert failed.error_message == message
    assert (await Notification.get(user_id=download.owner_id)).body == message
    assert await StoredFile.filter(download_id=download.id).count() == 0
    assert not (base.settings.data_dir / "downloads" / download.id.hex).exists()
