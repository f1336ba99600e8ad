"""A small catalogue in place of TMDB, for a server that has no key: films that belong to everybody, invented series."""

from datetime import date

from typing_extensions import override

from integrations.tmdb.base import PAGE_SIZE, FoundPage, FoundSeason, FoundTitle, Kind, Tmdb

_FIRST_FILM, _FIRST_SERIES = 900_000_001, 900_000_101
"""Far beyond the numbers that TMDB gives out."""

_FILMS = (
    ("A Trip to the Moon", "1902-04-17", 15, "Adventure", "Six astronomers have themselves shot to the moon."),
    ("The Cabinet of Dr. Caligari", "1920-02-27", 77, "Horror", "A showman, a sleepwalker, and a town that is afraid."),
    ("Nosferatu", "1922-02-16", 95, "Horror", "A clerk sells a house to a count who sleeps by day."),
    ("Safety Last!", "1923-04-01", 74, "Comedy", "To impress his girl, a shop assistant climbs twelve storeys."),
    ("Sherlock Jr.", "1924-04-17", 45, "Comedy", "A projectionist dreams himself into the film he shows."),
    ("The General", "1926-12-31", 79, "Comedy", "A train driver loses his engine to spies, and goes after it."),
    ("Metropolis", "1927-01-10", 153, "Science Fiction", "The son of the city's master finds out who keeps it going."),
    ("The Man with a Movie Camera", "1929-01-08", 68, "Documentary", "A day in the life of a city, and of a camera."),
    ("His Girl Friday", "1940-01-18", 92, "Comedy", "An editor does everything to keep his best reporter."),
    ("Charade", "1963-12-05", 113, "Thriller", "A widow in Paris, a quarter of a million, and four men after it."),
    ("Night of the Living Dead", "1968-10-04", 96, "Horror", "Seven people, one farmhouse, and the dead outside."),
    ("The Lighthouse Keeper's Radio", "2024-09-20", 101, "Drama", "A keeper hears a voice that nobody sends."),
)

_SERIES = (
    ("Harbour Lights", "2015-03-02", "Ended", "Drama", "Three families, one ferry.", (10, 10, 8)),
    (
        "The Night Archive",
        "2018-10-12",
        "Returning Series",
        "Mystery",
        "What is filed there happens again.",
        (8, 8, 8, 6),
    ),
    (
        "Small Planets",
        "2020-01-24",
        "Returning Series",
        "Science Fiction",
        "A survey ship counts what is left.",
        (10, 10),
    ),
    ("Kitchen Physics", "2021-06-01", "Returning Series", "Documentary", "Why it rises, sticks and burns.", (6, 6, 6)),
    ("Postcards from Nowhere", "2022-11-04", "Canceled", "Comedy", "A travel office without a single journey.", (8,)),
    ("The Clockmaker's Daughter", "2024-02-16", "Returning Series", "Drama", "She mends what he broke.", (6, 6)),
)


class DemoTmdb(Tmdb):
    """Always the same, and no pictures."""

    breaker = None

    @override
    async def search(self, query: str, *, kind: Kind | None, year: int | None, page: int) -> FoundPage:
        words = query.casefold().split()
        found = [
            title
            for title in _CATALOGUE.values()
            if all(word in title.title.casefold() for word in words)
            and kind in {None, title.kind}
            and year in {None, title.year}
        ]
        last_page = max(1, -(-len(found) // PAGE_SIZE))
        return FoundPage(tuple(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]), last_page, len(found))

    @override
    async def title(self, kind: Kind, tmdb_id: int) -> FoundTitle | None:
        return _CATALOGUE.get((kind, tmdb_id))


def _film(number: int, name: str, day: str, minutes: int, genre: str, overview: str) -> FoundTitle:
    released = date.fromisoformat(day)
    return FoundTitle(
        Kind.MOVIE,
        _FIRST_FILM + number,
        name,
        year=released.year,
        overview=overview,
        vote_average=round(6.5 + number % 5 * 0.4, 1),
        release_date=released,
        runtime=minutes,
        genres=(genre,),
        status="Released",
    )


def _series(
    number: int, name: str, day: str, status: str, genre: str, overview: str, episodes: tuple[int, ...]
) -> FoundTitle:
    began = date.fromisoformat(day)
    seasons = tuple(
        FoundSeason(season, f"Season {season}", count, began.replace(year=began.year + season - 1))
        for season, count in enumerate(episodes, 1)
    )
    return FoundTitle(
        Kind.TV,
        _FIRST_SERIES + number,
        name,
        year=began.year,
        overview=overview,
        vote_average=round(6.7 + number % 4 * 0.5, 1),
        release_date=began,
        genres=(genre,),
        status=status,
        seasons=seasons,
    )


_CATALOGUE = {
    (title.kind, title.tmdb_id): title
    for title in (
        *(_film(number, *film) for number, film in enumerate(_FILMS)),
        *(_series(number, *series) for number, series in enumerate(_SERIES)),
    )
}
