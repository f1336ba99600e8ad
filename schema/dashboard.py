"""The home page: what it shows, and the stream that keeps it true."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, cast

import strawberry

from models.actor import Permission
from models.paging import MAX_PAGE
from schema import enums
from schema.connections import Connection, page_args
from schema.context import Info
from schema.downloads import Download, DownloadChanged, DownloadTick
from schema.errors import Payload
from schema.media_requests import MediaRequest, MediaRequestChanged
from schema.node import backed_by
from schema.notifications import NotificationReceived, NotificationsRead
from schema.plex import PlexLibrary
from schema.related import related
from schema.scalars import BigInt, Cursor
from schema.services_health import Service, ServiceChanged
from schema.streams import StreamReset
from schema.users import User
from services import dashboard as records
from services import stream_items, streams
from services.media_requests import MediaRequestQuery


@strawberry.type(description="How busy the queue is: everybody's downloads together.")
@backed_by(stream_items.QueueStats)
class QueueStats:
    queued: int = strawberry.field(description="Downloads that wait for a worker, or for a broadcast to begin.")
    running: int = strawberry.field(description="Downloads that are being made.")
    retry_waiting: int = strawberry.field(description="Downloads that failed and are tried again later.")
    failed24h: int = strawberry.field(description="Downloads that failed for good in the last 24 hours.")
    completed24h: int = strawberry.field(description="Downloads that were completed in the last 24 hours.")
    workers: int = strawberry.field(description="Workers that are alive.")
    workers_busy: int = strawberry.field(description="Workers that do something now.")
    bytes_per_second: float = strawberry.field(description="Over all running downloads, as last written down.")


@strawberry.type(description="How many downloads are in a state.")
@backed_by(records.DownloadCount)
class DownloadCount:
    status: enums.DownloadStatus = strawberry.field(description="The state.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="What became of downloads on one day (UTC).")
@backed_by(records.DownloadDay)
class DownloadDay:
    day: date = strawberry.field(description="The day.")
    completed: int = strawberry.field(description="Downloads that were completed.")
    failed: int = strawberry.field(description="Downloads that failed for good, or until somebody retried them.")
    bytes: BigInt = strawberry.field(description="The size of those completed.")


@strawberry.type(description="What files of one kind take.")
@backed_by(records.StorageUsage)
class StorageUsage:
    kind: enums.FileKind = strawberry.field(description="The kind.")
    files: int = strawberry.field(description="How many.")
    bytes: BigInt = strawberry.field(description="Together.")


@strawberry.type(description="What the files of one person take.")
@backed_by(records.UserStorage)
class UserStorageUsage:
    user: User | None = related("users", key="user_id", description="The person.")
    files: int = strawberry.field(description="How many.")
    bytes: BigInt = strawberry.field(description="Together.")


async def _by_user(info: Info) -> Any:
    actor = info.context.actor
    return await info.context.services.dashboard.storage_by_user(actor) if actor.may(Permission.ADMIN) else None


@strawberry.type(description="What is stored, and how much fits yet.")
@backed_by(records.StorageStats)
class StorageStats:
    used_bytes: BigInt = strawberry.field(description="All files together.")
    free_bytes: BigInt = strawberry.field(description="What the disk of the data folder has left.")
    by_kind: list[StorageUsage] = strawberry.field(description="By kind of file, the largest first.")
    by_user: list[UserStorageUsage] | None = strawberry.field(
        resolver=_by_user, description="By person, whoever has the most first, 100 at most. ADMIN."
    )


def _viewer(info: Info) -> Any:
    return info.context.loaders.users.load(info.context.actor.require_user())


def _services(info: Info) -> Any:
    return info.context.services.services_health.list_services(info.context.actor)


def _queue(info: Info) -> Any:
    return info.context.services.dashboard.queue(info.context.actor)


def _storage(info: Info) -> Any:
    return info.context.services.dashboard.storage(info.context.actor)


def _counts(info: Info) -> Any:
    return info.context.services.dashboard.download_counts(info.context.actor)


def _active(info: Info, first: Annotated[int, strawberry.argument(description="How many, 1 to 100.")] = 10) -> Any:
    return info.context.services.dashboard.active_downloads(info.context.actor, page_args(first, None))


def _plex_libraries(info: Info) -> Any:
    return info.context.services.plex.list_libraries(info.context.actor)


def _recent(info: Info, first: Annotated[int, strawberry.argument(description="How many, 1 to 100.")] = 10) -> Any:
    newest_first = MediaRequestQuery()
    return info.context.services.media_requests.list_visible(info.context.actor, newest_first, page_args(first, None))


async def _pending(info: Info) -> Any:
    actor, requests = info.context.actor, info.context.services.media_requests
    return await requests.count_pending(actor) if actor.may(Permission.MANAGE_REQUESTS) else None


async def _online(info: Info) -> Any:
    if not info.context.actor.may(Permission.MANAGE_USERS):
        return None
    here = await info.context.services.presence.all(MAX_PAGE)
    return here and [user for user in await info.context.loaders.users.load_many(here) if user is not None]


def _unread(info: Info) -> Any:
    return info.context.services.notifications.count_unread(info.context.actor)


@strawberry.type(description="Everything a home page needs. Take `streamCursor` with it, and go on with the stream.")
class Dashboard:
    viewer: User = strawberry.field(resolver=_viewer, description="Whose home page it is.")
    services: list[Service] = strawberry.field(resolver=_services, description="The parts of the server.")
    queue: QueueStats = strawberry.field(resolver=_queue, description="How busy the queue is.")
    storage: StorageStats | None = strawberry.field(resolver=_storage, description="What is stored. MANAGE_SERVICES.")
    download_counts: list[DownloadCount] = strawberry.field(
        resolver=_counts,
        description="Downloads by state, at most a second old: one's own; everybody's with MANAGE_DOWNLOADS.",
    )
    active_downloads: Connection[Download] = strawberry.field(
        resolver=_active,
        description="What is unfinished, oldest first. One's own; everybody's with MANAGE_DOWNLOADS.",
    )
    plex_libraries: list[PlexLibrary] | None = strawberry.field(
        resolver=_plex_libraries, description="The Plex server's libraries, as they were last read. MANAGE_SERVICES."
    )
    recent_requests: Connection[MediaRequest] = strawberry.field(
        resolver=_recent,
        description="The newest requests: one's own, and everybody's for such titles as the viewer may ask for.",
    )
    pending_approvals: int | None = strawberry.field(
        resolver=_pending, description="How many requests wait for a decision. MANAGE_REQUESTS."
    )
    online_users: list[User] | None = strawberry.field(
        resolver=_online,
        description="Who is here now, whoever did something last first, 100 at most; null while nobody can tell. "
        "MANAGE_USERS.",
    )
    unread_notifications: int = strawberry.field(resolver=_unread, description="How many are unread.")
    generated_at: datetime = strawberry.field(
        default_factory=lambda: datetime.now(UTC), description="When this was put together."
    )


@strawberry.type(description="The queue moved: computed, sent at most once a second, no cursor.")
@backed_by(stream_items.QueueChange)
class QueueChanged:
    queue: QueueStats = strawberry.field(description="How busy it is now.")


DashboardStreamItem = Annotated[
    DownloadChanged
    | DownloadTick
    | MediaRequestChanged
    | NotificationReceived
    | NotificationsRead
    | ServiceChanged
    | QueueChanged
    | StreamReset,
    strawberry.union(name="DashboardStreamItem", description="What the `dashboard` subscription sends."),
]


def _items(root: Any) -> Any:
    return root.items


@strawberry.type(description="What a stream would have sent.")
@backed_by(streams.Changes)
class StreamPage:
    items: list[DashboardStreamItem] = strawberry.field(resolver=_items, description="In the order of the stream.")
    cursor: Cursor = strawberry.field(
        resolver=lambda root: cast("Any", root).position, description="Pass it as `after` to go on."
    )
    has_more: bool = strawberry.field(description="Whether there is more already; otherwise ask again in a while.")


@strawberry.input(description="Which read model to make anew.")
class ReplayEventsInput:
    projection: enums.ProjectionName = strawberry.field(description="The read model.")
    from_: Cursor | None = strawberry.field(
        name="from",
        default=strawberry.UNSET,
        description="Only for DOWNLOAD_ANALYTICS: the days up to this event's stay as they are.",
    )


@strawberry.type(description="What was replayed, or why nothing was.")
class ReplayPayload(Payload):
    replayed: int = strawberry.field(default=0, description="How many events were taken in.")
