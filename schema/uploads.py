"""Files on their way in."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry import UNSET

from schema import enums
from schema.errors import Payload
from schema.files import StoredFile
from schema.inputs import given
from schema.node import backed_by
from schema.scalars import URL, BigInt, Upload
from services import upload_tickets


@strawberry.type(description="A header to send.")
class HttpHeader:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(description="A piece of a large file, sent by a PUT of its own.")
@backed_by(upload_tickets.UploadPart)
class UploadPart:
    number: int = strawberry.field(description="Its place, from 1 on.")
    url: URL = strawberry.field(description="Where to PUT it, without any headers of your own.")
    bytes: BigInt = strawberry.field(description="Its size; the parts before it come before it in the file.")


def _headers(root: Any) -> list[HttpHeader]:
    return [HttpHeader(name=name, value=value) for name, value in root.headers.items()]


@strawberry.type(description="Where and how to send a file; then complete the upload. Works without a login.")
@backed_by(upload_tickets.UploadTicket)
class UploadTicket:
    file: StoredFile = strawberry.field(description="The file; PENDING until the upload is complete.")
    url: URL = strawberry.field(description="Where to send the whole file, when there are no `parts`.")
    method: str = strawberry.field(resolver=lambda: "PUT", description="The HTTP method to send it by.")
    headers: list[HttpHeader] = strawberry.field(resolver=_headers, description="Headers to send with it, as they are.")
    expires_at: datetime = strawberry.field(description="By when it must have come, and the upload be complete.")
    parts: list[UploadPart] = strawberry.field(
        description="When there are any: the pieces to cut the file into, each to be sent to its own address, in any "
        "order, several at a time, and again when one fails."
    )


@strawberry.input(description="A file to come.")
class CreateUploadInput:
    kind: enums.FileKind = strawberry.field(description="AVATAR, COVER, COOKIES or OTHER.")
    filename: str = strawberry.field(description="A name to save it under.")
    mime_type: str = strawberry.field(
        description="The `Content-Type` it is sent with. What the file is shows from its content."
    )
    bytes: BigInt = strawberry.field(description="Its exact size.")
    sha256: str | None = strawberry.field(
        default=UNSET, description="SHA-256 of its bytes in hex, to be compared with what comes."
    )

    def to_command(self) -> upload_tickets.CreateUpload:
        return upload_tickets.CreateUpload(self.kind, self.filename, self.mime_type, self.bytes, given(self.sha256))


@strawberry.input(description="A file that comes with the request.")
class UploadFileInput:
    kind: enums.FileKind = strawberry.field(description="AVATAR, COVER, COOKIES or OTHER.")
    file: Upload = strawberry.field(description="The file, under the name to save it by.")


@strawberry.type(description="A file on its way in, or why it is not.")
class UploadPayload(Payload):
    ticket: UploadTicket | None = strawberry.field(default=None, description="Where to send it; from `createUpload`.")
    file: StoredFile | None = strawberry.field(default=None, description="The file.")
