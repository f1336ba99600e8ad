from itertools import product

import pytest

from models.states import DOWNLOAD_TRANSITIONS, TERMINAL_DOWNLOADS, DownloadStatus, sources


class TestDownloadTransitions:
    def test_every_state_says_where_it_can_go(self) -> None:
        assert set(DOWNLOAD_TRANSITIONS) == set(DownloadStatus)

    @pytest.mark.parametrize(("source", "target"), list(product(DownloadStatus, DownloadStatus)))
    def test_sources_are_the_transitions_read_backwards(self, source: DownloadStatus, target: DownloadStatus) -> None:
        assert (source in sources(target)) == (target in DOWNLOAD_TRANSITIONS[source])

    def test_only_a_finished_download_is_left_by_nothing(self) -> None:
        assert [state for state, targets in DOWNLOAD_TRANSITIONS.items() if not targets] == [DownloadStatus.COMPLETED]

    def test_an_end_is_left_only_by_queueing_again(self) -> None:
        for state in TERMINAL_DOWNLOADS:
            assert DOWNLOAD_TRANSITIONS[state] <= {DownloadStatus.QUEUED}
