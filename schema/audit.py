"""The log of who did what."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from models import audit as rows
from schema.context import Info
from schema.lookup import find_node
from schema.node import Node, node
from schema.related import related
from schema.users import User


async def _target(root: Any, info: Info) -> Any:
    return await find_node(info.context, root.target_type, root.target_id)


@node(rows.AuditEntry, loader="audit_entries", description="Something that was done. VIEW_AUDIT.")
class AuditEntry(Node):
    actor: User | None = related(
        "users", key="actor_id", description="Who did it; null for the server itself, and once the account is gone."
    )
    action: str = strawberry.field(description="What was done, such as `user.updated`.")
    target: Node | None = strawberry.field(
        resolver=_target, description="To what; null once it is gone, or hidden from the viewer."
    )
    before: JSON | None = strawberry.field(description="What changed, as it was before; no secrets.")
    after: JSON | None = strawberry.field(description="What changed, as it was afterwards; no secrets.")
    ip: str | None = strawberry.field(description="The address the request came from.")
    correlation_id: str = strawberry.field(description="Leads to the request in the server's log.")
    created_at: datetime = strawberry.field(description="When it was done.")
