import asyncio
from datetime import timedelta

import pytest
from tortoise import connections

from infra.http.errors import UpstreamUnreachableError
from medianest.wiring.backbone import Backbone
from services import rounds
from services.rounds import run_round, run_rounds

HOUR = timedelta(hours=1)
NOW = timedelta()


class Work:
    """Counts its rounds, and fails as told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.times = 0
        self.enough = asyncio.Event()

    async def __call__(self) -> None:
        self.times += 1
        if self.failures:
            raise self.failures.pop(0)
        self.enough.set()


async def leave_alone_for(seconds: int) -> None:
    """As if so much time had passed."""
    sql = "UPDATE rounds SET next_at = next_at - make_interval(secs => $1)"
    await connections.get("default").execute_query_dict(sql, [seconds])


class TestRunRound:
    async def test_of_many_processes_one_does_it(self, base: Backbone) -> None:
        work = Work()
        done = await asyncio.gather(*(run_round("films", HOUR, work) for _ in range(10)))
        assert (done.count(True), work.times) == (1, 1)

    async def test_it_comes_round_after_its_interval(self, base: Backbone) -> None:
        work = Work()
        await run_round("films", HOUR, work)
        assert not await run_round("films", HOUR, work)
        await leave_alone_for(3600)
        assert await run_round("films", HOUR, work)

    async def test_whoever_is_at_it_is_left_alone(self, base: Backbone) -> None:
        begun, goes_on = asyncio.Event(), asyncio.Event()

        async def slowly() -> None:
            begun.set()
            await goes_on.wait()

        slow = asyncio.create_task(run_round("films", NOW, slowly))
        await begun.wait()
        assert not await run_round("films", NOW, Work())
        await leave_alone_for(900)  # it must be dead
        assert await run_round("films", NOW, Work())
        goes_on.set()
        await slow

    async def test_what_fails_is_due_again(self, base: Backbone) -> None:
        work = Work(ValueError("broken"))
        with pytest.raises(ValueError, match="broken"):
            await run_round("films", NOW, work)
        assert await run_round("films", NOW, work)

    async def test_each_name_has_rounds_of_its_own(self, base: Backbone) -> None:
        assert await run_round("films", HOUR, Work())
        assert await run_round("series", HOUR, Work())


class TestRunRounds:
    async def test_goes_on_after_failures_and_reports_our_own(
        self, base: Backbone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rounds, "_LOOK_SECONDS", 0)
        bug, told = ValueError("broken"), list[BaseException]()
        work = Work(UpstreamUnreachableError("Plex"), bug)
        running = asyncio.create_task(run_rounds("films", NOW, work, told.append))
        async with asyncio.timeout(5):
            await work.enough.wait()
        running.cancel()
        await asyncio.wait({running})
        assert told == [bug]
