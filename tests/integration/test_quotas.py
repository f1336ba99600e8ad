"""How much people may download, and what counts."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from infra.http.egress import EgressPolicy
from medianest.wiring.backbone import Backbone
from models.actor import Actor, Permission
from models.audit import AuditEntry
from models.downloads import Download
from models.errors import PermissionDeniedError, QuotaExceededError, ValidationError
from models.events import DomainEvent, EventType
from models.quotas import Quota, QuotaFigures, UserQuotas
from models.states import DownloadStatus
from models.usage import measure_all
from models.users import User
from services.downloads import DownloadAction, DownloadService, QueueDownload
from services.lockout import Lockout
from services.passwords import Passwords
from services.quotas import Quotas, size
from services.token_memory import TokenMemory
from services.users import UpdateUser, UserService
from tests.factories.downloads import make_download
from tests.factories.events import queued_jobs, recorded
from tests.factories.people import make_actor

URL = "https://video.example/watch?v=1"
TEN = QuotaFigures(download_limit=10, download_days=7)
MEGABYTE = QuotaFigures(download_bytes=1_000_000)


def downloads(base: Backbone, figures: QuotaFigures = TEN) -> DownloadService:
    return DownloadService(base.work, base.limits, EgressPolicy(()), Quotas(figures))


async def downloader() -> Actor:
    return await make_actor(Permission.DOWNLOAD_CREATE)


async def asked(actor: Actor, days_ago: float = 0, **columns: object) -> Download:
    """A download asked for at an earlier time."""
    row = await make_download(actor.require_user(), **columns)
    await Download.filter(id=row.id).update(created_at=datetime.now(UTC) - timedelta(days=days_ago))
    return await Download.get(id=row.id)


async def standing(actor: Actor, figures: QuotaFigures = TEN) -> UserQuotas:
    user = await User.get(id=actor.require_user())
    return (await measure_all([user], figures))[user.id]


async def set_for(actor: Actor, **figures: int) -> None:
    await User.filter(id=actor.require_user()).update(quota_overrides=figures)


class TestQueue:
    async def test_the_last_place_is_filled_and_no_more(self, base: Backbone) -> None:
        actor, service = await downloader(), downloads(base)
        oldest = await asked(actor, days_ago=6)
        for _ in range(9):
            await service.queue(actor, QueueDownload(URL))
        before = (await recorded(), await queued_jobs())
        with pytest.raises(QuotaExceededError) as refused:
            await service.queue(actor, QueueDownload(URL, idempotency_key="again"))
        free = oldest.created_at + timedelta(days=7)
        assert refused.value.quota == Quota(limit=10, used=10, window_days=7, resets_at=free)
        assert refused.value.message == (
            f"You have used 10 of 10 downloads; the next one is free on {free:%d %B %Y, %H:%M} UTC."
        )
        assert (await recorded(), await queued_jobs()) == before
        assert await Download.all().count() == 10

    async def test_a_refusal_leaves_its_idempotency_key_free(self, base: Backbone) -> None:
        actor, key = await downloader(), QueueDownload(URL, idempotency_key="k")
        (first, *_) = [await asked(actor) for _ in range(10)]
        with pytest.raises(QuotaExceededError):
            await downloads(base).queue(actor, key)
        await Download.filter(id=first.id).delete()
        assert (await downloads(base).queue(actor, key)).url == URL

    async def test_thirty_at_once_make_ten(self, base: Backbone) -> None:
        actor, service = await downloader(), downloads(base)
        results = await asyncio.gather(
            *(service.queue(actor, QueueDownload(f"{URL}{number}")) for number in range(30)),
            return_exceptions=True,
        )
        assert sum(isinstance(result, QuotaExceededError) for result in results) == 20
        assert sum(isinstance(result, Download) for result in results) == 10
        assert (await Download.all().count(), len(await queued_jobs())) == (10, 10)

    async def test_one_persons_quota_is_not_anothers(self, base: Backbone) -> None:
        one, two = await downloader(), await downloader()
        for _ in range(10):
            await asked(one)
        assert (await downloads(base).queue(two, QueueDownload(URL))).owner_id == two.user_id

    async def test_a_repeat_with_the_same_key_takes_no_second_place(self, base: Backbone) -> None:
        actor, service = await downloader(), downloads(base, QuotaFigures(download_limit=1))
        first = await service.queue(actor, QueueDownload(URL, idempotency_key="k"))
        again = await service.queue(actor, QueueDownload(URL, idempotency_key="k"))
        assert again.id == first.id

    @pytest.mark.parametrize("permission", [Permission.MANAGE_DOWNLOADS, Permission.ADMIN])
    async def test_managers_have_no_limit(self, base: Backbone, permission: Permission) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE, permission)
        for _ in range(11):
            await asked(actor)
        assert await downloads(base).queue(actor, QueueDownload(URL))
        assert (await standing(actor)).downloads == Quota(limit=None, used=12, window_days=7, resets_at=None)

    async def test_bytes_that_are_used_up_let_nothing_more_in(self, base: Backbone) -> None:
        actor = await downloader()
        await asked(actor, status=DownloadStatus.COMPLETED, downloaded_bytes=1_200_000)
        with pytest.raises(QuotaExceededError, match=r"You have used 1\.1 MiB of 976\.6 KiB for downloads; the first"):
            await downloads(base, MEGABYTE).queue(actor, QueueDownload(URL))
        assert await Download.all().count() == 1


class TestWindow:
    async def test_what_is_older_does_not_count(self, base: Backbone) -> None:
        actor = await downloader()
        for _ in range(10):
            await asked(actor, days_ago=7.001)
        assert (await standing(actor)).downloads == Quota(limit=10, used=0, window_days=7, resets_at=None)
        assert await downloads(base).queue(actor, QueueDownload(URL))

    async def test_it_is_free_again_when_the_oldest_has_left(self, base: Backbone) -> None:
        actor = await downloader()
        for _ in range(10):
            oldest = await asked(actor, days_ago=6.9)
        with pytest.raises(QuotaExceededError):
            await downloads(base).queue(actor, QueueDownload(URL))
        await Download.filter(id=oldest.id).update(created_at=oldest.created_at - timedelta(hours=3))
        assert await downloads(base).queue(actor, QueueDownload(URL))

    @pytest.mark.parametrize(
        ("status", "began", "places", "bytes_"),
        [
            (DownloadStatus.QUEUED, False, 1, 0),
            (DownloadStatus.RUNNING, True, 1, 70),
            (DownloadStatus.PAUSED, True, 1, 70),
            (DownloadStatus.RETRY_WAIT, True, 1, 70),
            (DownloadStatus.COMPLETED, True, 1, 70),
            (DownloadStatus.FAILED, True, 1, 0),
            (DownloadStatus.CANCELLED, True, 1, 0),
            (DownloadStatus.CANCELLED, False, 0, 0),
        ],
    )
    async def test_what_counts(
        self, base: Backbone, status: DownloadStatus, began: bool, places: int, bytes_: int
    ) -> None:
        actor, now = await downloader(), datetime.now(UTC)
        await asked(actor, status=status, started_at=now if began else None, downloaded_bytes=70 if began else 0)
        found = await standing(actor, QuotaFigures(download_limit=3, download_bytes=100))
        assert (found.downloads.used, found.download_bytes.used) == (places, bytes_)
        assert (found.downloads.remaining, found.download_bytes.remaining) == (3 - places, 100 - bytes_)


class TestControl:
    async def test_a_cancel_before_the_start_gives_the_place_back(self, base: Backbone) -> None:
        actor, service = await downloader(), downloads(base, QuotaFigures(download_limit=1))
        first = await service.queue(actor, QueueDownload(URL))
        await service.control(actor, [first.id], DownloadAction.CANCEL)
        assert await service.queue(actor, QueueDownload(URL))

    async def test_to_retry_what_gave_its_place_back_takes_one(self, base: Backbone) -> None:
        actor, service = await downloader(), downloads(base, QuotaFigures(download_limit=1))
        first = await service.queue(actor, QueueDownload(URL))
        await service.control(actor, [first.id], DownloadAction.CANCEL)
        await service.queue(actor, QueueDownload(URL))
        (result,) = await service.control(actor, [first.id], DownloadAction.RETRY)
        assert isinstance(result.error, QuotaExceededError)
        assert (await Download.get(id=first.id)).status is DownloadStatus.CANCELLED
        manager = await make_actor(Permission.MANAGE_DOWNLOADS)
        (result,) = await service.control(manager, [first.id], DownloadAction.RETRY)
        assert result.error is None, "who manages downloads decides"

    async def test_to_retry_what_ran_is_no_new_download(self, base: Backbone) -> None:
        actor = await downloader()
        failed = await asked(actor, status=DownloadStatus.FAILED, started_at=datetime.now(UTC), attempt=5)
        service = downloads(base, QuotaFigures(download_limit=1))
        (result,) = await service.control(actor, [failed.id], DownloadAction.RETRY)
        assert result.error is None
        assert (await standing(actor)).downloads.used == 1


class TestOverrides:
    @pytest.mark.parametrize(
        ("own", "limit", "days"),
        [
            ({}, 10, 7),
            ({"download_limit": 3}, 3, 7),
            ({"download_days": 30}, 10, 30),
            ({"download_limit": 0}, None, 7),
            ({"download_limit": 20, "download_days": 1}, 20, 1),
            ({"a_figure_of_a_newer_version": 1}, 10, 7),
        ],
    )
    async def test_each_figure_by_itself_wins_over_everybodys(
        self, base: Backbone, own: dict[str, int], limit: int | None, days: int
    ) -> None:
        actor = await downloader()
        await set_for(actor, **own)
        quota = (await standing(actor)).downloads
        assert (quota.limit, quota.window_days) == (limit, days)

    async def test_a_limit_below_what_is_used_leaves_nothing(self, base: Backbone) -> None:
        actor = await downloader()
        for _ in range(3):
            await asked(actor)
        await set_for(actor, download_limit=2)
        assert (await standing(actor)).downloads.remaining == 0
        with pytest.raises(
            QuotaExceededError, match="You have used 3 of 2 downloads; the first of them stops counting"
        ):
            await downloads(base).queue(actor, QueueDownload(URL))


class TestUpdateUser:
    @pytest.fixture
    def users(self, base: Backbone) -> UserService:
        return UserService(
            base.work, Passwords(memory_kib=64, rounds=1), TokenMemory(lambda: False), Lockout(base.limits)
        )

    async def test_what_is_left_out_stays_and_none_takes_back(self, users: UserService) -> None:
        manager, person = await make_actor(Permission.MANAGE_USERS), await downloader()
        key = person.require_user()
        await users.update(manager, UpdateUser(key, quotas={"download_limit": 5, "download_bytes": 100}))
        changed = await users.update(manager, UpdateUser(key, quotas={"download_limit": None, "download_days": 30}))
        assert changed.quota_overrides == {"download_bytes": 100, "download_days": 30}
        entry = (await AuditEntry.filter(target_id=key).order_by("-id"))[0]
        assert entry.before is not None
        assert entry.after is not None
        assert entry.before["quotas"] == {"download_limit": 5, "download_bytes": 100}
        assert entry.after["quotas"] == {"download_bytes": 100, "download_days": 30}
        event = (await DomainEvent.filter(stream_id=key).order_by("-position"))[0]
        assert event.type == EventType.USER_CHANGED
        assert event.payload["quota_overrides"] == {"download_bytes": 100, "download_days": 30}

    @pytest.mark.parametrize(
        ("name", "value", "field"),
        [
            ("download_limit", -1, "downloadLimit"),
            ("download_limit", 1_000_000, "downloadLimit"),
            ("download_days", 0, "downloadDays"),
            ("download_days", 367, "downloadDays"),
            ("download_bytes", 2**53, "downloadBytes"),
        ],
    )
    async def test_a_figure_that_cannot_be_changes_nothing(
        self, users: UserService, name: str, value: int, field: str
    ) -> None:
        manager, person = await make_actor(Permission.MANAGE_USERS), await downloader()
        with pytest.raises(ValidationError) as refused:
            await users.update(manager, UpdateUser(person.require_user(), quotas={name: value}))
        assert (refused.value.path, refused.value.constraint) == (("quotas", field), "range")
        await _nothing_was_changed(person.require_user())

    async def test_nobody_raises_their_own(self, users: UserService) -> None:
        manager, person = await make_actor(Permission.MANAGE_USERS), await downloader()
        for actor in (manager, person):
            with pytest.raises(PermissionDeniedError):
                await users.update(actor, UpdateUser(actor.require_user(), quotas={"download_limit": 0}))
            await _nothing_was_changed(actor.require_user())


class TestSize:
    @pytest.mark.parametrize(
        ("count", "text"),
        [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (5 * 1024**3, "5.0 GiB"), (2**52, "4096.0 TiB")],
    )
    def test_is_what_people_read(self, count: int, text: str) -> None:
        assert size(count) == text


async def _nothing_was_changed(user_id: UUID) -> None:
    assert (await User.get(id=user_id)).quota_overrides == {}
    assert (await recorded(user_id), await AuditEntry.filter(target_id=user_id).count()) == ([], 0)
