"""An order in the words of yt-dlp. What people choose goes through these tables: none of their words is one."""

import re
from typing import Any

from integrations.youtube.base import FetchOrder, MediaKind

# The name holds the format, so that a retry which chooses another one never goes on writing in the wrong file.
FILE_NAME = "media.%(format_id).60B.%(ext)s"

_FORMATS = {
    None: "bv*+ba/b",
    "mp4": "bv*+ba/b",
    "mkv": "bv*+ba/b",
    "webm": "bv*[ext=webm]+ba[ext=webm]/b[ext=webm]",  # turning anything else into webm takes hours
}
_SORTING = {"mp4": ["vcodec:h264", "acodec:aac"]}  # what every player understands, at the same height
_AUDIO_FORMATS = {
    None: "ba/b",
    "mp3": "ba[acodec^=mp3]/ba/b",
    "m4a": "ba[acodec^=mp4a]/ba[acodec^=aac]/ba/b",
    "opus": "ba[acodec=opus]/ba/b",
    "flac": "ba[acodec=flac]/ba/b",
}


def ydl_options(order: FetchOrder, ffmpeg: str | None) -> dict[str, Any]:
    """Raises KeyError for a container or an audio format that is not in the tables."""
    choice = _audio(order) if order.kind is MediaKind.AUDIO else _video(order)
    return {**_COMMON, **choice, "paths": {"home": str(order.directory)}, "ffmpeg_location": ffmpeg}


def _video(order: FetchOrder) -> dict[str, Any]:
    processors: list[dict[str, Any]] = []
    if order.container:
        processors.append({"key": "FFmpegVideoRemuxer", "preferedformat": order.container})
    if order.subtitle_languages and order.embed_subtitles:
        processors.append({"key": "FFmpegEmbedSubtitle"})
    height = "res" if order.max_height is None else f"res:{int(order.max_height)}"
    return {
        "format": _FORMATS[order.container],
        "format_sort": [height, *_SORTING.get(order.container or "", [])],
        "merge_output_format": order.container,
        "postprocessors": processors,
        "writesubtitles": bool(order.subtitle_languages),
        "writeautomaticsub": bool(order.subtitle_languages) and order.auto_subtitles,
        # a group, because a bare `all` or a leading minus mean something to yt-dlp
        "subtitleslangs": [f"(?:{re.escape(language)})" for language in order.subtitle_languages],
        "subtitlesformat": "vtt/srt/best",
    }


def _audio(order: FetchOrder) -> dict[str, Any]:
    return {
        "format": _AUDIO_FORMATS[order.audio_format],
        "postprocessors": [
            {
                "key": "FFmpegExtractAudio",
                "preferredcodec": order.audio_format or "best",
                "preferredquality": "0",  # the best of a variable bit rate
            }
        ],
    }


def _pause_seconds(n: int) -> float:
    return 0.5 * (1 << n)


_COMMON: dict[str, Any] = {
    "outtmpl": {"default": FILE_NAME},
    "restrictfilenames": True,
    "noplaylist": True,
    "writethumbnail": True,
    "continuedl": True,
    "socket_timeout": 15,
    "retries": 3,
    "fragment_retries": 3,
    "extractor_retries": 2,
    "retry_sleep_functions": dict.fromkeys(("http", "fragment", "extractor"), _pause_seconds),
    "skip_unavailable_fragments": False,  # or a film with a hole counts as a success
    "external_downloader": {"m3u8": "native"},  # ffmpeg would connect behind the guard
    "proxy": "",
    "cachedir": False,
    "quiet": True,
    "noprogress": True,
    "logtostderr": True,
    "color": "no_color",
}
