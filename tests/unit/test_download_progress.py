from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.youtube.base import (
    FailureCode,
    FetchedFile,
    FetchError,
    FetchOrder,
    FetchProgress,
    FileKind,
    MediaInfo,
    MediaKind,
    Stage,
)
from integrations.youtube.errors import MAX_MESSAGE_LENGTH, classify, failure
from integrations.youtube.guards import confined
from integrations.youtube.options import ydl_options
from integrations.youtube.progress import DOWNLOADED_PERCENT, ProgressMeter
from integrations.youtube.wire import Message, Task, decode_message, decode_task, encode_message, encode_task

SIZES = st.one_of(st.none(), st.integers(min_value=0, max_value=10**13))
DOWNLOADS = st.tuples(st.sampled_from("abc"), st.integers(min_value=0, max_value=10**13), SIZES)
STEPS = st.lists(st.one_of(DOWNLOADS, st.sampled_from(Stage)))
FOLDER = Path("/jobs/1")


class TestMeter:
    @given(streams=st.dictionaries(st.sampled_from("ab"), SIZES), steps=STEPS)
    def test_percent_never_falls_and_stays_below_100(
        self, streams: dict[str, int | None], steps: list[Stage | tuple[str, int, int | None]]
    ) -> None:
        meter = ProgressMeter(streams)
        last = 0.0
        for step in steps:
            progress = meter.working(step) if isinstance(step, Stage) else meter.downloading(*step, 1000.0)
            assert last <= progress.percent < 100
            last = progress.percent

    def test_streams_weigh_by_their_bytes(self) -> None:
        meter = ProgressMeter({"video": 900, "sound": 100})
        assert meter.downloading("video", 900, 900, None).percent == pytest.approx(0.9 * DOWNLOADED_PERCENT)
        assert meter.downloading("sound", 50, 100, None).percent == pytest.approx(0.95 * DOWNLOADED_PERCENT, abs=0.01)
        assert meter.downloading("sound", 100, 100, None).percent == DOWNLOADED_PERCENT

    def test_bytes_and_time_left_count_all_streams(self) -> None:
        meter = ProgressMeter({"video": 900, "sound": 100})
        progress = meter.downloading("video", 400, 900, 60.0)
        assert (progress.downloaded_bytes, progress.total_bytes, progress.eta_seconds) == (400, 1000, 10)

    def test_without_a_size_nothing_is_claimed(self) -> None:
        progress = ProgressMeter({"video": None}).downloading("video", 5000, None, 10.0)
        assert (progress.percent, progress.total_bytes, progress.eta_seconds) == (0.0, None, None)

    def test_each_step_of_work_takes_half_of_what_is_left(self) -> None:
        meter = ProgressMeter({"video": 10})
        meter.downloading("video", 10, 10, None)
        assert [meter.working(Stage.MERGING).percent for _ in range(3)] == [97.5, 98.75, 99.38]

    def test_subtitles_move_nothing(self) -> None:
        assert ProgressMeter({"video": 10}).waiting(Stage.SUBTITLES).percent == 0


# Messages as yt-dlp 2026.10.26 words them, and those that it passes on from YouTube.
MESSAGES = [
    (FailureCode.UNAVAILABLE, "[youtube] abc: Video unavailable. This video has been removed by the uploader"),
    (FailureCode.UNAVAILABLE, "[generic] x: Unable to download webpage: HTTP Error 404: Not Found (caused by <HTTPErr"),
    (FailureCode.UNAVAILABLE, "[vk] 1: Video 1 has been removed from public access due to rightholder complaint."),
    (FailureCode.UNAVAILABLE, "[youtube] abc: This video is no longer available because the account was terminated."),
    (FailureCode.PRIVATE, "[youtube] abc: Private video. Sign in if you've been granted access to this video."),
    (FailureCode.PRIVATE, "[youku] abc: Youku said: Sorry, this video is private"),
    (FailureCode.PRIVATE, "[vimeo] 1: This video is only available for registered users. Use --cookies-from-browser"),
    (FailureCode.AGE_RESTRICTED, "[youtube] abc: Sign in to confirm your age. This video may be inappropriate."),
    (FailureCode.AGE_RESTRICTED, "[abc] 1: Age-restricted; requires authentication"),
    (FailureCode.MEMBERS_ONLY, "[youtube] abc: Join this channel to get access to members-only content like this."),
    (FailureCode.MEMBERS_ONLY, "[youtube] abc: This video is available to this channel's members on level: Gold"),
    (FailureCode.MEMBERS_ONLY, "[niconico] 1: Channel members only"),
    (FailureCode.GEO_BLOCKED, "[x] 1: This video is not available from your location due to geo restriction"),
    (FailureCode.GEO_BLOCKED, "[youtube] a: The uploader has not made this video available in your country"),
    (FailureCode.GEO_BLOCKED, "[x] 1: Sorry, this content is not available in your country."),
    (FailureCode.BOT_CHECK, "[youtube] abc: Sign in to confirm you’re not a bot. Use --cookies-from-browser"),  # noqa: RUF001
    (FailureCode.BOT_CHECK, "[youtube] abc: Video unavailable. YouTube is requiring a captcha challenge before playb"),
    (FailureCode.BOT_CHECK, "[generic] Got HTTP Error 403 caused by Cloudflare anti-bot challenge; try again with  "),
    (FailureCode.THROTTLED, "[x] 1: Unable to download webpage: HTTP Error 429: Too Many Requests"),
    (FailureCode.THROTTLED, "[youtube] a: This content isn't available. The current session has been rate-limited"),
    (FailureCode.THROTTLED, "[x] 1: Unable to download webpage: HTTP Error 403: Forbidden"),
    (FailureCode.NETWORK, "unable to download video data: HTTP Error 403: Forbidden"),
    (FailureCode.NETWORK, "[download] Got error: HTTP Error 404: Not Found. Giving up after 3 retries"),
    (FailureCode.NETWORK, "[x] 1: Unable to download webpage: HTTP Error 503: Service Unavailable"),
    (FailureCode.NETWORK, "[x] 1: Unable to download webpage: Failed to resolve 'nowhere.example'"),
    (FailureCode.NETWORK, "[download] Got error: 100 bytes read, 900 more expected. Giving up after 3 retries"),
    (FailureCode.NETWORK, "Did not get any data blocks"),
    (FailureCode.TIMEOUT, "[x] 1: Unable to download webpage: HTTPConnection(host='x', port=80): Read timed out."),
    (FailureCode.NO_FORMAT, "[x] 1: Requested format is not available. Use --list-formats for a list of available f"),
    (FailureCode.NO_FORMAT, "[x] 1: No video formats found!; please report this issue on  https://github.com/yt-dlp"),
    (FailureCode.NO_FORMAT, "[x] 1: This video is DRM protected"),
    (FailureCode.DISK_FULL, "unable to write data: [Errno 28] No space left on device"),
    (FailureCode.DISK_FULL, "Postprocessing: Error writing trailer: No space left on device"),
    (FailureCode.CONVERSION, "Postprocessing: audio conversion failed: Error opening output files: Encoder not found"),
    (FailureCode.CONVERSION, "You have requested merging of multiple formats but ffmpeg is not installed. Aborting"),
    (FailureCode.LIVE_NOT_STARTED, "[youtube] abc: This live event will begin in 2 days."),
    (FailureCode.LIVE_NOT_STARTED, "[youtube] abc: Premieres in 3 hours"),
    (FailureCode.LIVE_NOT_STARTED, "[twitch:stream] x: The channel is not currently live"),
    (FailureCode.LIVE_NOT_STARTED, "[x] 1: This event has not started yet."),
    (FailureCode.UNSUPPORTED, "Unsupported URL: https://example.com/article"),
    (FailureCode.FORBIDDEN_ADDRESS, "Failed to establish a new connection: x is not a public internet address; an"),
    (FailureCode.INTERNAL, "[x] 1: Unable to extract title; please report this issue on  https://github.com/yt-dlp"),
    (FailureCode.INTERNAL, ""),
]  # fmt: skip


class TestClassify:
    @pytest.mark.parametrize(("code", "message"), MESSAGES)
    def test_known_messages(self, code: FailureCode, message: str) -> None:
        assert classify(f"ERROR: {message}").code is code

    def test_every_code_has_an_advice(self) -> None:
        assert {failure(code, "x").code for code in FailureCode} == set(FailureCode)

    def test_trying_again_is_for_what_may_pass(self) -> None:
        assert {code for code in FailureCode if failure(code, "x").retryable} == {
            FailureCode.BOT_CHECK,
            FailureCode.THROTTLED,
            FailureCode.NETWORK,
            FailureCode.TIMEOUT,
            FailureCode.DISK_FULL,
            FailureCode.LIVE_NOT_STARTED,
            FailureCode.INTERNAL,
        }

    @pytest.mark.parametrize(
        ("raw", "plain"),
        [
            ("\x1b[0;31mERROR:\x1b[0m [youtube] dQw4w9WgXcQ: Video unavailable", "Video unavailable"),
            ("ERROR: [x:y] 1: No title; please report this issue on  https://x , filling out", "No title"),
            ("ERROR: [x] 1: HTTP Error 404: Not Found (caused by <HTTPError 404>)", "HTTP Error 404: Not Found"),
            ("ERROR: [x] 1: Log in first. Use --cookies-from-browser", "Log in first"),
            ("ERROR: ", "The download failed without a message."),
        ],
    )
    def test_people_read_the_plain_part(self, raw: str, plain: str) -> None:
        assert classify(raw).message == plain

    def test_a_message_is_never_long(self) -> None:
        assert len(classify("x" * 10_000).message) == MAX_MESSAGE_LENGTH


def _order(**choices: Any) -> FetchOrder:
    order = FetchOrder(url="https://example.com/v", kind=MediaKind.VIDEO, directory=FOLDER, max_bytes=10)
    return replace(order, **choices)


class TestOptions:
    @pytest.mark.parametrize("choice", [{"container": "exe"}, {"container": "mp4/../x"}])
    def test_an_unknown_container_is_refused(self, choice: dict[str, str]) -> None:
        with pytest.raises(KeyError):
            ydl_options(_order(**choice), None)

    def test_an_unknown_audio_format_is_refused(self) -> None:
        with pytest.raises(KeyError):
            ydl_options(_order(kind=MediaKind.AUDIO, audio_format="exe"), None)

    def test_languages_are_names_and_no_patterns(self) -> None:
        languages = ydl_options(_order(subtitle_languages=("all", "-en", ".*")), None)["subtitleslangs"]
        assert languages == ["(?:all)", r"(?:\-en)", r"(?:\.\*)"]

    def test_holes_are_never_accepted(self) -> None:
        assert ydl_options(_order(), None)["skip_unavailable_fragments"] is False


class TestConfined:
    def test_ffmpeg_may_read_local_files_only(self) -> None:
        command = ["/opt/ffmpeg-v9", "-y", "-i", "file:a", "-i", "file:b", "file:out"]
        local = ["-protocol_whitelist", "file,pipe"]
        assert confined(command) == [*command[:2], *local, "-i", "file:a", *local, "-i", "file:b", "file:out"]
        assert confined(["ffprobe", "file:a"]) == ["ffprobe", *local, "file:a"]

    @pytest.mark.parametrize("program", ["rtmpdump", "/usr/bin/curl", "phantomjs", "sh", "not-ffmpeg"])
    def test_no_other_program_starts(self, program: str) -> None:
        with pytest.raises(PermissionError):
            confined([program, "x"])


MESSAGES_ON_THE_WIRE: list[Message] = [
    MediaInfo("Youtube", "id", "https://example.com", "Ünïcode\n", None, None, 1.5, 10**12),
    FetchProgress(Stage.MERGING, 97.5, 1, None, None, None),
    [FetchedFile(FOLDER / "a.mp4", FileKind.VIDEO), FetchedFile(FOLDER / "a.en.vtt", FileKind.SUBTITLE, "en")],
]


class TestWire:
    @pytest.mark.parametrize("message", MESSAGES_ON_THE_WIRE)
    def test_messages_arrive_as_they_were_sent(self, message: Message) -> None:
        line = encode_message(message)
        assert "\n" not in line
        assert decode_message(line.encode(), FOLDER) == message

    def test_errors_arrive_with_their_moment(self) -> None:
        sent = failure(FailureCode.LIVE_NOT_STARTED, "soon", retry_at=datetime(2026, 12, 1, tzinfo=UTC))
        received = decode_message(encode_message(sent).encode(), FOLDER)
        assert isinstance(received, FetchError)
        assert vars(received) == vars(sent)

    def test_the_task_arrives(self) -> None:
        order = _order(subtitle_languages=("en",), allow=("10.0.0.0/8",), max_height=720)
        task = Task(order=order, ffmpeg=None, parent_pid=7)
        assert decode_task(encode_task(task)) == task

    @pytest.mark.parametrize(
        "line",
        [b"", b"\n", b"null", b"[]", b"{}", b"\xff", b'{"info": {}}', b'{"info": 1}', b'{"files": 7}', b"[1] warning",
         b'{"progress": {"stage": "NO"}}', b'{"error": {"code": "NO"}}', b'{"other": {}}', b'{"a": 1, "b": 2}'],
    )  # fmt: skip
    def test_foreign_lines_are_nothing(self, line: bytes) -> None:
        assert decode_message(line, FOLDER) is None

    def test_files_elsewhere_are_looked_for_in_the_folder(self) -> None:
        line = b'{"files": [{"path": "../../etc/passwd", "kind": "VIDEO", "language": null}]}'
        assert decode_message(line, FOLDER) == [FetchedFile(FOLDER / "passwd", FileKind.VIDEO)]
