"""A downloader that does as it is told: for what happens around a download, without the web."""

from collections.abc import Sequence
from datetime import datetime

from typing_extensions import override

from integrations.youtube.base import (
    Downloader,
    FailureCode,
    FetchedFile,
    FetchError,
    FetchOrder,
    FetchProgress,
    FileKind,
    MediaInfo,
    OnInfo,
    OnProgress,
    Stage,
)


class ScriptedDownloader(Downloader):
    """`percents` are reported one after the other; then `failure` is raised, or a file with `content` is left."""

    def __init__(
        self,
        *,
        percents: Sequence[float] = (10, 60, 90),
        failure: Exception | None = None,
        content: bytes = b"film",
        duration_seconds: float = 12.4,
    ) -> None:
        self.percents = percents
        self.failure = failure
        self.content = content
        self.duration_seconds = duration_seconds
        self.orders: list[FetchOrder] = []

    @override
    async def fetch(self, order: FetchOrder, on_info: OnInfo, on_progress: OnProgress) -> list[FetchedFile]:
        self.orders.append(order)
        await on_info(
            MediaInfo("generic", "v1", order.url, "A film", "Ada", None, self.duration_seconds, len(self.content))
        )
        for percent in self.percents:
            done = int(len(self.content) * percent / 100)
            await on_progress(FetchProgress(Stage.DOWNLOADING, percent, done, len(self.content), 1000.0, 3))
        if self.failure is not None:
            raise self.failure
        path = order.directory / "v1.mp4"
        path.write_bytes(self.content)
        return [FetchedFile(path, FileKind.VIDEO)]


def failure(code: FailureCode, *, retryable: bool = False, retry_at: datetime | None = None) -> FetchError:
    return FetchError(code, f"it was {code}", hint="try another one", retryable=retryable, retry_at=retry_at)
