import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from infra.http.egress import EgressPolicy
from infra.pubsub import TICKS
from infra.storage.base import Link
from integrations.youtube.base import FailureCode
from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from models.downloads import Download, DownloadAttempt, DownloadErrorCode
from models.events import EventType
from models.files import FileLocation, StoredFile
from models.notifications import Notification, NotificationType
from models.plex_paths import PathMap
from models.progress import Tick
from models.quotas import QuotaFigures
from models.states import DownloadStatus
from services.download_runs import DownloadRunner, FetchLimits
from services.downloads import DownloadAction, DownloadService
from services.files import FileService
from services.publications import Shelf
from services.quotas import Quotas
from tests.factories.downloader import ScriptedDownloader, failure
from tests.factories.downloads import make_download
from tests.factories.events import queued_jobs, recorded
from tests.factories.people import make_actor


def runner_for(base: Backbone, downloader: ScriptedDownloader, files: FileService | None = None) -> DownloadRunner:
    limits = FetchLimits(base.settings.data_dir / "downloads", max_bytes=1000, allow=())
    quotas = Quotas(QuotaFigures())
    return DownloadRunner(
        base.work, downloader, files or base.files, base.pubsub, quotas, limits, Shelf(None, PathMap(), None)
    )


@pytest.fixture
async def queued(base: Backbone) -> Download:
    actor = await make_actor()
    return await make_download(actor.require_user(), title=None)


class TestRun:
    async def test_from_queued_to_completed(self, base: Backbone, queued: Download) -> None:
        await runner_for(base, ScriptedDownloader()).run(queued.id)
        done = await Download.get(id=queued.id)
        assert (done.status, done.percent, done.title, done.attempt) == (DownloadStatus.COMPLETED, 100.0, "A film", 1)
        assert done.lease is None
        assert done.stage is None
        assert done.error is None
        assert await recorded(queued.id) == [
            (EventType.DOWNLOAD_CHANGED, "RUNNING"),
            (EventType.DOWNLOAD_CHANGED, "RUNNING"),  # the site has answered
            (EventType.DOWNLOAD_CHANGED, "RUNNING"),  # bytes come in
            (EventType.DOWNLOAD_CHANGED, "RUNNING"),  # the file moves to its home
            (EventType.DOWNLOAD_CHANGED, "COMPLETED"),
        ]

    async def test_keeps_the_file_and_tells_its_owner_once(self, base: Backbone, queued: Download) -> None:
        await runner_for(base, ScriptedDownloader(content=b"moving pictures")).run(queued.id)
        file = await StoredFile.get(download_id=queued.id)
        assert (file.filename, file.bytes, file.mime_type) == ("A film.mp4", 15, "video/mp4")
        served = await base.storage.serve(file.key, Link(file.filename, 60))
        assert served is not None
        assert served.path is not None
        assert served.path.read_bytes() == b"moving pictures"
        notice = await Notification.get(user_id=queued.owner_id)
        assert (notice.type, notice.subject_id) == (NotificationType.DOWNLOAD_COMPLETED, queued.id)

    async def test_leaves_no_working_folder(self, base: Backbone, queued: Download) -> None:
        await runner_for(base, ScriptedDownloader()).run(queued.id)
        assert list((base.settings.data_dir / "downloads").iterdir()) == []

    async def test_a_second_run_changes_nothing(self, base: Backbone, queued: Download) -> None:
        runner = runner_for(base, ScriptedDownloader())
        await runner.run(queued.id)
        before = await recorded()
        await runner.run(queued.id)
        assert await recorded() == before

    async def test_progress_never_falls(self, base: Backbone, queued: Download) -> None:
        ticks: list[Tick] = []

        async def listen() -> None:
            async for _, message in base.pubsub.listen(TICKS):
                if tick := Tick.decode(message):
                    ticks.append(tick)

        listening = asyncio.create_task(listen())
        while not base.pubsub.is_connected:
            await asyncio.sleep(0.01)
        await runner_for(base, ScriptedDownloader(percents=[10, 50, 30, 70])).run(queued.id)
        while len(ticks) < 5:
            await asyncio.sleep(0.01)
        listening.cancel()
        percents = [tick.progress.percent for tick in ticks]
        assert percents == [10, 50, 50, 70, 99]


class TestFailure:
    async def test_what_may_pass_is_tried_again_later(self, base: Backbone, queued: Download) -> None:
        runner = runner_for(base, ScriptedDownloader(failure=failure(FailureCode.NETWORK, retryable=True)))
        await runner.run(queued.id)
        waiting = await Download.get(id=queued.id)
        assert waiting.status is DownloadStatus.RETRY_WAIT
        assert waiting.next_attempt_at is not None
        assert timedelta(0) < waiting.next_attempt_at - datetime.now(UTC) <= timedelta(seconds=15)
        assert waiting.error is not None
        assert (waiting.error.code, waiting.error.hint) == (DownloadErrorCode.NETWORK, "try another one")
        assert await queued_jobs() == ["downloads.run"]
        assert await Notification.all().count() == 0

    async def test_what_cannot_work_fails_at_once_and_tells(self, base: Backbone, queued: Download) -> None:
        await runner_for(base, ScriptedDownloader(failure=failure(FailureCode.PRIVATE))).run(queued.id)
        assert (await Download.get(id=queued.id)).status is DownloadStatus.FAILED
        notice = await Notification.get(user_id=queued.owner_id)
        assert (notice.type, notice.body) == (NotificationType.DOWNLOAD_FAILED, "it was PRIVATE")
        assert (await queued_jobs(), await StoredFile.all().count()) == ([], 0)

    async def test_it_gives_up_after_the_last_attempt(self, base: Backbone, queued: Download) -> None:
        runner = runner_for(base, ScriptedDownloader(failure=failure(FailureCode.NETWORK, retryable=True)))
        for _ in range(queued.max_attempts):
            await runner.run(queued.id)
        done = await Download.get(id=queued.id)
        assert (done.status, done.attempt) == (DownloadStatus.FAILED, queued.max_attempts)
        attempts = await DownloadAttempt.filter(download_id=queued.id).order_by("number")
        assert [attempt.error_code for attempt in attempts] == [DownloadErrorCode.NETWORK] * queued.max_attempts

    async def test_a_stream_that_has_not_begun_is_scheduled(self, base: Backbone, queued: Download) -> None:
        begins = datetime.now(UTC) + timedelta(hours=3)
        error = failure(FailureCode.LIVE_NOT_STARTED, retry_at=begins)
        await runner_for(base, ScriptedDownloader(failure=error)).run(queued.id)
        waiting = await Download.get(id=queued.id)
        assert (waiting.status, waiting.next_attempt_at) == (DownloadStatus.SCHEDULED, begins)

    async def test_a_bug_is_a_failure_people_see(self, base: Backbone, queued: Download) -> None:
        await runner_for(base, ScriptedDownloader(failure=ZeroDivisionError())).run(queued.id)
        waiting = await Download.get(id=queued.id)
        assert waiting.status is DownloadStatus.RETRY_WAIT
        assert waiting.error is not None
        assert waiting.error.code is DownloadErrorCode.INTERNAL

    @pytest.mark.parametrize("code", list(FailureCode))
    async def test_every_failure_of_the_downloader_has_a_code_here(
        self, base: Backbone, queued: Download, code: FailureCode
    ) -> None:
        await runner_for(base, ScriptedDownloader(failure=failure(code))).run(queued.id)
        failed = await Download.get(id=queued.id)
        assert failed.error is not None
        assert failed.error.code.value == code.value


class TestInterruption:
    async def test_a_stop_gives_it_back_under_the_same_attempt(self, base: Backbone, queued: Download) -> None:
        with pytest.raises(asyncio.CancelledError):
            await runner_for(base, ScriptedDownloader(failure=asyncio.CancelledError())).run(queued.id)  # type: ignore[arg-type]
        back = await Download.get(id=queued.id)
        assert (back.status, back.attempt, back.percent) == (DownloadStatus.QUEUED, 1, 90)
        await runner_for(base, ScriptedDownloader()).run(queued.id)
        done = await Download.get(id=queued.id)
        assert (done.status, done.attempt) == (DownloadStatus.COMPLETED, 1)

    async def test_a_dead_workers_download_is_taken_over(self, base: Backbone, queued: Download) -> None:
        await Download.filter(id=queued.id).update(status=DownloadStatus.RUNNING, attempt=1, percent=40)
        await DownloadAttempt(download_id=queued.id, number=1).save()
        await runner_for(base, ScriptedDownloader(percents=[5])).run(queued.id)
        done = await Download.get(id=queued.id)
        assert (done.status, done.attempt) == (DownloadStatus.COMPLETED, 1)
        states = [status for _, status in await recorded(queued.id)]
        assert states == ["QUEUED", *["RUNNING"] * 4, "COMPLETED"]

    async def test_a_try_that_lost_its_lease_writes_nothing_more(self, base: Backbone, queued: Download) -> None:
        service = DownloadService(base.work, base.limits, EgressPolicy(()), Quotas(QuotaFigures()))
        owner = await make_actor()
        await Download.filter(id=queued.id).update(owner_id=owner.require_user())

        class CancelledMidway(ScriptedDownloader):
            async def fetch(self, *args: object) -> object:  # type: ignore[override]
                await service.control(owner, [queued.id], DownloadAction.CANCEL)
                return await super().fetch(*args)  # type: ignore[arg-type]

        await runner_for(base, CancelledMidway()).run(queued.id)
        row = await Download.get(id=queued.id)
        assert (row.status, row.title) == (DownloadStatus.CANCELLED, None)
        assert (await StoredFile.all().count(), await Notification.all().count()) == (0, 0)

    async def test_clean_removes_what_a_cancelled_download_left(self, base: Backbone, queued: Download) -> None:
        folder = base.settings.data_dir / "downloads" / queued.id.hex
        folder.mkdir(parents=True)
        (folder / "v1.mp4.part").write_bytes(b"half")
        runner = runner_for(base, ScriptedDownloader())
        await runner.clean(queued.id)
        assert folder.exists(), "it is queued: its partial file is still needed"
        await Download.filter(id=queued.id).update(status=DownloadStatus.CANCELLED)
        await runner.clean(queued.id)
        assert not folder.exists()

    async def test_a_cancel_after_the_move_takes_the_file_back(self, base: Backbone, queued: Download) -> None:
        runner = runner_for(base, ScriptedDownloader())
        keep = base.files.keep

        async def keep_then_lose(*args: Any) -> None:
            await keep(*args)
            await Download.filter(id=queued.id).update(status=DownloadStatus.CANCELLED, lease=None)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(base.files, "keep", keep_then_lose)
            await runner.run(queued.id)
        assert [path for path in (base.settings.data_dir / "objects").rglob("*") if path.is_file()] == []

    async def test_sweep_removes_only_what_nobody_comes_back_to(self, base: Backbone, queued: Download) -> None:
        owner, long_ago = queued.owner_id, datetime.now(UTC) - timedelta(days=8)
        failed = await make_download(owner, status=DownloadStatus.FAILED, finished_at=datetime.now(UTC))
        given_up = await make_download(owner, status=DownloadStatus.FAILED, finished_at=long_ago)
        folder = base.settings.data_dir / "downloads"
        names = [queued.id.hex, failed.id.hex, given_up.id.hex, uuid4().hex, "something else"]
        for name in names:
            (folder / name).mkdir(parents=True)
        await runner_for(base, ScriptedDownloader()).sweep()
        assert {path.name for path in folder.iterdir()} == {queued.id.hex, failed.id.hex, "something else"}

    @pytest.mark.parametrize("seconds", [1e12, -1.0])
    async def test_a_length_no_video_has_is_left_out(self, base: Backbone, queued: Download, seconds: float) -> None:
        await runner_for(base, ScriptedDownloader(duration_seconds=seconds)).run(queued.id)
        row = await Download.get(id=queued.id)
        assert (row.status, row.duration_seconds) == (DownloadStatus.COMPLETED, None)


class TestLibrary:
    @pytest.fixture
    def library(self, tmp_path: Path) -> Path:
        return tmp_path / "library"

    @pytest.fixture
    def runner(self, base: Backbone, library: Path, settings: Settings) -> DownloadRunner:
        files = FileService(base.storage, base.key, "http://nest", library)
        return runner_for(base, ScriptedDownloader(content=b"film"), files)

    async def test_the_file_gets_a_name_people_can_read(
        self, runner: DownloadRunner, queued: Download, library: Path
    ) -> None:
        await runner.run(queued.id)
        file = await StoredFile.get(download_id=queued.id)
        assert (file.location, file.key) == (FileLocation.LIBRARY, "Ada/A film [v1].mp4")
        assert (library / file.key).read_bytes() == b"film"

    async def test_a_different_file_of_that_name_stays(
        self, runner: DownloadRunner, queued: Download, library: Path
    ) -> None:
        (library / "Ada").mkdir(parents=True)
        (library / "Ada" / "A film [v1].mp4").write_bytes(b"somebody's own")
        await runner.run(queued.id)
        assert (library / "Ada" / "A film [v1].mp4").read_bytes() == b"somebody's own"
        assert (library / "Ada" / "A film [v1] (2).mp4").read_bytes() == b"film"
        assert len(list((library / "Ada").iterdir())) == 2

    async def test_two_people_with_the_same_video_share_the_file(
        self, runner: DownloadRunner, queued: Download, library: Path
    ) -> None:
        other = await make_download((await make_actor()).require_user())
        await runner.run(queued.id)
        await runner.run(other.id)
        assert (await Download.get(id=other.id)).status is DownloadStatus.COMPLETED
        assert [path.name for path in (library / "Ada").iterdir()] == ["A film [v1].mp4"]
