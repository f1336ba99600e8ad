"""Stands in for Seerr where none is set up: whatever is asked for arrives within seconds, and nothing is fetched."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from integrations.seerr.base import (
    MediaState,
    Product,
    RequestState,
    SeerrCopy,
    SeerrFetch,
    SeerrMedia,
    SeerrNotFoundError,
    SeerrPage,
    SeerrRequest,
    SeerrUser,
    TitleKind,
    Wanted,
    Webhook,
)

SECONDS = 12
"""From the asking to the watching."""
_STARTS_AFTER_SECONDS = 2
_CYCLE_SECONDS = 1 << 7
_FOLD = 1 << 22
_FAR_TITLES = 900_000_000
"""Where the numbers of a demo catalogue begin; TMDB's own are far below."""
_NO_WEBHOOKS = "A demo stands in for Seerr, and sends no webhooks."


class DemoSeerr:
    """Keeps nothing: the number of a request says what was asked for and when, so that all processes agree on it.

    The moment is kept modulo some two minutes. By then everybody has heard that it arrived.
    """

    breaker = None

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock

    async def product(self) -> Product:
        return Product.SEERR

    async def create_request(self, wanted: Wanted) -> SeerrRequest | None:
        kind, moment = int(wanted.kind is TitleKind.TV), int(self._clock()) % _CYCLE_SECONDS
        title = (wanted.tmdb_id % _FOLD) << 2 | kind << 1 | int(wanted.is_4k)
        return self._request(title * _CYCLE_SECONDS + moment)

    async def get_request(self, request_id: int) -> SeerrRequest:
        return self._request(request_id)

    async def approve_request(self, _request_id: int) -> None:
        pass

    async def retry_request(self, _request_id: int) -> None:
        pass

    async def delete_request(self, _request_id: int) -> None:
        pass

    async def count_requests(self) -> int:
        return 0

    async def list_requests(self, _skip: int = 0) -> SeerrPage[SeerrRequest]:
        return SeerrPage((), 0)

    async def list_media(self, _skip: int = 0) -> SeerrPage[SeerrMedia]:
        return SeerrPage((), 0)

    async def list_users(self, _skip: int = 0) -> SeerrPage[SeerrUser]:
        return SeerrPage((), 0)

    async def get_webhook(self) -> Webhook:
        raise SeerrNotFoundError("Seerr", _NO_WEBHOOKS)

    async def set_webhook(self, _webhook: Webhook) -> None:
        raise SeerrNotFoundError("Seerr", _NO_WEBHOOKS)

    def _request(self, number: int) -> SeerrRequest:
        title, moment = divmod(number, _CYCLE_SECONDS)
        age = (self._clock() - moment) % _CYCLE_SECONDS
        is_4k, kind, copy = bool(title & 1), TitleKind.TV if title & 2 else TitleKind.MOVIE, _copy(age)
        media = SeerrMedia(kind, _unfolded(title >> 2), usual=copy, in_4k=copy if is_4k else SeerrCopy())
        state = RequestState.COMPLETED if age >= SECONDS else RequestState.APPROVED
        return SeerrRequest(number, state, is_4k, media)


def _unfolded(number: int) -> int:
    """The number of the title, of which the request's own has room for the last bits."""
    lowest = _FAR_TITLES % _FOLD
    return number if number < lowest else number - lowest + _FAR_TITLES


def _copy(age: float) -> SeerrCopy:
    if age < _STARTS_AFTER_SECONDS:
        return SeerrCopy(MediaState.PENDING)
    if age >= SECONDS:
        return SeerrCopy(MediaState.AVAILABLE)
    done = (age - _STARTS_AFTER_SECONDS) / (SECONDS - _STARTS_AFTER_SECONDS)
    eta_at = datetime.fromtimestamp(time.time() + SECONDS - age, UTC)
    fetch = SeerrFetch("A demo", "downloading", round(100 * done, 1), eta_at)
    return SeerrCopy(MediaState.PROCESSING, fetches=(fetch,))
