"""Every failure a caller can expect, as a typed error with the code that the API shows. Anything else is a bug."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from infra.http.circuit import Phase
from models.quotas import Quota


class ErrorCode(StrEnum):
    VALIDATION = "VALIDATION"
    NOT_FOUND = "NOT_FOUND"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    CONFLICT = "CONFLICT"
    DUPLICATE = "DUPLICATE"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    UPSTREAM_UNAVAILABLE = "UPSTREAM_UNAVAILABLE"
    UPSTREAM_REJECTED = "UPSTREAM_REJECTED"
    INVALID_STATE = "INVALID_STATE"
    BLOCKLISTED = "BLOCKLISTED"
    UNSUPPORTED_URL = "UNSUPPORTED_URL"
    FORBIDDEN_URL = "FORBIDDEN_URL"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    STALE_VERSION = "STALE_VERSION"
    STORAGE_FULL = "STORAGE_FULL"
    MALFORMED_REQUEST = "MALFORMED_REQUEST"
    INVALID_OPERATION = "INVALID_OPERATION"
    OPERATION_TOO_COSTLY = "OPERATION_TOO_COSTLY"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


class AppError(Exception):
    """A failure that the caller can understand and act on.

    `message` is written for the person who reads it; `path` names the input field it is about, outermost first,
    None when it is about no single one.
    """

    code: ClassVar[ErrorCode] = ErrorCode.INTERNAL

    def __init__(self, message: str, *, path: tuple[str, ...] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class ValidationError(AppError):
    """`constraint` names the broken rule in a form that a program can compare: `max_length`, `email` …"""

    code = ErrorCode.VALIDATION

    def __init__(self, message: str, *, path: tuple[str, ...] | None = None, constraint: str | None = None) -> None:
        super().__init__(message, path=path)
        self.constraint = constraint


class NotFoundError(AppError):
    """Also the answer for what the caller may not see: nobody learns that it exists."""

    code = ErrorCode.NOT_FOUND


class PermissionDeniedError(AppError):
    code = ErrorCode.PERMISSION_DENIED


class UnauthenticatedError(AppError):
    code = ErrorCode.UNAUTHENTICATED


class TokenExpiredError(UnauthenticatedError):
    code = ErrorCode.TOKEN_EXPIRED


class InvalidCredentialsError(AppError):
    code = ErrorCode.INVALID_CREDENTIALS


class TokenReusedError(AppError):
    code = ErrorCode.TOKEN_REUSED


class QuotaExceededError(AppError):
    """The person has used all of `quota`."""

    code = ErrorCode.QUOTA_EXCEEDED

    def __init__(self, message: str, *, quota: Quota) -> None:
        super().__init__(message)
        self.quota = quota


class RateLimitedError(AppError):
    """Too often; it works again after `retry_after_seconds`, which are made whole ones here, never too few."""

    code = ErrorCode.RATE_LIMITED

    def __init__(self, reason: str, *, retry_after_seconds: float) -> None:
        self.reason = reason
        self.retry_after_seconds = max(0, int(retry_after_seconds)) + 1
        super().__init__(f"{reason}: try again in {self.retry_after_seconds} seconds.")


class StaleVersionError(AppError):
    code = ErrorCode.STALE_VERSION


class ConflictError(AppError):
    code = ErrorCode.CONFLICT


class DuplicateError(AppError):
    """There is one already: `existing`, unless it went away meanwhile."""

    code = ErrorCode.DUPLICATE

    def __init__(self, message: str, *, existing: object | None) -> None:
        super().__init__(message)
        self.existing = existing


class BlocklistedError(AppError):
    code = ErrorCode.BLOCKLISTED


class IdempotencyMismatchError(AppError):
    code = ErrorCode.IDEMPOTENCY_MISMATCH


class InvalidStateError(AppError):
    """`current` is the state the thing is in, `allowed` are the states from which the action would work."""

    code = ErrorCode.INVALID_STATE

    def __init__(self, message: str, *, current: str, allowed: tuple[str, ...]) -> None:
        super().__init__(message)
        self.current = current
        self.allowed = allowed


class UnsupportedUrlError(AppError):
    code = ErrorCode.UNSUPPORTED_URL


class ForbiddenUrlError(AppError):
    code = ErrorCode.FORBIDDEN_URL


class PayloadTooLargeError(AppError):
    code = ErrorCode.PAYLOAD_TOO_LARGE


class StorageFullError(AppError):
    """No room is left where files are kept."""

    code = ErrorCode.STORAGE_FULL


class UnavailableError(AppError):
    """A part that the answer needs is away; trying again after `retry_after_seconds` makes sense."""

    code = ErrorCode.UNAVAILABLE

    def __init__(self, message: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class UpstreamUnavailableError(AppError):
    """A system elsewhere does not do its part now. `service` is its ServiceKind, `breaker` how its circuit breaker was
    left; before `retry_at` trying again is pointless, None when nobody can tell.
    """

    code = ErrorCode.UPSTREAM_UNAVAILABLE

    def __init__(
        self, message: str, *, service: str, breaker: Phase = Phase.CLOSED, retry_at: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.service = service
        self.breaker = breaker
        self.retry_at = retry_at

    @property
    def retry_after_seconds(self) -> int | None:
        if self.retry_at is None:
            return None
        return max(0, int((self.retry_at - datetime.now(UTC)).total_seconds())) + 1


class UpstreamRejectedError(UpstreamUnavailableError):
    """It does not want to, and would say so again."""

    code = ErrorCode.UPSTREAM_REJECTED
