import asyncio
import time
from typing import Any
from uuid import UUID

import pytest
from tortoise import connections

from medianest.wiring.backbone import Backbone
from models.actor import ANONYMOUS, Actor, Permission
from models.announcements import Announcement
from models.audit import AuditEntry
from models.errors import (
    IdempotencyMismatchError,
    NotFoundError,
    PermissionDeniedError,
    UnauthenticatedError,
    ValidationError,
)
from models.notifications import Notification
from models.users import User
from services import announcements
from services.announcements import AnnouncementService, SendAnnouncement
from tests.conftest import scaled
from tests.e2e.test_stop import Record
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


async def promised() -> list[UUID]:
    """The announcements that jobs were promised for."""
    jobs = await connections.get("default").execute_query_dict(
        "SELECT args->>'announcement_id' AS id FROM procrastinate_jobs "
        "WHERE task_name = 'announcements.tell' ORDER BY id"
    )
    return [UUID(job["id"]) for job in jobs]


async def send(service: AnnouncementService, actor: Actor, command: SendAnnouncement) -> int:
    """And let the job run to its end."""
    queued = await service.send(actor, command)
    await service.tell((await promised())[-1])
    return queued


async def told() -> list[dict[str, Any]]:
    """How many have an announcement, each with its event."""
    rows: list[dict[str, Any]] = await connections.get("default").execute_query_dict(
        "SELECT count(*) AS all, count(DISTINCT notification.user_id) AS people, "
        "count(*) FILTER (WHERE event.owner_id = notification.user_id) AS own, "
        "count(*) FILTER (WHERE (event.payload->>'unread_count')::int = 1) AS first "
        "FROM notifications AS notification JOIN domain_events AS event ON event.stream_id = notification.id"
    )
    return rows


class TestSend:
    async def test_everybody_in_as_many_statements_as_one(self, service: AnnouncementService) -> None:
        admin, count = await make_actor(Permission.ADMIN), 3_000
        with counted_statements() as for_one:
            assert await service.send(admin, SendAnnouncement("First", "Body")) == 1
        await crowd(count)
        with counted_statements() as for_many:
            assert await service.send(admin, SendAnnouncement("Hello", "Body")) == count + 1
        assert len(for_many) == len(for_one)
        assert len(await promised()) == 2
        assert await Notification.all().count() == 0

    async def test_only_those_who_are_named_each_in_their_own_inbox(self, service: AnnouncementService) -> None:
        admin, named, other = await make_actor(Permission.ADMIN), await make_actor(), await make_actor()
        key = named.require_user()
        assert await send(service, admin, SendAnnouncement(" Hello ", "Body", [key, key])) == 1
        (row,) = await Notification.visible_to(named)
        assert (row.title, row.body, row.subject_id) == ("Hello", "Body", None)
        assert await Notification.visible_to(other).count() == await Notification.visible_to(admin).count() == 0
        (entry,) = await AuditEntry.filter(action="announcement.sent")
        assert (entry.actor_id, entry.after) == (admin.user_id, {"title": "Hello", "recipients": 1})

    async def test_closed_accounts_are_not_told(self, service: AnnouncementService) -> None:
        admin, closed = await make_actor(Permission.ADMIN), await make_user(is_active=False)
        closing = await make_user()
        assert await service.send(admin, SendAnnouncement("Hello", "Body")) == 2
        with pytest.raises(NotFoundError):
            await service.send(admin, SendAnnouncement("Hello", "Body", [closed.id]))
        await User.filter(id=closing.id).update(is_active=False)
        for announcement_id in await promised():
            await service.tell(announcement_id)
        assert [row.user_id for row in await Notification.all()] == [admin.user_id]

    async def test_the_same_key_tells_nobody_twice(self, service: AnnouncementService) -> None:
        admin = await make_actor(Permission.ADMIN)
        assert await service.send(admin, SendAnnouncement("Hello", "Body", idempotency_key="k")) == 1
        await make_user()
        assert await service.send(admin, SendAnnouncement("Hello", "Body", idempotency_key="k")) == 1
        with pytest.raises(IdempotencyMismatchError):
            await service.send(admin, SendAnnouncement("Other", "Body", idempotency_key="k"))
        assert len(await promised()) == await Announcement.all().count() == 1

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
        assert await promised() == []

    async def test_administrators_only(self, service: AnnouncementService) -> None:
        for actor, refusal in ((await make_actor(), PermissionDeniedError), (ANONYMOUS, UnauthenticatedError)):
            with pytest.raises(refusal):
                await service.send(actor, SendAnnouncement("Hello", "Body"))
        assert await promised() == []


class TestTell:
    async def test_cut_off_again_and_again_it_tells_everybody_once(
        self, service: AnnouncementService, monkeypatch: pytest.MonkeyPatch, record_property: Record
    ) -> None:
        admin, count, cuts = await make_actor(Permission.ADMIN), scaled(10_000), 0
        monkeypatch.setattr(announcements, "_AT_ONCE", count // 20)
        await crowd(count)
        await service.send(admin, SendAnnouncement("Hello", "Body"))
        (key,) = await promised()
        began, done = time.perf_counter(), asyncio.Event()
        while not done.is_set():
            telling = asyncio.create_task(service.tell(key))
            telling.add_done_callback(lambda task: None if task.cancelled() else done.set())
            await asyncio.wait([telling], timeout=cuts / 200)  # wherever that is
            cuts += telling.cancel()
            await asyncio.wait([telling])
        telling.result()
        assert cuts > 1
        seconds = time.perf_counter() - began
        everybody = {"all": count + 1, "people": count + 1, "own": count + 1, "first": count + 1}
        assert await told() == [everybody]
        await service.tell(key)
        assert await told() == [everybody]
        record_property("figures", f"an announcement to {count} people, cut off {cuts} times: {seconds:.2f} s")

    async def test_several_workers_share_it(
        self, service: AnnouncementService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(announcements, "_AT_ONCE", 10)
        admin, count = await make_actor(Permission.ADMIN), 100
        await crowd(count)
        await service.send(admin, SendAnnouncement("Hello", "Body"))
        (key,) = await promised()
        await asyncio.gather(*(service.tell(key) for _ in range(3)))
        assert await told() == [{"all": count + 1, "people": count + 1, "own": count + 1, "first": count + 1}]
        assert (await Announcement.get(id=key)).waiting == []
