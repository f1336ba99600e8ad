"""What is asked of TMDB, The Movie Database, and what it says."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from infra.http.breaker import CircuitBreaker

PAGE_SIZE = 20
LAST_PAGE = 500
"""TMDB shows no more of any search."""


class Kind(StrEnum):
    MOVIE = "MOVIE"
    TV = "TV"


@dataclass(frozen=True, slots=True)
class FoundSeason:
    number: int
    name: str | None
    episode_count: int
    air_date: date | None


@dataclass(frozen=True, slots=True)
class FoundTitle:
    """A film or a series. From `runtime` (in minutes) on, only its own page says it; a search leaves it None."""

    kind: Kind
    tmdb_id: int
    title: str
    year: int | None = None
    overview: str | None = None
    poster_path: str | None = None
    backdrop_path: str | None = None
    vote_average: float | None = None
    release_date: date | None = None
    runtime: int | None = None
    genres: tuple[str, ...] | None = None
    status: str | None = None
    imdb_id: str | None = None
    tvdb_id: int | None = None
    seasons: tuple[FoundSeason, ...] | None = None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """`total` counts also what is neither film nor series, and is left out of `titles`."""

    titles: tuple[FoundTitle, ...]
    last_page: int
    total: int


class Tmdb(Protocol):
    """Every method raises UpstreamError."""

    @property
    def breaker(self) -> CircuitBreaker | None:
        """None where nothing can fail."""

    async def search(self, query: str, *, kind: Kind | None, year: int | None, page: int) -> FoundPage:
        """Films and series by name, the likeliest first, a page from 1 on; `year` is that of the release."""

    async def title(self, kind: Kind, tmdb_id: int) -> FoundTitle | None:
        """All of one; None for a number that TMDB does not have."""
