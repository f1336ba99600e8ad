"""What people asked for, and who waits for it with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from tortoise import connections, fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.actor import Actor, Permission
from models.base import Row
from models.media import MediaItem, MediaType
from models.states import ACTIVE_MEDIA_REQUESTS, MediaRequestStatus
from models.users import User


class MediaRequest(Row):
    """A wish for a film, or for seasons of a series, from the asking to the watching.

    MediaNest decides about it; Seerr carries it out. `seerr_request_id` is its number there once it is known, and
    `submission_*` tell of the attempts to hand it over; `next_attempt_at` is when the next one is due, `job_id` the
    queued job for it. `progress` is what Seerr says about the fetching, as JSON. `title` is the title's, for lists
    that are sorted or searched by it. `counted_at` is from when on it counts in a quota: when it was asked for, or last
    tried again.
    """

    media: fields.ForeignKeyRelation[MediaItem] = fields.ForeignKeyField(
        "models.MediaItem", related_name=False, on_delete=fields.RESTRICT
    )
    media_id: UUID
    media_type = fields.CharEnumField(MediaType, max_length=8, description="film or series")
    title = fields.CharField(max_length=500)
    is_4k = fields.BooleanField(default=False)
    status = fields.CharEnumField(
        MediaRequestStatus, max_length=24, description="state", default=MediaRequestStatus.PENDING
    )
    status_reason = fields.TextField(null=True)
    requested_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.SET_NULL, null=True
    )
    requested_by_id: UUID | None
    created_by_id = fields.UUIDField(null=True)
    decided_by_id = fields.UUIDField(null=True)
    decided_at = fields.DatetimeField(null=True)
    note = fields.TextField(null=True)
    decline_reason = fields.TextField(null=True)

    seerr_request_id = fields.BigIntField(null=True)
    submission_attempts = fields.IntField(default=0)
    last_attempt_at = fields.DatetimeField(null=True)
    next_attempt_at = fields.DatetimeField(null=True)
    last_error = fields.TextField(null=True)
    job_id = fields.BigIntField(null=True)
    progress: dict[str, object] | None = fields.JSONField[dict[str, object]](null=True)

    version = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    counted_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now_add=True)
    completed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "media_requests"
        indexes = (
            ("requested_by_id", "created_at"),
            ("requested_by_id", "counted_at"),
            ("status", "id"),
            ("media_id",),
            ("seerr_request_id",),
        )

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["MediaRequest"]:
        """Their own, and those for the kinds of titles that `actor` may know the requests of."""
        return cls.filter(Q(requested_by_id=actor.require_user()) | Q(media_type__in=sorted(seen_kinds(actor))))

    def can_see(self, actor: Actor) -> bool:
        """The rule of `visible_to`, for a row that was loaded by its key."""
        is_theirs = actor.user_id is not None and self.requested_by_id == actor.user_id
        return is_theirs or self.media_type in seen_kinds(actor)

    def can_see_private(self, actor: Actor, *, follows: bool = False) -> bool:
        """Whether `actor` may know who asked and how it went; `follows`: they wait for it as well."""
        is_theirs = actor.user_id is not None and self.requested_by_id == actor.user_id
        return is_theirs or follows or actor.may(Permission.MANAGE_REQUESTS)


@dataclass(frozen=True, slots=True)
class ActiveRequest:
    """A request that is under way, and its seasons that are; a film has none."""

    request: MediaRequest
    seasons: frozenset[int]

    @classmethod
    async def of(cls, media_ids: Iterable[UUID]) -> list[Self]:
        """Those for these titles, the oldest first, in one statement."""
        rows = await connections.get("default").execute_query_dict(
            _ACTIVE, [list(media_ids), sorted(ACTIVE_MEDIA_REQUESTS)]
        )
        found = [(frozenset(row.pop("numbers")), MediaRequest._init_from_db(**row)) for row in map(dict, rows)]  # noqa: SLF001
        return [cls(request, numbers) for numbers, request in found]


_ACTIVE = """
SELECT request.*, ARRAY(
    SELECT number FROM requested_seasons WHERE request_id = request.id AND status = ANY($2)
) AS numbers
FROM media_requests AS request WHERE media_id = ANY($1) AND status = ANY($2) ORDER BY id
"""
_ASKED_WITH = {MediaType.MOVIE: Permission.REQUEST_MOVIE, MediaType.TV: Permission.REQUEST_TV}


def seen_kinds(actor: Actor) -> frozenset[MediaType]:
    """The kinds of titles for which somebody may know everybody's requests, in their public part."""
    if actor.user_id is None:
        return frozenset()
    if actor.may(Permission.MANAGE_REQUESTS) or actor.may(Permission.VIEW_ALL_REQUESTS):
        return frozenset(MediaType)
    return frozenset(kind for kind, permission in _ASKED_WITH.items() if actor.may(permission))


class RequestedSeason(Row):
    """One season of a request. `media_id` and `is_4k` are the request's: a season is asked for once while active."""

    request: fields.ForeignKeyRelation[MediaRequest] = fields.ForeignKeyField(
        "models.MediaRequest", related_name=False, on_delete=fields.CASCADE
    )
    request_id: UUID
    media_id = fields.UUIDField()
    is_4k = fields.BooleanField(default=False)
    number = fields.IntField()
    status = fields.CharEnumField(
        MediaRequestStatus, max_length=24, description="state", default=MediaRequestStatus.PENDING
    )

    class Meta:
        table = "requested_seasons"
        unique_together = (("request_id", "number"),)


class MediaRequestFollower(Row):
    """Somebody who wants to be told as well."""

    request: fields.ForeignKeyRelation[MediaRequest] = fields.ForeignKeyField(
        "models.MediaRequest", related_name=False, on_delete=fields.CASCADE
    )
    request_id: UUID
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: UUID
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "media_request_followers"
        unique_together = (("request_id", "user_id"),)
        indexes = (("user_id",),)
