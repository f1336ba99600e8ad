"""What subscribers have not taken yet, and how an item reaches thousands of them who ask the same."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from uuid import UUID

from models.events import DomainEvent, EventType, Sight
from models.progress import Tick
from services.feed import Message, Outlet
from services.stream_items import Lasting, QueueChange
from services.stream_seen import Item, Seen

MAILBOX_LIMIT = 256


@dataclass(frozen=True, slots=True)
class Interest:
    """Which events somebody follows: those of `types`, about the things with these `ids` or about any."""

    types: frozenset[EventType]
    ids: frozenset[UUID] | None = None

    def covers(self, event: DomainEvent) -> bool:
        return event.type in self.types and (self.ids is None or event.stream_id in self.ids)


class Mailbox:
    """What one subscriber has not taken yet: items after `since`, which is how far they have come, in order; the latest
    tick of each download, and the latest state of the queue.

    While it `is_idle`, its reader waiting for more, an item that its outlet takes does not come in at all, nor does one
    that `seen` says is no news. More than MAILBOX_LIMIT items do not come in either: it `is_overfull`, and the log has
    them.
    """

    __slots__ = (
        "_outlet", "_reader", "_seen", "_wants_tick", "follows_queue", "interest", "is_overfull", "items", "queue",
        "since", "ticks",
    )  # fmt: skip

    def __init__(
        self,
        interest: Interest,
        outlet: Outlet[Item] | None = None,
        seen: Seen | None = None,
        wants_tick: Callable[[Tick], bool] | None = None,
        *,
        follows_queue: bool = False,
    ) -> None:
        self.since = 0
        self.interest = interest
        self.follows_queue = follows_queue
        self.queue: QueueChange | None = None
        self.items: list[Lasting] = []
        self.ticks: dict[object, Tick] = {}
        self.is_overfull = False
        self._outlet = outlet
        self._seen = seen
        self._reader: asyncio.Future[None] | None = None
        self._wants_tick = wants_tick

    @property
    def audience(self) -> Hashable:
        """Whoever has an equal one asks the same."""
        return None if self._outlet is None else self._outlet.audience

    @property
    def follows_ticks(self) -> bool:
        return self._wants_tick is not None

    @property
    def is_idle(self) -> bool:
        return self._reader is not None and not self._reader.done()

    async def wait(self, seconds: float | None) -> None:
        """For something to come in, or so long."""
        if self.items or self.queue is not None or self.is_overfull:
            return
        loop = asyncio.get_running_loop()
        self._reader = loop.create_future()
        timer = None if seconds is None else loop.call_later(seconds, self._wake)
        try:
            await self._reader
        finally:
            self._reader = None
            if timer is not None:
                timer.cancel()

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

    def deliver(self, item: Lasting, known: Message | None = None) -> Message | None:
        """`known` is the message for somebody else who asks the same; returns the one for whoever comes next."""
        if item.position <= self.since:
            return known
        if self._outlet is None or not self.is_idle:
            self._put(item)
            return known
        news = item if self._seen is None else self._seen.news(item)
        if news is None:
            self.since = item.position
            return known
        message = known if known is not None and news is item else self._outlet.message(news)
        if message is None or not self._outlet.send(message.content):
            self._put(item)
            return known
        self.since = item.position
        if self._seen is not None:
            self._seen.keep(news)
        return message if message.is_shared and news is item else known

    def _put(self, item: Lasting) -> None:
        if self.items and self.items[-1] is item:  # theirs, and in everybody's sight as well
            return
        self.is_overfull = self.is_overfull or len(self.items) >= MAILBOX_LIMIT
        if not self.is_overfull:
            self.items.append(item)
        self._wake()

    def deliver_queue(self, change: QueueChange) -> None:
        self.queue = change
        self._wake()

    def deliver_tick(self, tick: Tick) -> None:
        if self._wants_tick is not None and self._wants_tick(tick):
            self.ticks[tick.download_id] = tick
            self._wake()


class Audience:
    """The mailboxes of people who may see the same, follow the same and ask the same."""

    def __init__(self, sight: Sight, interest: Interest) -> None:
        self.members: dict[Mailbox, None] = {}
        self.types = sight.types & interest.types
        self._sight = sight
        self._interest = interest

    def covers(self, event: DomainEvent) -> bool:
        """Whether it is for all of them, whoever's it is."""
        return self._sight.covers(event) and self._interest.covers(event)
