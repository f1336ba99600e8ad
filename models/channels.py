"""Ways to reach a person beyond the inbox, and what was sent over them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from models.actor import Actor, Permission
from models.base import Row
from models.notifications import Notification
from models.states import DeliveryStatus
from models.users import User


class NotificationChannelKind(StrEnum):
    EMAIL = "EMAIL"
    WEBHOOK = "WEBHOOK"
    APPRISE = "APPRISE"
    NTFY = "NTFY"


class NotificationChannel(Row):
    """One way to one person. Without a `target` mail goes to the address of the account, whatever that is by then.

    `events` are the types of notification that go out over it.
    """

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: UUID
    kind = fields.CharEnumField(NotificationChannelKind, max_length=16, description="how it is sent")
    name = fields.CharField(max_length=64)
    target: str | None = fields.TextField(null=True)
    secret: str | None = fields.TextField(null=True)
    events = ArrayField(element_type="text", default=list)
    enabled = fields.BooleanField(default=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    secret_columns: ClassVar[frozenset[str]] = frozenset({"target", "secret"})

    class Meta:
        table = "notification_channels"
        indexes = (("user_id", "created_at"),)

    def can_see(self, actor: Actor) -> bool:
        return self.user_id == actor.user_id or actor.may(Permission.MANAGE_USERS)


class NotificationDelivery(Row):
    """One notification on its way over one channel; its id goes with it, so that who gets it twice can tell.

    Bookkeeping, without events of its own: what happened is in the notification's. `attempts` counts the tries since
    somebody asked for the delivery; `response_status` is that of HTTP or SMTP.
    """

    notification: fields.ForeignKeyRelation[Notification] = fields.ForeignKeyField(
        "models.Notification", related_name=False, on_delete=fields.CASCADE
    )
    notification_id: UUID
    channel: fields.ForeignKeyRelation[NotificationChannel] = fields.ForeignKeyField(
        "models.NotificationChannel", related_name=False, on_delete=fields.CASCADE
    )
    channel_id: UUID
    user_id = fields.UUIDField()
    status = fields.CharEnumField(
        DeliveryStatus, max_length=16, default=DeliveryStatus.PENDING, description="how far it got"
    )
    attempts = fields.IntField(default=0)
    next_attempt_at: datetime | None = fields.DatetimeField(null=True)
    response_status = fields.IntField(null=True)
    error: str | None = fields.TextField(null=True)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    delivered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notification_deliveries"
        unique_together = (("notification_id", "channel_id"),)
        indexes = (("channel_id", "created_at"),)

    def can_see(self, actor: Actor) -> bool:
        return self.user_id == actor.user_id


def masked(kind: NotificationChannelKind, target: str) -> str:
    """Enough to know it again, too little to use it."""
    if kind is NotificationChannelKind.EMAIL:
        name, _, domain = target.partition("@")
        return f"{name[:1]}***@{domain}"
    parts = urlsplit(target)
    return f"{parts.scheme}://…" if kind is NotificationChannelKind.APPRISE else f"{parts.scheme}://{parts.netloc}/…"
