"""Names that every system takes, for files that people read too; and what their endings mean."""

import mimetypes
import unicodedata
from collections.abc import Iterator
from itertools import count
from pathlib import PurePath

from pathvalidate import sanitize_filename

MAX_NAME_BYTES = 240
"""Most file systems take 255: the rest is for what programs that synchronise add."""

_ENDING_BYTES = 40
_NUMBER_BYTES = 6  # " (999)"
_STEM_BYTES = MAX_NAME_BYTES - _ENDING_BYTES - _NUMBER_BYTES
_JOINERS = "\u200c\u200d"  # invisible, and part of how Persian and families are written

# what the operating system makes of endings differs from one to the next
_TYPES = mimetypes.MimeTypes(filenames=())
for _ending, _type in {
    ".ass": "text/x-ssa",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".m4v": "video/mp4",
    ".mka": "audio/x-matroska",
    ".mkv": "video/x-matroska",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".srt": "application/x-subrip",
    ".ssa": "text/x-ssa",
    ".ts": "video/mp2t",
    ".ttml": "application/ttml+xml",
    ".wav": "audio/wav",
    ".weba": "audio/webm",
    ".webp": "image/webp",
}.items():
    _TYPES.add_type(_type, _ending)


def media_type(name: str) -> str | None:
    """By the ending."""
    return _TYPES.guess_type(name)[0]


def safe_name(text: str, *, room: int = MAX_NAME_BYTES) -> str:
    """`text` as one name of at most `room` bytes: no separators, nothing invisible, nothing that a system reserves."""
    composed = unicodedata.normalize("NFC", text.encode(errors="ignore").decode())
    visible = "".join(sign if sign.isprintable() or sign in _JOINERS else " " for sign in composed)
    plain = " ".join(sanitize_filename(visible, max_len=None).split())
    cut = plain.encode()[: room - 1].decode(errors="ignore").strip(". ")
    return sanitize_filename(cut) or "_"


def file_name(stem: str, ending: str) -> str:
    """A safe name that ends as it must, such as `.en.vtt`."""
    return safe_name(stem, room=_STEM_BYTES) + ending


def safe_ending(suffix: str, language: str | None) -> str:
    """What a file's name ends with: its language, where it has one, and its format."""
    parts = [part for part in (language, suffix.lstrip(".")) if part]
    return "".join(f".{safe_name(part, room=_ENDING_BYTES // 2)}" for part in parts)


def numbered(stem: str, ending: str, *, first: int = 1) -> Iterator[tuple[int, str]]:
    """`Name.mp4`, `Name (2).mp4`, `Name (3).mp4` …, each with its number, from the `first` on."""
    for number in count(first):
        yield number, f"{stem}{'' if number == 1 else f' ({number})'}{ending}"


def library_folder(template: str, values: dict[str, str]) -> tuple[PurePath, str]:
    """The folder and the stem that a profile's template makes of `values`: no value can climb out of the library."""
    safe = {name: safe_name(value) for name, value in values.items()}
    *folders, stem = (part.format_map(safe) for part in template.split("/"))
    return PurePath(*map(safe_name, folders)), safe_name(stem, room=_STEM_BYTES)
