"""Where pictures are: browsers fetch them from TMDB themselves."""

import re

_PLACE = "https://image.tmdb.org/t/p"
_POSTER_WIDTHS = (342, 500, 780)
_BACKDROP_WIDTHS = (300, 780, 1280)
_PATH = re.compile(r"/[\w-]{1,100}\.(jpg|png|svg)", re.ASCII)


def poster_url(path: str | None, width: int) -> str | None:
    """The smallest that is at least `width` pixels wide, or the original; None without a picture."""
    return _url(path, width, _POSTER_WIDTHS)


def backdrop_url(path: str | None, width: int) -> str | None:
    """As `poster_url`."""
    return _url(path, width, _BACKDROP_WIDTHS)


def _url(path: str | None, width: int, widths: tuple[int, ...]) -> str | None:
    if path is None or not _PATH.fullmatch(path):
        return None
    size = next((f"w{offered}" for offered in widths if offered >= width), "original")
    return f"{_PLACE}/{size}{path}"
