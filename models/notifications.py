"""What a person must know."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.queryset import QuerySet

from models.actor import Actor
from models.base import Row
from models.users import User


class NotificationType(StrEnum):
    REQUEST_CREATED = "REQUEST_CREATED"
    REQUEST_APPROVED = "REQUEST_APPROVED"
    REQUEST_DECLINED = "REQUEST_DECLINED"
    REQUEST_SUBMITTED = "REQUEST_SUBMITTED"
    REQUEST_FAILED = "REQUEST_FAILED"
    REQUEST_AVAILABLE = "REQUEST_AVAILABLE"
    REQUEST_CANCELLED = "REQUEST_CANCELLED"
    DOWNLOAD_COMPLETED = "DOWNLOAD_COMPLETED"
    DOWNLOAD_FAILED = "DOWNLOAD_FAILED"
    SECURITY = "SECURITY"
    SERVICE_DOWN = "SERVICE_DOWN"
    SERVICE_UP = "SERVICE_UP"
    ANNOUNCEMENT = "ANNOUNCEMENT"
    TEST = "TEST"


class Notification(Row):
    """`cause` is unique per person, so that nothing notifies twice; `subject_*` names what it is about."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: UUID
    type = fields.CharEnumField(NotificationType, max_length=32, description="what happened")
    title = fields.CharField(max_length=255)
    body = fields.TextField()
    subject_type = fields.CharField(max_length=32, null=True)
    subject_id = fields.UUIDField(null=True)
    cause = fields.CharField(max_length=128)
    created_at = fields.DatetimeField(auto_now_add=True)
    read_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notifications"
        unique_together = (("user_id", "cause"),)

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["Notification"]:
        """A person's own, nobody else's: an administrator's inbox is no window into other people's."""
        return cls.filter(user_id=actor.require_user())

    def can_see(self, actor: Actor) -> bool:
        return self.user_id == actor.user_id
