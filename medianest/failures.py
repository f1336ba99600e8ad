"""Which foreign exceptions mean that a part of the server is away: expected, typed, worth another try."""

import asyncpg
from tortoise.exceptions import DBConnectionError, OperationalError

from models.errors import AppError, UnavailableError, ValidationError

_RETRY_SECONDS = 5
_AWAY = (
    OSError,
    TimeoutError,
    DBConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
)


def classify(failure: BaseException) -> AppError | None:
    """None for what is a bug."""
    cause = failure.__cause__ if isinstance(failure, OperationalError) else failure
    if isinstance(cause, asyncpg.CharacterNotInRepertoireError | asyncpg.UntranslatableCharacterError):
        return ValidationError("The text contains a character that cannot be stored.", constraint="characters")
    if isinstance(cause, _AWAY):
        return UnavailableError(
            "The database does not answer now; try again in a few seconds.", retry_after_seconds=_RETRY_SECONDS
        )
    return None
