"""What is away for a while, told in a few lines: one when it goes, a count now and then, one when it is back."""

import time
from collections.abc import Callable
from typing import Any

import structlog

log = structlog.get_logger()

_REMINDER_SECONDS = 60.0
_SETTLED_SECONDS = 2.0


class Outage:
    """Everybody in the process who meets the same absence tells it here, and whoever is answered again too.

    It is over when something worked and nothing has failed for two seconds: of a part that comes and goes, some answer.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._began: float | None = None
        self._failed_at = self._told_at = 0.0
        self._failures = 0

    @property
    def failures(self) -> int:
        """In the present outage; 0 while there is none."""
        return self._failures

    def failed(self, error: BaseException) -> None:
        now = self._failed_at = self._clock()
        self._failures += 1
        if self._began is None:
            self._began = self._told_at = now
            log.warning("outage.began", part=self._name, error=_text(error))
        elif now - self._told_at >= _REMINDER_SECONDS:
            self._told_at = now
            log.warning("outage.lasts", error=_text(error), **self._extent(now))

    def worked(self) -> None:
        now = self._clock()
        if self._began is not None and now - self._failed_at >= _SETTLED_SECONDS:
            log.warning("outage.ended", **self._extent(now))
            self._began, self._failures = None, 0

    def _extent(self, now: float) -> dict[str, Any]:
        return {"part": self._name, "failures": self._failures, "seconds": round(now - (self._began or now))}


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".strip(": \n").splitlines()[0]


DATABASE = Outage("database")
"""Of the whole process, as the connection pool is."""
