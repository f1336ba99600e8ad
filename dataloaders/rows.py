"""Rows by their key, and rows that belong to a key."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from dataloaders.cached import CachedBatch
from models.base import Row

R = TypeVar("R", bound=Row)


async def load_by_id(table: type[R], keys: Sequence[UUID]) -> list[R | None]:
    found = {row.id: row for row in await table.filter(id__in=list(keys))}
    return [found.get(key) for key in keys]


def rows_by_id(table: type[R], tag: str) -> CachedBatch[R | None]:
    async def fetch(keys: Sequence[UUID]) -> Mapping[UUID, R | None]:
        return {row.id: row for row in await table.filter(id__in=list(keys))}

    def dump(row: R | None) -> Any:
        return row and row.snapshot()

    def restore(value: Any) -> R | None:
        return value and table.restore(value)

    return CachedBatch(f"{tag}_by_id", tag, fetch, dump, restore, lambda: None)


def rows_by_key(table: type[R], key: str, tag: str, **columns: Any) -> CachedBatch[list[R]]:
    """All rows whose column `key` is the key and whose other `columns` are so, in the order they were made."""

    async def fetch(keys: Sequence[UUID]) -> Mapping[UUID, list[R]]:
        found: defaultdict[UUID, list[R]] = defaultdict(list)
        for row in await table.filter(**{f"{key}__in": list(keys)}, **columns).order_by("id"):
            found[getattr(row, key)].append(row)
        return found

    return CachedBatch(
        name=f"{table.__name__.lower()}_by_{key}",
        tag=tag,
        fetch=fetch,
        dump=lambda rows: [row.snapshot() for row in rows],
        restore=lambda values: [table.restore(value) for value in values],
        absent=list,
    )
