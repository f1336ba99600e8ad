"""Stands in for Plex where none is set up: a few titles of the demo catalogue can be watched."""

from datetime import UTC, datetime

from integrations.plex.base import FILMS, PAGE, SERIES, EntryKind, PlexEntry, PlexIdentity, PlexPage, PlexSection

_ADDED_AT = datetime(2026, 1, 1, tzinfo=UTC)
_SECTIONS = (PlexSection("1", "Films", FILMS), PlexSection("2", "Series", SERIES))


def _film(number: int, title: str, *, has_4k: bool = False) -> PlexEntry:
    return PlexEntry(f"demo-{number}", title, tmdb_id=number, added_at=_ADDED_AT, has_usual=True, has_4k=has_4k)


def _episodes(show: PlexEntry, seasons: tuple[int, ...]) -> list[PlexEntry]:
    return [
        PlexEntry(
            f"{show.rating_key}-{season}-{number}", f"Episode {number}", added_at=_ADDED_AT, has_usual=True,
            show_key=show.rating_key, season=season, number=number,
        )
        for season, episodes in enumerate(seasons, start=1)
        for number in range(1, episodes + 1)
    ]  # fmt: skip


# numbers of the demo catalogue, far beyond those that TMDB gives out: no real title is taken for one of these
_FILMS = (
    _film(900_000_001, "A Trip to the Moon"),
    _film(900_000_006, "The General", has_4k=True),
    _film(900_000_010, "Charade"),
)
_SHOWS = (
    PlexEntry("demo-900000101", "Harbour Lights", tmdb_id=900_000_101, added_at=_ADDED_AT),
    PlexEntry("demo-900000103", "Small Planets", tmdb_id=900_000_103, added_at=_ADDED_AT),
)
_EPISODES = (*_episodes(_SHOWS[0], (10, 10, 8)), *_episodes(_SHOWS[1], (10,)))
_ENTRIES = {("1", EntryKind.MOVIE): _FILMS, ("2", EntryKind.SHOW): _SHOWS, ("2", EntryKind.EPISODE): _EPISODES}


class DemoPlex:
    """Always the same."""

    breaker = None

    async def identity(self) -> PlexIdentity:
        return PlexIdentity("")  # no server: no link leads there

    async def sections(self) -> list[PlexSection]:
        return list(_SECTIONS)

    async def entries(self, section: str, kind: EntryKind, *, start: int = 0, size: int = PAGE) -> PlexPage:
        entries = _ENTRIES.get((section, kind), ())
        return PlexPage(entries[start : start + size], len(entries))

    async def leaves(self, show: str) -> list[PlexEntry]:
        return [episode for episode in _EPISODES if episode.show_key == show]

    async def scan(self, section: str, path: str | None = None) -> None:
        """There is no disk to look at."""
