import time

import pytest
from tortoise import connections

from medianest.wiring import Backbone
from models.actor import ANONYMOUS, Permission
from models.audit import AuditEntry
from models.errors import (
    IdempotencyMismatchError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
    ValidationError,
)
from models.events import DomainEvent
from models.notifications import Notification
from services.announcements import AnnouncementService, SendAnnouncement
from tests.conftest import scaled
from tests.factories.people import make_actor, make_user
from tests.integration.api.conftest import counted_statements


@pytest.fixture
def service(base: Backbone) -> AnnouncementService:
    return AnnouncementService(base.work)


async def crowd(count: int) -> None:
    await connections.get("default").execute_query(
        "INSERT INTO users (id, email, username, display_name, permissions, is_active, version, created_at) "
        "SELECT gen_random_uuid(), n || '@crowd.example', 'crowd' || n, 'Crowd', '{}', true, 1, now() "
        "FROM generate_series(1, $1::int) n",
        [count],
    )


class TestSend:
    async def test_everybody_in_as_many_statements_as_one(
        self, service: AnnouncementService, capsys: pytest.CaptureFixture[str]
    ) -> None:
        admin, count = await make_actor(Permission.ADMIN), scaled(10_000)
        with counted_statements() as for_one:
            assert await service.send(admin, SendAnnouncement("First", "Body")) == 1
        await crowd(count)
        began = time.perf_counter()
        with counted_statements() as for_many:
            assert await service.send(admin, SendAnnouncement("Hello", "Body")) == count + 1
        seconds = time.perf_counter() - began
        with capsys.disabled():
            print(f"\nan announcement to {count} people: {seconds:.2f} s")  # noqa: T201
        assert len(for_many) == len(for_one)
        told = await connections.get("default").execute_query_dict(
            "SELECT count(DISTINCT notification.user_id) AS people, "
            "count(*) FILTER (WHERE event.owner_id = notification.user_id) AS own, "
            "count(*) FILTER (WHERE (event.payload->>'unread_count')::int = 1) AS first "
            "FROM notifications AS notification JOIN domain_events AS event ON event.stream_id = notification.id "
            "WHERE notification.title = 'Hello'"
        )
        assert told == [{"people": count + 1, "own": count + 1, "first": count}]

    async def test_only_those_who_are_named_each_in_their_own_inbox(self, service: AnnouncementService) -> None:
        admin, named, other = await make_actor(Permission.ADMIN), await make_actor(), await make_actor()
        key = named.require_user()
        assert await service.send(admin, SendAnnouncement(" Hello ", "Body", [key, key])) == 1
        (row,) = await Notification.visible_to(named)
        assert (row.title, row.body, row.subject_id) == ("Hello", "Body", None)
        assert await Notification.visible_to(other).count() == await Notification.visible_to(admin).count() == 0
        (entry,) = await AuditEntry.filter(action="announcement.sent")
        assert (entry.actor_id, entry.after) == (admin.user_id, {"title": "Hello", "recipients": 1})

    async def test_closed_accounts_are_not_told(self, service: AnnouncementService) -> None:
        admin, closed = await make_actor(Permission.ADMIN), await make_user(is_active=False)
        assert await service.send(admin, SendAnnouncement("Hello", "Body")) == 1
        with pytest.raises(NotFoundError):
            await service.send(admin, SendAnnouncement("Hello", "Body", [closed.id]))
        assert await Notification.filter(user_id=closed.id).count() == 0

    async def test_the_same_key_tells_nobody_twice(self, service: AnnouncementService) -> None:
        admin = await make_actor(Permission.ADMIN)
        for _ in range(2):
            assert await service.send(admin, SendAnnouncement("Hello", "Body", idempotency_key="k")) == 1
        with pytest.raises(IdempotencyMismatchError):
            await service.send(admin, SendAnnouncement("Other", "Body", idempotency_key="k"))
        assert await Notification.all().count() == 1

    @pytest.mark.parametrize(
        "command",
        [
            SendAnnouncement("", "Body"),
            SendAnnouncement("x" * 121, "Body"),
            SendAnnouncement("Hello", " "),
            SendAnnouncement("Hello", "x" * 4001),
            SendAnnouncement("Hello", "Body", []),
            SendAnnouncement("Hello", "Body", idempotency_key=""),
        ],
    )
    async def test_nonsense_tells_nobody(self, service: AnnouncementService, command: SendAnnouncement) -> None:
        with pytest.raises(ValidationError):
            await service.send(await make_actor(Permission.ADMIN), command)
        assert await DomainEvent.all().count() == 0

    async def test_administrators_only(self, service: AnnouncementService) -> None:
        for actor, refusal in ((await make_actor(), PermissionDeniedError), (ANONYMOUS, UnauthenticatedError)):
            with pytest.raises(refusal):
                await service.send(actor, SendAnnouncement("Hello", "Body"))
        assert await Notification.all().count() == 0
