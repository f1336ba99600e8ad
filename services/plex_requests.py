"""Requests whose title Plex has by now are done, also while Seerr says nothing."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from tortoise.expressions import Q

from models.actor import SYSTEM
from models.media import Availability, MediaItem, MediaSeason
from models.media_requests import MediaRequest, RequestedSeason
from models.states import AT_SEERR, MediaRequestStatus
from services.media_request_moves import advance, amend
from services.work import UnitOfWork

_S = MediaRequestStatus
_THERE = [Availability.AVAILABLE, Availability.PARTIALLY_AVAILABLE]
_WAITING = sorted(AT_SEERR | {_S.FAILED})


async def complete_waiting(work: UnitOfWork) -> None:
    """Move on each request that waits for what is there."""
    is_there = Q(is_4k=False, media__plex_status__in=_THERE) | Q(is_4k=True, media__plex_status_4k__in=_THERE)
    requests = await MediaRequest.filter(is_there, status__in=_WAITING).select_related("media").order_by("id")
    asked, found = await _asked(requests), await _found(requests)
    for request in requests:
        here = _whole_seasons(request, request.media, found[request.media_id])
        wanted = asked[request.id]
        if not wanted:
            is_whole = _status(request, request.media) is Availability.AVAILABLE
            target = _S.COMPLETED if is_whole else None
        else:
            target = _S.COMPLETED if wanted <= here else _S.PARTIALLY_AVAILABLE if wanted & here else None
        if target is not None:
            await _move(work, request, target, dict.fromkeys(sorted(wanted & here), _S.COMPLETED))


async def _move(
    work: UnitOfWork, request: MediaRequest, target: MediaRequestStatus, seasons: Mapping[int, MediaRequestStatus]
) -> None:
    async with work.begin(SYSTEM) as transaction:
        if request.status is target:
            await amend(transaction, request.id, seasons=seasons)
        else:
            await advance(transaction, request.id, target, seasons=seasons)


def _status(request: MediaRequest, row: MediaItem | MediaSeason) -> Availability | None:
    return row.plex_status_4k if request.is_4k else row.plex_status


def _whole_seasons(request: MediaRequest, item: MediaItem, seasons: list[MediaSeason]) -> set[int]:
    """Only seasons of known length: of any other one episode would look like the whole."""
    known = item.known_title
    lengths = {season.number: season.episode_count for season in (known and known.seasons) or ()}
    return {
        season.number
        for season in seasons
        if lengths.get(season.number) and _status(request, season) is Availability.AVAILABLE
    }


async def _asked(requests: list[MediaRequest]) -> Mapping[UUID, set[int]]:
    asked: defaultdict[UUID, set[int]] = defaultdict(set)
    for season in await RequestedSeason.filter(request_id__in=[request.id for request in requests]):
        asked[season.request_id].add(season.number)
    return asked


async def _found(requests: list[MediaRequest]) -> Mapping[UUID, list[MediaSeason]]:
    found: defaultdict[UUID, list[MediaSeason]] = defaultdict(list)
    for season in await MediaSeason.filter(media_id__in={request.media_id for request in requests}):
        found[season.media_id].append(season)
    return found
