from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from models.media import MediaType, media_key, title_of


class TestMediaKey:
    @given(kind=st.sampled_from(MediaType), tmdb_id=st.integers(1, 2**62 - 1))
    def test_reads_back_as_the_title_it_was_made_of(self, kind: MediaType, tmdb_id: int) -> None:
        assert title_of(media_key(kind, tmdb_id)) == (kind, tmdb_id)

    def test_is_a_uuid_by_the_book(self) -> None:
        key = media_key(MediaType.MOVIE, 603)
        assert (key.version, key.variant) == (8, "specified in RFC 4122")

    def test_tells_a_film_from_a_series_with_the_same_number(self) -> None:
        assert media_key(MediaType.MOVIE, 603) != media_key(MediaType.TV, 603)

    @pytest.mark.parametrize("tmdb_id", [0, -1, 2**62])
    def test_refuses_a_number_that_tmdb_cannot_have(self, tmdb_id: int) -> None:
        with pytest.raises(ValueError, match="no number of TMDB"):
            media_key(MediaType.TV, tmdb_id)

    @pytest.mark.parametrize("key", [uuid7(), UUID(int=0), UUID(int=media_key(MediaType.TV, 1).int | 1 << 66)])
    def test_no_other_key_is_a_title(self, key: UUID) -> None:
        with pytest.raises(ValueError, match="no"):
            title_of(key)
