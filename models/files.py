"""Files that MediaNest answers for, wherever their bytes lie."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields

from models.actor import Actor, Permission
from models.base import Row
from models.downloads import Download
from models.users import User


class FileKind(StrEnum):
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    SUBTITLE = "SUBTITLE"
    THUMBNAIL = "THUMBNAIL"


class FileStatus(StrEnum):
    PENDING = "PENDING"
    READY = "READY"
    DELETED = "DELETED"


class FileLocation(StrEnum):
    OBJECTS = "OBJECTS"
    LIBRARY = "LIBRARY"


class StoredFile(Row):
    """`key` is the object's key in the store, or the path below the library folder, where equal files are one."""

    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    owner_id: UUID
    download: fields.ForeignKeyNullableRelation[Download] = fields.ForeignKeyField(
        "models.Download", related_name=False, on_delete=fields.SET_NULL, null=True
    )
    download_id: UUID | None
    kind = fields.CharEnumField(FileKind, max_length=16, description="what it is")
    status = fields.CharEnumField(FileStatus, max_length=16, description="state", default=FileStatus.READY)
    location = fields.CharEnumField(FileLocation, max_length=16, description="where the bytes lie")
    key = fields.CharField(max_length=1024)
    filename = fields.CharField(max_length=255)
    mime_type = fields.CharField(max_length=128, null=True)
    bytes = fields.BigIntField()
    sha256 = fields.CharField(max_length=64)
    language = fields.CharField(max_length=16, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "stored_files"
        indexes = (("download_id",),)

    def can_see(self, actor: Actor) -> bool:
        return self.owner_id == actor.user_id or actor.may(Permission.MANAGE_DOWNLOADS)
