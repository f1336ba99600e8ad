"""Search and titles over the API, out of the demo catalogue."""

from typing import Any

import pytest

from models.media import Availability, MediaSeason, MediaType, media_key
from schema.node import to_global_id
from tests.factories.media import make_item
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements

METROPOLIS, HARBOUR = 900_000_007, 900_000_101
SEARCH = """
query($text: String!, $type: MediaType, $year: Int, $first: Int! = 20, $after: String) {
  search(query: $text, type: $type, year: $year, first: $first, after: $after) {
    nodes { __typename id tmdbId title year availability }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
    totalCount
  }
}
"""
MEDIA = """
query($ref: MediaRefInput!) {
  media(ref: $ref) {
    __typename id tmdbId title year posterUrl availability uhd: availability(is4k: true)
    ... on Movie { releaseDate runtime genres imdbId }
    ... on TvShow { firstAirDate status genres tvdbId seasons { number episodeCount airDate availability } }
  }
}
"""


def ref(tmdb_id: int, type_: str = "MOVIE") -> dict[str, Any]:
    return {"tmdb": {"tmdbId": tmdb_id, "type": type_}}


class TestSearch:
    async def test_finds_films_and_series_by_name(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        found = (await client.data(SEARCH, text="the"))["search"]
        kinds = {node["__typename"] for node in found["nodes"]}
        assert kinds == {"Movie", "TvShow"}
        assert found["totalCount"] == len(found["nodes"])
        (film,) = (await client.data(SEARCH, text=" METROpolis "))["search"]["nodes"]
        assert film == {
            "__typename": "Movie",
            "id": to_global_id("Movie", media_key(MediaType.MOVIE, METROPOLIS)),
            "tmdbId": METROPOLIS,
            "title": "Metropolis",
            "year": 1927,
            "availability": "UNKNOWN",
        }

    @pytest.mark.parametrize(
        ("narrowed", "expected"),
        [({"type": "TV"}, {"The Night Archive", "The Clockmaker's Daughter"}), ({"year": 1926}, {"The General"})],
    )
    async def test_looks_only_where_it_is_told_to(
        self, client: ApiClient, log_in: LogIn, narrowed: dict[str, Any], expected: set[str]
    ) -> None:
        await log_in()
        found = (await client.data(SEARCH, text="the", **narrowed))["search"]
        assert {node["title"] for node in found["nodes"]} == expected

    @pytest.mark.parametrize("size", [1, 3, 100])
    async def test_pages_of_any_size_make_up_the_whole(self, client: ApiClient, log_in: LogIn, size: int) -> None:
        await log_in()
        whole = [node["id"] for node in (await client.data(SEARCH, text="the"))["search"]["nodes"]]
        found: list[str] = []
        after = None
        while True:
            page = (await client.data(SEARCH, text="the", first=size, after=after))["search"]
            assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
            found += [edge["node"]["id"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert found == whole

    @pytest.mark.parametrize(
        "wrong",
        [
            {"text": "  "},
            {"text": "x" * 201},
            {"text": "the", "first": 0},
            {"text": "the", "first": 101},
            {"text": "the", "year": -5},
            {"text": "the", "after": "nonsense"},
            {"text": "the", "after": "MC4w"},
            {"text": "the", "after": "NTAxLjA"},
        ],
    )
    async def test_refuses_what_cannot_be_searched(
        self, client: ApiClient, log_in: LogIn, wrong: dict[str, Any]
    ) -> None:
        await log_in()
        assert await client.code(SEARCH, **wrong) == "VALIDATION"

    async def test_costs_the_same_statements_for_one_result_and_for_many(
        self, client: ApiClient, log_in: LogIn
    ) -> None:
        await log_in()
        with counted_statements() as one:
            assert len((await client.data(SEARCH, text="metropolis"))["search"]["nodes"]) == 1
        with counted_statements() as many:
            assert len((await client.data(SEARCH, text="the"))["search"]["nodes"]) > 5
        assert len(many) == len(one)


class TestMedia:
    async def test_a_film_has_all_that_is_known(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        film = (await client.data(MEDIA, ref=ref(METROPOLIS)))["media"]
        assert (film["title"], film["releaseDate"], film["runtime"]) == ("Metropolis", "1927-01-10", 153)
        assert (film["genres"], film["posterUrl"]) == (["Science Fiction"], None)

    async def test_a_series_has_its_seasons(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        item = await make_item(MediaType.TV, tmdb_id=HARBOUR, availability=Availability.PARTIALLY_AVAILABLE)
        await MediaSeason.create(media_id=item.id, number=1, availability=Availability.AVAILABLE)
        series = (await client.data(MEDIA, ref=ref(HARBOUR, "TV")))["media"]
        seasons = [(season["number"], season["episodeCount"], season["availability"]) for season in series["seasons"]]
        assert seasons == [(1, 10, "AVAILABLE"), (2, 10, "UNKNOWN"), (3, 8, "UNKNOWN")]
        assert (series["availability"], series["uhd"]) == ("PARTIALLY_AVAILABLE", "UNKNOWN")

    async def test_what_nobody_knows_is_null(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        assert await client.data(MEDIA, ref=ref(1)) == {"media": None}

    @pytest.mark.parametrize("number", [0, -1])
    async def test_refuses_numbers_that_tmdb_cannot_have(self, client: ApiClient, log_in: LogIn, number: int) -> None:
        await log_in()
        assert await client.code(MEDIA, ref=ref(number)) == "VALIDATION"

    @pytest.mark.parametrize(
        "id_",
        [
            to_global_id("User", media_key(MediaType.MOVIE, METROPOLIS)),
            to_global_id("TvShow", media_key(MediaType.MOVIE, METROPOLIS)),
            "rubbish",
        ],
    )
    async def test_refuses_ids_of_anything_else(self, client: ApiClient, log_in: LogIn, id_: str) -> None:
        await log_in()
        assert await client.code(MEDIA, ref={"id": id_}) == "VALIDATION"


class TestNode:
    NODE = "query($id: ID!) { node(id: $id) { __typename ... on Media { title } } }"

    async def test_finds_titles_that_no_row_is_of(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        id_ = to_global_id("Movie", media_key(MediaType.MOVIE, METROPOLIS))
        assert await client.data(self.NODE, id=id_) == {"node": {"__typename": "Movie", "title": "Metropolis"}}
        assert (await client.data(MEDIA, ref={"id": id_}))["media"]["id"] == id_

    async def test_a_film_is_no_series(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        id_ = to_global_id("TvShow", media_key(MediaType.MOVIE, METROPOLIS))
        assert await client.data(self.NODE, id=id_) == {"node": None}
