import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM
from models.events import EventType
from models.identities import ExternalIdentity, IdentityProvider
from models.jobs import JobName
from models.media import Availability, MediaItem, MediaType
from models.media_requests import MediaRequest
from models.states import MediaRequestStatus
from services.media_request_moves import advance
from services.media_submission import MOST_ATTEMPTS, promise_submission, promise_withdrawal
from tests.doubles import seerr as double
from tests.factories.events import queued_jobs, recorded
from tests.factories.media import make_item, make_request, season_states
from tests.factories.people import make_user
from tests.factories.seerr import World, seerr_world, told

_S = MediaRequestStatus


@pytest.fixture
async def world(base: Backbone) -> AsyncIterator[World]:
    async with seerr_world(base) as made:
        yield made


async def cancel(world: World, request: MediaRequest) -> None:
    async with world.base.work.begin(SYSTEM) as transaction:
        cancelled = await advance(transaction, request.id, _S.CANCELLED)
        assert cancelled is not None
        await promise_withdrawal(transaction, cancelled)


class TestSubmit:
    async def test_film(self, world: World) -> None:
        done = await world.submitted()
        assert (done.status, done.seerr_request_id, done.submission_attempts) == (_S.SUBMITTED, 1, 1)
        assert not any((done.next_attempt_at, done.last_error, done.job_id))
        assert world.there.requests[1]["is4k"] is False
        assert await told(done) == ["REQUEST_SUBMITTED"]
        assert (await MediaItem.get(id=done.media_id)).availability is Availability.PENDING

    async def test_seasons(self, world: World) -> None:
        done = await world.submitted(seasons=(1, 3))
        assert [season["seasonNumber"] for season in world.there.requests[1]["seasons"]] == [1, 3]
        assert await season_states(done) == {1: _S.SUBMITTED, 3: _S.SUBMITTED}

    async def test_in_the_name_of_who_asked(self, world: World) -> None:
        world.there.users.append(double.user(7, "ada"))
        request = await world.approved()
        await ExternalIdentity.create(user_id=request.requested_by_id, provider=IdentityProvider.SEERR, subject="7")
        await world.submit(request)
        assert world.there.requests[1]["requestedBy"]["id"] == 7

    async def test_twice_is_once(self, world: World) -> None:
        request = await world.approved()
        await asyncio.gather(*(world.submitter.submit(request.id, 0) for _ in range(2)))
        await world.submitter.submit(request.id, 0)
        assert len(world.there.requests) == 1
        assert (await MediaRequest.get(id=request.id)).seerr_request_id == 1
        assert await told(request) == ["REQUEST_SUBMITTED"]

    async def test_a_job_that_is_out_of_date(self, world: World) -> None:
        request = await world.approved()
        world.there.fail(500, "/request")
        await world.submitter.submit(request.id, 0)
        await world.submitter.submit(request.id, 0)
        assert world.there.calls["POST /request"] == 1

    @pytest.mark.parametrize("status", sorted(set(_S) - {_S.APPROVED, _S.CANCELLED}))
    async def test_what_is_not_approved_is_not_sent(self, world: World, status: _S) -> None:
        request = await make_request(status)
        await world.submitter.submit(request.id, 0)
        assert world.there.requests == {}
        assert await recorded(request.id) == []


class TestRetry:
    @pytest.mark.parametrize("fault", [429, 500, 502, "html", "null", "drift", "hang", "cut"])
    async def test_what_passes_is_waited_for(self, world: World, fault: double.Fault) -> None:
        request = await world.approved()
        world.there.fail(fault, "/request", "POST")
        waiting = await world.submit(request)
        assert (waiting.status, waiting.submission_attempts) == (_S.APPROVED, 1)
        assert waiting.last_error
        assert waiting.next_attempt_at is not None
        assert waiting.next_attempt_at > datetime.now(UTC)
        assert waiting.job_id != request.job_id
        assert await recorded(request.id) == [(EventType.MEDIA_REQUEST_CHANGED, "APPROVED")]
        assert (await world.submit(waiting)).status is _S.SUBMITTED
        assert len(world.there.requests) == 1

    async def test_wrong_key_is_the_administrators_affair(self, world: World) -> None:
        request = await world.approved()
        world.there.fail(401, "/request", "POST")
        waiting = await world.submit(request)
        assert waiting.status is _S.APPROVED
        assert waiting.last_error == "Seerr refuses the key in MEDIANEST_SEERR_API_KEY."

    async def test_not_before_seerr_wants_it(self, world: World) -> None:
        request, world.there.retry_after = await world.approved(), "3000"
        world.there.fail(429, "/request", "POST")
        waiting = await world.submit(request)
        assert waiting.next_attempt_at is not None
        assert waiting.next_attempt_at > datetime.now(UTC) + timedelta(seconds=2900)

    async def test_given_up_after_a_day(self, world: World) -> None:
        request = await world.approved()
        await MediaRequest.filter(id=request.id).update(submission_attempts=MOST_ATTEMPTS - 1)
        world.there.fail(500, "/request", "POST")
        failed = await world.submit(request)
        assert (failed.status, failed.status_reason) == (_S.FAILED, "Seerr answered with status 500.")
        assert failed.next_attempt_at is None

    @pytest.mark.parametrize(("refused", "reason"), [("over_quota", "Movie Quota"), ("blocklist", "blocklisted")])
    async def test_refusal_is_for_good(self, world: World, refused: str, reason: str) -> None:
        request = await world.approved(item=await make_item(tmdb_id=1))
        getattr(world.there, refused).add(1)
        failed = await world.submit(request)
        assert failed.status is _S.FAILED
        assert reason in (failed.status_reason or "")
        assert await told(request) == ["REQUEST_FAILED"]
        assert (await queued_jobs()).count(JobName.SUBMIT_MEDIA_REQUEST) == 1, "the one that is over"

    async def test_by_hand_after_a_failure(self, world: World) -> None:
        """What Seerr could not hand on is handed on again, and not asked for twice."""
        request = await world.submitted()
        world.there.set_request(1, double.FAILED)
        async with world.base.work.begin(SYSTEM) as transaction:
            await advance(transaction, request.id, _S.FAILED)
        async with world.base.work.begin(SYSTEM) as transaction:
            again = await advance(transaction, request.id, _S.APPROVED)
            assert again is not None
            await promise_submission(transaction, again)
        assert (await world.submit(request)).status is _S.SUBMITTED
        assert world.there.requests[1]["status"] == double.APPROVED
        assert len(world.there.requests) == 1


class TestExactlyOnce:
    async def test_answer_that_was_lost(self, world: World) -> None:
        request = await world.approved()
        world.there.fail("cut after", "/request", "POST")
        assert (await world.submit(request)).status is _S.APPROVED
        assert (await world.submit(request)).seerr_request_id == 1
        assert world.there.calls["POST /request"] == 1

    async def test_died_between_sending_and_writing_down(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        request, submitter = await world.approved(), world.submitter

        async def die(*_: Any) -> None:
            raise asyncio.CancelledError

        with monkeypatch.context() as dying, pytest.raises(asyncio.CancelledError):
            dying.setattr(submitter, "_record", die)
            await submitter.submit(request.id, 0)
        assert (await world.submit(request)).seerr_request_id == 1
        assert world.there.calls["POST /request"] == 1

    async def test_arrived_before_anybody_looked(self, world: World) -> None:
        request = await world.approved()
        world.there.fail("cut after", "/request", "POST")
        await world.submit(request)
        world.there.set_media("movie", world.there.requests[1]["media"]["tmdbId"], double.AVAILABLE)
        assert (await world.submit(request)).status is _S.COMPLETED
        assert await told(request) == ["REQUEST_SUBMITTED", "REQUEST_AVAILABLE"]
        assert len(world.there.requests) == 1

    async def test_somebody_asked_in_seerr_itself(self, world: World) -> None:
        request = await world.approved(item=await make_item(tmdb_id=348))
        by_hand = world.there.by_hand("movie", 348)
        assert (await world.submit(request)).seerr_request_id == by_hand
        assert len(world.there.requests) == 1

    async def test_somebody_elses_that_waits_in_seerr_is_approved_there(self, world: World) -> None:
        request = await world.approved(item=await make_item(tmdb_id=348))
        by_hand = world.there.by_hand("movie", 348)
        world.there.set_request(by_hand, double.WAITING)
        assert (await world.submit(request)).seerr_request_id == by_hand
        assert world.there.requests[by_hand]["status"] == double.APPROVED

    async def test_an_approval_there_that_went_wrong_is_tried_again(self, world: World) -> None:
        request = await world.approved(item=await make_item(tmdb_id=348))
        by_hand = world.there.by_hand("movie", 348)
        world.there.set_request(by_hand, double.WAITING)
        world.there.fail(500, "/approve", "POST")
        waiting = await world.submit(request)
        assert (waiting.status, waiting.seerr_request_id) == (_S.APPROVED, None)
        assert (await world.submit(waiting)).status is _S.SUBMITTED
        assert world.there.requests[by_hand]["status"] == double.APPROVED

    async def test_seasons_that_are_asked_for_already(self, world: World) -> None:
        item = await make_item(MediaType.TV, tmdb_id=1399)
        by_hand = world.there.by_hand("tv", 1399, seasons=[1, 2])
        assert (await world.submitted(item=item, seasons=(2,))).seerr_request_id == by_hand

    async def test_one_with_some_of_the_seasons_leaves_the_others_to_ask_for(self, world: World) -> None:
        request = await world.approved(item=await make_item(MediaType.TV, tmdb_id=1399), seasons=(1, 2))
        world.there.fail(500, "/request", "POST")
        await world.submit(request)
        by_hand = world.there.by_hand("tv", 1399, seasons=[2])
        ours = world.there.requests[(await world.submit(request)).seerr_request_id or 0]
        assert (ours["id"] != by_hand, [season["seasonNumber"] for season in ours["seasons"]]) == (True, [1])

    async def test_one_of_long_ago_is_another(self, world: World) -> None:
        """It came, was deleted, and is asked for again."""
        world.there.by_hand("movie", 348)
        world.there.requests[1] |= {"status": double.COMPLETED, "createdAt": "2024-01-01T00:00:00.000Z"}
        request = await world.approved(item=await make_item(tmdb_id=348))
        world.there.fail(500, "/request", "POST")
        await world.submit(request)
        assert (await world.submit(request)).seerr_request_id == 2

    async def test_nothing_left_to_fetch(self, world: World) -> None:
        item = await make_item(MediaType.TV, tmdb_id=1399)
        world.there.set_media("tv", 1399, double.AVAILABLE, seasons={1: double.AVAILABLE})
        done = await world.submitted(item=item, seasons=(1,))
        assert (done.status, done.seerr_request_id) == (_S.COMPLETED, None)
        assert world.there.requests == {}


class TestWithdraw:
    async def test_deleted_at_seerr(self, world: World) -> None:
        request = await world.submitted()
        await cancel(world, request)
        await world.submitter.withdraw(request.id, 0)
        assert world.there.requests == {}

    async def test_gone_already(self, world: World) -> None:
        request = await world.submitted()
        await cancel(world, request)
        for _ in range(2):
            await world.submitter.withdraw(request.id, 0)
        assert (await queued_jobs()).count(JobName.WITHDRAW_MEDIA_REQUEST) == 1

    async def test_tried_again(self, world: World) -> None:
        request = await world.submitted()
        await cancel(world, request)
        world.there.fail(500, "/request", "DELETE")
        await world.submitter.withdraw(request.id, 0)
        assert (await queued_jobs()).count(JobName.WITHDRAW_MEDIA_REQUEST) == 2

    async def test_arrives_after_it_was_looked_for(self, world: World) -> None:
        """It was cut off while it was sent."""
        request = await world.approved(item=await make_item(tmdb_id=348))
        await MediaRequest.filter(id=request.id).update(last_attempt_at=datetime.now(UTC))
        await cancel(world, await MediaRequest.get(id=request.id))
        await world.submitter.withdraw(request.id, 0)
        world.there.by_hand("movie", 348)
        await world.submitter.withdraw(request.id, 1)
        assert world.there.requests == {}
        assert (await queued_jobs()).count(JobName.WITHDRAW_MEDIA_REQUEST) == 2

    async def test_never_sent_never_taken_back(self, world: World) -> None:
        request = await world.approved()
        await cancel(world, request)
        assert JobName.WITHDRAW_MEDIA_REQUEST not in await queued_jobs()

    async def test_what_somebody_else_asked_for_more_of_stays(self, world: World) -> None:
        request = await world.approved(item=await make_item(MediaType.TV, tmdb_id=1399), seasons=(1,))
        world.there.fail(500, "/request", "POST")
        await cancel(world, await world.submit(request))
        by_hand = world.there.by_hand("tv", 1399, seasons=[1, 2])
        await world.submitter.withdraw(request.id, 1)
        assert list(world.there.requests) == [by_hand]

    async def test_cancelled_just_before_it_is_sent(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        request, announce = await world.approved(), world.submitter._announce

        async def cancel_then_announce(row: MediaRequest) -> bool:
            await cancel(world, request)
            return await announce(row)

        monkeypatch.setattr(world.submitter, "_announce", cancel_then_announce)
        assert (await world.submit(request)).status is _S.CANCELLED
        assert world.there.requests == {}

    @pytest.mark.parametrize("fault", [None, "cut after"])
    async def test_cancelled_while_it_is_sent(
        self, world: World, monkeypatch: pytest.MonkeyPatch, fault: double.Fault | None
    ) -> None:
        request, send = await world.approved(), world.seerr.create_request

        async def cancel_then_send(wanted: Any) -> Any:
            await cancel(world, request)
            return await send(wanted)

        monkeypatch.setattr(world.seerr, "create_request", cancel_then_send)
        if fault:
            world.there.fail(fault, "/request", "POST")
        assert (await world.submit(request)).status is _S.CANCELLED
        assert len(world.there.requests) == 1
        await world.submitter.withdraw(request.id, 0)
        assert world.there.requests == {}

    async def test_died_while_it_was_cancelled(self, world: World) -> None:
        """The rescued job finds what the dead one sent."""
        request = await world.approved()
        world.there.fail("cut after", "/request", "POST")
        await world.submit(request)
        await MediaRequest.filter(id=request.id).update(status=_S.CANCELLED)
        await world.submit(request)
        assert world.there.requests == {}

    async def test_what_somebody_else_waits_for_stays(self, world: World) -> None:
        request = await world.submitted()
        await cancel(world, request)
        item = await MediaItem.get(id=request.media_id)
        other = await make_request(_S.SUBMITTED, item=item, requested_by_id=(await make_user()).id, seerr_request_id=1)
        await world.submitter.withdraw(request.id, 0)
        assert list(world.there.requests) == [other.seerr_request_id]
