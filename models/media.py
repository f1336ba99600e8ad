"""Films and series that MediaNest has to do with, and what of them can be watched."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields

from models.actor import Actor
from models.base import Row


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


class MediaItem(Row):
    """A title that somebody asked for, that Seerr knows or that Plex has. Its `id` is its `media_key`.

    `details` is what TMDB said of it at `details_at`; without them only its number is known. `availability` is what
    follows from Seerr (`seerr_status`) and Plex (a rating key while it is there; `plex_seen_at` when it last was),
    for the usual copy and for the one in 4K.
    """

    media_type = fields.CharEnumField(MediaType, max_length=8, description="film or series")
    tmdb_id = fields.BigIntField()
    tvdb_id = fields.BigIntField(null=True)
    imdb_id = fields.CharField(max_length=16, null=True)
    title = fields.CharField(max_length=500, null=True)
    year = fields.IntField(null=True)
    details: dict[str, object] | None = fields.JSONField[dict[str, object]](null=True)
    details_at = fields.DatetimeField(null=True)

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
    plex_rating_key = fields.CharField(max_length=64, null=True)
    plex_rating_key_4k = fields.CharField(max_length=64, null=True)
    plex_seen_at = fields.DatetimeField(null=True)

    blocklisted_at = fields.DatetimeField(null=True)
    blocklisted_by = fields.UUIDField(null=True)
    blocklist_reason = fields.TextField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "media_items"
        indexes = (("title",), ("plex_rating_key",))

    def can_see(self, actor: Actor) -> bool:
        return actor.user_id is not None


class MediaSeason(Row):
    """One season of a series, and what of it can be watched."""

    media: fields.ForeignKeyRelation[MediaItem] = fields.ForeignKeyField(
        "models.MediaItem", related_name=False, on_delete=fields.CASCADE
    )
    media_id: UUID
    number = fields.IntField()
    availability = fields.CharEnumField(
        Availability, max_length=24, description="what can be watched", default=Availability.UNKNOWN
    )
    availability_4k = fields.CharEnumField(
        Availability, max_length=24, description="what can be watched in 4K", default=Availability.UNKNOWN
    )

    class Meta:
        table = "media_seasons"
        unique_together = (("media_id", "number"),)
