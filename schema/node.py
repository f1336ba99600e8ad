"""Types that stand for a row or a record of ours: the source is that object itself, fields read its attributes."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import strawberry

from models.errors import ValidationError

T = TypeVar("T")


_ID = "Opaque and unique over all types. Whoever sees the object."


def _id_field(type_name: str) -> Any:
    def resolve(root: Any) -> Any:
        return to_global_id(type_name, root.id)

    return strawberry.field(resolver=resolve, graphql_type=strawberry.ID, description=_ID)


@strawberry.interface(description="Anything with an ID of its own, to be read again by `node`.")
class Node:
    id: strawberry.ID = strawberry.field(description=_ID)


class NodeKind(NamedTuple):
    """How a node is found by its key: the row or record behind it, and the loader for them."""

    graphql_type: type
    row: type
    loader: str

    def stands_for(self, value: object) -> bool:
        return bool(self.graphql_type.is_type_of(value, None))  # type: ignore[attr-defined]


NODES: dict[str, NodeKind] = {}


def backed_by(*sources: type) -> Callable[[type[T]], type[T]]:
    """The objects that resolvers return for this type."""

    def wrap(kind: type[T]) -> type[T]:
        kind.is_type_of = staticmethod(lambda value, _info: isinstance(value, sources))  # type: ignore[attr-defined]
        kind.backing = sources[0]  # type: ignore[attr-defined]
        return kind

    return wrap


def node(row: type, *, loader: str, description: str) -> Callable[[type[T]], type[T]]:
    """A GraphQL type of its own for the rows of a table or records like it, found by `node(id:)` through `loader`."""

    def wrap(kind: type[T]) -> type[T]:
        kind.id = _id_field(kind.__name__)  # type: ignore[attr-defined]
        made = strawberry.type(backed_by(row)(kind), description=description)
        NODES[made.__name__] = NodeKind(made, row, loader)
        return made

    return wrap


def to_global_id(type_name: str, key: UUID) -> str:
    raw = b"%b:%032x" % (type_name.encode(), key.int)
    return binascii.b2a_base64(raw, newline=False).decode().rstrip("=")  # of such text it is safe in addresses


def from_global_id(value: str, *, path: tuple[str, ...] = ("id",)) -> tuple[str, UUID]:
    """The type's name and the key. Raises ValidationError."""
    try:
        raw = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
        type_name, _, key = raw.decode().partition(":")
        return type_name, UUID(key)
    except (ValueError, binascii.Error):
        raise ValidationError("This is not an ID of this server.", path=path, constraint="id") from None


def key_of(kind: type, value: str, *, path: tuple[str, ...] = ("id",)) -> UUID:
    """The key in an ID that must be one of `kind`. Raises ValidationError."""
    type_name, key = from_global_id(value, path=path)
    if type_name != kind.__name__:
        raise ValidationError(
            f"This is the ID of a {type_name[:40]}, not of a {kind.__name__}.", path=path, constraint="id"
        )
    return key
