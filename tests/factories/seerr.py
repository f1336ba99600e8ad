"""A Seerr that behaves as the real one, and this server's side of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property

from infra.http.breaker import CircuitBreaker
from infra.http.client import OutgoingLimits
from infra.http.egress import EgressPolicy
from infra.rates import RateCounter
from infra.redis import PatientRedis
from integrations.seerr.http import HttpSeerr
from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM
from models.media_requests import MediaRequest
from models.notifications import Notification
from models.states import MediaRequestStatus
from services.media_submission import MediaSubmitter, promise_submission
from services.seerr_adoption import Adoption
from services.seerr_reconciling import SeerrReconciler
from services.seerr_webhooks import SeerrWebhooks
from tests.doubles.seerr import KEY, SeerrDouble
from tests.doubles.serving import serving
from tests.factories.media import make_request
from tests.factories.people import make_user

LIMITS = OutgoingLimits(connect_seconds=0.5, read_seconds=1, total_seconds=3, backoff_seconds=0.001, tries=1)


@dataclass
class World:
    base: Backbone
    there: SeerrDouble
    seerr: HttpSeerr

    @cached_property
    def submitter(self) -> MediaSubmitter:
        return MediaSubmitter(self.base.work, self.seerr)

    @cached_property
    def reconciler(self) -> SeerrReconciler:
        return SeerrReconciler(self.base.work, self.seerr, Adoption(self.base.work, self.base.catalog))

    @cached_property
    def webhooks(self) -> SeerrWebhooks:
        counter = RateCounter(PatientRedis(self.base.redis))
        return SeerrWebhooks(self.base.work, counter, self.reconciler, None)

    async def approved(self, **columns: object) -> MediaRequest:
        """Somebody's request for a film, or for `seasons`, that Seerr shall hear of."""
        owner = await make_user()
        made = await make_request(MediaRequestStatus.APPROVED, requested_by_id=owner.id, **columns)  # type: ignore[arg-type]
        async with self.base.work.begin(SYSTEM) as transaction:
            await promise_submission(transaction, made)
        return await MediaRequest.get(id=made.id)

    async def submit(self, request: MediaRequest) -> MediaRequest:
        """Run the job that is due for it."""
        found = await MediaRequest.get(id=request.id)
        await self.submitter.submit(found.id, found.submission_attempts)
        return await MediaRequest.get(id=request.id)

    async def submitted(self, **columns: object) -> MediaRequest:
        return await self.submit(await self.approved(**columns))


@asynccontextmanager
async def seerr_world(base: Backbone, **double: object) -> AsyncIterator[World]:
    there = SeerrDouble(**double)  # type: ignore[arg-type]
    async with serving(there.app()) as url:
        seerr = HttpSeerr(url, KEY, EgressPolicy(("127.0.0.1",)), CircuitBreaker("Seerr", base.redis), LIMITS)
        try:
            yield World(base, there, seerr)
        finally:
            await seerr.close()


async def told(request: MediaRequest) -> list[str]:
    """What its requester was told."""
    found = Notification.filter(user_id=request.requested_by_id).order_by("created_at", "id")
    return [notification.type.value for notification in await found]
