"""Bugs that were met."""

from datetime import datetime

import strawberry

from models import error_entries as rows
from schema import enums
from schema.node import Node, node


@node(rows.ErrorEntry, loader="error_entries", description="A bug that was met, once or often. MANAGE_SERVICES.")
class ErrorEntry(Node):
    fingerprint: str = strawberry.field(description="The same for the same failure in the same place.")
    code: str = strawberry.field(description="The kind of failure, as the code calls it.")
    message: str = strawberry.field(description="What and where, without any values.")
    severity: enums.Severity = strawberry.field(description="How bad it is.")
    count: int = strawberry.field(description="How often it was met.")
    first_seen_at: datetime = strawberry.field(description="When it was met first.")
    last_seen_at: datetime = strawberry.field(description="When it was met last.")
    correlation_id: str | None = strawberry.field(description="Leads to the last one in the server's log.")
    resolved_at: datetime | None = strawberry.field(description="When somebody took it off the list.")
