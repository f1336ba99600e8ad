"""Bugs that were met, one row for each place in the code."""

from enum import StrEnum

from tortoise import fields
from tortoise.queryset import QuerySet

from models.actor import Actor, Permission
from models.base import Row


class Severity(StrEnum):
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


class ErrorEntry(Row):
    """`fingerprint` is the kind of failure and where it came from; `correlation_id` leads to the latest in the log."""

    fingerprint = fields.CharField(max_length=64, unique=True)
    code = fields.CharField(max_length=64)
    message = fields.CharField(max_length=255)
    severity = fields.CharEnumField(Severity, max_length=16, description="how bad it is")
    count = fields.IntField(default=1)
    first_seen_at = fields.DatetimeField(auto_now_add=True)
    last_seen_at = fields.DatetimeField(auto_now_add=True)
    correlation_id = fields.CharField(max_length=64, null=True)
    resolved_at = fields.DatetimeField(null=True)

    class Meta:
        table = "error_entries"

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["ErrorEntry"]:
        actor.require(Permission.MANAGE_SERVICES)
        return cls.all()

    def can_see(self, actor: Actor) -> bool:
        return actor.may(Permission.MANAGE_SERVICES)
