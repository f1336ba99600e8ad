import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.youtube.base import FailureCode, FetchError, FetchOrder, MediaKind
from integrations.youtube.wire import Message, Task


class TestLive:
    """With an extractor of our own, because no site on the loopback can be YouTube."""

    @pytest.mark.parametrize("page", ["raises", "returns"])
    def test_a_stream_to_come_is_told_with_its_moment(self, page: str, tmp_path: Path) -> None:
        begins = datetime(2027, 1, 1, 20, tzinfo=UTC)
        with pytest.raises(FetchError) as raised:
            _one_video(tmp_path, page, live_status="is_upcoming", release_timestamp=begins.timestamp())
        error = raised.value
        assert (error.code, error.retryable, error.retry_at) == (FailureCode.LIVE_NOT_STARTED, True, begins)

    def test_a_running_stream_is_not_recorded(self, tmp_path: Path) -> None:
        with pytest.raises(FetchError) as raised:
            _one_video(tmp_path, "returns", live_status="is_live")
        assert raised.value.code is FailureCode.UNSUPPORTED


def _one_video(directory: Path, page: str, **facts: object) -> None:
    from yt_dlp.extractor.common import InfoExtractor

    from integrations.youtube.one_video import OneVideo

    class LiveIE(InfoExtractor):  # type: ignore[misc]
        _VALID_URL = r"https://live\.example/(?P<id>\w+)"

        def _real_extract(self, url: str) -> dict[str, object]:
            if page == "raises":
                self.raise_no_formats("This live event will begin in 3 hours.", expected=True)
            return {"id": "1", "title": "Live", "formats": [], **facts}

    messages: list[Message] = []
    order = FetchOrder("https://live.example/1", MediaKind.VIDEO, directory, 1_000_000)
    video = OneVideo(Task(order, None, 0), messages.append)
    video._ies = {}
    video.add_info_extractor(LiveIE())
    video.fetch()


class TestDeno:
    def test_the_child_finds_it_without_a_path(self, tmp_path: Path) -> None:
        """YouTube needs it; the wheel puts it beside the interpreter, which no PATH has to name."""
        pytest.importorskip("deno")
        look = "from yt_dlp.utils._jsruntime import DenoJsRuntime; print(DenoJsRuntime().info.supported)"
        found = subprocess.run(
            [sys.executable, "-I", "-c", look], env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=True
        )
        assert found.stdout.strip() == "True"
