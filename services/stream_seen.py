"""What a subscriber was sent already."""

from dataclasses import replace
from uuid import UUID

from models.downloads import PERCENT_DONE, Download
from models.progress import Tick
from models.states import TERMINAL_DOWNLOADS
from services.stream_items import DownloadChange, Lasting, MediaRequestChange, QueueChange, Reset

_OVER = PERCENT_DONE + 1
"""No tick comes after the end."""

Item = Lasting | Tick | QueueChange | Reset


class Seen:
    """What a subscriber knows already: no older state and no lower percentage ever follows."""

    def __init__(self) -> None:
        self._versions: dict[UUID, int] = {}
        self._percents: dict[UUID, float] = {}

    def news(self, item: Item) -> Item | None:
        """The item as this subscriber may see it, if at all."""
        match item:
            case DownloadChange(download=row):
                return self._change(item) if row.version > self._versions.get(row.id, 0) else None
            case MediaRequestChange(request=request, of_followers=of_followers):
                is_newer = request.version + of_followers > self._versions.get(request.id, 0)
                return item if is_newer else None
            case Tick():
                return item if item.progress.percent >= self._percents.get(item.download_id, 0.0) else None
            case _:
                return item

    def keep(self, item: Item) -> Item:
        match item:
            case DownloadChange(download=row):
                self._versions[row.id] = row.version
                self._percents[row.id] = _OVER if row.status in TERMINAL_DOWNLOADS else row.percent
            case MediaRequestChange(request=request):
                self._versions[request.id] = request.version
            case Tick():
                self._percents[item.download_id] = item.progress.percent
        return item

    def _change(self, change: DownloadChange) -> DownloadChange:
        """At the percentage shown last: a tick was faster, or the row was not written before a crash."""
        row, shown = change.download, self._percents.get(change.download.id, 0.0)
        if not row.percent < shown <= PERCENT_DONE or change.previous_status in TERMINAL_DOWNLOADS:
            return change
        return replace(change, download=Download.restore({**row.snapshot(), "percent": shown}))
