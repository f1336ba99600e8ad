"""What Seerr tells this server."""

from typing import cast

import strawberry
from strawberry import UNSET

from schema.connections import After, Connection, First, page_args
from schema.context import Info
from schema.webhooks import WebhookReceipt


@strawberry.type
class SeerrQueries:
    @strawberry.field(description="Messages from other systems, the latest first, for 30 days. MANAGE_SERVICES.")
    async def webhook_receipts(
        self, info: Info, first: First = UNSET, after: After = UNSET
    ) -> Connection[WebhookReceipt] | None:
        webhooks = info.context.services.seerr_webhooks
        found = await webhooks.list_receipts(info.context.actor, page_args(first, after))
        return cast("Connection[WebhookReceipt]", found)
