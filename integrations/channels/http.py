"""Messages over HTTP, to addresses that people chose: all of it goes through the guarded client."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from redis.asyncio import Redis

from infra.http.breaker import CircuitBreaker
from infra.http.client import OutgoingClient
from infra.http.egress import EgressPolicy, NotAnUrlError
from infra.http.errors import UpstreamForbiddenError, UpstreamStatusError
from integrations.channels.base import LIMITS, GoneError, Message, RefusedError, SecretError

_KEY = re.compile(r"whsec_([A-Za-z0-9+/]+={0,2})")
_MIN_KEY_BYTES, _MAX_KEY_BYTES = 24, 64
_TOKEN = re.compile(r"[!-~]{1,256}")
_TOPIC = re.compile(r"/[A-Za-z0-9_-]{1,64}")


class _Http:
    """One circuit breaker a host, shared by everybody who sends there."""

    def __init__(self, policy: EgressPolicy, redis: Redis) -> None:
        self._policy = policy
        self._redis = redis

    def lane(self, target: str) -> str:
        return urlsplit(target).netloc

    async def _post(self, lane: str, url: str, body: Mapping[str, object], headers: Mapping[str, str]) -> int:
        return await self._post_bytes(lane, url, json.dumps(body).encode(), headers)

    async def _post_bytes(self, lane: str, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        breaker = CircuitBreaker(lane, self._redis)
        async with OutgoingClient(url, self._policy, breaker, limits=LIMITS) as client:
            try:
                answer = await client.send(
                    "POST", "", content=body, headers={"Content-Type": "application/json", **headers}
                )
            except UpstreamStatusError as error:
                if error.status == HTTPStatus.GONE:
                    raise GoneError(lane, f"{lane} wants no more messages.", status=error.status) from error
                raise
            except UpstreamForbiddenError as error:
                raise RefusedError(lane, error.message) from error
        return answer.status


class WebhookSender(_Http):
    """Signed as https://www.standardwebhooks.com says; the secret is `whsec_` and a key in Base64."""

    def check(self, target: str, secret: str | None) -> str:
        if secret is None or _signing_key(secret) is None:
            raise SecretError(
                f"A webhook needs a secret: whsec_ and {_MIN_KEY_BYTES} to {_MAX_KEY_BYTES} bytes in Base64."
            )
        return self._policy.check_url(target)

    async def send(self, target: str, secret: str | None, message: Message) -> int:
        key = _signing_key(secret or "")
        if key is None:
            raise RefusedError(self.lane(target), "The webhook has no secret to sign with.")
        content: dict[str, object] = {"title": message.title, "body": message.body, "link": message.link}
        happened_at = message.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        body = json.dumps({"type": message.type, "timestamp": happened_at, "data": content}).encode()
        sent_at = str(int(datetime.now(UTC).timestamp()))
        signed = hmac.digest(key, b".".join([message.id.encode(), sent_at.encode(), body]), hashlib.sha256)
        headers = {
            "webhook-id": message.id,
            "webhook-timestamp": sent_at,
            "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        }
        return await self._post_bytes(self.lane(target), target, body, headers)


class NtfySender(_Http):
    """A topic of an ntfy server, such as https://ntfy.sh/topic; the secret is an access token, where it needs one."""

    def check(self, target: str, secret: str | None) -> str:
        url = self._policy.check_url(target)
        parts = urlsplit(url)
        if not _TOPIC.fullmatch(parts.path) or parts.query or parts.fragment:
            raise NotAnUrlError("The address of a topic looks like https://ntfy.sh/topic.")
        if secret is not None and not _TOKEN.fullmatch(secret):
            raise SecretError("An access token has letters, digits and signs, at most 256.")
        return url

    async def send(self, target: str, secret: str | None, message: Message) -> int:
        parts = urlsplit(target)
        body = {"topic": parts.path.removeprefix("/"), "title": message.title, "message": message.body or message.title}
        if message.link:
            body["click"] = message.link
        headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
        return await self._post(self.lane(target), f"{parts.scheme}://{parts.netloc}", body, headers)


def _signing_key(secret: str) -> bytes | None:
    match = _KEY.fullmatch(secret)
    try:
        key = base64.b64decode(match[1], validate=True) if match else b""
    except binascii.Error:
        return None
    return key if _MIN_KEY_BYTES <= len(key) <= _MAX_KEY_BYTES else None
