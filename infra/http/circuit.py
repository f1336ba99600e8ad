"""The rules of a circuit breaker as pure functions of what is remembered and the time, in seconds since 1970."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, StrEnum, auto

_MOST_DOUBLINGS = 32
"""Beyond any longest pause, and far from where numbers overflow."""
_SPREAD = 0.2


class Phase(StrEnum):
    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"


class Outcome(Enum):
    """What a call says of the service: it works, it does not, or nothing (the call was given up)."""

    SUCCESS = auto()
    FAILURE = auto()
    NEITHER = auto()


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """Open after `threshold` failures in a row; closed after `successes` probes that went well.

    The pause doubles while probes fail, up to the longest. A probe that says nothing for `probe_seconds` is given up,
    for its process may have died: this must be more than a call can take.
    """

    threshold: int = 5
    successes: int = 2
    pause_seconds: float = 30
    longest_pause_seconds: float = 600
    probe_seconds: float = 30


@dataclass(frozen=True, slots=True)
class BreakerState:
    """`opened_at` is when it left CLOSED; from `retry_at` on a call is let through, unless a probe answers earlier."""

    state: Phase
    failures: int
    threshold: int
    opened_at: datetime | None
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class Circuit:
    """All that is remembered of one breaker. Without `retry_at` it is closed.

    `turn` grows when the circuit opens, closes, or lets a probe through. A call reports under the turn that let it
    through and counts only while that lasts: a straggler neither closes nor reopens what has moved on.
    """

    turn: int = 0
    failures: int = 0
    successes: int = 0
    pauses: int = 0
    opened_at: float | None = None
    retry_at: float | None = None
    probe_until: float | None = None


def phase(circuit: Circuit, rules: BreakerRules, now: float) -> Phase:
    if circuit.retry_at is None:
        return Phase.CLOSED
    return Phase.OPEN if _is_ahead(circuit.retry_at, rules.longest_pause_seconds, now) else Phase.HALF_OPEN


def admit(circuit: Circuit, rules: BreakerRules, now: float) -> Circuit | None:
    """The circuit under whose turn a call may go out; None when it may not."""
    match phase(circuit, rules, now):
        case Phase.CLOSED:
            return circuit
        case Phase.OPEN:
            return None
        case Phase.HALF_OPEN:
            if circuit.probe_until is not None and _is_ahead(circuit.probe_until, rules.probe_seconds, now):
                return None
            return replace(circuit, turn=circuit.turn + 1, probe_until=now + rules.probe_seconds)


def settle(circuit: Circuit, turn: int, outcome: Outcome, rules: BreakerRules, now: float, *, jitter: float) -> Circuit:
    """The circuit after a call that went out under `turn`. `jitter`, from 0 to 1, makes a pause shorter."""
    if turn != circuit.turn:
        return circuit
    if circuit.retry_at is None:
        return _after_call(circuit, outcome, rules, now, jitter)
    if circuit.probe_until is None:
        return circuit
    return _after_probe(circuit, outcome, rules, now, jitter)


def closed(circuit: Circuit) -> Circuit:
    return Circuit(turn=circuit.turn + 1)


def describe(circuit: Circuit, rules: BreakerRules, now: float) -> BreakerState:
    return BreakerState(
        state=phase(circuit, rules, now),
        failures=circuit.failures,
        threshold=rules.threshold,
        opened_at=None if circuit.opened_at is None else _moment(circuit.opened_at),
        retry_at=None if circuit.retry_at is None else _moment(circuit.probe_until or circuit.retry_at),
    )


def _after_call(circuit: Circuit, outcome: Outcome, rules: BreakerRules, now: float, jitter: float) -> Circuit:
    match outcome:
        case Outcome.SUCCESS:
            return replace(circuit, failures=0)
        case Outcome.FAILURE if circuit.failures + 1 >= rules.threshold:
            return _opened(circuit, rules, now, jitter)
        case Outcome.FAILURE:
            return replace(circuit, failures=circuit.failures + 1)
        case Outcome.NEITHER:
            return circuit


def _after_probe(circuit: Circuit, outcome: Outcome, rules: BreakerRules, now: float, jitter: float) -> Circuit:
    match outcome:
        case Outcome.SUCCESS if circuit.successes + 1 >= rules.successes:
            return closed(circuit)
        case Outcome.SUCCESS:
            return replace(circuit, successes=circuit.successes + 1, probe_until=None)
        case Outcome.FAILURE:
            return _opened(circuit, rules, now, jitter)
        case Outcome.NEITHER:
            return replace(circuit, probe_until=None)


def _opened(circuit: Circuit, rules: BreakerRules, now: float, jitter: float) -> Circuit:
    doubled = rules.pause_seconds * 2 ** min(circuit.pauses, _MOST_DOUBLINGS)
    pause = min(doubled, rules.longest_pause_seconds) * (1 - _SPREAD * jitter)
    return Circuit(
        turn=circuit.turn + 1,
        failures=circuit.failures + 1,
        pauses=circuit.pauses + 1,
        opened_at=now if circuit.opened_at is None else circuit.opened_at,
        retry_at=now + pause,
    )


def _is_ahead(moment: float, at_most: float, now: float) -> bool:
    """False also when it is further ahead than anything we plan: then the clock was set back meanwhile."""
    return now < moment <= now + at_most


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
