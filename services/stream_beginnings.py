"""How streams of things begin: with the things as they are."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from models.actor import Actor
from models.downloads import Download
from models.errors import NotFoundError
from models.media_requests import MediaRequest, RequestedSeason
from models.states import ACTIVE_MEDIA_REQUESTS, TERMINAL_DOWNLOADS
from services.stream_items import DownloadChange, MediaRequestChange

_MOST = 100

Present = Callable[
    [Actor, frozenset[UUID] | None, int], Awaitable[Sequence[DownloadChange] | Sequence[MediaRequestChange]]
]
"""Those with these ids, or whatever is under way and the actor may see, as of a position. Raises NotFoundError."""


async def present_downloads(actor: Actor, ids: frozenset[UUID] | None, position: int) -> list[DownloadChange]:
    visible = Download.visible_to(actor)
    if ids is None:
        rows = await visible.filter(status__not_in=list(TERMINAL_DOWNLOADS)).order_by("id").limit(_MOST)
    elif len(rows := await visible.filter(id__in=list(ids)).order_by("id")) < len(ids):
        raise NotFoundError("There is no such download.", path=("ids",))
    return [DownloadChange(position, datetime.now(UTC), row) for row in rows]


async def present_media_requests(actor: Actor, ids: frozenset[UUID] | None, position: int) -> list[MediaRequestChange]:
    visible = MediaRequest.visible_to(actor)
    if ids is None:
        rows = await visible.filter(status__in=list(ACTIVE_MEDIA_REQUESTS)).order_by("id").limit(_MOST)
    elif len(rows := await visible.filter(id__in=list(ids)).order_by("id")) < len(ids):
        raise NotFoundError("There is no such request.", path=("ids",))
    seasons: defaultdict[UUID, list[RequestedSeason]] = defaultdict(list)
    for season in await RequestedSeason.filter(request_id__in=[row.id for row in rows]).order_by("number"):
        seasons[season.request_id].append(season)
    return [MediaRequestChange(position, datetime.now(UTC), row, seasons[row.id]) for row in rows]
