"""Media requests as people make them: ask, list, follow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F
from tortoise.functions import Lower
from uuid_utils.compat import uuid7

from models.actor import Actor, Permission
from models.errors import NotFoundError, PermissionDeniedError, QuotaExceededError, UnavailableError
from models.events import EventType
from models.media import MediaType, Title, title_of
from models.media_requests import MediaRequest, MediaRequestFollower, RequestedSeason
from models.paging import Page, PageArgs, Sort, paginate
from models.quotas import QuotaKind
from models.rates import Counted
from models.requestability import is_auto_approved, may_ask, needed
from models.states import MediaRequestStatus
from models.users import User
from services import validation
from services.media import MediaService, remember
from services.media_request_moves import snapshot, tell_deciders
from services.media_request_rules import Seasons, check_seasons, chosen, refusal, standing
from services.media_submission import promise_submission
from services.quotas import Quotas
from services.rate_limits import RateLimits
from services.work import Transaction, UnitOfWork

QUOTAS = {MediaType.MOVIE: QuotaKind.MOVIE, MediaType.TV: QuotaKind.TV}
_MAX_NOTE = 1_000


@dataclass(frozen=True, slots=True)
class CreateMediaRequest:
    """`seasons` are for a series, and required there."""

    media_id: UUID
    seasons: Seasons = None
    is_4k: bool = False
    note: str | None = None
    on_behalf_of: UUID | None = None
    idempotency_key: str | None = None


class MediaRequestSort(StrEnum):
    CREATED_AT = "CREATED_AT"
    UPDATED_AT = "UPDATED_AT"
    TITLE = "TITLE"


@dataclass(frozen=True, slots=True)
class MediaRequestQuery:
    status: Sequence[MediaRequestStatus] | None = None
    media_type: MediaType | None = None
    requested_by: UUID | None = None
    is_4k: bool | None = None
    search: str | None = None
    created_after: datetime | None = None
    sort: MediaRequestSort = MediaRequestSort.CREATED_AT
    descending: bool = True


_SORTS = {
    MediaRequestSort.CREATED_AT: Sort(F("created_at")),
    MediaRequestSort.UPDATED_AT: Sort(F("updated_at")),
    MediaRequestSort.TITLE: Sort(Lower("title"), parse=str),
}


class MediaRequestService:
    """`can_fetch` is False while this server has nobody who fetches what is asked for."""

    def __init__(
        self, work: UnitOfWork, limits: RateLimits, quotas: Quotas, media: MediaService, *, can_fetch: bool
    ) -> None:
        self._work = work
        self._limits = limits
        self._quotas = quotas
        self._media = media
        self.can_fetch = can_fetch

    async def create(self, actor: Actor, command: CreateMediaRequest) -> MediaRequest:
        """Store request, seasons, event, notifications and, when it needs no decision, the job that hands it over.

        Somebody else's request counts in their quota, but is not refused over it: it waits for a decision. Raises
        PermissionDeniedError, ValidationError, NotFoundError for title or person, UpstreamUnavailableError,
        DuplicateError, ConflictError for what can be watched already, BlocklistedError, QuotaExceededError,
        UnavailableError, RateLimitedError, IdempotencyMismatchError.
        """
        kind = _kind(command.media_id)
        requester = await _requester(actor, command, kind)
        await self._limits.count(actor, Counted.CREATE_MEDIA_REQUEST)
        check_seasons(command.seasons, kind)
        validation.idempotency_key(command.idempotency_key)
        note = validation.text(command.note, "note", _MAX_NOTE) if command.note else None
        if not self.can_fetch:
            raise UnavailableError("Nobody fetches films and series here yet; an administrator can connect Seerr.")
        title = await self._media.get(actor, command.media_id)
        request = MediaRequest(
            id=uuid7(), media_id=title.id, media_type=kind, title=title.title[:500], is_4k=command.is_4k, note=note,
            requested_by_id=requester, created_by_id=actor.user_id,
        )  # fmt: skip
        try:
            return await self._store(actor, request, command, title)
        except IntegrityError:
            now = await standing(title, is_4k=command.is_4k)
            raise refusal(now.obstacle(chosen(now, command.seasons, title)), title) from None

    async def _store(
        self, actor: Actor, request: MediaRequest, command: CreateMediaRequest, title: Title
    ) -> MediaRequest:
        async with self._work.begin(actor) as transaction:
            if earlier := await transaction.once(command.idempotency_key, command, request.id):
                return await MediaRequest.get(id=earlier)
            await remember(transaction, title)  # of two who ask for the same title one waits here
            now = await standing(title, is_4k=command.is_4k)
            numbers = chosen(now, command.seasons, title)
            if obstacle := now.obstacle(numbers):
                raise refusal(obstacle, title)
            has_room = await self._has_room(actor, request, len(numbers) if numbers else 1)
            if has_room and is_auto_approved(actor, title.kind, is_4k=command.is_4k):
                request.status = MediaRequestStatus.APPROVED
            return await _write(transaction, request, numbers or [])

    async def _has_room(self, actor: Actor, request: MediaRequest, count: int) -> bool:
        """False when it is over the quota of somebody on whose behalf it is made."""
        requester = request.requested_by_id or actor.require_user()
        try:
            await self._quotas.take_request(requester, QUOTAS[request.media_type], count)
        except QuotaExceededError:
            if requester == actor.user_id:
                raise
            return False
        return True

    async def list_visible(self, actor: Actor, query: MediaRequestQuery, page: PageArgs) -> Page[MediaRequest]:
        """Those that the actor may know of. Who asked is not for everybody: raises PermissionDeniedError."""
        rows = MediaRequest.visible_to(actor)
        if query.requested_by is not None:
            if query.requested_by != actor.user_id and not actor.may(Permission.MANAGE_USERS):
                actor.require(Permission.MANAGE_REQUESTS)
            rows = rows.filter(requested_by_id=query.requested_by)
        if query.status is not None:
            rows = rows.filter(status__in=list(query.status))
        if query.media_type is not None:
            rows = rows.filter(media_type=query.media_type)
        if query.is_4k is not None:
            rows = rows.filter(is_4k=query.is_4k)
        if query.search:
            rows = rows.filter(title__icontains=query.search)
        if query.created_after is not None:
            rows = rows.filter(created_at__gt=query.created_after)
        sort = replace(_SORTS[query.sort], descending=query.descending, id_descending=query.descending)
        return await paginate(rows, sort, page)

    async def count_pending(self, actor: Actor) -> int:
        """How many wait for a decision."""
        actor.require(Permission.MANAGE_REQUESTS)
        return await MediaRequest.filter(status=MediaRequestStatus.PENDING).count()

    async def follow(self, actor: Actor, key: UUID) -> MediaRequest:
        """Be told of it as well. Raises NotFoundError."""
        user_id = actor.require_user()
        async with self._work.begin(actor) as transaction:
            request = await find_visible(actor, key, for_change=True)
            if not await MediaRequestFollower.filter(request_id=key, user_id=user_id).exists():
                await MediaRequestFollower(request_id=key, user_id=user_id).save()
                await _record(transaction, EventType.MEDIA_REQUEST_FOLLOWED, request)
        return request

    async def unfollow(self, actor: Actor, key: UUID) -> MediaRequest:
        """Raises NotFoundError."""
        user_id = actor.require_user()
        async with self._work.begin(actor) as transaction:
            request = await find_visible(actor, key, for_change=True)
            if await MediaRequestFollower.filter(request_id=key, user_id=user_id).delete():
                await _record(transaction, EventType.MEDIA_REQUEST_UNFOLLOWED, request)
        return request


async def find_visible(actor: Actor, key: UUID, *, for_change: bool = False) -> MediaRequest:
    """Locked `for_change` until the transaction ends. Raises NotFoundError."""
    rows = MediaRequest.visible_to(actor)
    request = await (rows.select_for_update(no_key=True) if for_change else rows).get_or_none(id=key)
    if request is None:
        raise NotFoundError("There is no such request.", path=("id",))
    return request


def _kind(media_id: UUID) -> MediaType:
    try:
        return title_of(media_id)[0]
    except ValueError:
        raise NotFoundError("There is no such title.", path=("media",)) from None


async def _requester(actor: Actor, command: CreateMediaRequest, kind: MediaType) -> UUID:
    """Whose request it will be. Raises UnauthenticatedError, PermissionDeniedError, NotFoundError."""
    if command.on_behalf_of is None or command.on_behalf_of == actor.user_id:
        for permission in sorted(needed(kind, is_4k=command.is_4k)):
            actor.require(permission)
        return actor.require_user()
    actor.require(Permission.MANAGE_REQUESTS)
    person = await User.get_or_none(id=command.on_behalf_of, is_active=True)
    if person is None:
        raise NotFoundError("There is no such person, or their account is closed.", path=("onBehalfOf",))
    if not may_ask(Actor(person.id, person.granted), kind, is_4k=command.is_4k):
        raise PermissionDeniedError("This person may not ask for it.", path=("onBehalfOf",))
    return person.id


async def _write(transaction: Transaction, request: MediaRequest, numbers: Sequence[int]) -> MediaRequest:
    await request.save()
    common = {"request_id": request.id, "media_id": request.media_id, "is_4k": request.is_4k, "status": request.status}
    await RequestedSeason.bulk_create([RequestedSeason(number=number, **common) for number in numbers])
    await _record(transaction, EventType.MEDIA_REQUEST_CREATED, request)
    if request.status is MediaRequestStatus.APPROVED:
        await promise_submission(transaction, request)
    else:
        await tell_deciders(transaction, request)
    return await MediaRequest.get(id=request.id)


async def _record(transaction: Transaction, type_: EventType, request: MediaRequest) -> None:
    transaction.record(type_, request.id, await snapshot(request), owner_id=request.requested_by_id)
