"""Guessing passwords gets slower and slower: per account and per address, counted in the database."""

import hashlib
from datetime import UTC, datetime, timedelta

from tortoise import connections
from tortoise.expressions import F

from models.actor import Actor
from models.errors import RateLimitedError
from models.rates import Counted, neighbourhood
from models.users import LoginFailures
from services.rate_limits import RateLimits

FREE_TRIES = {"account": 8, "address": 40}
_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(minutes=30)

# One statement, so that of many guesses at the same time no more than the free ones get through: a row that is locked
# is not touched, and not returned. The count begins anew once the last failure is an hour old.
_COUNT = """
INSERT INTO login_failures AS known (id, subject, count, last_at) VALUES (gen_random_uuid(), $1, 1, now())
ON CONFLICT (subject) DO UPDATE SET last_at = now(), count =
    CASE WHEN known.last_at < now() - interval '1 hour' THEN 1 ELSE known.count + 1 END
WHERE known.count < $2
   OR known.last_at + make_interval(secs => least($3 * 2 ^ least(known.count - $2, 20), $4)) <= now()
RETURNING count
"""


class Lockout:
    """A pause after too many failures, doubling with each further one. A right password within it is refused too."""

    def __init__(self, limits: RateLimits) -> None:
        self._limits = limits

    async def begin(self, actor: Actor, what: Counted, email: str, ip: str | None) -> None:
        """Count a try, as failed until `forgive`.

        Raises RateLimitedError: after its wait neither a pause nor the number of tries stands in the way.
        """
        subjects = _subjects(email, ip)
        try:
            await self._limits.count(actor, what)
            for subject, kind in subjects.items():
                await _count(subject, FREE_TRIES[kind])
        except RateLimitedError as refused:
            pauses = [await _seconds_left(subject, FREE_TRIES[kind]) for subject, kind in subjects.items()]
            seconds = max(*pauses, await self._limits.seconds_left(actor, what))
            raise RateLimitedError(refused.reason, retry_after_seconds=seconds) from None

    async def forgive(self, email: str, ip: str | None) -> None:
        """A right password clears the account; of the address's failures it takes back its own."""
        for subject, kind in _subjects(email, ip).items():
            failures = LoginFailures.filter(subject=subject)
            await (failures.delete() if kind == "account" else failures.update(count=F("count") - 1))


def _subjects(email: str, ip: str | None) -> dict[str, str]:
    subjects = {_hash("account", email.strip().lower()): "account"}
    if ip is not None:
        subjects[_hash("address", neighbourhood(ip))] = "address"
    return subjects


def _hash(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


async def _count(subject: str, free: int) -> None:
    """Raises RateLimitedError within a pause; how long it lasts is for the caller to find out."""
    values = [subject, free, _FIRST_PAUSE.total_seconds(), _LONGEST_PAUSE.total_seconds()]
    if not await connections.get("default").execute_query_dict(_COUNT, values):
        raise RateLimitedError("Too many failed logins", retry_after_seconds=0)


async def _seconds_left(subject: str, free: int) -> float:
    row = await LoginFailures.get_or_none(subject=subject)
    if row is None or row.count < free:
        return 0
    pause: timedelta = min(_FIRST_PAUSE * 2 ** min(row.count - free, 20), _LONGEST_PAUSE)
    return (row.last_at + pause - datetime.now(UTC)).total_seconds()
