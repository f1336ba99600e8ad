"""Overseerr or Seerr: what fetches films and series, as this server needs it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from infra.http.breaker import CircuitBreaker
from infra.http.errors import UpstreamError, UpstreamKeyError

T = TypeVar("T")

PAGE = 100


class Product(StrEnum):
    SEERR = "Seerr"
    OVERSEERR = "Overseerr"


class TitleKind(StrEnum):
    MOVIE = "movie"
    TV = "tv"


class MediaState(StrEnum):
    """The same for both products, whose numbers differ."""

    UNKNOWN = "UNKNOWN"
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    PARTIALLY_AVAILABLE = "PARTIALLY_AVAILABLE"
    AVAILABLE = "AVAILABLE"
    BLOCKLISTED = "BLOCKLISTED"
    DELETED = "DELETED"


class RequestState(StrEnum):
    """Overseerr never says COMPLETED."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    FAILED = "FAILED"
    COMPLETED = "COMPLETED"


class Refusal(StrEnum):
    QUOTA = "QUOTA"
    PERMISSION = "PERMISSION"
    BLOCKLIST = "BLOCKLIST"
    INVALID = "INVALID"


@dataclass(frozen=True, slots=True)
class SeerrFetch:
    """Something that Radarr or Sonarr is fetching. `percent` is None while nobody knows how big it is."""

    title: str
    status: str
    percent: float | None = None
    eta_at: datetime | None = None
    season: int | None = None
    episode: int | None = None


@dataclass(frozen=True, slots=True)
class SeerrCopy:
    """A title in the usual quality, or in 4K. `seasons` are those that Seerr knows of; `fetches` what is under way."""

    state: MediaState = MediaState.UNKNOWN
    seasons: tuple[tuple[int, MediaState], ...] = ()
    fetches: tuple[SeerrFetch, ...] = ()


@dataclass(frozen=True, slots=True)
class SeerrMedia:
    kind: TitleKind
    tmdb_id: int
    tvdb_id: int | None = None
    usual: SeerrCopy = SeerrCopy()
    in_4k: SeerrCopy = SeerrCopy()


@dataclass(frozen=True, slots=True)
class SeerrUser:
    """`permissions` are Seerr's bits."""

    id: int
    username: str
    email: str | None = None
    permissions: int = 0


@dataclass(frozen=True, slots=True)
class SeerrRequest:
    """`seasons` have states of their own; a film has none."""

    id: int
    state: RequestState
    is_4k: bool
    media: SeerrMedia
    seasons: tuple[tuple[int, RequestState], ...] = ()
    requested_by: SeerrUser | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def copy(self) -> SeerrCopy:
        """What it is about."""
        return self.media.in_4k if self.is_4k else self.media.usual


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to ask for. `seasons` is empty for a film only; without `user_id` it is the owner who asks."""

    kind: TitleKind
    tmdb_id: int
    is_4k: bool
    seasons: tuple[int, ...] = ()
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Seerr sends its news. `types` is a sum of bits; `template` the JSON it fills in."""

    url: str
    secret: str
    types: int
    template: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class SeerrPage(Generic[T]):
    items: tuple[T, ...]
    total: int


class SeerrKeyError(UpstreamKeyError):
    """The key is refused: an administrator has to see to it, and it may work later."""


class SeerrRefusedError(UpstreamError):
    """Seerr wants nothing of it, for good. `message` says why in Seerr's words."""

    def __init__(self, service: str, refusal: Refusal, message: str) -> None:
        super().__init__(service, message)
        self.refusal = refusal


class SeerrDuplicateError(UpstreamError):
    """The same is asked for already."""


class SeerrNotFoundError(UpstreamError):
    """It is not there, or not any more."""


class Seerr(Protocol):
    """All methods raise UpstreamError and nothing else."""

    @property
    def breaker(self) -> CircuitBreaker | None:
        """None where nothing can fail."""

    async def product(self) -> Product:
        """Which of the two answers; asks each time, and makes no calls elsewhere."""

    async def create_request(self, wanted: Wanted) -> SeerrRequest | None:
        """None when there was nothing left to ask for. After any other error than the following it may exist.

        Raises SeerrRefusedError, SeerrDuplicateError, SeerrKeyError.
        """

    async def get_request(self, request_id: int, /) -> SeerrRequest:
        """Raises SeerrNotFoundError."""

    async def approve_request(self, request_id: int, /) -> None:
        """What somebody asked for there need not wait any more. Raises SeerrNotFoundError."""

    async def retry_request(self, request_id: int, /) -> None:
        """Hand it to Radarr or Sonarr once more. Raises SeerrNotFoundError."""

    async def delete_request(self, request_id: int, /) -> None:
        """Raises SeerrNotFoundError."""

    async def count_requests(self) -> int:
        """How many there are; cheap there."""

    async def list_requests(self, skip: int = 0, /) -> SeerrPage[SeerrRequest]:
        """The newest first. Expensive there: it asks every Radarr and Sonarr."""

    async def list_media(self, skip: int = 0, /) -> SeerrPage[SeerrMedia]: ...

    async def list_users(self, skip: int = 0, /) -> SeerrPage[SeerrUser]: ...

    async def get_webhook(self) -> Webhook: ...

    async def set_webhook(self, webhook: Webhook, /) -> None: ...


async def every(page: Callable[[int], Awaitable[SeerrPage[T]]]) -> AsyncIterator[T]:
    """Everything on all pages of a list. What moves on to a later page meanwhile may come twice."""
    skip = 0
    while True:
        found = await page(skip)
        for item in found.items:
            yield item
        skip += PAGE
        if not found.items or skip >= found.total:
            return
