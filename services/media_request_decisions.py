"""What becomes of media requests by somebody's hand: approve, decline, cancel, try again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from models.actor import Actor, Permission
from models.errors import (
    BlocklistedError,
    DuplicateError,
    InvalidStateError,
    PermissionDeniedError,
    QuotaExceededError,
    StaleVersionError,
)
from models.media import MediaItem
from models.media_requests import ActiveRequest, MediaRequest, RequestedSeason
from models.requestability import is_auto_approved, may_ask
from models.states import MEDIA_REQUEST_TRANSITIONS, MediaRequestStatus, sources
from services import validation
from services.media_request_moves import advance
from services.media_requests import QUOTAS, find_visible
from services.media_submission import promise_submission, promise_withdrawal
from services.quotas import Quotas
from services.work import Transaction, UnitOfWork

_S = MediaRequestStatus
_MAX_REASON = 1_000


class MediaRequestAction(StrEnum):
    APPROVE = "APPROVE"
    DECLINE = "DECLINE"
    CANCEL = "CANCEL"
    RETRY = "RETRY"


class RequestDecision(StrEnum):
    APPROVE = "APPROVE"
    DECLINE = "DECLINE"


@dataclass(frozen=True, slots=True)
class DecideMediaRequest:
    """`reason` is why it is declined."""

    id: UUID
    decision: RequestDecision
    override_quota: bool = False
    reason: str | None = None
    expected_version: int | None = None


_A = MediaRequestAction
# from where those who decide can do it, and from where whoever asked can
_DECIDERS: Mapping[MediaRequestAction, frozenset[MediaRequestStatus]] = {
    _A.APPROVE: frozenset({_S.PENDING}),
    _A.DECLINE: frozenset({_S.PENDING}),
    _A.CANCEL: sources(MEDIA_REQUEST_TRANSITIONS, _S.CANCELLED),
    _A.RETRY: frozenset({_S.FAILED, _S.DECLINED}),
}
_REQUESTERS: Mapping[MediaRequestAction, frozenset[MediaRequestStatus]] = {
    _A.APPROVE: frozenset(),
    _A.DECLINE: frozenset(),
    _A.CANCEL: frozenset({_S.PENDING, _S.APPROVED, _S.FAILED}),  # while nobody fetches it
    _A.RETRY: frozenset({_S.FAILED, _S.DECLINED}),
}
_DONE = {_A.APPROVE: "approved", _A.DECLINE: "declined", _A.CANCEL: "cancelled", _A.RETRY: "retried"}


def allowed_actions(request: MediaRequest, actor: Actor) -> frozenset[MediaRequestAction]:
    """What an actor who sees a request can do with it in its present state."""
    if actor.may(Permission.MANAGE_REQUESTS):
        return frozenset(action for action, states in _DECIDERS.items() if request.status in states)
    if actor.user_id is None or request.requested_by_id != actor.user_id:
        return frozenset()
    actions = frozenset(action for action, states in _REQUESTERS.items() if request.status in states)
    # to try again is to ask: whoever lost that right does not get it back by an old request
    return actions if may_ask(actor, request.media_type, is_4k=request.is_4k) else actions - {_A.RETRY}


class MediaRequestDecisions:
    def __init__(self, work: UnitOfWork, quotas: Quotas) -> None:
        self._work = work
        self._quotas = quotas

    async def decide(self, actor: Actor, command: DecideMediaRequest) -> MediaRequest:
        """Approve or decline. Raises NotFoundError, InvalidStateError, StaleVersionError, BlocklistedError, and
        QuotaExceededError for what is over the requester's quota and that is not overridden.
        """
        actor.require(Permission.MANAGE_REQUESTS)
        reason = validation.text(command.reason, "reason", _MAX_REASON) if command.reason else None
        decided: dict[str, Any] = {"decided_by_id": actor.user_id, "decided_at": datetime.now(UTC)}

        async def approve(transaction: Transaction, request: MediaRequest) -> MediaRequest | None:
            await self._check_approval(request, override_quota=command.override_quota)
            await promise_submission(transaction, request)
            return await advance(transaction, request.id, _S.APPROVED, **decided)

        async def decline(transaction: Transaction, request: MediaRequest) -> MediaRequest | None:
            return await advance(transaction, request.id, _S.DECLINED, decline_reason=reason, **decided)

        act = {RequestDecision.APPROVE: approve, RequestDecision.DECLINE: decline}[command.decision]
        return await self._act(actor, command.id, _A(command.decision), act, command.expected_version)

    async def cancel(self, actor: Actor, key: UUID) -> MediaRequest:
        """Raises NotFoundError, InvalidStateError, PermissionDeniedError for somebody else's, and for one's own that is
        being fetched.
        """
        actor.require_user()

        async def cancel(transaction: Transaction, request: MediaRequest) -> MediaRequest | None:
            if request.job_id is not None:
                await transaction.cancel_job(request.job_id)
            cancelled = await advance(transaction, key, _S.CANCELLED, job_id=None, next_attempt_at=None)
            if cancelled is not None:
                await promise_withdrawal(transaction, cancelled)
            return cancelled

        return await self._act(actor, key, _A.CANCEL, cancel)

    async def retry(self, actor: Actor, key: UUID) -> MediaRequest:
        """Hand over again what failed, or ask again for what was declined or never approved here; it takes its place in
        the quota again.

        Raises NotFoundError, InvalidStateError, PermissionDeniedError, BlocklistedError, QuotaExceededError,
        DuplicateError when somebody else asked for it meanwhile.
        """
        actor.require_user()

        async def retry(transaction: Transaction, request: MediaRequest) -> MediaRequest | None:
            await _check_blocklist(request)
            if not actor.may(Permission.MANAGE_REQUESTS):
                await self._take(request)
            now = datetime.now(UTC)
            if request.status is _S.DECLINED or not _is_approved(request, actor):
                undecided = {"decided_by_id": None, "decided_at": None, "decline_reason": None, "last_error": None}
                return await advance(transaction, key, _S.PENDING, counted_at=now, **undecided)
            await promise_submission(transaction, request)
            return await advance(transaction, key, _S.APPROVED, counted_at=now)

        try:
            return await self._act(actor, key, _A.RETRY, retry)
        except IntegrityError:
            request = await MediaRequest.get(id=key)
            rivals = await ActiveRequest.of([request.media_id])
            existing = next((rival.request for rival in rivals if rival.request.is_4k == request.is_4k), None)
            raise DuplicateError(f"{request.title} was asked for again meanwhile.", existing=existing) from None

    async def _act(
        self,
        actor: Actor,
        key: UUID,
        action: MediaRequestAction,
        act: Callable[[Transaction, MediaRequest], Awaitable[MediaRequest | None]],
        expected_version: int | None = None,
    ) -> MediaRequest:
        async with self._work.begin(actor) as transaction:
            request = await find_visible(actor, key, for_change=True)
            if expected_version is not None and request.version != expected_version:
                raise StaleVersionError("This request changed meanwhile; look again.", path=("expectedVersion",))
            moved = await act(transaction, request) if action in allowed_actions(request, actor) else None
            if moved is None:
                raise _refusal(request, actor, action)
            if actor.may(Permission.MANAGE_REQUESTS):
                before, after = {"status": request.status.value}, {"status": moved.status.value}
                await transaction.audit(f"media_request.{_DONE[action]}", moved, before=before, after=after)
        return moved

    async def _check_approval(self, request: MediaRequest, *, override_quota: bool) -> None:
        await _check_blocklist(request)
        if override_quota:
            return
        try:
            await self._take(request)
        except QuotaExceededError as error:
            message = "This person has used up their quota; approve it with `overrideQuota` all the same."
            raise QuotaExceededError(message, quota=error.quota) from None

    async def _take(self, request: MediaRequest) -> None:
        if request.requested_by_id is not None:
            count = await RequestedSeason.filter(request_id=request.id).count() or 1
            kind = QUOTAS[request.media_type]
            await self._quotas.take_request(request.requested_by_id, kind, count, besides=request.id)


async def _check_blocklist(request: MediaRequest) -> None:
    item = await MediaItem.get(id=request.media_id)
    if item.is_blocklisted:
        raise BlocklistedError(f"{request.title} is not to be asked for here.")


def _is_approved(request: MediaRequest, actor: Actor) -> bool:
    """Whether what failed was approved here once, as all that was made here, or is by `actor` trying it again."""
    if request.created_by_id is not None or request.decided_at is not None:
        return True
    is_automatic = is_auto_approved(actor, request.media_type, is_4k=request.is_4k)
    return is_automatic or actor.may(Permission.MANAGE_REQUESTS)


def _refusal(
    request: MediaRequest, actor: Actor, action: MediaRequestAction
) -> InvalidStateError | PermissionDeniedError:
    if request.status in _DECIDERS[action]:
        return PermissionDeniedError(f"A request that is {request.status} is {_DONE[action]} by those who decide.")
    theirs = _DECIDERS if actor.may(Permission.MANAGE_REQUESTS) else _REQUESTERS
    return InvalidStateError(
        f"A request that is {request.status} cannot be {_DONE[action]}.",
        current=request.status.value,
        allowed=tuple(sorted(theirs[action])),
    )
