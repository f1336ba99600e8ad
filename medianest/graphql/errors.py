"""From any failure to what a client may read: message, code, correlation id. The rest stays in the log."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import FieldNode, GraphQLError
from strawberry.exceptions import StrawberryInputCoercionError
from structlog import get_logger

from models.errors import AppError, ErrorCode

MASKED = "Something went wrong on our side; the correlation id leads to it in the server's log."

Classify = Callable[[BaseException], AppError | None]
"""Names the expected failure behind a foreign exception, such as a lost database connection; None: it is a bug."""

log = get_logger(__name__)


class MalformedRequestError(AppError):
    code = ErrorCode.MALFORMED_REQUEST


class OperationTooCostlyError(AppError):
    code = ErrorCode.OPERATION_TOO_COSTLY


class TooManyOperationsError(AppError):
    code = ErrorCode.RATE_LIMITED

    def __init__(self, limit: int) -> None:
        super().__init__(f"At most {limit} operations run on one websocket at a time: complete one first.")


class InvalidOperationError(AppError):
    """The document, the operation's name or the variables do not fit the schema; nothing was executed."""

    code = ErrorCode.INVALID_OPERATION

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


class ErrorPresenter:
    """Makes the entries of `errors`. What is not an AppError by nature or by `classify` is logged and masked."""

    def __init__(self, classify: Classify) -> None:
        self._classify = classify

    def rejection(self, failure: Exception, correlation_id: str) -> list[dict[str, Any]]:
        """The errors of an operation that ended without a result."""
        if isinstance(failure, InvalidOperationError):
            return [_entry(error, failure, correlation_id, message=error.message) for error in failure.errors]
        error = failure if isinstance(failure, GraphQLError) else None
        return [_entry(error, self.expected(failure, correlation_id), correlation_id)]

    def field(self, error: GraphQLError, correlation_id: str) -> dict[str, Any]:
        """The error of one field in an operation that was executed."""
        return _entry(error, self.expected(error, correlation_id), correlation_id)

    def expected(self, failure: Exception, correlation_id: str) -> AppError:
        """The failure as the client may know it; a bug is logged and becomes a masked INTERNAL error."""
        cause = _cause(failure)
        if isinstance(cause, AppError):
            return cause
        if isinstance(cause, GraphQLError) and _is_about_the_input(cause):
            return InvalidOperationError([cause])
        known = self._classify(cause)
        if known is not None:
            return known
        path = failure.path if isinstance(failure, GraphQLError) else None
        log.error("graphql.failed", correlation_id=correlation_id, path=path, exc_info=cause)
        return AppError(MASKED)


def _cause(failure: Exception) -> Exception:
    while isinstance(failure, GraphQLError) and failure.original_error is not None:
        failure = failure.original_error
    return failure


def _is_about_the_input(error: GraphQLError) -> bool:
    """graphql-core complains about arguments at their own nodes, about what a resolver returned at the field's."""
    if isinstance(error, StrawberryInputCoercionError):
        return True
    nodes = error.nodes or []
    return bool(nodes) and not any(isinstance(node, FieldNode) for node in nodes)


def _entry(
    error: GraphQLError | None, failure: AppError, correlation_id: str, message: str | None = None
) -> dict[str, Any]:
    entry: dict[str, Any] = {"message": message or failure.message}
    if error is not None and error.locations:
        entry["locations"] = [location.formatted for location in error.locations]
    if error is not None and error.path is not None:
        entry["path"] = error.path
    entry["extensions"] = {"code": failure.code, "correlationId": correlation_id}
    retry_after = getattr(failure, "retry_after_seconds", None)
    if retry_after is not None:
        entry["extensions"]["retryAfterSeconds"] = retry_after
    return entry
