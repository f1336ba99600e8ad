"""Downloads: list, queue, control, watch."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any, cast

import strawberry
from strawberry import UNSET

from schema.connections import After, Before, Connection, First, Last, page_args
from schema.context import Info
from schema.downloads import (
    ControlDownloadsInput,
    Download,
    DownloadFilter,
    DownloadOrder,
    DownloadPayload,
    DownloadProfile,
    DownloadsPayload,
    DownloadStreamItem,
    QueueDownloadInput,
    asked_for,
    present_controlled,
    to_query,
)
from schema.errors import payload
from schema.inputs import given
from schema.node import key_of
from schema.scalars import Cursor


@strawberry.type
class DownloadQueries:
    @strawberry.field(description="Downloads, a page at a time. One's own; everybody's with MANAGE_DOWNLOADS.")
    async def downloads(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        filter: Annotated[DownloadFilter | None, strawberry.argument(description="Which ones.")] = UNSET,
        order_by: Annotated[
            DownloadOrder | None, strawberry.argument(description="What comes first; the queue when left out.")
        ] = UNSET,
    ) -> Connection[Download] | None:
        page = page_args(first, after, last, before)
        found = await info.context.services.downloads.list_visible(info.context.actor, to_query(filter, order_by), page)
        return cast("Connection[Download]", found)

    @strawberry.field(description="The ways of downloading that can be chosen, the default first. Signed-in people.")
    async def download_profiles(self, info: Info) -> list[DownloadProfile] | None:
        found = await info.context.services.downloads.list_profiles(info.context.actor)
        return cast("list[DownloadProfile]", found)


@strawberry.type
class DownloadMutations:
    @strawberry.mutation(description="Fetch a video from another site. DOWNLOAD_CREATE.")
    async def queue_download(
        self, info: Info, input: Annotated[QueueDownloadInput, strawberry.argument(description="What to fetch.")]
    ) -> DownloadPayload:
        async def queue() -> Any:
            return await info.context.services.downloads.queue(info.context.actor, input.to_command())

        return await payload(DownloadPayload, queue(), lambda download: {"download": download})

    @strawberry.mutation(description="Cancel or retry downloads. Their owner, and MANAGE_DOWNLOADS.")
    async def control_downloads(
        self,
        info: Info,
        input: Annotated[ControlDownloadsInput, strawberry.argument(description="Which ones, and what to do.")],
    ) -> DownloadsPayload:
        asked = asked_for(input.ids)
        controlling = info.context.services.downloads.control(info.context.actor, list(asked), input.action)
        return await payload(DownloadsPayload, controlling, lambda results: present_controlled(asked, results))


@strawberry.type
class DownloadSubscriptions:
    @strawberry.subscription(
        description="Downloads as they change, and their progress. Begins with the present state of `ids`, or of all "
        "that is unfinished; with `after` it begins with what was missed. One's own; everybody's with MANAGE_DOWNLOADS."
    )
    def downloads(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID] | None, strawberry.argument(description="Only these; all visible ones when left out.")
        ] = UNSET,
        after: Annotated[Cursor | None, strawberry.argument(description="Go on behind this item.")] = UNSET,
        ticks_per_second: Annotated[
            float, strawberry.argument(description="How often progress is sent at most: 0.1 to 10 times a second.")
        ] = 2.0,
    ) -> AsyncGenerator[DownloadStreamItem, None]:
        feed = info.context.services.streams.downloads(
            info.context.actor,
            ids=None if given(ids) is None else [key_of(Download, id_, path=("ids",)) for id_ in ids or ()],
            after=given(after),
            ticks_per_second=ticks_per_second,
        )
        return cast("AsyncGenerator[DownloadStreamItem, None]", feed)
