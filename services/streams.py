"""What subscribers see: first what they missed or what there is, then everything as it happens, without a gap."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from infra.backpressure import unread_seconds
from models.actor import Actor
from models.downloads import Download
from models.errors import ValidationError
from models.events import MEDIA_REQUEST_EVENTS, DomainEvent
from models.paging import MAX_PAGE
from models.progress import Tick
from services.event_log import LogBounds, log_bounds
from services.feed import Feed, Outlet
from services.hub import BATCH, Hub, last_position
from services.mailboxes import Interest, Mailbox
from services.stream_beginnings import Present, present_downloads, present_media_requests
from services.stream_items import (
    DASHBOARD,
    DOWNLOADS,
    NOTIFICATIONS,
    SERVICES,
    Lasting,
    Reset,
    ResetReason,
    item_of,
)
from services.stream_seen import Item, Seen

_MIN_TICK_RATE, _MAX_TICK_RATE = 0.1, 10.0
STALLED_SECONDS = 1.0
"""A connection that does not take a message for so long does not read."""


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

        def wants_tick(tick: Tick) -> bool:
            return tick.download_id in wanted if wanted is not None else _may_watch(actor, tick)

        ticks = _Ticks(wants_tick, ticks_per_second)
        interest = Interest(DOWNLOADS, wanted)
        return Feed(lambda outlet: self._things(actor, interest, after, outlet, present_downloads, ticks))

    def media_requests(self, actor: Actor, *, ids: Sequence[UUID] | None, after: int | None) -> Feed[Item]:
        """Changes of `ids`, or of every request the actor may see. It begins as `downloads`. Raises NotFoundError."""
        interest = Interest(MEDIA_REQUEST_EVENTS, None if ids is None else frozenset(ids))
        return Feed(lambda outlet: self._things(actor, interest, after, outlet, present_media_requests))

    async def _things(
        self,
        actor: Actor,
        interest: Interest,
        after: int | None,
        outlet: Outlet[Item] | None,
        present: Present,
        ticks: "_Ticks | None" = None,
    ) -> AsyncGenerator[Item, None]:
        """What there is, then what becomes of it."""
        actor.require_user()
        seen, tick_seconds = Seen(), _tick_seconds(ticks.per_second) if ticks else 1.0
        mailbox = Mailbox(interest, outlet, seen, ticks.wants if ticks else None)
        with self._hub.filling(mailbox, actor):
            there = await present(actor, interest.ids, mailbox.since)
            for thing in there if after is None else ():
                yield seen.keep(thing)
            async for item in self._follow(mailbox, actor, after, tick_seconds):
                if (news := seen.news(item)) is not None:
                    yield seen.keep(news)

    def notifications(self, actor: Actor, *, after: int | None) -> Feed[Item]:
        """The actor's own notifications: those after `after`, then each as it arrives, or is read elsewhere."""
        return Feed(lambda outlet: self._events(actor, Interest(NOTIFICATIONS), after, outlet))

    def services(self, actor: Actor, *, after: int | None) -> Feed[Item]:
        """Services as their status changes: those changes after `after`, then each as it happens."""
        return Feed(lambda outlet: self._events(actor, Interest(SERVICES), after, outlet))

    async def _events(
        self, actor: Actor, interest: Interest, after: int | None, outlet: Outlet[Item] | None
    ) -> AsyncGenerator[Item, None]:
        actor.require_user()
        with self._hub.filling(Mailbox(interest, outlet), actor) as mailbox:
            async for item in self._follow(mailbox, actor, after):
                yield item

    def dashboard(self, actor: Actor, *, after: int | None, ticks_per_second: float) -> Feed[Item]:
        """Everything that the actor may see on a home page, and the state of the queue at most once a second.

        Raises ValidationError for a rate out of bounds.
        """
        return Feed(lambda outlet: self._dashboard(actor, after, ticks_per_second, outlet))

    async def _dashboard(
        self, actor: Actor, after: int | None, ticks_per_second: float, outlet: Outlet[Item] | None
    ) -> AsyncGenerator[Item, None]:
        actor.require_user()
        tick_seconds, seen = _tick_seconds(ticks_per_second), Seen()

        def wants_tick(tick: Tick) -> bool:
            return _may_watch(actor, tick)

        mailbox = Mailbox(Interest(DASHBOARD), outlet, seen, wants_tick, follows_queue=True)
        with self._hub.filling(mailbox, actor):
            async for item in self._follow(mailbox, actor, after, tick_seconds):
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
        self, mailbox: Mailbox, actor: Actor, after: int | None, tick_seconds: float = 1.0
    ) -> AsyncGenerator[Item, None]:
        """Replay from the log, then go on with what came into the mailbox meanwhile.

        Whoever falls behind the mailbox catches up from the log, unless their connection takes nothing either.
        """
        is_behind = after is not None
        if after is not None:
            mailbox.since = after
            if reset := _impossible(after, await log_bounds()):
                is_behind, mailbox.since = False, reset.position
                yield reset
        while True:
            source = _replay(mailbox, actor) if is_behind else _live(mailbox, tick_seconds)
            async with aclosing(source):
                async for item in source:
                    yield item
                    if mailbox.is_overfull and unread_seconds.get() >= STALLED_SECONDS:
                        yield await _skip(mailbox)
                        break
            is_behind = mailbox.is_overfull


async def _replay(mailbox: Mailbox, actor: Actor) -> AsyncGenerator[Item, None]:
    """What the log holds after the mailbox's `since`, until the mailbox, filling meanwhile, has all that is newer."""
    visible = DomainEvent.visible_to(actor).filter(type__in=list(mailbox.interest.types)).order_by("position")
    mailbox.is_overfull = True
    while mailbox.is_overfull:
        mailbox.clear()
        while events := await visible.filter(position__gt=mailbox.since).limit(BATCH):
            for event in events:
                mailbox.since = event.position
                if mailbox.interest.covers(event):
                    yield item_of(event)


async def _live(mailbox: Mailbox, tick_seconds: float) -> AsyncGenerator[Item, None]:
    """Events at once and in order; of the ticks the latest ones, at the rate asked for. Ends when it was too much."""
    next_ticks_at = time.monotonic()
    while True:
        while (item := mailbox.take()) is not None:
            yield item
        if mailbox.is_overfull:
            return
        if mailbox.queue is not None:
            queue, mailbox.queue = mailbox.queue, None
            yield queue
        if mailbox.ticks and time.monotonic() >= next_ticks_at:
            ticks, mailbox.ticks = mailbox.ticks, {}
            for tick in ticks.values():
                yield tick
            next_ticks_at = time.monotonic() + tick_seconds
        await mailbox.wait(next_ticks_at - time.monotonic() if mailbox.ticks else None)


async def _skip(mailbox: Mailbox) -> Reset:
    """What waits is forgotten: who did not take it in time has to read everything again."""
    dropped_from = mailbox.since + 1
    mailbox.clear()
    mailbox.since = await last_position()
    return Reset(mailbox.since, datetime.now(UTC), ResetReason.TOO_SLOW, dropped_from)


@dataclass(frozen=True, slots=True)
class _Ticks:
    """Which progress a subscriber wants, and how often at most."""

    wants: Callable[[Tick], bool]
    per_second: float


def _may_watch(actor: Actor, tick: Tick) -> bool:
    return Download(owner_id=tick.owner_id, id=tick.download_id).can_see(actor)


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
