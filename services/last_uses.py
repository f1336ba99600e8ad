"""When sessions and keys were last used: noted in the process, written down together now and then."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import structlog
from tortoise import connections

log = structlog.get_logger()

_EVERY_SECONDS = 30.0

# never backwards: another process, or a renewed session, may have written a later time
_WRITE = """
WITH used AS (SELECT * FROM unnest($1::uuid[], $2::timestamptz[]) AS used (id, at)), sessions_used AS (
    UPDATE sessions SET last_seen_at = used.at FROM used
    WHERE sessions.id = used.id AND sessions.last_seen_at < used.at
)
UPDATE api_tokens SET last_used_at = used.at FROM used
WHERE api_tokens.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)
"""


class LastUses:
    """A request costs no statement for it; a process that is killed forgets half a minute."""

    def __init__(self, every_seconds: float = _EVERY_SECONDS) -> None:
        self._every_seconds = every_seconds
        self._noted: dict[UUID, datetime] = {}

    def note(self, key: UUID) -> None:
        """The session or the key for a program that somebody came in by just now."""
        self._noted[key] = datetime.now(UTC)

    async def flush(self) -> None:
        """In one statement. What cannot be written now is kept for the next time."""
        noted, self._noted = self._noted, {}
        if not noted:
            return
        keys = sorted(noted)
        try:
            connection = connections.get("default")
            await connection.execute_query_dict(_WRITE, [keys, [noted[key] for key in keys]])
        except Exception as error:  # noqa: BLE001  (whatever keeps the database away)
            log.warning("last_uses.not_written", error=repr(error))
            self._noted = noted | self._noted

    async def keep(self) -> None:
        """Until it is cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(self._every_seconds)
                await self.flush()
        finally:
            await self.flush()
