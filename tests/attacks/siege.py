"""The server under attack: what it answered to each, how a bystander fared, what it looked like afterwards."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.attacks.attack import HttpAttack, SocketAttack, World, operation
from tests.attacks.attempt import attempt_http, attempt_socket
from tests.attacks.raw import answer
from tests.e2e.front_end import eventually
from tests.e2e.serving import Serving

ROUNDS = 2
AT_ONCE = 16
_QUERY = operation("query Bystander { server { version } }")
_EVERY_SECONDS = 0.02

Figures = dict[str, float]


@dataclass
class Outcome:
    """`came` is what came of each attack in each round."""

    came: dict[str, list[str]] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    before: Figures = field(default_factory=dict)
    after: Figures = field(default_factory=dict)
    seconds: float = 0.0

    def slow_waits(self, limit: float) -> int:
        return sum(wait > limit for wait in self.waits)

    def stalls(self, limit: float) -> float:
        """How often the event loop stood still for longer than `limit`, by its own computing."""
        name = "medianest_event_loop_delay_seconds"
        return self._grown(f"{name}_count") - self._grown(f'{name}_bucket{{le="{limit}"}}')

    def _grown(self, name: str) -> float:
        return self.after[name] - self.before[name]


async def besiege(
    serving: Serving, world: World, http: Mapping[str, HttpAttack], sockets: Mapping[str, SocketAttack]
) -> Outcome:
    """Every attack in every round. Memory is compared after the first, which fills the caches there are."""
    address = _address(serving)
    outcome = Outcome()
    started = time.monotonic()
    async with _bystander(address, outcome.waits):
        for _ in range(ROUNDS):
            attacks: dict[str, Callable[[], Awaitable[str]]] = {
                **{name: _bound(attempt_http, address, attack, world) for name, attack in http.items()},
                **{name: _bound(attempt_socket, address, attack, world) for name, attack in sockets.items()},
            }
            await _round(attacks, outcome)
            outcome.before = outcome.before or await rested(serving)
    outcome.after = await rested(serving)
    outcome.seconds = time.monotonic() - started
    return outcome


def _bound(attempt: Any, *arguments: Any) -> Callable[[], Awaitable[str]]:
    async def attack() -> str:
        try:
            came: str = await attempt(*arguments)
        except TimeoutError:
            came = "hangs"
        return came

    return attack


async def _round(attacks: Mapping[str, Callable[[], Awaitable[str]]], outcome: Outcome) -> None:
    """Attacks that take their time wait beside the others: the row is not held up by them."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(name: str, attack: Callable[[], Awaitable[str]]) -> None:
        async with room:
            running = asyncio.ensure_future(attack())
            await asyncio.wait([running], timeout=0.5)
        outcome.came.setdefault(name, []).append(await running)

    await asyncio.gather(*(one(name, attack) for name, attack in attacks.items()))


@asynccontextmanager
async def _bystander(address: tuple[str, int], waits: list[float]) -> AsyncIterator[None]:
    """Somebody who asks a simple question every 20 ms on a connection of their own, and notes how long it took."""

    async def ask() -> None:
        reader, writer = await asyncio.open_connection(*address)
        try:
            while True:
                asked = time.monotonic()
                writer.write(_QUERY)
                assert (await answer(reader)).status == 200
                waits.append(time.monotonic() - asked)
                await asyncio.sleep(max(0.0, _EVERY_SECONDS - waits[-1]))
        finally:
            writer.transport.abort()

    asking = asyncio.create_task(ask())
    yield
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking


async def rested(serving: Serving) -> Figures:
    """What the server tells of itself once nobody is connected any more, and what its database does."""

    async def check() -> Figures | None:
        found = await figures(serving)
        return found if found["medianest_websockets"] == found["medianest_subscriptions"] == 0 else None

    found = await eventually(check, 15)
    rows = await serving.sql(
        "SELECT count(*) AS all, count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS open,"
        " count(*) FILTER (WHERE state = 'active' AND pid <> pg_backend_pid()) AS active"
        " FROM pg_stat_activity WHERE datname = 'medianest' AND backend_type = 'client backend'"
    )
    return found | {f"connections {name}": float(value) for name, value in rows[0].items()}


async def figures(serving: Serving) -> Figures:
    text = (await serving.client.http.get(serving.client.url.replace("/graphql", "/metrics"))).text
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


def _address(serving: Serving) -> tuple[str, int]:
    parts = urlsplit(serving.client.url)
    return str(parts.hostname), int(parts.port or 80)


def log_errors(log: str) -> list[str]:
    """What the server's log tells of bugs, a line each."""
    entries = [json.loads(line) if line.startswith("{") else {"event": line} for line in log.splitlines()]
    return [
        str(entry)
        for entry in entries
        if entry.get("level") in {"error", "critical"} or "exception" in entry or "Traceback" in entry["event"]
    ]
