"""What subscribers are sent, and how an event of the log becomes an item."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from models.downloads import Download
from models.events import MEDIA_REQUEST_EVENTS, PURGES, DomainEvent, EventType
from models.media_requests import MediaRequest, RequestedSeason
from models.notifications import Notification
from models.services_health import Service, ServiceStatus
from models.states import DownloadStatus, MediaRequestStatus
from models.timeline import MESSAGES


class ResetReason(StrEnum):
    CURSOR_TOO_OLD = "CURSOR_TOO_OLD"
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
class MediaRequestChange:
    """`request` and its `seasons` are the rows as they were at `position`. `of_followers`: who follows it changed, and
    nothing else, so that its version is the one from before.
    """

    position: int
    at: datetime
    request: MediaRequest
    seasons: Sequence[RequestedSeason]
    previous_status: MediaRequestStatus | None = None
    of_followers: bool = False


@dataclass(frozen=True, slots=True)
class NotificationArrival:
    position: int
    at: datetime
    notification: Notification
    unread_count: int


@dataclass(frozen=True, slots=True)
class NotificationsSeen:
    """The recipient read them, on whichever device."""

    position: int
    at: datetime
    ids: tuple[UUID, ...]
    unread_count: int


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """`service` is the row as it was at `position`."""

    position: int
    at: datetime
    service: Service
    previous_status: ServiceStatus


@dataclass(frozen=True, slots=True)
class QueueStats:
    """The queue of everybody's downloads, at one moment."""

    queued: int
    running: int
    retry_waiting: int
    failed24h: int
    completed24h: int
    workers: int
    workers_busy: int
    bytes_per_second: float


@dataclass(frozen=True, slots=True)
class QueueChange:
    queue: QueueStats


Lasting = DownloadChange | MediaRequestChange | NotificationArrival | NotificationsSeen | ServiceChange
"""What is in the log, and can be replayed."""


def _download(event: DomainEvent) -> DownloadChange:
    previous = event.payload.get("previous_status")
    return DownloadChange(
        position=event.position,
        at=event.occurred_at,
        download=Download.restore(event.payload),
        previous_status=None if previous is None else DownloadStatus(str(previous)),
    )


def _media_request(event: DomainEvent) -> MediaRequestChange:
    previous, seasons = event.payload.get("previous_status"), event.payload.get("seasons", [])
    return MediaRequestChange(
        position=event.position,
        at=event.occurred_at,
        request=MediaRequest.restore(event.payload),
        seasons=[RequestedSeason.restore(season) for season in seasons],  # type: ignore[attr-defined]
        previous_status=None if previous is None else MediaRequestStatus(str(previous)),
    )


def _followers(event: DomainEvent) -> MediaRequestChange:
    return replace(_media_request(event), of_followers=True)


def _arrival(event: DomainEvent) -> NotificationArrival:
    return NotificationArrival(
        event.position, event.occurred_at, Notification.restore(event.payload), _unread_count(event)
    )


def _seen(event: DomainEvent) -> NotificationsSeen:
    ids = tuple(UUID(str(key)) for key in event.payload["ids"])  # type: ignore[attr-defined]
    return NotificationsSeen(event.position, event.occurred_at, ids, _unread_count(event))


def _service(event: DomainEvent) -> ServiceChange:
    previous = ServiceStatus(str(event.payload["previous_status"]))
    return ServiceChange(event.position, event.occurred_at, Service.restore(event.payload), previous)


def _unread_count(event: DomainEvent) -> int:
    return int(str(event.payload.get("unread_count", 0)))


_MAKERS: Mapping[str, Callable[[DomainEvent], Lasting]] = {
    EventType.DOWNLOAD_CREATED: _download,
    EventType.DOWNLOAD_CHANGED: _download,
    EventType.MEDIA_REQUEST_CREATED: _media_request,
    EventType.MEDIA_REQUEST_CHANGED: _media_request,
    EventType.MEDIA_REQUEST_FOLLOWED: _followers,
    EventType.MEDIA_REQUEST_UNFOLLOWED: _followers,
    EventType.NOTIFICATION_CREATED: _arrival,
    EventType.NOTIFICATIONS_READ: _seen,
    EventType.SERVICE_CHANGED: _service,
}

DOWNLOADS = frozenset({EventType.DOWNLOAD_CREATED, EventType.DOWNLOAD_CHANGED})
NOTIFICATIONS = frozenset({EventType.NOTIFICATION_CREATED, EventType.NOTIFICATIONS_READ})
SERVICES = frozenset({EventType.SERVICE_CHANGED})
DASHBOARD = DOWNLOADS | MEDIA_REQUEST_EVENTS | NOTIFICATIONS | SERVICES


def check_event_types() -> None:
    """Raises LookupError when a type lacks the sentence that tells it, its cache rule, or its item in a stream."""
    for name, due, known in (
        ("sentence", set(EventType), MESSAGES),
        ("cache rule", set(EventType), PURGES),
        ("item", DASHBOARD, _MAKERS),
    ):
        if missing := due - known.keys():
            raise LookupError(f"no {name} for the events {', '.join(sorted(missing))}")


def item_of(event: DomainEvent) -> Lasting:
    return _MAKERS[event.type](event)
