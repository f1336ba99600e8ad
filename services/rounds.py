"""Work that comes round in every interval, done by one of all processes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from tortoise import connections

from infra.http.errors import UpstreamError

log = structlog.get_logger()

_LEASE = timedelta(minutes=15)
_LOOK_SECONDS = 5.0

_CLAIM = """
INSERT INTO rounds AS round (id, name, next_at) VALUES (gen_random_uuid(), $1, now() + $2::interval)
ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at WHERE round.next_at <= now() RETURNING name
"""
_DONE = "UPDATE rounds SET next_at = now() + $2::interval WHERE name = $1"


async def run_rounds(
    name: str,
    interval: timedelta,
    work: Callable[[], Awaitable[object]],
    report: Callable[[BaseException], object],
    *,
    lease: timedelta = _LEASE,
) -> None:
    """For ever. What fails is done again in the next round; `report` hears of it, but for what is away outside.

    `lease` is longer than a round takes: whoever has not come back by then is dead.
    """
    while True:
        try:
            await run_round(name, interval, work, lease=lease)
        except UpstreamError as error:
            log.info("round.failed", name=name, error=error.message)
        except Exception as error:  # noqa: BLE001  (one round is not the next)
            report(error)
        await asyncio.sleep(_LOOK_SECONDS)


async def run_round(
    name: str, interval: timedelta, work: Callable[[], Awaitable[object]], *, lease: timedelta = _LEASE
) -> bool:
    """Do it if it is due, and nobody else is at it. Raises what `work` raises."""
    database = connections.get("default")
    if not await database.execute_query_dict(_CLAIM, [name, lease]):
        return False
    try:
        await work()
    finally:
        await database.execute_query_dict(_DONE, [name, interval])
    return True
