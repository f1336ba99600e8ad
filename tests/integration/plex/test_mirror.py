"""What Plex's libraries hold becomes what can be watched."""

import pytest

from infra.http.errors import UpstreamError
from models.events import DomainEvent, EventType
from models.media import Availability, MediaItem, MediaSeason, MediaType, media_key
from models.plex import PlexLibrary, PlexTitle
from services.plex_mirror import WHOLE_AFTER, PlexMirror
from tests.doubles.plex import MACHINE, MOVIE, PlexDouble, Section
from tests.integration.plex.series import know

A = Availability


async def item(tmdb_id: int, kind: MediaType = MediaType.MOVIE) -> MediaItem:
    return await MediaItem.get(id=media_key(kind, tmdb_id))


async def seasons(tmdb_id: int) -> dict[int, Availability]:
    rows = await MediaSeason.filter(media_id=media_key(MediaType.TV, tmdb_id)).order_by("number")
    return {row.number: row.availability for row in rows}


async def changes() -> int:
    return await DomainEvent.filter(type=EventType.MEDIA_CHANGED).count()


async def an_hour_passes() -> None:
    for library in await PlexLibrary.filter(whole_at__not_isnull=True):
        assert library.whole_at
        await PlexLibrary.filter(id=library.id).update(whole_at=library.whole_at - WHOLE_AFTER)


class TestFilms:
    async def test_what_is_there_can_be_watched(self, mirror: PlexMirror, double: PlexDouble) -> None:
        key = double.add("1", MOVIE, "Both", tmdb=11, resolutions=("1080", "4k"), year=1999)
        double.add("1", MOVIE, "Sharp", tmdb=12, resolutions=("4k",))
        await mirror.refresh()
        both, sharp = await item(11), await item(12)
        assert (both.availability, both.availability_4k) == (A.AVAILABLE, A.AVAILABLE)
        assert (both.title, both.year, both.imdb_id) == ("Both", 1999, "tt0000011")
        assert (both.plex_rating_key, both.plex_rating_key_4k, both.plex_machine_id) == (key, key, MACHINE)
        assert (sharp.availability, sharp.availability_4k) == (A.UNKNOWN, A.AVAILABLE)
        assert await changes() == 2

    async def test_a_second_look_writes_and_tells_nothing(self, mirror: PlexMirror, double: PlexDouble) -> None:
        double.add("1", MOVIE, "Film", tmdb=11)
        double.add_series("2", "Lights", 77, {1: 2})
        await mirror.refresh()
        before, rows = await changes(), await MediaItem.all().values()
        await mirror.refresh()
        await an_hour_passes()
        await mirror.refresh()
        assert await changes() == before
        assert await MediaItem.all().values() == rows

    async def test_only_what_is_new_is_read_between_whole_readings(
        self, mirror: PlexMirror, double: PlexDouble
    ) -> None:
        for number in range(1, 700):
            double.add("1", MOVIE, f"Film {number}", tmdb=number)
        await mirror.refresh()
        double.add("1", MOVIE, "New", tmdb=1000)
        double.calls.clear()
        await mirror.refresh()
        assert (await item(1000)).availability is A.AVAILABLE
        assert double.calls.count("GET /library/sections/1/all") == 1
        assert (await PlexLibrary.get(section_id="1")).item_count == 700

    async def test_another_match_moves_the_copy(self, mirror: PlexMirror, double: PlexDouble) -> None:
        double.add("1", MOVIE, "Wrong", tmdb=11)
        await mirror.refresh()
        double.entries[0]["Guid"] = [{"id": "tmdb://12"}]
        await mirror.refresh()
        assert [(await item(number)).availability for number in (11, 12)] == [A.DELETED, A.AVAILABLE]

    async def test_an_older_agent_is_matched_by_what_is_known(self, mirror: PlexMirror, double: PlexDouble) -> None:
        await MediaItem.create(id=media_key(MediaType.MOVIE, 5), media_type="MOVIE", tmdb_id=5, imdb_id="tt0133093")
        double.add("1", MOVIE, "Old", guid="com.plexapp.agents.imdb://tt0133093?lang=en")
        double.add("1", MOVIE, "Home video", guid="local://1")
        await mirror.refresh()
        assert (await item(5)).availability is A.AVAILABLE
        assert await MediaItem.all().count() == 1


class TestSeries:
    async def test_seasons_are_counted_by_their_episodes(self, mirror: PlexMirror, double: PlexDouble) -> None:
        await know(77, [2, 3, 1])
        show = double.add_series("2", "Lights", 77, {0: 1, 1: 2, 2: 2})
        await mirror.refresh()
        assert await seasons(77) == {0: A.PARTIALLY_AVAILABLE, 1: A.AVAILABLE, 2: A.PARTIALLY_AVAILABLE}
        assert (await item(77, MediaType.TV)).availability is A.PARTIALLY_AVAILABLE
        double.add_episode("2", show, 2, 3)
        double.add_episode("2", show, 3, 1)
        await mirror.refresh()
        assert (await seasons(77))[2] is A.AVAILABLE
        assert (await item(77, MediaType.TV)).availability is A.AVAILABLE

    async def test_of_what_nobody_asked_for_the_length_is_looked_up(
        self, mirror: PlexMirror, double: PlexDouble
    ) -> None:
        double.add_series("2", "Small Planets", 900_000_103, {1: 10})
        await mirror.refresh()
        found = await item(900_000_103, MediaType.TV)
        assert (found.availability, found.details_at is None) == (A.PARTIALLY_AVAILABLE, False)

    async def test_an_episode_that_is_there_twice_counts_once(self, mirror: PlexMirror, double: PlexDouble) -> None:
        await know(77, [2])
        show = double.add_series("2", "Lights", 77, {1: 1})
        double.add_episode("2", show, 1, 1)
        await mirror.refresh()
        assert await seasons(77) == {1: A.PARTIALLY_AVAILABLE}

    async def test_each_quality_has_seasons_of_its_own(self, mirror: PlexMirror, double: PlexDouble) -> None:
        await know(77, [1, 1])
        double.add_series("2", "Lights", 77, {1: 1}, resolutions=("4k",))
        await mirror.refresh()
        found = await item(77, MediaType.TV)
        assert (found.availability, found.availability_4k) == (A.UNKNOWN, A.PARTIALLY_AVAILABLE)
        (season,) = await MediaSeason.all()
        assert (season.availability, season.availability_4k) == (A.UNKNOWN, A.AVAILABLE)

    async def test_a_season_that_goes_is_deleted(self, mirror: PlexMirror, double: PlexDouble) -> None:
        await know(77, [1, 1])
        double.add_series("2", "Lights", 77, {1: 1, 2: 1})
        await mirror.refresh()
        double.remove(double.entries[-1]["ratingKey"])
        await an_hour_passes()
        await mirror.refresh()
        assert await seasons(77) == {1: A.AVAILABLE, 2: A.DELETED}
        assert (await item(77, MediaType.TV)).availability is A.PARTIALLY_AVAILABLE


class TestDeletions:
    async def test_two_whole_readings_without_it(self, mirror: PlexMirror, double: PlexDouble) -> None:
        keys = [double.add("1", MOVIE, f"Film {number}", tmdb=number) for number in (1, 2)]
        await mirror.refresh()
        await MediaItem.all().update(seerr_status=A.AVAILABLE)
        double.remove(keys[0])
        await mirror.refresh()  # which does not look at old ones
        for expected in (A.AVAILABLE, A.DELETED):
            await an_hour_passes()
            await mirror.refresh()
            assert (await item(1)).availability is expected
        assert (await item(1)).plex_rating_key is None
        assert (await item(2)).availability is A.AVAILABLE

    async def test_what_comes_back_was_never_away(self, mirror: PlexMirror, double: PlexDouble) -> None:
        double.add("1", MOVIE, "Film", tmdb=1)
        await mirror.refresh()
        kept, double.entries = double.entries, []
        await an_hour_passes()
        await mirror.refresh()
        double.entries = kept
        await an_hour_passes()
        await mirror.refresh()
        double.entries = []
        await an_hour_passes()
        await mirror.refresh()
        assert (await item(1)).availability is A.AVAILABLE

    async def test_of_many_at_once_another_reading_has_to_say_so(self, mirror: PlexMirror, double: PlexDouble) -> None:
        for number in range(1, 31):
            double.add("1", MOVIE, f"Film {number}", tmdb=number)
        await mirror.refresh()
        double.remove(*[entry["ratingKey"] for entry in double.entries[:10]])
        left = []
        for _ in range(3):
            await an_hour_passes()
            await mirror.refresh()
            left.append(await MediaItem.filter(availability=A.AVAILABLE).count())
        assert left == [30, 30, 20]

    @pytest.mark.parametrize("fault", [500, "html", "null", "cut", 401])
    async def test_a_failed_reading_deletes_nothing(
        self, mirror: PlexMirror, double: PlexDouble, fault: str | int
    ) -> None:
        double.add("1", MOVIE, "Film", tmdb=1)
        await mirror.refresh()
        double.entries = []
        for _ in range(4):
            await an_hour_passes()
            double.fail(fault, "/library/sections/1/all")
            await mirror.refresh()
        assert (await item(1)).availability is A.AVAILABLE
        assert (await PlexTitle.get()).missed == 0

    async def test_nothing_is_deleted_while_plex_is_away(self, mirror: PlexMirror, double: PlexDouble) -> None:
        double.add("1", MOVIE, "Film", tmdb=1)
        await mirror.refresh()
        await an_hour_passes()
        double.fail(503, times=9)
        with pytest.raises(UpstreamError):
            await mirror.refresh()
        assert (await PlexTitle.get()).missed == 0

    async def test_a_library_that_goes_takes_its_titles_along(self, mirror: PlexMirror, double: PlexDouble) -> None:
        double.add("1", MOVIE, "Film", tmdb=1)
        await mirror.refresh()
        double.sections = double.sections[1:]
        await mirror.refresh()
        assert await PlexTitle.exists()
        for _ in range(2):
            await an_hour_passes()
            await mirror.refresh()
        assert (await item(1)).availability is A.DELETED
        assert [library.section_id for library in await PlexLibrary.all()] == ["2"]

    async def test_a_copy_in_another_library_is_enough(self, mirror: PlexMirror, double: PlexDouble) -> None:
        double.sections.append(Section("3", "More films"))
        first = double.add("1", MOVIE, "Film", tmdb=1)
        second = double.add("3", MOVIE, "Film", tmdb=1)
        await mirror.refresh()
        double.remove(first)
        for _ in range(2):
            await an_hour_passes()
            await mirror.refresh()
        found = await item(1)
        assert (found.availability, found.plex_rating_key) == (A.AVAILABLE, second)

    async def test_another_server_has_nothing_to_say_of_the_old_ones_titles(
        self, mirror: PlexMirror, double: PlexDouble
    ) -> None:
        double.add("1", MOVIE, "Film", tmdb=1)
        await mirror.refresh()
        double.machine_id, double.entries = "another", []
        await mirror.refresh()
        found = await item(1)
        assert (found.availability, found.plex_status, found.plex_machine_id) == (A.UNKNOWN, None, None)
        assert {library.machine_id for library in await PlexLibrary.all()} == {"another"}
