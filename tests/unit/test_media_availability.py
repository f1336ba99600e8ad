from datetime import UTC, datetime

import pytest

from models.media import Availability, MediaItem, MediaSeason, combined

A = Availability
UNKNOWN, PENDING, PROCESSING, PARTIAL, AVAILABLE, BLOCKLISTED, DELETED = (
    A.UNKNOWN,
    A.PENDING,
    A.PROCESSING,
    A.PARTIALLY_AVAILABLE,
    A.AVAILABLE,
    A.BLOCKLISTED,
    A.DELETED,
)

PLEX = (None, PARTIAL, AVAILABLE, DELETED)
TABLE = {
    # Seerr says   nothing from Plex, a part of it there, there, there no more
    UNKNOWN: (UNKNOWN, PARTIAL, AVAILABLE, DELETED),
    PENDING: (PENDING, PARTIAL, AVAILABLE, PENDING),
    PROCESSING: (PROCESSING, PARTIAL, AVAILABLE, PROCESSING),
    PARTIAL: (PARTIAL, PARTIAL, PARTIAL, DELETED),
    AVAILABLE: (AVAILABLE, PARTIAL, AVAILABLE, DELETED),
    BLOCKLISTED: (BLOCKLISTED, BLOCKLISTED, BLOCKLISTED, BLOCKLISTED),
    DELETED: (DELETED, PARTIAL, AVAILABLE, DELETED),
}


class TestCombined:
    @pytest.mark.parametrize("seerr", Availability)
    @pytest.mark.parametrize("plex", PLEX)
    def test_is_what_the_table_says(self, seerr: Availability, plex: Availability | None) -> None:
        assert combined(seerr, plex) is TABLE[seerr][PLEX.index(plex)]

    @pytest.mark.parametrize("seerr", Availability)
    @pytest.mark.parametrize("plex", PLEX)
    def test_what_is_blocklisted_here_is_blocklisted(self, seerr: Availability, plex: Availability | None) -> None:
        assert combined(seerr, plex, is_blocklisted=True) is BLOCKLISTED


class TestHearSeerr:
    def test_each_copy_has_a_word_of_its_own(self) -> None:
        item = MediaItem(tmdb_id=603)
        assert item.hear_seerr(AVAILABLE, PROCESSING)
        assert (item.availability, item.availability_4k) == (AVAILABLE, PROCESSING)

    def test_the_same_again_changes_nothing(self) -> None:
        item = MediaItem(tmdb_id=603)
        item.hear_seerr(AVAILABLE, UNKNOWN)
        assert not item.hear_seerr(AVAILABLE, UNKNOWN)

    def test_what_newly_came_is_fresher_than_its_absence_from_plex(self) -> None:
        season = MediaSeason(number=1, seerr_status=PROCESSING, plex_status=DELETED, plex_status_4k=DELETED)
        assert season.hear_seerr(AVAILABLE, UNKNOWN)
        assert (season.availability, season.availability_4k) == (AVAILABLE, DELETED)

    def test_what_it_says_all_along_is_not(self) -> None:
        item = MediaItem(tmdb_id=603, seerr_status=AVAILABLE, plex_status=AVAILABLE)
        assert item.hear_plex(DELETED, None)
        assert not item.hear_seerr(AVAILABLE, UNKNOWN)
        assert item.availability is DELETED


class TestSettle:
    def test_follows_the_blocklist(self) -> None:
        item = MediaItem(tmdb_id=603, plex_status=AVAILABLE)
        item.blocklisted_at = datetime.now(UTC)
        assert item.settle()
        assert (item.availability, item.availability_4k) == (BLOCKLISTED, BLOCKLISTED)
        item.blocklisted_at = None
        assert item.settle()
        assert (item.availability, item.availability_4k) == (AVAILABLE, UNKNOWN)
