"""Who people are elsewhere."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields

from models.base import Row
from models.users import User


class IdentityProvider(StrEnum):
    LOCAL = "LOCAL"
    PLEX = "PLEX"
    OIDC = "OIDC"
    SEERR = "SEERR"


class ExternalIdentity(Row):
    """An account at a provider, which belongs to one person here. `subject` is what the provider never changes."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: UUID
    provider = fields.CharEnumField(IdentityProvider, max_length=16, description="who vouches for it")
    subject = fields.CharField(max_length=255)
    username = fields.CharField(max_length=255, null=True)
    linked_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "external_identities"
        unique_together = (("provider", "subject"),)
        indexes = (("user_id", "linked_at"),)
