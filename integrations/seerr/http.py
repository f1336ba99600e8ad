"""Overseerr and Seerr over HTTP, with the owner's key."""

import contextlib
import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import TypeAdapter

from infra.http.answer import Answer
from infra.http.breaker import CircuitBreaker
from infra.http.client import OutgoingClient, OutgoingLimits
from infra.http.egress import EgressPolicy
from infra.http.errors import UpstreamAnswerError, UpstreamError, UpstreamStatusError
from integrations.seerr import shapes
from integrations.seerr.base import (
    PAGE,
    Product,
    Refusal,
    SeerrDuplicateError,
    SeerrKeyError,
    SeerrMedia,
    SeerrNotFoundError,
    SeerrPage,
    SeerrRefusedError,
    SeerrRequest,
    SeerrUser,
    Wanted,
    Webhook,
)

T = TypeVar("T")
R = TypeVar("R")

LIMITS = OutgoingLimits(total_seconds=12)

_API = "api/v1"
_WEBHOOK = "settings/notifications/webhook"
_PUBLIC = TypeAdapter(shapes.Public)
_REQUEST = TypeAdapter(shapes.Request)
_MEDIA = TypeAdapter(shapes.Media)
_USER = TypeAdapter(shapes.User)
_COUNT = TypeAdapter(shapes.Count)
_PAGE = TypeAdapter(shapes.Page)
_WEBHOOK_SETTINGS = TypeAdapter(shapes.WebhookSettings)
# the beginning of an answer may be all there is of it
_SAID = re.compile(r'"message"\s*:\s*"((?:[^"\\]|\\.)*)')
_REFUSALS = ((Refusal.QUOTA, "quota"), (Refusal.BLOCKLIST, "blocklist"), (Refusal.BLOCKLIST, "blacklist"))


class HttpSeerr:
    """`base_url` with or without `/api/v1`: a proxy may add it, or take it away."""

    def __init__(
        self,
        base_url: str,
        api_key: str,
        policy: EgressPolicy,
        breaker: CircuitBreaker,
        limits: OutgoingLimits = LIMITS,
    ) -> None:
        self.breaker = breaker
        bare = base_url.rstrip("/").removesuffix(f"/{_API}")
        self._client = OutgoingClient(bare, policy, self.breaker, headers={"X-Api-Key": api_key}, limits=limits)
        self._found: tuple[str, Product] | None = None

    async def close(self) -> None:
        await self._client.close()

    async def check(self) -> str:
        """Which product answers, and takes the key."""
        product = await self.product()
        await self.count_requests()
        return product

    async def product(self) -> Product:
        self._found = None
        return (await self._place())[1]

    async def create_request(self, wanted: Wanted) -> SeerrRequest | None:
        body: dict[str, Any] = {"mediaType": wanted.kind, "mediaId": wanted.tmdb_id, "is4k": wanted.is_4k}
        if wanted.seasons:
            body["seasons"] = list(wanted.seasons)
        if wanted.user_id is not None:
            body["userId"] = wanted.user_id
        answer = await self._send("POST", "request", json=body)
        if answer.status == HTTPStatus.ACCEPTED:
            return None
        return await self._read(answer, _REQUEST, lambda found, product: found.record(product))

    async def get_request(self, request_id: int) -> SeerrRequest:
        answer = await self._send("GET", f"request/{request_id}")
        return await self._read(answer, _REQUEST, lambda found, product: found.record(product))

    async def approve_request(self, request_id: int) -> None:
        await self._send("POST", f"request/{request_id}/approve")

    async def retry_request(self, request_id: int) -> None:
        await self._send("POST", f"request/{request_id}/retry")

    async def delete_request(self, request_id: int) -> None:
        await self._send("DELETE", f"request/{request_id}")

    async def count_requests(self) -> int:
        return (await self._send("GET", "request/count")).json(_COUNT).total

    async def list_requests(self, skip: int = 0) -> SeerrPage[SeerrRequest]:
        return await self._read_page("request", skip, _REQUEST, lambda found, product: found.record(product))

    async def list_media(self, skip: int = 0) -> SeerrPage[SeerrMedia]:
        return await self._read_page("media", skip, _MEDIA, lambda found, product: found.record(product))

    async def list_users(self, skip: int = 0) -> SeerrPage[SeerrUser]:
        return await self._read_page("user", skip, _USER, lambda found, _: found.record())

    async def get_webhook(self) -> Webhook:
        found = (await self._send("GET", _WEBHOOK)).json(_WEBHOOK_SETTINGS)
        options = found.options
        return Webhook(options.webhook_url, options.auth_header, found.types, options.json_payload, found.enabled)

    async def set_webhook(self, webhook: Webhook) -> None:
        options = {
            "webhookUrl": webhook.url,
            "authHeader": webhook.secret,
            # JSON within JSON: without the second layer it is taken as well, and nothing is ever sent
            "jsonPayload": json.dumps(webhook.template),
        }
        body = {"enabled": webhook.enabled, "types": webhook.types, "options": options}
        await self._send("POST", _WEBHOOK, json=body)

    async def _place(self) -> tuple[str, Product]:
        """Under which prefix it answers, and which product it is."""
        if self._found is None:
            try:
                public = await self._client.get_json(f"{_API}/settings/public", _PUBLIC)
                self._found = (f"{_API}/", public.product)
            except (UpstreamAnswerError, UpstreamStatusError) as error:
                if isinstance(error, UpstreamStatusError) and error.status != HTTPStatus.NOT_FOUND:
                    raise
                public = await self._client.get_json("settings/public", _PUBLIC)
                self._found = ("", public.product)
        return self._found

    async def _send(self, method: str, path: str, **parts: Any) -> Answer:
        prefix, _ = await self._place()
        try:
            return await self._client.send(method, prefix + path, **parts)
        except UpstreamStatusError as error:
            raise _told(error) from error

    async def _read(self, answer: Answer, shape: TypeAdapter[T], record: Callable[[T, Product], R]) -> R:
        _, product = await self._place()
        return answer.json(lambda value: record(shape.validate_python(value), product))

    async def _read_page(
        self, path: str, skip: int, shape: TypeAdapter[T], record: Callable[[T, Product], R | None]
    ) -> SeerrPage[R]:
        """An entry that is odd hides no other; when all are, the whole answer is."""
        answer = await self._send("GET", path, params={"take": PAGE, "skip": skip})

        def readable(entries: list[Any], product: Product) -> list[R]:
            found = []
            for entry in entries:
                with contextlib.suppress(ValueError):
                    found.append(record(shape.validate_python(entry), product))
            if entries and not found:
                raise ValueError("none of the entries has the form it should have")
            return [one for one in found if one is not None]

        return await self._read(
            answer,
            _PAGE,
            lambda page, product: SeerrPage(tuple(readable(page.results, product)), page.page_info.results),
        )


def _told(error: UpstreamStatusError) -> UpstreamError:
    """What a status means here. A wrong key is a 403 as a quota is, but only refusals come with a message."""
    said = _SAID.search(error.excerpt)
    message = f"{error.service} says: {said[1] if said else error.excerpt}"
    match error.status:
        case HTTPStatus.BAD_REQUEST:
            return SeerrRefusedError(error.service, Refusal.INVALID, message)
        case HTTPStatus.FORBIDDEN if said:
            lowered = said[1].lower()
            refusal = next((refusal for refusal, word in _REFUSALS if word in lowered), Refusal.PERMISSION)
            return SeerrRefusedError(error.service, refusal, message)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return SeerrKeyError(error.service, f"{error.service} refuses the key in MEDIANEST_SEERR_API_KEY.")
        case HTTPStatus.NOT_FOUND:
            return SeerrNotFoundError(error.service, f"{error.service} does not have it.")
        case HTTPStatus.CONFLICT:
            return SeerrDuplicateError(error.service, message)
        case _:
            return error
