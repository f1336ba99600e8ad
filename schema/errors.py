"""Expected failures of a mutation, as they appear in its payload."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

import strawberry

from models import errors
from schema.enums import BreakerPhase, ErrorCode, ServiceKind
from schema.node import Node
from schema.quotas import Quota

R = TypeVar("R")
P = TypeVar("P", bound="Payload")


@strawberry.interface(description="A failure the caller can do something about.")
class UserError:
    code: ErrorCode = strawberry.field(description="The kind of failure, for programs.")
    message: str = strawberry.field(description="What happened and what to do, for people.")
    path: list[str] | None = strawberry.field(
        description="The input field it is about, outermost first; null when it is about none."
    )


@strawberry.type(description="An input breaks a rule.")
class ValidationError(UserError):
    constraint: str | None = strawberry.field(description="The broken rule by name, such as `length` or `email`.")


@strawberry.type(description="The thing is in a state in which this cannot be done.")
class InvalidStateError(UserError):
    current: str = strawberry.field(description="The state it is in.")
    allowed: list[str] = strawberry.field(description="The states in which it could be done.")


@strawberry.type(description="There is one already.")
class DuplicateError(UserError):
    existing: Node | None = strawberry.field(description="The one there is; null when it went away meanwhile.")


@strawberry.type(description="The person has used all they may for now.")
class QuotaExceededError(UserError):
    quota: Quota = strawberry.field(description="What is used up, and when it begins to come back.")


@strawberry.type(description="It was done too often; wait a little.")
class RateLimitedError(UserError):
    retry_after_seconds: int = strawberry.field(description="How long to wait, in seconds.")


@strawberry.type(description="A system elsewhere, such as TMDB, Seerr or Plex, does not do its part.")
class UpstreamError(UserError):
    service: ServiceKind = strawberry.field(description="Which one.")
    breaker: BreakerPhase = strawberry.field(description="Whether calls to it go through at all.")
    retry_at: datetime | None = strawberry.field(description="When trying again may help; null when nobody can tell.")


@strawberry.type(description="Any other failure; `code` tells which.")
class GenericError(UserError):
    pass


ERROR_TYPES = (
    DuplicateError,
    ValidationError,
    InvalidStateError,
    QuotaExceededError,
    RateLimitedError,
    UpstreamError,
    GenericError,
)


_SHOWN: Sequence[tuple[type[errors.AppError], type[UserError], Callable[[Any], Mapping[str, Any]]]] = (
    (errors.ValidationError, ValidationError, lambda error: {"constraint": error.constraint}),
    (
        errors.InvalidStateError,
        InvalidStateError,
        lambda error: {"current": error.current, "allowed": list(error.allowed)},
    ),
    (errors.DuplicateError, DuplicateError, lambda error: {"existing": error.existing}),
    (errors.QuotaExceededError, QuotaExceededError, lambda error: {"quota": error.quota}),
    (errors.RateLimitedError, RateLimitedError, lambda error: {"retry_after_seconds": error.retry_after_seconds}),
    (
        errors.UpstreamUnavailableError,
        UpstreamError,
        lambda error: {
            "service": ServiceKind(error.service),
            "breaker": error.breaker,
            "retry_at": error.retry_at,
        },
    ),
    (errors.AppError, GenericError, lambda _: {}),
)


def user_error(error: errors.AppError) -> UserError:
    """The error as a type of its own: an exception in an answer would be raised, not shown."""
    shown, details = next((shown, details) for kind, shown, details in _SHOWN if isinstance(error, kind))
    return shown(code=error.code, message=error.message, path=cast("Any", error.path), **details(error))


@strawberry.type
class Payload:
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why it was not done; empty when it was."
    )


@strawberry.type(description="Whether it was done.")
class SimplePayload(Payload):
    ok: bool = strawberry.field(default=False, description="True when it was done.")


@strawberry.type(description="What is gone, or why it is not.")
class DeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(default=None, description="The ID of what is gone.")


async def payload(kind: type[P], work: Awaitable[R], present: Callable[[R], Mapping[str, Any]]) -> P:
    """The payload of a mutation: what `present` makes of the result, or the expected failure."""
    try:
        return kind(**present(await work))
    except errors.AppError as error:
        return kind(errors=[user_error(error)])
