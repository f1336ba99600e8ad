"""Keys for programs."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from models.actor import Actor, Permission
from models.base import Row
from models.users import User


class ApiToken(Row):
    """A key for a program, never wider than its owner's permissions. Shown once; `prefix` is what people know it by."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: UUID
    name = fields.CharField(max_length=64)
    prefix = fields.CharField(max_length=16)
    token_hash = fields.BinaryField()
    scopes = ArrayField(element_type="text", default=list)
    created_at = fields.DatetimeField(auto_now_add=True)
    last_used_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    secret_columns: ClassVar[frozenset[str]] = frozenset({"token_hash"})

    class Meta:
        table = "api_tokens"
        indexes = (("user_id", "created_at"),)

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > datetime.now(UTC))

    def actor(self, owner: User) -> Actor:
        """Who comes in by it: its scopes, as far as the owner has them still."""
        whole = Actor(user_id=owner.id, permissions=owner.granted)
        scopes = frozenset(permission for permission in Permission if permission in self.scopes)
        return Actor(user_id=owner.id, permissions=frozenset(filter(whole.may, scopes)))

    def can_see(self, actor: Actor) -> bool:
        return self.user_id == actor.user_id or actor.may(Permission.MANAGE_USERS)
