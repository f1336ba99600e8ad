"""What every table has: a time-ordered key, refusal of unknown columns, a plain copy of itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import Model, fields
from tortoise.backends.base.client import BaseDBAsyncClient
from uuid_utils.compat import uuid7


class Row(Model):
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
        columns = self._meta.fields_db_projection.keys() - self.secret_columns
        return {name: _plain(getattr(self, name)) for name in columns}

    @classmethod
    def restore(cls, snapshot: Mapping[str, Any]) -> Self:
        """A detached row out of a snapshot; columns that the snapshot does not know keep their defaults."""
        meta, values = cls._meta, dict(snapshot)
        if missing := meta.fields_db_projection.keys() - values.keys():
            fresh = cls()
            values |= {name: getattr(fresh, name) for name in missing}
        for name, _, column in meta.db_complex_fields:
            # Tortoise would take any of ISO 8601 apart with a regular expression
            if isinstance(column, fields.DatetimeField) and isinstance(values[name], str):
                values[name] = datetime.fromisoformat(values[name])
        return cls._init_from_db(**values)

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


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value
