"""`/graphql` over HTTP, as the draft "GraphQL over HTTP" wants it."""

import asyncio
from collections.abc import Mapping
from math import ceil
from typing import Any

from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from infra.incoming import TooSlowError
from medianest.graphql import wire
from medianest.graphql.deadline import in_time
from medianest.graphql.errors import MalformedRequestError
from medianest.graphql.execution import Engine, MakeContext, Operation
from medianest.graphql.multipart import MULTIPART, PREFLIGHTS, UploadForm
from medianest.graphql.request import Authenticate, Charge, OperationRequest, RequestInfo
from models.actor import Actor
from models.errors import ErrorCode, PayloadTooLargeError, UnauthenticatedError
from models.rates import COST_SECONDS, Allowance

BODY_SECONDS = 10
MAX_BODY_BYTES = 256 * 1024

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"

_STATUS: Mapping[ErrorCode, int] = {
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.TOKEN_EXPIRED: 401,
    ErrorCode.PERMISSION_DENIED: 403,
    ErrorCode.PAYLOAD_TOO_LARGE: 413,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.INTERNAL: 500,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.STORAGE_FULL: 507,
    ErrorCode.TIMEOUT: 504,
}
# a request that was understood and turned down by GraphQL itself is a 200 to clients that know application/json only
_UNDERSTOOD = frozenset({ErrorCode.INVALID_OPERATION, ErrorCode.OPERATION_TOO_COSTLY})


class _RefusedError(MalformedRequestError):
    """A request that HTTP has a status of its own for."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


class HttpEndpoint:
    """An ASGI application."""

    def __init__(self, engine: Engine, authenticate: Authenticate, charge: Charge, make_context: MakeContext) -> None:
        self._engine = engine
        self._authenticate = authenticate
        self._charge = charge
        self._make_context = make_context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        info = RequestInfo.of(request)
        media_type = _preferred(request.headers.get("accept", "*/*"))
        headers: dict[str, str] = {}  # those that success and failure share
        try:
            result = await self._answer(request, info, media_type, headers)
            response = _respond(result, media_type or JSON, 200, headers)
        except ClientDisconnect:
            return
        except TooSlowError:
            response = self._fail(_RefusedError(408, "The file comes too slowly."), info, media_type or JSON, headers)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the client gets GraphQL JSON
            response = self._fail(failure, info, media_type or JSON, headers)
        await response(scope, receive, send)

    async def _answer(
        self, request: Request, info: RequestInfo, media_type: str | None, headers: dict[str, str]
    ) -> dict[str, Any]:
        _check_headers(request, media_type)
        login = await in_time(self._authenticate(request.headers.get("authorization"), info))
        form = _upload_form(request, login.actor)
        body = await _body(request, form)
        operation = await self._engine.prepare(OperationRequest.from_json(body))
        _check_operation(request, operation)
        allowance = self._charge(login.actor, info, operation.charge)
        headers.update(_rate_limit(allowance))
        context = self._make_context(login.actor, info, allowance.require())
        result = await in_time(self._engine.execute(operation, context), operation.seconds)
        if form is not None and form.failure is not None:
            raise form.failure
        return result

    def _fail(self, failure: Exception, info: RequestInfo, media_type: str, headers: dict[str, str]) -> Response:
        errors = self._engine.errors.rejection(failure, info.correlation_id)
        code = ErrorCode(errors[0]["extensions"]["code"])
        if isinstance(failure, _RefusedError):
            return _respond({"errors": errors}, media_type, failure.status, failure.headers)
        if code in _UNDERSTOOD:
            return _respond({"errors": errors}, media_type, 200 if media_type == JSON else 400, headers)
        if isinstance(failure, UnauthenticatedError):
            headers["WWW-Authenticate"] = "Bearer"
        if "retryAfterSeconds" in errors[0]["extensions"]:
            headers["Retry-After"] = str(errors[0]["extensions"]["retryAfterSeconds"])
        return _respond({"errors": errors}, media_type, _STATUS.get(code, 400), headers)


def _rate_limit(allowance: Allowance) -> dict[str, str]:
    """As the draft "RateLimit header fields for HTTP" writes it (draft-ietf-httpapi-ratelimit-headers-10)."""
    return {
        "RateLimit-Policy": f'"cost";q={allowance.limit};w={COST_SECONDS}',
        "RateLimit": f'"cost";r={allowance.remaining};t={ceil(allowance.reset_seconds)}',
    }


def _respond(
    result: dict[str, Any], media_type: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        wire.encode(result),
        status,
        {"Content-Type": f"{media_type}; charset=utf-8", "Cache-Control": "no-store", **(headers or {})},
    )


def _preferred(accept: str) -> str | None:
    """Of the two media types the one that `Accept` wants more, the one named first when it wants both alike."""
    best, best_weight = None, 0.0
    for part in accept.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        offered = GRAPHQL_RESPONSE if media_range == GRAPHQL_RESPONSE else JSON
        weight = _weight(parameters) if media_range in {GRAPHQL_RESPONSE, JSON, "application/*", "*/*"} else 0.0
        if weight > best_weight:
            best, best_weight = offered, weight
    return best


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def _check_headers(request: Request, media_type: str | None) -> None:
    if request.method not in {"GET", "POST"}:
        raise _RefusedError(405, "Send GraphQL by POST, or queries by GET.", {"Allow": "GET, POST"})
    if media_type is None:
        raise _RefusedError(406, f"Answers come as {GRAPHQL_RESPONSE} or {JSON}: name one in `Accept`.")
    if request.method == "GET":
        return
    kind, *parameters = _content_type(request)
    charsets = {parameter.removeprefix("charset=").strip('"') for parameter in parameters if "charset=" in parameter}
    if kind not in {JSON, MULTIPART} or not charsets <= {"utf-8", "utf8"}:
        raise _RefusedError(415, f"Send the operation as `Content-Type: {JSON}`, in UTF-8.", {"Accept-Post": JSON})
    if kind == MULTIPART and not any(name in request.headers for name in PREFLIGHTS):
        raise _RefusedError(415, f"Send the header `{PREFLIGHTS[0]}: 1` with a file.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise _RefusedError(415, "Send the body as it is: compressed bodies are not read.")


def _check_operation(request: Request, operation: Operation) -> None:
    if operation.type is OperationType.SUBSCRIPTION:
        raise _RefusedError(
            400, "Subscriptions need a websocket at this same address, with the subprotocol graphql-transport-ws."
        )
    if request.method == "GET" and operation.type is not OperationType.QUERY:
        raise _RefusedError(405, "GET is for queries: send mutations by POST.", {"Allow": "POST"})


def _from_query_string(request: Request) -> dict[str, Any]:
    body: dict[str, Any] = dict(request.query_params)
    for key in {"variables", "extensions"} & body.keys():
        body[key] = wire.decode(body[key]) if body[key] else None
    return body


async def _body(request: Request, form: UploadForm | None) -> Any:
    if request.method == "GET":
        return _from_query_string(request)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await form.operation() if form else wire.decode(await _read(request))
    except TimeoutError:
        raise _RefusedError(408, f"The operation did not arrive within {BODY_SECONDS} seconds.") from None


def _upload_form(request: Request, actor: Actor) -> UploadForm | None:
    """Only for who has logged in: of anybody else not a byte is read. Raises UnauthenticatedError."""
    if request.method == "GET" or _content_type(request)[0] != MULTIPART:
        return None
    actor.require_user()
    return UploadForm(request.headers["content-type"], request.stream())


def _content_type(request: Request) -> list[str]:
    return [piece.strip().lower() for piece in request.headers.get("content-type", "").split(";")]


async def _read(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise PayloadTooLargeError(f"The body is larger than {MAX_BODY_BYTES // 1024} KiB.")
    return bytes(body)
