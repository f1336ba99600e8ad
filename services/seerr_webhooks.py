"""What Seerr tells by webhook: kept as it came, answered at once, and looked up at Seerr before it is believed."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from tortoise.expressions import F

from infra.http.errors import UpstreamError
from infra.rates import RateCounter
from models.actor import ANONYMOUS, SYSTEM, Actor
from models.errors import InvalidCredentialsError, RateLimitedError, UnavailableError, UpstreamUnavailableError
from models.jobs import JobName
from models.media import MediaType, media_key
from models.media_requests import MediaRequest
from models.paging import Page, PageArgs, Sort, paginate
from models.rates import caller_of
from models.services_health import ServiceKind
from models.states import AT_SEERR
from models.webhooks import WebhookOutcome, WebhookReceipt
from services.seerr_reconciling import SeerrReconciler
from services.work import Transaction, UnitOfWork

_TIMES, _SECONDS = 600, 60
_WINDOW = timedelta(seconds=60)
_MOST_ATTEMPTS = 5
_FIRST_PAUSE_SECONDS = 5
_DEEPEST = 20
_KINDS = {"movie": MediaType.MOVIE, "tv": MediaType.TV}
_LONGEST_RUBBISH = 2000
_LATEST_FIRST = Sort(F("received_at"), descending=True, id_descending=True)


class SeerrWebhooks:
    def __init__(self, work: UnitOfWork, counter: RateCounter, reconciler: SeerrReconciler, secret: str | None) -> None:
        """Without a `secret` none are taken."""
        self._work = work
        self._counter = counter
        self._reconciler = reconciler
        self._secret = secret

    async def admit(self, authorization: str, address: str) -> None:
        """Raises UnavailableError, RateLimitedError, InvalidCredentialsError; none of them leaves anything behind."""
        if self._secret is None:
            raise UnavailableError("This server takes no webhooks; an administrator can set a secret for them.")
        caller = f"webhook:{caller_of(ANONYMOUS, address)}"
        if not await self._counter.hit(caller, _TIMES, _SECONDS):
            left = await self._counter.seconds_left(caller, _TIMES, _SECONDS)
            raise RateLimitedError("Too many webhooks", retry_after_seconds=left)
        if not hmac.compare_digest(authorization.encode("utf-8", "surrogateescape"), self._secret.encode()):
            raise InvalidCredentialsError("The header Authorization is not the secret of these webhooks.")

    async def receive(self, body: bytes) -> WebhookReceipt:
        """Keep a message, and promise to look into it unless it came a moment ago already."""
        payload = _payload(body)
        receipt = WebhookReceipt(
            source=ServiceKind.SEERR,
            type=_type(payload),
            content_hash=hashlib.sha256(body).hexdigest(),
            payload=payload if isinstance(payload, dict) else {"body": str(payload)[:_LONGEST_RUBBISH]},
        )
        async with self._work.begin(SYSTEM) as transaction:
            await transaction.lock(f"webhook:{receipt.content_hash}")
            since = datetime.now(UTC) - _WINDOW
            same = WebhookReceipt.filter(content_hash=receipt.content_hash, received_at__gt=since)
            first = await same.exclude(outcome=WebhookOutcome.DUPLICATE).order_by("received_at").first()
            if first is not None:
                receipt.outcome, receipt.duplicate_of_id = WebhookOutcome.DUPLICATE, first.id
            elif not isinstance(payload, dict):
                receipt.outcome = WebhookOutcome.REJECTED
            await receipt.save()
            if receipt.outcome is WebhookOutcome.PENDING:
                await _promise(transaction, receipt.id, 0)
        return receipt

    async def apply(self, receipt_id: UUID, attempt: int) -> None:
        """Ask Seerr how the request that a message is about stands. What fails for long is left to the reconciling."""
        receipt = await WebhookReceipt.get_or_none(id=receipt_id, outcome=WebhookOutcome.PENDING)
        if receipt is None:
            return
        numbers = await _numbers(receipt.payload)
        try:
            for number in numbers:
                await self._reconciler.look_at(number)
        except (UpstreamError, UpstreamUnavailableError):
            if attempt + 1 < _MOST_ATTEMPTS:
                async with self._work.begin(SYSTEM) as transaction:
                    await _promise(transaction, receipt.id, attempt + 1)
                return
            outcome = WebhookOutcome.FAILED
        else:
            outcome = WebhookOutcome.APPLIED if numbers else WebhookOutcome.IGNORED
        pending = WebhookReceipt.filter(id=receipt.id, outcome=WebhookOutcome.PENDING)
        await pending.update(outcome=outcome, processed_at=datetime.now(UTC))

    async def list_receipts(self, actor: Actor, page: PageArgs) -> Page[WebhookReceipt]:
        return await paginate(WebhookReceipt.visible_to(actor), _LATEST_FIRST, page)


async def _promise(transaction: Transaction, receipt_id: UUID, attempt: int) -> None:
    arguments = {"receipt_id": str(receipt_id), "attempt": str(attempt)}
    pause = timedelta(seconds=_FIRST_PAUSE_SECONDS * 2**attempt if attempt else 0)
    await transaction.enqueue(JobName.APPLY_WEBHOOK, arguments, run_at=datetime.now(UTC) + pause)


def _payload(body: bytes) -> Any:
    """What it says; the text itself where that is no JSON, because an administrator may have written the template."""
    try:
        return _storable(from_json(body, allow_inf_nan=False))
    except ValueError:
        return _storable(body.decode(errors="replace"))


def _storable(value: Any) -> Any:
    """PostgreSQL takes no zero characters."""
    match value:
        case str():
            return value.replace("\x00", "")
        case dict():
            return {_storable(key): _storable(each) for key, each in value.items()}
        case list():
            return [_storable(each) for each in value]
        case _:
            return value


def _type(payload: Any) -> str:
    found = payload.get("notification_type") if isinstance(payload, dict) else None
    return found[:64] if isinstance(found, str) and found else "UNKNOWN"


async def _numbers(payload: Any) -> list[int]:
    """The requests at Seerr that a message is about: the one it names, else all that are open for its title."""
    named = {key.lower(): value for key, value in _pairs(payload)}
    if number := _number(named.get("request_id")):
        return [number]
    kind, tmdb_id = _KINDS.get(str(named.get("media_type"))), _number(named.get("tmdbid"))
    if kind is None or not tmdb_id:
        return []
    at_seerr = MediaRequest.filter(media_id=media_key(kind, tmdb_id), status__in=list(AT_SEERR))
    found = await at_seerr.exclude(seerr_request_id=None).values_list("seerr_request_id", flat=True)
    return [int(number) for number in found]  # type: ignore[call-overload]


def _pairs(value: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Every key and what is under it, wherever in the template somebody put it."""
    if depth < _DEEPEST and isinstance(value, dict):
        for key, each in value.items():
            yield key, each
            yield from _pairs(each, depth + 1)


def _number(value: Any) -> int:
    """0 for what is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else 0  # noqa: PLR2004
