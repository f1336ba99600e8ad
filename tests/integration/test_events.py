import asyncio
from uuid import uuid4

import pytest
from tortoise.exceptions import IntegrityError

from infra.cache.base import Entry
from infra.pubsub import EVENTS
from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Permission
from models.downloads import Download
from models.events import PURGES, DomainEvent, EventType
from models.jobs import JobName
from models.notifications import Notification, NotificationType
from models.timeline import MESSAGES
from services import stream_items
from services.hub import last_position
from services.stream_items import check_event_types
from services.work import Notice
from tests.conftest import scaled
from tests.factories.downloads import make_download
from tests.factories.events import queued_jobs
from tests.factories.people import make_actor

_POOL = 5
"""How many connections `base` has."""


class TestBegin:
    async def test_rolled_back_nothing_was_said_or_promised(self, base: Backbone) -> None:
        actor = await make_actor()
        with pytest.raises(ZeroDivisionError):
            async with base.work.begin(actor) as transaction:
                download = await make_download(actor.require_user())
                transaction.record(EventType.DOWNLOAD_CREATED, download.id, {}, owner_id=actor.user_id)
                await transaction.enqueue(JobName.RUN_DOWNLOAD, {"download_id": str(download.id)})
                await transaction.notify(actor.require_user(), _notice())
                raise ZeroDivisionError
        assert (await Download.all().count(), await DomainEvent.all().count()) == (0, 0)
        assert (await queued_jobs(), await Notification.all().count(), await last_position()) == ([], 0, 0)

    async def test_one_cause_notifies_once(self, base: Backbone) -> None:
        user_id = (await make_actor()).require_user()
        for _ in range(3):
            async with base.work.begin(SYSTEM) as transaction:
                await transaction.notify(user_id, _notice())
        assert await Notification.all().count() == 1
        assert await DomainEvent.filter(type=EventType.NOTIFICATION_CREATED).count() == 1

    async def test_cut_off_anywhere_it_gives_its_connection_back(self, base: Backbone) -> None:
        together = asyncio.Barrier(_POOL)

        async def work(barrier: asyncio.Barrier) -> None:
            async with base.work.begin(SYSTEM):
                await barrier.wait()

        for steps in range(60):
            cut = asyncio.create_task(work(asyncio.Barrier(1)))
            for _ in range(steps):
                await asyncio.sleep(0)
            cut.cancel()
            await asyncio.wait([cut])
        async with asyncio.timeout(5):
            await asyncio.gather(*(work(together) for _ in range(_POOL)))

    async def test_positions_have_no_hole_and_follow_the_commits(self, base: Backbone) -> None:
        """A follower that reads on from its last position misses nothing, whatever order the writers finish in."""
        writers, each = 8, scaled(250)
        total = 2 * writers * each
        seen: list[int] = []

        async def write() -> None:
            for _ in range(each):
                async with base.work.begin(SYSTEM) as transaction:
                    transaction.record(EventType.DOWNLOAD_CREATED, uuid4(), {}, owner_id=None)
                    transaction.record(EventType.DOWNLOAD_CREATED, uuid4(), {}, owner_id=None)

        async def follow() -> None:
            while len(seen) < total:
                after = seen[-1] if seen else 0
                events = await DomainEvent.filter(position__gt=after).order_by("position")
                seen.extend(event.position for event in events)

        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            tasks.create_task(follow())
            for _ in range(writers):
                tasks.create_task(write())
        assert seen == list(range(1, total + 1))

    async def test_tags_are_purged_before_the_caller_goes_on(self, base: Backbone) -> None:
        stream = uuid4()
        entry = Entry("thing", f"download:{stream}")
        lookup = await base.cache.get([entry])
        await base.cache.put({entry: b"old"}, lookup.generations, 60)
        async with base.work.begin(SYSTEM) as transaction:
            transaction.record(EventType.DOWNLOAD_CHANGED, stream, {}, owner_id=None)
            assert (await base.cache.get([entry])).values == [b"old"]
        assert (await base.cache.get([entry])).values == [None]

    async def test_listeners_are_woken(self, base: Backbone) -> None:
        woken = asyncio.Event()

        async def listen() -> None:
            async for _ in base.pubsub.listen(EVENTS):
                woken.set()

        listening = asyncio.create_task(listen())
        while not base.pubsub.is_connected:
            await asyncio.sleep(0.01)
        async with base.work.begin(SYSTEM) as transaction:
            transaction.record(EventType.DOWNLOAD_CREATED, uuid4(), {}, owner_id=None)
        async with asyncio.timeout(5):
            await woken.wait()
        listening.cancel()


class TestDomainEvent:
    def test_no_process_starts_while_a_type_has_no_handler(self, monkeypatch: pytest.MonkeyPatch) -> None:
        check_event_types()
        for handlers in (PURGES, MESSAGES, stream_items._MAKERS):
            with monkeypatch.context() as patched:
                patched.delitem(handlers, EventType.SERVICE_CHANGED)
                with pytest.raises(LookupError, match=r"service\.changed"):
                    check_event_types()

    async def test_seeing_a_list_and_seeing_an_event_follow_one_rule(self, base: Backbone) -> None:
        people = [await make_actor(), await make_actor(Permission.MANAGE_DOWNLOADS), await make_actor(Permission.ADMIN)]
        async with base.work.begin(SYSTEM) as transaction:
            for type_ in EventType:
                for owner in people:
                    transaction.record(type_, uuid4(), {}, owner_id=owner.user_id)
        events = await DomainEvent.all()
        for person in people:
            listed = {event.position for event in await DomainEvent.visible_to(person)}
            assert listed == {event.position for event in events if event.can_see(person)}

    async def test_a_position_is_taken_once(self, base: Backbone) -> None:
        async with base.work.begin(SYSTEM) as transaction:
            transaction.record(EventType.DOWNLOAD_CREATED, uuid4(), {}, owner_id=None)
        event = await DomainEvent.get()
        values = {name: getattr(event, name) for name in event._meta.db_fields if name != "id"}
        with pytest.raises(IntegrityError):
            await DomainEvent.create(id=uuid4(), **values)


def _notice() -> Notice:
    return Notice(NotificationType.DOWNLOAD_COMPLETED, "Ready", "It is here.", "cause", "Download", uuid4())
