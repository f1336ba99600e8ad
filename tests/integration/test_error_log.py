import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.audit import AuditEntry
from models.error_entries import ErrorEntry, Severity
from models.errors import NotFoundError, PermissionDeniedError
from models.events import DomainEvent, EventType
from models.notifications import Notification
from models.paging import PageArgs
from services.error_log import ErrorLog
from services.error_notices import HOURLY_NOTICES
from tests.factories.people import make_actor, make_user

ADMIN = Permission.ADMIN


@pytest.fixture
def error_log(base: Backbone) -> ErrorLog:
    return ErrorLog(base.work)


def stumble(secret: str) -> Exception:
    try:
        return int(secret)  # type: ignore[return-value]
    except ValueError as error:
        return error


async def meet(error_log: ErrorLog, value: str = "hunter2", correlation_id: str = "one") -> None:
    await error_log.write(stumble(value), Severity.ERROR, correlation_id)


class TestErrorLog:
    async def test_the_same_bug_is_one_entry(self, error_log: ErrorLog) -> None:
        for number in range(3):
            await meet(error_log, f"secret {number}", str(number))
        entry = await ErrorEntry.get()
        assert (entry.count, entry.code, entry.correlation_id) == (3, "ValueError", "2")
        assert "stumble" in entry.message

    async def test_its_name_is_our_innermost_function_not_a_librarys(self, error_log: ErrorLog) -> None:
        try:
            json.loads("{")
        except ValueError as error:
            await error_log.write(error, Severity.CRITICAL, "one")
        entry = await ErrorEntry.get()
        here = "test_error_log.test_its_name_is_our_innermost_function_not_a_librarys"
        assert (entry.message, entry.severity) == (f"JSONDecodeError in {here}", Severity.CRITICAL)

    async def test_no_value_gets_into_it(self, error_log: ErrorLog) -> None:
        await meet(error_log, "hunter2")
        assert "hunter2" not in str((await ErrorEntry.get()).snapshot())

    async def test_resolved_it_is_off_the_list_until_it_is_met_again(self, error_log: ErrorLog) -> None:
        manager = await make_actor(Permission.MANAGE_SERVICES)
        await meet(error_log)
        entry = await ErrorEntry.get()
        await error_log.resolve(manager, entry.id)
        with pytest.raises(NotFoundError):
            await error_log.resolve(manager, entry.id)
        assert await AuditEntry.filter(action="error.resolved", actor_id=manager.user_id).count() == 1
        assert await listed(error_log, manager) == 0
        await meet(error_log)
        assert await listed(error_log, manager) == 1

    async def test_only_who_runs_the_server_reads_and_resolves_it(self, error_log: ErrorLog) -> None:
        other = await make_actor(Permission.MANAGE_USERS)
        await meet(error_log)
        entry = await ErrorEntry.get()
        for attempt in (listed(error_log, other), error_log.resolve(other, entry.id)):
            with pytest.raises(PermissionDeniedError):
                await attempt
        assert (await ErrorEntry.get()).resolved_at is None

    async def test_without_a_database_it_raises_nothing(
        self, error_log: ErrorLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.error_log._COUNT", "nonsense")
        await meet(error_log)


async def listed(error_log: ErrorLog, actor: object) -> int:
    page = await error_log.list_entries(actor, PageArgs(), unresolved_only=True)  # type: ignore[arg-type]
    return len(page.nodes)


class TestNotices:
    async def test_administrators_hear_of_a_bug_once(self, error_log: ErrorLog) -> None:
        admin, _, _ = await make_user(ADMIN), await make_user(Permission.MANAGE_SERVICES), await make_user()
        await make_user(ADMIN, is_active=False)
        for _ in range(3):
            await meet(error_log)
        notice = await Notification.get()
        entry = await ErrorEntry.get()
        assert (notice.user_id, notice.subject_type, notice.subject_id) == (admin.id, "ErrorEntry", entry.id)
        assert entry.message in notice.body
        assert await DomainEvent.filter(type=EventType.NOTIFICATION_CREATED).count() == 1

    async def test_and_again_when_it_came_back(self, error_log: ErrorLog) -> None:
        admin = await make_actor(ADMIN)
        for met in (1, 2, 3):
            await meet(error_log)
            await meet(error_log)
            assert await Notification.all().count() == met
            await error_log.resolve(admin, (await ErrorEntry.get()).id)

    async def test_many_at_once_that_meet_the_same(self, error_log: ErrorLog) -> None:
        await make_user(ADMIN)
        await asyncio.gather(*(meet(error_log) for _ in range(10)))
        assert (await ErrorEntry.get()).count == 10
        assert await Notification.all().count() == 1

    async def test_a_flood_is_ten_and_one_that_says_so(self, error_log: ErrorLog) -> None:
        await make_user(ADMIN)
        kinds = [type(f"Odd{number}Error", (Exception,), {}) for number in range(100)]
        await asyncio.gather(*(error_log.write(kind(), Severity.ERROR, "one") for kind in kinds))
        assert await ErrorEntry.all().count() == 100
        titles = Counter(notice.title for notice in await Notification.all())
        assert sorted(titles.values()) == [1, HOURLY_NOTICES]

    async def test_after_an_hour_they_hear_again(self, error_log: ErrorLog) -> None:
        await self.test_a_flood_is_ten_and_one_that_says_so(error_log)
        await Notification.all().update(created_at=datetime.now(UTC) - timedelta(hours=1))
        await meet(error_log)
        assert await Notification.all().count() == HOURLY_NOTICES + 2

    async def test_what_cannot_be_told_is_not_counted_either_and_raises_nothing(
        self, error_log: ErrorLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(*_: object) -> None:
            raise RuntimeError("no notice")

        monkeypatch.setattr("services.error_log.tell_administrators", fail)
        await meet(error_log)
        assert not await ErrorEntry.exists()
