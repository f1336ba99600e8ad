"""Keeps a copy of what Plex's libraries hold, so that no page has to ask Plex for it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

import structlog
from tortoise.expressions import F, Q

from infra.http.errors import UpstreamError
from integrations.plex.base import FILMS, SERIES, PlexSection, PlexServer
from models.actor import SYSTEM
from models.media import MediaItem, MediaType, Title, media_key, title_of
from models.plex import PlexLibrary, PlexTitle
from services.catalog import Catalog
from services.media import remember
from services.plex_availability import settle
from services.plex_reading import FoundTitle, Reading, read_new, read_whole
from services.plex_requests import complete_waiting
from services.work import UnitOfWork

T = TypeVar("T")

log = structlog.get_logger()

WHOLE_AFTER = timedelta(hours=1)
"""How often all of a library is read."""
_BATCH = 200
_MISSES = 2
"""So many whole readings in a row must not find a title before it counts as deleted."""
_MASS_MISSES = 3
_MASS_FROM, _MASS_SHARE = 20, 0.3
"""Of more titles than that so great a share is a mass: a disk may be away, and one reading more has to say so."""
_KINDS = {FILMS: MediaType.MOVIE, SERIES: MediaType.TV}
_LEARNT_FOR = timedelta(days=7)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class PlexMirror:
    """`catalog` says how long the series are that Plex has."""

    def __init__(self, work: UnitOfWork, plex: PlexServer, catalog: Catalog) -> None:
        self._work = work
        self._plex = plex
        self._catalog = catalog

    async def refresh(self) -> None:
        """Read what is new in each library, or all of it when that is due, and complete requests for what is there.

        Raises UpstreamError while Plex is away: nothing is taken for deleted then.
        """
        machine_id = (await self._plex.identity()).machine_id
        sections = {section.key: section for section in await self._plex.sections()}
        await self._forget_others(machine_id)
        for library in await self._libraries(machine_id, sections):
            try:
                await self._read(library, is_there=library.section_id in sections)
            except UpstreamError as error:
                log.info("plex.unread", library=library.title, error=error.message)
        await complete_waiting(self._work)

    async def _forget_others(self, machine_id: str) -> None:
        """Of another server's libraries nothing is known any more."""
        for library in await PlexLibrary.exclude(machine_id=machine_id):
            titles = await PlexTitle.filter(library_id=library.id)
            for some in _slices(titles):
                async with self._work.begin(SYSTEM) as transaction:
                    await PlexTitle.filter(id__in=[title.id for title in some]).delete()
                    await settle(transaction, [title.media_id for title in some], is_forgotten=True)
            await library.delete()

    async def _libraries(self, machine_id: str, sections: Mapping[str, PlexSection]) -> list[PlexLibrary]:
        """Those that are there, as they are, and those that were."""
        rows = [
            PlexLibrary(
                machine_id=machine_id,
                section_id=key,
                title=section.title,
                kind=section.kind[:32],
                scanned_at=section.scanned_at,
                is_refreshing=section.is_refreshing,
            )
            for key, section in sections.items()
        ]
        written = ["title", "kind", "scanned_at", "is_refreshing"]
        await PlexLibrary.bulk_create(rows, on_conflict=["machine_id", "section_id"], update_fields=written)
        return await PlexLibrary.filter(machine_id=machine_id).order_by("section_id")

    async def _read(self, library: PlexLibrary, *, is_there: bool) -> None:
        if library.kind not in _KINDS:
            return
        now = datetime.now(UTC)
        is_whole = library.whole_at is None or now - library.whole_at >= WHOLE_AFTER
        if not is_there and not is_whole:
            return
        if not is_there:
            reading = Reading((), None)
        elif is_whole:
            reading = await read_whole(self._plex, library.section_id, library.kind)
        else:
            since = library.newest_at or _LONG_AGO
            reading = await read_new(self._plex, library.section_id, library.kind, since)
        await self._keep(library, reading)
        if is_whole:
            await self._miss(library, {title.entry.rating_key for title in reading.titles})
            library.whole_at = now
        library.newest_at = max(filter(None, (library.newest_at, reading.newest_at)), default=None)
        library.item_count = await PlexTitle.filter(library_id=library.id).count()
        await library.save(update_fields=["newest_at", "whole_at", "item_count"])
        if not is_there and not library.item_count:
            await library.delete()

    async def _keep(self, library: PlexLibrary, reading: Reading) -> None:
        """Write down what was found, and what follows for it."""
        known = {title.rating_key: title for title in await PlexTitle.filter(library_id=library.id)}
        for some in _slices(await _matched(_KINDS[library.kind], reading.titles)):
            rows = [_row(library, key, title) for key, title in some]
            changed = [row for row in rows if _differs(row, known.get(row.rating_key))]
            before = [known[row.rating_key].media_id for row in changed if row.rating_key in known]
            async with self._work.begin(SYSTEM) as transaction:
                await MediaItem.bulk_create([_item(key, title) for key, title in some], ignore_conflicts=True)
                written = ["media_id", "has_usual", "has_4k", "seasons", "missed"]
                await PlexTitle.bulk_create(changed, on_conflict=["library_id", "rating_key"], update_fields=written)
                await settle(transaction, [*(key for key, _ in some), *before])
            if library.kind == SERIES:
                await self._learn([key for key, _ in some])

    async def _learn(self, keys: Sequence[UUID]) -> None:
        """How many episodes there should be, of series of which nobody knows or has not looked for long."""
        since = datetime.now(UTC) - _LEARNT_FOR
        stale = MediaItem.filter(Q(details_at=None) | Q(details_at__lt=since), id__in=keys)
        found = await self._catalog.titles([item.id for item in await stale.only("id")])
        titles = [title for title in found if isinstance(title, Title) and title.seasons is not None]
        if titles:
            async with self._work.begin(SYSTEM) as transaction:
                for title in titles:
                    await remember(transaction, title)
                await settle(transaction, [title.id for title in titles])

    async def _miss(self, library: PlexLibrary, found: Collection[str]) -> None:
        """Take note of what a whole reading did not find; what was missed often enough is gone."""
        known = await PlexTitle.filter(library_id=library.id)
        missing = [title for title in known if title.rating_key not in found]
        gone = [title for title in missing if title.missed + 1 >= _MISSES]
        if len(known) > _MASS_FROM and len(gone) > len(known) * _MASS_SHARE:
            log.warning("plex.many_missing", library=library.title, missing=len(gone), of=len(known))
            gone = [title for title in gone if title.missed + 1 >= _MASS_MISSES]
        await PlexTitle.filter(id__in=[title.id for title in missing]).update(missed=F("missed") + 1)
        for some in _slices(gone):
            async with self._work.begin(SYSTEM) as transaction:
                await PlexTitle.filter(id__in=[title.id for title in some]).delete()
                await settle(transaction, [title.media_id for title in some])


async def _matched(kind: MediaType, titles: Sequence[FoundTitle]) -> list[tuple[UUID, FoundTitle]]:
    """Each title with its key, in the order of the keys. Without a number of TMDB's, by one that we know besides."""
    entries = [title.entry for title in titles if title.entry.tmdb_id is None]
    by_tvdb = {entry.tvdb_id for entry in entries if entry.tvdb_id}
    by_imdb = {entry.imdb_id for entry in entries if entry.imdb_id}
    of_kind = MediaItem.filter(media_type=kind)
    known: dict[Any, UUID] = {item.tvdb_id: item.id for item in await of_kind.filter(tvdb_id__in=by_tvdb)}
    known |= {item.imdb_id: item.id for item in await of_kind.filter(imdb_id__in=by_imdb)}
    found = []
    for title in titles:
        entry = title.entry
        key = known.get(entry.tvdb_id) or known.get(entry.imdb_id)
        if entry.tmdb_id is not None:
            key = media_key(kind, entry.tmdb_id)
        if key is not None:
            found.append((key, title))
    return sorted(found, key=itemgetter(0))


def _item(key: UUID, title: FoundTitle) -> MediaItem:
    entry = title.entry
    kind, tmdb_id = title_of(key)
    return MediaItem(
        id=key,
        media_type=kind,
        tmdb_id=tmdb_id,
        tvdb_id=entry.tvdb_id,
        imdb_id=entry.imdb_id,
        title=entry.title or None,
        year=entry.year,
    )


def _row(library: PlexLibrary, key: UUID, title: FoundTitle) -> PlexTitle:
    return PlexTitle(
        library_id=library.id,
        rating_key=title.entry.rating_key,
        media_id=key,
        has_usual=title.has_usual,
        has_4k=title.has_4k,
        seasons={str(number): list(episodes) for number, episodes in title.seasons.items()},
    )


def _differs(row: PlexTitle, known: PlexTitle | None) -> bool:
    columns = ("media_id", "has_usual", "has_4k", "seasons", "missed")
    return known is None or any(getattr(row, name) != getattr(known, name) for name in columns)


def _slices(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Short transactions, however many titles there are."""
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
