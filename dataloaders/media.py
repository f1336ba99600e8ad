"""Titles, and what of them can be watched: out of our own tables; TMDB is asked for what they do not have."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol
from uuid import UUID

from dataloaders.rows import rows_by_id, rows_by_key
from models.errors import AppError
from models.media import MediaItem, MediaSeason, Title

MEDIA_ITEMS = rows_by_id(MediaItem, "media")
MEDIA_SEASONS = rows_by_key(MediaSeason, "media_id", "media")

LoadItems = Callable[[list[UUID]], Awaitable[list[MediaItem | None]]]


class TitleSource(Protocol):
    """Where titles come from that our own tables do not have."""

    async def titles(self, keys: Sequence[UUID]) -> Sequence[Title | AppError | None]:
        """In the order of `keys`: None for what there is not, an error while nobody can tell."""


async def load_titles(
    load_items: LoadItems, source: TitleSource, keys: Sequence[UUID]
) -> list[Title | BaseException | None]:
    """An error is raised where the title is awaited, but for a title that we have at least the name of."""
    items = dict(zip(keys, await load_items(list(keys)), strict=True))
    found: dict[UUID, Title | AppError | None] = {
        key: title for key, item in items.items() if item and (title := item.known_title)
    }
    if missing := [key for key in keys if key not in found]:
        found |= zip(missing, await source.titles(missing), strict=True)
    return [_or_bare(found[key], items[key]) for key in keys]


def _or_bare(found: Title | AppError | None, item: MediaItem | None) -> Title | AppError | None:
    return item.bare_title if item and not isinstance(found, Title) else found
