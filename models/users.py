"""People and their logins."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.functions import Lower
from tortoise.queryset import QuerySet

from models.actor import Actor, Permission
from models.base import Row
from models.devices import guess_device


class User(Row):
    """`quota_overrides` are the figures of `QuotaFigures` that differ for this person."""

    email = fields.CharField(max_length=254)
    username = fields.CharField(max_length=64)
    display_name = fields.CharField(max_length=64)
    password_hash = fields.CharField(max_length=255, null=True)
    permissions = ArrayField(element_type="text", default=list)
    is_active = fields.BooleanField(default=True)
    quota_overrides = fields.JSONField[dict[str, int]](default=dict)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    last_login_at = fields.DatetimeField(null=True)
    # the database holds it to be a file; two tables with keys to each other are beyond Tortoise
    avatar_id: UUID | None = fields.UUIDField(null=True)
    quiet_hours: dict[str, str] | None = fields.JSONField[dict[str, str]](null=True)

    secret_columns: ClassVar[frozenset[str]] = frozenset({"password_hash"})

    class Meta:
        table = "users"

    @classmethod
    def with_email(cls, email: str) -> QuerySet["User"]:
        """Nobody, or the one account with this address, in whatever case."""
        return cls.annotate(lowered=Lower("email")).filter(lowered=email.strip().lower())

    def can_see(self, actor: Actor) -> bool:
        """Everybody with an account; what is private in it is decided field by field."""
        return actor.user_id is not None

    @property
    def granted(self) -> frozenset[Permission]:
        """What this version knows of it: a newer one may have granted more."""
        return frozenset(permission for permission in Permission if permission in self.permissions)


class Session(Row):
    """One login on one device, and its line of refresh tokens.

    Only the hash of the newest token is kept; `generation` counts them, `rotated_at` is when it was made. `expires_at`
    slides, `ends_at` does not.
    """

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: UUID
    refresh_hash = fields.BinaryField()
    generation = fields.IntField(default=0)
    rotated_at = fields.DatetimeField(null=True)
    device_name = fields.CharField(max_length=128, null=True)
    user_agent = fields.CharField(max_length=512, null=True)
    ip = fields.CharField(max_length=45, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    last_seen_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    secret_columns: ClassVar[frozenset[str]] = frozenset({"refresh_hash"})

    class Meta:
        table = "sessions"
        indexes = (("user_id", "created_at"),)

    @classmethod
    def open(cls) -> QuerySet["Session"]:
        """The sessions that are neither revoked nor over."""
        now = datetime.now(UTC)
        return cls.filter(revoked_at=None, expires_at__gt=now, ends_at__gt=now)

    @property
    def device(self) -> str | None:
        """What the person called it, else what it seems to be."""
        return self.device_name or guess_device(self.user_agent or "")

    def can_see(self, actor: Actor) -> bool:
        return self.user_id == actor.user_id or actor.may(Permission.MANAGE_USERS)


class LoginFailures(Row):
    """Failed logins of one account or one address in a row. `subject` is a hash: addresses are nobody's to read."""

    subject = fields.CharField(max_length=64, unique=True)
    count = fields.IntField()
    last_at = fields.DatetimeField()

    class Meta:
        table = "login_failures"
