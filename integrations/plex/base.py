"""Plex as this server needs it: what is in its libraries, what is put there, and whose accounts may watch it."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from infra.http.breaker import CircuitBreaker
from infra.http.errors import UpstreamKeyError

PAGE = 500
FILMS, SERIES = "movie", "show"


class EntryKind(IntEnum):
    """By Plex's numbers."""

    MOVIE = 1
    SHOW = 2
    EPISODE = 4
    COLLECTION = 18


@dataclass(frozen=True, slots=True)
class PlexIdentity:
    """`machine_id` is the server's for ever, also under another address."""

    machine_id: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class PlexSection:
    """A library. `kind` is `movie`, `show`, or another word of Plex's."""

    key: str
    title: str
    kind: str
    is_refreshing: bool = False
    scanned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlexEntry:
    """A film, a series or an episode. An episode has the key of its series, a season and its own number."""

    rating_key: str
    title: str
    tmdb_id: int | None = None
    imdb_id: str | None = None
    tvdb_id: int | None = None
    year: int | None = None
    added_at: datetime | None = None
    has_usual: bool = False
    has_4k: bool = False
    files: tuple[str, ...] = ()
    show_key: str | None = None
    season: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class PlexPage:
    entries: tuple[PlexEntry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PlexPin:
    """What somebody confirms at plex.tv with `code`; `id` is ours alone."""

    id: int
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PlexAccount:
    """`id` never changes; the address proves something only when it `is_confirmed`."""

    id: str
    username: str
    email: str | None = None
    is_confirmed: bool = False


class PlexTokenError(UpstreamKeyError):
    """The token is refused."""


class PlexServer(Protocol):
    """All methods raise UpstreamError only."""

    @property
    def breaker(self) -> CircuitBreaker | None:
        """None where nothing can fail."""

    async def identity(self) -> PlexIdentity: ...

    async def sections(self) -> list[PlexSection]: ...

    async def entries(self, section: str, kind: EntryKind, *, start: int = 0, size: int = PAGE) -> PlexPage:
        """A page of a library, what was added last first."""
        ...

    async def leaves(self, show: str) -> list[PlexEntry]:
        """Every episode of a series."""
        ...

    async def scan(self, section: str, path: str | None = None) -> None:
        """Ask for a look at the disk: at the whole library, or at a folder as Plex sees it."""
        ...


class PlexEditor(PlexServer, Protocol):
    """What only a real server does. Each can be done twice."""

    async def admits(self, token: str) -> bool:
        """Whether the server lets somebody in with a token that is not ours."""
        ...

    async def collect(self, section: str, kind: EntryKind, title: str, entry: str) -> None:
        """Put an entry into the collection of this title, which is made when there is none."""
        ...

    async def describe(self, section: str, kind: EntryKind, entry: str, *, title: str, summary: str) -> None: ...

    async def set_poster(self, entry: str, image: bytes) -> None: ...


class PlexAccounts(Protocol):
    """plex.tv. All methods raise UpstreamError only."""

    @property
    def breaker(self) -> CircuitBreaker | None: ...

    async def start(self) -> PlexPin: ...

    def confirm_url(self, pin: PlexPin, forward_url: str | None) -> str:
        """Where a person confirms a PIN with their account."""
        ...

    async def token_of(self, pin_id: int) -> str | None:
        """What a confirmed PIN came to; None while nobody has confirmed it, or when it is over."""
        ...

    async def account(self, token: str) -> PlexAccount: ...

    async def server_token(self, token: str, machine_id: str) -> str | None:
        """What the account gets into a server with; None when it was never invited there."""
        ...
