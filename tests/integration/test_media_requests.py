"""Asking for films and series."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import ANONYMOUS, Actor, Permission
from models.errors import (
    AppError,
    BlocklistedError,
    ConflictError,
    DuplicateError,
    IdempotencyMismatchError,
    NotFoundError,
    PermissionDeniedError,
    QuotaExceededError,
    UnauthenticatedError,
    UnavailableError,
    ValidationError,
)
from models.events import DomainEvent, EventType
from models.media import Availability, MediaItem, MediaSeason
from models.media_requests import MediaRequest, MediaRequestFollower
from models.notifications import Notification, NotificationType
from models.paging import PageArgs
from models.quotas import QuotaFigures
from models.states import ACTIVE_MEDIA_REQUESTS, MediaRequestStatus
from services.blocklist import BlocklistMedia
from services.media_request_rules import SeasonSelection
from services.media_requests import MediaRequestQuery, MediaRequestSort
from tests.factories.events import queued_jobs, recorded
from tests.factories.media import make_item, make_request, season_states
from tests.factories.people import make_actor, make_user
from tests.factories.requests import CHARADE, HARBOUR, METROPOLIS, Requests, asker, film

S, P = MediaRequestStatus, Permission
SUBMIT = "media_requests.submit"


@pytest.fixture
def requests(base: Backbone) -> Requests:
    return Requests.of(base)


async def nothing_happened() -> bool:
    jobs = [job for job in await queued_jobs() if job == SUBMIT]
    return not (jobs or await MediaRequest.all().count() or await Notification.all().count())


class TestCreate:
    async def test_stores_request_event_and_news_for_those_who_decide(self, requests: Requests) -> None:
        manager, actor = await make_user(P.MANAGE_REQUESTS), await asker()
        request = await requests.create(actor, note=" Please! ")
        row = await MediaRequest.get(id=request.id)
        assert (row.status, row.title, row.note, row.requested_by_id) == (
            S.PENDING, "Metropolis", "Please!", actor.user_id,
        )  # fmt: skip
        assert await recorded(request.id) == [(EventType.MEDIA_REQUEST_CREATED, "PENDING")]
        assert (await Notification.get(user_id=manager.id)).type is NotificationType.REQUEST_CREATED
        assert SUBMIT not in await queued_jobs()
        assert (await MediaItem.get(id=METROPOLIS)).title == "Metropolis"

    async def test_what_needs_no_decision_is_handed_on_at_once(self, requests: Requests) -> None:
        manager, actor = await make_user(P.MANAGE_REQUESTS), await asker(P.AUTO_APPROVE_MOVIE)
        request = await requests.create(actor)
        assert (request.status, request.job_id is not None) == (S.APPROVED, True)
        assert await recorded(request.id) == [(EventType.MEDIA_REQUEST_CREATED, "APPROVED")]
        assert await queued_jobs() == [SUBMIT]
        assert await Notification.filter(user_id=manager.id).count() == 0
        assert (await requests.create(actor, HARBOUR, seasons=[1])).status is S.PENDING

    @pytest.mark.parametrize(
        ("options", "permissions"),
        [
            ({}, [P.REQUEST_TV, P.REQUEST_4K, P.MANAGE_REQUESTS]),
            ({"media_id": HARBOUR, "seasons": [1]}, [P.REQUEST_MOVIE, P.MANAGE_REQUESTS]),
            ({"is_4k": True}, [P.REQUEST_MOVIE]),
        ],
    )
    async def test_without_the_permission_nothing_happens(
        self, requests: Requests, options: dict[str, Any], permissions: list[Permission]
    ) -> None:
        with pytest.raises(PermissionDeniedError):
            await requests.create(await make_actor(*permissions), **{"media_id": METROPOLIS, **options})
        assert await nothing_happened()

    async def test_a_stranger_must_log_in(self, requests: Requests) -> None:
        with pytest.raises(UnauthenticatedError):
            await requests.create(ANONYMOUS)

    @pytest.mark.parametrize(
        ("options", "error", "path"),
        [
            ({"media_id": uuid4()}, NotFoundError, ("media",)),
            ({"media_id": film(50)}, NotFoundError, ("media",)),
            ({"seasons": [1]}, ValidationError, ("seasons",)),
            ({"media_id": HARBOUR}, ValidationError, ("seasons",)),
            ({"media_id": HARBOUR, "seasons": []}, ValidationError, ("seasons", "numbers")),
            ({"media_id": HARBOUR, "seasons": [1, 9]}, ValidationError, ("seasons", "numbers")),
            ({"note": "x" * 1001}, ValidationError, ("note",)),
            ({"idempotency_key": "x" * 129}, ValidationError, ("idempotencyKey",)),
            ({"on_behalf_of": uuid4()}, NotFoundError, ("onBehalfOf",)),
        ],
    )
    async def test_what_makes_no_sense_is_named(
        self, requests: Requests, options: dict[str, Any], error: type[AppError], path: tuple[str, ...]
    ) -> None:
        actor = await asker(P.MANAGE_REQUESTS)
        with pytest.raises(error) as refused:
            await requests.create(actor, **{"media_id": METROPOLIS, **options})
        assert refused.value.path == path
        assert await nothing_happened()

    async def test_a_server_that_fetches_nothing_promises_nothing(self, base: Backbone) -> None:
        with pytest.raises(UnavailableError, match="connect Seerr"):
            await Requests.of(base, can_fetch=False).create(await asker())
        assert await nothing_happened()

    @pytest.mark.parametrize("status", list(S))
    async def test_a_film_is_asked_for_once_while_that_is_under_way(
        self, requests: Requests, status: MediaRequestStatus
    ) -> None:
        first = await requests.create(await asker())
        await MediaRequest.filter(id=first.id).update(status=status)
        if status in ACTIVE_MEDIA_REQUESTS:
            with pytest.raises(DuplicateError) as refused:
                await requests.create(await asker())
            assert isinstance(refused.value.existing, MediaRequest)
            assert refused.value.existing.id == first.id
        else:
            assert (await requests.create(await asker())).id != first.id

    async def test_the_copy_in_4k_is_another_one(self, requests: Requests) -> None:
        actor = await asker(P.REQUEST_4K)
        await requests.create(actor)
        assert (await requests.create(actor, is_4k=True)).is_4k

    async def test_what_is_there_is_not_asked_for(self, requests: Requests) -> None:
        await make_item(tmdb_id=900_000_007, availability=Availability.AVAILABLE)
        with pytest.raises(ConflictError, match="can be watched already"):
            await requests.create(await asker())
        assert await nothing_happened()

    async def test_fifty_who_ask_at_once_make_one_request(self, requests: Requests) -> None:
        actors = [await asker() for _ in range(50)]
        results = await asyncio.gather(*(requests.create(actor) for actor in actors), return_exceptions=True)
        (made,) = [result for result in results if isinstance(result, MediaRequest)]
        duplicates = [result for result in results if isinstance(result, DuplicateError)]
        assert len(duplicates) == 49
        assert {each.existing.id for each in duplicates if isinstance(each.existing, MediaRequest)} == {made.id}
        assert all(duplicate.existing for duplicate in duplicates)
        assert await MediaRequest.all().count() == 1
        assert await recorded(made.id) == [(EventType.MEDIA_REQUEST_CREATED, "PENDING")]

    async def test_one_key_makes_one_request(self, requests: Requests) -> None:
        actor = await asker(P.AUTO_APPROVE_MOVIE)
        made = await asyncio.gather(*(requests.create(actor, idempotency_key="once") for _ in range(20)))
        assert len({request.id for request in made}) == 1
        assert await queued_jobs() == [SUBMIT]
        with pytest.raises(IdempotencyMismatchError):
            await requests.create(actor, CHARADE, idempotency_key="once")


class TestSeasons:
    async def test_those_that_are_named_are_asked_for(self, requests: Requests) -> None:
        request = await requests.create(await asker(), HARBOUR, seasons=[2, 1, 2])
        assert await season_states(request) == {1: S.PENDING, 2: S.PENDING}
        event = await DomainEvent.get(stream_id=request.id)
        assert [season["number"] for season in event.payload["seasons"]] == [1, 2]  # type: ignore[attr-defined]

    async def test_all_means_every_one(self, requests: Requests) -> None:
        request = await requests.create(await asker(), HARBOUR, seasons=SeasonSelection.ALL)
        assert list(await season_states(request)) == [1, 2, 3]

    async def test_missing_means_what_is_neither_there_nor_asked_for(self, requests: Requests) -> None:
        actor = await asker()
        first = await requests.create(actor, HARBOUR, seasons=[1])
        await MediaSeason.create(media_id=HARBOUR, number=2, availability=Availability.AVAILABLE)
        request = await requests.create(actor, HARBOUR, seasons=SeasonSelection.MISSING)
        assert list(await season_states(request)) == [3]
        with pytest.raises(DuplicateError) as refused:
            await requests.create(actor, HARBOUR, seasons=SeasonSelection.MISSING)
        assert isinstance(refused.value.existing, MediaRequest)
        assert refused.value.existing.id == first.id
        with pytest.raises(DuplicateError):
            await requests.create(actor, HARBOUR, seasons=SeasonSelection.ALL)
        with pytest.raises(ConflictError):
            await requests.create(actor, HARBOUR, seasons=[2])

    async def test_one_season_is_asked_for_once(self, requests: Requests) -> None:
        actors = [await asker() for _ in range(10)]
        results = await asyncio.gather(
            *(requests.create(actor, HARBOUR, seasons=[1, 2]) for actor in actors), return_exceptions=True
        )
        assert sum(isinstance(result, DuplicateError) for result in results) == 9
        assert await MediaRequest.all().count() == 1


class TestQuota:
    async def test_thirty_at_once_make_ten(self, base: Backbone) -> None:
        requests, actor = Requests.of(base, QuotaFigures(movie_limit=10)), await asker()
        for _ in range(3):  # as many at once as there are connections must not come out even
            await make_request(requested_by_id=actor.user_id)
        titles = [await make_item() for _ in range(30)]
        for item in titles:
            item.details = {"kind": "MOVIE", "tmdb_id": item.tmdb_id, "title": item.title}
            item.details_at = item.created_at
            await item.save()
        results = await asyncio.gather(*(requests.create(actor, item.id) for item in titles), return_exceptions=True)
        assert sum(isinstance(result, QuotaExceededError) for result in results) == 23
        assert await MediaRequest.all().count() == 10

    async def test_every_season_counts(self, base: Backbone) -> None:
        requests, actor = Requests.of(base, QuotaFigures(tv_limit=2)), await asker()
        with pytest.raises(QuotaExceededError) as refused:
            await requests.create(actor, HARBOUR, seasons=SeasonSelection.ALL)
        assert (refused.value.quota.limit, refused.value.quota.used) == (2, 0)
        assert await nothing_happened()
        assert await requests.create(actor, HARBOUR, seasons=[1, 2])

    async def test_a_request_for_somebody_over_their_quota_waits_for_a_decision(self, base: Backbone) -> None:
        requests, person = Requests.of(base, QuotaFigures(movie_limit=1)), await asker()
        manager = await make_actor(P.MANAGE_REQUESTS, P.AUTO_APPROVE_MOVIE)
        first = await requests.create(manager, on_behalf_of=person.user_id)
        second = await requests.create(manager, CHARADE, on_behalf_of=person.user_id)
        assert [first.status, second.status] == [S.APPROVED, S.PENDING]


class TestOnBehalf:
    async def test_it_is_the_other_persons_request(self, requests: Requests) -> None:
        manager, person = await make_actor(P.MANAGE_REQUESTS), await asker()
        request = await requests.create(manager, on_behalf_of=person.user_id)
        assert (request.requested_by_id, request.created_by_id) == (person.user_id, manager.user_id)
        event = await DomainEvent.get(stream_id=request.id)
        assert (event.owner_id, event.actor_id) == (person.user_id, manager.user_id)

    async def test_it_takes_somebody_who_decides(self, requests: Requests) -> None:
        actor, person = await asker(P.VIEW_ALL_REQUESTS), await asker()
        with pytest.raises(PermissionDeniedError):
            await requests.create(actor, on_behalf_of=person.user_id)
        assert await nothing_happened()

    async def test_nobody_gets_what_they_may_not_ask_for(self, requests: Requests) -> None:
        manager, person = await make_actor(P.MANAGE_REQUESTS), await make_actor(P.REQUEST_TV)
        with pytest.raises(PermissionDeniedError) as refused:
            await requests.create(manager, on_behalf_of=person.user_id)
        assert refused.value.path == ("onBehalfOf",)
        assert await nothing_happened()


class TestBlocklist:
    async def test_what_is_on_it_cannot_be_asked_for(self, requests: Requests) -> None:
        manager, actor = await make_actor(P.MANAGE_REQUESTS), await asker()
        await requests.blocklist.add(manager, blocked := BlocklistMedia(METROPOLIS, "Four hours."))
        item = await MediaItem.get(id=METROPOLIS)
        assert (item.availability, item.blocklist_reason) == (Availability.BLOCKLISTED, blocked.reason)
        with pytest.raises(BlocklistedError):
            await requests.create(actor)
        assert (await requests.blocklist.remove(manager, METROPOLIS)).title == "Metropolis"
        assert await requests.create(actor)
        assert [type_ for type_, _ in await recorded(METROPOLIS)].count(EventType.MEDIA_CHANGED) >= 2

    async def test_what_is_not_on_it_is_not_taken_off(self, requests: Requests) -> None:
        manager = await make_actor(P.MANAGE_REQUESTS)
        with pytest.raises(NotFoundError):
            await requests.blocklist.remove(manager, METROPOLIS)

    async def test_it_is_not_for_everybody(self, requests: Requests) -> None:
        with pytest.raises(PermissionDeniedError):
            await requests.blocklist.add(await asker(), BlocklistMedia(METROPOLIS))
        with pytest.raises(PermissionDeniedError):
            await requests.blocklist.remove(await asker(), METROPOLIS)
        assert await MediaItem.all().count() == 0


class TestFollow:
    async def test_following_twice_is_following_once(self, requests: Requests) -> None:
        request, actor = await requests.create(await asker()), await asker()
        for _ in range(2):
            await requests.service.follow(actor, request.id)
        assert await MediaRequestFollower.filter(request_id=request.id).count() == 1
        for _ in range(2):
            await requests.service.unfollow(actor, request.id)
        assert await MediaRequestFollower.all().count() == 0
        assert [type_ for type_, _ in await recorded(request.id)] == [
            EventType.MEDIA_REQUEST_CREATED, EventType.MEDIA_REQUEST_FOLLOWED, EventType.MEDIA_REQUEST_UNFOLLOWED,
        ]  # fmt: skip
        assert (await MediaRequest.get(id=request.id)).version == request.version
        assert await Notification.all().count() == 0

    async def test_ten_times_at_once_is_once(self, requests: Requests) -> None:
        request, actor = await make_request(), await asker()
        for act in (requests.service.follow, requests.service.unfollow):
            await asyncio.gather(*(act(actor, request.id) for _ in range(10)))
        assert [type_ for type_, _ in await recorded(request.id)] == [
            EventType.MEDIA_REQUEST_FOLLOWED, EventType.MEDIA_REQUEST_UNFOLLOWED,
        ]  # fmt: skip

    async def test_what_one_may_not_know_of_is_not_there(self, requests: Requests) -> None:
        request, actor = await make_request(), await make_actor(P.REQUEST_TV)
        follower = await MediaRequestFollower.create(request_id=request.id, user_id=actor.user_id)
        for act in (requests.service.follow, requests.service.unfollow):
            with pytest.raises(NotFoundError):
                await act(actor, request.id)
        assert [row.id for row in await MediaRequestFollower.all()] == [follower.id]
        assert await recorded(request.id) == []


class TestListVisible:
    async def test_each_filter_narrows(self, requests: Requests) -> None:
        actor = await asker(P.MANAGE_REQUESTS)
        film_ = await make_request(S.COMPLETED, requested_by_id=actor.user_id)
        series = await make_request(S.PENDING, seasons=[1], is_4k=True, item=None)
        for query, expected in (
            (MediaRequestQuery(), [series.id, film_.id]),
            (MediaRequestQuery(descending=False), [film_.id, series.id]),
            (MediaRequestQuery(sort=MediaRequestSort.TITLE, descending=False), [film_.id, series.id]),
            (MediaRequestQuery(status=[S.PENDING]), [series.id]),
            (MediaRequestQuery(media_type=film_.media_type), [film_.id]),
            (MediaRequestQuery(requested_by=actor.user_id), [film_.id]),
            (MediaRequestQuery(is_4k=True), [series.id]),
            (MediaRequestQuery(search=series.title.upper()), [series.id]),
            (MediaRequestQuery(created_after=film_.created_at), [series.id]),
        ):
            page = await requests.service.list_visible(actor, query, PageArgs())
            assert [row.id for row in page.nodes] == expected, query

    async def test_pages_go_both_ways(self, requests: Requests) -> None:
        actor, service = await asker(), requests.service
        rows = [await make_request() for _ in range(5)]
        newest_first = [row.id for row in reversed(rows)]
        first = await service.list_visible(actor, MediaRequestQuery(), PageArgs(first=2))
        rest = await service.list_visible(actor, MediaRequestQuery(), PageArgs(after=first.page_info.end_cursor))
        last = await service.list_visible(actor, MediaRequestQuery(), PageArgs(last=2))
        assert [row.id for row in first.nodes + rest.nodes] == newest_first
        assert [row.id for row in last.nodes] == newest_first[-2:]

    async def test_who_asked_is_not_for_everybody(self, requests: Requests) -> None:
        other, query = await make_user(), MediaRequestQuery()
        with pytest.raises(PermissionDeniedError):
            await requests.service.list_visible(await asker(), replace(query, requested_by=other.id), PageArgs())


class TestWhoSeesWhat:
    async def test_lists_single_rows_and_events_follow_one_rule(self, requests: Requests) -> None:
        owner = await make_user()
        rows = [
            await make_request(requested_by_id=person, seasons=seasons)
            for person in (owner.id, None, (await make_user()).id)
            for seasons in ([], [1])
        ]
        events = []
        for row in rows:
            async with requests.service._work.begin(Actor(row.requested_by_id)) as transaction:
                transaction.record(
                    EventType.MEDIA_REQUEST_CREATED, row.id, row.snapshot(), owner_id=row.requested_by_id
                )
        events = await DomainEvent.all()
        for permissions in (
            [], [P.REQUEST_MOVIE], [P.REQUEST_TV], [P.REQUEST_MOVIE, P.REQUEST_TV], [P.VIEW_ALL_REQUESTS],
            [P.MANAGE_REQUESTS], [P.MANAGE_DOWNLOADS], [P.ADMIN],
        ):  # fmt: skip
            for user_id in (owner.id, (await make_user()).id):
                actor = Actor(user_id, frozenset(permissions))
                listed = {row.id for row in await MediaRequest.visible_to(actor)}
                assert listed == {row.id for row in rows if row.can_see(actor)}, permissions
                assert listed == {event.stream_id for event in await DomainEvent.visible_to(actor)}, permissions
                assert listed == {event.stream_id for event in events if event.can_see(actor)}, permissions
                assert {row.id for row in rows if row.can_see_private(actor)} <= listed
        assert not any(row.can_see(ANONYMOUS) or row.can_see_private(ANONYMOUS) for row in rows)
