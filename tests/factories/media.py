"""Titles and requests for them, in any state."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from models.media import MediaItem, MediaType, media_key
from models.media_requests import MediaRequest, RequestedSeason
from models.states import MediaRequestStatus

_numbers = count(1000)


async def make_item(kind: MediaType = MediaType.MOVIE, **columns: Any) -> MediaItem:
    tmdb_id = columns.pop("tmdb_id", next(_numbers))
    values: dict[str, Any] = {"title": f"Title {tmdb_id}", "year": 1927}
    return await MediaItem.create(id=media_key(kind, tmdb_id), media_type=kind, tmdb_id=tmdb_id, **values | columns)


async def make_request(
    status: MediaRequestStatus = MediaRequestStatus.PENDING,
    *,
    item: MediaItem | None = None,
    seasons: Sequence[int] = (),
    **columns: Any,
) -> MediaRequest:
    """For a film, or for `seasons` of a series."""
    item = item or await make_item(MediaType.TV if seasons else MediaType.MOVIE)
    request = await MediaRequest.create(
        media_id=item.id, media_type=item.media_type, title=item.title, status=status, **columns
    )
    for number in seasons:
        await RequestedSeason.create(
            request_id=request.id, media_id=item.id, is_4k=request.is_4k, number=number, status=status
        )
    return request


async def season_states(request: MediaRequest) -> dict[int, MediaRequestStatus]:
    return {row.number: row.status for row in await RequestedSeason.filter(request_id=request.id).order_by("number")}
