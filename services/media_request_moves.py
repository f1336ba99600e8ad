"""How a media request goes on: the only place where its state changes, and where what follows from it is told."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.actor import Permission
from models.events import EventType
from models.media_requests import MediaRequest, MediaRequestFollower, RequestedSeason
from models.notifications import NotificationType
from models.states import MEDIA_REQUEST_TRANSITIONS, MediaRequestStatus, sources
from models.users import User
from services.work import Notice, Transaction

_S = MediaRequestStatus
Seasons = Mapping[int, MediaRequestStatus]
_SOURCES = {target: sources(MEDIA_REQUEST_TRANSITIONS, target) for target in MediaRequestStatus}

_NEWS: Mapping[MediaRequestStatus, tuple[NotificationType, str, str]] = {
    _S.APPROVED: (NotificationType.REQUEST_APPROVED, "{} was approved", "You hear of it again when it can be watched."),
    _S.SUBMITTED: (NotificationType.REQUEST_SUBMITTED, "{} is on its way", "Those who fetch it know of it now."),
    _S.PARTIALLY_AVAILABLE: (NotificationType.REQUEST_AVAILABLE, "Part of {} can be watched", "The rest follows."),
    _S.COMPLETED: (NotificationType.REQUEST_AVAILABLE, "{} can be watched", "What was asked for is there."),
    _S.DECLINED: (NotificationType.REQUEST_DECLINED, "{} was declined", "No reason was given."),
    _S.FAILED: (NotificationType.REQUEST_FAILED, "{} could not be fetched", "It can be tried again."),
    _S.CANCELLED: (NotificationType.REQUEST_CANCELLED, "{} was cancelled", "Nobody fetches it any more."),
}
_MOVE_SEASONS = """
UPDATE requested_seasons SET status = $3
WHERE request_id = $1 AND status = ANY($2) AND ($4::int IS NULL OR number = $4)
"""


async def advance(
    transaction: Transaction,
    request_id: UUID,
    target: MediaRequestStatus,
    *,
    reason: str | None = None,
    seasons: Seasons | None = None,
    guard: Mapping[str, Any] | None = None,
    **changes: Any,
) -> MediaRequest | None:
    """Move a request on to `target`, its seasons along with it, and tell everybody who waits for it.

    `seasons` are those that got further, or less far. None when `target` cannot be reached from where the request is,
    or one of its columns is not as `guard` says: nothing changed, and nobody is told.
    """
    now = datetime.now(UTC)
    moved = await MediaRequest.move(
        transaction.connection, request_id, target, sources=_SOURCES[target], guard=guard,
        status_reason=reason, updated_at=now, completed_at=now if target is _S.COMPLETED else None, **changes,
    )  # fmt: skip
    if moved is None:
        return None
    request, previous = moved
    await _move_named(transaction, request_id, seasons or {})
    if target is not _S.PARTIALLY_AVAILABLE:  # which says of none of them how far it is
        await _move_seasons(transaction, request_id, target)
    await _record(transaction, request, previous)
    await _tell(transaction, request)
    return request


async def amend(
    transaction: Transaction, request_id: UUID, *, seasons: Seasons | None = None, **changes: Any
) -> MediaRequest | None:
    """Change what is known of a request that stays in its state. None when it is gone, or all was known already."""
    request = await MediaRequest.select_for_update(no_key=True).get_or_none(id=request_id)
    if request is None:
        return None
    differing = {name: value for name, value in changes.items() if getattr(request, name) != value}
    have_moved = await _move_named(transaction, request_id, seasons or {})
    if not have_moved and not differing:
        return None
    written = {**differing, "version": request.version + 1, "updated_at": datetime.now(UTC)}
    await request.update_from_dict(written).save(update_fields=list(written))
    await _record(transaction, request, None, changed=[*sorted(differing), *["seasons"] * have_moved])
    return request


async def snapshot(request: MediaRequest) -> dict[str, Any]:
    """The request with its seasons, as events keep it."""
    rows = await RequestedSeason.filter(request_id=request.id).order_by("number")
    return {**request.snapshot(), "seasons": [row.snapshot() for row in rows]}


async def tell_deciders(transaction: Transaction, request: MediaRequest) -> None:
    """A request waits for somebody to decide on it."""
    notice = _notice(request, NotificationType.REQUEST_CREATED, f"{_name(request)} is asked for", "Approve or decline.")
    await transaction.notify_all(sorted(await _deciders() - {transaction.actor.user_id}), notice)


async def _move_named(transaction: Transaction, request_id: UUID, seasons: Seasons) -> bool:
    moved = False
    for number, status in seasons.items():
        moved |= await _move_seasons(transaction, request_id, status, number)
    return moved


async def _move_seasons(
    transaction: Transaction, request_id: UUID, target: MediaRequestStatus, number: int | None = None
) -> bool:
    """Whether one of them moved: each goes forward only."""
    count, _ = await transaction.connection.execute_query(
        _MOVE_SEASONS, [request_id, sorted(_SOURCES[target]), target.value, number]
    )
    return count > 0


async def _record(
    transaction: Transaction, request: MediaRequest, previous: str | None, changed: Sequence[str] = ()
) -> None:
    """`changed` names what became known while the state stayed."""
    payload = {**await snapshot(request), "previous_status": previous, "changed": list(changed)}
    transaction.record(EventType.MEDIA_REQUEST_CHANGED, request.id, payload, owner_id=request.requested_by_id)


async def _tell(transaction: Transaction, request: MediaRequest) -> None:
    """Everybody who waits for it, but for who did it; of what failed those as well who can try again."""
    if request.status is _S.PENDING:
        await tell_deciders(transaction, request)
    if request.status not in _NEWS:
        return
    people = {follower.user_id for follower in await MediaRequestFollower.filter(request_id=request.id)}
    if request.requested_by_id is not None:
        people.add(request.requested_by_id)
    if request.status is _S.FAILED:
        people |= await _deciders()
    type_, title, body = _NEWS[request.status]
    why = request.decline_reason if request.status is _S.DECLINED else None
    notice = _notice(request, type_, title.format(_name(request)), why or request.status_reason or body)
    await transaction.notify_all(sorted(people - {transaction.actor.user_id}), notice)


def _notice(request: MediaRequest, type_: NotificationType, title: str, body: str) -> Notice:
    """Each move makes a version of its own: told once, and again when it comes that far once more."""
    cause = f"media_request:{request.id}:{request.status}:{request.version}"
    return Notice(type_, title, body, cause, MediaRequest.__name__, request.id)


def _name(request: MediaRequest) -> str:
    return f"{request.title[:200]} in 4K" if request.is_4k else request.title[:200]


async def _deciders() -> set[UUID]:
    powers = [Permission.MANAGE_REQUESTS.value, Permission.ADMIN.value]
    people = User.filter(is_active=True, permissions__overlap=powers)
    return {person.id for person in await people.only("id")}
