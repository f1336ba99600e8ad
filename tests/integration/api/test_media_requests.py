"""Media requests over the API, titles out of the demo catalogue."""

from typing import Any
from uuid import UUID

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Actor, Permission
from models.media_requests import MediaRequest, MediaRequestFollower
from models.states import MediaRequestStatus
from schema.node import to_global_id
from services.media_request_moves import advance, amend
from tests.factories.media import make_item, make_request
from tests.factories.people import make_user
from tests.factories.requests import HARBOUR, METROPOLIS, Requests, asker
from tests.integration.api.conftest import ApiClient, LogIn

S, P = MediaRequestStatus, Permission
CREATE = """
mutation($input: CreateMediaRequestInput!) { createMediaRequest(input: $input) {
  request { id status is4k media { title } seasons { number status } viewerCan { approve decline cancel retry } }
  errors { __typename code path ... on DuplicateError { existing { id } } }
} }
"""
DECIDE = """
mutation($input: DecideMediaRequestInput!) { decideMediaRequest(input: $input) {
  request { status decidedBy { username } submission { attempts lastError nextAttemptAt } } errors { code path }
} }
"""
ACT = """
mutation($input: IdInput!) {{ {0}(input: $input) {{
  request {{ id status viewerIsFollowing followers {{ totalCount }} }} errors {{ code path }}
}} }}
"""
PUBLIC = """
  id is4k status version createdAt updatedAt completedAt viewerIsFollowing
  media { id title year } seasons { number status } viewerCan { approve decline cancel retry }
  progress { percent etaAt source items { title percent status etaAt season episode } }
  followers { totalCount nodes { username } pageInfo { hasNextPage endCursor } }
"""
PRIVATE = """
  statusReason declineReason seerrRequestId requestedBy { username } decidedBy { username }
  submission { attempts lastAttemptAt nextAttemptAt lastError } timeline { nodes { message actor { username } } }
"""
ONE = f"query($id: ID!) {{ node(id: $id) {{ ... on MediaRequest {{ note {PUBLIC} {PRIVATE} }} }} }}"


def ref(key: UUID, type_: str = "Movie") -> dict[str, str]:
    return {"id": to_global_id(type_, key)}


def id_of(request: MediaRequest) -> str:
    return to_global_id("MediaRequest", request.id)


class TestCreate:
    async def test_a_film_is_asked_for(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(P.REQUEST_MOVIE)
        made = (await client.data(CREATE, input={"media": ref(METROPOLIS)}))["createMediaRequest"]
        assert made["errors"] == []
        assert made["request"] == {
            "id": made["request"]["id"],
            "status": "PENDING",
            "is4k": False,
            "media": {"title": "Metropolis"},
            "seasons": [],
            "viewerCan": {"approve": False, "decline": False, "cancel": True, "retry": False},
        }

    @pytest.mark.parametrize("seasons", [{"numbers": [1, 2, 3]}, {"select": "ALL"}, {"select": "MISSING"}])
    async def test_seasons_are_named_or_meant(
        self, client: ApiClient, log_in: LogIn, seasons: dict[str, object]
    ) -> None:
        await log_in(P.REQUEST_TV, P.AUTO_APPROVE_TV)
        what = {"media": {"tmdb": {"tmdbId": 900_000_101, "type": "TV"}}, "seasons": seasons}
        made = (await client.data(CREATE, input=what))["createMediaRequest"]
        assert made["request"]["status"] == "APPROVED"
        assert made["request"]["seasons"] == [{"number": number, "status": "APPROVED"} for number in (1, 2, 3)]

    async def test_the_second_one_is_led_to_the_first(self, client: ApiClient, log_in: LogIn) -> None:
        first = await make_request(item=await make_item(tmdb_id=900_000_007))
        await log_in(P.REQUEST_MOVIE)
        made = (await client.data(CREATE, input={"media": ref(METROPOLIS)}))["createMediaRequest"]
        (error,) = made["errors"]
        assert (error["__typename"], error["code"], error["existing"]) == (
            "DuplicateError", "DUPLICATE", {"id": id_of(first)},
        )  # fmt: skip
        followed = (await client.data(ACT.format("followMediaRequest"), input=error["existing"]))["followMediaRequest"]
        assert followed["request"]["viewerIsFollowing"] is True
        assert followed["request"]["followers"]["totalCount"] == 1


class TestDecide:
    async def test_a_decision_is_made_and_undone(self, client: ApiClient, log_in: LogIn) -> None:
        request = await make_request(S.PENDING, item=await make_item(tmdb_id=900_000_007))
        manager = await log_in(P.MANAGE_REQUESTS)
        given = {"id": id_of(request), "decision": "APPROVE", "expectedVersion": 1}
        decided = (await client.data(DECIDE, input=given))["decideMediaRequest"]
        assert decided["request"]["status"] == "APPROVED"
        assert decided["request"]["decidedBy"] == {"username": manager.username}
        assert decided["request"]["submission"]["nextAttemptAt"] is not None
        again = (await client.data(DECIDE, input=given))["decideMediaRequest"]
        assert again == {"request": None, "errors": [{"code": "STALE_VERSION", "path": ["expectedVersion"]}]}
        cancelled = await client.data(ACT.format("cancelMediaRequest"), input={"id": id_of(request)})
        assert cancelled["cancelMediaRequest"]["request"]["status"] == "CANCELLED"
        refused = await client.data(ACT.format("retryMediaRequest"), input={"id": id_of(request)})
        assert refused["retryMediaRequest"]["errors"] == [{"code": "INVALID_STATE", "path": None}]


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("role", "note", "private", "public"),
        [
            ("owner", True, True, True),
            ("follower", False, True, True),
            ("decider", True, True, True),
            ("peer", False, False, True),
            ("other", False, False, False),
        ],
    )
    async def test_the_public_part_and_the_rest(
        self, client: ApiClient, log_in: LogIn, base: Backbone, role: str, note: bool, private: bool, public: bool
    ) -> None:
        owner = await make_user(P.REQUEST_MOVIE)
        request = await Requests.of(base).create(Actor(owner.id, owner.granted), note="Please")
        permissions = {"decider": [P.MANAGE_REQUESTS], "other": [P.REQUEST_TV], "owner": []}
        viewer = await log_in(*permissions.get(role, [P.REQUEST_MOVIE]))
        if role == "owner":
            await MediaRequest.filter(id=request.id).update(requested_by_id=viewer.id)
        await MediaRequestFollower.create(request_id=request.id, user_id=owner.id)
        if role == "follower":
            await MediaRequestFollower.create(request_id=request.id, user_id=viewer.id)
        found = (await client.data(ONE, id=id_of(request)))["node"]
        assert (found is not None) == public
        if found is None:
            return
        assert found["media"]["title"] == "Metropolis"
        assert found["followers"]["totalCount"] == 1 + (role == "follower")
        assert (found["note"] == "Please") == note
        shown = [found["requestedBy"], found["timeline"], *found["followers"]["nodes"]]
        assert all(shown) and len(shown) > 2 if private else shown == [None, None]

    async def test_what_went_wrong_is_not_for_everybody(self, client: ApiClient, log_in: LogIn) -> None:
        request = await make_request(
            S.FAILED, status_reason="No.", decline_reason="Never.", seerr_request_id=7, last_error="404",
            submission_attempts=1, next_attempt_at=(await make_user()).created_at,
        )  # fmt: skip
        await log_in(P.REQUEST_MOVIE)
        found = (await client.data(ONE, id=id_of(request)))["node"]
        names = (
            "statusReason",
            "declineReason",
            "seerrRequestId",
            "requestedBy",
            "decidedBy",
            "submission",
            "timeline",
        )
        assert [found[name] for name in names] == [None] * len(names)
        await log_in(P.MANAGE_REQUESTS)
        found = (await client.data(ONE, id=id_of(request)))["node"]
        assert (found["statusReason"], found["declineReason"], found["seerrRequestId"]) == ("No.", "Never.", 7)
        assert found["submission"]["lastError"] == "404"

    async def test_a_notification_leads_to_its_request(self, client: ApiClient, log_in: LogIn, base: Backbone) -> None:
        viewer = await log_in(P.REQUEST_MOVIE)
        request = await make_request(S.PROCESSING, requested_by_id=viewer.id)
        async with base.work.begin(SYSTEM) as transaction:
            await advance(transaction, request.id, S.COMPLETED)
        found = await client.data("{ notifications { nodes { type subject { id } } } }")
        assert found["notifications"]["nodes"] == [{"type": "REQUEST_AVAILABLE", "subject": {"id": id_of(request)}}]


class TestTimeline:
    async def test_it_tells_the_whole_story(self, client: ApiClient, log_in: LogIn, base: Backbone) -> None:
        owner, manager = await asker(), await log_in(P.MANAGE_REQUESTS)
        requests, decides = Requests.of(base), Actor(manager.id, manager.granted)
        request = await requests.create(owner, HARBOUR, seasons=[1, 2])
        await client.data(DECIDE, input={"id": id_of(request), "decision": "DECLINE", "reason": "Not now."})
        await requests.decisions.retry(owner, request.id)
        await client.data(DECIDE, input={"id": id_of(request), "decision": "APPROVE"})
        async with base.work.begin(SYSTEM) as transaction:
            await amend(transaction, request.id, last_error="Seerr is away.", submission_attempts=1)
        for status in (S.SUBMITTED, S.PROCESSING):
            async with base.work.begin(SYSTEM) as transaction:
                await advance(transaction, request.id, status)
        async with base.work.begin(SYSTEM) as transaction:
            progress: dict[str, Any] = {"percent": 40.4, "eta_at": None, "items": []}
            await amend(transaction, request.id, progress=progress, seasons={1: S.COMPLETED})
        async with base.work.begin(SYSTEM) as transaction:
            await advance(transaction, request.id, S.FAILED, reason="The disk is full.")
        _ = await requests.decisions.retry(decides, request.id)
        for act in (requests.service.follow, requests.service.unfollow):
            await act(decides, request.id)
        found = (await client.data(ONE, id=id_of(request)))["node"]
        said = [node["message"] for node in reversed(found["timeline"]["nodes"])]
        assert said == [
            "Asked for: season 1, 2.",
            "Declined: Not now.",
            "Waits for a decision again.",
            "Approved.",
            "Attempt 1 to hand it on failed: Seerr is away.",
            "Handed on to those who fetch it.",
            "It is being fetched.",
            "40 % of it is there.",
            "It failed: The disk is full.",
            "Is tried again.",
            "Somebody follows it.",
            "Somebody follows it no more.",
        ]
        decided = found["timeline"]["nodes"][-2]
        assert decided["actor"] == {"username": manager.username}
        assert found["seasons"] == [{"number": 1, "status": "COMPLETED"}, {"number": 2, "status": "APPROVED"}]


class TestOne:
    async def test_progress_is_shown_while_it_is_fetched(self, client: ApiClient, log_in: LogIn) -> None:
        item = {"title": "Metropolis.1927", "status": "downloading", "percent": 12.5, "season": None, "episode": None}
        moment = "2026-11-21T18:00:00+00:00"
        progress = {"percent": 12.5, "eta_at": moment, "items": [{**item, "eta_at": moment}]}
        request = await make_request(S.PROCESSING, progress=progress)
        await log_in(P.REQUEST_MOVIE)
        found = (await client.data(ONE, id=id_of(request)))["node"]["progress"]
        instant = "2026-11-21T18:00:00Z"
        assert found == {
            "percent": 12.5, "etaAt": instant, "source": "SEERR", "items": [{**item, "etaAt": instant}],
        }  # fmt: skip
        over = await make_request(S.COMPLETED, progress=progress)
        assert (await client.data(ONE, id=id_of(over)))["node"]["progress"] is None

    async def test_followers_come_in_pages(self, client: ApiClient, log_in: LogIn) -> None:
        request, people = await make_request(), [await make_user() for _ in range(3)]
        for person in people:
            await MediaRequestFollower.create(request_id=request.id, user_id=person.id)
        await log_in(P.MANAGE_REQUESTS)
        query = """query($id: ID!, $after: String) { node(id: $id) { ... on MediaRequest {
            followers(first: 2, after: $after) { nodes { username } totalCount pageInfo { hasNextPage endCursor } }
        } } }"""
        first = (await client.data(query, id=id_of(request)))["node"]["followers"]
        rest = (await client.data(query, id=id_of(request), after=first["pageInfo"]["endCursor"]))["node"]["followers"]
        names = [node["username"] for node in first["nodes"] + rest["nodes"]]
        assert names == [person.username for person in people]
        assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
        assert await client.code(query, id=id_of(request), after="nonsense") == "VALIDATION"


class TestDashboard:
    async def test_shows_what_is_new_and_what_waits(self, client: ApiClient, log_in: LogIn) -> None:
        query = "{ dashboard { recentRequests(first: 1) { nodes { id } } pendingApprovals } }"
        await make_request(S.COMPLETED)
        newest = await make_request(S.PENDING)
        await log_in(P.REQUEST_MOVIE)
        home = (await client.data(query))["dashboard"]
        assert home == {"recentRequests": {"nodes": [{"id": id_of(newest)}]}, "pendingApprovals": None}
        await log_in(P.MANAGE_REQUESTS)
        assert (await client.data(query))["dashboard"]["pendingApprovals"] == 1


class TestChanges:
    async def test_a_poller_sees_the_requests_they_may_see(
        self, client: ApiClient, log_in: LogIn, base: Backbone
    ) -> None:
        await log_in(P.REQUEST_MOVIE)
        cursor = (await client.data("{ streamCursor }"))["streamCursor"]
        owner = await asker()
        film = await Requests.of(base).create(owner)
        series = await Requests.of(base).create(owner, HARBOUR, seasons=[1])
        query = """query($after: Cursor!) { changes(after: $after) { items {
            ... on MediaRequestChanged { previousStatus request { id status requestedBy { id } } }
        } } }"""
        items = (await client.data(query, after=cursor))["changes"]["items"]
        assert items == [
            {"previousStatus": None, "request": {"id": id_of(film), "status": "PENDING", "requestedBy": None}}
        ]
        await log_in(P.VIEW_ALL_REQUESTS)
        items = (await client.data(query, after=cursor))["changes"]["items"]
        assert [item["request"]["id"] for item in items] == [id_of(film), id_of(series)]

    async def test_who_follows_sees_it_and_others_how_many(self, client: ApiClient, log_in: LogIn) -> None:
        request = await make_request(S.SUBMITTED)
        await log_in(P.REQUEST_MOVIE)
        cursor = (await client.data("{ streamCursor }"))["streamCursor"]
        query = """query($after: Cursor!) { changes(after: $after) { items {
            ... on MediaRequestChanged { previousStatus request { id viewerIsFollowing followers { totalCount } } }
        } } }"""
        await client.data(ACT.format("followMediaRequest"), input={"id": id_of(request)})
        for is_theirs in (True, False):
            (item,) = (await client.data(query, after=cursor))["changes"]["items"]
            seen = {"id": id_of(request), "viewerIsFollowing": is_theirs, "followers": {"totalCount": 1}}
            assert item == {"previousStatus": None, "request": seen}
            await log_in(P.REQUEST_MOVIE)
