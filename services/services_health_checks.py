"""What is checked, and how: one entry is one service."""

import asyncio
import shutil
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from redis.asyncio import Redis
from tortoise import connections

from infra.http.breaker import CircuitBreaker
from infra.patience import within
from infra.storage.base import Storage
from integrations.channels.mail import Mailer
from integrations.youtube.runtime import find_runtime
from models.services_health import Sample, ServiceKind, ServiceStatus
from services.queue_stats import count_workers

CHECK_SECONDS = 2.5
_SLOW_MS = 1000
_MAX_MESSAGE = 500
_GIB = 1024**3
_LOW_BYTES, _FLOOR_BYTES = 5 * _GIB, _GIB // 2


@dataclass(frozen=True, slots=True)
class Finding:
    """`message` and `version` are for those who run the server."""

    status: ServiceStatus = ServiceStatus.UP
    message: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """How to look at a service. What `check` raises means that it is down.

    `needs` names another service through which this one is seen: while that is down, nobody knows about this one.
    """

    kind: ServiceKind
    name: str
    check: Callable[[], Coroutine[Any, Any, Finding]]
    breaker: CircuitBreaker | None = None
    needs: str | None = None


class Outside(Protocol):
    """A system elsewhere that is spoken to over HTTP."""

    breaker: CircuitBreaker

    async def check(self) -> str | None:
        """Its version, where it says that. Raises what keeps it from its work."""


async def run_checks(checks: Sequence[HealthCheck], at: datetime) -> list[Sample]:
    """All at once; never raises, and never takes much longer than one check may."""
    samples = await asyncio.gather(*(_sample(check, at) for check in checks))
    down = {sample.service for sample in samples if sample.status is ServiceStatus.DOWN}
    return [sample for check, sample in zip(checks, samples, strict=True) if check.needs not in down]


async def _sample(check: HealthCheck, at: datetime) -> Sample:
    began = time.perf_counter()
    finding = await _finding(check)
    latency_ms = round((time.perf_counter() - began) * 1000, 2)
    if finding.status is ServiceStatus.UP and latency_ms > _SLOW_MS:
        finding = Finding(ServiceStatus.DEGRADED, "It answers slowly.", finding.version)
    return Sample(check.name, at, finding.status, latency_ms, finding.message, finding.version)


async def _finding(check: HealthCheck) -> Finding:
    try:
        return await within(CHECK_SECONDS, check.check())
    except Exception as error:  # noqa: BLE001  (whatever it is: it does not work)
        return Finding(ServiceStatus.DOWN, (str(error) or type(error).__name__)[:_MAX_MESSAGE])


def database_check() -> HealthCheck:
    async def check() -> Finding:
        (row,) = await connections.get("default").execute_query_dict("SHOW server_version")
        return Finding(version=str(row["server_version"]))

    return HealthCheck(ServiceKind.DATABASE, "PostgreSQL", check)


def cache_check(redis: Redis) -> HealthCheck:
    async def check() -> Finding:
        facts = await redis.info("server")
        name = "valkey" if "valkey_version" in facts else "redis"
        return Finding(version=f"{name} {facts[f'{name}_version']}")

    return HealthCheck(ServiceKind.CACHE, "Redis", check)


def object_store_check(storage: Storage) -> HealthCheck:
    async def check() -> Finding:
        await storage.check()
        return Finding()

    return HealthCheck(ServiceKind.OBJECT_STORE, "Object store", check)


def mail_check(mailer: Mailer | None) -> HealthCheck:
    async def check() -> Finding:
        if mailer is None:
            return Finding(ServiceStatus.UNCONFIGURED)
        await mailer.check()
        return Finding()

    return HealthCheck(ServiceKind.SMTP, "Mail", check, breaker=mailer.breaker if mailer else None)


def outside_check(kind: ServiceKind, name: str, system: Outside | None, unset: str) -> HealthCheck:
    """Of a system elsewhere. None: a demo stands in for it, until the settings named in `unset` are there."""

    async def check() -> Finding:
        if system is None:
            return Finding(ServiceStatus.UNCONFIGURED, f"A demo stands in for it: set {unset}.")
        return Finding(version=await system.check())

    return HealthCheck(kind, name, check, breaker=system.breaker if system else None)


def youtube_check() -> HealthCheck:
    async def check() -> Finding:
        runtime = await find_runtime()
        if runtime.deno is None:
            message = "There is no deno: videos of YouTube fail, those of other sites do not."
            return Finding(ServiceStatus.DEGRADED, message, f"yt-dlp {runtime.ytdlp}")
        return Finding(version=f"yt-dlp {runtime.ytdlp}, deno {runtime.deno}")

    return HealthCheck(ServiceKind.YOUTUBE, "Downloader", check)


def workers_check() -> HealthCheck:
    async def check() -> Finding:
        workers = await count_workers()
        if not workers:
            return Finding(ServiceStatus.DOWN, "No worker is alive: nothing is downloaded until one is started.")
        return Finding(message=f"{workers} alive.")

    return HealthCheck(ServiceKind.WORKERS, "Workers", check, needs="PostgreSQL")


def disk_check(name: str, folder: Path | None) -> HealthCheck:
    """Of the disk that `folder` is on."""

    async def check() -> Finding:
        if folder is None:
            return Finding(ServiceStatus.UNCONFIGURED)
        return room(folder, (await asyncio.to_thread(shutil.disk_usage, folder)).free)

    return HealthCheck(ServiceKind.CUSTOM, name, check)


def room(folder: Path, free_bytes: int) -> Finding:
    """What so much free room comes to."""
    message = f"{free_bytes / _GIB:.1f} GiB free in {folder}."
    if free_bytes < _FLOOR_BYTES:
        return Finding(ServiceStatus.DOWN, message)
    return Finding(ServiceStatus.DEGRADED if free_bytes < _LOW_BYTES else ServiceStatus.UP, message)
