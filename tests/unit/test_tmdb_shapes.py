"""What is made of TMDB's documents, also of odd ones."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.tmdb import shapes
from integrations.tmdb.base import Kind
from integrations.tmdb.images import backdrop_url, poster_url

SIMPLE: list[Any] = [
    None,
    True,
    0,
    -1,
    3,
    2**40,
    1e300,
    7.5,
    "",
    " ",
    "x" * 20,
    "2024-01-05",
    "2024-13-45",
    "a\0",
    [],
    {},
]
FIELDS = [
    "id", "title", "name", "original_title", "original_name", "overview", "release_date", "first_air_date",
    "poster_path", "backdrop_path", "vote_average", "media_type", "runtime", "genres", "status", "imdb_id",
    "external_ids", "seasons", "season_number", "episode_count", "air_date", "tvdb_id",
]  # fmt: skip
DOCUMENTS = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(SIMPLE), max_size=6)
ODD = st.dictionaries(
    st.sampled_from(FIELDS), st.sampled_from(SIMPLE) | DOCUMENTS | st.lists(DOCUMENTS, max_size=2), max_size=8
)
slow_machines = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
WELL = {"id": 603, "title": "The Matrix", "name": "The Matrix", "media_type": "movie"}


class TestShapes:
    @slow_machines
    @given(odd=ODD, kind=st.sampled_from([None, *Kind]))
    def test_an_odd_result_spoils_no_page(self, odd: dict[str, Any], kind: Kind | None) -> None:
        page = shapes.page_of({"results": [odd, WELL, None, 7], "total_pages": "x"}, kind)
        assert page.titles[-1].tmdb_id == 603
        assert page.last_page == 1

    @slow_machines
    @given(odd=ODD.map(lambda odd: {**odd, "id": 603, "title": "The Matrix", "name": "The Matrix"}))
    def test_an_odd_field_is_not_there_and_costs_nothing_else(self, odd: dict[str, Any]) -> None:
        for kind in Kind:
            found = shapes.title_of(odd, kind)
            assert (found.tmdb_id, found.title) == (603, "The Matrix")
            assert found.overview is None or found.overview.strip()
            assert found.imdb_id is None or len(found.imdb_id) <= 16

    @pytest.mark.parametrize(
        "field", ["overview", "release_date", "poster_path", "vote_average", "runtime", "genres", "external_ids"]
    )
    @pytest.mark.parametrize("value", [None, "", [], {}, -1])
    def test_null_and_empty_are_nothing(self, field: str, value: Any) -> None:
        found = shapes.title_of({**WELL, field: value}, Kind.MOVIE)
        assert not getattr(found, field, None)

    def test_the_original_name_stands_in(self) -> None:
        found = shapes.title_of({"id": 1, "title": None, "original_title": "M"}, Kind.MOVIE)
        assert found.title == "M"

    def test_what_no_database_can_keep_is_left_out(self) -> None:
        assert shapes.title_of({**WELL, "overview": "a\0b"}, Kind.MOVIE).overview == "ab"

    @pytest.mark.parametrize("number", [0, -1, 2**31, "603", 603.0, True, None])
    def test_a_title_without_a_number_is_none(self, number: Any) -> None:
        assert shapes.page_of({"results": [{**WELL, "id": number}]}).titles == ()

    def test_no_page_lies_beyond_the_last_one(self) -> None:
        assert shapes.page_of({"results": [], "total_pages": 38_000}).last_page == 500


class TestImages:
    @pytest.mark.parametrize(
        ("width", "size"), [(-1, "w342"), (342, "w342"), (343, "w500"), (780, "w780"), (781, "original")]
    )
    def test_posters_come_in_the_next_size(self, width: int, size: str) -> None:
        assert poster_url("/aB3_-x.jpg", width) == f"https://image.tmdb.org/t/p/{size}/aB3_-x.jpg"

    def test_backdrops_have_sizes_of_their_own(self) -> None:
        assert backdrop_url("/a.png", 1280) == "https://image.tmdb.org/t/p/w1280/a.png"

    @pytest.mark.parametrize(
        "path", [None, "", "a.jpg", "/../a.jpg", "/a.jpg?x", "//evil.test/a.jpg", "/a.exe", "/a.jpg\n"]
    )
    def test_anything_but_a_picture_is_none(self, path: str | None) -> None:
        assert poster_url(path, 500) is None
