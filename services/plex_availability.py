"""What can be watched of titles, by the copies that Plex's libraries hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.events import EventType
from models.media import Availability, MediaItem, MediaSeason, MediaType
from models.plex import PlexTitle
from services.work import Transaction

_STATUSES = ("plex_status", "plex_status_4k", "availability", "availability_4k")
_WRITTEN = (*_STATUSES, "plex_rating_key", "plex_rating_key_4k", "plex_machine_id", "plex_seen_at")
_USUAL, _IN_4K = 0, 1

Status = Availability | None


async def settle(transaction: Transaction, keys: Iterable[UUID], *, is_forgotten: bool = False) -> None:
    """Make these titles what follows from the copies there are; a constant number of statements.

    What was there and is no more is DELETED; when it `is_forgotten`, because its server is another one now, there is
    nothing to say of it.
    """
    items = await MediaItem.select_for_update(no_key=True).filter(id__in=sorted(set(keys))).order_by("id")
    copies = await _copies([item.id for item in items])
    seasons = await _seasons({item.id: copies[item.id] for item in items if item.media_type is MediaType.TV})
    gone = None if is_forgotten else Availability.DELETED
    written, heard, told = [], [], []
    for item in items:
        view = _View(item, copies[item.id], seasons[item.id], gone)
        changed = [row for row in seasons[item.id] if _changes(row, _STATUSES, view.hear_season)]
        before = item.availability, item.availability_4k
        if _changes(item, _WRITTEN, view.hear):
            written.append(item)
        if changed or before != (item.availability, item.availability_4k):
            told.append(item)
        heard += changed
    if written:
        await MediaItem.bulk_update(written, _WRITTEN)
    if heard:
        await MediaSeason.bulk_update(heard, _STATUSES)
    for item in told:
        payload = {name: value for name, value in item.snapshot().items() if name != "details"}
        transaction.record(EventType.MEDIA_CHANGED, item.id, payload, owner_id=None)


class _View:
    """One title, by its copies. `gone` is said of what was there before."""

    def __init__(
        self, item: MediaItem, copies: Sequence[PlexTitle], seasons: Sequence[MediaSeason], gone: Status
    ) -> None:
        self._copies = copies
        self._seasons = seasons
        self._gone = gone
        known = item.known_title
        self._expected = {season.number: season.episode_count for season in (known and known.seasons) or ()}

    def hear_season(self, season: MediaSeason) -> None:
        season.hear_plex(
            self._of_season(season.number, _USUAL, season.plex_status),
            self._of_season(season.number, _IN_4K, season.plex_status_4k),
        )

    def hear(self, item: MediaItem) -> None:
        """Of a series after its seasons."""
        usual = next((copy for copy in self._copies if copy.has_usual), None)
        in_4k = next((copy for copy in self._copies if copy.has_4k), None)
        item.plex_rating_key = usual.rating_key if usual else None
        item.plex_rating_key_4k = in_4k.rating_key if in_4k else None
        item.plex_machine_id = self._copies[0].library.machine_id if self._copies else None
        before = item.plex_status, item.plex_status_4k
        item.hear_plex(
            self._whole({row.number: row.plex_status for row in self._seasons}) if usual else self._absent(before[0]),
            self._whole({row.number: row.plex_status_4k for row in self._seasons})
            if in_4k
            else self._absent(before[1]),
        )
        if before != (item.plex_status, item.plex_status_4k):
            item.plex_seen_at = datetime.now(UTC)

    def _absent(self, before: Status) -> Status:
        return None if before is None else self._gone

    def _of_season(self, number: int, quality: int, before: Status) -> Status:
        there = max((copy.seasons.get(str(number), [0, 0])[quality] for copy in self._copies), default=0)
        if not there:
            return self._absent(before)
        is_whole = there >= self._expected.get(number, 0)
        return Availability.AVAILABLE if is_whole else Availability.PARTIALLY_AVAILABLE

    def _whole(self, seasons: Mapping[int, Status]) -> Availability:
        """Specials do not count. What nobody knows the size of is taken for whole."""
        is_whole = all(
            seasons.get(number) is Availability.AVAILABLE
            for number, episodes in self._expected.items()
            if number and episodes
        )
        return Availability.AVAILABLE if is_whole else Availability.PARTIALLY_AVAILABLE


def _changes(row: Any, columns: Sequence[str], hear: Any) -> bool:
    before = [getattr(row, column) for column in columns]
    hear(row)
    return before != [getattr(row, column) for column in columns]


async def _copies(keys: Sequence[UUID]) -> Mapping[UUID, list[PlexTitle]]:
    found: defaultdict[UUID, list[PlexTitle]] = defaultdict(list)
    for title in await PlexTitle.filter(media_id__in=keys).select_related("library").order_by("id"):
        found[title.media_id].append(title)
    return found


async def _seasons(copies: Mapping[UUID, Sequence[PlexTitle]]) -> Mapping[UUID, list[MediaSeason]]:
    """The seasons of series, with a row for each that Plex has."""
    found: defaultdict[UUID, list[MediaSeason]] = defaultdict(list)
    if not copies:
        return found
    rows = [
        MediaSeason(media_id=key, number=number)
        for key, titles in sorted(copies.items())
        for number in sorted({int(number) for title in titles for number in title.seasons})
    ]
    await MediaSeason.bulk_create(rows, ignore_conflicts=True)
    for row in await MediaSeason.select_for_update(no_key=True).filter(media_id__in=list(copies)).order_by("id"):
        found[row.media_id].append(row)
    return found
