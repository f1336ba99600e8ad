"""State machines as data: which state may follow which."""

from collections.abc import Mapping
from enum import StrEnum


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


def sources(target: DownloadStatus) -> frozenset[DownloadStatus]:
    """The states from which `target` can be reached in one step."""
    return frozenset(source for source, targets in DOWNLOAD_TRANSITIONS.items() if target in targets)


_S = DeliveryStatus

DELIVERY_TRANSITIONS: Mapping[DeliveryStatus, frozenset[DeliveryStatus]] = {
    _S.PENDING: frozenset({_S.DELIVERED, _S.FAILED, _S.DEAD}),
    _S.FAILED: frozenset({_S.DELIVERED, _S.FAILED, _S.DEAD, _S.PENDING}),
    _S.DEAD: frozenset({_S.PENDING}),
    _S.DELIVERED: frozenset(),
}

OPEN_DELIVERIES = frozenset({_S.PENDING, _S.FAILED})


def delivery_sources(target: DeliveryStatus) -> frozenset[DeliveryStatus]:
    """The states from which `target` can be reached in one step."""
    return frozenset(source for source, targets in DELIVERY_TRANSITIONS.items() if target in targets)
