"""Bugs are counted where people who run the server can read them: never with the values that were at hand."""

import asyncio
import hashlib
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import structlog
from tortoise.expressions import F
from uuid_utils.compat import uuid7

from infra.correlation import current_correlation_id
from models.actor import SYSTEM, Actor, Permission
from models.error_entries import ErrorEntry, Severity
from models.errors import NotFoundError
from models.paging import Page, PageArgs, Sort, paginate
from services.error_notices import tell_administrators
from services.work import UnitOfWork

log = structlog.get_logger()

_LATEST_FIRST = Sort(F("last_seen_at"), descending=True, id_descending=True)
_ROOT = Path(__file__).resolve().parent.parent

_COUNT = """
INSERT INTO error_entries AS known
    (id, fingerprint, code, message, severity, count, first_seen_at, last_seen_at, correlation_id)
VALUES ($1, $2, $3, $4, $5, 1, now(), now(), $6)
ON CONFLICT (fingerprint) DO UPDATE
SET count = known.count + 1, last_seen_at = now(), correlation_id = EXCLUDED.correlation_id, resolved_at = NULL
RETURNING id
"""
_KNOWN = "SELECT resolved_at FROM error_entries WHERE fingerprint = $1 FOR UPDATE"

Forward = Callable[[BaseException, str], None]
"""Takes a failure and its fingerprint elsewhere."""


class ErrorLog:
    def __init__(self, work: UnitOfWork, forward: Forward | None = None) -> None:
        self._work = work
        self._forward = forward
        self._writing: set[asyncio.Task[None]] = set()

    def note(self, failure: BaseException, severity: Severity = Severity.ERROR) -> None:
        """Count it, behind whatever else goes on; a failure that was resolved comes back when it is met again."""
        task = asyncio.create_task(self.write(failure, severity, current_correlation_id()))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def settled(self) -> None:
        """When everything noted so far is written."""
        await asyncio.gather(*self._writing)

    async def write(self, failure: BaseException, severity: Severity, correlation_id: str) -> None:
        """Never raises: without a database the log has to do."""
        code, place = type(failure).__name__, _place(failure)
        fingerprint, message = hashlib.sha256(f"{code}:{place}".encode()).hexdigest(), f"{code} in {place}"[:255]
        if self._forward is not None:
            self._forward(failure, fingerprint)
        values = [uuid7(), fingerprint, code[:64], message, severity.value, correlation_id]
        try:
            async with self._work.begin(SYSTEM) as transaction:
                known = await transaction.connection.execute_query_dict(_KNOWN, [fingerprint])
                (entry,) = await transaction.connection.execute_query_dict(_COUNT, values)
                if not known or known[0]["resolved_at"] is not None:
                    since = known[0]["resolved_at"].isoformat() if known else "first"
                    await tell_administrators(transaction, entry["id"], message, f"{fingerprint[:16]}.{since}")
        except Exception as error:  # noqa: BLE001
            log.warning("error_log.unwritten", error=repr(error))

    async def list_entries(self, actor: Actor, page: PageArgs, *, unresolved_only: bool) -> Page[ErrorEntry]:
        entries = ErrorEntry.visible_to(actor)
        if unresolved_only:
            entries = entries.filter(resolved_at=None)
        return await paginate(entries, _LATEST_FIRST, page)

    async def resolve(self, actor: Actor, entry_id: UUID) -> None:
        """Take it off the list until it is met again. Raises NotFoundError."""
        actor.require(Permission.MANAGE_SERVICES)
        async with self._work.begin(actor) as transaction:
            if not await ErrorEntry.filter(id=entry_id, resolved_at=None).update(resolved_at=datetime.now(UTC)):
                raise NotFoundError("There is no such open error.", path=("id",))
            await transaction.audit("error.resolved", await ErrorEntry.get(id=entry_id))


def _place(failure: BaseException) -> str:
    """The innermost function of ours that the failure went through."""
    frames = traceback.extract_tb(failure.__traceback__)
    ours = [frame for frame in frames if _is_ours(frame.filename)] or frames[-1:]
    return f"{Path(ours[-1].filename).stem}.{ours[-1].name}" if ours else "unknown"


def _is_ours(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(_ROOT) and "site-packages" not in path.parts
