"""Those who read the event log to its end: each goes on from its checkpoint, whatever happened meanwhile."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
from tortoise import connections
from tortoise.backends.base.client import BaseDBAsyncClient

from infra.cache.base import Cache
from infra.outage import DATABASE
from infra.pubsub import EVENTS, PubSub
from models.actor import SYSTEM
from models.events import DomainEvent, tags_of
from services.projections import Projection
from services.work import Transaction, UnitOfWork

log = structlog.get_logger()

BATCH = 500
_POLL_SECONDS = 1.0
_BREATH_SECONDS = 0.05
"""So that many events at once are one batch, not a transaction of each consumer for each of them."""
_REST_SECONDS = 5.0

_BEHIND = """
SELECT consumer.name FROM unnest($1::text[]) AS consumer (name)
LEFT JOIN event_consumers AS kept ON kept.name = consumer.name
WHERE coalesce(kept.position, 0) < (SELECT position FROM event_counter)
"""
_REGISTER = "INSERT INTO event_consumers (name, position) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING"
_WAIT = "SELECT position FROM event_consumers WHERE name = $1 FOR UPDATE"
_TRY = f"{_WAIT} SKIP LOCKED"
_END_OF_BATCH = """
SELECT max(position) AS upto FROM (
    SELECT position FROM domain_events WHERE position > $1 ORDER BY position LIMIT $2
) AS batch
"""
_MOVE_ON = "UPDATE event_consumers SET position = $2 WHERE name = $1"


class Consumer(Protocol):
    @property
    def name(self) -> str: ...

    async def advance(self, connection: BaseDBAsyncClient, after: int, upto: int) -> None:
        """Take in the events after `after`, up to `upto`. What it writes through `connection` happens exactly once,
        anything else at least once.
        """


class CacheInvalidation:
    """Purges again what is purged after each commit: whoever committed may have died before they came to it."""

    name = "cache_invalidation"

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def advance(self, connection: BaseDBAsyncClient, after: int, upto: int) -> None:
        events = DomainEvent.filter(position__gt=after, position__lte=upto).using_db(connection)
        await self._cache.purge(tags_of(await events.values_list("type", "stream_id", "owner_id")))


class ReadModel:
    """A projection, kept up."""

    def __init__(self, projection: Projection) -> None:
        self.name = projection.name.value
        self.advance = projection.advance


class Consumers:
    """Any number of processes may run them: each consumer is moved on by one at a time, in the log's order."""

    def __init__(
        self, work: UnitOfWork, pubsub: PubSub, consumers: Sequence[Consumer], report: Callable[[BaseException], None]
    ) -> None:
        """`report` hears of a consumer that broke. It is tried again after a pause, and holds up no other."""
        self._work = work
        self._pubsub = pubsub
        self._consumers = {consumer.name: consumer for consumer in consumers}
        self._report = report
        self._resting: dict[str, float] = {}
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """For ever; a database that goes away is waited for."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._follow())

    async def catch_up(self) -> None:
        """Until each has read everything there is, or is with another process, or rests after a failure."""
        for name in await self._behind():
            try:
                while await self._advance(self._consumers[name]):
                    pass
            except Exception as failure:  # noqa: BLE001  (of one, and no other's)
                log.warning("consumer.failed", consumer=name, error=repr(failure))
                self._resting[name] = time.monotonic() + _REST_SECONDS
                self._report(failure)

    async def _listen(self) -> None:
        async for _ in self._pubsub.listen(EVENTS):
            self._woken.set()

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._woken.wait()
            self._woken.clear()
            try:
                await self.catch_up()
                DATABASE.worked()
                await asyncio.sleep(_BREATH_SECONDS)
            except Exception as error:  # noqa: BLE001  (whatever keeps the database away)
                DATABASE.failed(error)
                await asyncio.sleep(_POLL_SECONDS)

    async def _behind(self) -> list[str]:
        """One statement that writes nothing: most of the time there is nothing to do."""
        rows = await connections.get("default").execute_query_dict(_BEHIND, [list(self._consumers)])
        now = time.monotonic()
        return [row["name"] for row in rows if self._resting.get(row["name"], now) <= now]

    async def _advance(self, consumer: Consumer) -> bool:
        """One batch; whether there was one."""
        async with self._work.begin(SYSTEM) as transaction:
            after = await hold_checkpoint(transaction, consumer.name)
            if after is None:
                return False
            (row,) = await transaction.connection.execute_query_dict(_END_OF_BATCH, [after, BATCH])
            if row["upto"] is None:
                return False
            await consumer.advance(transaction.connection, after, row["upto"])
            await transaction.connection.execute_query(_MOVE_ON, [consumer.name, row["upto"]])
        return True


async def hold_checkpoint(transaction: Transaction, name: str, *, wait: bool = False) -> int | None:
    """How far a consumer has come, kept from others until the transaction ends; None while another process holds it,
    unless it is waited for.
    """
    await transaction.connection.execute_query(_REGISTER, [name])
    rows = await transaction.connection.execute_query_dict(_WAIT if wait else _TRY, [name])
    return int(rows[0]["position"]) if rows else None
