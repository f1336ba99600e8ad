"""One reader of the event log and one listener for ticks in each process, shared by all who watch.

Events come from the database, where none is ever missing; Redis only says when to look. Ticks come over Redis alone,
and from the rows while Redis is away.
"""

import asyncio
import contextlib
import math
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID

from infra.cache.base import Cache
from infra.outage import DATABASE
from infra.pubsub import EVENTS, TICKS, PubSub
from models.actor import Actor
from models.downloads import Download
from models.events import DomainEvent, Sight, tags_of
from models.progress import Tick
from models.states import DownloadStatus
from services.event_log import log_bounds
from services.mailboxes import Audience, Mailbox
from services.queue_stats import queue_stats
from services.stream_items import DOWNLOADS, QueueChange, item_of

BATCH = 500
_POLL_SECONDS = 1.0
_QUEUE_SECONDS = 1.0
_AT_ONCE = 200


class Hub:
    """`position` is how far this process has read the log; everything up to it has been delivered."""

    def __init__(self, cache: Cache, pubsub: PubSub) -> None:
        self.position = 0
        self.listeners: list[Callable[[DomainEvent], None]] = []
        self._read_at = self._asked_at = -math.inf
        self._cache = cache
        self._pubsub = pubsub
        self._mailboxes: dict[Mailbox, None] = {}
        self._own: dict[UUID | None, dict[Mailbox, None]] = defaultdict(dict)
        self._audiences: dict[Hashable, Audience] = {}
        self._audiences_of: dict[str, dict[Audience, None]] = defaultdict(dict)
        self._woken = asyncio.Event()
        self._polled_ticks_at = datetime.now(UTC)
        self._delivered = 0
        self._queue_moved = False
        self._counted_queue_at = -math.inf

    @contextlib.contextmanager
    def filling(self, mailbox: Mailbox, actor: Actor) -> Iterator[Mailbox]:
        """It receives what the actor may see after the present `position`, of that what is of its interest."""
        mailbox.since = self.position
        own, sight = actor.require_user(), Sight.of(actor)
        key = (sight, mailbox.interest, mailbox.audience)
        self._mailboxes[mailbox] = self._own[own][mailbox] = None
        self._join(key, sight, mailbox)
        try:
            yield mailbox
        finally:
            del self._mailboxes[mailbox], self._own[own][mailbox]
            if not self._own[own]:
                del self._own[own]
            self._leave(key, mailbox)

    def _join(self, key: Hashable, sight: Sight, mailbox: Mailbox) -> None:
        audience = self._audiences.get(key)
        if audience is None:
            audience = self._audiences[key] = Audience(sight, mailbox.interest)
            for type_ in audience.types:
                self._audiences_of[type_][audience] = None
        audience.members[mailbox] = None

    def _leave(self, key: Hashable, mailbox: Mailbox) -> None:
        audience = self._audiences[key]
        del audience.members[mailbox]
        if not audience.members:
            del self._audiences[key]
            for type_ in audience.types:
                del self._audiences_of[type_][audience]

    @property
    def is_current(self) -> bool:
        """Whether the log was read a moment ago: what it has not told did not happen, but for the last second."""
        return time.monotonic() - self._read_at < 2 * _POLL_SECONDS

    async def start(self) -> None:
        self.position = await last_position()

    async def run(self) -> None:
        """Follow for ever; a database or Redis that goes away is waited for."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._follow())

    async def _listen(self) -> None:
        async for channel, message in self._pubsub.listen(EVENTS, TICKS):
            if channel == EVENTS:
                self._woken.set()
            elif tick := Tick.decode(message):
                self._spread_tick(tick)

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self._read_on()
                if not self._pubsub.is_connected:
                    await self._poll_ticks()
                await self._spread_queue()
                DATABASE.worked()
            except Exception as error:  # noqa: BLE001  (whatever keeps the database away)
                DATABASE.failed(error)
                await asyncio.sleep(_POLL_SECONDS)

    async def _read_on(self) -> None:
        """Until a batch is not full: what comes after that one was read wakes us again.

        While one is spread the next one is on its way.
        """
        reading = asyncio.create_task(self._read_after(self.position))
        try:
            while len(events := await reading) == BATCH:
                reading = asyncio.create_task(self._read_after(events[-1].position))
                await self._spread_all(events)
            await self._spread_all(events)
            self._read_at = self._asked_at
        finally:
            reading.cancel()

    async def _read_after(self, position: int) -> list[DomainEvent]:
        """A batch of the log. Nothing that it made stale is in the cache any more."""
        self._asked_at = time.monotonic()
        events = await DomainEvent.filter(position__gt=position).order_by("position").limit(BATCH)
        await self._cache.purge(tags_of((event.type, event.stream_id, event.owner_id) for event in events))
        return events

    async def _spread_all(self, events: Sequence[DomainEvent]) -> None:
        for event in events:
            self._queue_moved = self._queue_moved or event.type in DOWNLOADS
            for listener in self.listeners:
                listener(event)
            self.position = event.position
            await self._spread(event)

    async def _spread(self, event: DomainEvent) -> None:
        """To its owner, and to all who may see everybody's. Others get their turn in between."""
        own = self._own.get(event.owner_id, ())
        groups: list[Sequence[Mailbox]] = [(mailbox,) for mailbox in own if mailbox.interest.covers(event)]
        groups += [tuple(each.members) for each in self._audiences_of.get(event.type, ()) if each.covers(event)]
        if not groups:
            return
        item = item_of(event)
        for group in groups:  # each asks the same
            message = None
            for mailbox in group:
                message = mailbox.deliver(item, message)
                self._delivered += 1
                if self._delivered % _AT_ONCE == 0:
                    await asyncio.sleep(0)

    async def _poll_ticks(self) -> None:
        """What the rows say, for as long as nothing comes over Redis."""
        if not any(mailbox.follows_ticks for mailbox in self._mailboxes):
            return
        running = await Download.filter(status=DownloadStatus.RUNNING, progress_at__gt=self._polled_ticks_at)
        for row in running:
            self._polled_ticks_at = max(self._polled_ticks_at, row.progress_at or self._polled_ticks_at)
            self._spread_tick(Tick.of(row))

    async def _spread_queue(self) -> None:
        """Counted once for all who follow it, at most once a second, when something moved."""
        followers = [mailbox for mailbox in self._mailboxes if mailbox.follows_queue]
        if followers and self._queue_moved and time.monotonic() - self._counted_queue_at >= _QUEUE_SECONDS:
            self._queue_moved, self._counted_queue_at = False, time.monotonic()
            change = QueueChange(await queue_stats())
            for mailbox in followers:
                mailbox.deliver_queue(change)

    def _spread_tick(self, tick: Tick) -> None:
        self._queue_moved = True
        for mailbox in self._mailboxes:
            mailbox.deliver_tick(tick)


async def last_position() -> int:
    """The position of the newest event there is."""
    return (await log_bounds()).newest
