from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from medianest.wiring.backbone import Backbone
from models.events import EventType
from models.identities import ExternalIdentity, IdentityProvider
from models.media import Availability, MediaItem, MediaSeason, MediaType, media_key
from models.media_requests import MediaRequest
from models.states import MediaRequestStatus
from tests.doubles import seerr as double
from tests.factories.events import recorded
from tests.factories.media import make_item, season_states
from tests.factories.people import make_user
from tests.factories.seerr import World, seerr_world, told

_S = MediaRequestStatus
FETCH: dict[str, Any] = {
    "title": "Metropolis.1927",
    "status": "downloading",
    "size": 1000,
    "sizeLeft": 900,
    "estimatedCompletionTime": "2026-11-21T20:00:00.000Z",
}


@pytest.fixture
async def world(base: Backbone) -> AsyncIterator[World]:
    async with seerr_world(base) as made:
        yield made


def title_of(request: MediaRequest, world: World) -> tuple[str, int]:
    media = world.there.requests[request.seerr_request_id or 0]["media"]
    return media["mediaType"], media["tmdbId"]


async def fresh(request: MediaRequest) -> MediaRequest:
    return await MediaRequest.get(id=request.id)


class TestOpenRequests:
    async def test_film_that_arrived_without_a_word(self, world: World) -> None:
        request = await world.submitted()
        world.there.set_media(*title_of(request, world), double.AVAILABLE)
        for _ in range(3):
            await world.reconciler.reconcile()
        done = await fresh(request)
        assert done.status is _S.COMPLETED
        assert done.completed_at is not None
        assert await told(request) == ["REQUEST_SUBMITTED", "REQUEST_AVAILABLE"]
        assert (await MediaItem.get(id=request.media_id)).availability is Availability.AVAILABLE

    async def test_film_by_overseerr(self, base: Backbone) -> None:
        """Which never calls a request completed."""
        async with seerr_world(base, is_overseerr=True) as world:
            request = await world.submitted()
            world.there.set_media(*title_of(request, world), double.AVAILABLE)
            await world.reconciler.reconcile()
            assert (await fresh(request)).status is _S.COMPLETED

    async def test_series_season_by_season(self, world: World) -> None:
        request = await world.submitted(seasons=(1, 2))
        title = title_of(request, world)
        world.there.set_media(*title, double.PARTIALLY_AVAILABLE, seasons={1: double.AVAILABLE, 2: double.PROCESSING})
        await world.reconciler.reconcile()
        assert (await fresh(request)).status is _S.PARTIALLY_AVAILABLE
        assert await season_states(request) == {1: _S.COMPLETED, 2: _S.PROCESSING}
        world.there.set_media(*title, double.AVAILABLE, seasons={2: double.AVAILABLE})
        await world.reconciler.reconcile()
        assert (await fresh(request)).status is _S.COMPLETED
        seasons = await MediaSeason.filter(media_id=request.media_id).order_by("number")
        assert [season.availability for season in seasons] == [Availability.AVAILABLE] * 2

    async def test_series_that_is_there_but_for_the_season(self, world: World) -> None:
        """The title is called available while a season of the request is not."""
        request = await world.submitted(seasons=(3,))
        world.there.set_media(*title_of(request, world), double.AVAILABLE, seasons={1: double.AVAILABLE, 3: 3})
        await world.reconciler.reconcile()
        assert (await fresh(request)).status is _S.PROCESSING

    @pytest.mark.parametrize(("status", "expected"), [(double.DECLINED, _S.DECLINED), (double.FAILED, _S.FAILED)])
    async def test_decided_in_seerr(self, world: World, status: int, expected: _S) -> None:
        request = await world.submitted()
        world.there.set_request(request.seerr_request_id or 0, status)
        await world.reconciler.reconcile()
        ended = await fresh(request)
        assert ended.status is expected
        assert ended.status_reason

    async def test_deleted_in_seerr(self, world: World) -> None:
        request = await world.submitted()
        world.there.requests.clear()
        await world.reconciler.reconcile()
        assert (await fresh(request)).status_reason == "It was deleted in Seerr."
        assert await told(request) == ["REQUEST_SUBMITTED", "REQUEST_FAILED"]

    async def test_number_that_means_another_title_by_now(self, world: World) -> None:
        """Seerr was set up again and counts from one."""
        request = await world.submitted()
        world.there.requests.clear()
        world.there.by_hand("movie", 4711)
        world.there.requests[1] = world.there.requests.pop(2) | {"id": 1}
        await world.reconciler.reconcile()
        assert (await fresh(request)).status is _S.FAILED
        assert await MediaRequest.filter(media_id=media_key(MediaType.MOVIE, 4711)).exists()

    async def test_never_the_expensive_list(self, world: World) -> None:
        await world.submitted()
        await world.reconciler.look_at_open()
        assert world.there.calls["GET /request/N"] == 1
        assert world.there.calls["GET /request"] == 0

    @pytest.mark.parametrize("fault", [401, 429, 500, "html", "null", "drift", "hang", "cut"])
    async def test_a_fault_changes_nothing(self, world: World, fault: double.Fault) -> None:
        request = await world.submitted()
        world.there.fail(fault, "/request/", "GET")
        before = await recorded()
        with pytest.raises(Exception, match="Seerr"):
            await world.reconciler.look_at_open()
        assert (await fresh(request)).status is _S.SUBMITTED
        assert await recorded() == before


class TestProgress:
    async def test_told_while_it_is_noticeable(self, world: World) -> None:
        request = await world.submitted()
        title = title_of(request, world)
        for left in (900, 897, 500):
            world.there.set_media(*title, double.PROCESSING, fetches=[{**FETCH, "sizeLeft": left}])
            await world.reconciler.look_at_open()
        events = await recorded(request.id)
        assert events == [
            (EventType.MEDIA_REQUEST_CHANGED, "SUBMITTED"),
            *[("media_request.changed", "PROCESSING")] * 2,
        ]
        found = await fresh(request)
        assert found.progress is not None
        assert (found.progress["percent"], found.progress["eta_at"]) == (50.0, "2026-11-21T20:00:00+00:00")

    async def test_over_when_it_is_there(self, world: World) -> None:
        request = await world.submitted()
        world.there.set_media(*title_of(request, world), double.PROCESSING, fetches=[FETCH])
        await world.reconciler.look_at_open()
        world.there.set_media(*title_of(request, world), double.AVAILABLE)
        await world.reconciler.look_at_open(being_fetched=True)
        done = await fresh(request)
        assert (done.status, done.progress) == (_S.COMPLETED, None)

    async def test_the_other_seasons_are_somebody_elses(self, world: World) -> None:
        request = await world.submitted(seasons=(2,))
        fetches = [
            {**FETCH, "title": f"Season {number}", "episode": {"seasonNumber": number, "episodeNumber": 1}}
            for number in (1, 2)
        ]
        world.there.set_media(*title_of(request, world), double.PROCESSING, fetches=fetches)
        await world.reconciler.look_at_open()
        progress = (await fresh(request)).progress
        assert progress is not None
        assert [item["title"] for item in progress["items"]] == ["Season 2"]  # type: ignore[attr-defined]


class TestTitles:
    async def test_what_nobody_asked_for_here(self, world: World) -> None:
        world.there.set_media("movie", 348, double.AVAILABLE)
        await world.reconciler.reconcile()
        item = await MediaItem.get(id=media_key(MediaType.MOVIE, 348))
        assert item.availability is Availability.AVAILABLE
        assert [type_ for type_, _ in await recorded(item.id)] == [EventType.MEDIA_CHANGED]
        await world.reconciler.reconcile()
        assert len(await recorded(item.id)) == 1, "what is known already is no news"

    async def test_forgotten_there_forgotten_here(self, world: World) -> None:
        for number in (348, 349):
            world.there.set_media("movie", number, double.AVAILABLE)
        await world.reconciler.reconcile()
        del world.there.media["movie", 348]
        await world.reconciler.reconcile()
        states = {item.tmdb_id: item.availability for item in await MediaItem.all()}
        assert states == {348: Availability.UNKNOWN, 349: Availability.AVAILABLE}

    async def test_an_empty_list_wipes_nothing(self, world: World) -> None:
        world.there.set_media("movie", 348, double.AVAILABLE)
        await world.reconciler.reconcile()
        world.there.media.clear()
        await world.reconciler.reconcile()
        assert (await MediaItem.get(tmdb_id=348)).availability is Availability.AVAILABLE

    async def test_many_pages(self, world: World) -> None:
        for number in range(1, 251):
            world.there.set_media("movie", number, double.AVAILABLE)
        await world.reconciler.reconcile()
        assert await MediaItem.filter(availability=Availability.AVAILABLE).count() == 250


class TestTakeOver:
    async def test_by_somebody_who_is_linked(self, world: World) -> None:
        ada = await make_user()
        await ExternalIdentity.create(user_id=ada.id, provider=IdentityProvider.SEERR, subject="7")
        world.there.users.append(double.user(7, "ada"))
        number = world.there.by_hand("tv", 1399, by=7, seasons=[1, 2])
        for _ in range(2):
            await world.reconciler.reconcile()
        taken = await MediaRequest.get(seerr_request_id=number)
        assert (taken.requested_by_id, taken.status) == (ada.id, _S.SUBMITTED)
        assert await season_states(taken) == {1: _S.SUBMITTED, 2: _S.SUBMITTED}
        assert await told(taken) == []
        assert world.there.calls["GET /request"] == 1, "once for what is new"

    async def test_counts_from_when_it_was_asked_for_there(self, world: World) -> None:
        number = world.there.by_hand("movie", 348)
        world.there.requests[number]["createdAt"] = "2024-01-01T00:00:00.000Z"
        await world.reconciler.reconcile()
        taken = await MediaRequest.get(seerr_request_id=number)
        assert taken.counted_at == taken.created_at == datetime(2024, 1, 1, tzinfo=UTC)

    async def test_one_without_a_title_stops_no_other(self, world: World) -> None:
        for number in (0, 348):
            world.there.by_hand("movie", number)
        await world.reconciler.reconcile()
        assert [row.seerr_request_id for row in await MediaRequest.all()] == [2]

    async def test_by_a_stranger(self, world: World) -> None:
        world.there.by_hand("movie", 348)
        await world.reconciler.reconcile()
        assert (await MediaRequest.get(seerr_request_id=1)).requested_by_id is None

    async def test_what_is_over_is_left_alone(self, world: World) -> None:
        world.there.by_hand("movie", 348)
        world.there.set_media("movie", 348, double.AVAILABLE)
        await world.reconciler.reconcile()
        assert await MediaRequest.all().count() == 0

    async def test_the_old_that_is_open_behind_a_page_of_what_is_over(self, world: World) -> None:
        world.there.by_hand("movie", 348)
        for number in range(1000, 1150):
            world.there.set_request(world.there.by_hand("movie", number), double.COMPLETED)
        await world.reconciler.reconcile()
        assert [row.seerr_request_id for row in await MediaRequest.all()] == [1]
        before = world.there.calls["GET /request"]
        del world.there.requests[2]
        await world.reconciler.reconcile()
        assert world.there.calls["GET /request"] == before + 1, "from then on what is new"

    async def test_what_is_on_its_way_from_here(self, world: World) -> None:
        """It was sent, and is not written down yet."""
        request = await world.approved(item=await make_item(tmdb_id=348))
        world.there.by_hand("movie", 348)
        await world.reconciler.reconcile()
        assert [row.id for row in await MediaRequest.all()] == [request.id]


class TestBack:
    async def test_what_waits_is_tried_at_once(self, world: World) -> None:
        request = await world.approved()
        world.there.fail("cut", "/request", "POST")
        waiting = await world.submit(request)
        await world.reconciler.reconcile()
        sooner = await fresh(request)
        assert sooner.next_attempt_at is not None
        assert waiting.next_attempt_at is not None
        assert sooner.next_attempt_at < waiting.next_attempt_at
