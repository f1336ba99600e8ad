import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from infra.http.egress import EgressPolicy
from medianest.wiring.backbone import Backbone
from models.actor import ANONYMOUS, Actor, Permission
from models.downloads import Download, DownloadErrorCode
from models.errors import (
    AppError,
    ForbiddenUrlError,
    IdempotencyMismatchError,
    InvalidStateError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
    UnsupportedUrlError,
    ValidationError,
)
from models.events import EventType
from models.paging import PageArgs
from models.quotas import QuotaFigures
from models.states import DownloadStatus
from services.downloads import (
    DownloadAction,
    DownloadQuery,
    DownloadService,
    DownloadSort,
    QueueDownload,
    allowed_actions,
)
from services.quotas import Quotas
from tests.factories.downloads import make_download
from tests.factories.events import queued_jobs, recorded
from tests.factories.people import make_actor

URL = "https://video.example/watch?v=1"


@pytest.fixture
def service(base: Backbone) -> DownloadService:
    return DownloadService(base.work, base.limits, EgressPolicy(()), Quotas(QuotaFigures()))


class TestQueue:
    async def test_stores_download_event_and_job_together(self, service: DownloadService) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE)
        download = await service.queue(actor, QueueDownload(URL))
        assert (await Download.get(id=download.id)).status is DownloadStatus.QUEUED
        assert await recorded(download.id) == [(EventType.DOWNLOAD_CREATED, "QUEUED")]
        assert await queued_jobs() == ["downloads.run"]

    async def test_without_the_permission_nothing_happens(self, service: DownloadService) -> None:
        actor = await make_actor(Permission.REQUEST_MOVIE)
        with pytest.raises(PermissionDeniedError):
            await service.queue(actor, QueueDownload(URL))
        assert (await Download.all().count(), await recorded(), await queued_jobs()) == (0, [], [])

    async def test_a_stranger_must_log_in(self, service: DownloadService) -> None:
        with pytest.raises(UnauthenticatedError):
            await service.queue(ANONYMOUS, QueueDownload(URL))

    @pytest.mark.parametrize(
        ("url", "error"),
        [
            ("not a url", UnsupportedUrlError),
            ("file:///etc/passwd", UnsupportedUrlError),
            ("data:text/html,hello", UnsupportedUrlError),
            ("--exec=reboot", UnsupportedUrlError),
            ("https://", UnsupportedUrlError),
            ("http://192.168.1.1/film.mp4", ForbiddenUrlError),
            ("http://[::1]/film.mp4", ForbiddenUrlError),
            ("http://2130706433/film.mp4", ForbiddenUrlError),
            ("http://localhost/film.mp4", ForbiddenUrlError),
        ],
    )
    async def test_an_address_we_do_not_open_is_refused(
        self, service: DownloadService, url: str, error: type[AppError]
    ) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE)
        with pytest.raises(error) as refused:
            await service.queue(actor, QueueDownload(url))
        assert refused.value.path == ("url",)
        assert (await Download.all().count(), await queued_jobs()) == (0, [])

    async def test_an_unknown_profile_is_not_found(self, service: DownloadService) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE)
        with pytest.raises(NotFoundError):
            await service.queue(actor, QueueDownload(URL, profile_id=uuid4()))

    async def test_twenty_calls_with_one_key_make_one_download(self, service: DownloadService) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE)
        command = QueueDownload(URL, idempotency_key="once")
        downloads = await asyncio.gather(*(service.queue(actor, command) for _ in range(20)))
        assert len({download.id for download in downloads}) == 1
        assert (await Download.all().count(), await queued_jobs()) == (1, ["downloads.run"])

    async def test_a_key_used_for_something_else_is_refused(self, service: DownloadService) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE)
        await service.queue(actor, QueueDownload(URL, idempotency_key="once"))
        with pytest.raises(IdempotencyMismatchError):
            await service.queue(actor, QueueDownload(f"{URL}2", idempotency_key="once"))
        assert await Download.all().count() == 1

    async def test_keys_of_two_people_are_two_keys(self, service: DownloadService) -> None:
        for _ in range(2):
            actor = await make_actor(Permission.DOWNLOAD_CREATE)
            await service.queue(actor, QueueDownload(URL, idempotency_key="once"))
        assert await Download.all().count() == 2


class TestControl:
    async def test_cancel_takes_the_job_back_and_cleans_up(self, service: DownloadService) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE)
        download = await service.queue(actor, QueueDownload(URL))
        (result,) = await service.control(actor, [download.id], DownloadAction.CANCEL)
        assert result.download is not None
        assert result.download.status is DownloadStatus.CANCELLED
        assert result.download.finished_at is not None
        assert await queued_jobs() == ["downloads.clean"]
        assert (await recorded(download.id))[-1] == (EventType.DOWNLOAD_CHANGED, "CANCELLED")

    async def test_retry_queues_again_with_new_attempts(self, service: DownloadService) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE)
        failed = await make_download(
            actor.require_user(), status=DownloadStatus.FAILED, attempt=5, error_code=DownloadErrorCode.NETWORK
        )
        (result,) = await service.control(actor, [failed.id], DownloadAction.RETRY)
        assert result.download is not None
        assert (result.download.status, result.download.max_attempts) == (DownloadStatus.QUEUED, 10)
        assert result.download.error is None
        assert await queued_jobs() == ["downloads.run"]

    @pytest.mark.parametrize("status", list(DownloadStatus))
    @pytest.mark.parametrize("action", list(DownloadAction))
    async def test_what_is_allowed_is_what_works(
        self, service: DownloadService, status: DownloadStatus, action: DownloadAction
    ) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE)
        download = await make_download(actor.require_user(), status=status)
        (result,) = await service.control(actor, [download.id], action)
        assert (result.error is None) == (action in allowed_actions(download, actor))
        if result.error is not None:
            assert isinstance(result.error, InvalidStateError)
            assert result.error.current == status.value
            assert (await recorded(download.id), await queued_jobs()) == ([], [])

    async def test_who_may_not_download_any_more_may_not_retry(self, service: DownloadService) -> None:
        actor = await make_actor()
        failed = await make_download(actor.require_user(), status=DownloadStatus.FAILED)
        (result,) = await service.control(actor, [failed.id], DownloadAction.RETRY)
        assert isinstance(result.error, PermissionDeniedError)
        assert DownloadAction.RETRY not in allowed_actions(failed, actor)
        assert await queued_jobs() == []

    async def test_each_id_is_decided_by_itself(self, service: DownloadService) -> None:
        actor, other = await make_actor(), await make_actor()
        mine = await make_download(actor.require_user())
        done = await make_download(actor.require_user(), status=DownloadStatus.COMPLETED)
        foreign = await make_download(other.require_user())
        results = await service.control(actor, [mine.id, done.id, foreign.id, uuid4()], DownloadAction.CANCEL)
        assert [type(result.error) for result in results] == [
            type(None), InvalidStateError, NotFoundError, NotFoundError,
        ]  # fmt: skip
        assert (await Download.get(id=foreign.id)).status is DownloadStatus.QUEUED

    async def test_a_manager_cancels_for_others(self, service: DownloadService) -> None:
        owner, manager = await make_actor(), await make_actor(Permission.MANAGE_DOWNLOADS)
        download = await make_download(owner.require_user())
        (result,) = await service.control(manager, [download.id], DownloadAction.CANCEL)
        assert result.error is None

    async def test_twenty_cancels_at_once_cancel_once(self, service: DownloadService) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user())
        results = await asyncio.gather(
            *(service.control(actor, [download.id], DownloadAction.CANCEL) for _ in range(20))
        )
        assert sum(result.error is None for (result,) in results) == 1
        assert len(await recorded(download.id)) == 1

    async def test_no_ids_is_a_mistake(self, service: DownloadService) -> None:
        with pytest.raises(ValidationError):
            await service.control(await make_actor(), [], DownloadAction.CANCEL)


class TestList:
    async def test_people_see_their_own_and_managers_see_all(self, service: DownloadService) -> None:
        one, two = await make_actor(), await make_actor()
        mine = await make_download(one.require_user())
        await make_download(two.require_user())
        assert await _ids(service, one) == [mine.id]
        manager = await make_actor(Permission.MANAGE_DOWNLOADS)
        assert len(await _ids(service, manager)) == 2

    async def test_seeing_a_list_and_seeing_a_row_follow_one_rule(self, service: DownloadService) -> None:
        people = [await make_actor(), await make_actor(), await make_actor(Permission.MANAGE_DOWNLOADS)]
        rows = [await make_download(person.require_user()) for person in people]
        for person in people:
            assert set(await _ids(service, person)) == {row.id for row in rows if row.can_see(person)}

    async def test_the_queue_comes_first_then_the_newest_end(self, service: DownloadService) -> None:
        actor = await make_actor()
        owner = actor.require_user()
        old = await make_download(owner, status=DownloadStatus.COMPLETED, finished_at=datetime(2026, 1, 1, tzinfo=UTC))
        new = await make_download(owner, status=DownloadStatus.FAILED, finished_at=datetime(2026, 2, 1, tzinfo=UTC))
        first, second = await make_download(owner), await make_download(owner)
        assert await _ids(service, actor) == [first.id, second.id, new.id, old.id]

    @pytest.mark.parametrize("sort", list(DownloadSort))
    @pytest.mark.parametrize("descending", [False, True])
    async def test_pages_joined_are_the_list_both_ways(
        self, service: DownloadService, sort: DownloadSort, *, descending: bool
    ) -> None:
        actor = await make_actor()
        for number in range(7):
            ended = datetime(2026, 1, 1 + number // 2, tzinfo=UTC) if number % 3 else None
            await make_download(actor.require_user(), title=f"t{number // 3}", finished_at=ended)
        query = DownloadQuery(sort=sort, descending=descending)
        whole = await _ids(service, actor, query)
        forward: list[UUID] = []
        backward: list[UUID] = []
        after = before = None
        for _ in range(4):
            page = await service.list_visible(actor, query, PageArgs(first=2, after=after))
            forward += [row.id for row in page.nodes]
            after = page.page_info.end_cursor
            page = await service.list_visible(actor, query, PageArgs(last=2, before=before))
            backward = [row.id for row in page.nodes] + backward
            before = page.page_info.start_cursor
        assert forward == backward == whole
        assert len(set(whole)) == 7

    async def test_page_info_says_what_is_on_either_side(self, service: DownloadService) -> None:
        actor = await make_actor()
        for _ in range(3):
            await make_download(actor.require_user())
        page = await service.list_visible(actor, DownloadQuery(), PageArgs(first=2))
        assert (page.page_info.has_next_page, page.page_info.has_previous_page) == (True, False)
        page = await service.list_visible(actor, DownloadQuery(), PageArgs(first=2, after=page.page_info.end_cursor))
        assert (page.page_info.has_next_page, page.page_info.has_previous_page) == (False, True)
        assert page.count is not None
        assert await page.count() == 3

    async def test_filters_narrow_the_list(self, service: DownloadService) -> None:
        actor = await make_actor()
        owner = actor.require_user()
        failed = await make_download(owner, status=DownloadStatus.FAILED, error_code=DownloadErrorCode.PRIVATE)
        named = await make_download(owner, title="Harbour at dawn")
        assert await _ids(service, actor, DownloadQuery(status=[DownloadStatus.FAILED])) == [failed.id]
        assert await _ids(service, actor, DownloadQuery(error_code=[DownloadErrorCode.PRIVATE])) == [failed.id]
        assert await _ids(service, actor, DownloadQuery(search="HARBOUR")) == [named.id]
        assert await _ids(service, actor, DownloadQuery(requested_by=uuid4())) == []

    @pytest.mark.parametrize(
        "page",
        [
            PageArgs(first=0), PageArgs(first=101), PageArgs(last=-1), PageArgs(first=1, last=1),
            PageArgs(after="nonsense"), PageArgs(after="bnVsbA"), PageArgs(before="WzEsMl0"), PageArgs(after="é"),
        ],
    )  # fmt: skip
    async def test_a_page_that_cannot_be_is_refused(self, service: DownloadService, page: PageArgs) -> None:
        with pytest.raises(ValidationError):
            await service.list_visible(await make_actor(), DownloadQuery(), page)


async def _ids(service: DownloadService, actor: Actor, query: DownloadQuery | None = None) -> list[UUID]:
    page = await service.list_visible(actor, query or DownloadQuery(), PageArgs(first=100))
    return [row.id for row in page.nodes]
