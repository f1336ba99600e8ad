"""What the worker does its work with."""

from collections.abc import Callable
from datetime import timedelta

from integrations.youtube.ytdlp import YtDlpDownloader
from medianest.failures import classify
from medianest.wiring.backbone import Backbone
from medianest.wiring.media import shelf
from models.files import FileKind
from services.consumers import CacheInvalidation, Consumers, ReadModel
from services.download_runs import DownloadRunner, FetchLimits
from services.fan_out import FanOut
from services.file_sweeper import FileSweeper, Keeping
from services.projections import PROJECTIONS
from services.quotas import Quotas

_KILL_GRACE_SECONDS = 0.3


def file_sweeper(base: Backbone) -> FileSweeper:
    settings = base.settings
    days = (item.split("=") for item in settings.file_retention)
    keeping = Keeping(timedelta(hours=settings.file_grace_hours), {FileKind(kind): int(kept) for kind, kept in days})
    return FileSweeper(base.work, base.storage, base.files, settings.library_dir, keeping, base.error_log.note)


def download_runner(base: Backbone) -> DownloadRunner:
    limits = FetchLimits(
        folder=base.settings.data_dir / "downloads",
        max_bytes=base.settings.download_max_bytes,
        allow=base.settings.outgoing_allow,
    )
    downloader = YtDlpDownloader(grace_seconds=_KILL_GRACE_SECONDS)
    return DownloadRunner(
        base.work, downloader, base.files, base.pubsub, Quotas(base.quota_defaults), limits, shelf(base)
    )


def event_consumers(base: Backbone, report: Callable[[BaseException], None]) -> Consumers:
    """`report` hears of bugs; a database that is away is none."""

    def judge(failure: BaseException) -> None:
        if classify(failure) is None:
            report(failure)

    read_models = [ReadModel(projection) for projection in PROJECTIONS]
    return Consumers(base.work, base.pubsub, [CacheInvalidation(base.cache), FanOut(), *read_models], judge)
