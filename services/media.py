"""Films and series: found by name, looked at, and kept once somebody asks for them."""

import base64
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from tortoise import connections

from integrations.tmdb.base import LAST_PAGE
from models.actor import SYSTEM, Actor
from models.errors import NotFoundError, UpstreamUnavailableError, ValidationError
from models.events import EventType
from models.media import MediaItem, Title
from models.paging import Edge, Page, PageArgs, PageInfo
from models.rates import Counted
from models.states import ACTIVE_MEDIA_REQUESTS
from services.catalog import Catalog, TitleSearch
from services.rate_limits import RateLimits
from services.work import Transaction, UnitOfWork

_MAX_QUERY = 200
_FIRST_YEAR, _LAST_YEAR = 1870, 2200
_USUAL_PAGE = 20
_FURTHER_PAGES = 3
_CURSOR = re.compile(r"([1-9]\d{0,2})\.(\d{1,3})", re.ASCII)
_FRESH = timedelta(days=7)
_REFRESHED_AT_ONCE = 100
# releases are put off, and series get new seasons
_AGED = """
SELECT item.id FROM media_items AS item
WHERE (item.details_at IS NULL OR item.details_at < $1)
AND EXISTS (SELECT 1 FROM media_requests WHERE media_id = item.id AND status = ANY($2))
ORDER BY item.details_at NULLS FIRST LIMIT $3
"""


class _Place(NamedTuple):
    """How many titles are gone by, on which of TMDB's pages."""

    page: int = 1
    gone_by: int = 0


class MediaService:
    def __init__(self, work: UnitOfWork, limits: RateLimits, catalog: Catalog) -> None:
        self._work = work
        self._limits = limits
        self._catalog = catalog

    async def search(self, actor: Actor, search: TitleSearch, args: PageArgs) -> Page[Title]:
        """The likeliest first. A page may hold fewer than asked for and yet not be the last one, because TMDB also
        finds what is neither film nor series. Raises RateLimitedError, UpstreamUnavailableError, ValidationError.
        """
        actor.require_user()
        _check(search)
        size, start = args.size, _place(args.after)
        await self._limits.count(actor, Counted.SEARCH)
        found, total, has_more = await self._collect(search, start, size)
        edges = [Edge(_cursor(place), title) for place, title in found]
        ends = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)

        async def count() -> int:
            return total

        return Page(edges, PageInfo(has_more, args.after is not None, *ends), count)

    async def find(self, actor: Actor, key: UUID) -> Title | None:
        """As it is now, or as it was last known while TMDB is away. Raises UpstreamUnavailableError."""
        actor.require_user()
        item = await MediaItem.get_or_none(id=key)
        known = item.known_title if item else None
        if item and known and item.details_at and item.details_at > datetime.now(UTC) - _FRESH:
            return known
        try:
            return await self._catalog.title(key) or known
        except UpstreamUnavailableError:
            if known is None:
                raise
            return known

    async def get(self, actor: Actor, key: UUID) -> Title:
        """As `find`. Raises NotFoundError, UpstreamUnavailableError."""
        title = await self.find(actor, key)
        if title is None:
            raise NotFoundError("TMDB knows no such title.", path=("media",))
        return title

    async def refresh(self) -> int:
        """Read again what is old of the titles that somebody waits for; answers of how many."""
        before, active = datetime.now(UTC) - _FRESH, sorted(ACTIVE_MEDIA_REQUESTS)
        rows = await connections.get("default").execute_query_dict(_AGED, [before, active, _REFRESHED_AT_ONCE])
        found = await self._catalog.titles([row["id"] for row in rows])
        titles = [title for title in found if isinstance(title, Title)]
        for title in titles:
            async with self._work.begin(SYSTEM) as transaction:
                await remember(transaction, title)
        return len(titles)

    async def _collect(
        self, search: TitleSearch, start: _Place, size: int
    ) -> tuple[list[tuple[_Place, Title]], int, bool]:
        """As many of TMDB's pages as would do if nothing else were on them, and some more while nothing was found."""
        found: list[tuple[_Place, Title]] = []
        wanted_pages = -(-(start.gone_by + size) // _USUAL_PAGE)
        number, skipped = start
        while True:
            page = await self._catalog.page(search, number)
            found += [(_Place(number, place), title) for place, title in enumerate(page.titles, 1) if place > skipped]
            asked = number - start.page + 1
            is_enough = len(found) >= size or asked >= wanted_pages + (0 if found else _FURTHER_PAGES)
            if is_enough or number >= page.last_page:
                return found[:size], page.total, len(found) > size or number < page.last_page
            number, skipped = number + 1, 0


async def remember(transaction: Transaction, title: Title) -> None:
    """Keep what is known of a title, whether or not there was anything of it before; whole ones only."""
    item = MediaItem(
        id=title.id,
        media_type=title.kind,
        tmdb_id=title.tmdb_id,
        tvdb_id=title.tvdb_id,
        imdb_id=title.imdb_id,
        title=title.title,
        year=title.year,
        details=title.snapshot(),
        details_at=datetime.now(UTC),
    )
    written = ["tvdb_id", "imdb_id", "title", "year", "details", "details_at", "updated_at"]
    await MediaItem.bulk_create([item], on_conflict=["id"], update_fields=written, using_db=transaction.connection)
    transaction.record(EventType.MEDIA_CHANGED, item.id, {"details": item.details}, owner_id=None)


def _check(search: TitleSearch) -> None:
    if not search.query.strip():
        raise ValidationError("Say what to look for.", path=("query",), constraint="not_blank")
    if len(search.query) > _MAX_QUERY:
        message = f"Look for at most {_MAX_QUERY} characters."
        raise ValidationError(message, path=("query",), constraint="max_length")
    if search.year is not None and not _FIRST_YEAR <= search.year <= _LAST_YEAR:
        raise ValidationError("No film is of that year.", path=("year",), constraint="range")


def _cursor(place: _Place) -> str:
    return base64.urlsafe_b64encode(f"{place.page}.{place.gone_by}".encode()).decode().rstrip("=")


def _place(cursor: str | None) -> _Place:
    if cursor is None:
        return _Place()
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        text = ""
    written = _CURSOR.fullmatch(text)
    if written is None or int(written[1]) > LAST_PAGE:
        raise ValidationError("This cursor is none of this list's.", path=("after",), constraint="cursor")
    return _Place(int(written[1]), int(written[2]))
