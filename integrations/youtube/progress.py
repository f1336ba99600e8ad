"""One figure out of many: video and sound each run from 0 to 100 inside yt-dlp, and ffmpeg works after them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from integrations.youtube.base import FetchProgress, Stage

DOWNLOADED_PERCENT = 95.0  # what is left belongs to merging and converting


@dataclass(slots=True)
class _Stream:
    downloaded: int = 0
    total: int | None = None

    @property
    def part(self) -> float:
        return min(self.downloaded / self.total, 1.0) if self.total else 0.0


class ProgressMeter:
    """Percent over all streams of a download, weighted by bytes, and over the work after them. It never falls.

    `streams` maps the streams that will be fetched to their sizes in bytes as far as the site tells.
    """

    def __init__(self, streams: Mapping[str, int | None]) -> None:
        self._streams = {name: _Stream(total=total or None) for name, total in streams.items()}
        self._percent = 0.0

    def downloading(self, name: str, downloaded: int, total: int | None, speed_bps: float | None) -> FetchProgress:
        """Stream `name` has `downloaded` bytes of `total` (None or a guess that moves, when nobody knows)."""
        stream = self._streams.setdefault(name, _Stream())
        stream.downloaded = max(downloaded, 0)
        known = total or stream.total
        stream.total = max(known, stream.downloaded) if known else None
        self._raise_to(DOWNLOADED_PERCENT * _weighted(self._streams.values()))
        return self._report(Stage.DOWNLOADING, speed_bps)

    def working(self, stage: Stage) -> FetchProgress:
        """A step after the download has begun. How many will come is unknown: each takes half of what is left."""
        self._raise_to(max(DOWNLOADED_PERCENT, (self._percent + 100.0) / 2))
        return self._report(stage, None)

    def waiting(self, stage: Stage) -> FetchProgress:
        """Something is fetched that counts for nothing in the percent, such as subtitles."""
        return self._report(stage, None)

    def _raise_to(self, percent: float) -> None:
        self._percent = max(self._percent, min(percent, 99.9))

    def _report(self, stage: Stage, speed_bps: float | None) -> FetchProgress:
        totals = [stream.total for stream in self._streams.values()]
        downloaded = self.downloaded_bytes
        total = sum(size for size in totals if size) if totals and all(totals) else None
        eta = int((total - downloaded) / speed_bps) if total is not None and speed_bps else None
        return FetchProgress(stage, round(self._percent, 2), downloaded, total, speed_bps, eta)

    @property
    def downloaded_bytes(self) -> int:
        return sum(stream.downloaded for stream in self._streams.values())


def _weighted(streams: Iterable[_Stream]) -> float:
    """A stream of unknown size weighs as much as the average of the known ones."""
    streams = list(streams)
    known = [stream.total for stream in streams if stream.total]
    usual = sum(known) / len(known) if known else 1.0
    weights = [stream.total or usual for stream in streams]
    return sum(weight * stream.part for weight, stream in zip(weights, streams, strict=True)) / sum(weights)
