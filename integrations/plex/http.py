"""A Plex server, and plex.tv, over HTTP."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote, urlencode

from infra.http.breaker import CircuitBreaker
from infra.http.client import DEFAULT_LIMITS, OutgoingClient, OutgoingLimits
from infra.http.egress import EgressPolicy
from infra.http.errors import UpstreamAnswerError, UpstreamStatusError
from integrations.plex import shapes
from integrations.plex.base import (
    PAGE,
    EntryKind,
    PlexAccount,
    PlexEntry,
    PlexIdentity,
    PlexPage,
    PlexPin,
    PlexSection,
    PlexTokenError,
)

T = TypeVar("T")
Params = Mapping[str, str | int]

_CONFIRM = "https://app.plex.tv/auth#?"
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_OTHER_METHOD = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})


@dataclass(frozen=True, slots=True)
class PlexClient:
    """Who we are to Plex; `id` stays the same, or every login would be from a new device."""

    id: str
    version: str

    def headers(self, token: str | None = None) -> dict[str, str]:
        """What Plex wants to know with every call."""
        ours = {
            "X-Plex-Client-Identifier": self.id,
            "X-Plex-Product": "MediaNest",
            "X-Plex-Version": self.version,
        }
        return ours if token is None else {**ours, "X-Plex-Token": token}


class HttpPlexServer:
    """With the owner's token."""

    def __init__(
        self,
        url: str,
        token: str,
        client: PlexClient,
        policy: EgressPolicy,
        breaker: CircuitBreaker,
        limits: OutgoingLimits = DEFAULT_LIMITS,
    ) -> None:
        self.breaker = breaker
        self._client = OutgoingClient(url, policy, breaker, headers=client.headers(token), limits=limits)

    async def close(self) -> None:
        await self._client.close()

    async def check(self) -> str | None:
        """Its version. Raises when it is away, and when it refuses the token."""
        await self.sections()
        return (await self.identity()).version

    async def identity(self) -> PlexIdentity:
        return await _told(self._client.get_json("/identity", shapes.identity))

    async def sections(self) -> list[PlexSection]:
        return await _told(self._client.get_json("/library/sections", shapes.sections))

    async def entries(self, section: str, kind: EntryKind, *, start: int = 0, size: int = PAGE) -> PlexPage:
        return await _told(
            self._client.get_json(
                f"/library/sections/{_safe(section)}/all",
                shapes.page,
                params={"type": int(kind), "sort": "addedAt:desc", "includeGuids": 1},
                headers={"X-Plex-Container-Start": str(start), "X-Plex-Container-Size": str(size)},
            )
        )

    async def leaves(self, show: str) -> list[PlexEntry]:
        page = await _told(self._client.get_json(f"/library/metadata/{_safe(show)}/allLeaves", shapes.page))
        if len(page.entries) != page.total:
            raise UpstreamAnswerError(self.breaker.service, "Plex left episodes out.")
        return list(page.entries)

    async def scan(self, section: str, path: str | None = None) -> None:
        """Older servers take a GET, newer ones say they want a POST; neither wants to be asked for JSON."""
        where = f"/library/sections/{_safe(section)}/refresh"
        params: Params = {} if path is None else {"path": path}
        try:
            await self._client.send("GET", where, params=params, headers={"Accept": "*/*"})
        except UpstreamStatusError as error:
            if error.status not in _OTHER_METHOD:
                raise _typed(error) from error
            await _told(self._client.send("POST", where, params=params, headers={"Accept": "*/*"}))

    async def admits(self, token: str) -> bool:
        try:
            await self._client.send("GET", "/library/sections", headers={"X-Plex-Token": token})
        except UpstreamStatusError as error:
            if error.status in _REFUSED:
                return False
            raise
        return True

    async def collect(self, section: str, kind: EntryKind, title: str, entry: str) -> None:
        machine = (await self.identity()).machine_id
        uri = f"server://{machine}/com.plexapp.plugins.library/library/metadata/{entry}"
        if (known := await self._collection(section, title)) is not None:
            where = f"/library/collections/{_safe(known)}/items"
            await _told(self._client.put_json(where, shapes.container, params={"uri": uri}))
            return
        params: Params = {"type": int(kind), "title": title, "smart": 0, "sectionId": section, "uri": uri}
        await _told(self._client.post_json("/library/collections", shapes.container, params=params))

    async def _collection(self, section: str, title: str) -> str | None:
        start = 0
        while True:
            page = await self.entries(section, EntryKind.COLLECTION, start=start)
            for entry in page.entries:
                if entry.title == title:
                    return entry.rating_key
            start += len(page.entries)
            if not page.entries or start >= page.total:
                return None

    async def describe(self, section: str, kind: EntryKind, entry: str, *, title: str, summary: str) -> None:
        texts: Params = {"title.value": title, "title.locked": 1, "summary.value": summary, "summary.locked": 1}
        params: Params = {"type": int(kind), "id": entry, **texts}
        await _told(self._client.send("PUT", f"/library/sections/{_safe(section)}/all", params=params))

    async def set_poster(self, entry: str, image: bytes) -> None:
        await _told(self._client.send("POST", f"/library/metadata/{_safe(entry)}/posters", content=image))


class HttpPlexAccounts:
    """Without a token: each person has their own."""

    def __init__(
        self,
        url: str,
        client: PlexClient,
        policy: EgressPolicy,
        breaker: CircuitBreaker,
        limits: OutgoingLimits = DEFAULT_LIMITS,
    ) -> None:
        self.breaker = breaker
        self._client = OutgoingClient(url, policy, breaker, headers=client.headers(), limits=limits)
        self._client_id = client.id

    async def close(self) -> None:
        await self._client.close()

    async def start(self) -> PlexPin:
        return await _told(self._client.post_json("/api/v2/pins", shapes.pin, params={"strong": "true"}))

    def confirm_url(self, pin: PlexPin, forward_url: str | None) -> str:
        words = {"clientID": self._client_id, "code": pin.code, "context[device][product]": "MediaNest"}
        return _CONFIRM + urlencode(words if forward_url is None else {**words, "forwardUrl": forward_url})

    async def token_of(self, pin_id: int) -> str | None:
        try:
            return await self._client.get_json(f"/api/v2/pins/{pin_id}", shapes.pin_token)
        except UpstreamStatusError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    async def account(self, token: str) -> PlexAccount:
        return await _told(self._client.get_json("/api/v2/user", shapes.account, headers={"X-Plex-Token": token}))

    async def server_token(self, token: str, machine_id: str) -> str | None:
        found = await _told(
            self._client.get_json("/api/v2/resources", shapes.server_tokens, headers={"X-Plex-Token": token})
        )
        return found.get(machine_id)


async def _told(call: Awaitable[T]) -> T:
    try:
        return await call
    except UpstreamStatusError as error:
        raise _typed(error) from error


def _typed(error: UpstreamStatusError) -> UpstreamStatusError | PlexTokenError:
    if error.status not in _REFUSED:
        return error
    return PlexTokenError(error.service, f"{error.service} refuses the token.")


def _safe(key: str) -> str:
    """A key as one part of a path, whatever is in it."""
    return quote(key, safe="")
