import pytest
from structlog.testing import capture_logs

from infra.outage import Outage
from tests.factories.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outage(clock: Clock) -> Outage:
    return Outage("database", clock)


class TestOutage:
    def test_three_minutes_are_a_handful_of_lines(self, outage: Outage, clock: Clock) -> None:
        with capture_logs() as lines:
            for _ in range(1800):
                outage.failed(ConnectionError("refused"))
                clock.now += 0.1
            clock.now += 2
            outage.worked()
        assert [line["event"] for line in lines] == [
            "outage.began",
            "outage.lasts",
            "outage.lasts",
            "outage.ended",
        ]
        assert {line["part"] for line in lines} == {"database"}
        assert lines[0]["error"] == "ConnectionError: refused"
        assert (lines[-1]["failures"], lines[-1]["seconds"]) == (1800, 182)

    def test_some_that_get_an_answer_are_no_end_while_others_get_none(self, outage: Outage, clock: Clock) -> None:
        with capture_logs() as lines:
            for _ in range(180):
                outage.failed(TimeoutError())
                clock.now += 1
                outage.worked()
        assert [line["event"] for line in lines] == ["outage.began", "outage.lasts", "outage.lasts"]

    def test_the_next_one_is_told_anew(self, outage: Outage, clock: Clock) -> None:
        with capture_logs() as lines:
            for _ in range(2):
                outage.failed(TimeoutError())
                clock.now += 2
                outage.worked()
        assert [line["event"] for line in lines] == ["outage.began", "outage.ended"] * 2
        assert outage.failures == 0

    def test_what_works_and_was_never_away_says_nothing(self, outage: Outage) -> None:
        with capture_logs() as lines:
            outage.worked()
        assert lines == []

    def test_an_error_is_one_line_and_may_say_nothing(self, outage: Outage, clock: Clock) -> None:
        with capture_logs() as lines:
            outage.failed(TimeoutError())
            clock.now += 60
            outage.failed(ConnectionError("gone\n  HINT: many\n lines"))
        assert [line["error"] for line in lines] == ["TimeoutError", "ConnectionError: gone"]
