"""yt-dlp, used as a library for exactly one video. Only the child process imports this."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from yt_dlp import YoutubeDL
from yt_dlp.downloader.external import FFmpegFD
from yt_dlp.networking.exceptions import network_exceptions
from yt_dlp.utils import DownloadError, YoutubeDLError, filesize_from_tbr

from integrations.youtube.base import FailureCode, FetchedFile, FetchProgress, FileKind, MediaInfo, MediaKind, Stage
from integrations.youtube.errors import classify, failure
from integrations.youtube.options import ydl_options
from integrations.youtube.progress import ProgressMeter
from integrations.youtube.wire import Message, Task

SECONDS_BETWEEN_MESSAGES = 0.1
MAX_TEXT_LENGTH = 500

_LISTS = {"playlist", "multi_video", "compat_list"}
_STAGES = {"Merger": Stage.MERGING, "EmbedSubtitle": Stage.SUBTITLES}  # every other step of ffmpeg converts
_QUIET_STEPS = {"MoveFiles"}


def _refuse(*_: Any) -> None:
    raise failure(FailureCode.UNSUPPORTED, "This kind of stream cannot be fetched safely.")


FFmpegFD.real_download = _refuse  # it would let ffmpeg connect behind the network guard


class OneVideo(YoutubeDL):  # type: ignore[misc]
    """`fetch` raises FetchError. `tell` hears of the video and of its progress."""

    def __init__(self, task: Task, tell: Callable[[Message], None]) -> None:
        super().__init__(ydl_options(task.order, task.ffmpeg))
        self._order = task.order
        self._tell = tell
        self._meter = ProgressMeter({})
        self._streams: dict[str, int | None] = {}
        self._told_at = 0.0
        self.add_progress_hook(self._on_bytes)
        self.add_postprocessor_hook(self._on_work)

    def fetch(self) -> list[FetchedFile]:
        # a fragment of this name would hand options to the extractors
        url = self._order.url.partition("#__youtubedl_smuggle")[0]
        try:
            info = self.extract_info(url)
        except YoutubeDLError as error:
            reason = classify(str(error))
            if reason.code is FailureCode.LIVE_NOT_STARTED:
                raise failure(reason.code, reason.message, retry_at=self._starts_at(url)) from error
            raise reason from error
        downloads = (info or {}).get("requested_downloads") or [{}]
        return self._files({**(info or {}), **downloads[0]})

    def process_ie_result(self, ie_result: dict[str, Any], download: bool = True, extra_info: Any = None) -> Any:
        if ie_result.get("_type") in _LISTS:
            raise failure(FailureCode.UNSUPPORTED, "This is the address of a list of videos, not of one video.")
        if ie_result.get("live_status") == "is_upcoming":
            message = "The stream has not started yet."
            raise failure(FailureCode.LIVE_NOT_STARTED, message, retry_at=_moment(ie_result.get("release_timestamp")))
        if ie_result.get("live_status") == "is_live" or ie_result.get("is_live"):
            raise failure(FailureCode.UNSUPPORTED, "This stream is still running; it can be fetched once it has ended.")
        return super().process_ie_result(ie_result, download, extra_info)

    def process_info(self, info_dict: dict[str, Any]) -> None:
        """yt-dlp calls this once, with the formats it has chosen, before it fetches them."""
        formats = info_dict.get("requested_formats") or [info_dict]
        self._streams = {f["format_id"]: _expected_bytes(f, info_dict.get("duration")) for f in formats}
        self._meter = ProgressMeter(self._streams)
        self._limit(sum(f.get("filesize") or 0 for f in formats))
        self._tell(_describe(info_dict, sum(size or 0 for size in self._streams.values()) or None))
        super().process_info(info_dict)

    def dl(self, name: str, info: dict[str, Any], subtitle: bool = False, test: bool = False) -> Any:
        try:
            return super().dl(name, info, subtitle, test)
        except (DownloadError, *network_exceptions) as error:
            if not subtitle:
                raise
            self.report_warning(f"No subtitles: {error}")  # a film without them is better than none
            return False, False

    def _on_bytes(self, status: dict[str, Any]) -> None:
        name = status["info_dict"].get("format_id")
        if name not in self._streams:
            return self._report(self._meter.waiting(Stage.SUBTITLES))
        total = status.get("total_bytes")
        downloaded = status.get("downloaded_bytes") or total or 0
        progress = self._meter.downloading(
            name, downloaded, total or int(status.get("total_bytes_estimate") or 0), status.get("speed")
        )
        self._limit(max(total or 0, progress.downloaded_bytes))
        return self._report(progress, at_once=status["status"] == "finished")

    def _on_work(self, status: dict[str, Any]) -> None:
        step = status["postprocessor"]
        if status["status"] == "started" and step not in _QUIET_STEPS:
            self._report(self._meter.working(_STAGES.get(step, Stage.CONVERTING)), at_once=True)

    def _report(self, progress: FetchProgress, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if at_once or now - self._told_at >= SECONDS_BETWEEN_MESSAGES:
            self._told_at = now
            self._tell(progress)

    def _limit(self, size: int) -> None:
        if size > self._order.max_bytes:
            raise failure(
                FailureCode.TOO_LARGE, f"The video is larger than the limit of {self._order.max_bytes} bytes."
            )

    def _files(self, download: dict[str, Any]) -> list[FetchedFile]:
        is_audio = self._order.kind is MediaKind.AUDIO or download.get("vcodec") == "none"
        subtitles = download.get("requested_subtitles") or {}
        found = [
            (download.get("filepath"), FileKind.AUDIO if is_audio else FileKind.VIDEO, None),
            *((subtitle.get("filepath"), FileKind.SUBTITLE, language) for language, subtitle in subtitles.items()),
            *((image.get("filepath"), FileKind.THUMBNAIL, None) for image in download.get("thumbnails") or ()),
        ]
        files = [FetchedFile(Path(path), kind, language) for path, kind, language in found if path]
        present = [file for file in files if file.path.is_file()]
        if not present or present[0].kind not in {FileKind.AUDIO, FileKind.VIDEO}:
            raise failure(FailureCode.INTERNAL, "The download ended without a file.")
        return present

    def _starts_at(self, url: str) -> datetime | None:
        """The message tells it in words only ("in 3 hours"), so the site is asked a second time."""
        self.params["ignore_no_formats_error"] = True
        try:
            return _moment((self.extract_info(url, download=False, process=False) or {}).get("release_timestamp"))
        except YoutubeDLError:
            return None


def _expected_bytes(stream: dict[str, Any], duration_seconds: float | None) -> int | None:
    told: int | None = stream.get("filesize") or stream.get("filesize_approx")
    guessed: int | None = filesize_from_tbr(stream.get("tbr"), duration_seconds)
    return told or guessed


def _describe(info: dict[str, Any], estimated_bytes: int | None) -> MediaInfo:
    return MediaInfo(
        extractor=_clean(info.get("extractor_key")) or "Generic",
        video_id=_clean(info.get("id")) or "unknown",
        canonical_url=_web_address(info.get("webpage_url")) or _web_address(info.get("original_url")) or "",
        title=_clean(info.get("title")) or "Untitled",
        uploader=_clean(info.get("uploader") or info.get("channel")),
        thumbnail_url=_web_address(info.get("thumbnail")),
        duration_seconds=info.get("duration"),
        estimated_bytes=estimated_bytes,
    )


def _clean(text: Any) -> str | None:
    """One line that a database takes: without control characters, NUL and lone surrogates."""
    words = " ".join(str(text or "").split())
    return "".join(character for character in words if character.isprintable())[:MAX_TEXT_LENGTH] or None


def _web_address(url: Any) -> str | None:
    return url if isinstance(url, str) and url.startswith(("http://", "https://")) else None


def _moment(timestamp: Any) -> datetime | None:
    return datetime.fromtimestamp(timestamp, UTC) if isinstance(timestamp, int | float) else None
