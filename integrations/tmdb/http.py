"""TMDB itself."""

import asyncio
from functools import partial
from http import HTTPStatus
from itertools import chain, zip_longest
from typing import TypeVar

from infra.http.answer import Shape
from infra.http.breaker import CircuitBreaker
from infra.http.client import OutgoingClient, OutgoingLimits
from infra.http.egress import EgressPolicy
from infra.http.errors import UpstreamStatusError
from infra.http.pace import Pace
from integrations.tmdb.base import FoundPage, FoundTitle, Kind
from integrations.tmdb.shapes import page_of, title_of

T = TypeVar("T")

LIMITS = OutgoingLimits(connect_seconds=2, read_seconds=3, total_seconds=3.5, tries=2, retry_after_seconds=0)
"""Less than an answer of the API may take: somebody waits for it."""

_PATHS = {Kind.MOVIE: "movie", Kind.TV: "tv"}
_YEARS = {Kind.MOVIE: "primary_release_year", Kind.TV: "first_air_date_year"}
_MORE = "external_ids"


class HttpTmdb:
    """`token` is a token to read (version 4 of TMDB's API), or the shorter key of version 3."""

    def __init__(
        self,
        url: str,
        token: str,
        language: str,
        policy: EgressPolicy,
        breaker: CircuitBreaker,
        pace: Pace,
        limits: OutgoingLimits = LIMITS,
    ) -> None:
        is_v4 = token.count(".") == 2  # noqa: PLR2004  (a JWT)
        self._params = {"language": language} if is_v4 else {"language": language, "api_key": token}
        headers = {"Authorization": f"Bearer {token}"} if is_v4 else {}
        self._client = OutgoingClient(url, policy, breaker, headers=headers, limits=limits)
        self._pace = pace
        self.breaker = breaker

    async def close(self) -> None:
        await self._client.close()

    async def check(self) -> None:
        """Whether it is there and takes our token. Raises UpstreamError."""
        await self._get("configuration", lambda value: value["images"])

    async def search(self, query: str, *, kind: Kind | None, year: int | None, page: int) -> FoundPage:
        if kind is None and year is not None:  # the search for both knows no years
            films, series = await asyncio.gather(
                *(self.search(query, kind=each, year=year, page=page) for each in (Kind.MOVIE, Kind.TV))
            )
            return _in_turn(films, series)
        params: dict[str, str | int | bool] = {"query": query, "page": page, "include_adult": "false"}
        if kind is None:
            return await self._get("search/multi", page_of, params)
        if year is not None:
            params[_YEARS[kind]] = year
        return await self._get(f"search/{_PATHS[kind]}", partial(page_of, kind=kind), params)

    async def title(self, kind: Kind, tmdb_id: int) -> FoundTitle | None:
        path = f"{_PATHS[kind]}/{tmdb_id}"
        try:
            return await self._get(path, partial(title_of, kind=kind), {"append_to_response": _MORE})
        except UpstreamStatusError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    async def _get(self, path: str, shape: Shape[T], params: dict[str, str | int | bool] | None = None) -> T:
        await self._pace.turn()
        try:
            return await self._client.get_json(path, shape, params={**self._params, **(params or {})})
        except UpstreamStatusError as error:
            if error.status == HTTPStatus.TOO_MANY_REQUESTS:
                await self._pace.pause(error.retry_at)
            raise


def _in_turn(films: FoundPage, series: FoundPage) -> FoundPage:
    """Both are ordered by how likely they are meant, and nothing tells which list begins with the likelier one."""
    mixed = chain.from_iterable(zip_longest(films.titles, series.titles))
    return FoundPage(
        tuple(title for title in mixed if title is not None),
        max(films.last_page, series.last_page),
        films.total + series.total,
    )
