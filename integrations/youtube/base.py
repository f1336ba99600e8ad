"""What a downloader of web videos takes, tells and raises. Pure: nothing here knows yt-dlp."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class MediaKind(StrEnum):
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"


class FileKind(StrEnum):
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"
    SUBTITLE = "SUBTITLE"
    THUMBNAIL = "THUMBNAIL"


class Stage(StrEnum):
    EXTRACTING = "EXTRACTING"
    DOWNLOADING = "DOWNLOADING"
    MERGING = "MERGING"
    SUBTITLES = "SUBTITLES"
    CONVERTING = "CONVERTING"


class FailureCode(StrEnum):
    UNAVAILABLE = "UNAVAILABLE"
    PRIVATE = "PRIVATE"
    AGE_RESTRICTED = "AGE_RESTRICTED"
    MEMBERS_ONLY = "MEMBERS_ONLY"
    GEO_BLOCKED = "GEO_BLOCKED"
    BOT_CHECK = "BOT_CHECK"
    THROTTLED = "THROTTLED"
    NETWORK = "NETWORK"
    NO_FORMAT = "NO_FORMAT"
    DISK_FULL = "DISK_FULL"
    CONVERSION = "CONVERSION"
    TIMEOUT = "TIMEOUT"
    LIVE_NOT_STARTED = "LIVE_NOT_STARTED"
    UNSUPPORTED = "UNSUPPORTED"
    FORBIDDEN_ADDRESS = "FORBIDDEN_ADDRESS"
    TOO_LARGE = "TOO_LARGE"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """One video to fetch into `directory`, which belongs to this download alone and is kept for its next attempt.

    `container` is mp4, mkv or webm, `audio_format` mp3, m4a, opus or flac; None takes what the site has.
    `allow` are the hosts and networks that the egress guard lets through.
    """

    url: str
    kind: MediaKind
    directory: Path
    max_bytes: int
    max_height: int | None = None
    container: str | None = None
    audio_format: str | None = None
    subtitle_languages: tuple[str, ...] = ()
    auto_subtitles: bool = False
    embed_subtitles: bool = False
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What the site says about the video, known before its bytes are fetched."""

    extractor: str
    video_id: str
    canonical_url: str
    title: str
    uploader: str | None
    thumbnail_url: str | None
    duration_seconds: float | None
    estimated_bytes: int | None


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """`percent` is one figure from 0 to below 100 over all streams and the work after them, and never falls."""

    stage: Stage
    percent: float
    downloaded_bytes: int
    total_bytes: int | None
    speed_bps: float | None
    eta_seconds: int | None


@dataclass(frozen=True, slots=True)
class FetchedFile:
    path: Path
    kind: FileKind
    language: str | None = None


class FetchError(Exception):
    """`message` and `hint` are for the person who asked; `retry_at` is when a live stream begins, if known."""

    def __init__(
        self,
        code: FailureCode,
        message: str,
        *,
        hint: str | None = None,
        retryable: bool,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.retryable = retryable
        self.retry_at = retry_at


OnInfo = Callable[[MediaInfo], Awaitable[None]]
OnProgress = Callable[[FetchProgress], Awaitable[None]]


class Downloader(Protocol):
    async def fetch(self, order: FetchOrder, on_info: OnInfo, on_progress: OnProgress) -> list[FetchedFile]:
        """The files of the finished download, the video or audio first.

        Raises FetchError. When it is cancelled, or a callback raises, no process of the download is left on return;
        what was fetched so far stays in the directory and the next call with the same order goes on from there.
        """
