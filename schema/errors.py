"""Expected failures of a mutation, as they appear in its payload."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

import strawberry

from models import errors
from schema.enums import BreakerPhase, ErrorCode, ServiceKind
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


ERROR_TYPES = (ValidationError, InvalidStateError, QuotaExceededError, RateLimitedError, UpstreamError, GenericError)


def user_error(error: errors.AppError) -> UserError:
    """The error as a type of its own: an exception in an answer would be raised, not shown."""
    common: dict[str, Any] = {"code": error.code, "message": error.message, "path": error.path}
    match error:
        case errors.ValidationError():
            return ValidationError(**common, constraint=error.constraint)
        case errors.InvalidStateError():
            return InvalidStateError(**common, current=error.current, allowed=list(error.allowed))
        case errors.QuotaExceededError():
            return QuotaExceededError(**common, quota=cast("Any", error.quota))
        case errors.RateLimitedError():
            return RateLimitedError(**common, retry_after_seconds=error.retry_after_seconds)
        case errors.UpstreamUnavailableError():
            return UpstreamError(
                **common, service=ServiceKind(error.service), breaker=error.breaker, retry_at=error.retry_at
            )
        case _:
            return GenericError(**common)


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
