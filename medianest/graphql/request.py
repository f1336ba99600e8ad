"""What the transports hand to each other: the operation asked for, who asks, and from where."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from starlette.requests import HTTPConnection
from uuid_utils.compat import uuid7

from medianest.graphql.errors import MalformedRequestError
from models.actor import Actor
from models.rates import Allowance


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """Where a request came from. Over a websocket every operation has a correlation id of its own."""

    ip: str | None
    user_agent: str | None
    correlation_id: str
    transport: Literal["http", "websocket"]

    @classmethod
    def of(cls, connection: HTTPConnection) -> Self:
        return cls(
            ip=connection.client.host if connection.client else None,
            user_agent=connection.headers.get("user-agent"),
            correlation_id=connection.scope.get("state", {}).get("correlation_id") or new_correlation_id(),
            transport="http" if connection.scope["type"] == "http" else "websocket",
        )


@dataclass(frozen=True, slots=True)
class Login:
    """Who a token belongs to. `expires_at` (Unix time) ends a websocket that was opened with it."""

    actor: Actor
    expires_at: float | None = None


Authenticate = Callable[[str | None, RequestInfo], Coroutine[Any, Any, Login]]
"""Takes the value of `Authorization`, None for an anonymous caller. Raises UnauthenticatedError, TokenExpiredError."""


Charge = Callable[[Actor, RequestInfo, int], Allowance]
"""Takes what an operation costs from the caller's budget, if it is there."""


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """`query` is empty where `extensions.persistedQuery` stands for it."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, body: Any) -> Self:
        """Raises MalformedRequestError."""
        if not isinstance(body, dict):
            raise MalformedRequestError("Send one JSON object with `query`; batches are not supported.")
        query, name, extensions = body.get("query"), body.get("operationName"), _mapping(body, "extensions")
        if query is None and "persistedQuery" in extensions:
            query = ""
        if not isinstance(query, str):
            raise MalformedRequestError("`query` must be a string that holds a GraphQL document.")
        if not isinstance(name, str | None):
            raise MalformedRequestError("`operationName` must be a string or null.")
        return cls(query, name or None, _mapping(body, "variables"), extensions)


def new_correlation_id() -> str:
    return str(uuid7().hex)


def _mapping(body: dict[str, Any], key: str) -> dict[str, Any]:
    value = body.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedRequestError(f"`{key}` must be an object or null.")
    return value
