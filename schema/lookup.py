"""Any node by its type and key, if the caller may see it."""

from typing import Any
from uuid import UUID

from schema.context import Context
from schema.node import NODES


async def find_node(context: Context, type_name: str, key: UUID) -> Any:
    """The row, or None: nobody learns whether it exists."""
    kind = NODES.get(type_name)
    if kind is None:
        return None
    row = await getattr(context.loaders, kind.loader).load(key)
    return row if kind.stands_for(row) and row.can_see(context.actor) else None
