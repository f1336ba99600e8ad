"""Events by key, and the story of one thing out of its events."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from tortoise import connections

from models.events import DomainEvent, EventType
from models.paging import Edge, Page, PageInfo
from models.timeline import LoggedEvent, TimelineEntry

_KNOWN = [type_.value for type_ in EventType]

# the newest of each stream, one more than asked for
_STORIES = """
SELECT position, id, type, stream_id, stream_version, owner_id, actor_id, correlation_id, causation_id, schema_version,
       payload, occurred_at
FROM (
    SELECT *, row_number() OVER (PARTITION BY stream_id ORDER BY stream_version DESC) AS place
    FROM domain_events WHERE stream_id = ANY($1) AND type = ANY($2) AND stream_version < $3
) AS numbered WHERE place <= $4 ORDER BY stream_id, stream_version DESC
"""
_END = 2**31 - 1


class Story(NamedTuple):
    """`before` is the stream version to go on behind; 0: from the newest."""

    stream_id: UUID
    first: int
    before: int = 0


async def load_logged_events(keys: Sequence[UUID]) -> list[LoggedEvent | None]:
    found = {event.id: LoggedEvent.of(event) for event in await _events(keys)}
    return [found.get(key) for key in keys]


async def load_timeline_entries(keys: Sequence[UUID]) -> list[TimelineEntry | None]:
    found = {event.id: TimelineEntry.of(event) for event in await _events(keys)}
    return [found.get(key) for key in keys]


async def load_stories(stories: Sequence[Story]) -> list[Page[TimelineEntry]]:
    """A page of each, the newest event first; one statement for all that are asked for alike."""
    alike: defaultdict[tuple[int, int], list[UUID]] = defaultdict(list)
    for story in stories:
        alike[story.first, story.before].append(story.stream_id)
    found: dict[Story, list[DomainEvent]] = defaultdict(list)
    for (first, before), streams in alike.items():
        values = [streams, _KNOWN, before or _END, first + 1]
        for row in await connections.get("default").execute_query_dict(_STORIES, values):
            found[Story(row["stream_id"], first, before)].append(DomainEvent._init_from_db(**row))  # noqa: SLF001
    return [_page(found[story], story) for story in stories]


async def load_notification_positions(keys: Sequence[UUID]) -> list[int]:
    """Where in the log each arrived; of those whose event is pruned, where the log begins."""
    rows = await connections.get("default").execute_query_dict(
        "SELECT key.id, coalesce(event.position, counter.pruned_to) AS position "
        "FROM unnest($1::uuid[]) AS key (id) CROSS JOIN event_counter AS counter "
        "LEFT JOIN domain_events AS event ON event.stream_id = key.id AND event.stream_version = 1",
        [list(keys)],
    )
    found = {row["id"]: int(row["position"]) for row in rows}
    return [found[key] for key in keys]


async def _events(keys: Sequence[UUID]) -> list[DomainEvent]:
    return await DomainEvent.filter(id__in=list(keys), type__in=_KNOWN)


def _page(events: list[DomainEvent], story: Story) -> Page[TimelineEntry]:
    edges = [Edge(str(event.stream_version), TimelineEntry.of(event)) for event in events[: story.first]]
    info = PageInfo(
        has_next_page=len(events) > story.first,
        has_previous_page=story.before > 0,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Page(edges, info)
