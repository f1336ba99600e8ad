"""What other systems sent us."""

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.queryset import QuerySet

from models.actor import Actor, Permission
from models.base import Row
from models.services_health import ServiceKind


class WebhookOutcome(StrEnum):
    PENDING = "PENDING"
    APPLIED = "APPLIED"
    DUPLICATE = "DUPLICATE"
    IGNORED = "IGNORED"
    REJECTED = "REJECTED"
    FAILED = "FAILED"


class WebhookReceipt(Row):
    """A message as it came in, and what became of it. `content_hash` tells the same message from another."""

    source = fields.CharEnumField(ServiceKind, max_length=16, description="who sent it")
    type = fields.CharField(max_length=64)
    outcome = fields.CharEnumField(
        WebhookOutcome, max_length=16, description="what became of it", default=WebhookOutcome.PENDING
    )
    duplicate_of_id = fields.UUIDField(null=True)
    content_hash = fields.CharField(max_length=64)
    payload: Any = fields.JSONField[Any]()
    received_at = fields.DatetimeField(auto_now_add=True)
    processed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "webhook_receipts"
        indexes = (("content_hash", "received_at"), ("received_at",))

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["WebhookReceipt"]:
        actor.require(Permission.MANAGE_SERVICES)
        return cls.all()

    def can_see(self, actor: Actor) -> bool:
        return actor.may(Permission.MANAGE_SERVICES)
