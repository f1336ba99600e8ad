"""Files: listed, deleted."""

from typing import Annotated, Any, cast

import strawberry
from strawberry import UNSET

from schema import enums
from schema.connections import After, Connection, First, page_args
from schema.context import Info
from schema.errors import DeletePayload, payload
from schema.files import StoredFile
from schema.inputs import IdInput, given
from schema.node import key_of


@strawberry.type
class FileQueries:
    @strawberry.field(
        description="Files that are there or on their way, the newest first; nobody sees the COOKIES of others. One's "
        "own; everybody's with MANAGE_DOWNLOADS."
    )
    async def files(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        kind: Annotated[list[enums.FileKind] | None, strawberry.argument(description="Only of these kinds.")] = UNSET,
    ) -> Connection[StoredFile] | None:
        page = page_args(first, after)
        found = await info.context.services.stored_files.list_visible(info.context.actor, given(kind), page)
        return cast("Connection[StoredFile]", found)


@strawberry.type
class FileMutations:
    @strawberry.mutation(
        description="Delete a file: its links end, and its bytes are removed some hours later. Their owner, and "
        "MANAGE_DOWNLOADS."
    )
    async def delete_file(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The file.")]
    ) -> DeletePayload:
        async def delete() -> Any:
            await info.context.services.stored_files.delete(info.context.actor, key_of(StoredFile, input.id))

        return await payload(DeletePayload, delete(), lambda _: {"deleted_id": input.id})
