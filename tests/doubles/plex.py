"""A Plex server and plex.tv as one small server: what our client meets, and faults on demand."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import PurePosixPath
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN = "plex-token-that-nobody-else-may-see"
MACHINE = "a1b2c3d4e5f6machine"
MOVIE, SHOW, EPISODE, COLLECTION = 1, 2, 4, 18

Fault = str | int
"""A status, `html`, `null`, `drift`, `hang`, `cut`, or `cut after`: done, but the answer is lost."""


@dataclass
class Section:
    key: str
    title: str
    type: str = "movie"
    folders: tuple[str, ...] = ("/media",)
    refreshing: bool = False

    def json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": self.title,
            "type": self.type,
            "refreshing": self.refreshing,
            "scannedAt": 1_790_000_000,
            "uuid": f"section-{self.key}",
            "Location": [{"id": number, "path": path} for number, path in enumerate(self.folders)],
        }


@dataclass
class Person:
    """`servers` are the access tokens of the account by machine id."""

    uuid: str
    username: str = "olga"
    email: str | None = "olga@example.org"
    confirmed: bool = True
    servers: dict[str, str] = field(default_factory=dict)


@dataclass
class PlexDouble:
    """`appears` is what a scan of its folder finds: a path on Plex's disk for each section."""

    sections: list[Section] = field(default_factory=lambda: [Section("1", "Films"), Section("2", "Series", "show")])
    entries: list[dict[str, Any]] = field(default_factory=list)
    appears: dict[str, str] = field(default_factory=dict)
    machine_id: str = MACHINE
    scans_by_post: bool = False
    scans: list[tuple[str, str, str | None]] = field(default_factory=list)
    collections: dict[str, tuple[str, str, list[str]]] = field(default_factory=dict)
    edits: dict[str, dict[str, str]] = field(default_factory=dict)
    posters: dict[str, list[bytes]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    pins: dict[int, dict[str, Any]] = field(default_factory=dict)
    admitted: set[str] = field(default_factory=set)
    is_open: bool = False
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(100))

    def fail(self, fault: Fault, path: str = "", times: int = 1) -> None:
        """The next `times` calls whose path has `path` in it go wrong."""
        self.faults += [(path, fault)] * times

    def add(
        self, section: str, kind: int, title: str, *, tmdb: int | None = None, resolutions: tuple[str, ...] = ("1080",),
        file: str | None = None, **more: Any,
    ) -> str:  # fmt: skip
        """Something new in a library; answers its rating key."""
        key = str(next(self.numbers))
        entry: dict[str, Any] = {
            "section": section, "type": kind, "ratingKey": key, "title": title, "addedAt": 1_780_000_000 + int(key),
            "Guid": [] if tmdb is None else [{"id": f"imdb://tt{tmdb:07}"}, {"id": f"tmdb://{tmdb}"}],
            "Media": [
                {"videoResolution": resolution, "Part": [{"file": file or f"/media/{title} {resolution}.mkv"}]}
                for resolution in resolutions
            ],
        } | more  # fmt: skip
        self.entries.append(entry)
        return key

    def add_series(self, section: str, title: str, tmdb: int, seasons: dict[int, int], **more: Any) -> str:
        """A series with so many episodes a season."""
        show = self.add(section, SHOW, title, tmdb=tmdb, resolutions=(), leafCount=sum(seasons.values()))
        for season, episodes in seasons.items():
            for number in range(1, episodes + 1):
                self.add_episode(section, show, season, number, **more)
        return show

    def add_episode(self, section: str, show: str, season: int, number: int, **more: Any) -> str:
        return self.add(
            section, EPISODE, f"Episode {number}", grandparentRatingKey=show, parentIndex=season, index=number, **more
        )

    def remove(self, *keys: str) -> None:
        self.entries = [entry for entry in self.entries if not {entry["ratingKey"], entry.get("grandparentRatingKey")}
                        & set(keys)]  # fmt: skip

    def confirm(self, code: str, token: str) -> None:
        """Somebody says yes to a PIN at plex.tv."""
        next(pin for pin in self.pins.values() if pin["code"] == code)["authToken"] = token

    def app(self) -> ASGIApp:
        return _Door(self, Starlette(routes=[
            Route("/identity", self._identity),
            Route("/library/sections", self._sections),
            Route("/library/sections/{section}/all", self._all),
            Route("/library/sections/{section}/all", self._edit, methods=["PUT"]),
            Route("/library/sections/{section}/refresh", self._refresh, methods=["GET", "POST"]),
            Route("/library/metadata/{key}/allLeaves", self._leaves),
            Route("/library/metadata/{key}/posters", self._poster, methods=["POST"]),
            Route("/library/collections", self._create_collection, methods=["POST"]),
            Route("/library/collections/{key}/items", self._add_to_collection, methods=["PUT"]),
            Route("/api/v2/pins", self._create_pin, methods=["POST"]),
            Route("/api/v2/pins/{pin:int}", self._pin),
            Route("/api/v2/user", self._user),
            Route("/api/v2/resources", self._resources),
        ]))  # fmt: skip

    def _identity(self, _request: Request) -> Response:
        return _container(machineIdentifier=self.machine_id, version="1.43.0.1", claimed=True)

    def _sections(self, _request: Request) -> Response:
        return _container(size=len(self.sections), Directory=[section.json() for section in self.sections])

    def _all(self, request: Request) -> Response:
        wanted = int(request.query_params["type"])
        section = request.path_params["section"]
        if not any(known.key == section for known in self.sections):
            return HTMLResponse("<h1>Not found</h1>", 404)
        if wanted == COLLECTION:
            found: list[dict[str, Any]] = [
                {"ratingKey": key, "title": title, "type": "collection"}
                for key, (where, title, _) in self.collections.items()
                if where == section
            ]
        else:
            found = [entry for entry in self.entries if (entry["section"], entry["type"]) == (section, wanted)]
            found.sort(key=lambda entry: -int(entry.get("addedAt") or 0))
        start, size = int(request.headers["X-Plex-Container-Start"]), int(request.headers["X-Plex-Container-Size"])
        page = found[start : start + size]
        return _container(size=len(page), totalSize=len(found), offset=start, Metadata=[_shown(each) for each in page])

    def _leaves(self, request: Request) -> Response:
        key = request.path_params["key"]
        found = [_shown(entry) for entry in self.entries if entry.get("grandparentRatingKey") == key]
        return _container(size=len(found), Metadata=found)

    def _refresh(self, request: Request) -> Response:
        if "json" in request.headers["accept"]:
            return HTMLResponse("<h1>Bad request</h1>", 400)
        if self.scans_by_post and request.method == "GET":
            return HTMLResponse("<h1>Not found</h1>", 404)
        section, path = request.path_params["section"], request.query_params.get("path")
        self.scans.append((request.method, section, path))
        for file, where in list(self.appears.items()):
            if where == section and (path is None or str(PurePosixPath(file).parent) == path):
                del self.appears[file]
                kind = next(known.type for known in self.sections if known.key == section)
                self.add(section, MOVIE if kind == "movie" else EPISODE, PurePosixPath(file).stem, file=file)
        return Response()

    def _edit(self, request: Request) -> Response:
        parameters = dict(request.query_params)
        self.edits.setdefault(parameters["id"], {}).update(parameters)
        return Response()

    async def _poster(self, request: Request) -> Response:
        self.posters.setdefault(request.path_params["key"], []).append(await request.body())
        return Response()

    def _create_collection(self, request: Request) -> Response:
        parameters = request.query_params
        key = str(next(self.numbers))
        self.collections[key] = (parameters["sectionId"], parameters["title"], [parameters["uri"].rpartition("/")[2]])
        return _container(size=1, Metadata=[{"ratingKey": key, "title": parameters["title"]}])

    def _add_to_collection(self, request: Request) -> Response:
        items = self.collections[request.path_params["key"]][2]
        item = request.query_params["uri"].rpartition("/")[2]
        items += [] if item in items else [item]
        return _container(size=1)

    def _create_pin(self, _request: Request) -> Response:
        number = next(self.numbers)
        expires = datetime.now(UTC) + timedelta(minutes=30)
        self.pins[number] = {
            "id": number, "code": f"code{number}", "expiresAt": expires.isoformat(), "expiresIn": 1800,
            "authToken": None,
        }  # fmt: skip
        return JSONResponse(self.pins[number], 201)

    def _pin(self, request: Request) -> Response:
        pin = self.pins.get(request.path_params["pin"])
        return JSONResponse({"errors": [{"code": 1020, "message": "Code not found"}]}, 404) if pin is None else (
            JSONResponse(pin)
        )  # fmt: skip

    def _user(self, request: Request) -> Response:
        person = self.people.get(request.headers.get("X-Plex-Token", ""))
        if person is None:
            return _unauthorized()
        return JSONResponse({
            "id": 7, "uuid": person.uuid, "username": person.username, "email": person.email,
            "confirmed": person.confirmed,
        })  # fmt: skip

    def _resources(self, request: Request) -> Response:
        person = self.people.get(request.headers.get("X-Plex-Token", ""))
        if person is None:
            return _unauthorized()
        player = {"name": "Phone", "provides": "player", "clientIdentifier": "phone", "accessToken": "phone-token"}
        servers = [
            {"name": "Nest", "provides": "server", "clientIdentifier": machine, "accessToken": token, "owned": False}
            for machine, token in person.servers.items()
        ]
        return JSONResponse([player, *servers])


class _Door:
    """Faults, the headers that Plex insists on, and the token."""

    def __init__(self, double: PlexDouble, inside: ASGIApp) -> None:
        self._double = double
        self._inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        self._double.calls.append(f"{request.method} {request.url.path}")
        fault = self._next_fault(request.url.path)
        if fault == "cut after":

            async def swallow(_message: Any) -> None: ...

            await self._inside(scope, receive, swallow)
        answer = await _broken(fault) or self._refused(request)
        await (answer or self._inside)(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        if not all(request.headers.get(f"X-Plex-{name}") for name in ("Client-Identifier", "Product", "Version")):
            return JSONResponse({"errors": [{"code": 1000, "message": "X-Plex-Client-Identifier is missing"}]}, 400)
        if not request.url.path.startswith("/library") or self._double.is_open:
            return None
        return None if request.headers.get("X-Plex-Token") in {TOKEN} | self._double.admitted else _unauthorized()

    def _next_fault(self, path: str) -> Fault | None:
        for number, (part, fault) in enumerate(self._double.faults):
            if part in path:
                del self._double.faults[number]
                return fault
        return None


async def _broken(fault: Fault | None) -> Response | None:
    match fault:
        case None:
            return None
        case int():
            return HTMLResponse("<h1>It went wrong</h1>", fault, {"Retry-After": "60"} if fault == 429 else None)
        case "html":
            return HTMLResponse("<!doctype html><title>Plex</title>")
        case "null":
            return JSONResponse(None)
        case "drift":
            return JSONResponse({"MediaContainer": {"Metadata": [{"ratingKey": {}}], "Directory": [{"key": []}]}})
        case "hang":
            await asyncio.Event().wait()

    async def half() -> AsyncIterator[bytes]:
        yield b"{"

    return StreamingResponse(half(), headers={"Content-Length": "1000"}, media_type="application/json")


def _shown(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in {"section", "type"}}


def _container(**values: Any) -> Response:
    return JSONResponse({"MediaContainer": values})


def _unauthorized() -> Response:
    return HTMLResponse("<html><head><title>Unauthorized</title></head></html>", 401)
