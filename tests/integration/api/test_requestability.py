"""What titles say over the API of requests for them."""

from uuid import UUID

from models.actor import Permission
from models.media import Availability
from models.media_requests import MediaRequest
from schema.node import to_global_id
from tests.factories.media import make_item, make_request
from tests.factories.requests import HARBOUR, METROPOLIS
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements

P = Permission
CREATE = """
mutation($input: CreateMediaRequestInput!) { createMediaRequest(input: $input) { request { id } } }
"""
ASKED = """
  id viewerRequest { id } uhd: viewerRequest(is4k: true) { id }
  requestability { allowed reason existing { id } quota { limit remaining } willAutoApprove }
  ... on TvShow { seasons { number requested availability } }
"""
MEDIA = f"query($ref: MediaRefInput!) {{ media(ref: $ref) {{ {ASKED} }} }}"


def ref(key: UUID, type_: str = "Movie") -> dict[str, str]:
    return {"id": to_global_id(type_, key)}


class TestMedia:
    async def test_a_title_says_how_it_stands_with_the_viewer(self, client: ApiClient, log_in: LogIn) -> None:
        viewer = await log_in(P.REQUEST_TV, P.AUTO_APPROVE_TV)
        free = (await client.data(MEDIA, ref=ref(HARBOUR, "TvShow")))["media"]
        assert free["requestability"] == {
            "allowed": True,
            "reason": None,
            "existing": None,
            "quota": {"limit": None, "remaining": None},
            "willAutoApprove": True,
        }
        what = {"media": ref(HARBOUR, "TvShow"), "seasons": {"numbers": [1, 2]}}
        made = (await client.data(CREATE, input=what))["createMediaRequest"]["request"]
        found = (await client.data(MEDIA, ref=ref(HARBOUR, "TvShow")))["media"]
        assert (found["viewerRequest"], found["uhd"]) == ({"id": made["id"]}, None)
        assert [season["requested"] for season in found["seasons"]] == [True, True, False]
        assert found["requestability"]["allowed"] is True
        await client.data(CREATE, input={"media": ref(HARBOUR, "TvShow"), "seasons": {"select": "MISSING"}})
        found = (await client.data(MEDIA, ref=ref(HARBOUR, "TvShow")))["media"]["requestability"]
        assert (found["reason"], found["existing"], found["willAutoApprove"]) == (
            "ALREADY_REQUESTED", {"id": made["id"]}, False,
        )  # fmt: skip
        assert await MediaRequest.filter(requested_by_id=viewer.id).count() == 2

    async def test_a_page_of_results_costs_as_much_as_two(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(P.REQUEST_MOVIE, P.REQUEST_TV)
        await make_request(item=await make_item(tmdb_id=900_000_007))
        await make_item(tmdb_id=900_000_010, availability=Availability.AVAILABLE)
        query = f'query($first: Int!) {{ search(query: "the", first: $first) {{ nodes {{ {ASKED} }} }} }}'
        counts = []
        for first in (2, 20):
            with counted_statements() as statements:
                found = (await client.data(query, first=first))["search"]["nodes"]
            counts.append(len(statements))
        assert len(found) > 5
        assert counts[0] == counts[1] <= 9, counts

    async def test_the_blocklist_shows_at_once(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(P.MANAGE_REQUESTS, P.REQUEST_MOVIE)
        for field, expected in (("blocklistMedia", "BLOCKLISTED"), ("unblocklistMedia", "UNKNOWN")):
            kind = f"{field[0].upper()}{field[1:]}Input"
            query = (
                f"mutation($input: {kind}!) {{ {field}(input: $input) "
                "{ media { availability requestability { reason } } errors { code } } }"
            )
            done = (await client.data(query, input={"media": ref(METROPOLIS)}))[field]
            assert done["errors"] == []
            assert done["media"]["availability"] == expected
            assert done["media"]["requestability"]["reason"] == ("BLOCKLISTED" if expected == "BLOCKLISTED" else None)
