"""Links that work once."""

from typing import ClassVar
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from models.base import Row
from models.users import User


class Invite(Row):
    """A way in for somebody who has no account yet: with these permissions, once, until it expires.

    `created_by` is None for one made at the server itself.
    """

    token_hash = fields.BinaryField()
    email = fields.CharField(max_length=254, null=True)
    permissions = ArrayField(element_type="text", default=list)
    created_by = fields.UUIDField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    secret_columns: ClassVar[frozenset[str]] = frozenset({"token_hash"})

    class Meta:
        table = "invites"


class PasswordReset(Row):
    """A way to a new password, once, until it expires. Of each account only the newest counts."""

    user: fields.OneToOneRelation[User] = fields.OneToOneField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: UUID
    token_hash = fields.BinaryField()
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    secret_columns: ClassVar[frozenset[str]] = frozenset({"token_hash"})

    class Meta:
        table = "password_resets"


class PlexLogin(Row):
    """A login at Plex that somebody began: `pin_id` is what it is called at plex.tv, `token_hash` is of what they hold.

    Begun by somebody who was logged in (`user_id`), it links their account there; nobody else can finish it.
    """

    token_hash = fields.BinaryField()
    pin_id = fields.BigIntField()
    user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE, null=True
    )
    user_id: UUID | None
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    secret_columns: ClassVar[frozenset[str]] = frozenset({"token_hash"})

    class Meta:
        table = "plex_logins"
