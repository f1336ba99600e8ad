"""Who follows downloads through every fault, and who writes into the log meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from websockets.exceptions import WebSocketException

from medianest.embedded.postgres import EmbeddedPostgres
from medianest.embedded.valkey import EmbeddedValkey
from medianest.settings import Settings
from medianest.wiring.backbone import Backbone, backbone
from models.actor import SYSTEM
from models.downloads import Download
from models.events import DomainEvent, EventType
from models.states import DownloadStatus
from models.users import Session, User
from schema.scalars import _write_cursor
from services.downloads import record_change
from services.tokens import Tokens
from services.work import Transaction
from tests.e2e.front_end import FrontEnd, until
from tests.e2e.serving import Serving
from tests.factories.downloads import make_download

FOLLOW = """
subscription ($after: Cursor) {
  downloads(after: $after) {
    ... on DownloadChanged { cursor download { title } }
    ... on StreamReset { cursor reason droppedFrom }
  }
}"""
FOLLOW_WITH_URL = FOLLOW.replace("title", "title url")
_POOL_MAX = 8


def patience(events: int) -> float:
    """How many seconds processes may take to come back and read so much, on a machine with other work to do."""
    return 30 + events / 50


@asynccontextmanager
async def beside(server: Serving, settings: Settings) -> AsyncIterator[Backbone]:
    """What one more process of the server has."""
    ours = settings.model_copy(update={"data_dir": server.data_dir})
    database, redis = EmbeddedPostgres(server.data_dir), EmbeddedValkey(server.data_dir)
    addresses = database.address_of_running(), redis.address_of_running()
    async with backbone(ours, *addresses, pool_max=_POOL_MAX) as base:
        yield base


async def signed_in(base: Backbone, url: str, user: User) -> FrontEnd:
    end = datetime.now(UTC) + timedelta(hours=1)
    session = await Session.create(user_id=user.id, refresh_hash=user.id.bytes, expires_at=end, ends_at=end)
    client = FrontEnd(url)
    client.access_token = Tokens(base.key).issue_access(user.id, session.id).token
    return client


class Follower:
    """Follows what one person may see, and comes back behind the last item whenever the connection is lost.

    `leaves_after` so many items it loses the connection by itself.
    """

    def __init__(self, client: FrontEnd, after: int, query: str = FOLLOW) -> None:
        self.titles: list[str] = []
        self.received_at: dict[str, float] = {}
        self.resets: list[Any] = []
        self.connections = 0
        self._client = client
        self.leaves_after: int | None = None
        self._query = query
        self._cursor = _write_cursor(after)

    async def run(self) -> None:
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                async with self._client.subscribe(self._query, after=self._cursor) as events:
                    self.connections += 1
                    await self._follow(events)
            await asyncio.sleep(0.05)

    async def _follow(self, events: AsyncIterator[dict[str, Any]]) -> None:
        taken = 0
        async for data in events:
            taken += self._take(data["downloads"])
            if taken == self.leaves_after:
                return

    def _take(self, item: dict[str, Any]) -> bool:
        if "cursor" not in item:
            return False  # progress
        self._cursor = item["cursor"]
        if "reason" in item:
            self.resets.append(item)
            return False
        title = item["download"]["title"]
        self.titles.append(title)
        self.received_at.setdefault(title, time.monotonic())
        return True


@asynccontextmanager
async def following(followers: Iterable[Follower]) -> AsyncIterator[None]:
    """From the moment when each has a connection."""
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(follower.run()) for follower in followers]
        await until(lambda: all(follower.connections for follower in followers))
        yield
        for task in running:
            task.cancel()


@dataclass
class Writer:
    """Changes one download again and again: each time it has a title of its own."""

    base: Backbone
    download: Download
    written_at: dict[str, float] = field(default_factory=dict)

    @classmethod
    async def of(cls, base: Backbone, owner: UUID) -> "Writer":
        return cls(base, await make_download(owner, status=DownloadStatus.COMPLETED))

    async def write(self, count: int, *, seconds: float = 0) -> None:
        """Spread over `seconds`."""
        end = time.monotonic() + seconds
        for left in range(count, 0, -1):
            async with self.base.work.begin(SYSTEM) as transaction:
                await self._change(transaction)
            await asyncio.sleep(max(0.0, end - time.monotonic()) / left)

    async def write_at_once(self, count: int) -> None:
        """In one transaction."""
        async with self.base.work.begin(SYSTEM) as transaction:
            for _ in range(count):
                await self._change(transaction)
        committed_at = time.monotonic()
        self.written_at |= dict.fromkeys(list(self.written_at)[-count:], committed_at)

    async def _change(self, transaction: Transaction) -> None:
        row = self.download
        row.version += 1
        row.title = f"{row.id} {row.version}"
        self.written_at[row.title] = time.monotonic()
        await row.save(update_fields=["version", "title"])
        record_change(transaction, row, None)


@dataclass
class Story:
    """What was written, and by whom it is followed, from one position of the log on."""

    followers: dict[Follower, UUID | None]
    writers: list[Writer]
    since: int

    async def write(self, count: int, *, seconds: float = 0) -> None:
        """All writers together, at once."""
        async with asyncio.TaskGroup() as tasks:
            for writer in self.writers:
                tasks.create_task(writer.write(count // len(self.writers), seconds=seconds))

    async def complete(self) -> float:
        """Once everybody has the end of it: that nobody missed, doubled or swapped anything; the longest way of all."""
        everything = await _told(self.since)
        written_at = {title: at for writer in self.writers for title, at in writer.written_at.items()}
        expected = {
            follower: [title for owner, title in everything if whose in (None, owner)]
            for follower, whose in self.followers.items()
        }
        await until(
            lambda: all(who.resets or who.received_at.keys() >= set(titles[-1:]) for who, titles in expected.items()),
            patience(len(everything)),
        )
        for follower, titles in expected.items():
            assert follower.resets == []
            assert follower.titles == titles
        ways = [who.received_at.get(title, at) - at for title, at in written_at.items() for who in expected]
        return max(ways, default=0.0)


async def _told(since: int) -> list[tuple[UUID | None, str]]:
    events = DomainEvent.filter(position__gt=since, type=EventType.DOWNLOAD_CHANGED).order_by("position")
    return [(event.owner_id, str(event.payload["title"])) for event in await events]
