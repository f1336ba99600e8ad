"""Checks in rounds: once in each round over all processes, and by every process for itself while there is no database.

What was found without a database is held, and written when it is back, so that its own outage is in the history.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import structlog
from tortoise import connections

from infra.patience import within
from models.actor import SYSTEM, Permission
from models.events import EventType
from models.notifications import NotificationType
from models.services_health import HealthSample, Sample, Service, ServiceStatus
from models.users import User
from services.services_health_checks import CHECK_SECONDS, HealthCheck, run_checks
from services.work import Notice, Transaction, UnitOfWork

log = structlog.get_logger()

MAX_HELD = 20_000
"""Seven services for a day, every 30 seconds."""

_WRITE_SECONDS = 10.0
_BATCH = 1_000
_CONDENSED = 10_000
_WRITTEN = ("status", "found", "streak", "changes", "latency_ms", "message", "version", "last_checked_at")

# the database's clock says which round it is: it is the same for all processes
_CLAIM = """
WITH round AS (SELECT to_timestamp(floor(extract(epoch FROM now())::float8 / $1::float8) * $1::float8) AS at)
UPDATE services SET claimed_at = round.at FROM round WHERE id IN (
    SELECT id FROM services, round WHERE name = ANY($2) AND claimed_at IS DISTINCT FROM round.at ORDER BY id
    FOR UPDATE OF services
) RETURNING name, round.at AS at
"""
_CONDENSE = """
WITH old AS (
    DELETE FROM health_samples WHERE id IN (
        SELECT id FROM health_samples
        WHERE at < now() - interval '48 hours' AND at <> date_trunc('hour', at, 'UTC') LIMIT $1
    ) RETURNING *
), merged AS (
    INSERT INTO health_samples AS kept (id, service_id, at, status, latency_ms, count)
    SELECT gen_random_uuid(), service_id, date_trunc('hour', at, 'UTC') AS hour, status,
           sum(latency_ms * count) / sum(count), sum(count)
    FROM old GROUP BY service_id, hour, status
    ON CONFLICT (service_id, at, status) DO UPDATE SET count = kept.count + EXCLUDED.count, latency_ms =
        (kept.latency_ms * kept.count + EXCLUDED.latency_ms * EXCLUDED.count) / (kept.count + EXCLUDED.count)
)
SELECT FROM old LIMIT 1
"""
_PRUNE = "DELETE FROM health_samples WHERE at < now() - interval '35 days'"


class HealthRecorder:
    """Writes down what checks found, and tells those concerned what it comes to."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def record(self, samples: Sequence[Sample]) -> None:
        """A sample counts once, however often it is brought; one older than the last goes into the history only."""
        async with self._work.begin(SYSTEM) as transaction:
            names = {sample.service for sample in samples}
            found = await Service.filter(name__in=names).order_by("id").select_for_update()
            rows = {row.name: row for row in found}
            known = sorted((sample for sample in samples if sample.service in rows), key=lambda sample: sample.at)
            await HealthSample.bulk_create(_history(known, rows), batch_size=_BATCH, ignore_conflicts=True)
            for sample in known:
                await _take(transaction, rows[sample.service], sample)
            await Service.bulk_update(rows.values(), _WRITTEN)


class HealthSampler:
    def __init__(self, checks: Sequence[HealthCheck], recorder: HealthRecorder, interval_seconds: float) -> None:
        self._checks = checks
        self._recorder = recorder
        self._interval = interval_seconds
        self._held: deque[Sample] = deque(maxlen=MAX_HELD)
        self._is_registered = False

    @property
    def held(self) -> Sequence[Sample]:
        """What this process found and could not write yet, the oldest first."""
        return tuple(self._held)

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001  (whatever keeps the database away)
                log.warning("health.unwritten", held=len(self._held), error=repr(error))
            # in the middle of a round, so that clocks that differ a little do not leave one out
            await asyncio.sleep(self._interval - (time.time() - self._interval / 2) % self._interval)

    async def look(self) -> None:
        """One round: check what nobody else does, and write it down. Raises what keeps the database away."""
        try:
            at, checks = await within(CHECK_SECONDS, self._claim())
        except Exception:
            moment = time.time() // self._interval * self._interval
            self._held += await run_checks(self._checks, datetime.fromtimestamp(moment, UTC))
            raise
        self._held += await run_checks(checks, at)
        if samples := self.held:
            await within(_WRITE_SECONDS, self._recorder.record(samples))
            self._held.clear()

    async def _claim(self) -> tuple[datetime, list[HealthCheck]]:
        if not self._is_registered:
            rows = [Service(kind=check.kind, name=check.name) for check in self._checks]
            await Service.bulk_create(rows, ignore_conflicts=True)
            self._is_registered = True
        names = [check.name for check in self._checks]
        rows = await connections.get("default").execute_query_dict(_CLAIM, [self._interval, names])
        mine = {row["name"]: row["at"] for row in rows}
        return max(mine.values(), default=datetime.now(UTC)), [check for check in self._checks if check.name in mine]


async def condense_history() -> None:
    """After two days an hour's samples are one for each status; after 35 days there are none."""
    database = connections.get("default")
    while await database.execute_query_dict(_CONDENSE, [_CONDENSED]):
        pass
    await database.execute_query(_PRUNE)


def _history(samples: Iterable[Sample], rows: dict[str, Service]) -> list[HealthSample]:
    return [
        HealthSample(
            service_id=rows[sample.service].id, at=sample.at, status=sample.status, latency_ms=sample.latency_ms
        )
        for sample in samples
    ]


async def _take(transaction: Transaction, row: Service, sample: Sample) -> None:
    if row.last_checked_at is not None and sample.at <= row.last_checked_at:
        return
    previous = row.take(sample)
    if previous is None:
        return
    payload = row.snapshot() | {"previous_status": previous.value}
    transaction.record(EventType.SERVICE_CHANGED, row.id, payload, owner_id=None)
    if notice := _notice(row, previous):
        managers = User.filter(
            is_active=True, permissions__overlap=[Permission.MANAGE_SERVICES.value, Permission.ADMIN.value]
        )
        for manager in await managers.only("id"):
            await transaction.notify(manager.id, notice)


def _notice(row: Service, previous: ServiceStatus) -> Notice | None:
    """What people are told of a change, if it is worth their while."""
    moment = f"Checked at {row.last_checked_at:%Y-%m-%d %H:%M} UTC."
    body = f"{row.message}\n{moment}" if row.message else moment
    cause = f"service:{row.id}:{row.changes}"
    if row.status is ServiceStatus.DOWN:
        return Notice(NotificationType.SERVICE_DOWN, f"{row.name} is down", body, cause, "Service", row.id)
    if previous is ServiceStatus.DOWN and row.status is not ServiceStatus.UNCONFIGURED:
        return Notice(NotificationType.SERVICE_UP, f"{row.name} works again", body, cause, "Service", row.id)
    return None
