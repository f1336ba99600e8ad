"""A library that changes while it is read page by page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from typing_extensions import override

from infra.http.errors import UpstreamAnswerError
from integrations.plex.base import FILMS, PAGE, EntryKind, PlexEntry, PlexPage
from integrations.plex.demo import DemoPlex
from services.plex_reading import read_new, read_whole

NOW = datetime(2026, 11, 21, tzinfo=UTC)
Change = Callable[[list[PlexEntry]], object]


def film(number: int) -> PlexEntry:
    return PlexEntry(str(number), f"Film {number}", tmdb_id=number, added_at=NOW - timedelta(hours=number))


class Moving(DemoPlex):
    """Changes behind the first page."""

    def __init__(self, count: int, change: Change | None = None) -> None:
        self.films = [film(number) for number in range(count)]
        self.change = change
        self.pages = 0

    @override
    async def entries(self, section: str, kind: EntryKind, *, start: int = 0, size: int = PAGE) -> PlexPage:
        page = PlexPage(tuple(self.films[start : start + size]), len(self.films))
        self.pages += 1
        if self.change is not None:
            self.change(self.films)
            self.change = None
        return page


class TestReadWhole:
    async def test_has_all_pages(self) -> None:
        reading = await read_whole(Moving(2 * PAGE + 1), "1", FILMS)
        assert len(reading.titles) == 2 * PAGE + 1
        assert reading.newest_at == NOW

    @pytest.mark.parametrize(
        "change",
        [
            lambda films: films.pop(0),  # the second page passes one over
            lambda films: films.insert(0, film(9999)),  # one comes twice
            lambda films: films.clear(),
        ],
        ids=["one less", "one more", "none left"],
    )
    async def test_refuses_what_changed_meanwhile(self, change: Change) -> None:
        with pytest.raises(UpstreamAnswerError, match="changed while it was read"):
            await read_whole(Moving(PAGE + 2, change), "1", FILMS)

    async def test_an_empty_library_is_whole(self) -> None:
        assert (await read_whole(Moving(0), "1", FILMS)).titles == ()


class TestReadNew:
    async def test_ends_at_what_is_known(self) -> None:
        library = Moving(3 * PAGE)
        reading = await read_new(library, "1", FILMS, NOW - timedelta(hours=2))
        assert [title.entry.rating_key for title in reading.titles] == ["0", "1", "2"]
        assert library.pages == 1
