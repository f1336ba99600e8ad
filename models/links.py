"""Links that work once."""

from typing import ClassVar

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from models.base import Row


class Invite(Row):
    """A way in for somebody who has no account yet: with these permissions, once, until it expires."""

    token_hash = fields.BinaryField()
    email = fields.CharField(max_length=254, null=True)
    permissions = ArrayField(element_type="text", default=list)
    created_by = fields.UUIDField()
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    secret_columns: ClassVar[frozenset[str]] = frozenset({"token_hash"})

    class Meta:
        table = "invites"
