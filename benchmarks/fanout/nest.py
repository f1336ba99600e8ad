"""Our own server on PostgreSQL and Valkey of its own, with people who watch and a hand that writes."""

import asyncio
import os
import re
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from benchmarks.fanout.watchers import Watch, stamp
from infra.processes import terminate_group
from medianest.embedded.postgres import DATABASE, EmbeddedPostgres
from medianest.embedded.valkey import EmbeddedValkey
from medianest.settings import PREFIX, Settings
from medianest.wiring.backbone import Backbone, backbone
from medianest.wiring.key import signing_key
from models.actor import SYSTEM
from models.events import EventType
from models.notifications import NotificationType
from models.services_health import Service, ServiceKind, ServiceStatus
from models.users import Session, User
from services.tokens import Tokens
from services.work import Notice

_ADDRESS = re.compile(r"API +http://([\d.]+):(\d+)")

SHARED = """subscription { services {
  __typename ... on ServiceChanged { cursor at previousStatus service { id name status lastCheckedAt } } } }"""
PERSON = """subscription { notifications {
  __typename ... on NotificationReceived { cursor at unreadCount notification { id type title body isRead createdAt } }
} }"""


@dataclass(slots=True)
class Nest:
    host: str
    port: int
    pid: int
    base: Backbone
    people: list[tuple[User, str]]
    service: Service

    def watches(self, topic: str, count: int) -> list[Watch]:
        query = SHARED if topic == "shared" else PERSON
        return [Watch(query, authorization=f"Bearer {token}") for _, token in self.people[:count]]

    async def publish(self, events: int) -> None:
        for _ in range(events):
            self.service.name = stamp()
            payload = {**self.service.snapshot(), "previous_status": ServiceStatus.UP}
            async with self.base.work.begin(SYSTEM) as transaction:
                transaction.record(EventType.SERVICE_CHANGED, self.service.id, payload, owner_id=None)

    async def notify(self, people: int) -> float:
        began, now = time.monotonic(), stamp()
        async with self.base.work.begin(SYSTEM) as transaction:
            notice = Notice(type=NotificationType.ANNOUNCEMENT, title=now, body="For everybody", cause=now)
            await transaction.notify_all([user.id for user, _ in self.people[:people]], notice)
        return time.monotonic() - began


@asynccontextmanager
async def nest(folder: Path, people: int) -> AsyncIterator[Nest]:
    values = {"DATA_DIR": str(folder), "PORT": "0", "LOG_LEVEL": "warning"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "medianest", "serve", "--no-worker", stdout=PIPE, cwd=folder, start_new_session=True,
        env=environment | {f"{PREFIX}{name}": value for name, value in values.items()},
    )  # fmt: skip
    try:
        stdout = cast("asyncio.StreamReader", process.stdout)
        while not (found := _ADDRESS.search((await stdout.readline()).decode())):
            pass
        settings = Settings(data_dir=folder)
        database_url = f"postgresql://postgres@/{DATABASE}?host={folder / EmbeddedPostgres.home_name}"
        redis_url = f"unix://{folder / EmbeddedValkey.home_name / EmbeddedValkey.socket_name}"
        async with backbone(settings, database_url, redis_url, pool_max=2) as base:
            made = await _people(people, Tokens(signing_key(settings)))
            service = Service(kind=ServiceKind.OBJECT_STORE, name="", status=ServiceStatus.DOWN)
            yield Nest(found[1], int(found[2]), _api_pid(process.pid), base, made, service)
    finally:
        await terminate_group(process, 10)


async def _people(count: int, tokens: Tokens) -> list[tuple[User, str]]:
    users = [
        User(email=f"{n}@example.org", username=f"person{n}", display_name=f"Person {n}")
        for n in range(count)
    ]  # fmt: skip
    await User.bulk_create(users, batch_size=1000)
    end = datetime.now(UTC) + timedelta(days=1)
    sessions = [Session(user_id=user.id, refresh_hash=user.id.bytes, expires_at=end, ends_at=end) for user in users]
    await Session.bulk_create(sessions, batch_size=1000)
    return [
        (user, tokens.issue_access(user.id, session.id).token) for user, session in zip(users, sessions, strict=True)
    ]


def _api_pid(supervisor: int) -> int:
    for status in Path("/proc").glob("[0-9]*/stat"):
        fields = status.read_text(encoding="utf-8").rpartition(")")[2].split()
        command = (status.parent / "cmdline").read_bytes()
        if int(fields[1]) == supervisor and b"medianest.app" in command:
            return int(status.parent.name)
    raise RuntimeError("the API process was not found")
