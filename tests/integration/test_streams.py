import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, ExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from tortoise import connections

from infra.backpressure import unread_seconds
from infra.pubsub import TICKS
from medianest.graphql.shared import Packed
from medianest.wiring.backbone import Backbone
from models.actor import ANONYMOUS, SYSTEM, Actor, Permission
from models.downloads import Download, DownloadStage
from models.errors import NotFoundError, UnauthenticatedError, ValidationError
from models.events import MEDIA_REQUEST_EVENTS, DomainEvent, EventType
from models.media import MediaType
from models.media_requests import MediaRequest
from models.notifications import NotificationType
from models.progress import Progress, Tick
from models.services_health import Service, ServiceKind, ServiceStatus
from models.states import DownloadStatus
from services.downloads import record_change
from services.hub import Hub, last_position
from services.mailboxes import MAILBOX_LIMIT, Interest, Mailbox
from services.stream_items import (
    DOWNLOADS,
    SERVICES,
    DownloadChange,
    NotificationArrival,
    QueueChange,
    Reset,
    ResetReason,
    ServiceChange,
)
from services.stream_seen import Seen
from services.streams import STALLED_SECONDS, StreamService
from services.work import Notice
from tests.factories.downloads import make_download
from tests.factories.people import make_actor
from tests.factories.streams import Take, taking


def watching(hub: Hub, actor: Actor, **arguments: Any) -> AbstractAsyncContextManager[Take]:
    options: dict[str, Any] = {"ids": None, "after": None, "ticks_per_second": 10.0} | arguments
    return taking(StreamService(hub).downloads(actor, **options))


async def change(base: Backbone, download: Download, **columns: Any) -> Download:
    async with base.work.begin(SYSTEM) as transaction:
        await Download.filter(id=download.id).update(version=download.version + 1, **columns)
        changed = await Download.get(id=download.id)
        record_change(transaction, changed, download.status)
    return changed


async def burst(base: Backbone, hub: Hub, download: Download, count: int) -> None:
    """So many changes in one transaction, until the hub has read them."""
    async with base.work.begin(SYSTEM) as transaction:
        for _ in range(count):
            download.version += 1
            record_change(transaction, download, None)
    position = await last_position()
    while hub.position < position:
        await asyncio.sleep(0.01)


async def tick(base: Backbone, download: Download, percent: float) -> None:
    progress = Progress(percent, int(percent), 100, None, None, datetime.now(UTC))
    message = Tick(download.id, download.owner_id, DownloadStage.DOWNLOADING, progress).encode()
    await base.pubsub.publish_latest(TICKS, str(download.id), message)


class Recorder:
    """An outlet that takes what its attempts let it take, and writes names down."""

    def __init__(
        self,
        heard: list[str] | None = None,
        *,
        audience: str = "all",
        is_shared: bool = True,
        takes: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self.heard: list[str] = [] if heard is None else heard
        self.audience = audience
        self.made = self.attempts = 0
        self._is_shared, self._takes = is_shared, takes

    def message(self, item: Any) -> Packed:
        self.made += 1
        match item:
            case NotificationArrival(notification=notification):
                name = notification.title
            case ServiceChange(service=service):
                name = service.name
            case _:
                name = type(item).__name__
        return Packed(name.encode(), self._is_shared)

    def send(self, content: bytes) -> bool:
        self.attempts += 1
        is_taken = self._takes(self.attempts)
        if is_taken:
            self.heard.append(content.decode())
        return is_taken


class TestDownloads:
    async def test_begins_with_what_is_unfinished_then_follows(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        await make_download(actor.require_user(), status=DownloadStatus.COMPLETED)
        download = await make_download(actor.require_user())
        async with watching(hub, actor) as take:
            present = await take()
            assert (present.download.id, present.download.status) == (download.id, DownloadStatus.QUEUED)
            await change(base, download, status=DownloadStatus.RUNNING)
            item = await take()
            assert (item.download.status, item.previous_status) == (DownloadStatus.RUNNING, DownloadStatus.QUEUED)

    async def test_what_changed_between_snapshot_and_follow_comes_once(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user())
        async with watching(hub, actor) as take:
            await take()
            for status in (DownloadStatus.RUNNING, DownloadStatus.RETRY_WAIT, DownloadStatus.QUEUED):
                download = await change(base, download, status=status)
            assert [(await take()).download.status.value for _ in range(3)] == ["RUNNING", "RETRY_WAIT", "QUEUED"]

    async def test_after_a_cursor_it_replays_what_was_missed(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user())
        download = await change(base, download, status=DownloadStatus.RUNNING)
        cursor = await last_position()
        missed = await change(base, download, title="missed")
        async with watching(hub, actor, after=cursor) as take:
            assert (await take()).download.title == "missed"
            await change(base, missed, title="live")
            item = await take()
            assert (item.download.title, item.position) == ("live", cursor + 2)

    async def test_an_event_shows_the_state_of_its_own_moment(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user())
        early = await change(base, download, title="early")
        await change(base, early, title="late")
        async with watching(hub, actor, after=0) as take:
            assert [(await take()).download.title for _ in range(2)] == ["early", "late"]

    async def test_people_see_their_own_and_managers_see_all(self, base: Backbone, hub: Hub) -> None:
        owner, stranger = await make_actor(), await make_actor()
        manager = await make_actor(Permission.MANAGE_DOWNLOADS)
        mine, theirs = await make_download(stranger.require_user()), await make_download(owner.require_user())
        async with watching(hub, stranger) as take, watching(hub, manager) as take_all:
            assert (await take()).download.id == mine.id
            assert {(await take_all()).download.id for _ in range(2)} == {mine.id, theirs.id}
            await change(base, theirs, title="secret")
            await tick(base, theirs, 10)
            await change(base, mine, title="mine")
            assert (await take()).download.title == "mine"
            assert (await take_all()).download.title == "secret"

    async def test_only_the_ids_asked_for(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        one, two = await make_download(actor.require_user()), await make_download(actor.require_user())
        async with watching(hub, actor, ids=[two.id]) as take:
            assert (await take()).download.id == two.id
            await change(base, one, title="not asked for")
            await change(base, two, title="asked for")
            assert (await take()).download.title == "asked for"

    async def test_ticks_come_at_the_rate_asked_for_latest_first(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user(), status=DownloadStatus.RUNNING)
        async with watching(hub, actor, ticks_per_second=2) as take:
            await take()
            await tick(base, download, 1)
            assert (await take()).progress.percent == 1
            for percent in range(2, 50):
                await tick(base, download, percent)
            assert (await take()).progress.percent == 49

    async def test_a_tick_never_goes_backwards(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user(), status=DownloadStatus.RUNNING, percent=30)
        async with watching(hub, actor) as take:
            await take()
            await tick(base, download, 20)
            await tick(base, download, 40)
            item = await take()
            assert item.progress.percent == 40
            done = await change(base, download, status=DownloadStatus.COMPLETED, percent=100)
            assert isinstance(await take(), DownloadChange)
            await tick(base, download, 99)
            await change(base, done, title="after the end")
            assert (await take()).download.title == "after the end"

    async def test_a_reader_that_fell_behind_catches_up(self, base: Backbone, hub: Hub) -> None:
        actor, count = await make_actor(), 4 * MAILBOX_LIMIT
        download = await make_download(actor.require_user())
        async with watching(hub, actor) as take:
            await take()
            await burst(base, hub, download, count)
            assert [(await take()).position for _ in range(MAILBOX_LIMIT + 10)] == list(range(1, MAILBOX_LIMIT + 11))
            await burst(base, hub, download, count)
            rest = [(await take()).position for _ in range(2 * count - MAILBOX_LIMIT - 10)]
            assert rest == list(range(MAILBOX_LIMIT + 11, 2 * count + 1))
            await change(base, download, title="live")
            assert (await take()).position == 2 * count + 1

    async def test_one_whose_connection_takes_nothing_is_told(self, base: Backbone, hub: Hub) -> None:
        actor, count = await make_actor(), 2 * MAILBOX_LIMIT
        download = await make_download(actor.require_user())
        async with watching(hub, actor) as take:
            await take()
            await burst(base, hub, download, count)
            assert [len(mailbox.items) for mailbox in hub._mailboxes] == [MAILBOX_LIMIT]
            assert (await take()).position == 1
            stalled = unread_seconds.set(STALLED_SECONDS)
            reset = await take()
            unread_seconds.reset(stalled)
            assert (reset.reason, reset.dropped_from, reset.position) == (ResetReason.TOO_SLOW, 2, count)
            await change(base, download, title="afterwards")
            assert (await take()).position == count + 1

    async def test_a_connection_that_takes_nothing_while_nothing_waits_is_no_reason(
        self, base: Backbone, hub: Hub
    ) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user())
        async with watching(hub, actor) as take:
            await take()
            stalled = unread_seconds.set(STALLED_SECONDS)
            await burst(base, hub, download, MAILBOX_LIMIT)
            assert [(await take()).position for _ in range(MAILBOX_LIMIT)] == list(range(1, MAILBOX_LIMIT + 1))
            unread_seconds.reset(stalled)

    async def test_a_long_replay_is_no_reason_for_a_reset(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user())
        async with watching(hub, actor, after=0) as take:
            taking = asyncio.create_task(_all(take, 2 * MAILBOX_LIMIT))
            for part in range(2):
                async with base.work.begin(SYSTEM) as transaction:
                    for version in range(MAILBOX_LIMIT):
                        download.version = 2 + version + part * MAILBOX_LIMIT
                        record_change(transaction, download, None)
            assert [item.position for item in await taking] == list(range(1, 2 * MAILBOX_LIMIT + 1))

    async def test_a_cursor_from_nowhere_resets(self, base: Backbone, hub: Hub) -> None:
        async with watching(hub, await make_actor(), after=10**6) as take:
            assert (await take()).reason is ResetReason.CURSOR_UNKNOWN

    async def test_without_redis_the_rows_tell(self, base: Backbone) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user(), status=DownloadStatus.RUNNING)
        hub = Hub(base.cache, base.pubsub)  # nobody listens to Redis: it is away
        following = asyncio.create_task(hub._follow())
        async with watching(hub, actor) as take:
            await take()
            await Download.filter(id=download.id).update(percent=33, progress_at=datetime.now(UTC))
            assert (await take()).progress.percent == 33
            await change(base, download, title="polled")
            assert (await take()).download.title == "polled"
        following.cancel()

    async def test_an_unknown_id_is_an_error(self, base: Backbone, hub: Hub) -> None:
        stranger = await make_download((await make_actor()).require_user())
        for id_ in (uuid4(), stranger.id):
            async with watching(hub, await make_actor(), ids=[id_]) as take:
                with pytest.raises(NotFoundError):
                    await take()

    async def test_nobody_watches_without_a_login(self, hub: Hub) -> None:
        async with watching(hub, ANONYMOUS) as take:
            with pytest.raises(UnauthenticatedError):
                await take()

    @pytest.mark.parametrize("rate", [0, -1, 100, float("nan")])
    async def test_a_rate_out_of_bounds_is_refused(self, hub: Hub, rate: float) -> None:
        async with watching(hub, await make_actor(), ticks_per_second=rate) as take:
            with pytest.raises(ValidationError):
                await take()

    async def test_who_leaves_leaves_nothing_behind(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        await make_download(actor.require_user())
        async with watching(hub, actor) as take:
            await take()
            assert len(hub._mailboxes) == 1
        assert not hub._mailboxes


class TestNotifications:
    async def test_ones_own_arrive_and_nobody_elses(self, base: Backbone, hub: Hub) -> None:
        actor, other = await make_actor(Permission.ADMIN), await make_actor()
        async with taking(StreamService(hub).notifications(actor, after=0)) as take:
            arriving = asyncio.ensure_future(take())
            async with base.work.begin(SYSTEM) as transaction:
                for person in (other, actor):
                    notice = Notice(NotificationType.DOWNLOAD_FAILED, str(person.user_id), "", "c", "Download", uuid4())
                    await transaction.notify(person.require_user(), notice)
            item = await arriving
        assert isinstance(item, NotificationArrival)
        assert (item.notification.title, item.unread_count) == (str(actor.user_id), 1)


class TestExpress:
    async def test_what_is_refused_comes_by_the_reader_and_in_its_order(self, base: Backbone, hub: Hub) -> None:
        """Refused twice of three times, as by a socket that is full."""
        actor, heard = await make_actor(), list[str]()
        outlet = Recorder(heard, takes=lambda attempt: attempt % 3 == 0)

        async def read() -> None:
            async for item in feed:
                heard.append(item.notification.title)  # type: ignore[union-attr]

        feed = StreamService(hub).notifications(actor, after=None)
        feed.attach(outlet)
        reading = asyncio.create_task(read())
        while not hub._mailboxes:
            await asyncio.sleep(0)
        for number in range(30):
            async with base.work.begin(SYSTEM) as transaction:
                notice = Notice(NotificationType.DOWNLOAD_FAILED, str(number), "", str(number), "Download", uuid4())
                await transaction.notify(actor.require_user(), notice)
        async with asyncio.timeout(5):
            while len(heard) < 30:
                await asyncio.sleep(0.01)
        reading.cancel()
        assert heard == [str(number) for number in range(30)]
        assert outlet.attempts < 60

    async def test_those_who_ask_the_same_get_one_message(self, base: Backbone, hub: Hub) -> None:
        people = [await make_actor() for _ in range(3)]
        outlets = [Recorder() for _ in people]
        await self._tell(base, hub, people, outlets)
        assert [outlet.heard for outlet in outlets] == [["Plex"]] * 3
        assert sum(outlet.made for outlet in outlets) == 1

    async def test_but_their_own_where_it_is_not_shared(self, base: Backbone, hub: Hub) -> None:
        people = [await make_actor() for _ in range(3)]
        outlets = [Recorder(is_shared=False) for _ in people]
        await self._tell(base, hub, people, outlets)
        assert [outlet.heard for outlet in outlets] == [["Plex"]] * 3
        assert [outlet.made for outlet in outlets] == [1] * 3

    async def test_and_those_who_ask_something_else_another_one(self, base: Backbone, hub: Hub) -> None:
        people = [await make_actor() for _ in range(3)]
        outlets = [Recorder(audience=audience) for audience in ("one", "other", "one")]
        await self._tell(base, hub, people, outlets)
        assert [outlet.heard for outlet in outlets] == [["Plex"]] * 3
        assert sum(outlet.made for outlet in outlets) == 2

    async def test_one_who_has_gone_is_sent_nothing(self, base: Backbone, hub: Hub) -> None:
        """From the moment on, and not only when their task has noticed."""
        people = [await make_actor() for _ in range(2)]
        outlets = [Recorder() for _ in people]
        await self._tell(base, hub, people, outlets, before=lambda readers: readers[0].cancel())
        assert [outlet.heard for outlet in outlets] == [[], ["Plex"]]

    async def test_owner_among_those_who_may_see_less_of_others(self, base: Backbone, hub: Hub) -> None:
        """Two who may know of films only; a series is one's own, and stays theirs."""
        owner, other = [await make_actor(Permission.REQUEST_MOVIE) for _ in range(2)]
        outlets = [Recorder() for _ in range(2)]
        event = DomainEvent(
            position=hub.position + 1, type=EventType.MEDIA_REQUEST_CREATED, owner_id=owner.user_id, id=uuid4(),
            stream_id=uuid4(), stream_version=1, correlation_id="c", occurred_at=datetime.now(UTC),
            payload=MediaRequest(media_type=MediaType.TV).snapshot(),
        )  # fmt: skip
        interest = Interest(MEDIA_REQUEST_EVENTS)
        with (
            hub.filling(Mailbox(interest, outlets[0]), owner) as theirs,
            hub.filling(Mailbox(interest, outlets[1]), other) as others,
        ):
            await hub._spread(event)
            assert (len(theirs.items), len(others.items)) == (1, 0)

    async def test_what_is_no_news_is_not_sent(self, base: Backbone, hub: Hub) -> None:
        actor, seen, outlet = await make_actor(), Seen(), Recorder()
        download = await make_download(actor.require_user(), version=9)
        seen.keep(DownloadChange(0, datetime.now(UTC), download))
        download.version = 7
        with hub.filling(Mailbox(Interest(DOWNLOADS), outlet, seen), actor) as mailbox:
            reader = asyncio.create_task(mailbox.wait(None))
            await burst(base, hub, download, 3)
            reader.cancel()
            assert (outlet.attempts, mailbox.items, mailbox.since) == (1, [], 3)

    async def test_what_is_ones_own_and_everybodys_comes_once(self, base: Backbone, hub: Hub) -> None:
        manager = await make_actor(Permission.MANAGE_DOWNLOADS)
        download = await make_download(manager.require_user())
        with hub.filling(Mailbox(Interest(DOWNLOADS)), manager) as mailbox:
            await burst(base, hub, download, 2)
            assert [item.position for item in mailbox.items] == [1, 2]

    async def _tell(
        self,
        base: Backbone,
        hub: Hub,
        people: list[Actor],
        outlets: "list[Recorder]",
        before: Callable[[list[asyncio.Task[None]]], object] = lambda _: None,
    ) -> None:
        """Of one service, while they wait."""
        with ExitStack() as stack:
            opened = [
                stack.enter_context(hub.filling(Mailbox(Interest(SERVICES), outlet), actor))
                for actor, outlet in zip(people, outlets, strict=True)
            ]
            readers = [asyncio.create_task(mailbox.wait(None)) for mailbox in opened]
            await asyncio.sleep(0)
            service = Service(kind=ServiceKind.PLEX, name="Plex", status=ServiceStatus.DOWN)
            payload = {**service.snapshot(), "previous_status": ServiceStatus.UP}
            async with base.work.begin(SYSTEM) as transaction:
                transaction.record(EventType.SERVICE_CHANGED, service.id, payload, owner_id=None)
            event = await DomainEvent.get(type=EventType.SERVICE_CHANGED)
            before(readers)
            await hub._spread(event)
            for reader in readers:
                reader.cancel()


async def _all(take: Take, count: int) -> list[Any]:
    return [await take() for _ in range(count)]


class TestTurns:
    async def test_a_page_of_events_lets_others_in_between(self, base: Backbone, hub: Hub) -> None:
        turns, seen = 0, set[int]()

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        def takes(_: int) -> bool:
            seen.add(turns)
            return True

        actor = await make_actor()
        download = await make_download(actor.require_user())
        waiting = asyncio.create_task(others())
        with hub.filling(Mailbox(Interest(DOWNLOADS), Recorder(takes=takes)), actor) as mailbox:
            reader = asyncio.create_task(mailbox.wait(None))
            await burst(base, hub, download, 450)
            reader.cancel()
        waiting.cancel()
        assert len(seen) == 3


class TestDashboard:
    async def test_downloads_notifications_and_the_queue_in_one(self, base: Backbone, hub: Hub) -> None:
        actor, other = await make_actor(), await make_actor()
        async with taking(StreamService(hub).dashboard(actor, after=0, ticks_per_second=10)) as take:
            first = asyncio.ensure_future(take())
            mine = await change(base, await make_download(actor.require_user()), status=DownloadStatus.RUNNING)
            assert (await first).download.id == mine.id
            queue = await take()
            assert isinstance(queue, QueueChange)
            assert (queue.queue.queued, queue.queue.running) == (0, 1)
            await change(base, await make_download(other.require_user()), title="not yours")
            queue = await take()
            assert isinstance(queue, QueueChange), "their numbers, and nothing else of theirs"
            assert (queue.queue.queued, queue.queue.running) == (1, 1)
            await tick(base, mine, 40)
            assert (await take()).progress.percent == 40

    async def test_the_polling_twin_says_the_same(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        service = StreamService(hub)
        download = await make_download(actor.require_user())
        for number in range(5):
            download = await change(base, download, title=f"title {number}")
        titles, after, pages = [], 0, 0
        while True:
            page = await service.changes(actor, after=after, first=2)
            titles += [item.download.title for item in page.items if isinstance(item, DownloadChange)]
            after, pages = page.position, pages + 1
            if not page.has_more:
                break
        assert (titles, pages) == ([f"title {number}" for number in range(5)], 3)
        assert after == await last_position()
        await change(base, download, title="later")
        assert len((await service.changes(actor, after=after, first=2)).items) == 1

    async def test_other_peoples_events_move_the_cursor_on(self, base: Backbone, hub: Hub) -> None:
        actor, other = await make_actor(), await make_actor()
        await change(base, await make_download(other.require_user()), title="not yours")
        page = await StreamService(hub).changes(actor, after=0, first=10)
        assert (page.items, page.position, page.has_more) == ([], 1, False)

    @pytest.mark.parametrize("first", [0, 101])
    async def test_a_page_out_of_bounds_is_refused(self, hub: Hub, first: int) -> None:
        with pytest.raises(ValidationError):
            await StreamService(hub).changes(await make_actor(), after=0, first=first)


class TestRetention:
    async def test_a_cursor_from_before_the_log_begins_resets(self, base: Backbone, hub: Hub) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user())
        for number in range(3):
            download = await change(base, download, title=str(number))
        await connections.get("default").execute_query("UPDATE event_counter SET pruned_to = 2")
        async with watching(hub, actor, after=1) as take:
            reset = await take()
            assert (reset.reason, reset.position, reset.dropped_from) == (ResetReason.CURSOR_TOO_OLD, 3, 1)
            await change(base, download, title="on")
            assert (await take()).download.title == "on"
        async with watching(hub, actor, after=2) as take:
            assert (await take()).download.title == "2"
        page = await StreamService(hub).changes(actor, after=1, first=10)
        assert [item.reason for item in page.items if isinstance(item, Reset)] == [ResetReason.CURSOR_TOO_OLD]
        assert page.position == 4
