"""What other systems sent this server."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from models import webhooks as rows
from schema import enums
from schema.node import Node, node
from schema.related import related


@node(rows.WebhookReceipt, loader="webhook_receipts", description="A message from another system. MANAGE_SERVICES.")
class WebhookReceipt(Node):
    source: enums.ServiceKind = strawberry.field(description="Who sent it.")
    type: str = strawberry.field(description="What it calls itself, such as MEDIA_AVAILABLE; UNKNOWN without a name.")
    received_at: datetime = strawberry.field(description="When it came in.")
    processed_at: datetime | None = strawberry.field(description="When it was looked into.")
    outcome: enums.WebhookOutcome = strawberry.field(description="What became of it.")
    duplicate_of: "WebhookReceipt | None" = related(
        "webhook_receipts",
        key="duplicate_of_id",
        description="The same message, which came first; null once forgotten.",
    )
    payload: JSON = strawberry.field(description="What it says.")
