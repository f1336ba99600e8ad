"""Fields that follow a key to other rows: declared, loaded in batches, checked when the schema is built."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import strawberry

from dataloaders.loaders import Loaders
from models.base import Row
from schema.context import Info

_METADATA = "related"


@dataclass(frozen=True, slots=True)
class Relation:
    loader: str
    key: str


def related(loader: str, *, key: str, description: str) -> Any:
    """What `loader` has for the row's `key`; null without a key. Declare the type as the field's annotation."""

    def resolve(root: Any, info: Info) -> Any:
        value = getattr(root, key)
        return None if value is None else getattr(info.context.loaders, loader).load(value)

    return strawberry.field(resolver=resolve, description=description, metadata={_METADATA: Relation(loader, key)})


def check_relations(types: Iterable[type]) -> None:
    """Raises TypeError for a relation over a key the row does not have, or through a loader that is not there."""
    for kind in types:
        source = kind.backing  # type: ignore[attr-defined]
        for field in kind.__strawberry_definition__.fields:  # type: ignore[attr-defined]
            relation = field.metadata.get(_METADATA)
            if relation is None:
                continue
            if not hasattr(Loaders, relation.loader):
                raise TypeError(f"{kind.__name__}.{field.name}: there is no loader {relation.loader!r}")
            # a foreign key's column is declared by its annotation; Tortoise adds the field when it starts
            columns = source._meta.fields_map.keys() if issubclass(source, Row) else frozenset()  # noqa: SLF001
            if relation.key not in columns | source.__annotations__.keys():
                raise TypeError(f"{kind.__name__}.{field.name}: {source.__name__} has no key {relation.key!r}")
