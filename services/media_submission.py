"""Hands approved requests over to Seerr, exactly once each, however often that is cut off on the way."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from infra.http.errors import UpstreamError
from integrations.seerr.base import (
    Refusal,
    RequestState,
    Seerr,
    SeerrDuplicateError,
    SeerrNotFoundError,
    SeerrRefusedError,
    SeerrRequest,
    Wanted,
    every,
)
from models.actor import SYSTEM
from models.identities import ExternalIdentity, IdentityProvider
from models.jobs import JobName
from models.media import title_of
from models.media_requests import MediaRequest, RequestedSeason
from models.states import ACTIVE_MEDIA_REQUESTS, MediaRequestStatus
from services.media_request_moves import advance, amend
from services.seerr_states import TITLE_KINDS, key_of_title, standing
from services.seerr_sync import take_in
from services.work import Transaction, UnitOfWork

MOST_ATTEMPTS = 30
_FIRST_PAUSE_SECONDS, _GROWTH, _LONGEST_PAUSE_SECONDS = 5, 3, 3600
"""Half a minute of short pauses, then up to an hour each: about a day in all."""
_SPREAD = 0.2
_CLOCKS_DIFFER = timedelta(minutes=10)
_ARRIVES_WITHIN = timedelta(seconds=30)
_OPEN_THERE = frozenset({RequestState.PENDING, RequestState.APPROVED, RequestState.FAILED})
_NO_NUMBER = 0
_NOTHING_LEFT = "Seerr has nothing left to fetch of it, and knows of no request for it."


async def promise_submission(transaction: Transaction, request: MediaRequest) -> None:
    """Seerr will hear of `request`, which is approved in the same transaction."""
    now = datetime.now(UTC)
    job_id = await _enqueue(transaction, request.id, 0, now)
    facts: dict[str, Any] = {"job_id": job_id, "submission_attempts": 0, "next_attempt_at": now, "last_error": None}
    await MediaRequest.filter(id=request.id).using_db(transaction.connection).update(**facts)


async def promise_withdrawal(transaction: Transaction, request: MediaRequest) -> None:
    """Seerr will forget `request`, which is cancelled in the same transaction, if it may have heard of it."""
    if request.seerr_request_id is not None or request.last_attempt_at is not None:
        await transaction.enqueue(JobName.WITHDRAW_MEDIA_REQUEST, {"request_id": str(request.id), "attempt": "0"})


async def hasten(work: UnitOfWork) -> None:
    """Seerr is back: what waits for it is tried now."""
    async with work.begin(SYSTEM) as transaction:
        now = datetime.now(UTC)
        waiting = MediaRequest.filter(status=MediaRequestStatus.APPROVED, next_attempt_at__gt=now)
        for row in await waiting.exclude(job_id=None):
            if row.job_id is not None and await transaction.hasten_job(row.job_id):
                await amend(transaction, row.id, next_attempt_at=now)


class MediaSubmitter:
    """Before anything is sent it is written down that it will be, and before it is sent again Seerr is asked.

    `submission_attempts` counts the attempts whose end is known: a job that was promised after fewer is out of date.
    """

    def __init__(self, work: UnitOfWork, seerr: Seerr, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._work = work
        self._seerr = seerr
        self._now = now

    async def submit(self, request_id: UUID, attempt: int) -> None:
        """The attempt that comes after `attempt` others."""
        request = await MediaRequest.get_or_none(id=request_id)
        if request is None or request.submission_attempts != attempt:
            return
        if request.status is MediaRequestStatus.CANCELLED:
            await self.withdraw(request_id, 0)
        elif request.status is MediaRequestStatus.APPROVED and await self._announce(request):
            try:
                found = await self._hand_over(request)
            except UpstreamError as error:
                await self._record_failure(request, error)
            else:
                await self._record(request, found)

    async def withdraw(self, request_id: UUID, attempt: int) -> None:
        """Take back what was cancelled here; Seerr may have forgotten it already."""
        request = await MediaRequest.get_or_none(id=request_id, status=MediaRequestStatus.CANCELLED)
        if request is None:
            return
        try:
            number = request.seerr_request_id
            if number is None and (found := await self._find(request, is_known_there=False)):
                number = found.id if _may_be_ours(found, await _wanted(request)) else None
            if number is None and attempt == 0:  # what was cut off while it was sent may yet arrive
                await self._withdraw_later(request_id, 1, self._now() + _ARRIVES_WITHIN)
            elif number is not None and not await _is_somebody_elses(number, request):
                await self._seerr.delete_request(number)
        except SeerrNotFoundError:
            return
        except UpstreamError as error:
            if attempt + 1 < MOST_ATTEMPTS:
                await self._withdraw_later(request_id, attempt + 1, self._next_try(attempt + 1, error))

    async def _withdraw_later(self, request_id: UUID, attempt: int, run_at: datetime) -> None:
        arguments = {"request_id": str(request_id), "attempt": str(attempt)}
        async with self._work.begin(SYSTEM) as transaction:
            await transaction.enqueue(JobName.WITHDRAW_MEDIA_REQUEST, arguments, run_at=run_at)

    async def _announce(self, request: MediaRequest) -> bool:
        """Whoever comes after us knows by it that something may have been sent. False when it was cancelled meanwhile,
        or somebody else is about to send it: nothing is to be sent.
        """
        async with self._work.begin(SYSTEM) as transaction:
            as_it_was = MediaRequest.filter(
                id=request.id,
                status=request.status,
                submission_attempts=request.submission_attempts,
                last_attempt_at=request.last_attempt_at,
            )
            facts = {"last_attempt_at": self._now(), "next_attempt_at": None}
            return bool(await as_it_was.using_db(transaction.connection).update(**facts))

    async def _hand_over(self, request: MediaRequest) -> SeerrRequest:
        """Raises UpstreamError."""
        known = await self._known(request)
        if known is None and request.last_attempt_at is not None:
            found = await self._find(request, is_known_there=False)
            known = found if found and _has_all(found, await _wanted(request)) else None
        if known is None:
            try:
                known = await self._seerr.create_request(await _wanted(request))
            except SeerrDuplicateError:
                known = None
            known = known or await self._find(request, is_known_there=True)
        if known is None:
            return await self._there_already(await _wanted(request))
        if known.state is RequestState.FAILED:
            await self._seerr.retry_request(known.id)
        elif known.state is RequestState.PENDING:
            await self._seerr.approve_request(known.id)
        else:
            return known
        return await self._seerr.get_request(known.id)

    async def _known(self, request: MediaRequest) -> SeerrRequest | None:
        """What became of it at Seerr, when it was handed over before."""
        if request.seerr_request_id is None:
            return None
        try:
            found = await self._seerr.get_request(request.seerr_request_id)
        except SeerrNotFoundError:
            return None
        is_it = found.state is not RequestState.DECLINED and key_of_title(found.media) == request.media_id
        return found if is_it else None

    async def _find(self, request: MediaRequest, *, is_known_there: bool) -> SeerrRequest | None:
        """The same request at Seerr. Unless Seerr says that it is there, one of ours that is over does not count."""
        wanted = await _wanted(request)
        async for found in every(self._seerr.list_requests):
            if _is_same(found, wanted, request.created_at) and (
                is_known_there or not await MediaRequest.filter(seerr_request_id=found.id).exists()
            ):
                return found
        return None

    async def _there_already(self, wanted: Wanted) -> SeerrRequest:
        """Stands for the request that Seerr had no need to make. Raises SeerrRefusedError when it should have."""
        async for media in every(self._seerr.list_media):
            if (media.kind, media.tmdb_id) == (wanted.kind, wanted.tmdb_id):
                found = SeerrRequest(_NO_NUMBER, RequestState.APPROVED, wanted.is_4k, media)
                if standing(found, wanted.seasons).status is MediaRequestStatus.COMPLETED:
                    return found
        raise SeerrRefusedError("Seerr", Refusal.INVALID, _NOTHING_LEFT)

    async def _record(self, request: MediaRequest, found: SeerrRequest) -> None:
        async with self._work.begin(SYSTEM) as transaction:
            moved = await advance(
                transaction, request.id, MediaRequestStatus.SUBMITTED,
                guard={"submission_attempts": request.submission_attempts},
                seerr_request_id=found.id or None, submission_attempts=request.submission_attempts + 1,
                next_attempt_at=None, last_error=None, job_id=None,
            )  # fmt: skip
            if moved is not None:
                await take_in(transaction, moved, found)
            else:
                await self._take_back(transaction, request.id, found.id or None)

    async def _record_failure(self, request: MediaRequest, error: UpstreamError) -> None:
        attempts = request.submission_attempts + 1
        async with self._work.begin(SYSTEM) as transaction:
            waiting = MediaRequest.select_for_update(no_key=True).using_db(transaction.connection)
            row = await waiting.get_or_none(
                id=request.id, status=MediaRequestStatus.APPROVED, submission_attempts=request.submission_attempts
            )
            if row is None:
                await self._take_back(transaction, request.id, None)
            elif isinstance(error, SeerrRefusedError | SeerrNotFoundError) or attempts >= MOST_ATTEMPTS:
                await advance(
                    transaction, row.id, MediaRequestStatus.FAILED, reason=error.message, last_error=error.message,
                    submission_attempts=attempts, next_attempt_at=None, job_id=None,
                )  # fmt: skip
            else:
                run_at = self._next_try(attempts, error)
                job_id = await _enqueue(transaction, row.id, attempts, run_at)
                await amend(
                    transaction, row.id, last_error=error.message, submission_attempts=attempts,
                    next_attempt_at=run_at, job_id=job_id,
                )  # fmt: skip

    async def _take_back(self, transaction: Transaction, request_id: UUID, number: int | None) -> None:
        """It was cancelled while it was being handed over."""
        cancelled = await MediaRequest.get_or_none(id=request_id, status=MediaRequestStatus.CANCELLED)
        if cancelled is not None:
            if number is not None:
                await amend(transaction, request_id, seerr_request_id=number)
                cancelled.seerr_request_id = number
            await promise_withdrawal(transaction, cancelled)

    def _next_try(self, attempts: int, error: UpstreamError) -> datetime:
        """Later each time, and not before Seerr wants to be asked."""
        pause = min(_FIRST_PAUSE_SECONDS * _GROWTH ** (attempts - 1), _LONGEST_PAUSE_SECONDS)
        planned = self._now() + timedelta(seconds=pause * (1 + _SPREAD * random.random()))  # noqa: S311  (no secret)
        return planned if error.retry_at is None else max(planned, error.retry_at)


async def _enqueue(transaction: Transaction, request_id: UUID, attempt: int, run_at: datetime) -> int:
    arguments = {"request_id": str(request_id), "attempt": str(attempt)}
    return await transaction.enqueue(JobName.SUBMIT_MEDIA_REQUEST, arguments, run_at=run_at)


async def _wanted(request: MediaRequest) -> Wanted:
    kind, tmdb_id = title_of(request.media_id)
    seasons = RequestedSeason.filter(request_id=request.id).order_by("number")
    numbers = [int(number) for number in await seasons.values_list("number", flat=True)]  # type: ignore[call-overload]
    mapped = ExternalIdentity.filter(provider=IdentityProvider.SEERR, user_id=request.requested_by_id)
    identity = await mapped.order_by("linked_at").first() if request.requested_by_id else None
    user_id = int(identity.subject) if identity else None
    return Wanted(TITLE_KINDS[kind], tmdb_id, request.is_4k, tuple(numbers), user_id)


def _is_same(found: SeerrRequest, wanted: Wanted, asked_at: datetime) -> bool:
    """Whether it is a request for `wanted` that is open, or was made for this one and is over already."""
    title = found.media.kind, found.media.tmdb_id, found.is_4k
    if title != (wanted.kind, wanted.tmdb_id, wanted.is_4k):
        return False
    if wanted.seasons and not set(wanted.seasons) & {number for number, _ in found.seasons}:
        return False
    if found.state is RequestState.COMPLETED:
        return found.created_at is not None and found.created_at > asked_at - _CLOCKS_DIFFER
    return found.state in _OPEN_THERE


def _has_all(found: SeerrRequest, wanted: Wanted) -> bool:
    """Of one that has some seasons only, Seerr says itself what is left to ask for."""
    return set(wanted.seasons) <= {number for number, _ in found.seasons}


def _may_be_ours(found: SeerrRequest, wanted: Wanted) -> bool:
    """Not when it has more seasons, or is in the name of somebody else."""
    theirs = found.requested_by.id if found.requested_by else None
    is_theirs = None not in {wanted.user_id, theirs} and wanted.user_id != theirs
    return not is_theirs and {number for number, _ in found.seasons} <= set(wanted.seasons)


async def _is_somebody_elses(number: int, request: MediaRequest) -> bool:
    """Whether another request of ours goes by the same one at Seerr."""
    others = MediaRequest.filter(seerr_request_id=number, status__in=list(ACTIVE_MEDIA_REQUESTS))
    return await others.exclude(id=request.id).exists()
