"""How `/files/…` answers what players, browsers and programs ask."""

import gzip
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

import pytest

from medianest.wiring.backbone import Backbone
from models.files import StoredFile
from services.files import FileService
from tests.factories.downloads import make_download, make_file
from tests.factories.people import make_user
from tests.integration.api.conftest import ApiClient

CONTENT = bytes(range(256)) * 8
LAST = len(CONTENT) - 1
SUBTITLE = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n" * 60
PLAIN = {"Accept-Encoding": "identity"}


async def stored(base: Backbone, folder: Path, content: bytes, **columns: object) -> StoredFile:
    (folder / "source").write_bytes(content)
    file = await make_file(await make_download((await make_user()).id), bytes=len(content), **columns)
    await base.storage.put(file.key, folder / "source")
    return file


@pytest.fixture
async def film(base: Backbone, tmp_path: Path) -> StoredFile:
    return await stored(base, tmp_path, CONTENT)


@pytest.fixture
async def subtitle(base: Backbone, tmp_path: Path) -> StoredFile:
    return await stored(base, tmp_path, SUBTITLE, mime_type="text/vtt", filename="a.en.vtt")


def path_of(files: FileService, file: StoredFile) -> str:
    return (files.link(file, 60) or "").removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def link(base: Backbone, film: StoredFile) -> str:
    return path_of(base.files, film)


class TestRange:
    @pytest.mark.parametrize(
        ("asked", "first", "last"),
        [
            ("bytes=0-0", 0, 0),
            ("bytes=10-19", 10, 19),
            ("bytes=10-", 10, LAST),
            ("bytes=-5", LAST - 4, LAST),
            (f"bytes=-{LAST * 9}", 0, LAST),
            (f"bytes=100-{LAST * 9}", 100, LAST),
            (f"bytes={LAST}-", LAST, LAST),
            ("bytes= 1-2 ", 1, 2),
        ],
    )
    async def test_a_part(self, client: ApiClient, link: str, asked: str, first: int, last: int) -> None:
        answer = await client.http.get(link, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (206, CONTENT[first : last + 1])
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(CONTENT)}"
        assert answer.headers["content-length"] == str(last - first + 1)
        assert answer.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize("asked", [f"bytes={LAST + 1}-", "bytes=99999-", "bytes=-0"])
    async def test_beyond_the_end(self, client: ApiClient, link: str, asked: str) -> None:
        answer = await client.http.get(link, headers={"Range": asked})
        assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(CONTENT)}")

    @pytest.mark.parametrize("asked", ["pages=1-2", "bytes=b-a", "bytes=9-3", "bytes=", "bytes=-", "1-2", "bytes 1-2"])
    async def test_what_is_no_range_is_no_question(self, client: ApiClient, link: str, asked: str) -> None:
        answer = await client.http.get(link, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (200, CONTENT)

    async def test_several_parts_come_as_several(self, client: ApiClient, link: str) -> None:
        answer = await client.http.get(link, headers={"Range": "bytes=0-1,10-11"})
        assert answer.status_code == 206
        assert answer.headers["content-type"].startswith("multipart/byteranges; boundary=")

    async def test_if_range_is_about_the_same_bytes(self, client: ApiClient, film: StoredFile, link: str) -> None:
        known = (await client.http.head(link)).headers
        for condition, status in (
            (f'"{film.sha256}"', 206),
            (known["last-modified"], 206),
            (f'W/"{film.sha256}"', 200),
            ('"another"', 200),
            (formatdate(0, usegmt=True), 200),
        ):
            asked = {"Range": "bytes=0-9", "If-Range": condition}
            assert (await client.http.get(link, headers=asked)).status_code == status, condition

    async def test_of_a_head_is_none(self, client: ApiClient, link: str) -> None:
        answer = await client.http.head(link, headers={"Range": "bytes=0-9"})
        assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, str(len(CONTENT)), b"")


class TestConditions:
    @pytest.mark.parametrize(
        ("tags", "status"),
        [
            ('"{}"', 304),
            ('W/"{}"', 304),
            ('"other", "{}"', 304),
            ("*", 304),
            ('"other"', 200),
            ("{}", 200),
        ],
    )
    async def test_whoever_has_it_is_told_so(
        self, client: ApiClient, film: StoredFile, link: str, tags: str, status: int
    ) -> None:
        answer = await client.http.get(link, headers={"If-None-Match": tags.format(film.sha256)})
        assert answer.status_code == status
        assert answer.headers["etag"] == f'"{film.sha256}"'
        assert answer.headers["cache-control"] == "private, max-age=3600"
        if status == 304:
            assert answer.content == b""
            assert "content-type" not in answer.headers

    @pytest.mark.parametrize(("seconds", "status"), [(0, 304), (3600, 304), (-3600, 200)])
    async def test_by_its_date(self, client: ApiClient, link: str, seconds: int, status: int) -> None:
        modified = (await client.http.head(link)).headers["last-modified"]
        asked = formatdate(parsedate_to_datetime(modified).timestamp() + seconds, usegmt=True)
        assert (await client.http.get(link, headers={"If-Modified-Since": asked})).status_code == status

    async def test_a_tag_counts_more_than_a_date(self, client: ApiClient, link: str) -> None:
        asked = {"If-None-Match": '"other"', "If-Modified-Since": formatdate(usegmt=True)}
        assert (await client.http.get(link, headers=asked)).status_code == 200

    async def test_a_date_that_is_none_is_ignored(self, client: ApiClient, link: str) -> None:
        assert (await client.http.get(link, headers={"If-Modified-Since": "yesterday"})).status_code == 200


class TestPacking:
    async def test_text_is_packed_for_who_takes_it(
        self, base: Backbone, client: ApiClient, subtitle: StoredFile
    ) -> None:
        link = path_of(base.files, subtitle)
        async with client.http.stream("GET", link, headers={"Accept-Encoding": "gzip;q=0.5, br"}) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        assert gzip.decompress(raw) == SUBTITLE
        assert len(raw) < len(SUBTITLE) / 4
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"].startswith("Accept-Encoding")
        assert answer.headers["content-length"] == str(len(raw))
        again = await client.http.get(link, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        assert again.headers["vary"].startswith("Accept-Encoding")

    @pytest.mark.parametrize("taken", ["identity", "br", "gzip;q=0", "gzip;q=0.0", ""])
    async def test_and_plain_for_who_does_not(
        self, base: Backbone, client: ApiClient, subtitle: StoredFile, taken: str
    ) -> None:
        answer = await client.http.get(path_of(base.files, subtitle), headers={"Accept-Encoding": taken})
        assert (answer.content, answer.headers.get("content-encoding")) == (SUBTITLE, None)
        assert answer.headers["vary"].startswith("Accept-Encoding")
        assert answer.headers["etag"] == f'"{subtitle.sha256}"'
        assert answer.headers["content-type"] == "text/vtt; charset=utf-8"

    async def test_a_part_of_it_is_never_packed(self, base: Backbone, client: ApiClient, subtitle: StoredFile) -> None:
        answer = await client.http.get(path_of(base.files, subtitle), headers={"Range": "bytes=0-5"})
        assert (answer.status_code, answer.content) == (206, b"WEBVTT")

    async def test_films_are_not_packed_again(self, client: ApiClient, link: str) -> None:
        answer = await client.http.get(link)
        assert "content-encoding" not in answer.headers
        assert "Accept-Encoding" not in answer.headers["vary"]


class TestTypes:
    @pytest.mark.parametrize(
        ("type_", "shown"),
        [
            ("video/mp4", True),
            ("audio/ogg", True),
            ("image/webp", True),
            ("image/svg+xml", False),
            ("text/html", False),
            ("application/xhtml+xml", False),
            ("text/vtt", False),
            (None, False),
        ],
    )
    async def test_only_what_runs_nothing_is_shown(
        self, base: Backbone, client: ApiClient, tmp_path: Path, type_: str | None, shown: bool
    ) -> None:
        file = await stored(base, tmp_path, CONTENT, mime_type=type_, filename="Ünd;so.x")
        answer = await client.http.get(path_of(base.files, file), headers=PLAIN)
        kind = "inline" if shown else "attachment"
        assert answer.headers["content-disposition"] == (
            f"{kind}; filename=\"Und;so.x\"; filename*=UTF-8''%C3%9Cnd%3Bso.x"
        )
        assert answer.headers["content-type"].split(";")[0] == (type_ or "application/octet-stream")
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_cookies_are_served_to_nobody(self, base: Backbone, client: ApiClient, film: StoredFile) -> None:
        link = path_of(base.files, film)
        await StoredFile.filter(id=film.id).update(kind="COOKIES")
        assert (await client.http.get(link)).status_code == 404
