import pytest

from medianest.wiring import Backbone
from models.actor import Permission
from models.error_entries import ErrorEntry, Severity
from models.errors import NotFoundError, PermissionDeniedError
from models.paging import PageArgs
from services.error_log import ErrorLog
from tests.factories.people import make_actor


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
        assert await listed(error_log, manager) == 0
        await meet(error_log)
        assert await listed(error_log, manager) == 1

    async def test_only_who_runs_the_server_reads_it(self, error_log: ErrorLog) -> None:
        with pytest.raises(PermissionDeniedError):
            await listed(error_log, await make_actor(Permission.MANAGE_USERS))

    async def test_without_a_database_it_raises_nothing(
        self, error_log: ErrorLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.error_log._COUNT", "nonsense")
        await meet(error_log)


async def listed(error_log: ErrorLog, actor: object) -> int:
    page = await error_log.list_entries(actor, PageArgs(), unresolved_only=True)  # type: ignore[arg-type]
    return len(page.nodes)
