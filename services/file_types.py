"""What a file is, told from its bytes: names and declared types are somebody's word."""

import puremagic

from models.errors import ValidationError
from models.files import PICTURE_SIZES, FileKind

HEAD_BYTES = 16 * 1024
"""How much of a file is looked at."""

_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
_COOKIES_HEADS = ("# Netscape HTTP Cookie File", "# HTTP Cookie File")
_COOKIE_FIELDS = 7  # domain, subdomains too, path, secure, expiry, name, value
_HTTP_ONLY = "#HttpOnly_"


def recognise(kind: FileKind, head: bytes) -> str:
    """The media type of what begins with `head`. Raises ValidationError when it is none of `kind`."""
    if kind is FileKind.COOKIES:
        return _check_cookies(head)
    found = _media_type(head)
    if kind in PICTURE_SIZES and found not in _PICTURES:
        raise ValidationError(
            "This is no picture: take a JPEG, PNG, WebP or GIF.", path=("file",), constraint="media_type"
        )
    return found


def _media_type(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        found = []
    if found and found[0].mime_type:
        return str(found[0].mime_type)
    return "text/plain" if _is_text(head) else "application/octet-stream"


def _is_text(head: bytes) -> bool:
    return b"\0" not in head and _decoded(head) is not None


def _check_cookies(content: bytes) -> str:
    """The format of browsers' extensions and of yt-dlp, and at least one cookie."""
    text = _decoded(content) or ""
    lines = [line.removeprefix(_HTTP_ONLY) for line in text.splitlines() if line.strip()]
    cookies = [line for line in lines if not line.startswith("#")]
    if not text.startswith(_COOKIES_HEADS) or not cookies or not all(map(_is_cookie, cookies)):
        raise ValidationError(
            "This is no cookies.txt: export the cookies in the Netscape format.",
            path=("file",),
            constraint="media_type",
        )
    return "text/plain"


def _is_cookie(line: str) -> bool:
    fields = line.split("\t")
    return len(fields) == _COOKIE_FIELDS and fields[1] in {"TRUE", "FALSE"} and fields[3] in {"TRUE", "FALSE"}


def _decoded(content: bytes) -> str | None:
    """Also when the last character is cut in two."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        return content[: error.start].decode() if len(content) - error.start < 4 else None  # noqa: PLR2004
