"""What people asked for, and who waits for it with them."""

from uuid import UUID

from tortoise import fields

from models.base import Row
from models.media import MediaItem, MediaType
from models.states import MediaRequestStatus
from models.users import User


class MediaRequest(Row):
    """A wish for a film, or for seasons of a series, from the asking to the watching.

    MediaNest decides about it; Seerr carries it out. `seerr_request_id` is its number there once it is known, and
    `submission_*` tell of the attempts to hand it over; `next_attempt_at` is when the next one is due, `job_id` the
    queued job for it. `progress` is what Seerr says about the fetching, as JSON. `title` is the title's, for lists
    that are sorted or searched by it.
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
    updated_at = fields.DatetimeField(auto_now_add=True)
    completed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "media_requests"
        indexes = (("requested_by_id", "created_at"), ("status", "id"), ("media_id",), ("seerr_request_id",))


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
