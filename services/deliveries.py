"""Sends what is in people's inboxes over their channels, until it has arrived or there is no hope."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from infra.http.errors import UpstreamError, UpstreamStatusError
from integrations.channels.base import GoneError, Message, RefusedError, Sender
from models.actor import SYSTEM
from models.channels import NotificationChannel, NotificationChannelKind, NotificationDelivery
from models.errors import InvalidStateError, UnavailableError
from models.events import EventType
from models.jobs import JobName
from models.notifications import NotificationType
from models.quiet_hours import QuietHours
from models.states import DELIVERY_TRANSITIONS, OPEN_DELIVERIES, DeliveryStatus, sources
from services.work import Notice, Transaction, UnitOfWork

MOST_ATTEMPTS = 8
_FIRST_PAUSE_SECONDS, _GROWTH, _LONGEST_PAUSE_SECONDS = 30, 4, 4 * 3600
_SPREAD = 0.2
_AT_ONCE = 4
_KEPT = timedelta(days=14)

NEVER_QUIET = frozenset({NotificationType.SECURITY, NotificationType.TEST})
_MISSING = {
    NotificationChannelKind.EMAIL: "This server sends no mail; an administrator can set MEDIANEST_SMTP_URL.",
    NotificationChannelKind.APPRISE: "This server has no Apprise; an administrator can install the extra `apprise`.",
}


class DeadDeliveryError(Exception):
    """A delivery was given up."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: int | None = None
    failure: UpstreamError | None = None


class Senders:
    """The ways of sending that this server has."""

    def __init__(self, senders: Mapping[NotificationChannelKind, Sender]) -> None:
        self._senders = senders

    def of(self, kind: NotificationChannelKind) -> Sender:
        """Raises UnavailableError, saying what an administrator can do."""
        if kind not in self._senders:
            raise UnavailableError(_MISSING[kind])
        return self._senders[kind]


class Deliverer:
    """At least once: who dies between sending and writing it down sends again, under the same id.

    To one lane (a host elsewhere, our mail server) goes little at a time; while one hangs, its breaker opens.
    """

    def __init__(
        self,
        work: UnitOfWork,
        senders: Senders,
        report: Callable[[BaseException], None],
        *,
        link: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`report` hears of what was given up; `link` is where people read more."""
        self._work = work
        self._senders = senders
        self._report = report
        self._link = link
        self._now = now
        self._lanes: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def deliver(self, delivery_id: UUID, attempt: int) -> None:
        """Make the try that comes after `attempt` others, unless it was made; in quiet hours put it off."""
        delivery = await _load(delivery_id)
        if delivery is None or delivery.status not in OPEN_DELIVERIES or delivery.attempts != attempt:
            return
        if quiet_until := self._quiet_until(delivery):
            await self._put_off(delivery, quiet_until)
        elif not delivery.channel.enabled:
            await self._record(delivery, _Outcome(failure=RefusedError("", "The channel is switched off.")))
        else:
            await self._record(delivery, await self._try(delivery))

    async def deliver_once(self, delivery_id: UUID) -> None:
        """Now or never, for somebody who waits."""
        if delivery := await _load(delivery_id):
            await self._record(delivery, await self._try(delivery), is_last=True)

    async def prune(self) -> int:
        """Forget deliveries that ended two weeks ago; answers how many."""
        ended = NotificationDelivery.filter(status__not_in=list(OPEN_DELIVERIES))
        return await ended.filter(created_at__lt=self._now() - _KEPT).delete()

    def _quiet_until(self, delivery: NotificationDelivery) -> datetime | None:
        hours = delivery.channel.user.quiet_hours
        if hours is None or delivery.notification.type in NEVER_QUIET:
            return None
        return QuietHours(**hours).end_after(self._now())

    async def _try(self, delivery: NotificationDelivery) -> _Outcome:
        channel = delivery.channel
        target = channel.target or channel.user.email
        try:
            sender = self._senders.of(channel.kind)
            lane = sender.lane(target)
            async with self._lanes.setdefault(lane, asyncio.Semaphore(_AT_ONCE)):
                return _Outcome(await sender.send(target, channel.secret, self._message(delivery)))
        except UnavailableError as error:
            return _Outcome(failure=UpstreamError(channel.kind, error.message))
        except UpstreamError as error:
            status = error.status if isinstance(error, UpstreamStatusError | RefusedError) else None
            return _Outcome(status, error)

    def _message(self, delivery: NotificationDelivery) -> Message:
        told = delivery.notification
        return Message(str(delivery.id), told.type, told.title, told.body, told.created_at, self._link)

    async def _put_off(self, delivery: NotificationDelivery, until: datetime) -> None:
        async with self._work.begin(SYSTEM) as transaction:
            waiting = NotificationDelivery.filter(id=delivery.id, attempts=delivery.attempts)
            await waiting.filter(status__in=list(OPEN_DELIVERIES)).update(next_attempt_at=until)
            await promise(transaction, delivery.id, delivery.attempts, until)

    async def _record(self, delivery: NotificationDelivery, outcome: _Outcome, *, is_last: bool = False) -> None:
        """What came of it. Somebody who was faster has written it down already."""
        attempts, failure = delivery.attempts + 1, outcome.failure
        facts: dict[str, Any] = {
            "attempts": attempts,
            "response_status": outcome.status,
            "error": failure and failure.message,
            "next_attempt_at": None,
        }
        async with self._work.begin(SYSTEM) as transaction:
            if failure is None:
                await _move(transaction, delivery, DeliveryStatus.DELIVERED, facts, delivered_at=self._now())
            elif is_last or attempts >= MOST_ATTEMPTS or isinstance(failure, RefusedError):
                if await _move(transaction, delivery, DeliveryStatus.DEAD, facts) and isinstance(failure, GoneError):
                    await _switch_off(transaction, delivery)
            else:
                facts["next_attempt_at"] = _next_try(attempts, failure.retry_at, self._now())
                if await _move(transaction, delivery, DeliveryStatus.FAILED, facts):
                    await promise(transaction, delivery.id, attempts, facts["next_attempt_at"])
                return
        if failure is not None and failure.__traceback__ is not None and not is_last:
            self._report(DeadDeliveryError().with_traceback(failure.__traceback__))


async def promise(transaction: Transaction, delivery_id: UUID, attempts: int, run_at: datetime | None = None) -> None:
    arguments = {"delivery_id": str(delivery_id), "attempt": str(attempts)}
    await transaction.enqueue(JobName.DELIVER, arguments, run_at=run_at)


async def begin_again(transaction: Transaction, delivery: NotificationDelivery) -> None:
    """Raises InvalidStateError for what arrived, or is on its way for the first time."""
    target = DeliveryStatus.PENDING
    before = sources(DELIVERY_TRANSITIONS, target)
    facts: dict[str, Any] = {"attempts": 0, "next_attempt_at": None, "error": None, "response_status": None}
    if not await NotificationDelivery.move(transaction.connection, delivery.id, target, sources=before, **facts):
        raise InvalidStateError(
            "Only a delivery that failed can be tried again.",
            current=delivery.status,
            allowed=tuple(sorted(before)),
        )
    await promise(transaction, delivery.id, 0)


async def _load(delivery_id: UUID) -> NotificationDelivery | None:
    found = NotificationDelivery.filter(id=delivery_id)
    return await found.select_related("notification", "channel", "channel__user").first()


async def _move(
    transaction: Transaction, delivery: NotificationDelivery, target: DeliveryStatus, facts: dict[str, Any], **more: Any
) -> bool:
    guard = {"attempts": delivery.attempts}
    before = sources(DELIVERY_TRANSITIONS, target)
    moved = await NotificationDelivery.move(
        transaction.connection, delivery.id, target, sources=before, guard=guard, **facts, **more
    )
    return moved is not None


async def _switch_off(transaction: Transaction, delivery: NotificationDelivery) -> None:
    """Its owner hears of it once, by the inbox and the other channels."""
    channel = delivery.channel
    if not await NotificationChannel.filter(id=channel.id, enabled=True).update(enabled=False):
        return
    channel.enabled = False
    tell_channel(transaction, channel)
    await transaction.audit("channel.switched_off", channel, before={"enabled": True}, after={"enabled": False})
    title = f"The channel {channel.name} was switched off"
    body = "Its target answered that it wants no more messages (410 Gone). Save the channel again to go on."
    notice = Notice(NotificationType.SECURITY, title, body, f"channel-gone:{delivery.id}")
    await transaction.notify(channel.user_id, notice)


def tell_channel(transaction: Transaction, channel: NotificationChannel, *, is_deleted: bool = False) -> None:
    payload = {**channel.snapshot(), "is_deleted": is_deleted}
    transaction.record(EventType.CHANNEL_CHANGED, channel.id, payload, owner_id=channel.user_id)


def _next_try(attempts: int, asked: datetime | None, now: datetime) -> datetime:
    """Later each time, and not before the target wants to be asked."""
    pause = min(_FIRST_PAUSE_SECONDS * _GROWTH ** (attempts - 1), _LONGEST_PAUSE_SECONDS)
    planned = now + timedelta(seconds=pause * (1 + _SPREAD * random.random()))  # noqa: S311  (no secret)
    return planned if asked is None else max(planned, asked)
