"""The services of media requests, over the demo catalogue."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from medianest.wiring.backbone import Backbone
from models.actor import Actor, Permission
from models.media import MediaType, media_key
from models.media_requests import MediaRequest
from models.quotas import QuotaFigures
from services.blocklist import BlocklistService
from services.media import MediaService
from services.media_request_decisions import DecideMediaRequest, MediaRequestDecisions, RequestDecision
from services.media_requests import CreateMediaRequest, MediaRequestService
from services.quotas import Quotas
from tests.factories.people import make_actor

METROPOLIS = media_key(MediaType.MOVIE, 900_000_007)
CHARADE = media_key(MediaType.MOVIE, 900_000_010)
HARBOUR = media_key(MediaType.TV, 900_000_101)
"""A series of three seasons."""


def film(number: int) -> UUID:
    """The first twelve of the catalogue."""
    return media_key(MediaType.MOVIE, 900_000_001 + number)


@dataclass
class Requests:
    service: MediaRequestService
    decisions: MediaRequestDecisions
    blocklist: BlocklistService

    @classmethod
    def of(cls, base: Backbone, figures: QuotaFigures | None = None, *, can_fetch: bool = True) -> "Requests":
        quotas, media = Quotas(figures or QuotaFigures()), MediaService(base.work, base.limits, base.catalog)
        service = MediaRequestService(base.work, base.limits, quotas, media, can_fetch=can_fetch)
        return cls(service, MediaRequestDecisions(base.work, quotas), BlocklistService(base.work, media))

    async def create(self, actor: Actor, media_id: UUID = METROPOLIS, **options: Any) -> MediaRequest:
        return await self.service.create(actor, CreateMediaRequest(media_id, **options))

    async def decide(self, actor: Actor, key: UUID, decision: RequestDecision, **options: Any) -> MediaRequest:
        return await self.decisions.decide(actor, DecideMediaRequest(key, decision, **options))


async def asker(*more: Permission) -> Actor:
    return await make_actor(Permission.REQUEST_MOVIE, Permission.REQUEST_TV, *more)
