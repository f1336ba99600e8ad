"""Lists of media requests over the API: everybody's, and those of one person."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.media import MediaType
from models.media_requests import MediaRequest, MediaRequestFollower
from models.states import MediaRequestStatus
from schema.node import to_global_id
from tests.factories.media import make_item, make_request
from tests.factories.people import make_user
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements

S, P = MediaRequestStatus, Permission
LIST = """
query($first: Int, $filter: MediaRequestFilter, $orderBy: MediaRequestOrder) {
  mediaRequests(first: $first, filter: $filter, orderBy: $orderBy) { totalCount nodes {
    id viewerIsFollowing media { id title availability } seasons { number } viewerCan { approve }
    requestedBy { username } decidedBy { username } followers(first: 3) { totalCount nodes { username } }
    timeline(first: 3) { nodes { message } }
  } }
}
"""


def id_of(request: MediaRequest) -> str:
    return to_global_id("MediaRequest", request.id)


class TestList:
    async def test_fifty_cost_as_much_as_two_and_ask_nobody_else(
        self, client: ApiClient, log_in: LogIn, base: Backbone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[UUID] = []

        async def titles(keys: Sequence[UUID]) -> list[None]:
            asked.extend(keys)
            return [None for _ in keys]

        monkeypatch.setattr(base.catalog, "titles", titles)
        await log_in(P.MANAGE_REQUESTS, P.MANAGE_USERS)
        for number in range(50):
            requester, follower = await make_user(), await make_user()
            kind = MediaType.TV if number % 2 else MediaType.MOVIE
            item = await make_item(kind)
            item.details = {"kind": kind.value, "tmdb_id": item.tmdb_id, "title": item.title}
            await item.save()
            request = await make_request(item=item, seasons=[1] * (number % 2), requested_by_id=requester.id)
            await MediaRequestFollower.create(request_id=request.id, user_id=follower.id)
        counts = {}
        for first in (2, 50):
            with counted_statements() as statements:
                found = await client.data(LIST, first=first)
            counts[first] = len(statements)
            assert len(found["mediaRequests"]["nodes"]) == first
        assert counts[2] == counts[50] <= 10, counts
        assert asked == []
        assert {len(node["followers"]["nodes"]) for node in found["mediaRequests"]["nodes"]} == {1}
        assert found["mediaRequests"]["totalCount"] == 50

    async def test_filters_and_orders_as_asked(self, client: ApiClient, log_in: LogIn) -> None:
        viewer = await log_in(P.REQUEST_MOVIE)
        mine = await make_request(S.COMPLETED, requested_by_id=viewer.id)
        await make_request(S.PENDING)
        filter_ = {"requestedBy": to_global_id("User", viewer.id), "status": ["COMPLETED"], "mediaType": "MOVIE"}
        order = {"field": "TITLE", "direction": "ASC"}
        found = (await client.data(LIST, filter=filter_, orderBy=order))["mediaRequests"]
        assert [node["id"] for node in found["nodes"]] == [id_of(mine)]
        others = {"requestedBy": to_global_id("User", (await make_user()).id)}
        assert await client.code(LIST, filter=others) == "PERMISSION_DENIED"


PERSON = """
query($id: ID!, $after: String, $filter: MediaRequestFilter) { node(id: $id) { ... on User {
  mediaRequests(first: 2, after: $after, filter: $filter) { nodes { id } totalCount pageInfo { hasNextPage endCursor } }
} } }
"""


class TestUsersOwn:
    async def test_the_newest_come_first_in_pages(self, client: ApiClient, log_in: LogIn) -> None:
        viewer = await log_in()
        rows = [await make_request(requested_by_id=viewer.id, seasons=[1] * (number % 2)) for number in range(3)]
        await make_request()
        id_ = to_global_id("User", viewer.id)
        first = (await client.data(PERSON, id=id_))["node"]["mediaRequests"]
        rest = (await client.data(PERSON, id=id_, after=first["pageInfo"]["endCursor"]))["node"]["mediaRequests"]
        assert [node["id"] for node in first["nodes"] + rest["nodes"]] == [id_of(row) for row in reversed(rows)]
        assert (first["totalCount"], first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (
            3, True, False,
        )  # fmt: skip
        for filter_, count in (({"mediaType": "TV"}, 1), ({"status": ["COMPLETED"]}, 0), ({"search": "TITLE"}, 3)):
            found = (await client.data(PERSON, id=id_, filter=filter_))["node"]["mediaRequests"]
            assert (found["totalCount"], len(found["nodes"])) == (count, min(count, 2)), filter_

    @pytest.mark.parametrize(
        ("permissions", "expected"),
        [([P.MANAGE_REQUESTS], None), ([P.MANAGE_USERS], 0), ([P.MANAGE_USERS, P.REQUEST_TV], 1), ([P.ADMIN], 2)],
    )
    async def test_others_see_what_they_may_know_of(
        self, client: ApiClient, log_in: LogIn, permissions: list[Permission], expected: int | None
    ) -> None:
        person = await make_user()
        for seasons in ([], [1]):
            await make_request(requested_by_id=person.id, seasons=seasons)
        await log_in(*permissions)
        found = (await client.data(PERSON, id=to_global_id("User", person.id)))["node"]["mediaRequests"]
        assert (found and found["totalCount"]) == expected

    async def test_of_fifty_people_cost_as_much_as_of_two(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(P.ADMIN)
        for _ in range(49):
            await make_request(requested_by_id=(await make_user()).id)
        query = "query($n: Int) { users(first: $n) { nodes { mediaRequests(first: 2) { totalCount nodes { id } } } } }"
        counts = []
        for number in (2, 50):
            with counted_statements() as statements:
                found = (await client.data(query, n=number))["users"]["nodes"]
            counts.append(len(statements))
        assert sum(node["mediaRequests"]["totalCount"] for node in found) == 49
        assert counts[0] == counts[1] <= 6, counts
