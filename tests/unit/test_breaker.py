"""The rules of the circuit breaker, with the time passed in, and the breaker of a process that has no Redis."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from infra.http.breaker import CircuitBreaker
from infra.http.circuit import BreakerRules, Circuit, Outcome, Phase, admit, closed, describe, phase, settle
from infra.http.errors import BreakerOpenError

RULES = BreakerRules(threshold=2, successes=2, pause_seconds=10, longest_pause_seconds=40, probe_seconds=5)
NOW = 1_800_000_000.0
CLOSED = Circuit(turn=4)
OPEN = Circuit(turn=5, failures=2, pauses=1, opened_at=NOW - 1, retry_at=NOW + 9)
HALF_OPEN = replace(OPEN, retry_at=NOW)
PROBING = replace(HALF_OPEN, turn=6, probe_until=NOW + 5)


def after(circuit: Circuit, outcome: Outcome, *, turn: int | None = None, now: float = NOW) -> Circuit:
    return settle(circuit, circuit.turn if turn is None else turn, outcome, RULES, now, jitter=0)


class TestPhase:
    @pytest.mark.parametrize(
        ("circuit", "now", "expected"),
        [
            (CLOSED, NOW, Phase.CLOSED),
            (OPEN, NOW, Phase.OPEN),
            (OPEN, NOW + 8.999, Phase.OPEN),
            (OPEN, NOW + 9, Phase.HALF_OPEN),
            (PROBING, NOW + 3600, Phase.HALF_OPEN),
        ],
    )
    def test_it_follows_from_the_time(self, circuit: Circuit, now: float, expected: Phase) -> None:
        assert phase(circuit, RULES, now) is expected

    def test_a_clock_set_back_by_an_hour_does_not_keep_it_open_for_an_hour(self) -> None:
        assert phase(OPEN, RULES, NOW - 3600) is Phase.HALF_OPEN
        assert admit(PROBING, RULES, NOW - 3600) is not None


class TestAdmit:
    def test_closed_lets_everybody_through_and_remembers_nothing(self) -> None:
        assert admit(CLOSED, RULES, NOW) == CLOSED

    def test_open_lets_nobody_through(self) -> None:
        assert admit(OPEN, RULES, NOW) is None

    def test_half_open_lets_one_through(self) -> None:
        probing = admit(HALF_OPEN, RULES, NOW)
        assert probing == PROBING
        assert admit(probing, RULES, NOW) is None

    def test_a_probe_that_says_nothing_is_given_up(self) -> None:
        assert admit(PROBING, RULES, NOW + 4.999) is None
        assert admit(PROBING, RULES, NOW + 5) == replace(PROBING, turn=7, probe_until=NOW + 10)


class TestSettle:
    @pytest.mark.parametrize(
        ("before", "outcome", "expected"),
        [
            (CLOSED, Outcome.SUCCESS, CLOSED),
            (CLOSED, Outcome.NEITHER, CLOSED),
            (CLOSED, Outcome.FAILURE, replace(CLOSED, failures=1)),
            (replace(CLOSED, failures=1), Outcome.SUCCESS, CLOSED),
            (replace(CLOSED, failures=1), Outcome.NEITHER, replace(CLOSED, failures=1)),
            (replace(CLOSED, failures=1), Outcome.FAILURE, replace(OPEN, opened_at=NOW, retry_at=NOW + 10)),
            (OPEN, Outcome.SUCCESS, OPEN),
            (OPEN, Outcome.NEITHER, OPEN),
            (OPEN, Outcome.FAILURE, OPEN),
            (HALF_OPEN, Outcome.SUCCESS, HALF_OPEN),
            (HALF_OPEN, Outcome.NEITHER, HALF_OPEN),
            (HALF_OPEN, Outcome.FAILURE, HALF_OPEN),
            (PROBING, Outcome.SUCCESS, replace(PROBING, successes=1, probe_until=None)),
            (PROBING, Outcome.NEITHER, replace(PROBING, probe_until=None)),
            (PROBING, Outcome.FAILURE, replace(OPEN, turn=7, failures=3, pauses=2, retry_at=NOW + 20)),
            (replace(PROBING, successes=1), Outcome.SUCCESS, Circuit(turn=7)),
            (replace(PROBING, successes=1), Outcome.NEITHER, replace(PROBING, successes=1, probe_until=None)),
            (
                replace(PROBING, successes=1),
                Outcome.FAILURE,
                replace(OPEN, turn=7, failures=3, pauses=2, retry_at=NOW + 20),
            ),
        ],
    )
    def test_every_state_with_every_outcome(self, before: Circuit, outcome: Outcome, expected: Circuit) -> None:
        assert after(before, outcome) == expected

    @pytest.mark.parametrize("circuit", [CLOSED, OPEN, HALF_OPEN, PROBING])
    @pytest.mark.parametrize("outcome", list(Outcome))
    def test_who_went_out_under_another_turn_does_not_count(self, circuit: Circuit, outcome: Outcome) -> None:
        assert after(circuit, outcome, turn=circuit.turn - 1) == circuit

    def test_calls_that_were_on_their_way_when_it_was_closed_by_hand_do_not_open_it(self) -> None:
        circuit = closed(OPEN)
        for _ in range(5):
            circuit = after(circuit, Outcome.FAILURE, turn=CLOSED.turn)
        assert circuit == Circuit(turn=OPEN.turn + 1)

    def test_the_pause_doubles_up_to_the_longest(self) -> None:
        circuit, now, pauses = after(replace(CLOSED, failures=1), Outcome.FAILURE), NOW, []
        for _ in range(2000):
            assert circuit.retry_at is not None
            pauses.append(circuit.retry_at - now)
            now = circuit.retry_at
            probing = admit(circuit, RULES, now)
            assert probing is not None
            circuit = after(probing, Outcome.FAILURE, now=now)
        assert pauses == [10, 20] + [40] * 1998

    @given(st.floats(0, 1))
    def test_jitter_makes_a_pause_shorter_by_a_fifth_at_most(self, jitter: float) -> None:
        opened = settle(replace(CLOSED, failures=1), 4, Outcome.FAILURE, RULES, NOW, jitter=jitter)
        assert opened.retry_at is not None
        assert 8 <= opened.retry_at - NOW <= 10


class TestEverySequence:
    """All sequences of seven calls and pauses, against what the words of the rules say."""

    STEPS: tuple[Outcome | str, ...] = (Outcome.SUCCESS, Outcome.FAILURE, Outcome.NEITHER, "pause")

    def test_calls_go_out_exactly_when_the_rules_say_so(self) -> None:
        for steps in product(self.STEPS, repeat=7):
            self.follow(steps)

    def follow(self, steps: tuple[Outcome | str, ...]) -> None:
        circuit, now = Circuit(), NOW
        is_tripped, is_paused, failures, successes = False, True, 0, 0
        for step in steps:
            if isinstance(step, str):
                now, is_paused = now + RULES.longest_pause_seconds, True
                continue
            admitted = admit(circuit, RULES, now)
            assert (admitted is not None) == is_paused, steps
            if admitted is None:
                continue
            circuit = after(admitted, step, now=now)
            failures = 0 if step is Outcome.SUCCESS else failures + (step is Outcome.FAILURE)
            successes = successes + 1 if step is Outcome.SUCCESS else successes * (step is Outcome.NEITHER)
            if step is Outcome.FAILURE and (is_tripped or failures == RULES.threshold):
                is_tripped, is_paused, successes = True, False, 0
            elif is_tripped and successes == RULES.successes:
                is_tripped, failures = False, 0
            assert (circuit.retry_at is not None) == is_tripped, steps
            successes *= is_tripped


class TestDescribe:
    def test_closed(self) -> None:
        state = describe(replace(CLOSED, failures=1), RULES, NOW)
        assert (state.state, state.failures, state.threshold) == (Phase.CLOSED, 1, 2)
        assert (state.opened_at, state.retry_at) == (None, None)

    def test_open(self) -> None:
        state = describe(OPEN, RULES, NOW)
        assert state.state is Phase.OPEN
        assert state.opened_at == datetime.fromtimestamp(NOW - 1, UTC)
        assert state.retry_at == datetime.fromtimestamp(NOW + 9, UTC)

    def test_a_probe_under_way_may_take_its_time(self) -> None:
        assert describe(PROBING, RULES, NOW).retry_at == datetime.fromtimestamp(NOW + 5, UTC)


class TestWithoutRedis:
    async def test_the_process_counts_for_itself(self) -> None:
        breaker = CircuitBreaker("seerr", Redis.from_url("unix:///nowhere"), RULES)
        for _ in range(RULES.threshold):
            with pytest.raises(ZeroDivisionError):
                await breaker.call(broken, lambda _error: Outcome.FAILURE)
        with pytest.raises(BreakerOpenError) as refused:
            await breaker.call(broken, lambda _error: Outcome.FAILURE)
        state = await breaker.state()
        assert state.state is Phase.OPEN
        assert refused.value.retry_at == state.retry_at
        await breaker.reset()
        assert (await breaker.state()).state is Phase.CLOSED

    async def test_what_the_caller_does_not_hold_against_it_does_not_count(self) -> None:
        breaker = CircuitBreaker("seerr", Redis.from_url("unix:///nowhere"), RULES)
        for outcome in (Outcome.FAILURE, Outcome.SUCCESS, Outcome.FAILURE, Outcome.NEITHER):
            with pytest.raises(ZeroDivisionError):
                await breaker.call(broken, lambda _error, outcome=outcome: outcome)  # type: ignore[misc]
        assert (await breaker.state()).failures == 1

    async def test_a_cancelled_probe_makes_room_for_the_next(self) -> None:
        rules = replace(RULES, threshold=1, pause_seconds=0)
        breaker = CircuitBreaker("seerr", Redis.from_url("unix:///nowhere"), rules)
        with pytest.raises(ZeroDivisionError):
            await breaker.call(broken, lambda _error: Outcome.FAILURE)
        started = asyncio.Event()

        async def hang() -> None:
            started.set()
            await asyncio.Event().wait()

        probe = asyncio.create_task(breaker.call(hang, lambda _error: Outcome.FAILURE))
        await started.wait()
        with pytest.raises(BreakerOpenError):
            await breaker.call(works, lambda _error: Outcome.FAILURE)
        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe
        assert (await breaker.state()).failures == 1
        assert [await breaker.call(works, lambda _error: Outcome.FAILURE) for _ in range(2)] == ["it works"] * 2
        assert (await breaker.state()).state is Phase.CLOSED


async def broken() -> None:
    raise ZeroDivisionError


async def works() -> str:
    return "it works"
