"""What a home page shows besides people's own lists: counts, the queue, the disk."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from tortoise import connections
from tortoise.expressions import F

from models.actor import Actor, Permission
from models.downloads import Download
from models.errors import ValidationError
from models.files import FileKind
from models.paging import MAX_PAGE, Page, PageArgs, Sort, paginate
from models.states import TERMINAL_DOWNLOADS, DownloadStatus
from services.queue_stats import queue_stats
from services.stream_items import QueueStats

_MAX_DAYS = 366
_OLDEST_FIRST = Sort(F("created_at"))


@dataclass(frozen=True, slots=True)
class DownloadCount:
    status: DownloadStatus
    count: int


@dataclass(frozen=True, slots=True)
class DownloadDay:
    day: date
    completed: int
    failed: int
    bytes: int


@dataclass(frozen=True, slots=True)
class StorageUsage:
    kind: FileKind
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class UserStorage:
    user_id: UUID
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class StorageStats:
    used_bytes: int
    free_bytes: int
    by_kind: Sequence[StorageUsage]


class DashboardService:
    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    async def queue(self, actor: Actor) -> QueueStats:
        actor.require_user()
        return await queue_stats()

    async def active_downloads(self, actor: Actor, page: PageArgs) -> Page[Download]:
        """What is unfinished and visible, in the order it was asked for."""
        unfinished = Download.visible_to(actor).filter(status__not_in=list(TERMINAL_DOWNLOADS))
        return await paginate(unfinished, _OLDEST_FIRST, page)

    async def download_counts(self, actor: Actor) -> list[DownloadCount]:
        """The actor's downloads by state, everybody's with MANAGE_DOWNLOADS; a second behind at most."""
        owner_id = None if actor.may(Permission.MANAGE_DOWNLOADS) else actor.require_user()
        rows = await connections.get("default").execute_query_dict(
            "SELECT status, sum(count)::int AS count FROM download_counts WHERE $1::uuid IS NULL OR owner_id = $1 "
            "GROUP BY status HAVING sum(count) > 0",
            [owner_id],
        )
        found = {row["status"]: row["count"] for row in rows}
        return [DownloadCount(status, found[status]) for status in DownloadStatus if status in found]

    async def download_days(self, actor: Actor, first: date, last: date) -> list[DownloadDay]:
        """Days on which something ended, both ends included. Raises PermissionDeniedError, ValidationError."""
        actor.require(Permission.MANAGE_DOWNLOADS)
        if not 0 <= (last - first).days < _MAX_DAYS:
            raise ValidationError(f"Ask for 1 to {_MAX_DAYS} days.", path=("to",), constraint="range")
        rows = await connections.get("default").execute_query_dict(
            "SELECT day, completed, failed, bytes FROM download_days WHERE day BETWEEN $1 AND $2 ORDER BY day",
            [first, last],
        )
        return [DownloadDay(**row) for row in rows]

    async def storage(self, actor: Actor) -> StorageStats:
        """Files that are ready, by kind; free is what the disk of the data folder has left."""
        actor.require(Permission.MANAGE_SERVICES)
        rows = await connections.get("default").execute_query_dict(
            "SELECT kind, count(*)::int AS files, coalesce(sum(bytes), 0)::bigint AS bytes FROM stored_files "
            "WHERE status = 'READY' GROUP BY kind ORDER BY bytes DESC, kind"
        )
        usage = [StorageUsage(FileKind(row["kind"]), row["files"], row["bytes"]) for row in rows]
        disk = await asyncio.to_thread(shutil.disk_usage, self._data_dir)
        return StorageStats(sum(kind.bytes for kind in usage), disk.free, usage)

    async def storage_by_user(self, actor: Actor) -> list[UserStorage]:
        """Whose ready files take the most; a page of them."""
        actor.require(Permission.ADMIN)
        rows = await connections.get("default").execute_query_dict(
            "SELECT owner_id AS user_id, count(*)::int AS files, sum(bytes)::bigint AS bytes FROM stored_files "
            "WHERE status = 'READY' GROUP BY owner_id ORDER BY bytes DESC, owner_id LIMIT $1",
            [MAX_PAGE],
        )
        return [UserStorage(**row) for row in rows]
