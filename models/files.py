"""Files that MediaNest answers for, wherever their bytes lie."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from tortoise import fields
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.actor import Actor, Permission
from models.base import Row
from models.downloads import Download
from models.users import User

UPLOAD_SECONDS = 3600
"""How long an upload may take, from its ticket to its end: a row that is PENDING for longer is nobody's any more."""


class FileKind(StrEnum):
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    SUBTITLE = "SUBTITLE"
    THUMBNAIL = "THUMBNAIL"
    AVATAR = "AVATAR"
    COVER = "COVER"
    COOKIES = "COOKIES"
    OTHER = "OTHER"


class FileStatus(StrEnum):
    PENDING = "PENDING"
    READY = "READY"
    DELETED = "DELETED"


class FileLocation(StrEnum):
    OBJECTS = "OBJECTS"
    LIBRARY = "LIBRARY"


PICTURE_SIZES: Mapping[FileKind, Sequence[int]] = {
    FileKind.AVATAR: (64, 128, 256, 512),
    FileKind.COVER: (256, 512, 1024),
}
"""How many pixels wide people's own pictures are kept; the last one is the file itself."""


def object_keys(kind: FileKind, key: str) -> list[str]:
    """All that lies in the object store for a file: of a picture one object for each of its sizes."""
    smaller = PICTURE_SIZES.get(kind, ())[:-1]
    return [*(f"{key}-{size}" for size in smaller), key]


class StoredFile(Row):
    """`key` is the object's key in the store, or the path below the library folder, where equal files are one.

    While it is PENDING, `bytes` and `sha256` are what was promised, `key` is where the promise is kept, and `upload_id`
    names the object store's own upload in parts. Once it is DELETED its bytes stay for a while after `deleted_at`, and
    so does the row.
    """

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
    sha256 = fields.CharField(max_length=64, null=True)
    upload_id = fields.CharField(max_length=1024, null=True)
    language = fields.CharField(max_length=16, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    deleted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "stored_files"
        indexes = (("download_id",),)

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["StoredFile"]:
        own = Q(owner_id=actor.require_user())
        return cls.filter(own | ~Q(kind=FileKind.COOKIES) if actor.may(Permission.MANAGE_DOWNLOADS) else own)

    def can_see(self, actor: Actor) -> bool:
        if self.owner_id == actor.user_id:
            return True
        return self.kind is not FileKind.COOKIES and actor.may(Permission.MANAGE_DOWNLOADS)
