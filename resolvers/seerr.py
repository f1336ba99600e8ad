"""Seerr: what it tells this server, and who is who there."""

from typing import Annotated, Any, cast

import strawberry
from strawberry import UNSET

from schema.connections import After, Connection, First, page_args
from schema.context import Info
from schema.errors import SimplePayload, payload
from schema.inputs import given
from schema.node import key_of
from schema.people import LinkSeerrUserInput, UserPayload
from schema.users import User
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


@strawberry.type
class SeerrMutations:
    @strawberry.mutation(
        description="Have Seerr send its webhooks to this server; an address that somebody else put there stays. "
        "MANAGE_SERVICES."
    )
    async def install_seerr_webhook(self, info: Info) -> SimplePayload:
        setup = info.context.services.seerr_setup
        return await payload(SimplePayload, setup.install_webhook(info.context.actor), lambda _: {"ok": True})

    @strawberry.mutation(
        description="Say who somebody is in Seerr: their requests are handed over in that name. MANAGE_USERS."
    )
    async def link_seerr_user(
        self, info: Info, input: Annotated[LinkSeerrUserInput, strawberry.argument(description="Who is who.")]
    ) -> UserPayload:
        async def link() -> Any:
            user_id, setup = key_of(User, input.user, path=("user",)), info.context.services.seerr_setup
            return await setup.link_user(info.context.actor, user_id, given(input.seerr_user_id))

        return await payload(UserPayload, link(), lambda user: {"user": user})
