"""Titles as they are kept, and as TMDB has them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from medianest.wiring.loaders import loaders_of
from medianest.wiring.media import media_service
from models.actor import ANONYMOUS, SYSTEM, Actor
from models.errors import NotFoundError, UnauthenticatedError, UpstreamUnavailableError
from models.events import DomainEvent, EventType
from models.media import Availability, Film, MediaItem, MediaType, Title, media_key
from models.states import MediaRequestStatus
from services.media import MediaService, remember
from tests.doubles.serving import serving
from tests.doubles.tmdb import TOKEN, TmdbDouble
from tests.factories.media import make_item, make_request
from tests.factories.people import make_actor

MATRIX = media_key(MediaType.MOVIE, 603)
OLD = timedelta(days=8)


@pytest.fixture
async def double() -> AsyncIterator[TmdbDouble]:
    tmdb = TmdbDouble()
    tmdb.add_film(603, "The Matrix")
    async with serving(tmdb.app()) as url:
        tmdb.url = f"{url}/3"
        yield tmdb


@pytest.fixture
def settings(settings: Settings, double: TmdbDouble) -> Settings:
    return settings.model_copy(update={"tmdb_url": double.url, "tmdb_token": SecretStr(TOKEN), "outgoing_allow": ()})


@pytest.fixture
def media(base: Backbone) -> MediaService:
    return media_service(base)


@pytest.fixture
async def olga(base: Backbone) -> Actor:
    return await make_actor()


async def keep(base: Backbone, title: Title, *, age: timedelta = timedelta()) -> None:
    async with base.work.begin(SYSTEM) as transaction:
        await remember(transaction, title)
    await MediaItem.filter(id=title.id).update(details_at=datetime.now(UTC) - age)


class TestTitle:
    def test_survives_as_json(self) -> None:
        series: dict[str, Any] = {
            "kind": "TV", "tmdb_id": 1, "title": "x", "release_date": "2020-01-02", "genres": ["Drama"],
            "seasons": [{"number": 1, "name": None, "episode_count": 3, "air_date": "2020-01-02"}],
        }  # fmt: skip
        title = Title.restore(series)
        assert Title.restore(title.snapshot()) == title
        assert series.items() <= title.snapshot().items()

    @pytest.mark.parametrize("details", [None, {}, {"kind": "OPERA", "tmdb_id": 1, "title": "x"}, {"title": []}])
    def test_an_item_whose_details_cannot_be_read_has_none(self, details: dict[str, Any] | None) -> None:
        item = MediaItem(id=MATRIX, media_type=MediaType.MOVIE, tmdb_id=603, details=details)
        assert item.known_title is None
        assert item.bare_title.title == "TMDB 603"


class TestFind:
    async def test_reads_the_page_of_the_title_once(self, media: MediaService, olga: Actor, double: TmdbDouble) -> None:
        first, second = await media.find(olga, MATRIX), await media.find(olga, MATRIX)
        assert first == second
        assert first
        assert (first.id, first.title, first.runtime) == (MATRIX, "The Matrix", 136)
        assert double.calls == ["movie/603"]
        assert await MediaItem.all().count() == 0

    async def test_what_is_kept_is_asked_of_nobody(
        self, base: Backbone, media: MediaService, olga: Actor, double: TmdbDouble
    ) -> None:
        kept = Film(MediaType.MOVIE, 603, "As it was kept", genres=())
        await keep(base, kept)
        assert await media.find(olga, MATRIX) == kept
        assert double.calls == []

    async def test_what_is_old_is_read_again(
        self, base: Backbone, media: MediaService, olga: Actor, double: TmdbDouble
    ) -> None:
        await keep(base, Film(MediaType.MOVIE, 603, "As it was kept"), age=OLD)
        found = await media.find(olga, MATRIX)
        assert found
        assert found.title == "The Matrix"

    @pytest.mark.parametrize("fault", [500, 404, 429, "html", "cut"])
    async def test_what_is_old_stands_in_for_what_cannot_be_read(
        self, base: Backbone, media: MediaService, olga: Actor, double: TmdbDouble, fault: str | int
    ) -> None:
        kept = Film(MediaType.MOVIE, 603, "As it was kept")
        await keep(base, kept, age=OLD)
        double.fail(fault, times=10)
        assert await media.find(olga, MATRIX) == kept

    async def test_nothing_to_show_is_a_failure(self, media: MediaService, olga: Actor, double: TmdbDouble) -> None:
        double.fail(503, times=10)
        with pytest.raises(UpstreamUnavailableError, match=r"TMDB answered with status 503"):
            await media.find(olga, MATRIX)

    async def test_what_tmdb_does_not_have_is_not_there(self, media: MediaService, olga: Actor) -> None:
        assert await media.find(olga, media_key(MediaType.TV, 603)) is None
        with pytest.raises(NotFoundError):
            await media.get(olga, media_key(MediaType.TV, 603))

    async def test_strangers_learn_nothing_and_cause_nothing(self, media: MediaService, double: TmdbDouble) -> None:
        with pytest.raises(UnauthenticatedError):
            await media.find(ANONYMOUS, MATRIX)
        assert double.calls == []


class TestRemember:
    async def test_makes_the_item_with_all_that_is_known(
        self, base: Backbone, media: MediaService, olga: Actor
    ) -> None:
        title = await media.get(olga, MATRIX)
        await keep(base, title)
        item = await MediaItem.get(id=MATRIX)
        assert (item.media_type, item.tmdb_id, item.imdb_id) == (MediaType.MOVIE, 603, "tt0000603")
        assert (item.title, item.year, item.availability) == ("The Matrix", 1999, Availability.UNKNOWN)
        assert item.known_title == title

    async def test_changes_nothing_of_what_others_know(self, base: Backbone) -> None:
        await make_item(tmdb_id=603, title=None, availability=Availability.AVAILABLE, plex_rating_key="7")
        await keep(base, Film(MediaType.MOVIE, 603, "The Matrix"))
        item = await MediaItem.get(id=MATRIX)
        assert (item.title, item.availability, item.plex_rating_key) == ("The Matrix", Availability.AVAILABLE, "7")

    async def test_is_told_and_seen_at_once(self, base: Backbone) -> None:
        assert await loaders_of(base)().media_items.load(MATRIX) is None  # which is kept, too
        await keep(base, Film(MediaType.MOVIE, 603, "The Matrix"))
        assert await loaders_of(base)().media_items.load(MATRIX)
        assert await DomainEvent.filter(type=EventType.MEDIA_CHANGED, stream_id=MATRIX).count() == 1

    async def test_many_at_once_make_one_item(self, base: Backbone) -> None:
        await asyncio.gather(*(keep(base, Film(MediaType.MOVIE, 603, "The Matrix")) for _ in range(6)))
        assert await MediaItem.all().count() == 1


class TestRefresh:
    async def test_reads_again_what_is_old_and_waited_for(
        self, base: Backbone, media: MediaService, double: TmdbDouble
    ) -> None:
        for number in range(1, 5):
            double.add_film(number, f"Film {number}")
            await keep(base, Film(MediaType.MOVIE, number, "x"), age=OLD if number != 1 else timedelta())
        items = {item.tmdb_id: item for item in await MediaItem.all()}
        await make_request(item=items[1])
        await make_request(item=items[2])
        await make_request(MediaRequestStatus.COMPLETED, item=items[3])
        assert await media.refresh() == 1
        assert double.calls == ["movie/2"]
        assert {item.tmdb_id: item.title for item in await MediaItem.all()} == {1: "x", 2: "Film 2", 3: "x", 4: "x"}
        assert await media.refresh() == 0

    async def test_leaves_as_it_is_what_cannot_be_read(
        self, base: Backbone, media: MediaService, double: TmdbDouble
    ) -> None:
        await keep(base, Film(MediaType.MOVIE, 603, "x"), age=OLD)
        await make_request(item=await MediaItem.get(id=MATRIX))
        double.fail(500, times=10)
        assert await media.refresh() == 0
        assert (await MediaItem.get(id=MATRIX)).title == "x"


class TestTitles:
    async def test_come_out_of_our_tables_in_one_statement_and_the_rest_from_tmdb(
        self, base: Backbone, double: TmdbDouble
    ) -> None:
        await keep(base, Film(MediaType.MOVIE, 1, "Kept"), age=OLD)
        await make_item(tmdb_id=2, title="Only a name")
        keys = [media_key(MediaType.MOVIE, number) for number in (1, 2)]
        found = await loaders_of(base)().titles.load_many([*keys, MATRIX])
        assert [title and title.title for title in found] == ["Kept", "Only a name", "The Matrix"]
        assert sorted(double.calls) == ["movie/2", "movie/603"]

    async def test_while_tmdb_is_away_those_with_a_name_are_shown(self, base: Backbone, double: TmdbDouble) -> None:
        item = await make_item(tmdb_id=2, title="Only a name")
        double.fail(500, times=10)
        titles = loaders_of(base)().titles
        shown = await titles.load(item.id)
        assert shown
        assert shown.title == "Only a name"
        with pytest.raises(UpstreamUnavailableError):
            await titles.load(MATRIX)

    async def test_other_keys_are_no_titles(self, base: Backbone, double: TmdbDouble, olga: Actor) -> None:
        assert olga.user_id
        assert await loaders_of(base)().titles.load(olga.user_id) is None
        assert double.calls == []
