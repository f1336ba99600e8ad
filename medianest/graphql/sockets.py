"""The open websockets of a process: how many there may be, and how they are closed from outside."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from models.actor import Actor

CLOSE_SECONDS = 1.0

# "Try again later": stock clients do, with growing pauses, for about half a minute. A fatal code would shut out people
# whose own dead connections, after a change of network, are still counted for a few seconds.
TOO_MANY = 1013


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """`send_seconds` is how long one message may wait for a client that does not read."""

    operations: int = 20
    frame_bytes: int = 64 * 1024
    init_seconds: float = 10.0
    send_seconds: float = 10.0
    sockets: int = 10_000
    sockets_per_address: int = 200
    sockets_per_user: int = 20


DEFAULT_LIMITS = SocketLimits()


class SocketClosingError(Exception):
    """The websocket is to be closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Socket(Protocol):
    def belongs_to(self, matches: Callable[[Actor], bool]) -> bool: ...

    def end(self, code: int, reason: str) -> None: ...

    async def run(self) -> None: ...


class Sockets:
    def __init__(self, limits: SocketLimits = DEFAULT_LIMITS) -> None:
        self.limits = limits
        self._open: dict[Socket, asyncio.Task[Any] | None] = {}
        self._by_address: Counter[str] = Counter()
        self._by_user: Counter[UUID] = Counter()

    async def close_all(self, code: int, reason: str, *, where: Callable[[Actor], bool] | None = None) -> None:
        """Close every socket, or those whose actor `where` picks. Returns when they are gone, after 2 s at most."""
        chosen = {socket: task for socket, task in self._open.items() if where is None or socket.belongs_to(where)}
        for socket in chosen:
            socket.end(code, reason)
        tasks = {task for task in chosen.values() if task is not None}
        if tasks:
            await asyncio.wait(tasks, timeout=2 * CLOSE_SECONDS)

    async def run(self, socket: Socket, address: str | None) -> None:
        """Raises SocketClosingError when this one is too many."""
        if len(self._open) >= self.limits.sockets:
            raise SocketClosingError(TOO_MANY, "This server has too many websockets open: try again later")
        place = Place(self._by_address, address, self.limits.sockets_per_address, "an address")
        self._open[socket] = asyncio.current_task()
        try:
            await socket.run()
        finally:
            del self._open[socket]
            place.leave()

    def place_of(self, user_id: UUID | None) -> "Place":
        """One more of this user's; nobody in particular has no limit. Raises SocketClosingError."""
        return Place(self._by_user, user_id, self.limits.sockets_per_user, "a user")

    def user_ids(self) -> Iterable[UUID]:
        """Who has one open."""
        return self._by_user.keys()

    def __len__(self) -> int:
        return len(self._open)


class Place:
    """One of as many as somebody may have, until it is left."""

    __slots__ = ("_key", "_taken")

    def __init__(self, taken: "Counter[Any]", key: object, limit: int, whose: str) -> None:
        if key is not None and taken[key] >= limit:
            raise SocketClosingError(
                TOO_MANY, f"At most {limit} websockets {whose}: close one, or run several operations on one"
            )
        self._taken, self._key = taken, key
        if key is not None:
            taken[key] += 1

    def leave(self) -> None:
        if self._key is not None:
            self._taken[self._key] -= 1
            if not self._taken[self._key]:
                del self._taken[self._key]
