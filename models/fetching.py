"""How far those who fetch a title have come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from models.services_health import ServiceKind


@dataclass(frozen=True, slots=True)
class FetchItem:
    """One file, or one episode. `percent` is None while nobody knows how big it is."""

    title: str
    status: str
    percent: float | None
    eta_at: datetime | None
    season: int | None
    episode: int | None


@dataclass(frozen=True, slots=True)
class Fetching:
    """Of a whole request, as `source` tells it."""

    percent: float | None
    eta_at: datetime | None
    items: tuple[FetchItem, ...]
    source: ServiceKind = ServiceKind.SEERR

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """What `MediaRequest.progress` keeps."""
        items = [{**item, "eta_at": _moment(item["eta_at"])} for item in kept["items"]]
        return cls(kept["percent"], _moment(kept["eta_at"]), tuple(FetchItem(**item) for item in items))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
