"""Files on their way in."""

from typing import Annotated, Any

import strawberry

from schema.context import Info
from schema.errors import payload
from schema.files import StoredFile
from schema.inputs import IdInput
from schema.node import key_of
from schema.uploads import CreateUploadInput, UploadFileInput, UploadPayload


@strawberry.type
class UploadMutations:
    @strawberry.mutation(
        description="Ask where to send a file, straight to where it is kept; then `completeUpload`. Signed-in people."
    )
    async def create_upload(
        self, info: Info, input: Annotated[CreateUploadInput, strawberry.argument(description="What is to come.")]
    ) -> UploadPayload:
        async def create() -> Any:
            return await info.context.services.uploads.create(info.context.actor, input.to_command())

        return await payload(UploadPayload, create(), lambda made: {"ticket": made, "file": made.file})

    @strawberry.mutation(
        description="Have a file that was sent looked at, and kept: size, SHA-256 and type. What is not as announced "
        "is thrown away. Doing it twice does no harm. Signed-in people, their own."
    )
    async def complete_upload(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The file of the ticket.")]
    ) -> UploadPayload:
        async def complete() -> Any:
            return await info.context.services.uploads.complete(info.context.actor, key_of(StoredFile, input.id))

        return await payload(UploadPayload, complete(), lambda file: {"file": file})

    @strawberry.mutation(
        description="Send a file along, in one request; it is looked at and kept as it arrives. What is not of its "
        "kind is thrown away. Signed-in people."
    )
    async def upload_file(
        self, info: Info, input: Annotated[UploadFileInput, strawberry.argument(description="The file.")]
    ) -> UploadPayload:
        async def take() -> Any:
            return await info.context.services.uploads.take(info.context.actor, input.kind, input.file)

        return await payload(UploadPayload, take(), lambda file: {"file": file})
