"""Plex's libraries."""

from typing import Annotated, cast

import strawberry

from schema.context import Info
from schema.errors import SimplePayload, payload
from schema.inputs import given
from schema.plex import PlexLibrary, ScanPlexLibraryInput


@strawberry.type
class PlexQueries:
    @strawberry.field(
        description="The libraries of the Plex server as they were last read, also while it is away. MANAGE_SERVICES."
    )
    async def plex_libraries(self, info: Info) -> list[PlexLibrary] | None:
        libraries = await info.context.services.plex.list_libraries(info.context.actor)
        return cast("list[PlexLibrary]", libraries)


@strawberry.type
class PlexMutations:
    @strawberry.mutation(description="Let Plex look for new files. MANAGE_SERVICES.")
    async def scan_plex_library(
        self, info: Info, input: Annotated[ScanPlexLibraryInput, strawberry.argument(description="Where.")]
    ) -> SimplePayload:
        work = info.context.services.plex.scan(info.context.actor, input.section_id, given(input.path))
        return await payload(SimplePayload, work, lambda _: {"ok": True})
