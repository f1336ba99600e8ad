"""Downloads, their profiles, and the stream of their changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from models import downloads as rows
from models import progress as records
from models import publications
from models.errors import ValidationError
from schema import enums
from schema.context import Info
from schema.errors import Payload, UserError, user_error
from schema.events import TimelineConnection, story
from schema.files import StoredFile
from schema.inputs import given
from schema.node import Node, backed_by, key_of, node, to_global_id
from schema.related import related
from schema.scalars import URL, BigInt
from schema.streams import StreamEvent, StreamReset
from schema.users import User
from services import downloads as services
from services import stream_items as streams


@node(rows.DownloadProfile, loader="download_profiles", description="A named way of downloading.")
class DownloadProfile(Node):
    name: str = strawberry.field(description="What it is called.")
    kind: enums.MediaKind = strawberry.field(description="Video, or sound alone.")
    max_height: int | None = strawberry.field(description="No picture higher than this, in pixels; null: the best.")
    container: str | None = strawberry.field(description="The file format of a video; null: as the site has it.")
    audio_format: str | None = strawberry.field(description="The format of sound alone; null: as the site has it.")
    subtitle_languages: list[str] = strawberry.field(description="Languages of subtitles to fetch.")
    auto_subtitles: bool = strawberry.field(description="Whether subtitles made by a machine will do.")
    embed_subtitles: bool = strawberry.field(description="Whether subtitles also go into the video file.")
    output_template: str = strawberry.field(description="How files are named in the library.")
    plex_section_id: str | None = strawberry.field(
        description="The library of Plex that downloads go into, as `plexLibraries` names it; null: none."
    )
    collection: str | None = strawberry.field(description="The collection there that they are put into.")
    is_default: bool = strawberry.field(description="Whether it is used when none is named.")


@strawberry.type(description="How far a download is. The percentage never falls.")
@backed_by(records.Progress)
class DownloadProgress:
    percent: float = strawberry.field(description="0 to 100 over all streams and the work after them.")
    downloaded_bytes: BigInt = strawberry.field(description="Summed over all streams.")
    total_bytes: BigInt | None = strawberry.field(description="As far as the site says.")
    speed_bps: float | None = strawberry.field(description="Bytes per second at this moment.")
    eta_seconds: int | None = strawberry.field(description="Seconds to go, as far as one can tell.")
    updated_at: datetime | None = strawberry.field(description="When this was measured.")


@strawberry.type(description="Why a download failed, or waits for its next attempt.")
@backed_by(rows.DownloadFailure)
class DownloadError:
    code: enums.DownloadErrorCode = strawberry.field(description="The kind of failure, for programs.")
    message: str = strawberry.field(description="What happened, for people.")
    retryable: bool = strawberry.field(description="Whether trying again can help.")
    hint: str | None = strawberry.field(description="What helps, where something does.")


@strawberry.type(description="What the viewer can do with a download now.")
class DownloadActions:
    cancel: bool = strawberry.field(description="CANCEL in `controlDownloads`.")
    retry: bool = strawberry.field(description="RETRY in `controlDownloads`.")


def _progress(root: Any, info: Info) -> Any:
    """Ticks tell while it runs; before and after, a late one must not contradict the row."""
    if root.status is not enums.DownloadStatus.RUNNING:
        return records.Progress.of(root)
    return info.context.loaders.download_progress.load(root.id)


@strawberry.type(description="A download's way into a library of Plex.")
@backed_by(publications.PlexPublication)
class PlexPublication:
    state: enums.PublishState = strawberry.field(
        description="How far it is. PARTIAL: it can be watched, and something around it is missing. NONE: it stays out."
    )
    section_id: str | None = strawberry.field(description="The library, as `plexLibraries` names it.")
    rating_key: str | None = strawberry.field(description="What Plex calls it by, once it is there.")
    url: URL | None = strawberry.field(description="Where people of the Plex server watch it.")
    scanned: bool = strawberry.field(description="Whether Plex was asked to look for it.")
    collection_done: bool = strawberry.field(description="Whether it is in its collection, or belongs into none.")
    metadata_done: bool = strawberry.field(description="Whether it has its title and description.")
    thumbnail_done: bool = strawberry.field(description="Whether it has its poster, or there is none.")
    last_error: str | None = strawberry.field(description="What is wrong, for people; null when nothing is.")


async def _plex(root: Any, info: Info) -> Any:
    """There is one at most."""
    return next(iter(await info.context.loaders.publications.load(root.id)), None)


def _viewer_can(root: Any, info: Info) -> DownloadActions:
    allowed = services.allowed_actions(root, info.context.actor)
    return DownloadActions(
        cancel=services.DownloadAction.CANCEL in allowed, retry=services.DownloadAction.RETRY in allowed
    )


@node(
    rows.Download,
    loader="downloads",
    description="A video from another site, on its way here. Its owner, and MANAGE_DOWNLOADS.",
)
class Download(Node):
    url: URL = strawberry.field(description="The address as it was pasted.")
    canonical_url: URL = strawberry.field(description="The site's own address of the video, once known.")
    title: str | None = strawberry.field(description="Known once the site has answered.")
    uploader: str | None = strawberry.field(description="Who put it online.")
    thumbnail_url: URL | None = strawberry.field(description="A picture of it, at the site.")
    duration_seconds: int | None = strawberry.field(description="How long it plays.")
    status: enums.DownloadStatus = strawberry.field(description="How far it got.")
    stage: enums.DownloadStage | None = strawberry.field(description="The step it is at; null unless RUNNING.")
    queue_position: int | None = related(
        "queue_positions", key="id", description="1 is next; null unless it waits in the queue."
    )
    progress: DownloadProgress = strawberry.field(resolver=_progress, description="Live while it runs.")
    attempt: int = strawberry.field(description="Which attempt this is, or the last one was; 0 before the first.")
    max_attempts: int = strawberry.field(description="After how many attempts it gives up.")
    next_attempt_at: datetime | None = strawberry.field(description="When RETRY_WAIT or SCHEDULED goes on.")
    error: DownloadError | None = strawberry.field(description="Why it failed, or waits.")
    profile: DownloadProfile | None = related(
        "download_profiles", key="profile_id", description="How it is made; null once the profile is deleted."
    )
    requested_by: User | None = related("users", key="owner_id", description="Who asked for it.")
    files: list[StoredFile] = related(
        "files_by_download", key="id", description="What came of it, the video or audio first."
    )
    plex: PlexPublication | None = strawberry.field(
        resolver=_plex, description="Its way into Plex; null when its profile names no library there."
    )
    timeline: TimelineConnection | None = strawberry.field(
        resolver=story, description="What happened to it, the newest first."
    )
    viewer_can: DownloadActions = strawberry.field(
        resolver=_viewer_can, description="Which buttons to show: decided here, not in every front end again."
    )
    version: int = strawberry.field(description="Grows with every change.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    started_at: datetime | None = strawberry.field(description="When the first attempt began.")
    finished_at: datetime | None = strawberry.field(description="When it ended, well or not.")


@strawberry.input(description="Which downloads to list.")
class DownloadFilter:
    status: list[enums.DownloadStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="In one of these states."
    )
    requested_by: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Asked for by this user."
    )
    search: str | None = strawberry.field(default=strawberry.UNSET, description="Part of the title or the address.")
    error_code: list[enums.DownloadErrorCode] | None = strawberry.field(
        default=strawberry.UNSET, description="Failed for one of these reasons."
    )


@strawberry.input(description="What comes first.")
class DownloadOrder:
    field: enums.DownloadSort = strawberry.field(default=enums.DownloadSort.QUEUE, description="What to sort by.")
    direction: enums.OrderDirection = strawberry.field(default=enums.OrderDirection.ASC, description="Which end first.")


def to_query(filter_: DownloadFilter | None, order: DownloadOrder | None) -> services.DownloadQuery:
    """Raises ValidationError for an ID that is none."""
    filter_, order = filter_ or DownloadFilter(), order or DownloadOrder()
    owner = given(filter_.requested_by)
    return services.DownloadQuery(
        status=given(filter_.status),
        requested_by=None if owner is None else key_of(User, owner, path=("filter", "requestedBy")),
        search=given(filter_.search),
        error_code=given(filter_.error_code),
        sort=order.field,
        descending=order.direction is enums.OrderDirection.DESC,
    )


@strawberry.input(description="A link to fetch.")
class QueueDownloadInput:
    url: URL = strawberry.field(description="The page or file, as one pastes it from the browser.")
    profile: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="How to make it; the default profile when left out."
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Any text, up to 128 characters: within a week the same call with the same key is done once.",
    )

    def to_command(self) -> services.QueueDownload:
        profile = given(self.profile)
        return services.QueueDownload(
            url=self.url,
            profile_id=None if profile is None else key_of(DownloadProfile, profile, path=("profile",)),
            idempotency_key=given(self.idempotency_key),
        )


@strawberry.input(description="One action on up to 100 downloads, each decided by itself.")
class ControlDownloadsInput:
    ids: list[strawberry.ID] = strawberry.field(description="Which downloads.")
    action: enums.DownloadAction = strawberry.field(description="What to do with them.")


@strawberry.type(description="The queued download, or why there is none.")
class DownloadPayload(Payload):
    download: Download | None = strawberry.field(default=None, description="The download.")


@strawberry.type(description="What became of one of several.")
class ItemResult:
    id: strawberry.ID = strawberry.field(description="The ID as it was given.")
    ok: bool = strawberry.field(description="Whether it was done.")
    error: UserError | None = strawberry.field(description="Why not.")


@strawberry.type(description="What became of each download.")
class DownloadsPayload(Payload):
    downloads: list[Download] = strawberry.field(
        default_factory=list, description="Those that changed, in their new state."
    )
    results: list[ItemResult] = strawberry.field(
        default_factory=list, description="One for each different ID, in the order given."
    )


def asked_for(ids: Sequence[str]) -> dict[UUID | ValidationError, str]:
    """The text of each different ID under its key, or under the error that it is none."""
    found: dict[UUID | ValidationError, str] = {}
    for text in dict.fromkeys(ids):
        try:
            found.setdefault(key_of(Download, text, path=("ids",)), text)
        except ValidationError as error:
            found[error] = text
    return found


def present_controlled(
    asked: Mapping[UUID | ValidationError, str], results: Sequence[services.Controlled]
) -> dict[str, Any]:
    return {
        "downloads": [result.download for result in results if result.download],
        "results": [
            ItemResult(
                id=strawberry.ID(asked[result.id]),
                ok=result.error is None,
                error=user_error(result.error) if result.error else None,
            )
            for result in results
        ],
    }


def _as_of_then(root: Any, info: Info) -> Any:
    """The download of that moment: its progress too, whatever the latest tick says by now."""
    info.context.loaders.download_progress.prime(root.download.id, records.Progress.of(root.download))
    return root.download


@strawberry.type(description="A download was queued, or is in a new state. Its owner, and MANAGE_DOWNLOADS.")
@backed_by(streams.DownloadChange)
class DownloadChanged(StreamEvent):
    download: Download = strawberry.field(resolver=_as_of_then, description="As it was at `cursor`.")
    previous_status: enums.DownloadStatus | None = strawberry.field(
        description="The state before; null where only its data changed, and at the beginning of a stream."
    )


def _download_id(root: Any) -> Any:
    return to_global_id(Download.__name__, root.download_id)


@strawberry.type(description="Progress: never stored, the latest counts, no cursor.")
@backed_by(records.Tick)
class DownloadTick:
    download_id: strawberry.ID = strawberry.field(resolver=_download_id, description="Which download.")
    progress: DownloadProgress = strawberry.field(description="How far it is.")
    stage: enums.DownloadStage | None = strawberry.field(description="The step it is at.")


DownloadStreamItem = Annotated[
    DownloadChanged | DownloadTick | StreamReset,
    strawberry.union(name="DownloadStreamItem", description="What the `downloads` subscription sends."),
]
