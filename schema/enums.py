"""Every enum of the API. Strawberry must know them before a type mentions them: import them from here."""

from enum import StrEnum

import strawberry

from infra.http.circuit import Phase as BreakerPhase
from models.actor import Permission
from models.channels import NotificationChannelKind
from models.downloads import DownloadErrorCode, DownloadStage, MediaKind
from models.error_entries import Severity
from models.errors import ErrorCode
from models.events import EventType
from models.files import FileKind, FileLocation, FileStatus
from models.identities import IdentityProvider
from models.media import Availability, MediaType
from models.notifications import NotificationType
from models.publications import PublishState
from models.requestability import RequestabilityReason
from models.services_health import ServiceKind, ServiceStatus, UptimeWindow
from models.states import DeliveryStatus, DownloadStatus, MediaRequestStatus
from models.webhooks import WebhookOutcome
from services.downloads import DownloadAction, DownloadSort
from services.media_request_decisions import RequestDecision
from services.media_request_rules import SeasonSelection
from services.media_requests import MediaRequestSort
from services.projections import ProjectionName
from services.stream_items import ResetReason


class OrderDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


strawberry.enum(OrderDirection, description="Which end of a list comes first.")
strawberry.enum(IdentityProvider, description="How a person proves who they are.")
strawberry.enum(Permission, description="What a person may do. ADMIN includes everything else.")
strawberry.enum(ErrorCode, description="What kind of failure it is: the part of an error that a program branches on.")
strawberry.enum(Severity, description="How bad a bug is.")
strawberry.enum(MediaType, description="A film, or a series.")
strawberry.enum(
    Availability,
    description="What can be watched. PENDING: asked for. PROCESSING: it is being fetched. DELETED: it was there, and "
    "can be asked for again. BLOCKLISTED: it cannot be asked for. UNKNOWN: nothing is known of it.",
)
strawberry.enum(
    MediaRequestStatus,
    description="How far a request got. APPROVED: it is being handed on to those who fetch it. SUBMITTED: they know of "
    "it. COMPLETED: it can be watched. What FAILED or was DECLINED can be tried again.",
)
strawberry.enum(
    RequestabilityReason,
    description="Why a title cannot be asked for. NOT_RELEASED: a series without such a season yet. "
    "SERVICE_UNCONFIGURED: this server has nobody who fetches it.",
)
strawberry.enum(
    SeasonSelection,
    description="Without the specials. ALL: every season, refused when one of them is there or asked for already. "
    "MISSING: those that are neither.",
)
strawberry.enum(RequestDecision, description="What is decided on a request.")
strawberry.enum(MediaRequestSort, description="What requests are sorted by.")
strawberry.enum(MediaKind, description="Pictures with sound, or sound alone.")
strawberry.enum(DownloadStatus, description="How far a download got. COMPLETED, FAILED and CANCELLED are ends.")
strawberry.enum(PublishState, description="How far a download is on its way into Plex.")
strawberry.enum(DownloadStage, description="The step a running download is at.")
strawberry.enum(DownloadErrorCode, description="Why a download could not go on.")
strawberry.enum(DownloadAction, description="What can be done with a download.")
strawberry.enum(
    DownloadSort,
    description="QUEUE: what is unfinished in the order it was asked for, then what is finished, newest first.",
)
strawberry.enum(FileKind, description="What a file is.")
strawberry.enum(FileStatus, description="Whether a file can be fetched.")
strawberry.enum(
    FileLocation,
    description="OBJECTS: the object store (S3, MinIO or its local folder). LIBRARY: a folder that Plex reads too.",
)
strawberry.enum(EventType, description="What happened. Grows with the server: programs must put up with new values.")
strawberry.enum(
    ProjectionName,
    name="Projection",
    description="DASHBOARD_COUNTERS: downloads by state. DOWNLOAD_ANALYTICS: downloads by the day they ended.",
)
strawberry.enum(NotificationType, description="What a notification is about.")
strawberry.enum(NotificationChannelKind, description="How notifications are sent beyond the inbox.")
strawberry.enum(
    DeliveryStatus,
    description="PENDING: not tried yet. FAILED: the last try failed, another one follows. DEAD: given up. DELIVERED.",
)
strawberry.enum(
    ServiceKind,
    description="What a service is. YOUTUBE: yt-dlp and what it runs on. CUSTOM: anything else, such as a disk.",
)
strawberry.enum(
    ServiceStatus,
    description="DEGRADED: it works, but slowly, or not all of it. UNCONFIGURED: nobody set it up, or it was not "
    "checked yet.",
)
strawberry.enum(
    WebhookOutcome,
    description="PENDING: not looked into yet. DUPLICATE: it came before. IGNORED: there was nothing to do. "
    "REJECTED: it could not be read. FAILED: the other system could not be asked about it.",
)
strawberry.enum(UptimeWindow, description="The last 24 hours, 7 days or 30 days.")
strawberry.enum(
    BreakerPhase,
    name="BreakerState",
    description="CLOSED: calls go through. OPEN: none does. HALF_OPEN: one at a time is let through, to see.",
)
strawberry.enum(
    ResetReason,
    name="StreamResetReason",
    description="CURSOR_TOO_OLD: what came after it is not kept any more. CURSOR_UNKNOWN: this server never gave it "
    "out. TOO_SLOW: the client fell too far behind.",
)

__all__ = [
    "Availability",
    "BreakerPhase",
    "DeliveryStatus",
    "DownloadAction",
    "DownloadErrorCode",
    "DownloadSort",
    "DownloadStage",
    "DownloadStatus",
    "ErrorCode",
    "EventType",
    "FileKind",
    "FileLocation",
    "FileStatus",
    "IdentityProvider",
    "MediaKind",
    "MediaRequestSort",
    "MediaRequestStatus",
    "MediaType",
    "NotificationChannelKind",
    "NotificationType",
    "OrderDirection",
    "Permission",
    "ProjectionName",
    "PublishState",
    "RequestDecision",
    "RequestabilityReason",
    "ResetReason",
    "SeasonSelection",
    "ServiceKind",
    "ServiceStatus",
    "Severity",
    "UptimeWindow",
    "WebhookOutcome",
]
