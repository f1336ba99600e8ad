"""Pictures are made anew, whatever was sent."""

import asyncio
import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from models.errors import ValidationError
from services.images import MAX_PIXELS, renditions

RED, BLUE = (255, 0, 0), (0, 0, 255)


def picture(mode: str = "RGB", size: tuple[int, int] = (80, 40), colour: Any = RED) -> Image.Image:
    """Of one colour, with a blue left half."""
    made = Image.new("RGB", size, colour)
    made.paste(BLUE, (0, 0, size[0] // 2, size[1]))
    return made.convert(mode)


def encoded(image: Image.Image, format_: str, **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, format_, **options)
    return target.getvalue()


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("run.js", "alert(1)")
    return target.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that say they are so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


JPEG, PNG = encoded(picture(), "JPEG"), encoded(picture(), "PNG")
GIF, WEBP = encoded(picture("P"), "GIF"), encoded(picture(), "WEBP")


async def rendered(source: bytes, size: int = 64, *, square: bool = True) -> Image.Image:
    made = Image.open(io.BytesIO((await renditions(source, [size], square=square))[size]))
    made.load()
    return made


class TestRenditions:
    @pytest.mark.parametrize("source", [JPEG, PNG, GIF, WEBP], ids=["jpeg", "png", "gif", "webp"])
    async def test_every_format_in_every_size_is_webp(self, source: bytes) -> None:
        made = await renditions(source, (64, 128, 256, 512))
        assert list(made) == [64, 128, 256, 512]
        for size, content in made.items():
            with Image.open(io.BytesIO(content)) as found:
                assert (found.format, found.size) == ("WEBP", (size, size))

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
    async def test_every_kind_of_pixel_is_taken(self, mode: str) -> None:
        made = await rendered(encoded(Image.new(mode, (10, 10)), "PNG"))
        assert made.size == (64, 64)

    async def test_sixteen_bits_keep_their_brightness(self) -> None:
        made = await rendered(encoded(Image.new("I;16", (10, 10), 0xFFFF), "PNG"))
        assert made.convert("L").getpixel((32, 32)) == 255

    async def test_cmyk_of_a_print_shop_is_taken(self) -> None:
        assert (await rendered(encoded(picture("CMYK"), "JPEG"))).mode == "RGB"

    async def test_what_shines_through_still_does(self) -> None:
        made = await rendered(encoded(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG"))
        assert made.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]

    async def test_what_need_not_be_square_keeps_its_shape(self) -> None:
        assert (await rendered(PNG, 60, square=False)).size == (60, 30)

    async def test_it_is_turned_upright_and_tells_nothing_else(self) -> None:
        exif = Image.Exif()
        exif[0x0112], exif[0x010F], exif[0x9286] = 6, "Camera", "at home"  # orientation, maker, comment
        exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)  # where it was taken
        source = encoded(picture(size=(80, 40)), "JPEG", exif=exif, icc_profile=b"profile", comment=b"a comment")
        made = await rendered(source, 40, square=False)
        assert made.size == (20, 40), "a quarter turn"
        assert made.getpixel((10, 5))[2] > 200, "what was left is above"  # type: ignore[index]
        assert not made.getexif()
        assert {"exif", "xmp", "icc_profile", "comment"}.isdisjoint(made.info)
        raw = (await renditions(source, [40]))[40]
        assert not any(secret in raw for secret in (b"Camera", b"at home", b"profile", b"a comment"))

    @pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG"])
    async def test_of_what_moves_the_first_frame_stays(self, format_: str) -> None:
        frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]
        made = await rendered(encoded(frames[0], format_, save_all=True, append_images=frames[1:]))
        assert getattr(made, "n_frames", 1) == 1
        assert made.convert("RGB").getpixel((32, 32))[0] > 200  # type: ignore[index]

    async def test_many_at_once_do_not_stall_the_loop(self) -> None:
        source, worst = encoded(picture(size=(2000, 2000)), "PNG"), 0.0
        loop = asyncio.get_running_loop()
        work = asyncio.gather(*(renditions(source, [64, 512]) for _ in range(4)))
        while not work.done():
            began = loop.time()
            await asyncio.sleep(0.005)
            worst = max(worst, loop.time() - began)
        assert len(work.result()) == 4
        assert worst < 0.25


class TestRefusals:
    @pytest.mark.parametrize(
        ("source", "constraint"),
        [
            (b"", "image"),
            (b"not a picture", "image"),
            (b"\x89PNG\r\n\x1a\n", "image"),
            (PNG[:-30], "image"),
            (JPEG[:-60], "image"),
            (GIF[:-10], "image"),
            (WEBP[:-20], "image"),
            (PNG.replace(b"IDAT", b"JDAT"), "image"),
            (encoded(picture(), "BMP"), "image"),
            (encoded(picture(), "TIFF"), "image"),
            (encoded(picture(), "ICO"), "image"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image"),
            (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "image"),
            (PNG + archive(), "image"),
            (JPEG + archive(), "image"),
            (GIF + archive(), "image"),
            (WEBP + archive(), "image"),
            (PNG + b"MZ\x90\0", "image"),
            (JPEG + b"<script>alert(1)</script>", "image"),
            (encoded(picture(), "JPEG", comment=b"<?php system($_GET[0]); ?>"), "image"),
            (encoded(picture("P"), "GIF", comment=b"<html>"), "image"),
            (encoded(picture(), "JPEG", comment=b"%PDF-1.7"), "image"),
            (png_that_claims(6_325, 6_325), "pixels"),
            (png_that_claims(10_000, 10_000), "pixels"),
            (png_that_claims(65_535, 65_535), "pixels"),
            (png_that_claims(2**31 - 1, 1), "pixels"),
            (png_that_claims(0, 10), "image"),
        ],
    )
    async def test_what_is_no_picture_or_too_much_of_one(self, source: bytes, constraint: str) -> None:
        with pytest.raises(ValidationError) as refused:
            await renditions(source, [64])
        assert (refused.value.constraint, refused.value.path) == (constraint, ("file",))

    async def test_the_largest_that_is_let_in(self) -> None:
        side = int(MAX_PIXELS**0.5)
        assert await renditions(encoded(Image.new("1", (side, side)), "PNG"), [64])

    async def test_padding_of_a_disk_block_is_nothing_else(self) -> None:
        for source in (JPEG, PNG, GIF, WEBP):
            assert await renditions(source + bytes(100), [64])

    async def test_what_a_camera_adds_to_a_jpeg_is_let_in(self) -> None:
        assert await renditions(JPEG + JPEG + b"\0\0\0\x18ftypmp42", [64])

    @settings(max_examples=150, deadline=None)
    @given(
        source=st.sampled_from([JPEG, PNG, GIF, WEBP]),
        place=st.floats(0, 1),
        noise=st.binary(min_size=1, max_size=12),
        cut=st.booleans(),
    )
    def test_broken_data_is_a_picture_or_a_refusal(self, source: bytes, place: float, noise: bytes, cut: bool) -> None:
        at = int(place * len(source))
        broken = source[:at] + noise + (b"" if cut else source[at + len(noise) :])
        try:
            (made,) = asyncio.run(renditions(broken, [16])).values()
        except ValidationError:
            return
        assert made.startswith(b"RIFF")
