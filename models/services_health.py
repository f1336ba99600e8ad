"""How the parts of the server are: what each check found, and what is made of it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from tortoise import fields
from tortoise.queryset import QuerySet

from models.actor import Actor
from models.base import Row

DOWN_AFTER = 3
GOOD_AFTER = 2


class ServiceKind(StrEnum):
    PLEX = "PLEX"
    SEERR = "SEERR"
    TMDB = "TMDB"
    DATABASE = "DATABASE"
    CACHE = "CACHE"
    OBJECT_STORE = "OBJECT_STORE"
    YOUTUBE = "YOUTUBE"
    SMTP = "SMTP"
    WORKERS = "WORKERS"
    CUSTOM = "CUSTOM"


class ServiceStatus(StrEnum):
    UP = "UP"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"
    UNCONFIGURED = "UNCONFIGURED"


class UptimeWindow(StrEnum):
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"

    @property
    def length(self) -> timedelta:
        return {self.DAY: timedelta(days=1), self.WEEK: timedelta(days=7), self.MONTH: timedelta(days=30)}[self]


class Service(Row):
    """Something the server needs. `name` tells it from all others.

    `status` is what people are told, `found` what the last check said; `streak` counts the checks in a row that speak
    against `status`, and `changes` how often it changed. `claimed_at` is when a process last took it upon itself to
    check. `version` is the service's own.
    """

    kind = fields.CharEnumField(ServiceKind, max_length=16, description="what it is")
    name = fields.CharField(max_length=64, unique=True)
    status = fields.CharEnumField(
        ServiceStatus, max_length=16, default=ServiceStatus.UNCONFIGURED, description="what people are told"
    )
    found = fields.CharEnumField(
        ServiceStatus, max_length=16, default=ServiceStatus.UNCONFIGURED, description="what the last check said"
    )
    streak = fields.IntField(default=0)
    changes = fields.IntField(default=0)
    latency_ms = fields.FloatField(null=True)
    message: str | None = fields.TextField(null=True)
    version: str | None = fields.CharField(max_length=128, null=True)  # type: ignore[assignment]
    last_checked_at = fields.DatetimeField(null=True)
    claimed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "services"

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["Service"]:
        """Everybody with an account: they should know why something does not work."""
        actor.require_user()
        return cls.all()

    def can_see(self, actor: Actor) -> bool:
        return actor.user_id is not None

    def take(self, sample: "Sample") -> ServiceStatus | None:
        """Take in what a check found; answers the status before, if that made it change."""
        verdict = judge(Verdict(self.status, self.found, self.streak), sample.status)
        previous = self.status
        self.status, self.found, self.streak = verdict
        self.latency_ms, self.message, self.version = sample.latency_ms, sample.message, sample.version
        self.last_checked_at = sample.at
        if self.status is previous:
            return None
        self.changes += 1
        return previous


class HealthSample(Row):
    """What checks found at a moment; older ones of an hour are one row, and `count` says how many."""

    service: fields.ForeignKeyRelation[Service] = fields.ForeignKeyField(
        "models.Service", related_name=False, on_delete=fields.CASCADE
    )
    service_id: UUID
    at = fields.DatetimeField()
    status = fields.CharEnumField(ServiceStatus, max_length=16, description="what was found")
    latency_ms = fields.FloatField()
    count = fields.IntField(default=1)

    class Meta:
        table = "health_samples"
        unique_together = (("service_id", "at", "status"),)


class Sample(NamedTuple):
    """What one check of one service found."""

    service: str
    at: datetime
    status: ServiceStatus
    latency_ms: float
    message: str | None = None
    version: str | None = None


class Verdict(NamedTuple):
    status: ServiceStatus
    found: ServiceStatus
    streak: int


def judge(before: Verdict, found: ServiceStatus) -> Verdict:
    """DOWN after three bad checks in a row, anything else after two that were not; at once where nothing was known, or
    nothing is set up any more.
    """
    if found is before.status:
        return Verdict(before.status, found, 0)
    is_same_side = (found is ServiceStatus.DOWN) is (before.found is ServiceStatus.DOWN)
    streak = before.streak + 1 if is_same_side and before.streak else 1
    if streak >= _needed(before.status, found):
        return Verdict(found, found, 0)
    return Verdict(before.status, found, streak)


def _needed(status: ServiceStatus, found: ServiceStatus) -> int:
    if found is ServiceStatus.DOWN:
        return DOWN_AFTER
    return 1 if ServiceStatus.UNCONFIGURED in {status, found} else GOOD_AFTER
