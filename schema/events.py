"""The event log, and the story of one thing."""

from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON

from dataloaders.events import Story
from models import paging, timeline
from schema import enums
from schema.connections import After, First, PageInfo, page_args
from schema.context import Info
from schema.node import Node, backed_by, node
from schema.related import related
from schema.scalars import Cursor
from schema.streams import position_of
from schema.users import User


@node(timeline.LoggedEvent, loader="logged_events", description="Something that happened, with all it holds. ADMIN.")
class DomainEvent(Node):
    cursor: Cursor = strawberry.field(resolver=position_of, description="Where it stands in the event stream.")
    type: enums.EventType = strawberry.field(description="What happened.")
    actor: User | None = related("users", key="actor_id", description="Who did it; null for the server itself.")
    occurred_at: datetime = strawberry.field(description="When.")
    correlation_id: str = strawberry.field(description="Leads to the request or job in the server's log.")
    payload: JSON = strawberry.field(description="The thing as it was at that moment; no secrets.")


@node(timeline.TimelineEntry, loader="timeline_entries", description="What a person reads about one thing.")
class TimelineEntry(Node):
    type: enums.EventType = strawberry.field(description="What happened, for programs.")
    message: str = strawberry.field(description="What happened, in a sentence.")
    actor: User | None = related("users", key="actor_id", description="Who did it; null for the server itself.")
    occurred_at: datetime = strawberry.field(description="When.")


@strawberry.type(description="An entry of a timeline, with its cursor.")
@backed_by(paging.Edge)
class TimelineEdge:
    cursor: str = strawberry.field(description="To go on from here: pass it as `after`.")
    node: TimelineEntry = strawberry.field(description="The entry itself.")


@strawberry.type(description="A page of a timeline, the newest first.")
@backed_by(paging.Page)
class TimelineConnection:
    edges: list[TimelineEdge] = strawberry.field(description="The entries of this page, each with its cursor.")
    nodes: list[TimelineEntry] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the timeline.")


async def story(root: Any, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET) -> Any:
    """Resolves the field `timeline` of a thing by its key."""
    page = page_args(first, after)
    return await info.context.loaders.stories.load(Story(root.id, page.size, paging.version_in(page.after)))
