"""How much of something a person may use within some days."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class QuotaKind(StrEnum):
    """The values are the names in `UserQuotas`."""

    MOVIE = "movie"
    TV = "tv"
    DOWNLOADS = "downloads"
    DOWNLOAD_BYTES = "download_bytes"
    STORAGE_BYTES = "storage_bytes"


@dataclass(frozen=True, slots=True)
class QuotaFigures:
    """What can be set: for everybody by settings, for one person in `User.quota_overrides`. 0 stands for no limit."""

    movie_limit: int = 0
    movie_days: int = 7
    tv_limit: int = 0
    tv_days: int = 7
    download_limit: int = 0
    download_days: int = 7
    download_bytes: int = 0
    storage_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit` is None where there is none. `resets_at` is when the oldest use that counts leaves the window; what
    counts as long as it is there has neither.
    """

    limit: int | None
    used: int
    window_days: int | None
    resets_at: datetime | None

    @property
    def remaining(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)


@dataclass(frozen=True, slots=True)
class UserQuotas:
    """`movie` counts films asked for, `tv` seasons."""

    movie: Quota
    tv: Quota
    downloads: Quota
    download_bytes: Quota
    storage_bytes: Quota
