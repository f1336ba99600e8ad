"""Media requests, and the stream of their changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from inspect import isawaitable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from dataloaders.media_requests import Followers, Following
from models import fetching
from models import media_requests as rows
from models import requestability as records
from models.paging import Page, key_in
from models.paging import PageInfo as Place
from models.states import AT_SEERR
from schema import enums
from schema.connections import After, Connection, First, page_args
from schema.context import Info
from schema.events import TimelineConnection, story
from schema.media import Media
from schema.node import Node, backed_by, node
from schema.quotas import Quota
from schema.related import related
from schema.streams import StreamEvent, StreamReset
from schema.users import User
from services import media_request_decisions as services
from services import stream_items as streams

_NOWHERE = Place(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)
_TOLD = "Whoever asked, those who follow, and MANAGE_REQUESTS."


async def _follows(root: rows.MediaRequest, info: Info) -> bool:
    user_id = info.context.actor.user_id
    return user_id is not None and await info.context.loaders.followings.load(Following(root.id, user_id))


async def _knows(root: rows.MediaRequest, info: Info) -> bool:
    return root.can_see_private(info.context.actor) or await _follows(root, info)


def _private(read: Callable[[rows.MediaRequest, Info], Any], description: str) -> Any:
    """Null, without an error, for everybody else."""

    async def resolve(root: Any, info: Info) -> Any:
        value = read(root, info) if await _knows(root, info) else None
        return await value if isawaitable(value) else value

    return strawberry.field(resolver=resolve, description=f"{description} {_TOLD}")


def _person(key: str) -> Callable[[rows.MediaRequest, Info], Any]:
    def read(root: rows.MediaRequest, info: Info) -> Any:
        user_id = getattr(root, key)
        return None if user_id is None else info.context.loaders.users.load(user_id)

    return read


@strawberry.type(description="One season of a request, with its own state.")
@backed_by(rows.RequestedSeason)
class RequestedSeason:
    number: int = strawberry.field(description="Which one; 0 are the specials.")
    status: enums.MediaRequestStatus = strawberry.field(description="How far it got.")


@strawberry.type(description="How the request is handed over to those who fetch it.")
class Submission:
    attempts: int = strawberry.field(description="How often it was tried, as far as the end of it is known.")
    last_attempt_at: datetime | None = strawberry.field(description="When it was last tried.")
    next_attempt_at: datetime | None = strawberry.field(description="When it is tried next; null once it is done.")
    last_error: str | None = strawberry.field(description="Why the last attempt failed.")


@strawberry.type(description="A file or an episode that is being fetched.")
@backed_by(fetching.FetchItem)
class MediaRequestProgressItem:
    title: str = strawberry.field(description="What it is called where it comes from.")
    percent: float | None = strawberry.field(description="0 to 100; null while nobody knows how big it is.")
    status: str = strawberry.field(description="What is done with it, in the words of the program that fetches it.")
    eta_at: datetime | None = strawberry.field(description="When it should be there.")
    season: int | None = strawberry.field(description="Its season.")
    episode: int | None = strawberry.field(description="Its episode.")


@strawberry.type(description="How far those who fetch it have come.")
@backed_by(fetching.Fetching)
class MediaRequestProgress:
    percent: float | None = strawberry.field(description="0 to 100 over all of it, as far as one can tell.")
    eta_at: datetime | None = strawberry.field(description="When all of it should be there.")
    source: enums.ServiceKind = strawberry.field(description="Who says so.")
    items: list[MediaRequestProgressItem] = strawberry.field(description="What is being fetched.")


@strawberry.type(description="What the viewer can do with a request now.")
class MediaRequestActions:
    approve: bool = strawberry.field(description="APPROVE in `decideMediaRequest`.")
    decline: bool = strawberry.field(description="DECLINE in `decideMediaRequest`.")
    cancel: bool = strawberry.field(description="`cancelMediaRequest`.")
    retry: bool = strawberry.field(description="`retryMediaRequest`.")


def _submission(root: rows.MediaRequest, _info: Info) -> Submission | None:
    if root.last_attempt_at is None and root.next_attempt_at is None:
        return None
    return Submission(
        attempts=root.submission_attempts,
        last_attempt_at=root.last_attempt_at,
        next_attempt_at=root.next_attempt_at,
        last_error=root.last_error,
    )


def _note(root: Any, info: Info) -> Any:
    return root.note if root.can_see_private(info.context.actor) else None


def _progress(root: Any) -> Any:
    return fetching.Fetching.of(root.progress) if root.progress and root.status in AT_SEERR else None


def _viewer_can(root: Any, info: Info) -> MediaRequestActions:
    allowed = services.allowed_actions(root, info.context.actor)
    return MediaRequestActions(**{action.value.lower(): action in allowed for action in services.MediaRequestAction})


async def _followers(root: Any, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET) -> Any:
    page, loaders = page_args(first, after), info.context.loaders
    beyond = key_in(page.after) or UUID(int=0)
    found: Page[Any] = Page([], _NOWHERE)
    if await _knows(root, info):
        found = await loaders.followers.load(Followers(root.id, page.size, beyond))
    return replace(found, count=lambda: loaders.follower_counts.load(root.id))


async def _timeline(root: Any, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET) -> Any:
    return await story(root, info, first, after) if await _knows(root, info) else None


@node(
    rows.MediaRequest,
    loader="media_requests",
    description="Somebody's wish for a film, or for seasons of a series. Whoever asked sees it, and all who may ask "
    "for that kind of title. Signed-in people.",
)
class MediaRequest(Node):
    media: Media = related("titles", key="media_id", description="The title that is asked for.")
    seasons: list[RequestedSeason] = related(
        "requested_seasons", key="id", description="Which seasons of it; none of a film."
    )
    is_4k: bool = strawberry.field(description="Whether it is the copy in 4K.")
    status: enums.MediaRequestStatus = strawberry.field(description="How far it got.")
    status_reason: str | None = _private(lambda root, _: root.status_reason, "Why it failed.")
    requested_by: User | None = _private(_person("requested_by_id"), "Who asked; null once the account is gone.")
    decided_by: User | None = _private(_person("decided_by_id"), "Who approved or declined it.")
    note: str | None = strawberry.field(
        resolver=_note, description="What the person said who asked. Whoever asked, and MANAGE_REQUESTS."
    )
    decline_reason: str | None = _private(lambda root, _: root.decline_reason, "Why it was declined.")
    followers: Connection[User] = strawberry.field(
        resolver=_followers,
        description="Who wants to be told as well, the first of them first. How many they are all see who see the "
        "request; the page is empty for who may not know `requestedBy`.",
    )
    viewer_is_following: bool = strawberry.field(
        resolver=_follows, description="Whether the viewer is told of it as well."
    )
    seerr_request_id: int | None = _private(
        lambda root, _: root.seerr_request_id, "Its number at Seerr, once Seerr knows of it."
    )
    submission: Submission | None = _private(
        _submission, "How it is handed over to those who fetch it; null before it is approved."
    )
    progress: MediaRequestProgress | None = strawberry.field(
        resolver=_progress, description="How far the fetching is; null while nothing is being fetched."
    )
    timeline: TimelineConnection | None = strawberry.field(
        resolver=_timeline, description=f"What happened to it, the newest first. {_TOLD}"
    )
    viewer_can: MediaRequestActions = strawberry.field(
        resolver=_viewer_can, description="Which buttons to show: decided here, not in every front end again."
    )
    version: int = strawberry.field(description="Grows with every change, but for who follows it.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    completed_at: datetime | None = strawberry.field(description="When all of it could be watched.")


@strawberry.type(description="Whether the viewer can ask for a title now, by the rules of `createMediaRequest`.")
@backed_by(records.Requestability)
class Requestability:
    allowed: bool = strawberry.field(description="Whether to show the button.")
    reason: enums.RequestabilityReason | None = strawberry.field(description="Why not.")
    existing: MediaRequest | None = strawberry.field(description="The request that has it already: it can be followed.")
    quota: Quota | None = strawberry.field(description="The viewer's own for such titles.")
    will_auto_approve: bool = strawberry.field(description="Whether it would need nobody's decision.")


def _as_of_then(root: Any, info: Info) -> Any:
    """The request of that moment, its seasons too."""
    info.context.loaders.requested_seasons.prime(root.request.id, list(root.seasons))
    return root.request


@strawberry.type(
    description="A request was made, is in a new state, or has other followers. Sent to whoever asked, and to all who "
    "may ask for that kind of title."
)
@backed_by(streams.MediaRequestChange)
class MediaRequestChanged(StreamEvent):
    request: MediaRequest = strawberry.field(resolver=_as_of_then, description="As it was at `cursor`.")
    previous_status: enums.MediaRequestStatus | None = strawberry.field(
        description="The state before; null where only its data or its followers changed, and at the beginning of a "
        "stream."
    )


MediaRequestStreamItem = Annotated[
    MediaRequestChanged | StreamReset,
    strawberry.union(name="MediaRequestStreamItem", description="What the `mediaRequests` subscription sends."),
]
