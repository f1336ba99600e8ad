"""What subscribers see: first what they missed or what there is, then everything as it happens, without a gap."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from models.actor import Actor
from models.downloads import PERCENT_DONE, Download
from models.errors import NotFoundError, ValidationError
from models.events import DomainEvent, EventType
from models.paging import MAX_PAGE
from models.progress import Tick
from models.states import TERMINAL_DOWNLOADS
from services.event_log import LogBounds, log_bounds
from services.feed import Feed
from services.hub import BATCH, Hub, Mailbox, last_position
from services.stream_items import (
    DASHBOARD,
    DOWNLOADS,
    NOTIFICATIONS,
    SERVICES,
    DownloadChange,
    Lasting,
    QueueChange,
    Reset,
    ResetReason,
    item_of,
)

_MIN_TICK_RATE, _MAX_TICK_RATE = 0.1, 10.0
_MAX_SNAPSHOT = 100
_OVER = PERCENT_DONE + 1
"""No tick comes after the end."""


Item = Lasting | Tick | QueueChange | Reset
Offer = Callable[[Item], bool]
"""Hands an item on at once, or says that it cannot."""


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of what the stream would have sent; go on from `position`."""

    items: Sequence[Lasting | Reset]
    position: int
    has_more: bool


class StreamService:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    @property
    def position(self) -> int:
        """How far this process has read the log: a stream that goes on from here repeats rather than misses."""
        return self._hub.position

    def downloads(
        self, actor: Actor, *, ids: Sequence[UUID] | None, after: int | None, ticks_per_second: float
    ) -> Feed[Item]:
        """Changes and progress of `ids`, or of every download the actor may see.

        Without `after` it begins with the present state of `ids`, or of all that is unfinished; with `after` it
        replays what was missed. Raises NotFoundError for an unknown id, ValidationError for a rate out of bounds.
        """
        wanted = None if ids is None else frozenset(ids)
        return Feed(lambda offer: self._downloads(actor, wanted, after, ticks_per_second, offer))

    async def _downloads(
        self, actor: Actor, wanted: frozenset[UUID] | None, after: int | None, ticks_per_second: float, offer: Offer
    ) -> AsyncGenerator[Item, None]:
        actor.require_user()
        tick_seconds, seen = _tick_seconds(ticks_per_second), _Seen(offer)

        def wants(event: DomainEvent) -> bool:
            return event.type in DOWNLOADS and event.can_see(actor) and (wanted is None or event.stream_id in wanted)

        def wants_tick(tick: Tick) -> bool:
            return tick.download_id in wanted if wanted is not None else _may_watch(actor, tick)

        with self._hub.mailbox(actor, wants, wants_tick) as mailbox:
            rows = await _present(actor, wanted)
            if after is None:
                for row in rows:
                    yield seen.keep(DownloadChange(mailbox.since, datetime.now(UTC), row))
            async for item in self._follow(mailbox, DOWNLOADS, actor, after, seen.offer, tick_seconds):
                if (news := seen.news(item)) is not None:
                    yield seen.keep(news)

    def notifications(self, actor: Actor, *, after: int | None) -> Feed[Item]:
        """The actor's own notifications: those after `after`, then each as it arrives, or is read elsewhere."""
        return Feed(lambda offer: self._events(actor, NOTIFICATIONS, after, offer))

    def services(self, actor: Actor, *, after: int | None) -> Feed[Item]:
        """Services as their status changes: those changes after `after`, then each as it happens."""
        return Feed(lambda offer: self._events(actor, SERVICES, after, offer))

    async def _events(
        self, actor: Actor, types: frozenset[EventType], after: int | None, offer: Offer
    ) -> AsyncGenerator[Item, None]:
        actor.require_user()
        with self._hub.mailbox(actor, _visible(types, actor)) as mailbox:
            async for item in self._follow(mailbox, types, actor, after, offer):
                yield item

    def dashboard(self, actor: Actor, *, after: int | None, ticks_per_second: float) -> Feed[Item]:
        """Everything that the actor may see on a home page, and the state of the queue at most once a second.

        Raises ValidationError for a rate out of bounds.
        """
        return Feed(lambda offer: self._dashboard(actor, after, ticks_per_second, offer))

    async def _dashboard(
        self, actor: Actor, after: int | None, ticks_per_second: float, offer: Offer
    ) -> AsyncGenerator[Item, None]:
        actor.require_user()
        tick_seconds, seen = _tick_seconds(ticks_per_second), _Seen(offer)
        wants = _visible(DASHBOARD, actor)
        with self._hub.mailbox(actor, wants, lambda tick: _may_watch(actor, tick), follows_queue=True) as mailbox:
            async for item in self._follow(mailbox, DASHBOARD, actor, after, seen.offer, tick_seconds):
                if (news := seen.news(item)) is not None:
                    yield seen.keep(news)

    async def changes(self, actor: Actor, *, after: int, first: int) -> Changes:
        """What the dashboard stream would have sent after `after`, but for progress and the queue.

        Raises ValidationError for a size out of bounds.
        """
        actor.require_user()
        if not 1 <= first <= MAX_PAGE:
            raise ValidationError(f"Ask for 1 to {MAX_PAGE} items.", path=("first",), constraint="range")
        bounds = await log_bounds()
        if reset := _impossible(after, bounds):
            return Changes([reset], reset.position, has_more=False)
        visible = DomainEvent.visible_to(actor).filter(type__in=list(DASHBOARD))
        unread = visible.filter(position__gt=after, position__lte=bounds.newest).order_by("position")
        events = await unread.limit(first + 1)
        page, has_more = events[:first], len(events) > first
        return Changes([item_of(event) for event in page], page[-1].position if has_more else bounds.newest, has_more)

    async def _follow(
        self,
        mailbox: Mailbox,
        types: frozenset[EventType],
        actor: Actor,
        after: int | None,
        offer: Offer,
        tick_seconds: float = 1.0,
    ) -> AsyncGenerator[Item, None]:
        """Replay from the log, then go on with what came into the mailbox meanwhile, and what is offered at once."""
        reached = mailbox.since if after is None else after
        if after is not None and (reset := _impossible(after, await log_bounds())):
            reached = reset.position
            yield reset
        elif after is not None:
            async for event in _replay(mailbox, types, actor, after):
                reached = event.position
                yield item_of(event)
        mailbox.express = lambda item: item.position <= reached or offer(item)
        async for item in _live(mailbox, tick_seconds):
            if isinstance(item, Reset):
                reached = item.position
                yield item
            elif isinstance(item, Tick | QueueChange) or item.position > reached:
                yield item


async def _replay(
    mailbox: Mailbox, types: frozenset[EventType], actor: Actor, after: int
) -> AsyncGenerator[DomainEvent, None]:
    """What the log holds after `after`, until the mailbox, filling meanwhile, has all that is newer."""
    visible = DomainEvent.visible_to(actor).filter(type__in=list(types)).order_by("position")
    while True:
        while events := await visible.filter(position__gt=after).limit(BATCH):
            for event in filter(mailbox.wants, events):
                yield event
            after = events[-1].position
        if mailbox.dropped_from is None:
            return
        mailbox.clear()


async def _live(mailbox: Mailbox, tick_seconds: float) -> AsyncGenerator[Item, None]:
    """Events at once and in order; of the ticks the latest ones, at the rate asked for."""
    next_ticks_at = time.monotonic()
    while True:
        while mailbox.items:
            yield mailbox.items.pop(0)
        if mailbox.dropped_from is not None:
            dropped_from, mailbox.dropped_from = mailbox.dropped_from, None
            yield Reset(await last_position(), datetime.now(UTC), ResetReason.TOO_SLOW, dropped_from)
        if mailbox.queue is not None:
            queue, mailbox.queue = mailbox.queue, None
            yield queue
        if mailbox.ticks and time.monotonic() >= next_ticks_at:
            ticks, mailbox.ticks = mailbox.ticks, {}
            for tick in ticks.values():
                yield tick
            next_ticks_at = time.monotonic() + tick_seconds
        await mailbox.wait(next_ticks_at - time.monotonic() if mailbox.ticks else None)


class _Seen:
    """What a subscriber knows already: no older state and no lower percentage ever follows."""

    def __init__(self, offer: Offer) -> None:
        self._offer = offer
        self._versions: dict[UUID, int] = {}
        self._percents: dict[UUID, float] = {}

    def offer(self, item: Item) -> bool:
        """Whether nothing is left to do: it is no news, or was taken."""
        news = self.news(item)
        if news is None:
            return True
        is_taken = self._offer(news)
        if is_taken:
            self.keep(news)
        return is_taken

    def news(self, item: Item) -> Item | None:
        """The item as this subscriber may see it, if at all."""
        match item:
            case DownloadChange(download=row):
                return self._change(item) if row.version > self._versions.get(row.id, 0) else None
            case Tick():
                return item if item.progress.percent >= self._percents.get(item.download_id, 0.0) else None
            case _:
                return item

    def keep(self, item: Item) -> Item:
        match item:
            case DownloadChange(download=row):
                self._versions[row.id] = row.version
                self._percents[row.id] = _OVER if row.status in TERMINAL_DOWNLOADS else row.percent
            case Tick():
                self._percents[item.download_id] = item.progress.percent
        return item

    def _change(self, change: DownloadChange) -> DownloadChange:
        """At the percentage shown last: a tick was faster, or the row was not written before a crash."""
        row, shown = change.download, self._percents.get(change.download.id, 0.0)
        if not row.percent < shown <= PERCENT_DONE or change.previous_status in TERMINAL_DOWNLOADS:
            return change
        return replace(change, download=Download.restore({**row.snapshot(), "percent": shown}))


async def _present(actor: Actor, ids: frozenset[UUID] | None) -> list[Download]:
    if ids is None:
        unfinished = Download.visible_to(actor).filter(status__not_in=list(TERMINAL_DOWNLOADS))
        return await unfinished.order_by("id").limit(_MAX_SNAPSHOT)
    rows = await Download.visible_to(actor).filter(id__in=list(ids)).order_by("id")
    if len(rows) < len(ids):
        raise NotFoundError("There is no such download.", path=("ids",))
    return rows


def _may_watch(actor: Actor, tick: Tick) -> bool:
    return Download(owner_id=tick.owner_id, id=tick.download_id).can_see(actor)


def _visible(types: frozenset[EventType], actor: Actor) -> Callable[[DomainEvent], bool]:
    return lambda event: event.type in types and event.can_see(actor)


def _impossible(after: int, bounds: LogBounds) -> Reset | None:
    """Why a stream cannot go on from `after`, if so."""
    if after > bounds.newest:
        return Reset(bounds.newest, datetime.now(UTC), ResetReason.CURSOR_UNKNOWN)
    if after < bounds.pruned_to:
        return Reset(bounds.newest, datetime.now(UTC), ResetReason.CURSOR_TOO_OLD, after)
    return None


def _tick_seconds(ticks_per_second: float) -> float:
    if not _MIN_TICK_RATE <= ticks_per_second <= _MAX_TICK_RATE:
        raise ValidationError(
            f"Ask for {_MIN_TICK_RATE} to {_MAX_TICK_RATE:.0f} ticks a second.", path=("ticksPerSecond",)
        )
    return 1 / ticks_per_second
