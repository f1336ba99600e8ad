"""Files."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from models import files as rows
from schema import enums
from schema.context import Info
from schema.node import Node, node
from schema.related import related
from schema.scalars import URL, BigInt
from schema.users import User


def _url(
    root: Any,
    info: Info,
    expires_in_seconds: Annotated[int, strawberry.argument(description="How long it works: 1 to 86400.")] = 900,
) -> Any:
    return info.context.services.files.link(root, expires_in_seconds)


@node(rows.StoredFile, loader="files", description="A file that is kept here.")
class StoredFile(Node):
    kind: enums.FileKind = strawberry.field(description="What it is.")
    status: enums.FileStatus = strawberry.field(description="Whether it can be fetched.")
    location: enums.FileLocation = strawberry.field(description="Which of the two homes for bytes it lies in.")
    filename: str = strawberry.field(description="A readable name to save it under.")
    mime_type: str | None = strawberry.field(description="Its media type, as far as it is known.")
    bytes: BigInt = strawberry.field(description="Its size.")
    sha256: str | None = strawberry.field(description="SHA-256 of its bytes, in hex.")
    language: str | None = strawberry.field(description="The language of a subtitle.")
    owner: User | None = related("users", key="owner_id", description="Whose file it is.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    deleted_at: datetime | None = strawberry.field(description="When it was deleted; its bytes go some hours later.")
    url: URL | None = strawberry.field(
        resolver=_url,
        description="A signed address that needs no login and supports Range; null until the file is READY, "
        "and always for COOKIES.",
    )
