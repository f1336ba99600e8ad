"""What changes too often to be cached: live progress and the place in the queue."""

from collections.abc import Sequence
from uuid import UUID

from tortoise import connections

from infra.pubsub import TICKS, PubSub
from models.downloads import Download
from models.progress import Progress, Tick

_POSITIONS = """
SELECT id, place FROM (
    SELECT id, row_number() OVER (ORDER BY job_id) AS place FROM downloads WHERE status = 'QUEUED'
) AS queue WHERE id = ANY($1)
"""


async def load_progress(pubsub: PubSub, keys: Sequence[UUID]) -> list[Progress | None]:
    """The latest tick of each download, or what its row says."""
    raw = await pubsub.latest(TICKS, [str(key) for key in keys])
    ticks = [message and Tick.decode(message) for message in raw]
    found = {key: tick.progress for key, tick in zip(keys, ticks, strict=True) if tick}
    if missing := [key for key in keys if key not in found]:
        found |= {row.id: Progress.of(row) for row in await Download.filter(id__in=missing)}
    return [found.get(key) for key in keys]


async def load_queue_positions(keys: Sequence[UUID]) -> list[int | None]:
    """How many downloads start before it, plus one; None for what does not wait in the queue."""
    rows = await connections.get("default").execute_query_dict(_POSITIONS, [list(keys)])
    places = {row["id"]: int(row["place"]) for row in rows}
    return [places.get(key) for key in keys]
