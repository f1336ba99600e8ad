"""One request and its answer, over redirects, within bounds of time and size; every failure as an `UpstreamError`."""

import asyncio
import contextlib
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx2

from infra.http.answer import Answer
from infra.http.egress import EgressPolicy, ForbiddenAddressError, NotAnUrlError
from infra.http.errors import (
    UpstreamAnswerError,
    UpstreamForbiddenError,
    UpstreamStatusError,
    UpstreamTimeoutError,
    UpstreamTooLargeError,
    UpstreamUnreachableError,
)
from infra.http.network import GuardedTransport

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REDIRECTS_OF_WRITES = frozenset({307, 308})
_READS = frozenset({"GET", "HEAD"})

_HEADERS_FOR_ANYBODY = frozenset({"accept", "accept-encoding", "accept-language", "user-agent", "x-request-id"})
_HEADERS_WITHOUT_SECRETS = _HEADERS_FOR_ANYBODY | {"content-length", "content-type", "host"}

_EXCERPT_SOURCE_BYTES = 4096
_EXCERPT_CHARACTERS = 300
_SECRET_CHARACTERS = 8
_SECRET_PATH_CHARACTERS = 20
_LONGEST_RETRY_AFTER = timedelta(days=1)


class Exchanger:
    """`max_bytes` bounds the body as we get it unpacked."""

    def __init__(self, service: str, policy: EgressPolicy, *, max_bytes: int, tls: ssl.SSLContext | None) -> None:
        self._service = service
        self._policy = policy
        self._max_bytes = max_bytes
        self._transport = GuardedTransport(policy, tls)

    async def close(self) -> None:
        await self._transport.aclose()

    async def exchange(self, request: httpx2.Request, deadline: float) -> Answer:
        """Raises UpstreamError. `deadline` is a time of the event loop."""
        try:
            async with asyncio.timeout_at(deadline):
                return await self._follow(request)
        except (ForbiddenAddressError, NotAnUrlError, httpx2.InvalidURL) as error:
            raise UpstreamForbiddenError(self._service, f"{self._service}: {error}") from error
        except (TimeoutError, httpx2.TimeoutException) as error:
            raise UpstreamTimeoutError(self._service) from error
        except httpx2.DecodingError as error:
            raise UpstreamAnswerError(self._service, f"{self._service} sent what cannot be unpacked.") from error
        except (httpx2.TransportError, OSError) as error:
            raise UpstreamUnreachableError(self._service) from error

    async def _follow(self, request: httpx2.Request) -> Answer:
        current = request
        for _ in range(_MAX_REDIRECTS + 1):
            self._policy.check_url(str(current.url.copy_with(query=None, fragment=None)))
            response = await self._transport.handle_async_request(current)
            try:
                target = _target(current, response)
                if target is None:
                    return await self._answer(request, response)
            finally:
                await response.aclose()
            current = _redirected(current, target)
        raise UpstreamAnswerError(self._service, f"{self._service} redirects more than {_MAX_REDIRECTS} times.")

    async def _answer(self, request: httpx2.Request, response: httpx2.Response) -> Answer:
        if not response.is_success:
            raise UpstreamStatusError(
                self._service,
                response.status_code,
                await _excerpt(request, response),
                retry_at=_retry_at(response.headers.get("retry-after", "")),
            )
        body, is_whole = await _read(response, self._max_bytes)
        if not is_whole:
            raise UpstreamTooLargeError(self._service, self._max_bytes)
        return Answer(self._service, response.status_code, body)


def _target(request: httpx2.Request, response: httpx2.Response) -> httpx2.URL | None:
    """Where to ask next; None when this answer is the last one.

    Something that writes is only followed within its server and as what it is: as a GET it would seem to have worked.
    """
    location = response.headers.get("location")
    if response.status_code not in _REDIRECTS or not location:
        return None
    target = request.url.join(location)
    if request.method in _READS:
        return target
    return target if response.status_code in _REDIRECTS_OF_WRITES and _is_same_server(request.url, target) else None


def _redirected(request: httpx2.Request, target: httpx2.URL) -> httpx2.Request:
    """Raises NotAnUrlError on the way from https to http."""
    if request.url.scheme == "https" and target.scheme == "http":
        raise NotAnUrlError("A redirect leads from https to http.")
    headers = request.headers.copy()
    if not _is_same_server(request.url, target):
        headers = httpx2.Headers({name: headers[name] for name in headers if name in _HEADERS_FOR_ANYBODY})
    headers.pop("host", None)
    return httpx2.Request(
        request.method, target, headers=headers, content=request.content or None, extensions=request.extensions
    )


def _is_same_server(here: httpx2.URL, there: httpx2.URL) -> bool:
    """Also from http to https, on the usual ports of both."""
    return (here.host, here.port) == (there.host, there.port)


async def _read(response: httpx2.Response, limit: int) -> tuple[bytes, bool]:
    """The body up to about `limit` bytes, and whether that is all of it."""
    body = bytearray()
    async with contextlib.aclosing(response.aiter_bytes()) as pieces:
        async for piece in pieces:
            body += piece
            if len(body) > limit:
                return bytes(body), False
    return bytes(body), True


async def _excerpt(request: httpx2.Request, response: httpx2.Response) -> str:
    """The status is known: what is wrong with the rest does not matter any more."""
    with contextlib.suppress(httpx2.RequestError):
        body, _ = await _read(response, _EXCERPT_SOURCE_BYTES)
        text = body[:_EXCERPT_SOURCE_BYTES].decode(errors="replace")
        printable = "".join(character if character.isprintable() else " " for character in text)
        return " ".join(without_secrets(printable, request).split())[:_EXCERPT_CHARACTERS]
    return ""


def without_secrets(text: str, request: httpx2.Request) -> str:
    """`text` without what `request` carried in headers, query, or as a long part of the path, should it be repeated."""
    values = [request.headers[name] for name in request.headers if name not in _HEADERS_WITHOUT_SECRETS]
    words = [word for value in [*values, *request.url.params.values()] for word in value.split()]
    secrets = [word for word in words if len(word) >= _SECRET_CHARACTERS]
    secrets += [part for part in request.url.path.split("/") if len(part) >= _SECRET_PATH_CHARACTERS]
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "…")
    return text


def _retry_at(header: str) -> datetime | None:
    now = datetime.now(UTC)
    try:
        wanted = now + timedelta(seconds=int(header)) if header.isdecimal() else parsedate_to_datetime(header)
        return max(now, min(wanted.astimezone(UTC), now + _LONGEST_RETRY_AFTER))
    except (ValueError, OverflowError):
        return None
