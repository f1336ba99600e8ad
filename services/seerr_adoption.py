"""Requests that were made in Seerr itself, and become ours as well."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from integrations.seerr.base import SeerrRequest, TitleKind
from models.actor import SYSTEM
from models.events import EventType
from models.identities import ExternalIdentity, IdentityProvider
from models.media import MediaItem, Title
from models.media_requests import MediaRequest, RequestedSeason
from models.states import ACTIVE_MEDIA_REQUESTS, AT_SEERR, MediaRequestStatus
from services.catalog import Catalog
from services.media import remember
from services.media_request_moves import snapshot
from services.seerr_states import KINDS, Standing, key_of_title, progress, standing
from services.seerr_sync import mirror
from services.work import Transaction, UnitOfWork


class Adoption:
    """Nobody is notified of what is taken over as it stands; of how it goes on everybody is."""

    def __init__(self, work: UnitOfWork, catalog: Catalog) -> None:
        self._work = work
        self._catalog = catalog

    async def take_over(self, found: SeerrRequest) -> bool:
        """Whether it is ours now: what is over already is left alone. Raises UpstreamUnavailableError without TMDB."""
        if standing(found, [number for number, _ in found.seasons]).status not in AT_SEERR:
            return False
        return await self.adopt(found) is not None

    async def adopt(self, found: SeerrRequest) -> MediaRequest | None:
        """None for what is ours already, or asked for here by somebody else. Raises UpstreamUnavailableError."""
        if not await self.is_new(found):
            return None
        key = key_of_title(found.media)
        item = await MediaItem.get_or_none(id=key)
        title = None if item is not None and item.title else await self._catalog.title(key)
        try:
            async with self._work.begin(SYSTEM) as transaction:
                await transaction.lock(f"seerr:{found.id}")
                if not await self.is_new(found):
                    return None
                return await _write(transaction, found, title)
        except IntegrityError:  # somebody asked for the same here meanwhile
            return None

    async def is_new(self, found: SeerrRequest) -> bool:
        key, numbers = key_of_title(found.media), [number for number, _ in found.seasons]
        if (found.media.kind is TitleKind.TV) != bool(numbers):
            return False
        if await MediaRequest.filter(seerr_request_id=found.id, media_id=key).exists():
            return False
        return standing(found, numbers).status not in ACTIVE_MEDIA_REQUESTS or not await _is_asked_for(
            key, numbers, is_4k=found.is_4k
        )


async def _is_asked_for(key: UUID, numbers: Sequence[int], *, is_4k: bool) -> bool:
    active = list(ACTIVE_MEDIA_REQUESTS)
    if numbers:
        seasons = RequestedSeason.filter(media_id=key, is_4k=is_4k, number__in=list(numbers), status__in=active)
        return await seasons.exists()
    return await MediaRequest.filter(media_id=key, is_4k=is_4k, status__in=active).exists()


async def _write(transaction: Transaction, found: SeerrRequest, title: Title | None) -> MediaRequest:
    await mirror(transaction, [found.media])
    if title is not None:
        await remember(transaction, title)
    key, numbers = key_of_title(found.media), [number for number, _ in found.seasons]
    item, now = await MediaItem.get(id=key), standing(found, numbers)
    request = MediaRequest(
        media_id=key,
        media_type=KINDS[found.media.kind],
        title=item.title or f"{'Film' if found.media.kind is TitleKind.MOVIE else 'Series'} {found.media.tmdb_id}",
        is_4k=found.is_4k,
        status=now.status,
        status_reason=now.reason,
        requested_by_id=await _person(found),
        seerr_request_id=found.id,
        progress=progress(found.copy, numbers),
    )
    request.created_at = request.counted_at = found.created_at or datetime.now(UTC)
    request.updated_at = found.updated_at or request.created_at
    request.completed_at = request.updated_at if now.status is MediaRequestStatus.COMPLETED else None
    await request.save()
    await RequestedSeason.bulk_create([_season(request, number, now) for number in numbers])
    payload = await snapshot(request)
    transaction.record(EventType.MEDIA_REQUEST_CREATED, request.id, payload, owner_id=request.requested_by_id)
    return request


def _season(request: MediaRequest, number: int, now: Standing) -> RequestedSeason:
    """A request that is over is so with all of its seasons."""
    is_open = request.status in ACTIVE_MEDIA_REQUESTS
    own = now.seasons.get(number, MediaRequestStatus.SUBMITTED)
    return RequestedSeason(
        request_id=request.id,
        media_id=request.media_id,
        is_4k=request.is_4k,
        number=number,
        status=own if is_open else request.status,
    )


async def _person(found: SeerrRequest) -> UUID | None:
    """Who is linked to the person who asked in Seerr."""
    if found.requested_by is None:
        return None
    linked = ExternalIdentity.filter(provider=IdentityProvider.SEERR, subject=str(found.requested_by.id))
    identity = await linked.first()
    return None if identity is None else identity.user_id
