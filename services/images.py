"""Pictures of people's own, made anew: nothing but the pixels of what they sent goes on."""

import asyncio
import zipfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from PIL import Image, ImageOps

from models.errors import ValidationError

MIME_TYPE = "image/webp"
MAX_PIXELS = 40_000_000

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY = 82
_MARKUP = (b"<script", b"<html", b"<!doctype", b"<?php", b"<svg", b"%pdf-")
_RIFF_HEADER_BYTES = 8
_DEEP = "I"  # what the modes with more than eight bits a pixel begin with

_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="pictures")  # each holds 160 MB of pixels at most


async def renditions(
    source: bytes, sizes: Iterable[int], *, square: bool = True, kind: str = "WEBP"
) -> dict[int, bytes]:
    """The picture as WebP, or as a JPEG, for each of `sizes`: that many pixels wide and high, cut where it must be, or,
    when it need not be `square`, as long at its longer side. It is turned upright, stands still, and tells nothing
    about its making.

    Raises ValidationError for what is no whole JPEG, PNG, WebP or GIF, has more than MAX_PIXELS, or is something else
    besides.
    """
    return await asyncio.get_running_loop().run_in_executor(_threads, _render, source, sorted(sizes), square, kind)


def _render(source: bytes, sizes: list[int], square: bool, kind: str) -> dict[int, bytes]:
    try:
        picture = _decode(source, largest=sizes[-1])
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as failure:
        raise _too_many_pixels() from failure
    except Exception as failure:  # a decoder raises whatever comes up in broken data
        raise _refusal("This is no whole picture: take a JPEG, PNG, WebP or GIF.", "image") from failure
    return {size: _encode(picture, size, square, kind) for size in sizes}


def _decode(source: bytes, largest: int) -> Image.Image:
    with Image.open(BytesIO(source), formats=_FORMATS) as head:
        if head.width * head.height > MAX_PIXELS:
            raise _too_many_pixels()
        if not _is_only_a_picture(source, head.format):
            raise _refusal("This file is more than a picture; save it as a picture again.", "image")
        head.verify()
    with Image.open(BytesIO(source), formats=_FORMATS) as image:  # after verify() it must be opened anew
        image.draft(None, (2 * largest, 2 * largest))  # a large JPEG need not be decoded whole
        image.load()
        upright = ImageOps.exif_transpose(image)
        if upright.mode.startswith(_DEEP):
            upright = upright.point(lambda value: value / 256).convert("L")
        return upright.convert("RGBA" if upright.has_transparency_data else "RGB")


def _encode(picture: Image.Image, size: int, square: bool, kind: str) -> bytes:
    """Without anything of its metadata: neither kind takes over any."""
    box = (size, size)
    made = ImageOps.fit(picture, box) if square else ImageOps.contain(picture, box)
    target = BytesIO()
    (made if kind == "WEBP" else made.convert("RGB")).save(target, kind, quality=_QUALITY)
    return target.getvalue()


def _is_only_a_picture(source: bytes, format_: str | None) -> bool:
    """No archive, no page, and nothing after its end. A JPEG may go on: cameras put depth and motion there."""
    if any(sign in source.lower() for sign in _MARKUP) or zipfile.is_zipfile(BytesIO(source)):
        return False
    content = source.rstrip(b"\0")
    match format_:
        case "PNG":
            return content.endswith(b"IEND\xaeB`\x82")
        case "GIF":
            return content.endswith(b";")
        case "WEBP":
            length = int.from_bytes(source[4:_RIFF_HEADER_BYTES], "little") + _RIFF_HEADER_BYTES
            return len(content) <= length + length % 2
    return True


def _too_many_pixels() -> ValidationError:
    return _refusal(f"A picture has {MAX_PIXELS:,} pixels at most; make it smaller.", "pixels")


def _refusal(message: str, constraint: str) -> ValidationError:
    return ValidationError(message, path=("file",), constraint=constraint)
