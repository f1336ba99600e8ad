"""`python -m benchmarks.fanout`: how soon thousands hear of one event, beside two servers on Node and bare sockets."""

import argparse
import asyncio
import statistics
import tempfile
import time
from array import array
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import cast

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.fanout.nest import nest
from benchmarks.fanout.servers import BARE, Contender, cpu_seconds, resident_kib, rival
from benchmarks.fanout.watchers import Heard, connect

OURS = "MediaNest"
EVENTS, PAUSE_SECONDS = 12, 0.2
BURST = 40
SETTLE_SECONDS = 2.0

Figures = dict[str, float]
console = Console()


async def shared(contender: Contender, count: int) -> Figures:
    """Everybody watches the same topic: single events, then a burst of them."""
    heard, before = Heard(), resident_kib(contender.pid)
    transports = await _connect(contender, "shared", count, heard)
    memory = (resident_kib(contender.pid) - before) / count
    for number in range(1, EVENTS + 1):
        await contender.publish(1)
        await _all_heard(heard, number * count)
        await asyncio.sleep(PAUSE_SECONDS)
    figures = _latencies(heard, EVENTS * count) | {"KiB a connection": memory}
    heard.clear()
    began = time.monotonic()
    await contender.publish(BURST)
    await _all_heard(heard, BURST * count)
    figures["deliveries/s"] = BURST * count / (heard.last_at - began)
    await _close(transports)
    return figures


async def people(contender: Contender, count: int) -> Figures:
    """Everybody watches their own inbox, and each gets one notification: how soon after all of them were published."""
    heard = Heard()
    transports = await _connect(contender, "people", count, heard)
    before = cpu_seconds(contender.pid)
    written = await contender.notify(count)
    await _all_heard(heard, count)
    heard.latencies = array("d", (latency - written for latency in heard.latencies))
    figures = {f"people {name}": value for name, value in _latencies(heard, count).items()}
    figures["people written ms"] = written * 1000
    figures["people CPU ms"] = (cpu_seconds(contender.pid) - before) * 1000
    await _close(transports)
    return figures


async def _connect(contender: Contender, topic: str, count: int, heard: Heard) -> list[asyncio.Transport]:
    watches = contender.watches(topic, count)
    transports = await connect(contender.host, contender.port, watches, heard, lambda _: None)
    await asyncio.sleep(SETTLE_SECONDS)
    return transports


async def _all_heard(heard: Heard, expected: int) -> None:
    async with asyncio.timeout(60):
        while len(heard.latencies) < expected:  # noqa: ASYNC110  (a measurement must not be slowed by what watches it)
            await asyncio.sleep(0.01)


def _latencies(heard: Heard, expected: int) -> Figures:
    if heard.closed or len(heard.latencies) != expected:
        raise SystemExit(f"{len(heard.latencies)} of {expected} arrived, {heard.closed} connections closed")
    cut = statistics.quantiles(heard.latencies, n=100)
    return {"p50 ms": cut[49] * 1000, "p99 ms": cut[98] * 1000}


async def _close(transports: list[asyncio.Transport]) -> None:
    for transport in transports:
        transport.abort()
    await asyncio.sleep(SETTLE_SECONDS)


async def run(count: int, rounds: int, names: list[str]) -> dict[str, dict[str, list[float]]]:
    """Interleaved: each round measures every server once, on a new process."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in names}
    for number in range(rounds):
        for name in names:
            console.print(f"round {number + 1} of {rounds}: {name}")
            with tempfile.TemporaryDirectory() as folder:
                started = nest(Path(folder), count) if name == OURS else rival(name)
                async with cast("AbstractAsyncContextManager[Contender]", started) as contender:
                    figures = await shared(contender, count) | await people(contender, count)
            for label, value in figures.items():
                found[name].setdefault(label, []).append(value)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[OURS, BARE, "mercurius", "graphql-ws"])
    options = parser.parse_args()
    found = uvloop.run(run(options.subscribers, options.rounds, options.only))
    table = Table("median of each", *found)
    for label in next(iter(found.values())):
        table.add_row(label, *(f"{statistics.median(values[label]):,.1f}" for values in found.values()))
    console.print(table)


if __name__ == "__main__":
    main()
