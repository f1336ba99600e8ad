import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from tortoise import connections
from typing_extensions import override

from dataloaders.services_health import Uptime, load_uptimes
from infra.http.breaker import CircuitBreaker
from infra.http.circuit import BreakerRules, Outcome, Phase
from infra.storage.base import StorageError
from infra.storage.local import LocalStorage
from medianest.settings import Settings
from medianest.wiring.backbone import Backbone, backbone
from medianest.wiring.services import health_checks
from models.actor import ANONYMOUS, Permission
from models.audit import AuditEntry
from models.errors import NotFoundError, PermissionDeniedError, RateLimitedError, UnauthenticatedError, ValidationError
from models.events import DomainEvent, EventType
from models.notifications import Notification, NotificationType
from models.services_health import HealthSample, Sample, Service, ServiceKind, ServiceStatus, UptimeWindow
from services.hub import Hub, last_position
from services.services_health import ServiceHealthService
from services.services_health_checks import (
    Finding,
    HealthCheck,
    cache_check,
    database_check,
    disk_check,
    object_store_check,
    run_checks,
    workers_check,
    youtube_check,
)
from services.services_health_sampling import HealthRecorder, HealthSampler, condense_history
from services.stream_items import ServiceChange
from services.streams import StreamService
from tests.factories.people import make_actor, make_user
from tests.factories.streams import taking

UP, DEGRADED, DOWN, UNCONFIGURED = (ServiceStatus[name] for name in ("UP", "DEGRADED", "DOWN", "UNCONFIGURED"))
ROUND_SECONDS = 0.001
"""So short that every look is a round of its own."""


class Fake:
    """A service that is as one says, and counts how often it is looked at."""

    def __init__(self, name: str = "Toaster") -> None:
        self.status = UP
        self.looks = 0
        self.entry = HealthCheck(ServiceKind.CUSTOM, name, self.check)

    async def check(self) -> Finding:
        self.looks += 1
        return Finding(self.status, "warm")


class Proxy:
    """Stands in front of PostgreSQL's socket, and can stop passing anything on."""

    def __init__(self, folder: Path, database_url: str) -> None:
        parts = urlsplit(database_url)
        self._target = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._path = folder / ".s.PGSQL.5432"
        self.url = f"postgresql://postgres@{parts.path}?host={folder}"
        self.flows = asyncio.Event()
        self.flows.set()
        self._pumps: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_unix_server(self._accept, self._path)
        yield self
        self.flows.set()
        server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._target)
        for source, sink in ((reader, back), (there, writer)):
            self._pumps.add(asyncio.create_task(self._pump(source, sink)))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError):
                while data := await source.read(65_536):
                    await self.flows.wait()
                    sink.write(data)
        finally:
            sink.close()


def sampler_of(base: Backbone, *entries: HealthCheck) -> HealthSampler:
    return HealthSampler(entries, HealthRecorder(base.work), ROUND_SECONDS)


async def one(check: HealthCheck) -> Sample:
    (sample,) = await run_checks([check], datetime.now(UTC))
    return sample


async def told(user_id: UUID) -> list[NotificationType]:
    return [row.type for row in await Notification.filter(user_id=user_id).order_by("id")]


async def changes() -> list[tuple[object, object]]:
    events = await DomainEvent.filter(type=EventType.SERVICE_CHANGED).order_by("position")
    return [(event.payload["previous_status"], event.payload["status"]) for event in events]


class TestChecks:
    """Each against the real thing, well and broken."""

    async def test_all_of_a_healthy_server(self, base: Backbone) -> None:
        found = {sample.service: sample for sample in await run_checks(health_checks(base), datetime.now(UTC))}
        assert found["PostgreSQL"].version
        assert (found["Redis"].version or "").startswith("valkey ")
        assert "yt-dlp" in (found["Downloader"].version or "")
        assert {name for name, sample in found.items() if sample.status is UP} >= {
            "PostgreSQL", "Redis", "Object store", "Downloader",
        }  # fmt: skip
        assert found["Workers"].status is DOWN
        assert found["Library disk"].status is UNCONFIGURED

    async def test_redis_away(self, base: Backbone) -> None:
        await base.redis.connection_pool.disconnect()
        base.redis.connection_pool.connection_kwargs["path"] = "/nowhere"
        sample = await one(cache_check(base.redis))
        assert sample.status is DOWN
        assert sample.message

    async def test_a_store_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "objects").write_bytes(b"in the way")
        sample = await one(object_store_check(LocalStorage(tmp_path / "objects")))
        assert sample.status is DOWN
        assert "cannot be written" in (sample.message or "")

    async def test_a_store_that_comes_late_is_prepared_once(self, base: Backbone, tmp_path: Path) -> None:
        class Late(LocalStorage):
            left = 3

            @override
            async def prepare(self) -> None:
                self.left -= 1
                if self.left:
                    raise StorageError("The object store cannot be reached.")

        late = Late(tmp_path)
        settings = base.settings.model_copy(update={"health_interval_seconds": 0})
        await replace(base, storage=late, settings=settings).await_storage()
        assert late.left == 0

    async def test_a_disk_that_is_not_there(self, tmp_path: Path) -> None:
        assert (await one(disk_check("Disk", tmp_path / "gone"))).status is DOWN

    async def test_without_deno(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
        monkeypatch.setenv("PATH", str(tmp_path))
        sample = await one(youtube_check())
        assert (sample.status, "deno" in (sample.message or "")) == (DEGRADED, True)
        (tmp_path / "deno").write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / "deno").chmod(0o755)
        assert (await one(youtube_check())).status is DEGRADED

    async def test_workers_by_their_heartbeat(self, base: Backbone) -> None:
        database = connections.get("default")
        await database.execute_script("INSERT INTO procrastinate_workers DEFAULT VALUES")
        assert (await one(workers_check())).status is UP
        await database.execute_script("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        assert (await one(workers_check())).status is DOWN


class TestDatabaseAway:
    async def test_its_outage_is_told_and_in_the_history_afterwards(
        self, settings: Settings, database_url: str, redis_url: str, tmp_path: Path
    ) -> None:
        async with (
            Proxy(tmp_path, database_url).open() as proxy,
            backbone(settings, proxy.url, redis_url, pool_max=5) as base,
        ):
            manager = await make_actor(Permission.MANAGE_SERVICES)
            service = ServiceHealthService(base.work, [database_check(), workers_check()], ROUND_SECONDS)
            await service.sampler.look()
            proxy.flows.clear()
            began = time.monotonic()
            with pytest.raises(TimeoutError):
                await service.sampler.look()
            assert time.monotonic() - began < 6
            assert [sample[:1] + sample[2:3] for sample in service.sampler.held] == [("PostgreSQL", DOWN)]
            (reading,) = await service.readings()
            assert (reading.service, reading.is_up) == ("PostgreSQL", False)
            proxy.flows.set()
            while service.sampler.held:
                with suppress(Exception):
                    await service.sampler.look()
            row = await Service.get(name="PostgreSQL")
            history = await HealthSample.filter(service_id=row.id).order_by("at")
            assert [sample.status for sample in history[:2]] == [UP, DOWN]
            assert history[-1].status is UP
            assert (row.status, await told(manager.require_user())) == (UP, [])

    async def test_a_long_one_is_a_change_and_two_notices_though_two_processes_saw_it(self, base: Backbone) -> None:
        manager, fake = await make_actor(Permission.MANAGE_SERVICES), Fake()
        await sampler_of(base, fake.entry).look()
        began = datetime.now(UTC)
        outage = [Sample("Toaster", began + timedelta(seconds=second), DOWN, 1) for second in range(5)]
        outage += [Sample("Toaster", began + timedelta(seconds=second), UP, 1) for second in range(5, 8)]
        recorder = HealthRecorder(base.work)
        await asyncio.gather(recorder.record(outage), recorder.record(outage))
        assert await changes() == [("UNCONFIGURED", "UP"), ("UP", "DOWN"), ("DOWN", "UP")]
        assert await told(manager.require_user()) == [NotificationType.SERVICE_DOWN, NotificationType.SERVICE_UP]
        assert await HealthSample.filter(status=DOWN).count() == 5

    async def test_what_comes_late_goes_into_the_history_alone(self, base: Backbone) -> None:
        fake = Fake()
        await sampler_of(base, fake.entry).look()
        hour_ago = datetime.now(UTC) - timedelta(hours=1)
        late = [Sample("Toaster", hour_ago + timedelta(seconds=second), DOWN, 1) for second in range(5)]
        await HealthRecorder(base.work).record(late)
        assert (await Service.get(name="Toaster")).status is UP
        assert await changes() == [("UNCONFIGURED", "UP")]
        assert await HealthSample.filter(status=DOWN).count() == 5


class TestRounds:
    async def test_one_of_two_processes_looks_in_each(self, base: Backbone) -> None:
        fake = Fake()
        rounds = 3600  # seconds: all in one round, unless an hour ends just now
        first, second = (HealthSampler([fake.entry], HealthRecorder(base.work), rounds) for _ in range(2))
        began = time.time() // rounds
        await asyncio.gather(first.look(), second.look())
        await asyncio.gather(first.look(), second.look())
        assert fake.looks <= 1 + time.time() // rounds - began
        assert await HealthSample.all().count() == fake.looks

    async def test_down_and_up_are_told_once_to_those_who_run_the_server(self, base: Backbone) -> None:
        manager = await make_user(Permission.MANAGE_SERVICES)
        admin, member = await make_user(Permission.ADMIN), await make_user(Permission.MANAGE_USERS)
        former = await make_user(Permission.ADMIN, is_active=False)
        fake = Fake()
        samplers = [sampler_of(base, fake.entry) for _ in range(2)]
        for status in (UP, DOWN, DOWN, DOWN, DOWN, UP, UP, UP):
            fake.status = status
            looked = fake.looks
            while fake.looks == looked:
                await asyncio.gather(*(sampler.look() for sampler in samplers))
        assert await changes() == [("UNCONFIGURED", "UP"), ("UP", "DOWN"), ("DOWN", "UP")]
        expected = [NotificationType.SERVICE_DOWN, NotificationType.SERVICE_UP]
        assert await told(manager.id) == await told(admin.id) == expected
        assert await told(member.id) == await told(former.id) == []

    async def test_what_is_not_set_up_is_told_to_nobody(self, base: Backbone) -> None:
        admin, fake = await make_user(Permission.ADMIN), Fake()
        sampler = sampler_of(base, fake.entry)
        for status in (UP, UNCONFIGURED, UP, UNCONFIGURED):
            fake.status = status
            await sampler.look()
        assert len(await changes()) == 4
        assert await told(admin.id) == []


class TestHistory:
    NOW = datetime.now(UTC)

    async def filled(self) -> Service:
        """An hour of five days ago, half of it down; yesterday down; something too old."""
        row = await Service.create(kind=ServiceKind.CUSTOM, name="Toaster")
        old = (self.NOW - timedelta(days=5)).replace(minute=0, second=0, microsecond=0)
        moments = [(old + timedelta(minutes=minute), UP if minute % 2 else DOWN) for minute in range(60)]
        moments += [(self.NOW - timedelta(hours=20), DOWN), (self.NOW - timedelta(hours=19), DEGRADED)]
        moments += [(self.NOW - timedelta(hours=1), UP), (self.NOW - timedelta(hours=1), UNCONFIGURED)]
        moments += [(self.NOW - timedelta(days=36), DOWN)]
        for at, status in moments:
            await HealthSample.create(service_id=row.id, at=at, status=status, latency_ms=at.minute)
        return row

    async def test_shares_of_a_window_are_the_same_before_and_after_condensing(self, base: Backbone) -> None:
        row = await self.filled()
        keys = [Uptime(row.id, window) for window in UptimeWindow] + [Uptime(uuid4(), UptimeWindow.DAY)]
        expected = [pytest.approx(2 / 3), pytest.approx(32 / 63), pytest.approx(32 / 63), None]
        assert await load_uptimes(keys) == expected
        for _ in range(2):
            await condense_history()
            assert await load_uptimes(keys) == expected

    async def test_an_hour_becomes_one_row_a_status(self, base: Backbone) -> None:
        row = await self.filled()
        await condense_history()
        await condense_history()
        kept = await HealthSample.filter(service_id=row.id).order_by("at", "status")
        assert [(sample.status, sample.count) for sample in kept] == [
            (DOWN, 30), (UP, 30), (DOWN, 1), (DEGRADED, 1), (UNCONFIGURED, 1), (UP, 1),
        ]  # fmt: skip
        assert [sample.latency_ms for sample in kept[:2]] == [29, 30]


class TestService:
    @pytest.fixture
    async def row(self, base: Backbone) -> Service:
        return await Service.create(kind=ServiceKind.CUSTOM, name="Toaster")

    @staticmethod
    async def opened(base: Backbone) -> CircuitBreaker:
        async def fail() -> None:
            raise OSError

        breaker = CircuitBreaker(f"toaster-{uuid4()}", base.redis, BreakerRules(threshold=1))
        with suppress(OSError):
            await breaker.call(fail, lambda _: Outcome.FAILURE)
        return breaker

    async def test_a_look_by_hand_counts_and_has_its_pace(self, base: Backbone, row: Service) -> None:
        fake, manager = Fake(), await make_actor(Permission.MANAGE_SERVICES)
        service = ServiceHealthService(base.work, [fake.entry], 30)
        found = await service.check(manager, row.id)
        assert (found.status, found.message, await HealthSample.all().count()) == (UP, "warm", 1)
        results = await asyncio.gather(*(service.check(manager, row.id) for _ in range(3)), return_exceptions=True)
        assert all(isinstance(result, RateLimitedError) for result in results)
        assert fake.looks == 1
        await Service.all().update(claimed_at=datetime.now(UTC) - timedelta(seconds=6))
        await service.check(manager, row.id)
        assert fake.looks == 2

    async def test_for_those_alone_who_run_the_server(self, base: Backbone, row: Service) -> None:
        fake, member = Fake(), await make_actor(Permission.MANAGE_DOWNLOADS)
        service = ServiceHealthService(base.work, [fake.entry], 30)
        for attempt in (service.check(member, row.id), service.reset_breaker(member, row.id)):
            with pytest.raises(PermissionDeniedError):
                await attempt
        with pytest.raises(UnauthenticatedError):
            await service.list_services(ANONYMOUS)
        assert (fake.looks, await HealthSample.all().count(), await AuditEntry.all().count()) == (0, 0, 0)

    async def test_a_breaker_is_shown_closed_for_all_and_audited(self, base: Backbone, row: Service) -> None:
        breaker, manager = await self.opened(base), await make_actor(Permission.MANAGE_SERVICES)
        entry = HealthCheck(ServiceKind.CUSTOM, "Toaster", Fake().check, breaker=breaker)
        service = ServiceHealthService(base.work, [entry], 30)
        shown = await service.breaker(manager, "Toaster")
        assert shown is not None
        assert shown.state is Phase.OPEN
        assert await service.breaker(await make_actor(), "Toaster") is None
        await service.reset_breaker(manager, row.id)
        elsewhere = CircuitBreaker(breaker.service, base.redis)
        assert (await elsewhere.state()).state is Phase.CLOSED
        entry_written = await AuditEntry.get(action="service.breaker_reset")
        assert (entry_written.actor_id, entry_written.before) == (manager.user_id, {"state": "OPEN"})

    async def test_without_a_breaker_there_is_nothing_to_reset(self, base: Backbone, row: Service) -> None:
        manager = await make_actor(Permission.MANAGE_SERVICES)
        service = ServiceHealthService(base.work, [Fake().entry], 30)
        with pytest.raises(ValidationError):
            await service.reset_breaker(manager, row.id)
        with pytest.raises(NotFoundError):
            await service.reset_breaker(manager, uuid4())
        assert await AuditEntry.all().count() == 0


class TestStream:
    async def test_what_was_missed_then_what_happens(self, base: Backbone, hub: Hub) -> None:
        start, fake, member = await last_position(), Fake(), await make_actor()
        sampler = sampler_of(base, fake.entry)
        await sampler.look()
        async with taking(StreamService(hub).services(member, after=start)) as take:
            seen = [await take()]
            fake.status = DOWN
            for _ in range(3):
                await sampler.look()
            seen.append(await take())
        assert all(isinstance(item, ServiceChange) for item in seen)
        assert [(item.previous_status, item.service.status) for item in seen if isinstance(item, ServiceChange)] == [
            (UNCONFIGURED, UP), (UP, DOWN),
        ]  # fmt: skip
        page = await StreamService(hub).changes(member, after=start, first=10)
        assert [type(item) for item in page.items] == [ServiceChange, ServiceChange]
        with pytest.raises(UnauthenticatedError):
            await anext(StreamService(hub).services(ANONYMOUS, after=None))
