"""Events as people and administrators read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from models.actor import Actor, Permission
from models.downloads import DownloadStage
from models.events import MEDIA_REQUEST_EVENTS, DomainEvent, EventType
from models.files import FileStatus
from models.media_requests import MediaRequest
from models.services_health import ServiceStatus
from models.states import DownloadStatus, MediaRequestStatus


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with all it holds."""

    id: UUID
    position: int
    type: EventType
    actor_id: UUID | None
    occurred_at: datetime
    correlation_id: str
    payload: Mapping[str, Any]

    @classmethod
    def of(cls, event: DomainEvent) -> Self:
        return cls(
            event.id,
            event.position,
            EventType(event.type),
            event.actor_id,
            event.occurred_at,
            event.correlation_id,
            event.payload,
        )

    def can_see(self, actor: Actor) -> bool:
        return actor.may(Permission.ADMIN)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """An event in a sentence."""

    id: UUID
    type: EventType
    message: str
    actor_id: UUID | None
    occurred_at: datetime
    event: DomainEvent

    @classmethod
    def of(cls, event: DomainEvent) -> Self:
        return cls(
            event.id,
            EventType(event.type),
            MESSAGES[event.type](event.payload),
            event.actor_id,
            event.occurred_at,
            event,
        )

    def can_see(self, actor: Actor) -> bool:
        """Of a request more people may see that it moved than how it went."""
        if self.event.type in MEDIA_REQUEST_EVENTS:
            return MediaRequest.restore(self.event.payload).can_see_private(actor)
        return self.event.can_see(actor)


_STEPS = {
    DownloadStage.EXTRACTING.value: "Reading what the site has.",
    DownloadStage.DOWNLOADING.value: "Downloading.",
    DownloadStage.MERGING.value: "Putting pictures and sound together.",
    DownloadStage.SUBTITLES.value: "Fetching subtitles.",
    DownloadStage.CONVERTING.value: "Converting.",
    DownloadStage.MOVING.value: "Moving the files to their place.",
    DownloadStage.CLEANUP.value: "Clearing up.",
}
_MOVES = {
    DownloadStatus.QUEUED.value: "Back in the queue.",
    DownloadStatus.SCHEDULED.value: "Waits for the broadcast to begin.",
    DownloadStatus.RUNNING.value: "Attempt {attempt} began.",
    DownloadStatus.PAUSED.value: "Paused.",
    DownloadStatus.RETRY_WAIT.value: "Attempt {attempt} failed: {error_message}",
    DownloadStatus.COMPLETED.value: "Completed.",
    DownloadStatus.FAILED.value: "Failed: {error_message}",
    DownloadStatus.CANCELLED.value: "Cancelled.",
}
_REQUEST_MOVES = {
    MediaRequestStatus.PENDING.value: "Waits for a decision again.",
    MediaRequestStatus.APPROVED.value: "Approved.",
    MediaRequestStatus.SUBMITTED.value: "Handed on to those who fetch it.",
    MediaRequestStatus.PROCESSING.value: "It is being fetched.",
    MediaRequestStatus.PARTIALLY_AVAILABLE.value: "Part of it can be watched.",
    MediaRequestStatus.COMPLETED.value: "It can be watched.",
    MediaRequestStatus.DECLINED.value: "Declined.",
    MediaRequestStatus.FAILED.value: "It failed.",
    MediaRequestStatus.CANCELLED.value: "Cancelled.",
}
_HEALTH = {
    ServiceStatus.UP.value: "It works.",
    ServiceStatus.DEGRADED.value: "It works, but not well.",
    ServiceStatus.DOWN.value: "It is down.",
    ServiceStatus.UNCONFIGURED.value: "It is not set up any more.",
}
_FILES = {
    FileStatus.PENDING.value: "An upload began.",
    FileStatus.READY.value: "The file is there.",
    FileStatus.DELETED.value: "The file is gone.",
}


def _download_change(state: Mapping[str, Any]) -> str:
    if (name := state.get("deleted_file")) is not None:
        return f"The file {name} was deleted."
    if state.get("previous_status") is None:
        return _STEPS.get(str(state.get("stage")), "Details became known.")
    return _MOVES[state["status"]].format_map(state)


def _request_created(state: Mapping[str, Any]) -> str:
    seasons = ", ".join(str(season["number"]) for season in state.get("seasons", ()))
    what = " in 4K" * bool(state.get("is_4k")) + (f": season {seasons}" if seasons else "")
    at_once = ", and approved at once" if state.get("status") == MediaRequestStatus.APPROVED else ""
    return f"Asked for{what}{at_once}."


def _request_change(state: Mapping[str, Any]) -> str:
    previous, changed = state.get("previous_status"), state.get("changed", ())
    if previous is not None:
        is_again = (previous, state["status"]) == (MediaRequestStatus.FAILED, MediaRequestStatus.APPROVED)
        said = "Is tried again." if is_again else _REQUEST_MOVES[state["status"]]
        why = state.get("decline_reason") if state["status"] == MediaRequestStatus.DECLINED else None
        return f"{said[:-1]}: {why}" if (why := why or state.get("status_reason")) else said
    if "last_error" in changed and state.get("last_error"):
        return f"Attempt {state['submission_attempts']} to hand it on failed: {state['last_error']}"
    percent = (state.get("progress") or {}).get("percent")
    if "progress" in changed and percent is not None:
        return f"{percent:.0f} % of it is there."
    return "Some of its seasons got further." if "seasons" in changed else "Details became known."


MESSAGES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    EventType.DOWNLOAD_CREATED: lambda _: "Asked for.",
    EventType.DOWNLOAD_CHANGED: _download_change,
    EventType.NOTIFICATION_CREATED: lambda state: f"Told: {state['title']}",
    EventType.NOTIFICATIONS_READ: lambda _: "Read.",
    EventType.USER_CHANGED: lambda _: "The account changed.",
    EventType.SERVICE_CHANGED: lambda state: _HEALTH[state["status"]],
    EventType.SESSION_CHANGED: lambda state: "Logged out." if state.get("revoked_at") else "Logged in.",
    EventType.CHANNEL_CHANGED: lambda state: f"The channel {state['name']} changed.",
    EventType.FILE_CHANGED: lambda state: _FILES[state["status"]],
    EventType.MEDIA_CHANGED: lambda _: "What can be watched of it changed.",
    EventType.MEDIA_REQUEST_CREATED: _request_created,
    EventType.MEDIA_REQUEST_CHANGED: _request_change,
    EventType.MEDIA_REQUEST_FOLLOWED: lambda _: "Somebody follows it.",
    EventType.MEDIA_REQUEST_UNFOLLOWED: lambda _: "Somebody follows it no more.",
}
"""What to say of an event's payload. Every type has its sentence."""
