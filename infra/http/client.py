"""The client on which everything that speaks HTTP to an outside system is built."""

import asyncio
import random
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TypedDict, TypeVar

import httpx2
import structlog
from typing_extensions import Unpack

from infra.correlation import current_correlation_id
from infra.http.answer import Answer, Shape
from infra.http.breaker import CircuitBreaker
from infra.http.circuit import Outcome
from infra.http.egress import EgressPolicy
from infra.http.errors import (
    BreakerOpenError,
    UpstreamAnswerError,
    UpstreamError,
    UpstreamForbiddenError,
    UpstreamStatusError,
    UpstreamTimeoutError,
    UpstreamUnreachableError,
)
from infra.http.exchange import Exchanger, without_secrets

T = TypeVar("T")

log = structlog.get_logger()

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_PASSING_STATUSES = frozenset({429, 502, 503, 504})
_TOO_MANY_REQUESTS = 429
_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class OutgoingLimits:
    """`total_seconds` bounds a whole call with its redirects, tries and pauses; `tries` counts the first one too.

    A service that asks for a longer pause than `retry_after_seconds` is not asked again within the call; where they are
    none, a 429 that does not say for how long is as good as one that does.
    """

    connect_seconds: float = 3
    read_seconds: float = 10
    total_seconds: float = 15
    max_bytes: int = 8 * 1024**2
    tries: int = 3
    backoff_seconds: float = 0.25
    retry_after_seconds: float = 5


class RequestParts(TypedDict, total=False):
    """`json` or `content` is the body."""

    params: Mapping[str, str | int | float | bool | None]
    json: Any
    content: bytes
    headers: Mapping[str, str]


DEFAULT_LIMITS = OutgoingLimits()


class OutgoingClient:
    """Speaks to one service. `headers` go with every request, never to another server than that of `base_url`.

    Paths are appended to `base_url`; what a person typed must be quoted in them. All methods raise UpstreamError only.
    """

    def __init__(
        self,
        base_url: str,
        policy: EgressPolicy,
        breaker: CircuitBreaker,
        *,
        headers: Mapping[str, str] | None = None,
        limits: OutgoingLimits = DEFAULT_LIMITS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.breaker = breaker
        self._base_url = base_url
        self._headers = dict(headers or {})
        self._limits = limits
        self._exchanger = Exchanger(breaker.service, policy, max_bytes=limits.max_bytes, tls=tls)
        timeout = httpx2.Timeout(limits.read_seconds, connect=limits.connect_seconds, pool=None)
        self._extensions = {"timeout": timeout.as_dict()}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._exchanger.close()

    async def get_json(self, path: str, shape: Shape[T], **parts: Unpack[RequestParts]) -> T:
        return (await self.send("GET", path, **parts)).json(shape)

    async def post_json(self, path: str, shape: Shape[T], **parts: Unpack[RequestParts]) -> T:
        return (await self.send("POST", path, **parts)).json(shape)

    async def put_json(self, path: str, shape: Shape[T], **parts: Unpack[RequestParts]) -> T:
        return (await self.send("PUT", path, **parts)).json(shape)

    async def delete_json(self, path: str, shape: Shape[T], **parts: Unpack[RequestParts]) -> T:
        return (await self.send("DELETE", path, **parts)).json(shape)

    async def send(self, method: str, path: str, **parts: Unpack[RequestParts]) -> Answer:
        """Tries again by itself only what may be done twice, after failures that pass."""
        request = self._request(method, path, parts)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.total_seconds
        tries = 1
        while True:
            try:
                return await self._try(request, path, deadline)
            except UpstreamError as error:
                pause = self._pause_seconds(error, tries) if method in _IDEMPOTENT else None
                if pause is None or loop.time() + pause >= deadline:
                    raise
            await asyncio.sleep(pause)
            tries += 1

    def _request(self, method: str, path: str, parts: RequestParts) -> httpx2.Request:
        headers = httpx2.Headers({"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "MediaNest"})
        headers["X-Request-ID"] = current_correlation_id()
        headers.update(self._headers)
        headers.update(parts.get("headers"))
        try:
            url = httpx2.URL(f"{self._base_url.rstrip('/')}/{path.lstrip('/')}" if path else self._base_url)
            if params := parts.get("params"):
                url = url.copy_merge_params(params)
        except httpx2.InvalidURL as error:
            raise UpstreamForbiddenError(self.breaker.service, f"{self.breaker.service}: {error}") from error
        return httpx2.Request(
            method,
            url,
            headers=headers,
            json=parts.get("json"),
            content=parts.get("content"),
            extensions=self._extensions,
        )

    async def _try(self, request: httpx2.Request, path: str, deadline: float) -> Answer:
        """The log gets the path as it was given: a webhook's whole address, which is its base, may be a secret."""
        about = log.bind(service=self.breaker.service, method=request.method, path=path.partition("?")[0])
        started = time.monotonic()
        try:
            answer = await self.breaker.call(lambda: self._exchanger.exchange(request, deadline), _verdict)
        except BreakerOpenError:
            raise
        except UpstreamError as error:
            write = about.warning if _verdict(error) is Outcome.FAILURE else about.info
            write(
                "outgoing.failed",
                seconds=round(time.monotonic() - started, 3),
                error=error.message,
                cause=without_secrets(str(error.__cause__ or ""), request),
            )
            raise
        about.debug("outgoing.answered", seconds=round(time.monotonic() - started, 3), status=answer.status)
        return answer

    def _pause_seconds(self, error: UpstreamError, tries: int) -> float | None:
        """Until the next try; None when there shall be none."""
        passes = isinstance(error, UpstreamUnreachableError) or (
            isinstance(error, UpstreamStatusError) and error.status in _PASSING_STATUSES
        )
        if not passes or tries >= self._limits.tries:
            return None
        if _is_too_many(error) and not self._limits.retry_after_seconds:
            return None
        asked = 0.0 if error.retry_at is None else (error.retry_at - datetime.now(UTC)).total_seconds()
        if asked > self._limits.retry_after_seconds:
            return None
        return max(asked, random.uniform(0, self._limits.backoff_seconds * 2**tries))  # noqa: S311  (no secret)


def _is_too_many(error: UpstreamError) -> bool:
    return isinstance(error, UpstreamStatusError) and error.status == _TOO_MANY_REQUESTS


def _verdict(error: Exception) -> Outcome:
    """Whether `error` says that the service is ill. One that answers nonsense, but answers, keeps nobody waiting."""
    match error:
        case UpstreamUnreachableError() | UpstreamTimeoutError():
            return Outcome.FAILURE
        case UpstreamStatusError(status=status):
            is_ill = status >= _FIRST_SERVER_ERROR or status == _TOO_MANY_REQUESTS
            return Outcome.FAILURE if is_ill else Outcome.SUCCESS
        case UpstreamAnswerError():
            return Outcome.SUCCESS
        case _:
            return Outcome.NEITHER
