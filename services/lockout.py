"""Guessing passwords gets slower and slower: per account and per address, counted in the database."""

import hashlib
from datetime import UTC, datetime, timedelta

from tortoise import connections

from models.errors import RateLimitedError
from models.users import LoginFailures

FREE_TRIES = {"account": 8, "address": 40}
_FORGOTTEN_AFTER = timedelta(hours=1)
_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(minutes=30)

# The count begins anew once the last failure is old.
_COUNT = """
INSERT INTO login_failures (id, subject, count, last_at)
SELECT gen_random_uuid(), subject, 1, now() FROM unnest($1::text[]) AS subject
ON CONFLICT (subject) DO UPDATE SET last_at = now(), count =
    CASE WHEN login_failures.last_at < now() - interval '1 hour' THEN 1 ELSE login_failures.count + 1 END
"""


class Lockout:
    """A pause after too many failures, doubling with each further one. A right password within it is refused too."""

    async def check(self, email: str, ip: str | None) -> None:
        """Raises RateLimitedError."""
        kinds = _subjects(email, ip)
        failures = await LoginFailures.filter(subject__in=list(kinds))
        waits = [_wait(row, FREE_TRIES[kinds[row.subject]]) for row in failures]
        longest = max(waits, default=timedelta(0))
        if longest > timedelta(0):
            seconds = int(longest.total_seconds()) + 1
            raise RateLimitedError(
                f"Too many failed logins; try again in {seconds} seconds.", retry_after_seconds=seconds
            )

    async def count_failure(self, email: str, ip: str | None) -> None:
        await connections.get("default").execute_query_dict(_COUNT, [list(_subjects(email, ip))])

    async def forgive(self, email: str) -> None:
        """A right password clears the account, never the address."""
        await LoginFailures.filter(subject=_hash("account", email.strip().lower())).delete()


def _subjects(email: str, ip: str | None) -> dict[str, str]:
    subjects = {_hash("account", email.strip().lower()): "account"}
    if ip is not None:
        subjects[_hash("address", ip)] = "address"
    return subjects


def _hash(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def _wait(row: LoginFailures, free: int) -> timedelta:
    now = datetime.now(UTC)
    beyond = row.count - free
    if beyond < 0 or now - row.last_at > _FORGOTTEN_AFTER:
        return timedelta(0)
    pause: timedelta = min(_FIRST_PAUSE * 2 ** min(beyond, 20), _LONGEST_PAUSE)
    return row.last_at + pause - now
