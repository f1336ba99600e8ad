"""Films and series as TMDB has them. What it said lately is not asked again; while it is away, what it said goes on."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any
from uuid import UUID

from infra.cache.kept import KeptAnswers
from infra.http.errors import UpstreamError
from integrations.tmdb.base import FoundTitle, Kind, Tmdb
from models.errors import UpstreamUnavailableError
from models.media import MediaType, Title, title_of
from models.services_health import ServiceKind
from services.upstream import upstream_failure


@dataclass(frozen=True, slots=True)
class TitleSearch:
    """What people look for by name; None: films and series alike, of any year."""

    query: str
    kind: MediaType | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class TitlePage:
    titles: list[Title]
    last_page: int
    total: int


class Catalog:
    def __init__(self, tmdb: Tmdb, answers: KeptAnswers) -> None:
        self._tmdb = tmdb
        self._answers = answers

    async def close(self) -> None:
        await self._answers.close()

    async def page(self, search: TitleSearch, number: int) -> TitlePage:
        """From 1 on, as many on each as TMDB likes. Raises UpstreamUnavailableError."""
        written = json.dumps([search.query.casefold().split(), search.kind, search.year, number])
        key = f"search:{hashlib.sha256(written.encode()).hexdigest()}"
        (found,) = await self._answers.get({key: partial(self._search, search, number)})
        if isinstance(found, UpstreamError):
            raise await self._failure(found)
        return TitlePage([Title.restore(each) for each in found["titles"]], found["last_page"], found["total"])

    async def title(self, key: UUID) -> Title | None:
        """None for what TMDB does not have. Raises UpstreamUnavailableError."""
        (found,) = await self.titles([key])
        if isinstance(found, UpstreamUnavailableError):
            raise found
        return found

    async def titles(self, keys: Sequence[UUID]) -> list[Title | UpstreamUnavailableError | None]:
        """In the order of `keys`, each by itself."""
        known = {key: title for key in keys if (title := _read(key))}
        answers = await self._answers.get(
            {f"title:{key}": partial(self._title, kind, tmdb_id) for key, (kind, tmdb_id) in known.items()}
        )
        found = dict(zip(known, answers, strict=True))
        return [await self._present(found.get(key)) for key in keys]

    async def _present(self, found: Any) -> Title | UpstreamUnavailableError | None:
        if isinstance(found, UpstreamError):
            return await self._failure(found)
        return found and Title.restore(found)

    async def _search(self, search: TitleSearch, number: int) -> Any:
        kind = Kind(search.kind) if search.kind else None
        found = await self._tmdb.search(search.query, kind=kind, year=search.year, page=number)
        titles = [_plain(title) for title in found.titles]
        return {"titles": titles, "last_page": found.last_page, "total": found.total}

    async def _title(self, kind: MediaType, tmdb_id: int) -> Any:
        found = await self._tmdb.title(Kind(kind), tmdb_id)
        return found and _plain(found)

    async def _failure(self, error: UpstreamError) -> UpstreamUnavailableError:
        return await upstream_failure(ServiceKind.TMDB, error, self._tmdb.breaker)


def _read(key: UUID) -> tuple[MediaType, int] | None:
    try:
        return title_of(key)
    except ValueError:
        return None


def _plain(found: FoundTitle) -> dict[str, object]:
    return Title.restore(asdict(found)).snapshot()
