"""Takes in what Seerr says: how far requests have come, and what of each title can be watched."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tortoise.expressions import Q

from integrations.seerr.base import SeerrMedia, SeerrRequest
from models.events import EventType
from models.media import Availability, MediaItem, MediaSeason
from models.media_requests import MediaRequest, RequestedSeason
from models.states import MediaRequestStatus
from services.media_request_moves import advance, amend
from services.seerr_states import KINDS, availability, is_news, key_of_title, progress, standing
from services.work import Transaction

_HEARD = ("seerr_status", "seerr_status_4k", "plex_status", "plex_status_4k", "availability", "availability_4k")


async def take_in(transaction: Transaction, request: MediaRequest, found: SeerrRequest) -> None:
    """Move `request` to where Seerr has it, as far as that is forward; what is known already changes nothing."""
    seasons = RequestedSeason.filter(request_id=request.id).order_by("number")
    numbers = [int(number) for number in await seasons.values_list("number", flat=True)]  # type: ignore[call-overload]
    now, changes = standing(found, numbers), _changes(request, found, numbers)
    moved = None
    if now.status is not request.status:
        if now.status is MediaRequestStatus.DECLINED:
            changes["decline_reason"] = now.reason
        moved = await advance(transaction, request.id, now.status, reason=now.reason, seasons=now.seasons, **changes)
    if moved is None:
        changes.pop("decline_reason", None)
        await amend(transaction, request.id, seasons=now.seasons, **changes)
    await mirror(transaction, [found.media])


async def mirror(transaction: Transaction, found: Iterable[SeerrMedia]) -> set[UUID]:
    """Write down what can be watched of each title; a constant number of statements, however many there are.

    Answers the keys of the titles.
    """
    media = _by_key(found)
    await MediaItem.bulk_create(
        [_item(key, each) for key, each in media.items()], ignore_conflicts=True, using_db=transaction.connection
    )
    items = await MediaItem.select_for_update(no_key=True).filter(id__in=list(media)).order_by("id")
    heard = [item for item in items if _hear(item, *_whole(media[item.id]))]
    changed = {item.id for item in heard}
    changed |= await _mirror_seasons({key: _seasons(each) for key, each in media.items() if each.usual.seasons})
    await _keep(heard)
    _tell(transaction, [item for item in items if item.id in changed])
    return set(media)


async def forget(transaction: Transaction, known: Iterable[UUID], *, before: datetime) -> None:
    """Seerr knows of no other titles any more than those; what was heard since `before` stays."""
    some = Q(seerr_status__not=Availability.UNKNOWN) | Q(seerr_status_4k__not=Availability.UNKNOWN)
    gone = MediaItem.select_for_update(no_key=True).filter(some, updated_at__lt=before).exclude(id__in=list(known))
    heard = [item for item in await gone.order_by("id") if _hear(item, Availability.UNKNOWN, Availability.UNKNOWN)]
    await _keep(heard)
    _tell(transaction, heard)


async def _keep(items: Sequence[MediaItem]) -> None:
    for item in items:
        item.updated_at = datetime.now(UTC)
    if items:
        await MediaItem.bulk_update(items, [*_HEARD, "updated_at"])


def _changes(request: MediaRequest, found: SeerrRequest, numbers: Iterable[int]) -> dict[str, Any]:
    now = progress(found.copy, numbers)
    return {"progress": now} if is_news(request.progress, now) else {}


def _by_key(found: Iterable[SeerrMedia]) -> dict[UUID, SeerrMedia]:
    """In the order of their keys, so that two who lock the same ones never wait for each other in a circle."""
    known = {}
    for each in found:
        try:
            known[key_of_title(each)] = each
        except ValueError:  # no number that TMDB could have
            continue
    return dict(sorted(known.items()))


def _item(key: UUID, media: SeerrMedia) -> MediaItem:
    return MediaItem(id=key, media_type=KINDS[media.kind], tmdb_id=media.tmdb_id, tvdb_id=media.tvdb_id)


def _whole(media: SeerrMedia) -> tuple[Availability, Availability]:
    return availability(media.usual.state), availability(media.in_4k.state)


def _seasons(media: SeerrMedia) -> dict[int, tuple[Availability, Availability]]:
    in_4k = dict(media.in_4k.seasons)
    return {
        number: (availability(state), availability(in_4k.get(number, state)))
        for number, state in sorted(media.usual.seasons)
    }


async def _mirror_seasons(found: dict[UUID, dict[int, tuple[Availability, Availability]]]) -> set[UUID]:
    """The titles of which a season changed."""
    if not found:
        return set()
    rows = [MediaSeason(media_id=key, number=number) for key, seasons in found.items() for number in seasons]
    await MediaSeason.bulk_create(rows, ignore_conflicts=True)
    known = await MediaSeason.select_for_update(no_key=True).filter(media_id__in=list(found)).order_by("id")
    heard = [row for row in known if row.number in found[row.media_id] and _hear(row, *found[row.media_id][row.number])]
    if heard:
        await MediaSeason.bulk_update(heard, _HEARD)
    return {row.media_id for row in heard}


def _hear(row: MediaItem | MediaSeason, status: Availability, status_4k: Availability) -> bool:
    """Whether there is anything to write."""
    before = [getattr(row, column) for column in _HEARD]
    row.hear_seerr(status, status_4k)
    return [getattr(row, column) for column in _HEARD] != before


def _tell(transaction: Transaction, items: Iterable[MediaItem]) -> None:
    for item in items:
        payload = {name: value for name, value in item.snapshot().items() if name != "details"}
        transaction.record(EventType.MEDIA_CHANGED, item.id, payload, owner_id=None)
