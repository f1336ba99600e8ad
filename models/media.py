"""Films and series that MediaNest has to do with, and what of them can be watched."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from uuid import UUID

from pydantic import TypeAdapter
from tortoise import fields
from typing_extensions import override

from models.actor import Actor
from models.base import Row
from models.plex import plex_link


class MediaType(StrEnum):
    MOVIE = "MOVIE"
    TV = "TV"


class Availability(StrEnum):
    UNKNOWN = "UNKNOWN"
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    PARTIALLY_AVAILABLE = "PARTIALLY_AVAILABLE"
    AVAILABLE = "AVAILABLE"
    BLOCKLISTED = "BLOCKLISTED"
    DELETED = "DELETED"


# The key of a title is a UUID of version 8: a fixed name, the kind, the number at TMDB.
_FIXED = int.from_bytes(b"medium") << 80 | 8 << 76 | 0b10 << 62
_KINDS = {MediaType.MOVIE: 1 << 64, MediaType.TV: 2 << 64}
_MAX_TMDB_ID = (1 << 62) - 1


def media_key(kind: MediaType, tmdb_id: int) -> UUID:
    """The key of a title: made of what it is and its number at TMDB, so that finding it writes nothing.

    Raises ValueError for a number that TMDB cannot have.
    """
    if not 0 < tmdb_id <= _MAX_TMDB_ID:
        raise ValueError(f"{tmdb_id} is no number of TMDB")
    return UUID(int=_FIXED | _KINDS[kind] | tmdb_id)


def title_of(key: UUID) -> tuple[MediaType, int]:
    """The kind and TMDB's number that `media_key` made the key of. Raises ValueError for any other key."""
    tmdb_id = key.int & _MAX_TMDB_ID
    for kind in MediaType:
        if media_key(kind, tmdb_id) == key:
            return kind, tmdb_id
    raise ValueError(f"{key} is not the key of a title")


@dataclass(frozen=True, slots=True)
class TitleSeason:
    """Season 0 are the specials."""

    number: int
    name: str | None = None
    episode_count: int = 0
    air_date: date | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """What TMDB says of a film or a series. `runtime` is in minutes; a series is released with its first episode.

    A search says less than the title's own page, which alone has `runtime` and all that follows it: until that was
    read `genres` are None.
    """

    kind: MediaType
    tmdb_id: int
    title: str
    year: int | None = None
    overview: str | None = None
    poster_path: str | None = None
    backdrop_path: str | None = None
    vote_average: float | None = None
    release_date: date | None = None
    runtime: int | None = None
    genres: tuple[str, ...] | None = None
    status: str | None = None
    imdb_id: str | None = None
    tvdb_id: int | None = None
    seasons: tuple[TitleSeason, ...] | None = None

    @property
    def id(self) -> UUID:
        return media_key(self.kind, self.tmdb_id)

    def can_see(self, actor: Actor) -> bool:
        return actor.user_id is not None

    def snapshot(self) -> dict[str, object]:
        """As JSON values."""
        return dict(_adapter().dump_python(self, mode="json"))

    @staticmethod
    def restore(snapshot: Mapping[str, object]) -> "Title":
        """A Film or a Series. Raises ValueError for what is no snapshot of a title."""
        return _adapter(MediaType(str(snapshot.get("kind")))).validate_python(snapshot)


@dataclass(frozen=True, slots=True)
class Film(Title):
    """A title by its class: each type of the API has one of its own."""


@dataclass(frozen=True, slots=True)
class Series(Title):
    """As Film."""


_CLASSES: Mapping[MediaType, type[Title]] = {MediaType.MOVIE: Film, MediaType.TV: Series}


@cache
def _adapter(kind: MediaType | None = None) -> TypeAdapter[Title]:
    """Made when it is needed first: every process has this module, and making them would hold up its start."""
    return TypeAdapter(_CLASSES[kind] if kind else Title)


_CAN_BE_WATCHED = frozenset({Availability.AVAILABLE, Availability.PARTIALLY_AVAILABLE})


def combined(seerr: Availability, plex: Availability | None, *, is_blocklisted: bool = False) -> Availability:
    """What can be watched of a title or a season, by what both say of it.

    `plex` is AVAILABLE or PARTIALLY_AVAILABLE while Plex has it, DELETED once it had it and has no more, None while it
    has nothing to say. What is DELETED can be asked for again.
    """
    if is_blocklisted or seerr is Availability.BLOCKLISTED:
        return Availability.BLOCKLISTED
    if plex in _CAN_BE_WATCHED:
        # Seerr counts the episodes that there should be: it may know of more than Plex has
        return Availability.PARTIALLY_AVAILABLE if seerr is Availability.PARTIALLY_AVAILABLE else plex
    if plex is Availability.DELETED and (seerr in _CAN_BE_WATCHED or seerr is Availability.UNKNOWN):
        return Availability.DELETED
    return seerr


class Watchable(Row):
    """What Seerr and Plex say of something, and what follows: for the usual copy, and for the one in 4K."""

    availability = fields.CharEnumField(
        Availability, max_length=24, description="what can be watched", default=Availability.UNKNOWN
    )
    availability_4k = fields.CharEnumField(
        Availability, max_length=24, description="what can be watched in 4K", default=Availability.UNKNOWN
    )
    seerr_status = fields.CharEnumField(
        Availability, max_length=24, description="as Seerr says", default=Availability.UNKNOWN
    )
    seerr_status_4k = fields.CharEnumField(
        Availability, max_length=24, description="as Seerr says, in 4K", default=Availability.UNKNOWN
    )
    plex_status: Availability | None = fields.CharEnumField(  # type: ignore[assignment]
        Availability, max_length=24, description="as Plex says", null=True
    )
    plex_status_4k: Availability | None = fields.CharEnumField(  # type: ignore[assignment]
        Availability, max_length=24, description="as Plex says, in 4K", null=True
    )

    class Meta:
        abstract = True

    @property
    def is_blocklisted(self) -> bool:
        return False

    def hear_seerr(self, status: Availability, status_4k: Availability) -> bool:
        """Take in what Seerr says now; answers whether something else can be watched than before.

        What it newly calls available is fresher than what the last scan of Plex did not find.
        """
        if _came(self.seerr_status, status) and self.plex_status is Availability.DELETED:
            self.plex_status = None
        if _came(self.seerr_status_4k, status_4k) and self.plex_status_4k is Availability.DELETED:
            self.plex_status_4k = None
        self.seerr_status, self.seerr_status_4k = status, status_4k
        return self.settle()

    def hear_plex(self, status: Availability | None, status_4k: Availability | None) -> bool:
        """Take in what a scan of Plex found; answers whether something else can be watched than before."""
        self.plex_status, self.plex_status_4k = status, status_4k
        return self.settle()

    def settle(self) -> bool:
        """Make `availability` what follows from the rest; answers whether it changed."""
        before = self.availability, self.availability_4k
        is_blocklisted = self.is_blocklisted
        self.availability = combined(self.seerr_status, self.plex_status, is_blocklisted=is_blocklisted)
        self.availability_4k = combined(self.seerr_status_4k, self.plex_status_4k, is_blocklisted=is_blocklisted)
        return (self.availability, self.availability_4k) != before


def _came(before: Availability, now: Availability) -> bool:
    return now in _CAN_BE_WATCHED and before not in _CAN_BE_WATCHED


class MediaItem(Watchable):
    """A title that somebody asked for, that Seerr knows or that Plex has. Its `id` is its `media_key`.

    `details` is what TMDB said of it at `details_at`; without them only its number is known. The rating keys are those
    of the copies that the Plex server `plex_machine_id` has, and `plex_seen_at` is when that last changed.
    """

    media_type = fields.CharEnumField(MediaType, max_length=8, description="film or series")
    tmdb_id = fields.BigIntField()
    tvdb_id = fields.BigIntField(null=True)
    imdb_id = fields.CharField(max_length=16, null=True)
    title = fields.CharField(max_length=500, null=True)
    year = fields.IntField(null=True)
    details: dict[str, object] | None = fields.JSONField[dict[str, object]](null=True)
    details_at = fields.DatetimeField(null=True)

    plex_rating_key = fields.CharField(max_length=64, null=True)
    plex_rating_key_4k = fields.CharField(max_length=64, null=True)
    plex_machine_id = fields.CharField(max_length=64, null=True)
    plex_seen_at = fields.DatetimeField(null=True)

    blocklisted_at = fields.DatetimeField(null=True)
    blocklisted_by = fields.UUIDField(null=True)
    blocklist_reason = fields.TextField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "media_items"
        indexes = (("title",), ("plex_rating_key",))

    @property
    @override
    def is_blocklisted(self) -> bool:
        return self.blocklisted_at is not None

    @property
    def known_title(self) -> Title | None:
        """None while it has no details, or such as this version cannot read."""
        try:
            return Title.restore(self.details) if self.details else None
        except ValueError:
            return None

    @property
    def bare_title(self) -> Title:
        """What there is to show of it without details."""
        return _CLASSES[self.media_type](self.media_type, self.tmdb_id, self.title or f"TMDB {self.tmdb_id}", self.year)

    @property
    def plex_url(self) -> str | None:
        """Where somebody with access to the Plex server watches it; None while it is not there."""
        key = self.plex_rating_key or self.plex_rating_key_4k
        return plex_link(self.plex_machine_id, key) if self.plex_machine_id and key else None

    def can_see(self, actor: Actor) -> bool:
        return actor.user_id is not None


class MediaSeason(Watchable):
    """One season of a series, and what of it can be watched."""

    media: fields.ForeignKeyRelation[MediaItem] = fields.ForeignKeyField(
        "models.MediaItem", related_name=False, on_delete=fields.CASCADE
    )
    media_id: UUID
    number = fields.IntField()

    class Meta:
        table = "media_seasons"
        unique_together = (("media_id", "number"),)
