"""Which part of a title is asked for, and why it cannot be."""

from collections.abc import Sequence
from enum import StrEnum

from models.errors import BlocklistedError, ConflictError, DuplicateError, ValidationError
from models.media import MediaItem, MediaSeason, MediaType, Title
from models.media_requests import ActiveRequest
from models.requestability import Obstacle, RequestabilityReason, TitleStanding

_MAX_SEASONS = 200


class SeasonSelection(StrEnum):
    ALL = "ALL"
    MISSING = "MISSING"


Seasons = Sequence[int] | SeasonSelection | None


def check_seasons(seasons: Seasons, kind: MediaType) -> None:
    """A film has none, a series needs some. Raises ValidationError."""
    if kind is MediaType.MOVIE and seasons is not None:
        raise ValidationError("A film has no seasons.", path=("seasons",), constraint="exclusive")
    if kind is MediaType.TV and seasons is None:
        raise ValidationError("Say which seasons.", path=("seasons",), constraint="required")
    if not isinstance(seasons, SeasonSelection | None) and not 1 <= len(seasons) <= _MAX_SEASONS:
        raise ValidationError(f"Name 1 to {_MAX_SEASONS} seasons.", path=("seasons", "numbers"), constraint="length")


async def standing(title: Title, *, is_4k: bool) -> TitleStanding:
    item, seasons = await MediaItem.get_or_none(id=title.id), await MediaSeason.filter(media_id=title.id)
    return TitleStanding.of(title, item, seasons, await ActiveRequest.of([title.id]), is_4k=is_4k)


def chosen(now: TitleStanding, seasons: Seasons, title: Title) -> list[int] | None:
    """The seasons that are asked for; None for a film, and where nothing is missing. Raises ValidationError."""
    match seasons:
        case None:
            return None
        case SeasonSelection.ALL:
            return now.regular or None
        case SeasonSelection.MISSING:
            return now.missing or None
        case numbers:
            if unknown := sorted(set(numbers) - set(now.seasons or ())):
                raise ValidationError(
                    f"{title.title} has no season {unknown[0]} yet.", path=("seasons", "numbers"), constraint="range"
                )
            return sorted(set(numbers))


def refusal(obstacle: Obstacle | None, title: Title) -> ConflictError | DuplicateError | BlocklistedError:
    match obstacle:
        case Obstacle(RequestabilityReason.BLOCKLISTED):
            return BlocklistedError(f"{title.title} is not to be asked for here.")
        case Obstacle(RequestabilityReason.ALREADY_AVAILABLE):
            return ConflictError(f"{title.title} can be watched already.")
        case Obstacle(RequestabilityReason.NOT_RELEASED):
            return ConflictError(f"{title.title} has no season yet that could be asked for.")
        case _:
            existing = obstacle.existing if obstacle else None
            message = f"{title.title} is asked for already; you can follow that request."
            return DuplicateError(message, existing=existing)
