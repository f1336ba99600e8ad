"""What people may still use, and what is set for one of them."""

from collections.abc import Callable, Mapping
from uuid import UUID

from models.downloads import Download
from models.errors import QuotaExceededError, ValidationError
from models.quotas import Quota, QuotaFigures, QuotaKind
from models.usage import limit_of, measure
from models.users import User

_UNIT_STEP = 1024

# what a figure may be, and what the API calls it
_ALLOWED: Mapping[str, tuple[range, str]] = {
    "movie_limit": (range(1_000_000), "movieLimit"),
    "movie_days": (range(1, 367), "movieDays"),
    "tv_limit": (range(1_000_000), "tvLimit"),
    "tv_days": (range(1, 367), "tvDays"),
    "download_limit": (range(1_000_000), "downloadLimit"),
    "download_days": (range(1, 367), "downloadDays"),
    "download_bytes": (range(2**53), "downloadBytes"),
    "storage_bytes": (range(2**53), "storageBytes"),
}


class Quotas:
    """`defaults` hold for everybody for whom nothing else is set."""

    def __init__(self, defaults: QuotaFigures) -> None:
        self._defaults = defaults

    async def take_download(self, owner_id: UUID) -> None:
        """Make sure of a place for one more download, in the transaction that fills it.

        Whoever else takes one of this person's waits until it has ended. Raises QuotaExceededError.
        """
        owner = await User.select_for_update(no_key=True).get(id=owner_id)
        for kind in (QuotaKind.DOWNLOADS, QuotaKind.DOWNLOAD_BYTES, QuotaKind.STORAGE_BYTES):
            if limit_of(kind, owner, self._defaults) is None:
                continue
            quota = (await measure(kind, [owner], self._defaults))[owner_id]
            if quota.remaining == 0:
                raise QuotaExceededError(_refusal(kind, quota), quota=quota)

    async def take_request(self, user_id: UUID, kind: QuotaKind, count: int, *, besides: UUID | None = None) -> None:
        """Make sure of `count` more places for films or seasons, in the transaction that fills them.

        Whoever else takes some of this person's waits until it has ended; `besides` is the request that has them
        already. Raises QuotaExceededError.
        """
        user = await User.select_for_update(no_key=True).get(id=user_id)
        if limit_of(kind, user, self._defaults) is None:
            return
        quota = (await measure(kind, [user], self._defaults, besides=besides))[user_id]
        if quota.remaining is not None and count > quota.remaining:
            raise QuotaExceededError(_refusal(kind, quota), quota=quota)

    async def take_bytes(self, owner_id: UUID, count: int) -> Quota:
        """Make sure that `count` more bytes may be stored, in the transaction that stores their row; how it was before.

        Whoever else takes some of this person's waits until it has ended. Raises QuotaExceededError.
        """
        owner = await User.select_for_update(no_key=True).get(id=owner_id)
        quota = (await measure(QuotaKind.STORAGE_BYTES, [owner], self._defaults))[owner_id]
        if quota.remaining is not None and count > quota.remaining:
            raise exceeded(quota)
        return quota

    async def bytes_for(self, download: Download) -> int | None:
        """What its owner's other downloads leave for this one, all of it together; None: as much as it likes."""
        owner = await User.get(id=download.owner_id)
        left = [
            (await measure(kind, [owner], self._defaults, besides=download.id))[owner.id].remaining
            for kind in (QuotaKind.DOWNLOAD_BYTES, QuotaKind.STORAGE_BYTES)
            if limit_of(kind, owner, self._defaults) is not None
        ]
        return min((room for room in left if room is not None), default=None)


def exceeded(quota: Quota) -> QuotaExceededError:
    """More bytes came than `quota` had room for."""
    return QuotaExceededError(_refusal(QuotaKind.STORAGE_BYTES, quota), quota=quota)


def overridden(figures: Mapping[str, int], changes: Mapping[str, int | None]) -> dict[str, int]:
    """One person's figures after `changes`, of which None takes one back. Raises ValidationError."""
    for name, value in changes.items():
        allowed, field = _ALLOWED[name]
        if value is not None and value not in allowed:
            raise ValidationError(
                f"Choose a number from {allowed.start} to {allowed.stop - 1}.",
                path=("quotas", field),
                constraint="range",
            )
    return {name: value for name, value in {**figures, **changes}.items() if value is not None}


def size(count: int) -> str:
    """Bytes as people read them."""
    if count < _UNIT_STEP:
        return f"{count} bytes"
    value, units = count / _UNIT_STEP, ["KiB", "MiB", "GiB", "TiB"]
    while value >= _UNIT_STEP and len(units) > 1:
        value, units = value / _UNIT_STEP, units[1:]
    return f"{value:.1f} {units[0]}"


_WORDS: Mapping[QuotaKind, tuple[Callable[[int], str], str]] = {
    QuotaKind.MOVIE: (str, "films"),
    QuotaKind.TV: (str, "seasons"),
    QuotaKind.DOWNLOADS: (str, "downloads"),
    QuotaKind.DOWNLOAD_BYTES: (size, "for downloads"),
    QuotaKind.STORAGE_BYTES: (size, "for files"),
}


_ONE_BY_ONE = frozenset({QuotaKind.MOVIE, QuotaKind.DOWNLOADS})


def _refusal(kind: QuotaKind, quota: Quota) -> str:
    """A limit that was lowered, or bytes, need not be free again when the first use stops counting."""
    say, what = _WORDS[kind]
    used = f"You have used {say(quota.used)} of {say(quota.limit or 0)} {what}"
    if quota.window_days is None:
        return f"{used}; delete what you do not need any more."
    if quota.resets_at is None:
        return f"{used}; ask for fewer at a time."
    is_exact = kind in _ONE_BY_ONE and quota.used == quota.limit
    then = "the next one is free" if is_exact else "the first of them stops counting"
    return f"{used}; {then} on {quota.resets_at:%d %B %Y, %H:%M} UTC."
