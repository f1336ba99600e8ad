import asyncio
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Actor, Permission
from models.events import DomainEvent, EventType
from models.media_requests import MediaRequest, MediaRequestFollower
from models.notifications import Notification, NotificationType
from models.states import MEDIA_REQUEST_TRANSITIONS, MediaRequestStatus
from services.media_request_moves import advance, amend
from tests.factories.events import recorded
from tests.factories.media import make_request, season_states
from tests.factories.people import make_actor, make_user

S = MediaRequestStatus


class Moves:
    """`advance` and `amend`, each in a transaction of its own."""

    def __init__(self, base: Backbone) -> None:
        self.work = base.work

    async def __call__(
        self, request: MediaRequest, target: MediaRequestStatus, actor: Actor = SYSTEM, **changes: Any
    ) -> MediaRequest | None:
        async with self.work.begin(actor) as transaction:
            return await advance(transaction, request.id, target, **changes)

    async def amend(self, request: MediaRequest, **changes: Any) -> MediaRequest | None:
        async with self.work.begin(SYSTEM) as transaction:
            return await amend(transaction, request.id, **changes)


@pytest.fixture
def move(base: Backbone) -> Moves:
    return Moves(base)


async def told(user_id: UUID) -> list[NotificationType]:
    return [row.type for row in await Notification.filter(user_id=user_id).order_by("id")]


class TestAdvance:
    async def test_it_goes_where_the_table_says_and_nowhere_else(self, move: Moves) -> None:
        for source, target in product(S, S):
            request = await make_request(source, seasons=[1])
            moved = await move(request, target)
            is_allowed = target in MEDIA_REQUEST_TRANSITIONS[source]
            expected = target if is_allowed else source
            assert (moved is not None) == is_allowed, (source, target)
            assert (await MediaRequest.get(id=request.id)).status is expected
            assert await recorded(request.id) == ([(EventType.MEDIA_REQUEST_CHANGED, target)] if is_allowed else [])
            assert await Notification.filter(subject_id=request.id).count() == 0
            assert await season_states(request) == {1: source if target is S.PARTIALLY_AVAILABLE else expected}

    async def test_an_event_holds_the_moment(self, move: Moves) -> None:
        user = await make_user()
        request = await make_request(S.APPROVED, seasons=[1, 2], requested_by_id=user.id)
        moved = await move(request, S.FAILED, reason="No such title.", last_error="404")
        assert moved is not None
        event = await DomainEvent.get(stream_id=request.id)
        assert (event.owner_id, event.payload["previous_status"]) == (user.id, "APPROVED")
        assert event.payload["status_reason"] == "No such title."
        assert event.payload["version"] == moved.version == request.version + 1
        assert [season["status"] for season in event.payload["seasons"]] == ["FAILED", "FAILED"]  # type: ignore[attr-defined]
        assert moved.updated_at > request.updated_at

    async def test_seasons_get_ahead_of_their_request_and_never_back(self, move: Moves) -> None:
        request = await make_request(S.PROCESSING, seasons=[1, 2, 3])
        await move(request, S.PARTIALLY_AVAILABLE, seasons={1: S.COMPLETED, 2: S.PARTIALLY_AVAILABLE})
        assert await season_states(request) == {1: S.COMPLETED, 2: S.PARTIALLY_AVAILABLE, 3: S.PROCESSING}
        await move(request, S.FAILED, seasons={1: S.PROCESSING})
        assert await season_states(request) == {1: S.COMPLETED, 2: S.FAILED, 3: S.FAILED}

    async def test_when_it_was_completed_is_written_down(self, move: Moves) -> None:
        moved = await move(await make_request(S.PROCESSING), S.COMPLETED)
        assert moved is not None
        assert moved.completed_at is not None

    async def test_a_guard_that_does_not_hold_changes_nothing(self, move: Moves) -> None:
        request = await make_request(S.PENDING, seasons=[1])
        assert await move(request, S.APPROVED, guard={"version": 7}) is None
        assert await recorded(request.id) == []
        assert await season_states(request) == {1: S.PENDING}

    async def test_of_twenty_who_move_it_at_once_one_does(self, move: Moves) -> None:
        request = await make_request(S.SUBMITTED, requested_by_id=(user := await make_user()).id)
        found = await asyncio.gather(*(move(request, S.COMPLETED) for _ in range(20)))
        assert len([moved for moved in found if moved]) == 1
        assert await told(user.id) == [NotificationType.REQUEST_AVAILABLE]


class TestTelling:
    @pytest.mark.parametrize(
        ("source", "target", "type_"),
        [
            (S.PENDING, S.APPROVED, NotificationType.REQUEST_APPROVED),
            (S.PENDING, S.DECLINED, NotificationType.REQUEST_DECLINED),
            (S.PENDING, S.CANCELLED, NotificationType.REQUEST_CANCELLED),
            (S.APPROVED, S.SUBMITTED, NotificationType.REQUEST_SUBMITTED),
            (S.PROCESSING, S.PARTIALLY_AVAILABLE, NotificationType.REQUEST_AVAILABLE),
            (S.PROCESSING, S.COMPLETED, NotificationType.REQUEST_AVAILABLE),
            (S.PROCESSING, S.FAILED, NotificationType.REQUEST_FAILED),
        ],
    )
    async def test_whoever_waits_hears_it_once(
        self, move: Moves, source: MediaRequestStatus, target: MediaRequestStatus, type_: NotificationType
    ) -> None:
        requester, follower, stranger = [await make_user() for _ in range(3)]
        request = await make_request(source, requested_by_id=requester.id)
        await MediaRequestFollower.create(request_id=request.id, user_id=follower.id)
        for _ in range(3):
            await move(request, target)
        assert await told(requester.id) == await told(follower.id) == [type_]
        assert await told(stranger.id) == []
        notification = await Notification.get(user_id=requester.id)
        assert (notification.subject_type, notification.subject_id) == ("MediaRequest", request.id)

    async def test_on_the_way_there_is_no_news(self, move: Moves) -> None:
        user = await make_user()
        await move(await make_request(S.SUBMITTED, requested_by_id=user.id), S.PROCESSING)
        assert await told(user.id) == []

    async def test_a_failure_is_told_again_when_it_fails_again(self, move: Moves) -> None:
        user = await make_user()
        request = await make_request(S.APPROVED, requested_by_id=user.id)
        for target in (S.FAILED, S.APPROVED, S.FAILED):
            await move(request, target)
        assert (await told(user.id)).count(NotificationType.REQUEST_FAILED) == 2

    async def test_a_failure_and_what_waits_again_is_told_to_those_who_decide(self, move: Moves) -> None:
        manager = await make_user(Permission.MANAGE_REQUESTS)
        closed = await make_user(Permission.MANAGE_REQUESTS, is_active=False)
        await move(await make_request(S.APPROVED), S.FAILED)
        await move(await make_request(S.DECLINED), S.PENDING)
        assert await told(manager.id) == [NotificationType.REQUEST_FAILED, NotificationType.REQUEST_CREATED]
        assert await told(closed.id) == []

    async def test_nobody_is_told_what_they_did_themselves(self, move: Moves) -> None:
        actor = await make_actor(Permission.MANAGE_REQUESTS)
        await move(await make_request(S.PENDING, requested_by_id=actor.user_id), S.CANCELLED, actor)
        assert await Notification.all().count() == 0

    async def test_the_reason_is_told(self, move: Moves) -> None:
        user = await make_user()
        request = await make_request(S.PENDING, requested_by_id=user.id)
        await move(request, S.DECLINED, decline_reason="We have the book.")
        assert (await Notification.get(user_id=user.id)).body == "We have the book."


class TestAmend:
    async def test_what_became_known_is_written_and_recorded(self, move: Moves) -> None:
        request = await make_request(S.PROCESSING, seasons=[1, 2])
        amended = await move.amend(request, seasons={2: S.COMPLETED}, progress={"percent": 40.0})
        assert amended is not None
        assert (amended.status, amended.version, amended.progress) == (S.PROCESSING, 2, {"percent": 40.0})
        assert await season_states(request) == {1: S.PROCESSING, 2: S.COMPLETED}
        event = await DomainEvent.get(stream_id=request.id)
        assert event.payload["previous_status"] is None

    async def test_what_was_known_already_is_no_news(self, move: Moves) -> None:
        request = await make_request(S.PROCESSING, seasons=[1], seerr_request_id=7)
        assert await move.amend(request, seasons={1: S.APPROVED}, seerr_request_id=7) is None
        assert await recorded(request.id) == []
        assert (await MediaRequest.get(id=request.id)).version == 1
