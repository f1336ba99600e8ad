"""The event log: for administrators, and for clients that poll."""

from datetime import date
from typing import Annotated, cast

import strawberry
from strawberry import UNSET

from schema.connections import After, Connection, First, page_args
from schema.context import Info
from schema.dashboard import DownloadDay, ReplayEventsInput, ReplayPayload, StreamPage
from schema.enums import EventType
from schema.errors import payload
from schema.events import DomainEvent
from schema.inputs import given
from schema.scalars import Cursor


@strawberry.type
class EventQueries:
    @strawberry.field(description="Everything that happened, the newest first. ADMIN.")
    async def events(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        types: Annotated[list[EventType] | None, strawberry.argument(description="Only these kinds.")] = UNSET,
    ) -> Connection[DomainEvent] | None:
        page = page_args(first, after)
        found = await info.context.services.event_log.list_events(info.context.actor, page, types=given(types))
        return cast("Connection[DomainEvent]", found)

    @strawberry.field(
        description="What the `dashboard` subscription would have sent since, but for progress and the queue: for "
        "clients without a websocket. Signed-in people."
    )
    async def changes(
        self,
        info: Info,
        after: Annotated[Cursor, strawberry.argument(description="`streamCursor`, or the last page's `cursor`.")],
        first: Annotated[int, strawberry.argument(description="How many at most, 1 to 100.")] = 100,
    ) -> StreamPage | None:
        found = await info.context.services.streams.changes(info.context.actor, after=after, first=first)
        return cast("StreamPage", found)

    @strawberry.field(description="What became of downloads, day by day. MANAGE_DOWNLOADS.")
    async def download_analytics(
        self,
        info: Info,
        since: Annotated[date, strawberry.argument(name="from", description="The first day.")],
        to: Annotated[date, strawberry.argument(description="The last day, at most a year later.")],
    ) -> list[DownloadDay] | None:
        found = await info.context.services.dashboard.download_days(info.context.actor, since, to)
        return cast("list[DownloadDay]", found)


@strawberry.type
class EventMutations:
    @strawberry.mutation(description="Make a read model anew out of the event log; nothing else happens again. ADMIN.")
    async def replay_events(
        self, info: Info, input: Annotated[ReplayEventsInput, strawberry.argument(description="Which one.")]
    ) -> ReplayPayload:
        work = info.context.services.event_log.replay(info.context.actor, input.projection, given(input.from_))
        return await payload(ReplayPayload, work, lambda replayed: {"replayed": replayed})
