"""Tokens that were verified are remembered in this process, and forgotten as soon as the event log says so."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from models.actor import Actor
from models.events import DomainEvent, EventType

CALLER_EVENTS = frozenset({EventType.SESSION_CHANGED, EventType.USER_CHANGED})
"""Few among thousands of others, each of which is looked at."""
_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """`source_id` is the session or the key for a program; `ends_at` is when the token ends, if it does."""

    actor: Actor
    source_id: UUID
    ends_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.ends_at is not None and self.ends_at <= datetime.now(UTC)


class TokenMemory:
    """A session that ends or a person who changes writes an event in the same transaction. Whoever follows the log
    hands it to `forget_by`; while nobody does (`is_following` is false), nothing is believed.
    """

    def __init__(self, is_following: Callable[[], bool]) -> None:
        self._is_following = is_following
        self._known: OrderedDict[bytes, Remembered] = OrderedDict()
        self._forgotten = 0

    def find(self, token: str) -> Remembered | None:
        known = self._known.get(_key(token))
        if known is None or known.is_over or not self._is_following():
            return None
        return known

    def begin(self) -> int:
        """Before a token is looked up in the database: goes back in with `keep`."""
        return self._forgotten

    def keep(self, token: str, known: Remembered, *, since: int) -> None:
        """Unless something was forgotten since: what was read may be stale already."""
        if since != self._forgotten:
            return
        self._known[_key(token)] = known
        while len(self._known) > _LIMIT:
            self._known.popitem(last=False)

    def forget(self, matches: Callable[[Actor], bool]) -> None:
        self._forgotten += 1
        self._known = OrderedDict((key, known) for key, known in self._known.items() if not matches(known.actor))

    def forget_by(self, event: DomainEvent) -> None:
        if event.type in CALLER_EVENTS:
            self.forget(whom(event))


def whom(event: DomainEvent) -> Callable[[Actor], bool]:
    """The callers that one of the CALLER_EVENTS may have changed or ended."""
    key: UUID = event.stream_id
    if event.type == EventType.SESSION_CHANGED:
        return lambda actor: actor.session_id == key
    return lambda actor: actor.user_id == key


def ends(event: DomainEvent) -> bool:
    """Whether the callers of `whom` are out: their session was revoked, or their account closed."""
    return bool(event.payload.get("revoked_at")) or event.payload.get("is_active") is False


def changes_access(event: DomainEvent) -> bool:
    """Whether the callers of `whom` may do other things from now on."""
    return event.payload.get("access_changed") is True


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
