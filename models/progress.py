"""How far a download is: the one shape of it in ticks, rows and answers."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from models.downloads import Download, DownloadStage


@dataclass(frozen=True, slots=True)
class Progress:
    """`percent` is 0 to 100 over all streams and steps and never falls; bytes are summed over all streams."""

    percent: float
    downloaded_bytes: int
    total_bytes: int | None
    speed_bps: float | None
    eta_seconds: int | None
    updated_at: datetime | None

    @classmethod
    def of(cls, row: Download) -> Self:
        return cls(
            percent=row.percent,
            downloaded_bytes=row.downloaded_bytes,
            total_bytes=row.total_bytes,
            speed_bps=row.speed_bps,
            eta_seconds=row.eta_seconds,
            updated_at=row.progress_at,
        )


@dataclass(frozen=True, slots=True)
class Tick:
    """Progress on its way to whoever watches: never stored, the latest one counts."""

    download_id: UUID
    owner_id: UUID
    stage: DownloadStage | None
    progress: Progress

    @classmethod
    def of(cls, row: Download) -> Self:
        return cls(row.id, row.owner_id, row.stage, Progress.of(row))

    def encode(self) -> bytes:
        return json.dumps(asdict(self), default=str).encode()

    @classmethod
    def decode(cls, raw: bytes) -> Self | None:
        """None for what is no tick of this version: others may write to the same Redis."""
        try:
            values = json.loads(raw)
            progress = values["progress"]
            updated_at = progress.pop("updated_at")
            return cls(
                download_id=UUID(values["download_id"]),
                owner_id=UUID(values["owner_id"]),
                stage=values["stage"] and DownloadStage(values["stage"]),
                progress=Progress(**progress, updated_at=updated_at and datetime.fromisoformat(updated_at)),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
