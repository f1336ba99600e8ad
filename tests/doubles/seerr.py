"""Overseerr or Seerr as a small server: what our client meets, faults on demand, and the webhooks they send."""

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

KEY = "seerr-key-that-nobody-else-may-see"
WAITING, APPROVED, DECLINED, FAILED, COMPLETED = 1, 2, 3, 4, 5
UNKNOWN, PENDING, PROCESSING, PARTIALLY_AVAILABLE, AVAILABLE = 1, 2, 3, 4, 5

Fault = str | int
"""A status, `html`, `null`, `drift`, `hang`, `cut`, or `cut after`: done, but the answer is lost."""


def page(items: list[Any], request: Request) -> JSONResponse:
    take, skip = int(request.query_params.get("take") or 10), int(request.query_params.get("skip") or 0)
    info = {"pages": -(-len(items) // take), "pageSize": take, "results": len(items), "page": skip // take + 1}
    return JSONResponse({"pageInfo": info, "results": items[skip : skip + take]})


def user(number: int, name: str, *, permissions: int = 32, email: str | None = None) -> dict[str, Any]:
    return {
        "id": number,
        "email": email or f"{name}@example.org",
        "username": name,
        "displayName": name,
        "permissions": permissions,
        "userType": 2,
        "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": "2026-01-01T00:00:00.000Z",
    }


@dataclass
class SeerrDouble:
    """`series` says which seasons a series has, `over_quota` which users may ask for nothing more, and `pause_seconds`
    how long it takes to answer what was done already.
    """

    is_overseerr: bool = False
    series: dict[int, list[int]] = field(default_factory=dict)
    users: list[dict[str, Any]] = field(default_factory=lambda: [user(1, "owner", permissions=2)])
    requests: dict[int, dict[str, Any]] = field(default_factory=dict)
    media: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    over_quota: set[int] = field(default_factory=set)
    blocklist: set[int] = field(default_factory=set)
    faults: list[tuple[str, str, Fault]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    created: Counter[tuple[str, int]] = field(default_factory=Counter)
    webhook: dict[str, Any] = field(default_factory=lambda: {"enabled": False, "types": 0, "options": {}})
    retry_after: str | None = None
    pause_seconds: float = 0
    _numbers: Any = field(default_factory=lambda: count(1))

    def fail(self, fault: Fault, path: str = "", method: str = "", times: int = 1) -> None:
        """The next `times` calls whose path has `path` in it go wrong."""
        self.faults += [(method, path, fault)] * times

    def app(self) -> ASGIApp:
        routes = [
            Route("/settings/public", self._public),
            Route("/request", self._list_requests),
            Route("/request", self._create, methods=["POST"]),
            Route("/request/count", lambda _: JSONResponse({"total": len(self.requests)})),
            Route("/request/{id:int}", self._get),
            Route("/request/{id:int}", self._delete, methods=["DELETE"]),
            Route("/request/{id:int}/{verb}", self._verb, methods=["POST"]),
            Route("/media", lambda request: page([_media(each) for each in self.media.values()], request)),
            Route("/user", lambda request: page(self.users, request)),
            Route("/settings/notifications/webhook", self._webhook, methods=["GET", "POST"]),
        ]
        inside = Starlette(routes=[Mount("/api/v1", routes=routes), Route("/{rest:path}", _page_of_the_front_end)])
        return _Door(self, inside)

    def set_media(
        self,
        kind: str,
        tmdb_id: int,
        status: int,
        *,
        is_4k: bool = False,
        seasons: dict[int, int] | None = None,
        fetches: list[dict[str, Any]] | None = None,
    ) -> None:
        """What Radarr, Sonarr and the scanner would bring about."""
        found, suffix = self._media_of(kind, tmdb_id), "4k" if is_4k else ""
        found[f"status{suffix}"] = status
        found[f"downloadStatus{suffix}"] = fetches or []
        for number, state in (seasons or {}).items():
            found["seasons"].setdefault(number, {"seasonNumber": number, "status": 1, "status4k": 1})
            found["seasons"][number][f"status{suffix}"] = state
        for request in self.requests.values():
            if request["media"] is found and request["is4k"] is is_4k and request["status"] == APPROVED:
                self._settle(request, found, suffix)

    def set_request(self, number: int, status: int) -> None:
        self.requests[number]["status"] = status

    def event(self, kind: str, number: int) -> dict[str, Any]:
        """The variables that a template may name."""
        found = self.requests[number]
        media = found["media"]
        return {
            "notification_type": kind,
            "event": kind.replace("_", " ").title(),
            "subject": f"Title {media['tmdbId']}",
            "message": "",
            "image": "",
            "media_type": found["type"],
            "media_tmdbid": str(media["tmdbId"]),
            "media_tvdbid": str(media["tvdbId"] or ""),
            "media_status": "PROCESSING",
            "media_status4k": "UNKNOWN",
            "request_id": str(found["id"]),
            "requestedBy_username": found["requestedBy"]["username"],
            "requestedBy_email": found["requestedBy"]["email"],
        }

    async def send(self, kind: str, number: int, *, times: int = 1) -> list[int]:
        """The statuses it was answered with; it never tries again by itself."""
        options = self.webhook["options"]
        body = _render(json.loads(json.loads(options["jsonPayload"])), self.event(kind, number))
        async with httpx2.AsyncClient(trust_env=False) as client:
            return [
                (
                    await client.post(
                        options["webhookUrl"], json=body, headers={"Authorization": options["authHeader"]}
                    )
                ).status_code
                for _ in range(times)
            ]

    def by_hand(self, kind: str, tmdb_id: int, *, by: int = 1, is_4k: bool = False, seasons: Any = ()) -> int:
        """Somebody asks in Seerr itself."""
        return int(self._store(kind, tmdb_id, is_4k, list(seasons), self._user(by) or self.users[0])["id"])

    async def _public(self, _: Request) -> Response:
        found: dict[str, Any] = {"initialized": True, "applicationTitle": "Seerr"}
        return JSONResponse(found if self.is_overseerr else {**found, "mediaServerType": 1})

    async def _create(self, request: Request) -> Response:
        try:
            body = await request.json()
            kind, tmdb_id = body["mediaType"], int(body["mediaId"])
        except (ValueError, KeyError, TypeError):
            errors = [{"path": ".body.mediaId", "message": "is required", "errorCode": "required.openapi"}]
            return JSONResponse({"message": "request.body should have mediaId", "errors": errors}, 400)
        is_4k, asker = bool(body.get("is4k")), self._user(body.get("userId") or 1)
        seasons = body.get("seasons")
        if kind == "tv" and not seasons:
            return JSONResponse({"message": "Cannot read properties of undefined"}, 500)
        if asker is None or (refusal := self._refusal(kind, tmdb_id, asker)):
            return JSONResponse({"message": refusal if asker else "User not found."}, 403 if asker else 404)
        left = self._left(kind, tmdb_id, is_4k, seasons)
        if left is None and "is4k" in body:
            return JSONResponse({"message": "Request for this media already exists."}, 409)
        if left == []:
            return JSONResponse({"message": "No seasons available to request"}, 202)
        made = self._store(kind, tmdb_id, is_4k, left or [], asker)
        await asyncio.sleep(self.pause_seconds)
        return JSONResponse(_request(made), 201)

    def _refusal(self, kind: str, tmdb_id: int, asker: dict[str, Any]) -> str | None:
        if asker["id"] in self.over_quota:
            return f"{'Movie' if kind == 'movie' else 'Series'} Quota exceeded."
        if not asker["permissions"] & (2 | 32):
            return "You do not have permission to make requests."
        if tmdb_id in self.blocklist and not self.is_overseerr:
            return "This media is blocklisted."
        return None

    def _left(self, kind: str, tmdb_id: int, is_4k: bool, seasons: Any) -> list[int] | None:
        """The seasons to ask for; of a film one that stands for all of it, or None when somebody asks already."""
        same = [one for one in self._same(kind, tmdb_id, is_4k) if one["status"] not in {DECLINED, COMPLETED}]
        if kind == "movie":
            return None if same else [0]
        suffix = "4k" if is_4k else ""
        there = self._media_of(kind, tmdb_id)["seasons"].items()
        taken = {season["seasonNumber"] for one in same for season in one["seasons"]}
        taken |= {number for number, season in there if season[f"status{suffix}"] >= PARTIALLY_AVAILABLE}
        asked = self.series.get(tmdb_id, [1]) if seasons == "all" else seasons
        return [number for number in asked if number not in taken]

    def _store(self, kind: str, tmdb_id: int, is_4k: bool, seasons: list[int], asker: dict[str, Any]) -> dict[str, Any]:
        media, now = self._media_of(kind, tmdb_id), datetime.now(UTC).isoformat().replace("+00:00", "Z")
        suffix = "4k" if is_4k else ""
        if media[f"status{suffix}"] == UNKNOWN:
            media[f"status{suffix}"] = PENDING
        made = {
            "id": next(self._numbers),
            "status": APPROVED,
            "type": kind,
            "is4k": is_4k,
            "seasons": [{"id": number, "seasonNumber": number, "status": APPROVED} for number in seasons if number],
            "requestedBy": asker,
            "modifiedBy": None,
            "createdAt": now,
            "updatedAt": now,
            "serverId": None,
            "profileId": None,
            "rootFolder": None,
            "media": media,
        }
        self.requests[made["id"]] = made
        self.created[kind, tmdb_id] += 1
        return made

    async def _list_requests(self, request: Request) -> Response:
        unknown = set(request.query_params) - {"take", "skip", "filter", "sort", "requestedBy"}
        if unknown:
            return JSONResponse({"message": f"Unknown query parameter '{unknown.pop()}'", "errors": []}, 400)
        return page([_request(each) for each in sorted(self.requests.values(), key=lambda one: -one["id"])], request)

    async def _get(self, request: Request) -> Response:
        found = self.requests.get(request.path_params["id"])
        return JSONResponse(_request(found)) if found else JSONResponse({"message": "Request not found."}, 404)

    async def _delete(self, request: Request) -> Response:
        if self.requests.pop(request.path_params["id"], None) is None:
            return JSONResponse({"message": "Request not found."}, 404)
        return Response(status_code=204)

    async def _verb(self, request: Request) -> Response:
        found = self.requests.get(request.path_params["id"])
        status = {"approve": APPROVED, "retry": APPROVED, "decline": DECLINED}.get(request.path_params["verb"])
        if found is None or status is None:
            return JSONResponse({"message": "Request not found."}, 404)
        found["status"] = status
        return JSONResponse(_request(found))

    async def _webhook(self, request: Request) -> Response:
        if request.method == "POST":
            body = await request.json()
            json.loads(body["options"]["jsonPayload"])
            self.webhook = body
        options = self.webhook["options"]
        shown = {**options, "jsonPayload": json.loads(options["jsonPayload"])} if options else options
        return JSONResponse({**self.webhook, "options": shown})

    def _settle(self, request: dict[str, Any], media: dict[str, Any], suffix: str) -> None:
        """Only Seerr says that a request is done; a series is when all of its seasons are."""
        for season in request["seasons"]:
            state = media["seasons"].get(season["seasonNumber"], {}).get(f"status{suffix}", UNKNOWN)
            if state == AVAILABLE and not self.is_overseerr:
                season["status"] = COMPLETED
        is_done = (
            all(season["status"] == COMPLETED for season in request["seasons"])
            if request["seasons"]
            else media[f"status{suffix}"] == AVAILABLE
        )
        if is_done and not self.is_overseerr:
            request["status"] = COMPLETED

    def _media_of(self, kind: str, tmdb_id: int) -> dict[str, Any]:
        fresh = {
            "id": len(self.media) + 1,
            "mediaType": kind,
            "tmdbId": tmdb_id,
            "tvdbId": None,
            "status": UNKNOWN,
            "status4k": UNKNOWN,
            "ratingKey": None,
            "seasons": {},
            "downloadStatus": [],
            "downloadStatus4k": [],
        }
        return self.media.setdefault((kind, tmdb_id), fresh)

    def _same(self, kind: str, tmdb_id: int, is_4k: bool) -> list[dict[str, Any]]:
        media = self._media_of(kind, tmdb_id)
        return [one for one in self.requests.values() if one["media"] is media and one["is4k"] is is_4k]

    def _user(self, number: int) -> dict[str, Any] | None:
        return next((each for each in self.users if each["id"] == number), None)


class _Door:
    """The key, and the faults, before anything else."""

    def __init__(self, double: SeerrDouble, inside: ASGIApp) -> None:
        self._double = double
        self._inside = inside

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path, headers = scope["path"], dict(scope["headers"])
        self._double.calls[f"{scope['method']} {re.sub(r'/[0-9]+', '/N', path.removeprefix('/api/v1'))}"] += 1
        fault = self._next_fault(scope["method"], path)
        if fault == "cut after":

            async def swallow(_message: Any) -> None: ...

            await self._inside(scope, receive, swallow)
        if answer := await _broken(fault, self._double.retry_after):
            await answer(scope, receive, send)
            return
        key = headers.get(b"x-api-key", b"").decode()
        if path.startswith("/api/v1") and not path.endswith("/settings/public") and key != KEY:
            status = 403 if key else 401
            error = "You do not have permission to access this endpoint"
            await JSONResponse({"status": status, "error": error}, status)(scope, receive, send)
            return
        await self._inside(scope, receive, send)

    def _next_fault(self, method: str, path: str) -> Fault | None:
        for number, (wanted_method, part, fault) in enumerate(self._double.faults):
            if wanted_method in {"", method} and part in path and (part or not path.endswith("/settings/public")):
                del self._double.faults[number]
                return fault
        return None


async def _broken(fault: Fault | None, retry_after: str | None) -> Response | None:
    match fault:
        case None:
            return None
        case int():
            headers = {"Retry-After": retry_after} if retry_after else None
            return JSONResponse({"message": "It went wrong."}, fault, headers)
        case "html":
            return HTMLResponse("<!doctype html><title>Log in</title>")
        case "null":
            return JSONResponse(None)
        case "drift":
            return JSONResponse({"id": "seven", "status": {"code": 2}, "results": 3, "media": []})
        case "hang":
            await asyncio.Event().wait()

    async def half() -> Any:
        yield b"{"

    return StreamingResponse(half(), 200, {"Content-Length": "1000", "Content-Type": "application/json"})


def _media(media: dict[str, Any]) -> dict[str, Any]:
    return {**media, "seasons": list(media["seasons"].values())}


def _request(request: dict[str, Any]) -> dict[str, Any]:
    return {**request, "media": _media(request["media"])}


def _render(template: Any, values: dict[str, str]) -> Any:
    """Keys such as `{{request}}` hold what is there only sometimes; every scalar becomes a string."""
    if isinstance(template, dict):
        return {key.strip("{}"): _render(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [_render(value, values) for value in template]
    return re.sub(r"\{\{(\w+)\}\}", lambda name: values.get(name[1], ""), str(template))


def _page_of_the_front_end(_: Request) -> Response:
    return HTMLResponse("<!doctype html><title>Seerr</title>")


def under_a_proxy(app: ASGIApp, change: Callable[[str], str]) -> ASGIApp:
    """The same behind a proxy that changes paths."""

    async def changed(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "path": change(scope["path"])}, receive, send)

    return changed


if __name__ == "__main__":  # a process of its own: what it holds outlives any kill of ours
    uvicorn.run(SeerrDouble(pause_seconds=0.1).app(), fd=int(sys.argv[1]), log_level="critical")
