"""Requests for what Plex has by now are done."""

from collections.abc import Sequence

import pytest

from models.events import DomainEvent, EventType
from models.media import MediaItem, MediaType, media_key
from models.media_requests import MediaRequest, RequestedSeason
from models.states import MediaRequestStatus
from services.plex_mirror import PlexMirror
from tests.doubles.plex import MOVIE, PlexDouble
from tests.factories.people import make_user
from tests.integration.plex.series import know

R = MediaRequestStatus


async def ask(title: MediaItem, status: R, numbers: Sequence[int] = (), *, is_4k: bool = False) -> MediaRequest:
    person = await make_user()
    request = await MediaRequest.create(
        media_id=title.id, media_type=title.media_type, title="T", status=status, requested_by_id=person.id, is_4k=is_4k
    )
    for number in numbers:
        await RequestedSeason.create(
            request_id=request.id, media_id=title.id, number=number, status=status, is_4k=is_4k
        )
    return request


class TestRequests:
    @pytest.mark.parametrize("status", [R.SUBMITTED, R.PROCESSING, R.FAILED])
    async def test_a_film_that_is_there_completes_them(self, mirror: PlexMirror, double: PlexDouble, status: R) -> None:
        film = await MediaItem.create(id=media_key(MediaType.MOVIE, 1), media_type=MediaType.MOVIE, tmdb_id=1)
        usual, in_4k = await ask(film, status), await ask(film, status, is_4k=True)
        double.add("1", MOVIE, "Film", tmdb=1)
        await mirror.refresh()
        await mirror.refresh()
        assert (await MediaRequest.get(id=usual.id)).status is R.COMPLETED
        assert (await MediaRequest.get(id=in_4k.id)).status is status
        assert await DomainEvent.filter(type=EventType.MEDIA_REQUEST_CHANGED).count() == 1

    @pytest.mark.parametrize("status", [R.PENDING, R.APPROVED, R.DECLINED, R.CANCELLED])
    async def test_those_that_nobody_handed_over_stay(self, mirror: PlexMirror, double: PlexDouble, status: R) -> None:
        film = await MediaItem.create(id=media_key(MediaType.MOVIE, 1), media_type=MediaType.MOVIE, tmdb_id=1)
        request = await ask(film, status)
        double.add("1", MOVIE, "Film", tmdb=1)
        await mirror.refresh()
        assert (await MediaRequest.get(id=request.id)).status is status

    async def test_seasons_come_one_by_one(self, mirror: PlexMirror, double: PlexDouble) -> None:
        series = await know(77, [1, 2])
        request = await ask(series, R.SUBMITTED, [1, 2])
        show = double.add_series("2", "Lights", 77, {1: 1, 2: 1})
        await mirror.refresh()
        assert (await MediaRequest.get(id=request.id)).status is R.PARTIALLY_AVAILABLE
        assert [season.number for season in await RequestedSeason.filter(status=R.COMPLETED)] == [1]
        double.add_episode("2", show, 2, 2)
        await mirror.refresh()
        assert (await MediaRequest.get(id=request.id)).status is R.COMPLETED
        assert await RequestedSeason.filter(status=R.COMPLETED).count() == 2

    async def test_a_season_of_unknown_length_is_not_whole(self, mirror: PlexMirror, double: PlexDouble) -> None:
        series = await MediaItem.create(id=media_key(MediaType.TV, 77), media_type=MediaType.TV, tmdb_id=77)
        request = await ask(series, R.SUBMITTED, [1])
        double.add_series("2", "Lights", 77, {1: 1})
        await mirror.refresh()
        assert (await MediaRequest.get(id=request.id)).status is R.SUBMITTED
