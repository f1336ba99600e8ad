"""How services were."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from tortoise import connections

from models.services_health import HealthSample, UptimeWindow

# a check that found nothing set up says nothing
_UPTIMES = """
SELECT service_id, (sum(count) FILTER (WHERE status <> 'DOWN'))::float / sum(count) AS share
FROM health_samples WHERE service_id = ANY($1) AND at > $2 AND status <> 'UNCONFIGURED' GROUP BY service_id
"""
_HISTORIES = """
SELECT sample.* FROM unnest($1::uuid[]) AS service (id) CROSS JOIN LATERAL (
    SELECT * FROM health_samples WHERE service_id = service.id ORDER BY at DESC LIMIT $2
) AS sample ORDER BY sample.at
"""


class Uptime(NamedTuple):
    service_id: UUID
    window: UptimeWindow


class History(NamedTuple):
    service_id: UUID
    last: int


async def load_uptimes(keys: Sequence[Uptime]) -> list[float | None]:
    """The share of checks that found it working, from 0 to 1; one statement for each window."""
    found: dict[Uptime, float] = {}
    for window in {key.window for key in keys}:
        services = [key.service_id for key in keys if key.window is window]
        rows = await connections.get("default").execute_query_dict(
            _UPTIMES, [services, datetime.now(UTC) - window.length]
        )
        found |= {Uptime(row["service_id"], window): row["share"] or 0.0 for row in rows}
    return [found.get(key) for key in keys]


async def load_histories(keys: Sequence[History]) -> list[list[HealthSample]]:
    """The newest samples of each, the oldest of them first; one statement for all that are asked for alike."""
    found: defaultdict[History, list[HealthSample]] = defaultdict(list)
    for last in {key.last for key in keys}:
        services = [key.service_id for key in keys if key.last == last]
        for row in await connections.get("default").execute_query_dict(_HISTORIES, [services, last]):
            found[History(row["service_id"], last)].append(HealthSample._init_from_db(**row))  # noqa: SLF001
    return [found[key] for key in keys]
