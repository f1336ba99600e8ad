import asyncio
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from infra.patience import within
from models.services_health import DOWN_AFTER, GOOD_AFTER, ServiceKind, ServiceStatus, Verdict, judge
from services import services_health_checks as checks
from services.services_health_checks import Finding, HealthCheck, room, run_checks

UP, DEGRADED, DOWN, UNCONFIGURED = (ServiceStatus[name] for name in ("UP", "DEGRADED", "DOWN", "UNCONFIGURED"))
NOW = datetime(2026, 11, 20, tzinfo=UTC)
GIB = 1024**3


def after(start: ServiceStatus, *found: ServiceStatus) -> list[ServiceStatus]:
    """The status after each check."""
    verdict, seen = Verdict(start, start, 0), []
    for status in found:
        verdict = judge(verdict, status)
        seen.append(verdict.status)
    return seen


class TestJudge:
    @pytest.mark.parametrize("start", list(ServiceStatus))
    def test_every_sequence_of_six(self, start: ServiceStatus) -> None:
        """What each change must have behind it, and what may not leave things as they are."""
        for found in product(ServiceStatus, repeat=6):
            statuses = [start, *after(start, *found)]
            for place, status in enumerate(found, 1):
                before, now = statuses[place - 1], statuses[place]
                bad = found[max(0, place - DOWN_AFTER) : place]
                was_down = len(bad) == DOWN_AFTER and set(bad) == {DOWN}
                assert now in {before, status}, found
                if was_down:
                    assert now is DOWN, found
                if now is DOWN is not before:
                    assert was_down, found
                good = found[max(0, place - GOOD_AFTER) : place]
                if status is not DOWN and len(good) == GOOD_AFTER and DOWN not in good and before not in good:
                    assert now is status, found
                if before is DOWN and now in {UP, DEGRADED}:
                    assert len(good) == GOOD_AFTER, found
                    assert DOWN not in good, found

    @pytest.mark.parametrize(
        ("start", "found", "expected"),
        [
            (UP, (DOWN, DOWN, DOWN), [UP, UP, DOWN]),
            (UP, (DOWN, DOWN, UP, DOWN, DOWN), [UP] * 5),
            (UP, (DOWN, DOWN, DEGRADED, DOWN, DOWN, DOWN), [UP, UP, UP, UP, UP, DOWN]),
            (DOWN, (UP, DOWN, UP, UP), [DOWN, DOWN, DOWN, UP]),
            (DOWN, (UP, DEGRADED), [DOWN, DEGRADED]),
            (UP, (DEGRADED, UP, DEGRADED, DEGRADED), [UP, UP, UP, DEGRADED]),
            (UNCONFIGURED, (UP,), [UP]),
            (UNCONFIGURED, (DOWN, DOWN, DOWN), [UNCONFIGURED, UNCONFIGURED, DOWN]),
            (DOWN, (UNCONFIGURED,), [UNCONFIGURED]),
        ],
    )
    def test_by_example(
        self, start: ServiceStatus, found: tuple[ServiceStatus, ...], expected: list[ServiceStatus]
    ) -> None:
        assert after(start, *found) == expected


class TestWithin:
    async def test_what_cannot_be_cancelled_is_not_waited_for(self) -> None:
        release = asyncio.Event()

        async def stubborn() -> None:
            while not release.is_set():
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    continue
            raise OSError("nobody hears of this")

        with pytest.raises(TimeoutError, match=r"within 0\.01 seconds"):
            await within(0.01, stubborn())
        release.set()


class TestRunChecks:
    @staticmethod
    def entry(name: str, *, fails: bool = False, needs: str | None = None) -> HealthCheck:
        async def check() -> Finding:
            if fails:
                raise OSError
            return Finding(version="1")

        return HealthCheck(ServiceKind.CUSTOM, name, check, needs=needs)

    async def test_what_fails_is_down_and_the_others_are_told(self) -> None:
        bad, good = await run_checks([self.entry("bad", fails=True), self.entry("good")], NOW)
        assert (bad.status, bad.message, bad.at) == (DOWN, "OSError", NOW)
        assert (good.status, good.version) == (UP, "1")

    async def test_of_what_is_seen_through_another_nothing_is_known_without_it(self) -> None:
        entries = [self.entry("a", fails=True), self.entry("b", needs="a"), self.entry("c", needs="d"), self.entry("d")]
        assert [sample.service for sample in await run_checks(entries, NOW)] == ["a", "c", "d"]

    async def test_what_hangs_is_down_and_holds_up_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        async def hang() -> Finding:
            await asyncio.Event().wait()
            raise AssertionError

        monkeypatch.setattr(checks, "CHECK_SECONDS", 0.02)
        (sample,) = await run_checks([HealthCheck(ServiceKind.CUSTOM, "slow", hang)], NOW)
        assert (sample.status, sample.message) == (DOWN, "No answer within 0.02 seconds.")

    async def test_slow_is_degraded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "_SLOW_MS", 0)
        (sample,) = await run_checks([self.entry("slow")], NOW)
        assert (sample.status, sample.version) == (DEGRADED, "1")


class TestRoom:
    @pytest.mark.parametrize(
        ("free", "status"), [(6 * GIB, UP), (5 * GIB - 1, DEGRADED), (GIB // 2, DEGRADED), (GIB // 2 - 1, DOWN)]
    )
    def test_by_what_is_left(self, free: int, status: ServiceStatus) -> None:
        assert room(Path("/films"), free).status is status
