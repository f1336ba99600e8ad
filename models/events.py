"""Everything that happens, in one order. The table, the types, and the cache tags each type purges."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from tortoise import Model, fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.actor import Actor, Permission


class EventType(StrEnum):
    DOWNLOAD_CREATED = "download.created"
    DOWNLOAD_CHANGED = "download.changed"
    NOTIFICATION_CREATED = "notification.created"
    USER_CHANGED = "user.changed"
    SESSION_CHANGED = "session.changed"


PURGES: Mapping[str, str | None] = {
    EventType.DOWNLOAD_CREATED: None,
    EventType.DOWNLOAD_CHANGED: "download",
    EventType.NOTIFICATION_CREATED: None,
    EventType.USER_CHANGED: "user",
    EventType.SESSION_CHANGED: None,
}
"""The kind of cache tag that an event makes stale; with the event's `stream_id` it names the tag."""


_MANAGERS_SEE = (EventType.DOWNLOAD_CREATED, EventType.DOWNLOAD_CHANGED)


class DomainEvent(Model):
    """Something that happened.

    `position` comes from a one-row counter, taken last before the commit, so that the order people read is the order
    of the commits. `owner_id` is whose event it is, for those who may see only their own. `type` is an EventType, or
    one that only a newer version knows.
    """

    position = fields.BigIntField(primary_key=True, generated=False)
    id = fields.UUIDField(unique=True)
    type = fields.CharField(max_length=64)
    stream_id = fields.UUIDField()
    owner_id = fields.UUIDField(null=True)
    actor_id = fields.UUIDField(null=True)
    correlation_id = fields.CharField(max_length=64)
    schema_version = fields.IntField(default=1)
    payload = fields.JSONField[dict[str, object]]()
    occurred_at = fields.DatetimeField()

    class Meta:
        table = "domain_events"
        indexes = (("stream_id", "position"), ("owner_id", "position"))

    @staticmethod
    def tag_of(type_: str, stream_id: UUID | str) -> str | None:
        """The cache tag that an event of this type makes stale; None too for a type that only a newer version knows."""
        kind = PURGES.get(type_)
        return f"{kind}:{stream_id}" if kind else None

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["DomainEvent"]:
        """Their own; with MANAGE_DOWNLOADS also those of other people's downloads, and nothing else of theirs."""
        own = Q(owner_id=actor.require_user())
        if actor.may(Permission.MANAGE_DOWNLOADS):
            return cls.filter(own | Q(type__in=list(_MANAGERS_SEE)))
        return cls.filter(own)

    def can_see(self, actor: Actor) -> bool:
        """The rule of `visible_to`, for an event at hand."""
        if self.owner_id is not None and self.owner_id == actor.user_id:
            return True
        return self.type in _MANAGERS_SEE and actor.may(Permission.MANAGE_DOWNLOADS)


class IdempotencyKey(Model):
    """A mutation that was promised to happen once: the second call with the same key answers with the first result."""

    id = fields.UUIDField(primary_key=True)
    user_id = fields.UUIDField()
    key = fields.CharField(max_length=128)
    fingerprint = fields.CharField(max_length=64)
    subject_id = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "idempotency_keys"
        unique_together = (("user_id", "key"),)
