"""Downloads as people ask for them: queue, list, cancel, retry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise.expressions import Expression, F, Q
from tortoise.functions import Coalesce, Lower
from uuid_utils.compat import uuid7

from infra.http.egress import EgressPolicy, ForbiddenAddressError, NotAnUrlError
from models.actor import Actor, Permission
from models.downloads import Download, DownloadErrorCode, DownloadProfile
from models.errors import (
    AppError,
    ForbiddenUrlError,
    InvalidStateError,
    NotFoundError,
    UnsupportedUrlError,
    ValidationError,
)
from models.events import EventType
from models.jobs import JobName
from models.paging import Page, PageArgs, Sort, paginate
from models.rates import Counted
from models.states import DOWNLOAD_TRANSITIONS, TERMINAL_DOWNLOADS, DownloadStatus, sources
from services import validation
from services.quotas import Quotas
from services.rate_limits import RateLimits
from services.work import Transaction, UnitOfWork

ATTEMPTS = 5
_FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)
_MAX_BATCH = 100


@dataclass(frozen=True, slots=True)
class QueueDownload:
    url: str
    profile_id: UUID | None = None
    idempotency_key: str | None = None


class DownloadAction(StrEnum):
    CANCEL = "CANCEL"
    RETRY = "RETRY"


class DownloadSort(StrEnum):
    QUEUE = "QUEUE"
    CREATED_AT = "CREATED_AT"
    FINISHED_AT = "FINISHED_AT"
    TITLE = "TITLE"


@dataclass(frozen=True, slots=True)
class DownloadQuery:
    status: Sequence[DownloadStatus] | None = None
    requested_by: UUID | None = None
    search: str | None = None
    error_code: Sequence[DownloadErrorCode] | None = None
    sort: DownloadSort = DownloadSort.QUEUE
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Controlled:
    """What became of one download of a batch: its new state, or why it stayed as it was."""

    id: UUID | ValidationError
    download: Download | None = None
    error: AppError | None = None


_FINISHED: Expression = Coalesce(F("finished_at"), _FAR_FUTURE)
_SORTS = {
    # what is unfinished in the order it was asked for, then what is finished, newest first
    DownloadSort.QUEUE: Sort(_FINISHED, descending=True),
    DownloadSort.CREATED_AT: Sort(F("created_at")),
    DownloadSort.FINISHED_AT: Sort(_FINISHED),
    DownloadSort.TITLE: Sort(Lower(Coalesce("title", "")), parse=str),
}
# From where each action works: a retry only from an end that can be left again.
_SOURCES = {
    DownloadAction.CANCEL: sources(DOWNLOAD_TRANSITIONS, DownloadStatus.CANCELLED),
    DownloadAction.RETRY: sources(DOWNLOAD_TRANSITIONS, DownloadStatus.QUEUED) & TERMINAL_DOWNLOADS,
}
_DONE_WORD = {DownloadAction.CANCEL: "cancelled", DownloadAction.RETRY: "retried"}


class DownloadService:
    def __init__(self, work: UnitOfWork, limits: RateLimits, egress: EgressPolicy, quotas: Quotas) -> None:
        self._work = work
        self._limits = limits
        self._egress = egress
        self._quotas = quotas

    async def queue(self, actor: Actor, command: QueueDownload) -> Download:
        """Store the download, its event and its job in one transaction; the worker takes it from there.

        The same idempotency key with the same command answers with the first download. Raises UnsupportedUrlError,
        ForbiddenUrlError, NotFoundError for the profile, IdempotencyMismatchError, RateLimitedError,
        QuotaExceededError.
        """
        actor.require(Permission.DOWNLOAD_CREATE)
        owner_id = actor.require_user()
        await self._limits.count(actor, Counted.QUEUE_DOWNLOAD)
        url = self._checked(command.url)
        validation.idempotency_key(command.idempotency_key)
        async with self._work.begin(actor) as transaction:
            download = Download(
                id=uuid7(), owner_id=owner_id, url=url, canonical_url=url, max_attempts=ATTEMPTS,
                profile_id=(await _profile(command.profile_id)).id,
            )  # fmt: skip
            if earlier := await transaction.once(command.idempotency_key, command, download.id):
                return await Download.get(id=earlier)
            await self._quotas.take_download(owner_id)
            download.job_id = await promise_run(transaction, download.id)
            await download.save()
            transaction.record(EventType.DOWNLOAD_CREATED, download.id, download.snapshot(), owner_id=owner_id)
        return download

    async def list_visible(self, actor: Actor, query: DownloadQuery, page: PageArgs) -> Page[Download]:
        """The caller's downloads; everybody's with MANAGE_DOWNLOADS."""
        rows = Download.visible_to(actor)
        if query.status is not None:
            rows = rows.filter(status__in=list(query.status))
        if query.requested_by is not None:
            rows = rows.filter(owner_id=query.requested_by)
        if query.error_code is not None:
            rows = rows.filter(error_code__in=list(query.error_code))
        if query.search:
            rows = rows.filter(Q(title__icontains=query.search) | Q(url__icontains=query.search))
        sort = _SORTS[query.sort]
        return await paginate(rows, sort.reversed() if query.descending else sort, page)

    async def list_profiles(self, actor: Actor) -> list[DownloadProfile]:
        actor.require_user()
        return await DownloadProfile.all().order_by("-is_default", "name")

    async def control(
        self, actor: Actor, ids: Sequence[UUID | ValidationError], action: DownloadAction
    ) -> list[Controlled]:
        """Cancel or retry each of `ids` by itself: what one of them may not do does not hold up the others.

        What was no ID comes as the error about it, and is answered with it.
        """
        actor.require_user()
        if not 1 <= len(ids) <= _MAX_BATCH:
            raise ValidationError(f"Name 1 to {_MAX_BATCH} downloads.", path=("ids",), constraint="length")
        results = []
        for key in dict.fromkeys(ids):
            try:
                if isinstance(key, ValidationError):
                    raise key
                results.append(Controlled(key, download=await self._control_one(actor, key, action)))
            except AppError as error:
                results.append(Controlled(key, error=error))
        return results

    async def _control_one(self, actor: Actor, key: UUID, action: DownloadAction) -> Download:
        async with self._work.begin(actor) as transaction:
            row = await Download.visible_to(actor).get_or_none(id=key)
            if row is None:
                raise NotFoundError("There is no such download.", path=("ids",))
            if action is DownloadAction.RETRY and not may_retry(actor):
                actor.require(Permission.DOWNLOAD_CREATE)
            if action is DownloadAction.RETRY and row.gave_place_back and not actor.may(Permission.MANAGE_DOWNLOADS):
                await self._quotas.take_download(row.owner_id)
            apply = self._cancel if action is DownloadAction.CANCEL else self._retry
            moved = await apply(transaction, row)
            if moved is None:
                raise _wrong_state(await Download.get(id=key), action)
            download, previous = moved
            record_change(transaction, download, previous)
        return download

    async def _cancel(self, transaction: Transaction, row: Download) -> tuple[Download, str] | None:
        moved = await Download.move(
            transaction.connection, row.id, DownloadStatus.CANCELLED, sources=_SOURCES[DownloadAction.CANCEL],
            lease=None, stage=None, next_attempt_at=None, finished_at=datetime.now(UTC),
        )  # fmt: skip
        if moved is None:
            return None
        if moved[0].job_id is not None:
            await transaction.cancel_job(moved[0].job_id)
        await transaction.enqueue(JobName.CLEAN_DOWNLOAD, {"download_id": str(row.id)}, lock=job_lock(row.id))
        return moved

    async def _retry(self, transaction: Transaction, row: Download) -> tuple[Download, str] | None:
        return await Download.move(
            transaction.connection, row.id, DownloadStatus.QUEUED, sources=_SOURCES[DownloadAction.RETRY],
            job_id=await promise_run(transaction, row.id), max_attempts=row.attempt + ATTEMPTS, finished_at=None,
            error_code=None, error_message=None, error_hint=None, error_retryable=False, **_from_the_beginning(row),
        )  # fmt: skip

    def _checked(self, url: str) -> str:
        try:
            return self._egress.check_url(url)
        except NotAnUrlError as error:
            raise UnsupportedUrlError(str(error), path=("url",)) from None
        except ForbiddenAddressError as error:
            raise ForbiddenUrlError(str(error), path=("url",)) from None


def _from_the_beginning(row: Download) -> dict[str, Any]:
    """Of a failure that trying again could not mend nothing was kept; of any other the partial file is there."""
    is_resumed = row.status is DownloadStatus.FAILED and row.error_retryable
    return {} if is_resumed else {"percent": 0.0, "downloaded_bytes": 0}


def may_retry(actor: Actor) -> bool:
    """To retry is to download: whoever lost that right does not get it back by an old row."""
    return actor.may(Permission.DOWNLOAD_CREATE) or actor.may(Permission.MANAGE_DOWNLOADS)


def allowed_actions(download: Download, actor: Actor) -> frozenset[DownloadAction]:
    """What an actor who sees a download can do with it in its present state."""
    actions = frozenset(action for action, states in _SOURCES.items() if download.status in states)
    return actions if may_retry(actor) else actions - {DownloadAction.RETRY}


def record_change(transaction: Transaction, download: Download, previous: str | None) -> None:
    """Tell that a download changed; `previous` is its state before, None where only its data changed."""
    payload = {**download.snapshot(), "previous_status": previous}
    transaction.record(EventType.DOWNLOAD_CHANGED, download.id, payload, owner_id=download.owner_id)


def job_lock(download_id: UUID) -> str:
    """Jobs of one download run one after the other."""
    return f"download:{download_id}"


async def promise_run(transaction: Transaction, download_id: UUID, run_at: datetime | None = None) -> int:
    return await transaction.enqueue(
        JobName.RUN_DOWNLOAD, {"download_id": str(download_id)}, lock=job_lock(download_id), run_at=run_at
    )


async def _profile(profile_id: UUID | None) -> DownloadProfile:
    found = await (
        DownloadProfile.get_or_none(id=profile_id) if profile_id else DownloadProfile.get_or_none(is_default=True)
    )
    if found is None:
        raise NotFoundError("There is no such download profile.", path=("profile",))
    return found


def _wrong_state(download: Download, action: DownloadAction) -> InvalidStateError:
    return InvalidStateError(
        f"A download that is {download.status} cannot be {_DONE_WORD[action]}.",
        current=download.status.value,
        allowed=tuple(sorted(_SOURCES[action])),
    )
