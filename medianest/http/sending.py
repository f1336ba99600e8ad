"""A file as RFC 9110 has it answered: whole or in part, packed where it pays, or not at all to whoever has it."""

import asyncio
import gzip
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from models.errors import NotFoundError

_TEXT = ("text/", "application/json", "application/x-subrip", "application/ttml+xml")
_WORTH_PACKING = range(1024, 4 * 1024**2)
_RANGES = re.compile(r"bytes=\s*(\d+-\d*|-\d+)(\s*,\s*(\d+-\d*|-\d+))*\s*", re.ASCII)
_KEPT_WHEN_UNCHANGED = ("etag", "last-modified", "cache-control", "vary")


async def send_file(request: Request, path: Path, media_type: str, tag: str, headers: Mapping[str, str]) -> Response:
    """`tag` is that of the bytes. Raises NotFoundError when the file is gone."""
    try:
        found = await asyncio.to_thread(path.stat)
    except OSError:
        raise NotFoundError("This file is gone.") from None
    is_text = media_type.startswith(_TEXT) and found.st_size in _WORTH_PACKING
    is_packed = is_text and "range" not in request.headers and _takes_gzip(request.headers)
    headers = {**headers, "ETag": f'"{tag}-gzip"' if is_packed else f'"{tag}"'}
    if is_text:
        headers["Vary"] = "Accept-Encoding"
    whole = _Whole(path, 200, headers, media_type, stat_result=found)
    if _is_unchanged(whole.headers, request.headers):
        kept = {name: whole.headers[name] for name in _KEPT_WHEN_UNCHANGED if name in whole.headers}
        return Response(status_code=304, headers=kept)
    if not is_packed:
        return whole
    content = await asyncio.to_thread(lambda: gzip.compress(path.read_bytes(), mtime=0))
    packed = {"Content-Encoding": "gzip", "Last-Modified": whole.headers["last-modified"]}
    return Response(content, 200, {**headers, **packed}, media_type)


class _Whole(FileResponse):
    """A `Range` that is none, or not of a GET, is as good as none; Starlette answers such by 400 and 206."""

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope).get("range")
        if asked is not None and (scope["method"] != "GET" or not _is_range(asked)):
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"range"]}
        await super().__call__(scope, receive, send)


def _is_range(text: str) -> bool:
    if not _RANGES.fullmatch(text):
        return False
    bounds = (part.strip().split("-") for part in text.partition("=")[2].split(","))
    return all(not first or not last or int(first) <= int(last) for first, last in bounds)


def _is_unchanged(ours: Headers, theirs: Headers) -> bool:
    """Whether the client has it already: by its tag, or, where it sends none, by its date."""
    if (tags := theirs.get("if-none-match")) is not None:
        return tags.strip() == "*" or ours["etag"] in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    try:
        return parsedate_to_datetime(theirs["if-modified-since"]) >= parsedate_to_datetime(ours["last-modified"])
    except (KeyError, ValueError, TypeError):
        return False


def _takes_gzip(headers: Headers) -> bool:
    for choice in headers.get("accept-encoding", "").lower().replace(" ", "").split(","):
        name, _, quality = choice.partition(";q=")
        if name == "gzip":
            return not quality or bool(quality.strip("0."))
    return False
