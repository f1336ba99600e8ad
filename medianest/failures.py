"""Which foreign exceptions mean that a part of the server is away: expected, typed, worth another try."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import asyncpg
from tortoise.exceptions import DBConnectionError, OperationalError

from infra.outage import DATABASE
from models.errors import AppError, UnavailableError, ValidationError
from services.error_log import ErrorLog

_RETRY_SECONDS = 5
_AWAY = (
    ConnectionError,
    TimeoutError,
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.InternalClientError,  # its protocol, when the server dies in the middle of an answer
    asyncpg.LockNotAvailableError,
)


def noting(error_log: ErrorLog) -> Callable[[BaseException], AppError | None]:
    """What is no expected failure is a bug, and is counted."""

    def judge(failure: BaseException) -> AppError | None:
        known = classify(failure)
        if known is None:
            error_log.note(failure)
        return known

    return judge


def watch_tasks(error_log: ErrorLog) -> None:
    """Count the failures of tasks that nobody waits for."""
    judge = noting(error_log)

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        failure = context.get("exception")
        if failure is None or judge(failure) is None:
            loop.default_exception_handler(context)

    asyncio.get_running_loop().set_exception_handler(handle)


def end_without_traceback(failure: BaseException) -> NoReturn:
    """Of a process that cannot start because a part is away: one line is enough, the supervisor starts it again.

    Raises `failure` when it is a bug.
    """
    if classify(failure) is None:
        raise failure
    sys.exit(1)


def _is_closed(failure: BaseException | None) -> bool:
    """Asyncpg has one InterfaceError for lost connections and for mistakes in our calls."""
    return isinstance(failure, asyncpg.InterfaceError) and "closed" in str(failure)


def classify(failure: BaseException) -> AppError | None:
    """None for what is a bug."""
    cause = failure.__cause__ or failure if isinstance(failure, OperationalError) else failure
    if isinstance(cause, asyncpg.DataError):
        return ValidationError("A value cannot be stored: it is out of range, or has a character no text has.")
    if isinstance(cause, _AWAY) or _is_closed(cause):
        DATABASE.failed(cause)
        return UnavailableError(
            "The database does not answer now; try again in a few seconds.", retry_after_seconds=_RETRY_SECONDS
        )
    return None
