"""What TMDB says, by the client over the wire, as it behaves and as it misbehaves; and by the demo."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from infra.http.breaker import CircuitBreaker
from infra.http.circuit import Phase
from infra.http.client import OutgoingLimits
from infra.http.egress import EgressPolicy
from infra.http.errors import (
    BreakerOpenError,
    UpstreamAnswerError,
    UpstreamError,
    UpstreamPausedError,
    UpstreamStatusError,
    UpstreamTimeoutError,
    UpstreamUnreachableError,
)
from infra.http.pace import Pace
from infra.rates import RateCounter
from infra.redis import PatientRedis
from integrations.tmdb.base import FoundPage, FoundSeason, FoundTitle, Kind, Tmdb
from integrations.tmdb.demo import DemoTmdb
from integrations.tmdb.http import HttpTmdb
from models.services_health import ServiceKind, ServiceStatus
from services.services_health_checks import outside_check, run_checks
from tests.doubles.serving import serving
from tests.doubles.tmdb import KEY, TOKEN, TmdbDouble

LIMITS = OutgoingLimits(
    connect_seconds=1, read_seconds=0.3, total_seconds=2, tries=2, backoff_seconds=0.001, retry_after_seconds=0
)
FAULTS: list[tuple[str | int | dict[str, Any], type[UpstreamError]]] = [
    (401, UpstreamStatusError),
    (403, UpstreamStatusError),
    (409, UpstreamStatusError),
    (429, UpstreamStatusError),
    (500, UpstreamStatusError),
    (503, UpstreamStatusError),
    ("html", UpstreamAnswerError),
    ("null", UpstreamAnswerError),
    ({"results": {}}, UpstreamAnswerError),
    ({"titles": []}, UpstreamAnswerError),
    ("hang", UpstreamTimeoutError),
    ("cut", UpstreamUnreachableError),
]


@pytest.fixture
def double() -> TmdbDouble:
    return TmdbDouble()


@pytest.fixture
async def url(double: TmdbDouble) -> AsyncIterator[str]:
    async with serving(double.app()) as url:
        yield f"{url}/3"


@pytest.fixture
async def patient(redis_url: str) -> AsyncIterator[PatientRedis]:
    async with Redis.from_url(redis_url) as redis:
        yield PatientRedis(redis)


def client(url: str, patient: PatientRedis, *, token: str = TOKEN, times: int = 1000) -> HttpTmdb:
    pace = Pace("TMDB", patient, RateCounter(patient), times)
    breaker = CircuitBreaker("TMDB", patient.client)
    return HttpTmdb(url, token, "de-DE", EgressPolicy(("127.0.0.1",)), breaker, pace, LIMITS)


@pytest.fixture
async def tmdb(url: str, patient: PatientRedis) -> AsyncIterator[HttpTmdb]:
    opened = client(url, patient)
    yield opened
    await opened.close()


@pytest.fixture(params=["http", "demo"])
async def any_tmdb(request: pytest.FixtureRequest, tmdb: HttpTmdb, double: TmdbDouble) -> Tmdb:
    """With the same titles."""
    demo = DemoTmdb()
    if request.param == "demo":
        return demo
    for kind, add in ((Kind.MOVIE, double.add_film), (Kind.TV, double.add_series)):
        for title in (await demo.search("", kind=kind, year=None, page=1)).titles:
            day = title.release_date and title.release_date.isoformat()
            add(title.tmdb_id, title.title, **{"release_date" if kind is Kind.MOVIE else "first_air_date": day})
    return tmdb


async def find(
    tmdb: Tmdb, query: str, *, kind: Kind | None = None, year: int | None = None, page: int = 1
) -> FoundPage:
    return await tmdb.search(query, kind=kind, year=year, page=page)


class TestSearch:
    async def test_finds_films_and_series(self, any_tmdb: Tmdb) -> None:
        found = await find(any_tmdb, "the")
        assert {title.kind for title in found.titles} == {Kind.MOVIE, Kind.TV}
        assert (found.total, len(found.titles), found.last_page) == (8, 8, 1)

    async def test_finds_one_kind_alone(self, any_tmdb: Tmdb) -> None:
        assert {title.kind for title in (await find(any_tmdb, "the", kind=Kind.TV)).titles} == {Kind.TV}

    async def test_finds_one_year_alone(self, any_tmdb: Tmdb) -> None:
        titles = {title.title for title in (await find(any_tmdb, "the", year=2024)).titles}
        assert titles == {"The Lighthouse Keeper's Radio", "The Clockmaker's Daughter"}
        (film,) = (await find(any_tmdb, "the", kind=Kind.MOVIE, year=1926)).titles
        assert film.title == "The General"

    async def test_what_only_the_page_of_a_title_tells_is_not_known_yet(self, any_tmdb: Tmdb) -> None:
        (film,) = (await find(any_tmdb, "metropolis")).titles
        assert film.year == 1927
        if isinstance(any_tmdb, HttpTmdb):
            assert (film.runtime, film.genres, film.imdb_id) == (None, None, None)

    async def test_nothing_is_an_empty_page(self, any_tmdb: Tmdb) -> None:
        assert await find(any_tmdb, "nothing of the kind") == FoundPage((), 1, 0)

    async def test_leaves_people_and_collections_out(self, tmdb: HttpTmdb, double: TmdbDouble) -> None:
        double.add_film(603, "The Matrix")
        double.others = [
            {"id": 1, "media_type": "person", "name": "Matrix Man"},
            {"id": 2, "media_type": "collection", "title": "Matrix"},
            {"id": 3, "media_type": "something new", "title": "Matrix"},
        ]
        found = await find(tmdb, "matrix")
        assert [title.tmdb_id for title in found.titles] == [603]
        assert found.total == 4

    async def test_goes_from_page_to_page(self, tmdb: HttpTmdb, double: TmdbDouble) -> None:
        for number in range(1, 46):
            double.add_film(number, f"Film {number}")
        pages = [await find(tmdb, "film", page=page) for page in (1, 2, 3)]
        assert [len(page.titles) for page in pages] == [20, 20, 5]
        assert {page.last_page for page in pages} == {3}
        assert double.calls == ["search/multi"] * 3

    async def test_asks_in_the_language_of_the_server(self, tmdb: HttpTmdb, double: TmdbDouble) -> None:
        await find(tmdb, "matrix")
        assert double.languages == {"de-DE"}

    async def test_any_text_can_be_looked_for(self, tmdb: HttpTmdb, double: TmdbDouble) -> None:
        double.add_film(1, "100 % & more? #1 äöü/../x")
        assert len((await find(tmdb, "100 % & more? #1 äöü/../x")).titles) == 1


class TestTitle:
    async def test_a_film_is_whole(self, tmdb: HttpTmdb, double: TmdbDouble) -> None:
        double.add_film(603, "The Matrix")
        assert await tmdb.title(Kind.MOVIE, 603) == FoundTitle(
            Kind.MOVIE,
            603,
            "The Matrix",
            year=1999,
            overview="About The Matrix.",
            poster_path="/poster.jpg",
            backdrop_path="/back.jpg",
            vote_average=8.2,
            release_date=date(1999, 3, 31),
            runtime=136,
            genres=("Action",),
            status="Released",
            imdb_id="tt0000603",
        )

    async def test_a_series_has_its_seasons(self, tmdb: HttpTmdb, double: TmdbDouble) -> None:
        double.add_series(1396, "Breaking Bad")
        found = await tmdb.title(Kind.TV, 1396)
        assert found
        assert (found.tvdb_id, found.overview, found.vote_average, found.genres) == (1397, None, None, ())
        assert found.seasons == (
            FoundSeason(0, "Specials", 2, None),
            FoundSeason(1, "Season 1", 7, date(2008, 1, 20)),
        )

    async def test_what_there_is_not_is_none(self, any_tmdb: Tmdb) -> None:
        assert await any_tmdb.title(Kind.MOVIE, 1) is None

    async def test_films_and_series_are_counted_apart(self, any_tmdb: Tmdb) -> None:
        (film,) = (await find(any_tmdb, "metropolis")).titles
        assert await any_tmdb.title(Kind.MOVIE, film.tmdb_id)
        assert await any_tmdb.title(Kind.TV, film.tmdb_id) is None


class TestKeys:
    @pytest.mark.parametrize("token", [TOKEN, KEY])
    async def test_takes_tokens_of_both_versions(
        self, url: str, patient: PatientRedis, double: TmdbDouble, token: str
    ) -> None:
        opened = client(url, patient, token=token)
        await opened.check()
        await opened.close()
        assert double.calls == ["configuration"]

    async def test_a_wrong_key_is_told_and_not_repeated_in_the_failure(self, url: str, patient: PatientRedis) -> None:
        opened = client(url, patient, token="f" * 32)
        with pytest.raises(UpstreamStatusError) as caught:
            await find(opened, "matrix")
        await opened.close()
        assert caught.value.status == 401
        assert "f" * 8 not in f"{caught.value} {caught.value.excerpt}"


class TestFaults:
    @pytest.mark.parametrize(("fault", "expected"), FAULTS)
    async def test_every_fault_is_a_typed_failure(
        self, tmdb: HttpTmdb, double: TmdbDouble, fault: str | int | dict[str, Any], expected: type[UpstreamError]
    ) -> None:
        double.fail(fault, times=2)
        with pytest.raises(expected):
            await find(tmdb, "matrix")

    @pytest.mark.parametrize("fault", [503, "cut"])
    async def test_what_passes_is_tried_again(self, tmdb: HttpTmdb, double: TmdbDouble, fault: str | int) -> None:
        double.add_film(603, "The Matrix")
        double.fail(fault)
        assert len((await find(tmdb, "matrix")).titles) == 1
        assert len(double.calls) == 2

    async def test_a_server_that_keeps_failing_is_left_alone(self, tmdb: HttpTmdb, double: TmdbDouble) -> None:
        double.fail(500, times=100)
        for _ in range(5):
            with pytest.raises(UpstreamStatusError):
                await find(tmdb, "matrix")
        before = len(double.calls)
        with pytest.raises(BreakerOpenError):
            await find(tmdb, "matrix")
        assert len(double.calls) == before
        assert (await tmdb.breaker.state()).state is Phase.OPEN


class TestPace:
    async def test_after_too_many_requests_no_process_asks_until_it_may(
        self, tmdb: HttpTmdb, url: str, patient: PatientRedis, double: TmdbDouble
    ) -> None:
        double.retry_after = "30"
        double.fail(429)
        with pytest.raises(UpstreamStatusError):
            await find(tmdb, "matrix")
        elsewhere = client(url, patient)
        for asking in (tmdb, elsewhere):
            with pytest.raises(UpstreamPausedError) as caught:
                await find(asking, "matrix")
            assert caught.value.retry_at
            left = caught.value.retry_at - datetime.now(UTC)
            assert timedelta(seconds=20) < left <= timedelta(seconds=30)
        await elsewhere.close()
        assert len(double.calls) == 1

    async def test_too_many_requests_without_a_word_of_when_are_a_pause_too(
        self, tmdb: HttpTmdb, double: TmdbDouble
    ) -> None:
        double.fail(429)
        for failure in (UpstreamStatusError, UpstreamPausedError):
            with pytest.raises(failure):
                await find(tmdb, "matrix")
        assert len(double.calls) == 1

    async def test_the_pause_is_kept_here_when_redis_forgets_it(
        self, tmdb: HttpTmdb, patient: PatientRedis, double: TmdbDouble
    ) -> None:
        double.retry_after = "30"
        double.fail(429)
        with pytest.raises(UpstreamStatusError):
            await find(tmdb, "matrix")
        await patient.client.flushall()
        with pytest.raises(UpstreamPausedError):
            await find(tmdb, "matrix")
        assert len(double.calls) == 1

    async def test_no_more_are_sent_than_it_bears_and_the_rest_wait(
        self, url: str, patient: PatientRedis, double: TmdbDouble
    ) -> None:
        first, second = client(url, patient, times=5), client(url, patient, times=5)
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(find(each, "matrix") for each in (first, second) for _ in range(4)))
        assert asyncio.get_running_loop().time() - began >= 0.9
        assert len(double.calls) == 8
        for each in (first, second):
            await each.close()

    async def test_who_would_wait_too_long_is_turned_away(
        self, url: str, patient: PatientRedis, double: TmdbDouble
    ) -> None:
        opened = client(url, patient, times=1)
        ended = await asyncio.gather(*(find(opened, "matrix") for _ in range(20)), return_exceptions=True)
        await opened.close()
        assert sum(isinstance(each, FoundPage) for each in ended) == len(double.calls) <= 5
        assert sum(isinstance(each, UpstreamPausedError) for each in ended) == 20 - len(double.calls)


class TestHealth:
    async def test_tells_how_it_is(self, tmdb: HttpTmdb, double: TmdbDouble) -> None:
        check = outside_check(ServiceKind.TMDB, "TMDB", tmdb, "X")
        (well,) = await run_checks([check], datetime.now(UTC))
        double.fail(500, times=2)
        (ill,) = await run_checks([check], datetime.now(UTC))
        assert (well.status, ill.status) == (ServiceStatus.UP, ServiceStatus.DOWN)
        assert ill.message == "TMDB answered with status 500."
        assert check.breaker is tmdb.breaker
