"""State machines as data: which state may follow which."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

S = TypeVar("S", bound=StrEnum)


def sources(transitions: Mapping[S, frozenset[S]], target: S) -> frozenset[S]:
    """The states from which `target` can be reached in one step."""
    return frozenset(source for source, targets in transitions.items() if target in targets)


class DownloadStatus(StrEnum):
    QUEUED = "QUEUED"
    SCHEDULED = "SCHEDULED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    RETRY_WAIT = "RETRY_WAIT"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class DeliveryStatus(StrEnum):
    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    DEAD = "DEAD"


_D = DownloadStatus

DOWNLOAD_TRANSITIONS: Mapping[DownloadStatus, frozenset[DownloadStatus]] = {
    _D.QUEUED: frozenset({_D.RUNNING, _D.PAUSED, _D.SCHEDULED, _D.CANCELLED, _D.FAILED}),
    _D.SCHEDULED: frozenset({_D.QUEUED, _D.CANCELLED, _D.FAILED}),
    _D.RUNNING: frozenset(
        {_D.COMPLETED, _D.RETRY_WAIT, _D.FAILED, _D.PAUSED, _D.CANCELLED, _D.SCHEDULED, _D.QUEUED},
    ),
    _D.PAUSED: frozenset({_D.QUEUED, _D.CANCELLED}),
    _D.RETRY_WAIT: frozenset({_D.QUEUED, _D.CANCELLED, _D.FAILED}),
    _D.FAILED: frozenset({_D.QUEUED}),
    _D.CANCELLED: frozenset({_D.QUEUED}),
    _D.COMPLETED: frozenset(),
}

TERMINAL_DOWNLOADS = frozenset({_D.COMPLETED, _D.FAILED, _D.CANCELLED})


_S = DeliveryStatus

DELIVERY_TRANSITIONS: Mapping[DeliveryStatus, frozenset[DeliveryStatus]] = {
    _S.PENDING: frozenset({_S.DELIVERED, _S.FAILED, _S.DEAD}),
    _S.FAILED: frozenset({_S.DELIVERED, _S.FAILED, _S.DEAD, _S.PENDING}),
    _S.DEAD: frozenset({_S.PENDING}),
    _S.DELIVERED: frozenset(),
}

OPEN_DELIVERIES = frozenset({_S.PENDING, _S.FAILED})


class MediaRequestStatus(StrEnum):
    PENDING = "PENDING"
    APPROVED = "APPROVED"
    SUBMITTED = "SUBMITTED"
    PROCESSING = "PROCESSING"
    PARTIALLY_AVAILABLE = "PARTIALLY_AVAILABLE"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


_R = MediaRequestStatus

# it may jump forward, as a late message from elsewhere may tell more than one step; never back
MEDIA_REQUEST_TRANSITIONS: Mapping[MediaRequestStatus, frozenset[MediaRequestStatus]] = {
    _R.PENDING: frozenset({_R.APPROVED, _R.DECLINED, _R.CANCELLED}),
    _R.APPROVED: frozenset({_R.SUBMITTED, _R.FAILED, _R.CANCELLED}),
    _R.SUBMITTED: frozenset(
        {_R.PROCESSING, _R.PARTIALLY_AVAILABLE, _R.COMPLETED, _R.FAILED, _R.DECLINED, _R.CANCELLED}
    ),
    _R.PROCESSING: frozenset({_R.PARTIALLY_AVAILABLE, _R.COMPLETED, _R.FAILED, _R.DECLINED, _R.CANCELLED}),
    _R.PARTIALLY_AVAILABLE: frozenset({_R.COMPLETED, _R.FAILED, _R.CANCELLED}),
    _R.FAILED: frozenset({_R.PENDING, _R.APPROVED, _R.PARTIALLY_AVAILABLE, _R.COMPLETED, _R.CANCELLED}),
    _R.DECLINED: frozenset({_R.PENDING}),
    _R.COMPLETED: frozenset(),
    _R.CANCELLED: frozenset(),
}

ACTIVE_MEDIA_REQUESTS = frozenset({_R.PENDING, _R.APPROVED, _R.SUBMITTED, _R.PROCESSING, _R.PARTIALLY_AVAILABLE})
"""While one is active, the same thing is not asked for a second time."""

AT_SEERR = frozenset({_R.SUBMITTED, _R.PROCESSING, _R.PARTIALLY_AVAILABLE})
"""Seerr knows about it, and says how it goes on."""
