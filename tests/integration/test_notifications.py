import asyncio
from uuid import UUID, uuid4

import pytest
from tortoise import connections

from medianest.wiring.backbone import Backbone
from models.actor import ANONYMOUS, SYSTEM, Actor
from models.errors import UnauthenticatedError, ValidationError
from models.events import DomainEvent, EventType
from models.notifications import Notification, NotificationType
from models.paging import PageArgs
from services.hub import last_position
from services.notifications import MarkRead, NotificationService
from services.work import Notice
from tests.factories.people import make_actor


@pytest.fixture
def service(base: Backbone) -> NotificationService:
    return NotificationService(base.work, base.cache)


async def tell(base: Backbone, actor: Actor, *titles: str) -> None:
    for title in titles:
        async with base.work.begin(SYSTEM) as transaction:
            notice = Notice(NotificationType.DOWNLOAD_COMPLETED, title, "", title, "Download", uuid4())
            await transaction.notify(actor.require_user(), notice)


async def unread_counts(user_id: UUID) -> list[object]:
    """As each event of an inbox said at its time."""
    events = DomainEvent.filter(owner_id=user_id).order_by("position")
    return [event.payload["unread_count"] for event in await events]


class TestMarkRead:
    async def test_by_id_and_only_ones_own(self, base: Backbone, service: NotificationService) -> None:
        actor, other = await make_actor(), await make_actor()
        await tell(base, actor, "one", "two")
        await tell(base, other, "theirs")
        rows = {row.title: row for row in await Notification.all()}
        marked = await service.mark_read(actor, MarkRead([rows["one"].id, rows["theirs"].id, uuid4()]))
        assert [row.title for row in marked] == ["one"]
        assert await service.count_unread(actor) == await service.count_unread(other) == 1

    async def test_up_to_a_cursor_leaves_what_came_meanwhile(
        self, base: Backbone, service: NotificationService
    ) -> None:
        actor = await make_actor()
        await tell(base, actor, "one", "two")
        seen = await last_position()
        await tell(base, actor, "three")
        marked = await service.mark_read(actor, MarkRead(up_to=seen))
        assert [row.title for row in marked] == ["two", "one"]
        assert await service.count_unread(actor) == 1

    async def test_what_the_log_has_forgotten_is_older_than_any_cursor(
        self, base: Backbone, service: NotificationService
    ) -> None:
        actor = await make_actor()
        await tell(base, actor, "old", "new")
        await DomainEvent.filter(position=1).delete()
        assert [row.title for row in await service.mark_read(actor, MarkRead(up_to=1))] == ["old"]

    async def test_the_second_time_nothing_happens(self, base: Backbone, service: NotificationService) -> None:
        actor = await make_actor()
        await tell(base, actor, "one")
        for expected in (1, 0):
            assert len(await service.mark_read(actor, MarkRead(up_to=await last_position()))) == expected
        assert await DomainEvent.filter(type=EventType.NOTIFICATIONS_READ).count() == 1

    async def test_very_many_are_told_in_parts(self, base: Backbone, service: NotificationService) -> None:
        actor = await make_actor()
        await connections.get("default").execute_query(
            "INSERT INTO notifications (id, user_id, type, title, body, cause, created_at) "
            "SELECT gen_random_uuid(), $1, 'DOWNLOAD_FAILED', 'x', '', n::text, now() FROM generate_series(1, 1200) n",
            [actor.user_id],
        )
        assert len(await service.mark_read(actor, MarkRead(up_to=0))) == 500
        assert await service.count_unread(actor) == 0
        told = await DomainEvent.filter(type=EventType.NOTIFICATIONS_READ).order_by("position")
        assert [len(event.payload["ids"]) for event in told] == [500, 500, 200]  # type: ignore[arg-type]
        assert await unread_counts(actor.require_user()) == [0, 0, 0]

    @pytest.mark.parametrize("count", [0, 501])
    async def test_no_more_ids_than_fit(self, service: NotificationService, count: int) -> None:
        with pytest.raises(ValidationError):
            await service.mark_read(await make_actor(), MarkRead([uuid4() for _ in range(count)]))

    async def test_nobody_without_a_login(self, service: NotificationService) -> None:
        with pytest.raises(UnauthenticatedError):
            await service.mark_read(ANONYMOUS, MarkRead(up_to=0))


class TestUnreadCount:
    async def test_every_event_says_how_many_there_were_then(
        self, base: Backbone, service: NotificationService
    ) -> None:
        actor = await make_actor()
        await tell(base, actor, "one", "two")
        await service.mark_read(actor, MarkRead(up_to=await last_position()))
        await tell(base, actor, "three")
        assert await unread_counts(actor.require_user()) == [1, 2, 0, 1]

    async def test_also_when_many_write_at_once(self, base: Backbone) -> None:
        actor = await make_actor()
        await asyncio.gather(*(tell(base, actor, *(f"{n}.{i}" for i in range(5))) for n in range(6)))
        assert await unread_counts(actor.require_user()) == list(range(1, 31))


class TestListOwn:
    async def test_the_first_page_is_cached_until_something_happens(
        self, base: Backbone, service: NotificationService
    ) -> None:
        actor = await make_actor()
        await tell(base, actor, "one")
        for _ in range(2):
            page = await service.list_own(actor, PageArgs())
            assert [row.title for row in page.nodes] == ["one"]
        await Notification.all().update(title="behind our back")
        assert (await service.list_own(actor, PageArgs(first=5))).nodes[0].title == "one"
        await tell(base, actor, "two")
        assert [row.title for row in (await service.list_own(actor, PageArgs())).nodes] == ["two", "behind our back"]

    async def test_cached_or_not_the_pages_are_the_same(self, base: Backbone, service: NotificationService) -> None:
        actor = await make_actor()
        await tell(base, actor, *(str(n) for n in range(30)))
        for size in (1, 24, 25, 26):
            first = await service.list_own(actor, PageArgs(first=size))
            uncached = await service.list_own(actor, PageArgs(first=size), types=list(NotificationType))
            assert first.page_info == uncached.page_info
            assert [row.snapshot() for row in first.nodes] == [row.snapshot() for row in uncached.nodes]
            rest = await service.list_own(actor, PageArgs(first=100, after=first.page_info.end_cursor))
            assert [row.title for row in (*first.nodes, *rest.nodes)] == [str(n) for n in reversed(range(30))]
