"""What Seerr's words come to here, as pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from integrations.seerr.base import MediaState, RequestState, SeerrCopy, SeerrFetch, SeerrMedia, SeerrRequest, TitleKind
from models.media import Availability, MediaType, media_key
from models.states import MediaRequestStatus

_S = MediaRequestStatus
KINDS: Mapping[TitleKind, MediaType] = {TitleKind.MOVIE: MediaType.MOVIE, TitleKind.TV: MediaType.TV}
TITLE_KINDS: Mapping[MediaType, TitleKind] = {kind: theirs for theirs, kind in KINDS.items()}
_SEASONS: Mapping[MediaState, MediaRequestStatus] = {
    MediaState.PROCESSING: _S.PROCESSING,
    MediaState.PARTIALLY_AVAILABLE: _S.PARTIALLY_AVAILABLE,
    MediaState.AVAILABLE: _S.COMPLETED,
}
_BY_STATE: Mapping[RequestState, tuple[MediaRequestStatus, str | None]] = {
    RequestState.COMPLETED: (_S.COMPLETED, None),
    RequestState.DECLINED: (_S.DECLINED, "It was declined in Seerr."),
    RequestState.FAILED: (_S.FAILED, "Seerr could not hand it on to Radarr or Sonarr."),
}
_NOTICEABLE_PERCENT = 1.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a request has come; `seasons` are those that say something of their own."""

    status: MediaRequestStatus
    reason: str | None
    seasons: Mapping[int, MediaRequestStatus]


def key_of_title(media: SeerrMedia) -> UUID:
    """Raises ValueError for a number that TMDB cannot have."""
    return media_key(KINDS[media.kind], media.tmdb_id)


def availability(state: MediaState) -> Availability:
    return Availability(state.value)


def standing(request: SeerrRequest, numbers: Iterable[int]) -> Standing:
    """Of the request that asks for the seasons `numbers`, none for a film.

    A series as a whole may be called available while a season of this request is not, and Overseerr never calls a
    request completed: the seasons decide.
    """
    media = dict(request.copy.seasons)
    own = dict(request.seasons)
    seasons: dict[int, MediaRequestStatus] = {}
    for number in numbers:
        if own.get(number) is RequestState.COMPLETED:
            seasons[number] = _S.COMPLETED
        elif found := _SEASONS.get(media.get(number, MediaState.UNKNOWN)):
            seasons[number] = found
    if request.state in _BY_STATE:
        return Standing(*_BY_STATE[request.state], seasons)
    if request.copy.state is MediaState.BLOCKLISTED:
        return Standing(_S.FAILED, "It is on the blocklist of Seerr.", seasons)
    return Standing(_whole(request.copy.state, set(numbers), seasons), None, seasons)


def _whole(state: MediaState, numbers: set[int], seasons: Mapping[int, MediaRequestStatus]) -> MediaRequestStatus:
    if not numbers:
        return _SEASONS.get(state, _S.SUBMITTED)
    said = {seasons.get(number, _S.SUBMITTED) for number in numbers}
    if said == {_S.COMPLETED}:
        return _S.COMPLETED
    if said & {_S.COMPLETED, _S.PARTIALLY_AVAILABLE}:
        return _S.PARTIALLY_AVAILABLE
    is_under_way = _S.PROCESSING in said or state in {MediaState.PROCESSING, MediaState.PARTIALLY_AVAILABLE}
    return _S.PROCESSING if is_under_way else _S.SUBMITTED


def progress(copy: SeerrCopy, numbers: Iterable[int]) -> dict[str, Any] | None:
    """What Radarr or Sonarr is fetching of it, as a row keeps it; None when nothing is."""
    wanted = set(numbers)
    fetches = [fetch for fetch in copy.fetches if not wanted or fetch.season is None or fetch.season in wanted]
    if not fetches:
        return None
    known = [fetch.percent for fetch in fetches if fetch.percent is not None]
    etas = [fetch.eta_at for fetch in fetches if fetch.eta_at is not None]
    return {
        "percent": round(sum(known) / len(fetches), 1) if known else None,
        "eta_at": _iso(max(etas, default=None)),
        "items": [_item(fetch) for fetch in fetches],
    }


def is_news(before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> bool:
    """Whether people would notice the difference."""
    if before is None or now is None:
        return before is not now
    if [_gist(item) for item in before["items"]] != [_gist(item) for item in now["items"]]:
        return True
    percents = before["percent"], now["percent"]
    if None in percents:
        return percents[0] is not percents[1]
    return bool(abs(percents[0] - percents[1]) >= _NOTICEABLE_PERCENT)


def _gist(item: Mapping[str, Any]) -> tuple[Any, ...]:
    return item["title"], item["status"], item["season"], item["episode"]


def _item(fetch: SeerrFetch) -> dict[str, Any]:
    return asdict(fetch) | {"eta_at": _iso(fetch.eta_at)}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
