"""How the parts of the server are, for those who use it and those who run it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from tortoise import connections

from infra.http.circuit import BreakerState
from infra.patience import within
from models.actor import Actor, Permission
from models.errors import NotFoundError, RateLimitedError, ValidationError
from models.services_health import Service, ServiceStatus
from services.services_health_checks import CHECK_SECONDS, HealthCheck, run_checks
from services.services_health_sampling import HealthRecorder, HealthSampler
from services.work import UnitOfWork

_GAP_SECONDS = 5
_CLAIM = f"""
UPDATE services SET claimed_at = now()
WHERE id = $1 AND (claimed_at IS NULL OR claimed_at < now() - interval '{_GAP_SECONDS} seconds') RETURNING id
"""  # noqa: S608  (a constant)


class Reading(NamedTuple):
    """A service as a number."""

    service: str
    is_up: bool
    latency_seconds: float


class ServiceHealthService:
    def __init__(self, work: UnitOfWork, checks: Sequence[HealthCheck], interval_seconds: float) -> None:
        self._work = work
        self._checks = {check.name: check for check in checks}
        self._recorder = HealthRecorder(work)
        self.sampler = HealthSampler(checks, self._recorder, interval_seconds)

    async def list_services(self, actor: Actor) -> list[Service]:
        """In the order in which they were met first."""
        return await Service.visible_to(actor).filter(name__in=list(self._checks)).order_by("id")

    async def breaker(self, actor: Actor, name: str) -> BreakerState | None:
        """None for a service that has none, and for who may not see it."""
        check = self._checks.get(name)
        if check is None or check.breaker is None or not actor.may(Permission.MANAGE_SERVICES):
            return None
        return await check.breaker.state()

    async def check(self, actor: Actor, service_id: UUID) -> Service:
        """Look at it now; it counts like any other look. Raises NotFoundError, RateLimitedError."""
        actor.require(Permission.MANAGE_SERVICES)
        check = await self._check(service_id)
        if not await connections.get("default").execute_query_dict(_CLAIM, [service_id]):
            raise RateLimitedError("It was checked a moment ago.", retry_after_seconds=_GAP_SECONDS)
        await self._recorder.record(await run_checks([check], datetime.now(UTC)))
        return await Service.get(id=service_id)

    async def reset_breaker(self, actor: Actor, service_id: UUID) -> Service:
        """Let calls through again, in all processes. Raises NotFoundError, ValidationError for one without breaker."""
        actor.require(Permission.MANAGE_SERVICES)
        breaker = (await self._check(service_id)).breaker
        if breaker is None:
            raise ValidationError("This service has no circuit breaker.", path=("id",), constraint="breaker")
        row, before = await Service.get(id=service_id), await breaker.state()
        async with self._work.begin(actor) as transaction:
            await transaction.audit("service.breaker_reset", row, before={"state": before.state.value})
        await breaker.reset()  # never fails: what the log says did happen
        return row

    async def readings(self) -> list[Reading]:
        """For monitoring: without a database, what this process found by itself."""
        try:
            rows = await within(CHECK_SECONDS, self._rows())
        except Exception:  # noqa: BLE001  (whatever keeps the database away)
            latest = {sample.service: sample for sample in self.sampler.held}
            return _readings((name, sample.status, sample.latency_ms) for name, sample in latest.items())
        return _readings((row.name, row.status, row.latency_ms) for row in rows)

    async def _rows(self) -> list[Service]:
        return await Service.filter(name__in=list(self._checks)).order_by("id")

    async def _check(self, service_id: UUID) -> HealthCheck:
        row = await Service.get_or_none(id=service_id)
        if row is None or row.name not in self._checks:
            raise NotFoundError("There is no such service.", path=("id",))
        return self._checks[row.name]


def _readings(states: Iterable[tuple[str, ServiceStatus, float | None]]) -> list[Reading]:
    """Nothing of what is not set up, or was not checked yet."""
    return [
        Reading(name, status is not ServiceStatus.DOWN, latency_ms / 1000)
        for name, status, latency_ms in states
        if status is not ServiceStatus.UNCONFIGURED and latency_ms is not None
    ]
