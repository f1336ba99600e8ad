"""Films and series: search, look at one."""

from typing import Annotated, cast

import strawberry
from strawberry import UNSET

from models.paging import PageArgs
from schema import enums
from schema.connections import After
from schema.context import Info
from schema.inputs import given
from schema.media import Media, MediaConnection, MediaRefInput
from services.catalog import TitleSearch


@strawberry.type
class MediaQueries:
    @strawberry.field(description="Films and series by name, out of TMDB, the likeliest first. Signed-in people.")
    async def search(
        self,
        info: Info,
        query: Annotated[str, strawberry.argument(description="Words of the name, up to 200 characters.")],
        type: Annotated[enums.MediaType | None, strawberry.argument(description="Only films, or only series.")] = UNSET,
        year: Annotated[int | None, strawberry.argument(description="Only what came out in this year.")] = UNSET,
        first: Annotated[int, strawberry.argument(description="How many, 1 to 100.")] = 20,
        after: After = UNSET,
    ) -> MediaConnection | None:
        search = TitleSearch(query, given(type), given(year))
        found = await info.context.services.media.search(info.context.actor, search, PageArgs(first, given(after)))
        return cast("MediaConnection", found)

    @strawberry.field(description="One film or series; null when TMDB does not know it. Signed-in people.")
    async def media(
        self, info: Info, ref: Annotated[MediaRefInput, strawberry.argument(description="Which one.")]
    ) -> Media | None:
        info.context.actor.require_user()
        return cast("Media | None", await info.context.services.media.find(info.context.actor, ref.to_key("ref")))
