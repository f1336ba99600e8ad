"""What every table has: a time-ordered key, refusal of unknown columns, a plain copy of itself."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from uuid_utils.compat import uuid7

from models.hydration import Hydrated, convert_some, shape_of


class Row(Hydrated):
    """A table row. `secret_columns` never leave the database: not into events, caches or logs."""

    id = fields.UUIDField(primary_key=True, default=uuid7)

    secret_columns: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def __init__(self, **values: Any) -> None:
        if unknown := values.keys() - self._meta.fields_map.keys():
            raise TypeError(f"{type(self).__name__} has no column {', '.join(sorted(unknown))}")
        super().__init__(**values)

    def snapshot(self) -> dict[str, Any]:
        """The row as JSON values, without its secrets: what events and caches keep."""
        shape, kept = shape_of(type(self)), self.__dict__
        values = {name: kept[name] for name in shape.columns if name not in self.secret_columns}
        convert_some(values, shape.into_snapshot)
        return values

    @classmethod
    def restore(cls, snapshot: Mapping[str, Any]) -> Self:
        """A detached row out of a snapshot; columns that the snapshot does not know keep their defaults."""
        shape = shape_of(cls)
        values = {name: snapshot[name] for name in shape.columns if name in snapshot}
        convert_some(values, shape.from_snapshot)
        for name in shape.columns - values.keys():
            default = shape.defaults[name]
            values[name] = default() if callable(default) else default
        return cls._made_of(values, shape)

    @classmethod
    async def move(
        cls,
        connection: BaseDBAsyncClient,
        key: UUID,
        target: StrEnum,
        *,
        sources: Iterable[StrEnum],
        guard: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> tuple[Self, str] | None:
        """Change the state in one guarded UPDATE; answers the new row and the state before.

        None when the row is not in one of `sources`, or one of its columns is not as `guard` says: nothing changed.
        """
        values: list[Any] = [key, [str(source) for source in sources], str(target)]
        written = ["status = $3", "version = row.version + 1"]
        conditions = ["row.id = old.id", "old.status = ANY($2)"]
        for clauses, columns in ((written, changes), (conditions, guard or {})):
            for name, value in columns.items():
                values.append(cls._meta.fields_map[name].to_db_value(value, cls))
                clauses.append(f"{'row.' if clauses is conditions else ''}{name} = ${len(values)}")
        table = cls._meta.db_table
        found = await connection.execute_query_dict(
            f"WITH old AS (SELECT id, status FROM {table} WHERE id = $1 FOR UPDATE) "  # noqa: S608  (names are the models')
            f"UPDATE {table} AS row SET {', '.join(written)} FROM old WHERE {' AND '.join(conditions)} "
            "RETURNING row.*, old.status AS previous",
            values,
        )
        if not found:
            return None
        record = dict(found[0])
        previous = record.pop("previous")
        return cls._init_from_db(**record), previous
