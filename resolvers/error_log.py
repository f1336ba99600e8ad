"""The error log."""

from typing import Annotated, cast

import strawberry
from strawberry import UNSET

from schema.connections import After, Connection, First, page_args
from schema.context import Info
from schema.error_log import ErrorEntry
from schema.errors import SimplePayload, payload
from schema.inputs import IdInput
from schema.node import key_of


@strawberry.type
class ErrorLogQueries:
    @strawberry.field(description="Bugs that were met, the latest first. MANAGE_SERVICES.")
    async def error_log(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        unresolved_only: Annotated[bool, strawberry.argument(description="Only what is still open.")] = True,
    ) -> Connection[ErrorEntry] | None:
        page, log = page_args(first, after), info.context.services.error_log
        found = await log.list_entries(info.context.actor, page, unresolved_only=unresolved_only)
        return cast("Connection[ErrorEntry]", found)


@strawberry.type
class ErrorLogMutations:
    @strawberry.mutation(description="Take a bug off the list; it comes back when it is met again. MANAGE_SERVICES.")
    async def resolve_error(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The entry.")]
    ) -> SimplePayload:
        async def resolve() -> None:
            await info.context.services.error_log.resolve(info.context.actor, key_of(ErrorEntry, input.id))

        return await payload(SimplePayload, resolve(), lambda _: {"ok": True})
