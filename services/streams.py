"""What subscribers see: first what they missed or what there is, then everything as it happens, without a gap."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from models.actor import Actor
from models.downloads import PERCENT_DONE, Download
from models.errors import NotFoundError, ValidationError
from models.events import DomainEvent, EventType
from models.notifications import Notification
from models.progress import Tick
from models.states import TERMINAL_DOWNLOADS, DownloadStatus
from services.hub import BATCH, Hub, Mailbox, last_position
from services.notifications import unread_of

_MIN_TICK_RATE, _MAX_TICK_RATE = 0.1, 10.0
_MAX_SNAPSHOT = 100
_OVER = PERCENT_DONE + 1
"""No tick comes after the end."""
_DOWNLOADS = frozenset({EventType.DOWNLOAD_CREATED, EventType.DOWNLOAD_CHANGED})
_NOTIFICATIONS = frozenset({EventType.NOTIFICATION_CREATED})


class ResetReason(StrEnum):
    CURSOR_UNKNOWN = "CURSOR_UNKNOWN"
    TOO_SLOW = "TOO_SLOW"


@dataclass(frozen=True, slots=True)
class Reset:
    """The stream went on without the subscriber: read everything again, then go on from `position`."""

    position: int
    at: datetime
    reason: ResetReason
    dropped_from: int | None = None


@dataclass(frozen=True, slots=True)
class DownloadChange:
    """`download` is the row as it was at `position`."""

    position: int
    at: datetime
    download: Download
    previous_status: DownloadStatus | None = None


@dataclass(frozen=True, slots=True)
class NotificationArrival:
    position: int
    at: datetime
    notification: Notification
    unread_count: int


class StreamService:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    @property
    def position(self) -> int:
        """How far this process has read the log: a stream that goes on from here repeats rather than misses."""
        return self._hub.position

    async def downloads(
        self, actor: Actor, *, ids: Sequence[UUID] | None, after: int | None, ticks_per_second: float
    ) -> AsyncGenerator[DownloadChange | Tick | Reset, None]:
        """Changes and progress of `ids`, or of every download the actor may see.

        Without `after` it begins with the present state of `ids`, or of all that is unfinished; with `after` it
        replays what was missed. Raises NotFoundError for an unknown id, ValidationError for a rate out of bounds.
        """
        actor.require_user()
        if not _MIN_TICK_RATE <= ticks_per_second <= _MAX_TICK_RATE:
            raise ValidationError(
                f"Ask for {_MIN_TICK_RATE} to {_MAX_TICK_RATE:.0f} ticks a second.", path=("ticksPerSecond",)
            )
        wanted = None if ids is None else frozenset(ids)

        def wants(event: DomainEvent) -> bool:
            return event.type in _DOWNLOADS and event.can_see(actor) and (wanted is None or event.stream_id in wanted)

        def wants_tick(tick: Tick) -> bool:
            return tick.download_id in wanted if wanted is not None else _may_watch(actor, tick)

        with self._hub.mailbox(wants, wants_tick) as mailbox:
            rows = await _present(actor, wanted)
            seen = _Seen()
            if after is None:
                for row in rows:
                    change = DownloadChange(mailbox.since, datetime.now(UTC), row)
                    seen.change(change)
                    yield change
            async for item in self._follow(mailbox, _DOWNLOADS, actor, after, 1 / ticks_per_second):
                if isinstance(item, DomainEvent):
                    change = _change(item)
                    if seen.change(change):
                        yield change
                elif isinstance(item, Reset) or seen.tick(item):
                    yield item

    async def notifications(
        self, actor: Actor, *, after: int | None
    ) -> AsyncGenerator[NotificationArrival | Reset, None]:
        """The actor's own notifications: those after `after`, then each as it arrives."""
        user_id = actor.require_user()

        def wants(event: DomainEvent) -> bool:
            return event.type in _NOTIFICATIONS and event.can_see(actor)

        with self._hub.mailbox(wants) as mailbox:
            async for item in self._follow(mailbox, _NOTIFICATIONS, actor, after):
                if isinstance(item, DomainEvent):
                    row = Notification.restore(item.payload)
                    yield NotificationArrival(item.position, item.occurred_at, row, await unread_of(user_id))
                elif isinstance(item, Reset):
                    yield item

    async def _follow(
        self, mailbox: Mailbox, types: frozenset[EventType], actor: Actor, after: int | None, tick_seconds: float = 1.0
    ) -> AsyncGenerator[DomainEvent | Tick | Reset, None]:
        """Replay from the log, then go on with what came into the mailbox meanwhile."""
        reached = mailbox.since if after is None else after
        if after is not None and after > (newest := await last_position()):
            reached = newest
            yield Reset(newest, datetime.now(UTC), ResetReason.CURSOR_UNKNOWN)
        elif after is not None:
            async for event in _replay(mailbox, types, actor, after):
                reached = event.position
                yield event
        async for item in _live(mailbox, tick_seconds):
            if isinstance(item, Reset):
                reached = item.position
            if not isinstance(item, DomainEvent) or item.position > reached:
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


async def _live(mailbox: Mailbox, tick_seconds: float) -> AsyncGenerator[DomainEvent | Tick | Reset, None]:
    """Events at once and in order; of the ticks the latest ones, at the rate asked for."""
    next_ticks_at = time.monotonic()
    while True:
        mailbox.wake.clear()
        while mailbox.events:
            yield mailbox.events.popleft()
        if mailbox.dropped_from is not None:
            dropped_from, mailbox.dropped_from = mailbox.dropped_from, None
            yield Reset(await last_position(), datetime.now(UTC), ResetReason.TOO_SLOW, dropped_from)
        if mailbox.ticks and time.monotonic() >= next_ticks_at:
            ticks, mailbox.ticks = mailbox.ticks, {}
            for tick in ticks.values():
                yield tick
            next_ticks_at = time.monotonic() + tick_seconds
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(next_ticks_at - time.monotonic() if mailbox.ticks else None):
                await mailbox.wake.wait()


class _Seen:
    """What a subscriber knows already: no older state and no lower percentage ever follows."""

    def __init__(self) -> None:
        self._versions: dict[UUID, int] = {}
        self._percents: dict[UUID, float] = {}

    def change(self, change: DownloadChange) -> bool:
        row, shown = change.download, self._percents.get(change.download.id, 0.0)
        if row.version <= self._versions.get(row.id, 0):
            return False
        if shown <= PERCENT_DONE and change.previous_status not in TERMINAL_DOWNLOADS:
            row.percent = max(row.percent, shown)  # a tick was faster, or the row was not written before a crash
        self._versions[row.id] = row.version
        self._percents[row.id] = _OVER if row.status in TERMINAL_DOWNLOADS else row.percent
        return True

    def tick(self, tick: Tick) -> bool:
        if tick.progress.percent < self._percents.get(tick.download_id, 0.0):
            return False
        self._percents[tick.download_id] = tick.progress.percent
        return True


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


def _change(event: DomainEvent) -> DownloadChange:
    previous = event.payload.get("previous_status")
    return DownloadChange(
        position=event.position,
        at=event.occurred_at,
        download=Download.restore(event.payload),
        previous_status=None if previous is None else DownloadStatus(str(previous)),
    )
