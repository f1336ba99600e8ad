"""Names for files that any system takes."""

from itertools import islice
from pathlib import PurePath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pathvalidate import is_valid_filename

from infra.http.disposition import content_disposition
from services.file_names import (
    MAX_NAME_BYTES,
    file_name,
    library_folder,
    media_type,
    numbered,
    safe_ending,
    safe_name,
)

TEXTS = st.text(st.characters(), max_size=400)
TEMPLATE = "{uploader}/{title} [{video_id}]"


class TestSafeName:
    @given(TEXTS)
    @example("..")
    @example("CON .")
    @example("con")
    @example("aux\u202e.mp4")
    @example("映" * 200)
    @example("\ud800")
    @example("a" * 236 + " . b")
    def test_any_text_is_a_name_and_stays_it(self, text: str) -> None:
        name = safe_name(text)
        assert is_valid_filename(name, platform="universal")
        assert 0 < len(name.encode()) <= MAX_NAME_BYTES
        assert PurePath(name).parts == (name,)
        assert not name.startswith((" ", ".")) or name == "_"
        assert not name.endswith((" ", "."))
        assert not set(name) & set("/\\\0\u202e\n")
        assert safe_name(name) == name

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("A film", "A film"),
            ('Was? / Wo: "hier"', "Was Wo hier"),
            ("  two\n lines ", "two lines"),
            ("Ha\u0308fen", "Häfen"),
            ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
            ("../../etc/passwd", "etcpasswd"),
            ("NUL", "NUL_"),
            ("", "_"),
        ],
    )
    def test_people_still_know_it(self, text: str, name: str) -> None:
        assert safe_name(text) == name

    @given(TEXTS, TEXTS, TEXTS)
    def test_a_file_name_keeps_its_ending_and_has_room_for_a_number(
        self, stem: str, suffix: str, language: str
    ) -> None:
        ending = safe_ending(f".{suffix}", language)
        name = file_name(stem, ending)
        assert name.endswith(ending)
        (*_, (_, last)) = islice(numbered(name.removesuffix(ending), ending), 999)
        assert len(last.encode()) <= MAX_NAME_BYTES
        assert PurePath(last).parts == (last,)

    @given(TEXTS, TEXTS, TEXTS)
    def test_no_title_climbs_out_of_the_library(self, title: str, uploader: str, video_id: str) -> None:
        folder, stem = library_folder(TEMPLATE, {"title": title, "uploader": uploader, "video_id": video_id})
        assert not folder.is_absolute()
        assert len(folder.parts) == 1
        for part in (*folder.parts, stem):
            assert is_valid_filename(part, platform="universal")


class TestNumbered:
    def test_counts_before_the_ending(self) -> None:
        found = islice(numbered("A film", ".en.vtt"), 3)
        assert list(found) == [(1, "A film.en.vtt"), (2, "A film (2).en.vtt"), (3, "A film (3).en.vtt")]

    def test_goes_on_from_a_number(self) -> None:
        assert next(numbered("A film", ".mp4", first=4)) == (4, "A film (4).mp4")


class TestMediaType:
    @pytest.mark.parametrize(
        ("name", "type_"),
        [
            ("a.mp4", "video/mp4"),
            ("a.MKV", "video/x-matroska"),
            ("a.webm", "video/webm"),
            ("a.m4a", "audio/mp4"),
            ("a.opus", "audio/ogg"),
            ("a.en.vtt", "text/vtt"),
            ("a.srt", "application/x-subrip"),
            ("a.webp", "image/webp"),
            ("a.json", "application/json"),
            ("a", None),
        ],
    )
    def test_is_the_same_on_every_system(self, name: str, type_: str | None) -> None:
        assert media_type(name) == type_


class TestContentDisposition:
    @pytest.mark.parametrize(
        ("name", "header"),
        [
            ("a film.mp4", 'filename="a film.mp4"'),
            ("Häfen.mp4", "filename=\"Hafen.mp4\"; filename*=UTF-8''H%C3%A4fen.mp4"),
            ("映画.mkv", "filename=\"file.mkv\"; filename*=UTF-8''%E6%98%A0%E7%94%BB.mkv"),
            ('a"b\\c.mp4', "filename=\"a_b_c.mp4\"; filename*=UTF-8''a%22b%5Cc.mp4"),
            ("100%41.mp4", "filename=\"100_41.mp4\"; filename*=UTF-8''100%2541.mp4"),
        ],
    )
    def test_says_the_name_twice_where_it_must(self, name: str, header: str) -> None:
        assert content_disposition("inline", name) == f"inline; {header}"

    @given(st.text(min_size=1, max_size=60))
    def test_no_name_breaks_out_of_the_header(self, name: str) -> None:
        if any("\ud800" <= sign <= "\udfff" for sign in name):
            return
        header = content_disposition("attachment", name)
        assert header.isascii()
        assert header.isprintable()
        assert header.count('"') == 2
        assert "\\" not in header
