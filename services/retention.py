"""What nobody asks for any more, and after how long it goes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tortoise import connections

IDEMPOTENCY_DAYS = 7
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Ageing:
    """Rows of `table` go `keep` after the moment that the SQL `ended` says."""

    table: str
    ended: str
    keep: timedelta


AGEING = (
    Ageing("idempotency_keys", "created_at", timedelta(days=IDEMPOTENCY_DAYS)),
    # a key may lead there until it is gone itself
    Ageing("announcements", "CASE WHEN waiting = '{}' THEN created_at END", timedelta(days=IDEMPOTENCY_DAYS + 1)),
    # the count begins anew after an hour, and the longest pause is shorter
    Ageing("login_failures", "last_at", timedelta(days=1)),
    # for a while what the audit log names can still be looked at
    Ageing("sessions", "least(revoked_at, expires_at, ends_at)", timedelta(days=30)),
    Ageing("webhook_receipts", "received_at", timedelta(days=30)),
    Ageing("invites", "least(used_at, expires_at)", timedelta(days=30)),
    Ageing("plex_logins", "least(used_at, expires_at)", timedelta(days=1)),
    Ageing("password_resets", "least(used_at, expires_at)", timedelta(days=30)),
)


async def prune() -> dict[str, int]:
    """How many rows of each table went."""
    return {ageing.table: await _prune(ageing) for ageing in AGEING}


async def _prune(ageing: Ageing) -> int:
    """In batches, so that no lock is held for long."""
    sql = (
        f"DELETE FROM {ageing.table} WHERE id IN ("  # noqa: S608  (names of our own, out of the table above)
        f"SELECT id FROM {ageing.table} WHERE {ageing.ended} < $1 LIMIT {_BATCH} FOR UPDATE SKIP LOCKED) RETURNING id"
    )
    pruned, before = 0, datetime.now(UTC) - ageing.keep
    while gone := len(await connections.get("default").execute_query_dict(sql, [before])):
        pruned += gone
    return pruned
