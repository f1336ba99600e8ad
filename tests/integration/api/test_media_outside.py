"""What the API answers as TMDB behaves and misbehaves, and what it asks of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from infra.cache.kept import KeptAnswers, Shelf
from infra.rates import RateCounter
from infra.redis import PatientRedis
from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from models.media import Availability, MediaType, media_key
from schema.node import to_global_id
from services.catalog import Catalog
from services.rate_limits import RateLimits
from tests.doubles.serving import serving
from tests.doubles.tmdb import TOKEN, TmdbDouble
from tests.factories.media import make_item
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements

SEARCH = """
query($text: String!, $first: Int! = 20, $after: String) {
  search(query: $text, first: $first, after: $after) {
    nodes {
      __typename id tmdbId title overview posterUrl(width: 400) backdropUrl voteAverage availability
      ... on Movie { runtime genres }
      ... on TvShow { seasons { number } }
    }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}
"""
UPSTREAM = "query($id: ID!) { node(id: $id) { ... on Movie { title } } server { version } }"


@pytest.fixture
async def double() -> AsyncIterator[TmdbDouble]:
    tmdb = TmdbDouble()
    async with serving(tmdb.app()) as url:
        tmdb.url = f"{url}/3"
        yield tmdb


@pytest.fixture
def settings(settings: Settings, double: TmdbDouble) -> Settings:
    return settings.model_copy(update={"tmdb_url": double.url, "tmdb_token": SecretStr(TOKEN)})


def movie_id(tmdb_id: int) -> str:
    return to_global_id("Movie", media_key(MediaType.MOVIE, tmdb_id))


async def all_pages(client: ApiClient, size: int) -> list[dict[str, Any]]:
    pages, after, more = [], None, True
    while more:
        page = (await client.data(SEARCH, text="film", first=size, after=after))["search"]
        pages.append(page)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return pages


class TestPages:
    async def test_twenty_results_are_one_call_and_as_many_statements_as_one_is(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble
    ) -> None:
        await log_in()
        double.add_film(1000, "Single")
        for number in range(1, 21):
            double.add_film(number, f"Film {number}")
            await make_item(tmdb_id=number, availability=Availability.AVAILABLE)
        with counted_statements() as one:
            await client.data(SEARCH, text="single")
        with counted_statements() as twenty:
            nodes = (await client.data(SEARCH, text="film"))["search"]["nodes"]
        assert [node["availability"] for node in nodes] == ["AVAILABLE"] * 20
        assert double.calls == ["search/multi"] * 2
        assert len(one) == len(twenty)

    async def test_a_result_shows_what_a_search_tells(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble
    ) -> None:
        await log_in()
        double.add_film(603, "The Matrix")
        double.add_series(1396, "The Matrix of Things")
        film, series = (await client.data(SEARCH, text="matrix"))["search"]["nodes"]
        assert film == {
            "__typename": "Movie",
            "id": movie_id(603),
            "tmdbId": 603,
            "title": "The Matrix",
            "overview": "About The Matrix.",
            "posterUrl": "https://image.tmdb.org/t/p/w500/poster.jpg",
            "backdropUrl": "https://image.tmdb.org/t/p/w1280/back.jpg",
            "voteAverage": 8.2,
            "availability": "UNKNOWN",
            "runtime": None,
            "genres": None,
        }
        assert (series["__typename"], series["seasons"], series["posterUrl"]) == ("TvShow", None, None)

    @pytest.mark.parametrize("size", [7, 20, 33, 100])
    async def test_pages_of_any_size_have_all_films_once(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble, size: int
    ) -> None:
        await log_in()
        for number in range(1, 46):
            double.add_film(number, f"Film {number}")
        double.others = [{"id": number, "media_type": "person", "name": "Film Fan"} for number in range(1, 22)]
        pages = await all_pages(client, size)
        assert [node["tmdbId"] for page in pages for node in page["nodes"]] == list(range(1, 46))
        assert all(page["nodes"] and len(page["nodes"]) <= size for page in pages)
        assert {page["totalCount"] for page in pages} == {66}

    async def test_a_page_of_other_things_alone_is_no_end(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble
    ) -> None:
        await log_in()
        double.add_film(1, "Film")
        double.others = [{"id": number, "media_type": "person", "name": "Film Fan"} for number in range(1, 200)]
        first = (await client.data(SEARCH, text="film"))["search"]
        assert (first["nodes"], first["pageInfo"]["hasNextPage"]) == ([], True)
        assert double.calls == ["search/multi"] * 4

    @pytest.mark.parametrize("text", ["\0", "😀", "%00", "&page=2", "a#b", "../../", "a" * 200])
    async def test_any_text_can_be_looked_for(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble, text: str
    ) -> None:
        await log_in()
        assert (await client.data(SEARCH, text=text))["search"]["nodes"] == []
        assert double.calls == ["search/multi"]


class TestFailures:
    @pytest.fixture
    async def base(self, base: Backbone) -> AsyncIterator[Backbone]:
        """Where every answer is old at once."""
        assert base.tmdb
        answers = KeptAnswers(PatientRedis(base.redis), "test", Shelf(fresh_seconds=0, patience_seconds=0.3))
        yield replace(base, catalog=Catalog(base.tmdb, answers))
        await answers.close()

    @pytest.mark.parametrize("fault", [429, 500, "html", "null", "cut", {"results": None}])
    async def test_what_was_found_before_is_found_again(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble, fault: str | int | dict[str, Any]
    ) -> None:
        await log_in()
        double.add_film(603, "The Matrix")
        before = await client.data(SEARCH, text="matrix")
        double.fail(fault, times=10)
        assert await client.data(SEARCH, text=" MATRIX ") == before
        while len(double.calls) == 1:  # it was asked again
            await asyncio.sleep(0.01)

    @pytest.mark.parametrize(
        ("fault", "code"),
        [
            (500, "UPSTREAM_UNAVAILABLE"),
            ("html", "UPSTREAM_UNAVAILABLE"),
            ("null", "UPSTREAM_UNAVAILABLE"),
            ("cut", "UPSTREAM_UNAVAILABLE"),
            (401, "UPSTREAM_REJECTED"),
        ],
    )
    async def test_a_search_without_an_answer_is_null_with_one_error(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble, fault: str | int, code: str
    ) -> None:
        await log_in()
        double.fail(fault, times=10)
        answer = await client(SEARCH, text="matrix")
        assert answer["data"] == {"search": None}
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == code
        assert "127.0.0.1" not in error["message"]

    async def test_a_title_without_an_answer_blanks_nothing_else(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble
    ) -> None:
        await log_in()
        double.fail(500, times=10)
        answer = await client(UPSTREAM, id=movie_id(603))
        assert answer["data"]["node"] is None
        assert answer["data"]["server"]["version"]
        assert [error["path"] for error in answer["errors"]] == [["node"]]

    async def test_too_many_requests_are_told_with_the_wait_and_cause_no_more_of_them(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble
    ) -> None:
        await log_in()
        double.retry_after = "30"
        double.fail(429)
        for text in ("matrix", "alien", "brazil"):
            (error,) = (await client(SEARCH, text=text))["errors"]
            assert error["extensions"]["code"] == "UPSTREAM_UNAVAILABLE"
            assert 20 < error["extensions"]["retryAfterSeconds"] <= 31
        assert len(double.calls) == 1

    async def test_while_tmdb_hangs_everything_else_is_quick(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble
    ) -> None:
        await log_in()
        item = await make_item(tmdb_id=1, details={"kind": "MOVIE", "tmdb_id": 1, "title": "Kept", "genres": []})
        double.add_film(603, "The Matrix")
        before = await client.data(SEARCH, text="matrix")
        double.fail("hang", times=10)
        hanging = asyncio.create_task(client(SEARCH, text="alien"))
        while len(double.calls) < 2:
            await asyncio.sleep(0.01)
        async with asyncio.timeout(1):
            assert (await client.data(UPSTREAM, id=to_global_id("Movie", item.id)))["node"] == {"title": "Kept"}
        assert await client.data(SEARCH, text="matrix") == before
        (error,) = (await hanging)["errors"]
        assert error["message"] == "TMDB did not answer in time."


class TestSharing:
    async def test_a_title_that_is_asked_for_often_in_one_operation_is_read_once(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble
    ) -> None:
        await log_in()
        double.add_film(603, "The Matrix")
        query = "query($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } node(id: $id) { ... on Media { title } } }"
        answer = await client.data(query, ids=[movie_id(603)] * 5, id=movie_id(603))
        assert answer["node"] == {"title": "The Matrix"}
        assert double.calls == ["movie/603"]


class TestRateLimit:
    @pytest.fixture
    def base(self, base: Backbone) -> Backbone:
        return replace(base, limits=RateLimits(RateCounter(PatientRedis(base.redis)), ["search=3/60"]))

    async def test_the_fourth_of_three_is_refused_and_asks_nobody(
        self, client: ApiClient, log_in: LogIn, double: TmdbDouble
    ) -> None:
        await log_in()
        for number in range(3):
            await client.data(SEARCH, text=f"film {number}")
        assert await client.code(SEARCH, text="film 4") == "RATE_LIMITED"
        assert len(double.calls) == 3
