from pathlib import PurePosixPath

import pytest

from models.plex_paths import PathMap

LIBRARY = "/our/library=/plex/films"


class TestToPlex:
    @pytest.mark.parametrize(
        ("written", "path", "expected"),
        [
            ((), "/our/library/a.mkv", "/our/library/a.mkv"),
            ((LIBRARY,), "/our/library", "/plex/films"),
            ((LIBRARY,), "/our/library/Ünï/a = b.mkv", "/plex/films/Ünï/a = b.mkv"),
            ((LIBRARY,), "/our/library2/a.mkv", None),
            ((LIBRARY,), "/our", None),
            (("/our/library/=/plex/films/",), "/our/library/a", "/plex/films/a"),
            ((" /our = /plex ",), "/our/a", "/plex/a"),
            (("/=/mnt/nest",), "/our/a", "/mnt/nest/our/a"),
            ((LIBRARY, "/our/library/clips=/clips"), "/our/library/clips/a", "/clips/a"),
            (("/our/library/clips=/clips", LIBRARY), "/our/library/clips/a", "/clips/a"),
            (("/our=/a=b",), "/our/c", "/a=b/c"),
            ((r"/our=D:\Media\Nest",), "/our/x/y.mkv", r"D:\Media\Nest\x\y.mkv"),
            ((r"/our=\\nas\share",), "/our/x", r"\\nas\share\x"),
        ],
    )
    def test_is_the_path_that_plex_knows(self, written: tuple[str, ...], path: str, expected: str | None) -> None:
        assert PathMap.parse(written).to_plex(PurePosixPath(path)) == expected


class TestParse:
    @pytest.mark.parametrize("text", ["", "/our", "/our=", "=/plex", "our=/plex", "/our=plex", "/our/../x=/y"])
    def test_refuses_what_is_no_pair_of_whole_paths(self, text: str) -> None:
        with pytest.raises(ValueError, match="such as /our/library=/plex/library"):
            PathMap.parse([text])
