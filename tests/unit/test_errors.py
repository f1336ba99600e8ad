"""Every expected failure: its code, the status of an answer that is nothing else, its type in a payload."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NoReturn

import httpx2
import pytest
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.routing import Route

from medianest.failures import classify
from medianest.graphql import errors as transport
from medianest.graphql.execution import Engine
from medianest.graphql.http import GRAPHQL_RESPONSE, HttpEndpoint
from medianest.graphql.persisted import PersistedQueryNotFoundError
from models import errors
from models.errors import AppError, ErrorCode
from models.quotas import Quota
from schema.errors import ERROR_TYPES, user_error
from tests.integration.graphql.toy import make_context, schema

TABLE: dict[AppError, tuple[str, int, str]] = {
    errors.ValidationError("x"): ("VALIDATION", 400, "ValidationError"),
    errors.NotFoundError("x"): ("NOT_FOUND", 400, "GenericError"),
    errors.PermissionDeniedError("x"): ("PERMISSION_DENIED", 403, "GenericError"),
    errors.UnauthenticatedError("x"): ("UNAUTHENTICATED", 401, "GenericError"),
    errors.TokenExpiredError("x"): ("TOKEN_EXPIRED", 401, "GenericError"),
    errors.InvalidCredentialsError("x"): ("INVALID_CREDENTIALS", 400, "GenericError"),
    errors.TokenReusedError("x"): ("TOKEN_REUSED", 400, "GenericError"),
    errors.QuotaExceededError("x", quota=Quota(1, 1, 7, datetime.now(UTC))): (
        "QUOTA_EXCEEDED",
        400,
        "QuotaExceededError",
    ),
    errors.RateLimitedError("x", retry_after_seconds=7): ("RATE_LIMITED", 429, "RateLimitedError"),
    errors.StaleVersionError("x"): ("STALE_VERSION", 400, "GenericError"),
    errors.ConflictError("x"): ("CONFLICT", 400, "GenericError"),
    errors.DuplicateError("x", existing=None): ("DUPLICATE", 400, "DuplicateError"),
    errors.BlocklistedError("x"): ("BLOCKLISTED", 400, "GenericError"),
    errors.UpstreamUnavailableError("x", service="TMDB"): ("UPSTREAM_UNAVAILABLE", 400, "UpstreamError"),
    errors.UpstreamRejectedError("x", service="TMDB"): ("UPSTREAM_REJECTED", 400, "UpstreamError"),
    errors.IdempotencyMismatchError("x"): ("IDEMPOTENCY_MISMATCH", 400, "GenericError"),
    errors.InvalidStateError("x", current="A", allowed=("B",)): ("INVALID_STATE", 400, "InvalidStateError"),
    errors.UnsupportedUrlError("x"): ("UNSUPPORTED_URL", 400, "GenericError"),
    errors.ForbiddenUrlError("x"): ("FORBIDDEN_URL", 400, "GenericError"),
    errors.UnavailableError("x", retry_after_seconds=7): ("UNAVAILABLE", 503, "GenericError"),
    transport.MalformedRequestError("x"): ("MALFORMED_REQUEST", 400, "GenericError"),
    errors.StorageFullError("x"): ("STORAGE_FULL", 507, "GenericError"),
    errors.PayloadTooLargeError("x"): ("PAYLOAD_TOO_LARGE", 413, "GenericError"),
    transport.OperationTooCostlyError("x"): ("OPERATION_TOO_COSTLY", 400, "GenericError"),
    transport.TooManyOperationsError(20): ("RATE_LIMITED", 429, "GenericError"),
    transport.InvalidOperationError([GraphQLError("x")]): (
        "INVALID_OPERATION",
        400,
        "GenericError",
    ),
    PersistedQueryNotFoundError(): ("INVALID_OPERATION", 400, "GenericError"),
}
# in the contract, and not met yet
UNMET = {ErrorCode.TIMEOUT}


def kinds(above: type[AppError] = AppError) -> Iterator[type[AppError]]:
    """Every class of expected failures that callers are told apart."""
    for kind in above.__subclasses__():
        if not kind.__name__.startswith("_") and not kind.__module__.startswith("tests."):
            yield kind
            yield from kinds(kind)


async def ask(failure: Exception) -> httpx2.Response:
    """The answer to a request that ends with `failure` before anything ran."""

    async def fail(*_: Any) -> NoReturn:
        raise failure

    def not_reached(*_: Any) -> NoReturn:
        raise NotImplementedError

    endpoint = HttpEndpoint(Engine(schema, classify=classify), fail, not_reached, make_context)
    transport_ = httpx2.ASGITransport(app=Starlette(routes=[Route("/graphql", endpoint)]))
    async with httpx2.AsyncClient(transport=transport_, base_url="http://nest.test") as client:
        return await client.post("/graphql", json={"query": "{ hello }"}, headers={"Accept": GRAPHQL_RESPONSE})


class TestTable:
    def test_has_every_kind_of_failure(self) -> None:
        assert {type(error) for error in TABLE} == set(kinds())

    def test_has_every_code(self) -> None:
        assert {ErrorCode(code) for code, _, _ in TABLE.values()} == set(ErrorCode) - UNMET - {ErrorCode.INTERNAL}

    def test_has_every_payload_type(self) -> None:
        assert {name for _, _, name in TABLE.values()} == {kind.__name__ for kind in ERROR_TYPES}

    @pytest.mark.parametrize(("error", "expected"), TABLE.items(), ids=lambda value: type(value).__name__)
    async def test_says_what_a_caller_gets(self, error: AppError, expected: tuple[str, int, str]) -> None:
        response = await ask(error)
        (entry,) = response.json()["errors"]
        assert (entry["extensions"]["code"], response.status_code, type(user_error(error)).__name__) == expected
        assert entry["message"] == getattr(error, "message", None)
        waits = getattr(error, "retry_after_seconds", None)
        assert response.headers.get("Retry-After") == (None if waits is None else str(waits))


class TestBugs:
    @pytest.mark.parametrize("bug", [ValueError("hunter2"), KeyError("hunter2"), AssertionError("hunter2")])
    async def test_are_masked(self, bug: Exception) -> None:
        response = await ask(bug)
        assert response.status_code == 500
        assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert "hunter2" not in response.text

    @pytest.mark.parametrize("absence", [ConnectionError("away"), TimeoutError()])
    async def test_are_not_what_a_missing_part_makes(self, absence: Exception) -> None:
        response = await ask(absence)
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
