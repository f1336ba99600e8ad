"""Ways of downloading."""

from typing import Annotated
from uuid import UUID

import strawberry

from models.downloads import DownloadProfile as ProfileRow
from schema.context import Info
from schema.download_profiles import DownloadProfilePayload, SaveDownloadProfileInput, present
from schema.downloads import DownloadProfile
from schema.errors import DeletePayload, payload
from schema.inputs import IdInput
from schema.node import key_of


@strawberry.type
class DownloadProfileMutations:
    @strawberry.mutation(description="Make a download profile, or change one. MANAGE_DOWNLOADS.")
    async def save_download_profile(
        self, info: Info, input: Annotated[SaveDownloadProfileInput, strawberry.argument(description="The profile.")]
    ) -> DownloadProfilePayload:
        async def save() -> ProfileRow:
            return await info.context.services.download_profiles.save(info.context.actor, input.to_command())

        return await payload(DownloadProfilePayload, save(), present)

    @strawberry.mutation(
        description="Delete a download profile that is not the default one; what was made with it stays. "
        "MANAGE_DOWNLOADS."
    )
    async def delete_download_profile(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The profile.")]
    ) -> DeletePayload:
        async def delete() -> UUID:
            key = key_of(DownloadProfile, input.id)
            await info.context.services.download_profiles.delete(info.context.actor, key)
            return key

        return await payload(DeletePayload, delete(), lambda _: {"deleted_id": input.id})
