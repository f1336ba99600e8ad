"""One reader of the event log and one listener for ticks in each process, shared by all who watch.

Events come from the database, where none is ever missing; Redis only says when to look. Ticks come over Redis alone,
and from the rows while Redis is away.
"""

import asyncio
import contextlib
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from infra.cache.base import Cache
from infra.outage import DATABASE
from infra.pubsub import EVENTS, TICKS, PubSub
from models.actor import Actor
from models.downloads import Download
from models.events import DomainEvent, seen_of_all, tags_of
from models.progress import Tick
from models.states import DownloadStatus
from services.event_log import log_bounds
from services.queue_stats import queue_stats
from services.stream_items import DOWNLOADS, Happening, Lasting, QueueChange

MAILBOX_LIMIT = 256
BATCH = 500
_POLL_SECONDS = 1.0
_QUEUE_SECONDS = 1.0
_AT_ONCE = 200
_ANYBODY = object()
"""Where every mailbox is."""


class Mailbox:
    """What one subscriber has not taken yet: items after `since`, which is how far they have come, in order; the latest
    tick of each download, and the latest state of the queue.

    While it `is_idle`, its reader waiting for more, an item that `express` takes does not come in at all. More than
    MAILBOX_LIMIT items do not come in either: it `is_overfull`, and the log has them.
    """

    def __init__(
        self,
        since: int,
        wants: Callable[[DomainEvent], bool],
        wants_tick: Callable[[Tick], bool] | None,
        *,
        follows_queue: bool,
    ) -> None:
        self.since = since
        self.follows_queue = follows_queue
        self.queue: QueueChange | None = None
        self.items: list[Lasting] = []
        self.ticks: dict[object, Tick] = {}
        self.is_overfull = False
        self.wants = wants
        self.express: Callable[[Lasting], bool] | None = None
        self._reader: asyncio.Future[None] | None = None
        self._wants_tick = wants_tick

    @property
    def follows_ticks(self) -> bool:
        return self._wants_tick is not None

    @property
    def is_idle(self) -> bool:
        return self._reader is not None and not self.items

    async def wait(self, seconds: float | None) -> None:
        """For something to come in, or so long."""
        if self.items or self.queue is not None or self.is_overfull:
            return
        self._reader = asyncio.get_running_loop().create_future()
        try:
            if seconds is None:
                await self._reader
            else:
                await asyncio.wait([self._reader], timeout=max(0.0, seconds))
        finally:
            self._reader = None

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def take(self) -> Lasting | None:
        """The next item, if there is one."""
        while self.items:
            item = self.items.pop(0)
            if item.position > self.since:  # what came in during a replay was in it
                self.since = item.position
                return item
        return None

    def clear(self) -> None:
        self.items.clear()
        self.is_overfull = False

    def deliver(self, happening: Happening) -> None:
        position = happening.event.position
        if position <= self.since or not self.wants(happening.event):
            return
        if self.express is not None and self.is_idle and self.express(happening.item):
            self.since = position
            return
        self.is_overfull = self.is_overfull or len(self.items) >= MAILBOX_LIMIT
        if not self.is_overfull:
            self.items.append(happening.item)
        self._wake()

    def deliver_queue(self, change: QueueChange) -> None:
        self.queue = change
        self._wake()

    def deliver_tick(self, tick: Tick) -> None:
        if self._wants_tick is not None and self._wants_tick(tick):
            self.ticks[tick.download_id] = tick
            self._wake()


class Hub:
    """`position` is how far this process has read the log; everything up to it has been delivered."""

    def __init__(self, cache: Cache, pubsub: PubSub) -> None:
        self.position = 0
        self.listeners: list[Callable[[DomainEvent], None]] = []
        self._read_at = -math.inf
        self._cache = cache
        self._pubsub = pubsub
        self._mailboxes: dict[object, dict[Mailbox, None]] = defaultdict(dict)
        self._woken = asyncio.Event()
        self._polled_ticks_at = datetime.now(UTC)
        self._delivered = 0
        self._queue_moved = False
        self._counted_queue_at = -math.inf

    @contextlib.contextmanager
    def mailbox(
        self,
        actor: Actor,
        wants: Callable[[DomainEvent], bool],
        wants_tick: Callable[[Tick], bool] | None = None,
        *,
        follows_queue: bool = False,
    ) -> Iterator[Mailbox]:
        """A mailbox that receives what the actor may see after the present `position`, of that what it `wants`."""
        mailbox = Mailbox(self.position, wants, wants_tick, follows_queue=follows_queue)
        keys = {actor.user_id, *seen_of_all(actor), _ANYBODY}
        for key in keys:
            self._mailboxes[key][mailbox] = None
        try:
            yield mailbox
        finally:
            for key in keys:
                del self._mailboxes[key][mailbox]
                if not self._mailboxes[key]:
                    del self._mailboxes[key]

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
        while events := await DomainEvent.filter(position__gt=self.position).order_by("position").limit(BATCH):
            await self._cache.purge(tags_of((event.type, event.stream_id, event.owner_id) for event in events))
            for event in events:
                self._queue_moved = self._queue_moved or event.type in DOWNLOADS
                for listener in self.listeners:
                    listener(event)
                self.position = event.position
                await self._spread(event)
        self._read_at = time.monotonic()

    async def _spread(self, event: DomainEvent) -> None:
        """To its owner's mailboxes and to those of all who see everybody's; others get their turn in between."""
        happening = Happening(event)
        mailboxes = {**self._mailboxes.get(event.owner_id, {}), **self._mailboxes.get(event.type, {})}
        for mailbox in mailboxes:
            mailbox.deliver(happening)
            self._delivered += 1
            if self._delivered % _AT_ONCE == 0:
                await asyncio.sleep(0)

    async def _poll_ticks(self) -> None:
        """What the rows say, for as long as nothing comes over Redis."""
        if not any(mailbox.follows_ticks for mailbox in self._all()):
            return
        running = await Download.filter(status=DownloadStatus.RUNNING, progress_at__gt=self._polled_ticks_at)
        for row in running:
            self._polled_ticks_at = max(self._polled_ticks_at, row.progress_at or self._polled_ticks_at)
            self._spread_tick(Tick.of(row))

    async def _spread_queue(self) -> None:
        """Counted once for all who follow it, at most once a second, when something moved."""
        followers = [mailbox for mailbox in self._all() if mailbox.follows_queue]
        if followers and self._queue_moved and time.monotonic() - self._counted_queue_at >= _QUEUE_SECONDS:
            self._queue_moved, self._counted_queue_at = False, time.monotonic()
            change = QueueChange(await queue_stats())
            for mailbox in followers:
                mailbox.deliver_queue(change)

    def _all(self) -> Iterable[Mailbox]:
        return self._mailboxes.get(_ANYBODY, ())

    def _spread_tick(self, tick: Tick) -> None:
        self._queue_moved = True
        for mailbox in self._all():
            mailbox.deliver_tick(tick)


async def last_position() -> int:
    """The position of the newest event there is."""
    return (await log_bounds()).newest
