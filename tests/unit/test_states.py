from itertools import product

import pytest

from models.states import (
    ACTIVE_MEDIA_REQUESTS,
    AT_SEERR,
    DOWNLOAD_TRANSITIONS,
    MEDIA_REQUEST_TRANSITIONS,
    TERMINAL_DOWNLOADS,
    DownloadStatus,
    MediaRequestStatus,
    sources,
)


class TestDownloadTransitions:
    def test_every_state_says_where_it_can_go(self) -> None:
        assert set(DOWNLOAD_TRANSITIONS) == set(DownloadStatus)

    @pytest.mark.parametrize(("source", "target"), list(product(DownloadStatus, DownloadStatus)))
    def test_sources_are_the_transitions_read_backwards(self, source: DownloadStatus, target: DownloadStatus) -> None:
        assert (source in sources(DOWNLOAD_TRANSITIONS, target)) == (target in DOWNLOAD_TRANSITIONS[source])

    def test_only_a_finished_download_is_left_by_nothing(self) -> None:
        assert [state for state, targets in DOWNLOAD_TRANSITIONS.items() if not targets] == [DownloadStatus.COMPLETED]

    def test_an_end_is_left_only_by_queueing_again(self) -> None:
        for state in TERMINAL_DOWNLOADS:
            assert DOWNLOAD_TRANSITIONS[state] <= {DownloadStatus.QUEUED}


class TestMediaRequestTransitions:
    def test_every_state_says_where_it_can_go(self) -> None:
        assert set(MEDIA_REQUEST_TRANSITIONS) == set(MediaRequestStatus)

    @pytest.mark.parametrize(("source", "target"), list(product(MediaRequestStatus, MediaRequestStatus)))
    def test_sources_are_the_transitions_read_backwards(
        self, source: MediaRequestStatus, target: MediaRequestStatus
    ) -> None:
        assert (source in sources(MEDIA_REQUEST_TRANSITIONS, target)) == (target in MEDIA_REQUEST_TRANSITIONS[source])

    def test_what_is_at_seerr_never_comes_back_to_those_who_decide(self) -> None:
        for state in AT_SEERR:
            assert not MEDIA_REQUEST_TRANSITIONS[state] & {MediaRequestStatus.PENDING, MediaRequestStatus.APPROVED}

    def test_only_what_came_to_nothing_is_decided_on_again(self) -> None:
        again = {MediaRequestStatus.DECLINED, MediaRequestStatus.FAILED}
        assert sources(MEDIA_REQUEST_TRANSITIONS, MediaRequestStatus.PENDING) == again

    def test_what_is_active_is_left_towards_an_end(self) -> None:
        for state in ACTIVE_MEDIA_REQUESTS:
            assert MEDIA_REQUEST_TRANSITIONS[state] - ACTIVE_MEDIA_REQUESTS
