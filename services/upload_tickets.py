"""What is asked for and given before a file comes, and our own address for it where the object store is a folder."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from uuid_utils.compat import uuid7

from infra.storage.base import Door
from models.errors import PermissionDeniedError, ValidationError
from models.files import FileKind, FileLocation, FileStatus, StoredFile
from services.file_names import safe_name
from services.intake import too_large

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CreateUpload:
    """What is to come. `mime_type` is what it is sent as: what it is shows when it has come."""

    kind: FileKind
    filename: str
    mime_type: str
    bytes: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class UploadPart:
    number: int
    url: str
    bytes: int


@dataclass(frozen=True, slots=True)
class UploadTicket:
    """Where to send the file: to `url` with `headers`, or, when there are any, its `parts` each to their own."""

    file: StoredFile
    url: str
    headers: Mapping[str, str]
    expires_at: datetime
    parts: Sequence[UploadPart] = ()


@dataclass(frozen=True, slots=True)
class SignedPut:
    """Somebody at one of our own addresses, with a body that is said to be of this type and this size."""

    file_id: UUID
    expires: int
    signature: str
    mime_type: str
    size: str


class UploadLinks:
    """`base_url` is where people reach this server."""

    def __init__(self, key: bytes, base_url: str) -> None:
        self._key = hmac.new(key, b"medianest upload links", hashlib.sha256).digest()
        self._base_url = base_url

    def door(self, file: StoredFile, expires_at: datetime) -> Door:
        """For what was promised of `file`, and nothing else."""
        expires, mime_type = int(expires_at.timestamp()), file.mime_type or ""
        signature = self._sign(file.id, expires, mime_type, str(file.bytes))
        address = f"{self._base_url}/files/{file.id}?{urlencode({'expires': expires, 'signature': signature})}"
        return Door([address], {"Content-Type": mime_type}, file.bytes)

    def check(self, put: SignedPut) -> None:
        """Raises PermissionDeniedError."""
        due = self._sign(put.file_id, put.expires, put.mime_type, put.size)
        if not hmac.compare_digest(put.signature.encode(), due.encode()):
            raise PermissionDeniedError(
                "This address is not for that: send the whole file, with the headers of the ticket."
            )
        if put.expires <= datetime.now(UTC).timestamp():
            raise PermissionDeniedError("This ticket has expired; ask for a new one by `createUpload`.")

    def _sign(self, *promise: object) -> str:
        return hmac.new(self._key, "\n".join(map(str, ("PUT", *promise))).encode(), hashlib.sha256).hexdigest()


def pending_file(owner_id: UUID, kind: FileKind, filename: str) -> StoredFile:
    """Raises ValidationError."""
    if not filename.strip():
        raise ValidationError("Give the file a name.", path=("filename",), constraint="length")
    return StoredFile(
        id=uuid7(),
        owner_id=owner_id,
        kind=kind,
        status=FileStatus.PENDING,
        location=FileLocation.OBJECTS,
        key=uuid7().hex,
        filename=safe_name(filename),
        bytes=0,
    )


def check_promise(command: CreateUpload, limit: int) -> None:
    if command.bytes > limit:
        raise too_large(command.kind, limit)
    for field, is_right, rule in (
        ("bytes", command.bytes > 0, "A file has at least one byte."),
        ("mimeType", _MEDIA_TYPE.fullmatch(command.mime_type), "Give a media type, such as image/png."),
        ("sha256", command.sha256 is None or _SHA256.fullmatch(command.sha256), "Give 64 hex digits."),
    ):
        if not is_right:
            raise ValidationError(rule, path=(field,), constraint=field)


def ticket(file: StoredFile, door: Door, expires_at: datetime) -> UploadTicket:
    parts = [
        UploadPart(number + 1, address, min(door.part_bytes, file.bytes - number * door.part_bytes))
        for number, address in enumerate(door.addresses)
    ]
    return UploadTicket(file, door.addresses[0], door.headers, expires_at, parts if door.upload_id else ())
