"""Expected failures of a mutation, as they appear in its payload."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import strawberry

from models import errors
from schema.enums import ErrorCode

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


@strawberry.type(description="Any other failure; `code` tells which.")
class GenericError(UserError):
    pass


ERROR_TYPES = (ValidationError, InvalidStateError, GenericError)


def user_error(error: errors.AppError) -> UserError:
    """The error as a type of its own: an exception in an answer would be raised, not shown."""
    common: dict[str, Any] = {"code": error.code, "message": error.message, "path": error.path}
    match error:
        case errors.ValidationError():
            return ValidationError(**common, constraint=error.constraint)
        case errors.InvalidStateError():
            return InvalidStateError(**common, current=error.current, allowed=list(error.allowed))
        case _:
            return GenericError(**common)


@strawberry.type
class Payload:
    errors: list[UserError] = strawberry.field(
        default_factory=list, description="Why it was not done; empty when it was."
    )


async def payload(kind: type[P], work: Awaitable[R], present: Callable[[R], Mapping[str, Any]]) -> P:
    """The payload of a mutation: what `present` makes of the result, or the expected failure."""
    try:
        return kind(**present(await work))
    except errors.AppError as error:
        return kind(errors=[user_error(error)])
