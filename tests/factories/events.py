"""What the log says, for tests."""

from uuid import UUID

from models.events import DomainEvent


async def recorded(stream_id: UUID | None = None) -> list[tuple[str, object]]:
    """Type and state of each event, in order."""
    events = DomainEvent.all() if stream_id is None else DomainEvent.filter(stream_id=stream_id)
    return [(event.type, event.payload.get("status")) for event in await events.order_by("position")]


async def queued_jobs() -> list[str]:
    """The tasks that wait in the queue, in order."""
    from tortoise import connections

    rows = await connections.get("default").execute_query_dict(
        "SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
    )
    return [row["task_name"] for row in rows]
