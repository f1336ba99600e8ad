import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from tortoise import connections

from infra.cache.base import Entry
from medianest.wiring.backbone import Backbone
from medianest.wiring.jobs import event_consumers
from models.actor import ANONYMOUS, SYSTEM, Actor, Permission
from models.downloads import Download
from models.errors import PermissionDeniedError, UnauthenticatedError
from models.events import DomainEvent, EventType
from models.paging import PageArgs
from models.states import DownloadStatus
from services.consumers import BATCH, Consumers
from services.dashboard import DashboardService, DownloadDay
from services.downloads import record_change
from services.event_log import EventLogService, log_bounds
from services.projections import ProjectionName
from tests.factories.people import make_actor

COMPLETED, FAILED, QUEUED, RUNNING = (
    DownloadStatus.COMPLETED,
    DownloadStatus.FAILED,
    DownloadStatus.QUEUED,
    DownloadStatus.RUNNING,
)


async def lived(base: Backbone, owner_id: UUID, *states: DownloadStatus, size: int = 10) -> Download:
    """A download that went through these states after QUEUED, as the services tell it."""
    async with base.work.begin(SYSTEM) as transaction:
        row = Download(owner_id=owner_id, url="https://a.example", canonical_url="https://a.example", status=QUEUED)
        await row.save()
        transaction.record(EventType.DOWNLOAD_CREATED, row.id, row.snapshot(), owner_id=owner_id)
    for state in states:
        async with base.work.begin(SYSTEM) as transaction:
            previous, row.status = row.status, state
            row.downloaded_bytes = size
            row.version += 1
            await row.save()
            record_change(transaction, row, previous)
    return row


async def counted(table: str = "download_counts") -> set[tuple[object, ...]]:
    return {
        tuple(row.values()) for row in await connections.get("default").execute_query_dict(f"SELECT * FROM {table}")
    }


async def fresh() -> set[tuple[object, ...]]:
    """The counters as the downloads themselves say."""
    rows = await connections.get("default").execute_query_dict(
        "SELECT owner_id, status, count(*)::int FROM downloads GROUP BY owner_id, status"
    )
    return {tuple(row.values()) for row in rows}


def consumers(base: Backbone) -> Consumers:
    return event_consumers(base, lambda failure: pytest.fail(f"{failure!r}"))


async def held() -> set[tuple[object, ...]]:
    return {row for row in await counted() if row[-1] != 0}


class TestVersions:
    async def test_each_stream_is_numbered_from_one_without_holes(self, base: Backbone) -> None:
        streams = [uuid4() for _ in range(4)]

        async def write() -> None:
            for _ in range(10):
                async with base.work.begin(SYSTEM) as transaction:
                    for stream in (*streams, streams[0]):
                        transaction.record(EventType.DOWNLOAD_CHANGED, stream, {}, owner_id=None)

        await asyncio.gather(*(write() for _ in range(4)))
        for stream in streams:
            events = await DomainEvent.filter(stream_id=stream).order_by("position")
            assert [event.stream_version for event in events] == list(range(1, len(events) + 1))

    async def test_what_follows_in_a_transaction_names_its_cause(self, base: Backbone) -> None:
        async with base.work.begin(SYSTEM) as transaction:
            for _ in range(3):
                transaction.record(EventType.DOWNLOAD_CHANGED, uuid4(), {}, owner_id=None)
        first, *others = await DomainEvent.all().order_by("position")
        assert first.causation_id is None
        assert [event.causation_id for event in others] == [first.id, first.id]


class TestReadModels:
    async def test_kept_up_event_by_event_they_equal_a_fresh_count(self, base: Backbone) -> None:
        one, two = (await make_actor()).require_user(), (await make_actor()).require_user()
        reading = consumers(base)
        for states in ([], [RUNNING], [RUNNING, COMPLETED], [RUNNING, FAILED, QUEUED, RUNNING, COMPLETED]):
            for owner in (one, two, two):
                await lived(base, owner, *states)
                await reading.catch_up()
        assert await held() == await fresh()

    async def test_many_consumers_at_once_count_everything_once(self, base: Backbone) -> None:
        owner = (await make_actor()).require_user()
        everybody = [consumers(base) for _ in range(3)]

        async def write() -> None:
            for _ in range(10):
                await lived(base, owner, RUNNING, COMPLETED)

        async def read(reading: Consumers) -> None:
            for _ in range(20):
                await reading.catch_up()

        await asyncio.gather(write(), write(), *(read(reading) for reading in everybody))
        await everybody[0].catch_up()
        assert await held() == await fresh() == {(owner, "COMPLETED", 20)}
        assert {row[1:] for row in await counted("download_days")} == {(20, 0, 200)}

    async def test_more_than_a_batch(self, base: Backbone) -> None:
        async with base.work.begin(SYSTEM) as transaction:
            for _ in range(BATCH + 10):
                transaction.record(EventType.DOWNLOAD_CREATED, uuid4(), {"status": "QUEUED"}, owner_id=UUID(int=1))
        await consumers(base).catch_up()
        assert await counted() == {(UUID(int=1), "QUEUED", BATCH + 10)}

    async def test_one_that_breaks_goes_back_and_holds_up_no_other(self, base: Backbone) -> None:
        owner = (await make_actor()).require_user()
        heard: list[BaseException] = []
        await lived(base, owner, RUNNING)
        reading = event_consumers(base, heard.append)

        async def broken(connection: object, after: int, upto: int) -> None:
            raise ZeroDivisionError

        reading._consumers["DASHBOARD_COUNTERS"].advance = broken  # type: ignore[method-assign]
        await reading.catch_up()
        await reading.catch_up()
        assert [type(failure) for failure in heard] == [ZeroDivisionError]
        places = {row[0]: row[1] for row in await counted("event_consumers")}
        assert places == {"cache_invalidation": 2, "deliveries": 2, "DOWNLOAD_ANALYTICS": 2}
        await consumers(base).catch_up()
        assert await held() == await fresh()

    async def test_what_nobody_purged_is_purged_from_the_log(self, base: Backbone) -> None:
        owner = (await make_actor()).require_user()
        row = await lived(base, owner, RUNNING)
        entry = Entry("thing", f"download:{row.id}")
        await base.cache.put({entry: b"stale"}, (await base.cache.get([entry])).generations, 60)
        await consumers(base).catch_up()
        assert (await base.cache.get([entry])).values == [None]


class TestReplay:
    async def test_made_anew_it_is_the_same_and_nothing_happens_again(self, base: Backbone) -> None:
        admin = await make_actor(Permission.ADMIN)
        for states in ([RUNNING], [RUNNING, FAILED, QUEUED], [RUNNING, COMPLETED]):
            await lived(base, admin.require_user(), *states)
        await consumers(base).catch_up()
        before = (await held(), await counted("download_days"), await DomainEvent.all().count())
        for name in ProjectionName:
            assert await EventLogService(base.work).replay(admin, name, None) == before[2]
        assert (await held(), await counted("download_days"), await DomainEvent.all().count()) == before

    async def test_a_read_model_that_was_wrong_is_right_again(self, base: Backbone) -> None:
        admin = await make_actor(Permission.ADMIN)
        await lived(base, admin.require_user(), RUNNING, COMPLETED)
        await consumers(base).catch_up()
        for table in ("download_counts", "download_days"):
            right = await counted(table)
            await connections.get("default").execute_query(f"DELETE FROM {table}")
            for name in ProjectionName:
                await EventLogService(base.work).replay(admin, name, None)
            assert {row for row in await counted(table) if row[-1] != 0} == {row for row in right if row[-1] != 0}

    @pytest.mark.parametrize("actor", [ANONYMOUS, Actor(user_id=uuid4())])
    async def test_only_administrators(self, base: Backbone, actor: Actor) -> None:
        with pytest.raises((PermissionDeniedError, UnauthenticatedError)):
            await EventLogService(base.work).replay(actor, ProjectionName.DASHBOARD_COUNTERS, None)


async def age(*, days: int, upto: int) -> None:
    await DomainEvent.filter(position__lte=upto).update(occurred_at=datetime.now(UTC) - timedelta(days=days))


class TestPrune:
    async def test_old_ones_go_but_the_last_of_each_download_stays(self, base: Backbone) -> None:
        admin = await make_actor(Permission.ADMIN)
        owner, service = admin.require_user(), EventLogService(base.work)
        await lived(base, owner, RUNNING, COMPLETED)
        old = (await log_bounds()).newest
        await lived(base, owner, RUNNING)
        await consumers(base).catch_up()
        await age(days=40, upto=old)
        assert await service.prune(timedelta(days=30)) == 2
        assert [event.position for event in await DomainEvent.all().order_by("position")] == [3, 4, 5]
        bounds = await log_bounds()
        assert (bounds.pruned_to, bounds.newest) == (3, 5)
        for name in ProjectionName:
            await service.replay(admin, name, None)
        assert await held() == await fresh()

    async def test_days_before_the_cut_stay_as_they_are(self, base: Backbone) -> None:
        admin = await make_actor(Permission.ADMIN)
        service = EventLogService(base.work)
        await lived(base, admin.require_user(), RUNNING, FAILED, QUEUED, RUNNING, COMPLETED)
        await age(days=40, upto=6)
        await consumers(base).catch_up()
        await service.prune(timedelta(days=30))
        await service.replay(admin, ProjectionName.DOWNLOAD_ANALYTICS, None)
        then = (datetime.now(UTC) - timedelta(days=40)).date()
        assert await counted("download_days") == {(then, 1, 1, 10)}

    async def test_nothing_that_a_consumer_has_not_read(self, base: Backbone) -> None:
        owner = (await make_actor()).require_user()
        await lived(base, owner, RUNNING)
        await consumers(base).catch_up()
        await lived(base, owner, RUNNING, COMPLETED)
        await age(days=40, upto=5)
        await EventLogService(base.work).prune(timedelta(days=30))
        assert (await log_bounds()).pruned_to == 2


class TestListEvents:
    async def test_everybodys_the_newest_first(self, base: Backbone) -> None:
        admin, other = await make_actor(Permission.ADMIN), await make_actor()
        await lived(base, other.require_user(), RUNNING)
        service = EventLogService(base.work)
        page = await service.list_events(admin, PageArgs(first=1))
        assert [event.position for event in page.nodes] == [2]
        page = await service.list_events(admin, PageArgs(first=1, after=page.page_info.end_cursor))
        assert [event.position for event in page.nodes] == [1]
        only = await service.list_events(admin, PageArgs(), types=[EventType.DOWNLOAD_CREATED])
        assert [event.type for event in only.nodes] == ["download.created"]

    async def test_only_administrators(self, base: Backbone) -> None:
        with pytest.raises(PermissionDeniedError):
            await EventLogService(base.work).list_events(await make_actor(Permission.VIEW_AUDIT), PageArgs())


class TestDownloadDays:
    async def test_by_the_day_of_the_end(self, base: Backbone) -> None:
        manager = await make_actor(Permission.MANAGE_DOWNLOADS)
        await lived(base, manager.require_user(), RUNNING, COMPLETED, size=7)
        await lived(base, manager.require_user(), RUNNING, FAILED)
        await consumers(base).catch_up()
        today = datetime.now(UTC).date()
        service = DashboardService(base.settings.data_dir)
        found = await service.download_days(manager, today - timedelta(days=1), today)
        assert found == [DownloadDay(today, 1, 1, 7)]
        assert await service.download_days(manager, date(2020, 1, 1), date(2020, 1, 2)) == []
