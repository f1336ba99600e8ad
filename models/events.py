"""Everything that happens, in one order. The table, the types, and the cache tags each type purges."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.actor import Actor, Permission
from models.hydration import Hydrated
from models.media import MediaType
from models.media_requests import seen_kinds


class EventType(StrEnum):
    DOWNLOAD_CREATED = "download.created"
    DOWNLOAD_CHANGED = "download.changed"
    NOTIFICATION_CREATED = "notification.created"
    NOTIFICATIONS_READ = "notifications.read"
    USER_CHANGED = "user.changed"
    SESSION_CHANGED = "session.changed"
    SERVICE_CHANGED = "service.changed"
    CHANNEL_CHANGED = "channel.changed"
    FILE_CHANGED = "file.changed"
    MEDIA_CHANGED = "media.changed"
    MEDIA_REQUEST_CREATED = "media_request.created"
    MEDIA_REQUEST_CHANGED = "media_request.changed"
    MEDIA_REQUEST_FOLLOWED = "media_request.followed"
    MEDIA_REQUEST_UNFOLLOWED = "media_request.unfollowed"


PURGES: Mapping[str, str | None] = {
    EventType.DOWNLOAD_CREATED: None,
    EventType.DOWNLOAD_CHANGED: "download:{stream_id}",
    EventType.NOTIFICATION_CREATED: "inbox:{owner_id}",
    EventType.NOTIFICATIONS_READ: "inbox:{owner_id}",
    EventType.USER_CHANGED: "user:{stream_id}",
    EventType.SESSION_CHANGED: None,
    EventType.SERVICE_CHANGED: None,
    EventType.CHANNEL_CHANGED: None,
    EventType.FILE_CHANGED: "file:{stream_id}",
    EventType.MEDIA_CHANGED: "media:{stream_id}",
    EventType.MEDIA_REQUEST_CREATED: None,
    EventType.MEDIA_REQUEST_CHANGED: "media_request:{stream_id}",
    EventType.MEDIA_REQUEST_FOLLOWED: None,
    EventType.MEDIA_REQUEST_UNFOLLOWED: None,
}
"""The cache tag that an event makes stale."""


MEDIA_REQUEST_EVENTS = frozenset(
    {
        EventType.MEDIA_REQUEST_CREATED,
        EventType.MEDIA_REQUEST_CHANGED,
        EventType.MEDIA_REQUEST_FOLLOWED,
        EventType.MEDIA_REQUEST_UNFOLLOWED,
    }
)
_EVERYBODY_SEES = frozenset({EventType.SERVICE_CHANGED})
_MANAGERS_SEE = _EVERYBODY_SEES | {EventType.DOWNLOAD_CREATED, EventType.DOWNLOAD_CHANGED}


class DomainEvent(Hydrated):
    """Something that happened.

    `position` comes from a one-row counter, taken last before the commit, so that the order people read is the order
    of the commits. `stream_version` counts the events of one stream. `owner_id` is whose event it is, for those who may
    see only their own. `causation_id` is the event that led to this one. `type` is an EventType, or one that only a
    newer version knows.
    """

    position = fields.BigIntField(primary_key=True, generated=False)
    id = fields.UUIDField(unique=True)
    type = fields.CharField(max_length=64)
    stream_id = fields.UUIDField()
    stream_version = fields.IntField()
    owner_id = fields.UUIDField(null=True)
    actor_id = fields.UUIDField(null=True)
    correlation_id = fields.CharField(max_length=64)
    causation_id = fields.UUIDField(null=True)
    schema_version = fields.IntField(default=1)
    payload = fields.JSONField[dict[str, object]]()
    occurred_at = fields.DatetimeField()

    class Meta:
        table = "domain_events"
        unique_together = (("stream_id", "stream_version"),)
        indexes = (("owner_id", "position"),)

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["DomainEvent"]:
        """Their own; of other people's what `Sight` says, and nothing else."""
        sight = Sight.of(actor)
        seen = Q(owner_id=actor.require_user()) | Q(type__in=sorted(sight.types - MEDIA_REQUEST_EVENTS))
        for kind in sorted(sight.kinds):
            seen |= Q(type__in=sorted(MEDIA_REQUEST_EVENTS), payload__contains={"media_type": kind.value})
        return cls.filter(seen)

    def can_see(self, actor: Actor) -> bool:
        """The rule of `visible_to`, for an event at hand."""
        is_theirs = self.owner_id is not None and self.owner_id == actor.user_id
        return is_theirs or Sight.of(actor).covers(self)


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see of events that are not their own: these `types`, and of requests those for these `kinds`.

    Those who may see the same have equal ones.
    """

    types: frozenset[EventType] = frozenset()
    kinds: frozenset[MediaType] = frozenset()

    @classmethod
    def of(cls, actor: Actor) -> Self:
        if actor.user_id is None:
            return cls()
        kinds = seen_kinds(actor)
        types = _MANAGERS_SEE if actor.may(Permission.MANAGE_DOWNLOADS) else _EVERYBODY_SEES
        return cls(types | MEDIA_REQUEST_EVENTS if kinds else types, kinds)

    def covers(self, event: DomainEvent) -> bool:
        is_request = event.type in MEDIA_REQUEST_EVENTS
        return event.type in self.types and (not is_request or event.payload.get("media_type") in self.kinds)


def tags_of(facts: Iterable[tuple[str, object, object]]) -> set[str]:
    """The cache tags that events make stale, of each its type, `stream_id` and `owner_id`. A type that only a newer
    version knows makes none.
    """
    found = ((PURGES.get(type_), stream_id, owner_id) for type_, stream_id, owner_id in facts)
    return {tag.format(stream_id=stream_id, owner_id=owner_id) for tag, stream_id, owner_id in found if tag}


class IdempotencyKey(Hydrated):
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
