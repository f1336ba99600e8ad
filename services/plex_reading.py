"""Reads what is in Plex's libraries: all of it, or what is new."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from infra.http.errors import UpstreamAnswerError
from integrations.plex.base import PAGE, SERIES, EntryKind, PlexEntry, PlexServer

Episodes = Mapping[int, tuple[int, int]]
"""How many there are of each season, in the usual quality and in 4K."""


@dataclass(frozen=True, slots=True)
class FoundTitle:
    """A film or a series as a library has it."""

    entry: PlexEntry
    has_usual: bool
    has_4k: bool
    seasons: Episodes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    titles: tuple[FoundTitle, ...]
    newest_at: datetime | None
    """When the newest entry was added."""


async def read_whole(plex: PlexServer, section: str, kind: str) -> Reading:
    """Everything. Raises UpstreamAnswerError when it changed meanwhile: what was passed over is not missing."""
    if kind != SERIES:
        films = await _all(plex, section, EntryKind.MOVIE)
        return Reading(tuple(map(_film, films)), _newest(films))
    shows = await _all(plex, section, EntryKind.SHOW)
    episodes = await _all(plex, section, EntryKind.EPISODE)
    of_show: dict[str | None, list[PlexEntry]] = {}
    for episode in episodes:
        of_show.setdefault(episode.show_key, []).append(episode)
    titles = tuple(_series(show, of_show.get(show.rating_key, ())) for show in shows)
    return Reading(titles, _newest(episodes))


async def read_new(plex: PlexServer, section: str, kind: str, since: datetime) -> Reading:
    """What was added since then, and the series that got an episode; those as they are now."""
    if kind != SERIES:
        films = await _since(plex, section, EntryKind.MOVIE, since)
        return Reading(tuple(map(_film, films)), _newest(films))
    episodes = await _since(plex, section, EntryKind.EPISODE, since)
    wanted = {episode.show_key for episode in episodes}
    titles = []
    async for show in _entries(plex, section, EntryKind.SHOW):
        if show.rating_key in wanted:
            titles.append(_series(show, await plex.leaves(show.rating_key)))
            wanted.remove(show.rating_key)
        if wanted <= {None}:
            break
    return Reading(tuple(titles), _newest(episodes))


async def _all(plex: PlexServer, section: str, kind: EntryKind) -> list[PlexEntry]:
    found: dict[str, PlexEntry] = {}
    first = page = await plex.entries(section, kind)
    read = 0
    while page.entries:
        found |= {entry.rating_key: entry for entry in page.entries}
        read += len(page.entries)
        if read >= page.total:
            break
        page = await plex.entries(section, kind, start=read)
    if not len(found) == first.total == page.total:
        raise UpstreamAnswerError("Plex", "The library changed while it was read.")
    return list(found.values())


async def _since(plex: PlexServer, section: str, kind: EntryKind, since: datetime) -> list[PlexEntry]:
    found: dict[str, PlexEntry] = {}
    async for entry in _entries(plex, section, kind):
        if entry.added_at is not None and entry.added_at < since:
            break
        found[entry.rating_key] = entry
    return list(found.values())


async def _entries(plex: PlexServer, section: str, kind: EntryKind) -> AsyncIterator[PlexEntry]:
    """The newest first."""
    start = 0
    while True:
        page = await plex.entries(section, kind, start=start, size=PAGE)
        for entry in page.entries:
            yield entry
        start += len(page.entries)
        if not page.entries or start >= page.total:
            return


def _film(entry: PlexEntry) -> FoundTitle:
    return FoundTitle(entry, entry.has_usual, entry.has_4k)


def _series(show: PlexEntry, episodes: Iterable[PlexEntry]) -> FoundTitle:
    """An episode that is there twice counts once."""
    usual: dict[int, set[int]] = {}
    in_4k: dict[int, set[int]] = {}
    for episode in episodes:
        if episode.season is None or episode.number is None:
            continue
        if episode.has_usual:
            usual.setdefault(episode.season, set()).add(episode.number)
        if episode.has_4k:
            in_4k.setdefault(episode.season, set()).add(episode.number)
    seasons = {
        season: (len(usual.get(season, ())), len(in_4k.get(season, ()))) for season in sorted(usual.keys() | in_4k)
    }
    return FoundTitle(show, bool(usual), bool(in_4k), seasons)


def _newest(entries: Iterable[PlexEntry]) -> datetime | None:
    return max((entry.added_at for entry in entries if entry.added_at is not None), default=None)
