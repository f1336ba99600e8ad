"""From what TMDB sends to what is known: a field that is not what it should be is not there, and breaks nothing."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from integrations.tmdb.base import LAST_PAGE, FoundPage, FoundSeason, FoundTitle, Kind

T = TypeVar("T")

_KINDS = {"movie": Kind.MOVIE, "tv": Kind.TV}
_MAX_INT = 2**31 - 1
_MAX_TEXT = 10_000
_MAX_NAME = 500
_MAX_CODE = 16


def page_of(value: Any, kind: Kind | None = None) -> FoundPage:
    """A page of a search for `kind`, or for anything. Raises ValueError for what is none."""
    found = _mapping(value)
    results = found["results"]
    if not isinstance(results, list):
        raise TypeError("no list of results")
    titles = (_any(_result, result, kind) for result in results)
    last_page, total = _count(found.get("total_pages")) or 1, _count(found.get("total_results")) or 0
    return FoundPage(tuple(title for title in titles if title), min(last_page, LAST_PAGE), total)


def title_of(value: Any, kind: Kind) -> FoundTitle:
    """The page of one title. Raises ValueError for what is none."""
    found = _mapping(value)
    elsewhere = found.get("external_ids")
    ids = elsewhere if isinstance(elsewhere, Mapping) else {}
    return FoundTitle(
        **_common(found, kind),
        runtime=_count(found.get("runtime")) or None,
        genres=tuple(_each(found.get("genres"), lambda genre: _text(genre["name"], _MAX_NAME))),
        status=_text(found.get("status"), _MAX_NAME),
        imdb_id=_code(found.get("imdb_id")) or _code(ids.get("imdb_id")),
        tvdb_id=_count(ids.get("tvdb_id")) or None,
        seasons=tuple(_each(found.get("seasons"), _season)) if kind is Kind.TV else None,
    )


def _result(value: Any, kind: Kind | None) -> FoundTitle | None:
    """None for a person or a collection."""
    found = _mapping(value)
    what = kind or _KINDS.get(str(found.get("media_type")))
    return FoundTitle(**_common(found, what)) if what else None


def _common(found: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    name, day = ("title", "release_date") if kind is Kind.MOVIE else ("name", "first_air_date")
    title = _text(found.get(name), _MAX_NAME) or _text(found.get(f"original_{name}"), _MAX_NAME)
    tmdb_id = _count(found["id"])
    if not title or not tmdb_id:
        raise ValueError("a title without a name or a number")
    released = _day(found.get(day))
    return {
        "kind": kind,
        "tmdb_id": tmdb_id,
        "title": title,
        "year": released and released.year,
        "overview": _text(found.get("overview"), _MAX_TEXT),
        "poster_path": _text(found.get("poster_path"), _MAX_NAME),
        "backdrop_path": _text(found.get("backdrop_path"), _MAX_NAME),
        "vote_average": _share_of_ten(found.get("vote_average")),
        "release_date": released,
    }


def _season(value: Any) -> FoundSeason | None:
    number = _count(value["season_number"])
    if number is None:
        return None
    return FoundSeason(
        number,
        _text(value.get("name"), _MAX_NAME),
        _count(value.get("episode_count")) or 0,
        _day(value.get("air_date")),
    )


def _each(values: Any, read: Callable[[Any], T | None]) -> Iterator[T]:
    """What `read` makes of the entries that it can read."""
    for value in values if isinstance(values, list) else ():
        made = _any(read, value)
        if made is not None:
            yield made


def _any(read: Callable[..., T | None], *arguments: Any) -> T | None:
    try:
        return read(*arguments)
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError("no object")
    return value


def _text(value: Any, length: int) -> str | None:
    """Without the one character that PostgreSQL cannot keep."""
    return value.replace("\0", "").strip()[:length] or None if isinstance(value, str) else None


def _code(value: Any) -> str | None:
    code = _text(value, _MAX_TEXT)
    return code if code and len(code) <= _MAX_CODE else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_INT else None


def _share_of_ten(value: Any) -> float | None:
    """0 is what has no votes yet."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value <= 10 else None  # noqa: PLR2004


def _day(value: Any) -> date | None:
    """It may also be an empty string."""
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        return None
