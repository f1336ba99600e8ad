"""What becomes of requests by somebody's hand."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import Actor, Permission
from models.audit import AuditEntry
from models.errors import (
    BlocklistedError,
    DuplicateError,
    InvalidStateError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    StaleVersionError,
)
from models.media_requests import MediaRequest
from models.notifications import Notification, NotificationType
from models.quotas import QuotaFigures
from models.states import MediaRequestStatus
from services.blocklist import BlocklistMedia
from services.media_request_decisions import MediaRequestAction, RequestDecision, allowed_actions
from tests.factories.events import queued_jobs, recorded
from tests.factories.media import make_item, make_request, season_states
from tests.factories.people import make_actor
from tests.factories.requests import METROPOLIS, Requests, asker

S, P, A = MediaRequestStatus, Permission, MediaRequestAction
APPROVE, DECLINE = RequestDecision.APPROVE, RequestDecision.DECLINE
OWNERS: dict[MediaRequestAction, set[MediaRequestStatus]] = {
    A.APPROVE: set(),
    A.DECLINE: set(),
    A.CANCEL: {S.PENDING, S.APPROVED, S.FAILED},
    A.RETRY: {S.FAILED, S.DECLINED},
}
DECIDERS = {
    A.APPROVE: {S.PENDING},
    A.DECLINE: {S.PENDING},
    A.CANCEL: {S.PENDING, S.APPROVED, S.SUBMITTED, S.PROCESSING, S.PARTIALLY_AVAILABLE, S.FAILED},
    A.RETRY: {S.FAILED, S.DECLINED},
}
SUBMIT, WITHDRAW = "media_requests.submit", "media_requests.withdraw"


@pytest.fixture
def requests(base: Backbone) -> Requests:
    return Requests.of(base)


async def decider() -> Actor:
    return await make_actor(P.MANAGE_REQUESTS)


def act(requests: Requests, action: MediaRequestAction, actor: Actor, key: UUID) -> Awaitable[MediaRequest]:
    match action:
        case A.APPROVE | A.DECLINE:
            return requests.decide(actor, key, RequestDecision(action))
        case A.CANCEL:
            return requests.decisions.cancel(actor, key)
        case A.RETRY:
            return requests.decisions.retry(actor, key)


class TestButtons:
    """`viewerCan` says what works, for everybody and in every state."""

    @pytest.mark.parametrize("action", list(A))
    async def test_what_is_shown_works_and_nothing_else(self, requests: Requests, action: MediaRequestAction) -> None:
        owner, fallen, stranger, manager = await asker(), await make_actor(), await asker(), await decider()
        shown = set()
        for status, actor in product(S, (owner, fallen, stranger, manager)):
            requested_by = actor.user_id if actor in {owner, fallen} else owner.user_id
            request = await make_request(status, requested_by_id=requested_by)
            is_shown = action in allowed_actions(request, actor)
            try:
                changed = await act(requests, action, actor, request.id)
            except (InvalidStateError, PermissionDeniedError):
                assert not is_shown, (status, actor)
                assert (await MediaRequest.get(id=request.id)).version == 1
                assert await recorded(request.id) == []
            else:
                assert is_shown, (status, actor)
                assert changed.status is not status
                shown.add((status, actor is manager))
        assert shown == {(status, False) for status in OWNERS[action]} | {(status, True) for status in DECIDERS[action]}
        assert await AuditEntry.all().count() == len([each for each in shown if each[1]])

    async def test_what_one_may_not_know_of_is_not_there(self, requests: Requests) -> None:
        request = await make_request(S.PENDING)
        for action in (A.CANCEL, A.RETRY):
            with pytest.raises(NotFoundError):
                await act(requests, action, await make_actor(), request.id)


class TestDecide:
    async def test_approval_hands_it_on(self, requests: Requests) -> None:
        owner, manager = await asker(), await decider()
        request = await make_request(S.PENDING, requested_by_id=owner.user_id, seasons=[1, 2])
        approved = await requests.decide(manager, request.id, APPROVE)
        assert (approved.status, approved.decided_by_id) == (S.APPROVED, manager.user_id)
        assert approved.next_attempt_at is not None
        assert await season_states(request) == {1: S.APPROVED, 2: S.APPROVED}
        assert await queued_jobs() == [SUBMIT]
        assert (await Notification.get(user_id=owner.user_id)).type is NotificationType.REQUEST_APPROVED
        entry = await AuditEntry.get(target_id=request.id)
        assert (entry.action, entry.actor_id, entry.target_type) == (
            "media_request.approved", manager.user_id, "MediaRequest",
        )  # fmt: skip

    async def test_the_reason_of_a_refusal_is_kept_and_told(self, requests: Requests) -> None:
        owner = await asker()
        request = await make_request(S.PENDING, requested_by_id=owner.user_id)
        declined = await requests.decide(await decider(), request.id, DECLINE, reason=" Too long. ")
        assert (declined.status, declined.decline_reason) == (S.DECLINED, "Too long.")
        assert (await Notification.get(user_id=owner.user_id)).body == "Too long."
        assert await queued_jobs() == []

    async def test_of_twenty_decisions_at_once_one_counts(self, requests: Requests) -> None:
        manager, owner = await decider(), await asker()
        request = await make_request(S.PENDING, requested_by_id=owner.user_id)
        results = await asyncio.gather(
            *(requests.decide(manager, request.id, (APPROVE, DECLINE)[turn % 2]) for turn in range(20)),
            return_exceptions=True,
        )
        assert sum(isinstance(result, InvalidStateError) for result in results) == 19
        assert await Notification.filter(user_id=owner.user_id).count() == 1
        assert len(await queued_jobs()) <= 1
        assert await AuditEntry.all().count() == 1

    async def test_what_changed_meanwhile_is_looked_at_again(self, requests: Requests) -> None:
        request = await make_request(S.PENDING, version=3)
        with pytest.raises(StaleVersionError):
            await requests.decide(await decider(), request.id, APPROVE, expected_version=2)
        assert await queued_jobs() == []
        assert await requests.decide(await decider(), request.id, APPROVE, expected_version=3)

    async def test_what_is_over_a_quota_takes_a_word_more(self, base: Backbone) -> None:
        requests, owner, manager = Requests.of(base, QuotaFigures(movie_limit=1)), await asker(), await decider()
        first, second = [await make_request(requested_by_id=owner.user_id) for _ in range(2)]
        with pytest.raises(QuotaExceededError, match="overrideQuota") as refused:
            await requests.decide(manager, first.id, APPROVE)
        assert (refused.value.quota.used, refused.value.quota.resets_at is not None) == (1, True)
        assert await queued_jobs() == []
        assert await requests.decide(manager, first.id, APPROVE, override_quota=True)
        assert await requests.decide(manager, second.id, DECLINE)

    async def test_what_was_blocklisted_meanwhile_is_not_approved(self, requests: Requests) -> None:
        manager = await decider()
        request = await requests.create(await asker())
        _ = await requests.blocklist.add(manager, BlocklistMedia(METROPOLIS))
        with pytest.raises(BlocklistedError):
            await requests.decide(manager, request.id, APPROVE)
        assert (await MediaRequest.get(id=request.id)).status is S.PENDING


class TestCancel:
    async def test_what_was_not_handed_on_yet_is_not(self, requests: Requests) -> None:
        owner = await asker(P.AUTO_APPROVE_MOVIE)
        request = await requests.create(owner)
        cancelled = await requests.decisions.cancel(owner, request.id)
        assert (cancelled.status, cancelled.job_id, cancelled.next_attempt_at) == (S.CANCELLED, None, None)
        assert await queued_jobs() == []
        assert await requests.create(owner), "it can be asked for again"

    async def test_what_is_at_seerr_is_taken_back_there(self, requests: Requests) -> None:
        request = await make_request(S.PROCESSING, seerr_request_id=7)
        await requests.decisions.cancel(await decider(), request.id)
        assert await queued_jobs() == [WITHDRAW]


class TestRetry:
    async def test_what_failed_is_handed_on_anew(self, requests: Requests) -> None:
        owner = await asker()
        request = await make_request(
            S.FAILED,
            requested_by_id=owner.user_id,
            created_by_id=owner.user_id,
            status_reason="No.",
            submission_attempts=3,
        )
        retried = await requests.decisions.retry(owner, request.id)
        assert (retried.status, retried.submission_attempts) == (S.APPROVED, 0)
        assert not retried.status_reason
        assert await queued_jobs() == [SUBMIT]

    async def test_what_nobody_approved_here_waits_for_that(self, requests: Requests) -> None:
        """It was taken over from Seerr while it waited there, and deleted there by who asked."""
        owner, manager = await asker(), await decider()
        request = await make_request(
            S.FAILED, requested_by_id=owner.user_id, seerr_request_id=7, seasons=[1], last_error="No."
        )
        retried = await requests.decisions.retry(owner, request.id)
        assert retried.status is S.PENDING
        assert not retried.last_error
        assert await season_states(request) == {1: S.PENDING}
        assert await queued_jobs() == []
        assert await Notification.filter(user_id=manager.user_id, type=NotificationType.REQUEST_CREATED).count() == 1

    async def test_who_would_be_approved_now_waits_for_nobody(self, requests: Requests) -> None:
        for actor in (await asker(P.AUTO_APPROVE_MOVIE), await decider()):
            request = await make_request(S.FAILED, requested_by_id=actor.user_id, seerr_request_id=7)
            assert (await requests.decisions.retry(actor, request.id)).status is S.APPROVED

    async def test_what_was_approved_once_is_not_decided_on_again(self, requests: Requests) -> None:
        owner = await asker()
        request = await make_request(S.PENDING, requested_by_id=owner.user_id)
        await requests.decide(await decider(), request.id, APPROVE)
        await MediaRequest.filter(id=request.id).update(status=S.FAILED)
        assert (await requests.decisions.retry(owner, request.id)).status is S.APPROVED

    @pytest.mark.parametrize("status", [S.FAILED, S.DECLINED])
    async def test_what_was_blocklisted_meanwhile_is_not_tried_again(
        self, requests: Requests, status: MediaRequestStatus
    ) -> None:
        owner = await asker()
        item = await make_item(blocklisted_at=datetime.now(UTC))
        request = await make_request(status, item=item, requested_by_id=owner.user_id)
        for actor in (owner, await decider()):
            with pytest.raises(BlocklistedError):
                await requests.decisions.retry(actor, request.id)
        assert (await MediaRequest.get(id=request.id)).status is status
        assert await queued_jobs() == []

    async def test_what_was_declined_waits_again(self, requests: Requests) -> None:
        owner, manager = await asker(), await decider()
        request = await make_request(S.PENDING, requested_by_id=owner.user_id)
        await requests.decide(manager, request.id, DECLINE, reason="No.")
        retried = await requests.decisions.retry(owner, request.id)
        assert retried.status is S.PENDING
        assert not any([retried.decline_reason, retried.decided_by_id, retried.decided_at])
        assert await Notification.filter(user_id=manager.user_id, type=NotificationType.REQUEST_CREATED).count() == 1

    async def test_it_takes_its_place_in_the_quota_again(self, base: Backbone) -> None:
        requests, owner = Requests.of(base, QuotaFigures(movie_limit=1)), await asker()
        request = await make_request(S.FAILED, requested_by_id=owner.user_id)
        await make_request(S.PENDING, requested_by_id=owner.user_id)
        with pytest.raises(QuotaExceededError):
            await requests.decisions.retry(owner, request.id)
        assert await queued_jobs() == []
        assert await requests.decisions.retry(await decider(), request.id)

    @pytest.mark.parametrize("status", [S.FAILED, S.DECLINED])
    async def test_it_counts_from_then_on(self, base: Backbone, status: MediaRequestStatus) -> None:
        requests, owner = Requests.of(base, QuotaFigures(movie_limit=1, movie_days=7)), await asker()
        long_ago = datetime.now(UTC) - timedelta(days=30)
        request = await make_request(
            status, requested_by_id=owner.user_id, created_by_id=owner.user_id, created_at=long_ago, counted_at=long_ago
        )
        tried_at = datetime.now(UTC)
        retried = await requests.decisions.retry(owner, request.id)
        assert retried.created_at == long_ago
        with pytest.raises(QuotaExceededError) as refused:
            await requests.create(owner)
        quota = refused.value.quota
        assert quota.used == 1
        assert quota.resets_at is not None
        assert quota.resets_at >= tried_at + timedelta(days=7)

    async def test_somebody_else_may_have_asked_meanwhile(self, requests: Requests) -> None:
        owner, item = await asker(), await make_item()
        request = await make_request(S.FAILED, item=item, requested_by_id=owner.user_id)
        rival = await make_request(S.PENDING, item=item)
        with pytest.raises(DuplicateError) as refused:
            await requests.decisions.retry(owner, request.id)
        assert isinstance(refused.value.existing, MediaRequest)
        assert refused.value.existing.id == rival.id
        assert (await MediaRequest.get(id=request.id)).status is S.FAILED
