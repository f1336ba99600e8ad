"""TMDB as a small server: what our client meets there, and faults on demand."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN = "head.claims.signature-that-nobody-else-may-see"
KEY = "0123456789abcdef0123456789abcdef"
PAGE_SIZE = 20
MEANINGS = {
    401: (7, "Invalid API key."),
    404: (34, "The resource could not be found."),
    429: (25, "Too many requests."),
}

Fault = str | int | dict[str, Any]
"""A status, `html`, `null`, `hang`, `cut`, or a document to answer with."""


@dataclass
class TmdbDouble:
    """`films` and `series` by number, as their own pages; `others` are what a search for anything finds besides."""

    films: dict[int, dict[str, Any]] = field(default_factory=dict)
    series: dict[int, dict[str, Any]] = field(default_factory=dict)
    others: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    retry_after: str | None = None
    calls: list[str] = field(default_factory=list)
    languages: set[str] = field(default_factory=set)
    url: str = ""

    def fail(self, fault: Fault, times: int = 1) -> None:
        """The next `times` calls go wrong."""
        self.faults += [fault] * times

    def add_film(self, number: int, title: str, **more: Any) -> None:
        self.films[number] = {
            "id": number, "title": title, "original_title": title, "overview": f"About {title}.",
            "release_date": "1999-03-31", "poster_path": "/poster.jpg", "backdrop_path": "/back.jpg",
            "vote_average": 8.2, "adult": False, "runtime": 136, "genres": [{"id": 28, "name": "Action"}],
            "status": "Released", "imdb_id": f"tt{number:07}",
            "external_ids": {"imdb_id": f"tt{number:07}", "tvdb_id": None},
        } | more  # fmt: skip

    def add_series(self, number: int, name: str, **more: Any) -> None:
        self.series[number] = {
            "id": number, "name": name, "original_name": name, "overview": "", "first_air_date": "2008-01-20",
            "poster_path": None, "backdrop_path": None, "vote_average": 0.0, "genres": [], "status": "Ended",
            "external_ids": {"imdb_id": None, "tvdb_id": number + 1},
            "seasons": [
                {"season_number": 0, "name": "Specials", "episode_count": 2, "air_date": None},
                {"season_number": 1, "name": "Season 1", "episode_count": 7, "air_date": "2008-01-20"},
            ],
        } | more  # fmt: skip

    def app(self) -> ASGIApp:
        return _Door(self, Starlette(routes=[
            Route("/3/configuration", lambda _: JSONResponse({"images": {"secure_base_url": "https://image.tmdb.org"}})),
            Route("/3/search/multi", self._anything),
            Route("/3/search/movie", self._films),
            Route("/3/search/tv", self._series),
            Route("/3/movie/{number:int}", self._film),
            Route("/3/tv/{number:int}", self._show),
        ]))  # fmt: skip

    def _anything(self, request: Request) -> Response:
        films = [{**film, "media_type": "movie"} for film in self.films.values()]
        series = [{**show, "media_type": "tv"} for show in self.series.values()]
        return _page(request, [*self.others, *films, *series])

    def _films(self, request: Request) -> Response:
        year = request.query_params.get("primary_release_year", "")
        return _page(request, [film for film in self.films.values() if film["release_date"].startswith(year)])

    def _series(self, request: Request) -> Response:
        year = request.query_params.get("first_air_date_year", "")
        return _page(request, [show for show in self.series.values() if show["first_air_date"].startswith(year)])

    def _film(self, request: Request) -> Response:
        return _one(request, self.films)

    def _show(self, request: Request) -> Response:
        return _one(request, self.series)


class _Door:
    """Faults, and the key."""

    def __init__(self, double: TmdbDouble, inside: ASGIApp) -> None:
        self._double = double
        self._inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        self._double.calls.append(request.url.path.removeprefix("/3/"))
        self._double.languages.add(request.query_params.get("language", ""))
        fault = self._double.faults.pop(0) if self._double.faults else None
        answer = self._refused(request) or await _broken(fault, self._double.retry_after)
        await (answer or self._inside)(scope, receive, send)

    @staticmethod
    def _refused(request: Request) -> Response | None:
        has_token = request.headers.get("authorization") == f"Bearer {TOKEN}"
        return None if has_token or request.query_params.get("api_key") == KEY else _error(401)


async def _broken(fault: Fault | None, retry_after: str | None) -> Response | None:
    match fault:
        case int():
            return _error(fault, {"Retry-After": retry_after} if retry_after and fault == 429 else {})
        case dict():
            return JSONResponse(fault)
        case "html":
            return HTMLResponse("<!doctype html><title>TMDB</title>")
        case "null":
            return JSONResponse(None)
        case "cut":
            return StreamingResponse(_half(), headers={"Content-Length": "1000"}, media_type="application/json")
        case "hang":
            await asyncio.Event().wait()
    return None


async def _half() -> AsyncIterator[bytes]:
    yield b"{"


def _error(status: int, headers: dict[str, str] | None = None) -> Response:
    code, message = MEANINGS.get(status, (9, "Service offline."))
    return JSONResponse({"success": False, "status_code": code, "status_message": message}, status, headers)


def _one(request: Request, known: dict[int, dict[str, Any]]) -> Response:
    found = known.get(request.path_params["number"])
    if found is None:
        return _error(404)
    return JSONResponse({name: value for name, value in found.items() if name != "external_ids" or _wants_ids(request)})


def _wants_ids(request: Request) -> bool:
    return "external_ids" in request.query_params.get("append_to_response", "")


def _page(request: Request, documents: list[dict[str, Any]]) -> Response:
    """Without what only the pages of their own have."""
    words = request.query_params["query"].casefold().split()
    found = [
        {
            name: value
            for name, value in document.items()
            if name not in {"runtime", "genres", "seasons", "external_ids"}
        }
        for document in documents
        if all(word in str(document.get("title") or document.get("name")).casefold() for word in words)
    ]
    page = int(request.query_params["page"])
    if not 1 <= page <= 500 or not words:
        return _error(400)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    pages = -(-len(found) // PAGE_SIZE)
    return JSONResponse({"page": page, "results": shown, "total_pages": pages, "total_results": len(found)})
