"""Redis and processes go away while people watch: nobody misses anything, or gets it twice, or in another order."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect

from medianest.wiring.backbone import Backbone
from models.events import DomainEvent
from models.users import User
from schema.node import to_global_id
from schema.scalars import _write_cursor
from services.mailboxes import MAILBOX_LIMIT
from services.passwords import Passwords
from services.streams import STALLED_SECONDS
from tests.clients.conftest import Program, running
from tests.conftest import SOAK, scaled
from tests.e2e.front_end import PASSWORD, FrontEnd
from tests.e2e.serving import Serving, kill
from tests.e2e.test_faults import frozen, unattended
from tests.e2e.test_stop import Record
from tests.e2e.under_fire.following import FOLLOW_WITH_URL, Follower, Story, Writer, following
from tests.factories.downloads import make_download
from tests.factories.people import make_user
from tests.integration.graphql.socket_client import TRANSPORT_WS, Client

pytestmark = pytest.mark.asyncio(loop_scope="session")

_REDIS_AWAY_SECONDS = 3
_WRITERS = 8
_STOCK = ("graphql_ws", "apollo")


def api_processes(server: Serving) -> list[int]:
    return server.processes("medianest.app")


class TestKilled:
    async def test_redis_for_a_while_then_all_processes(
        self, server: Serving, story: Story, record_property: Record
    ) -> None:
        count, killed = scaled(2_000), api_processes(server)
        async with following(story.followers):
            async with unattended(server):
                kill(server.valkey_pid)
                await story.write(count // 2, seconds=_REDIS_AWAY_SECONDS)
            for pid in killed:
                kill(pid)
            await story.write(count // 2, seconds=1)
            slowest = await story.complete()
        assert {follower.connections for follower in story.followers} == {2}
        record_property(
            "figures",
            f"{count} events, Redis away for {_REDIS_AWAY_SECONDS} s, then {len(killed)} processes killed:"
            f" 0 lost, 0 doubled, the slowest after {slowest:.2f} s",
        )


class TestManyWriters:
    @pytest.mark.parametrize("attempt", range(3 if SOAK else 1))
    async def test_at_once(
        self, base: Backbone, story: Story, admin: User, person: User, attempt: int, record_property: Record
    ) -> None:
        count = scaled(4_000)
        story.writers = [await Writer.of(base, owner.id) for owner in (admin, person) for _ in range(_WRITERS // 2)]
        for follower in story.followers:
            follower.leaves_after = count // 8
        began = time.monotonic()
        async with following(story.followers):
            await story.write(count)
            seconds = time.monotonic() - began
            slowest = await story.complete()
        connections = sum(follower.connections for follower in story.followers)
        record_property(
            "figures",
            f"{count} events of {_WRITERS} writers at {count / seconds:.0f} a second: 0 lost,"
            f" 0 doubled, the slowest after {slowest:.2f} s, {connections} connections",
        )


class TestTwoProcesses:
    async def test_on_each_comes_what_was_done_on_the_other(
        self, server: Serving, story: Story, person: User, persons_client: FrontEnd
    ) -> None:
        first, second = api_processes(server)
        ids = [to_global_id("Download", (await make_download(person.id)).id) for _ in range(20)]
        here, there = Follower(persons_client, story.since), Follower(persons_client, story.since)
        story.followers = dict.fromkeys((here, there), person.id)
        async with AsyncExitStack() as stack:
            for follower, idle in ((here, second), (there, first)):
                async with frozen(idle):
                    await stack.enter_async_context(following([follower]))
            for some, idle in ((ids[:10], second), (ids[10:], first)):
                async with frozen(idle), FrontEnd(server.client.url) as client:  # with a connection of its own
                    client.access_token = persons_client.access_token
                    for id_ in some:
                        assert (await client.control(id_, "CANCEL"))["errors"] == []
            await story.complete()
        assert len(here.titles) == len(there.titles) == len(ids)


class TestRedis:
    async def test_flushed(self, base: Backbone, story: Story, record_property: Record) -> None:
        async with following(story.followers):
            for _ in range(3):
                await story.write(scaled(200))
                await base.redis.flushall()
            await story.write(scaled(200))
            slowest = await story.complete()
        assert slowest < 2
        record_property("figures", f"Redis flushed 3 times: the slowest after {slowest:.2f} s")

    async def test_frozen(self, server: Serving, story: Story, record_property: Record) -> None:
        usual = await seconds_of_an_answer(server.client)
        async with following(story.followers), frozen(server.valkey_pid):
            writing = asyncio.create_task(story.write(scaled(600), seconds=_REDIS_AWAY_SECONDS))
            answers = [await seconds_of_an_answer(server.client)]
            while not writing.done():
                answers.append(await seconds_of_an_answer(server.client))
            await writing
            slowest = await story.complete()
        assert slowest < 2
        assert max(answers) < usual + 1
        record_property(
            "figures",
            f"Redis frozen for {_REDIS_AWAY_SECONDS} s: the slowest after {slowest:.2f} s,"
            f" {len(answers)} answers after {max(answers):.2f} s at most",
        )


class TestBursts:
    async def test_more_at_once_than_a_mailbox_holds(self, story: Story, record_property: Record) -> None:
        count = 2 * MAILBOX_LIMIT
        async with following(story.followers):
            await story.writers[0].write_at_once(count)
            await story.writers[1].write_at_once(count)
            slowest = await story.complete()
        record_property("figures", f"{count} events in one transaction: 0 lost, the slowest after {slowest:.2f} s")

    async def test_one_that_does_not_read_is_told_and_disturbs_nobody(
        self, server: Serving, story: Story, admin: User
    ) -> None:
        writer = story.writers[0]
        writer.download.url = "https://video.example/" + "long" * 5_000
        async with following(story.followers), not_reading(server.client) as slow:
            await slow.subscribe(FOLLOW_WITH_URL, variables={"after": _write_cursor(story.since)})
            await writer.write_at_once(2 * MAILBOX_LIMIT)
            slowest = await story.complete()
            await asyncio.sleep(STALLED_SECONDS)  # so long does it not read, which is what it is told for
            titles = list(writer.written_at)
            received = []
            while "reason" not in (item := (await slow.receive())["payload"]["data"]["downloads"]):
                received.append(item["download"]["title"])
            await writer.write(1)
            after = (await slow.receive())["payload"]["data"]["downloads"]["download"]["title"]
        assert item["reason"] == "TOO_SLOW"
        assert received == titles[: len(received)]
        changes = DomainEvent.filter(stream_id=writer.download.id).order_by("position")
        assert item["droppedFrom"] == _write_cursor((await changes)[len(received)].position)
        assert after == list(writer.written_at)[-1]
        assert slowest < 2


class TestStockClients:
    async def test_all_processes_killed(self, server: Serving, base: Backbone, record_property: Record) -> None:
        """They come back by themselves, behind the last item they saw."""
        person = await make_user()
        password_hash = await Passwords(memory_kib=64, rounds=1).hash(PASSWORD)
        await User.filter(id=person.id).update(password_hash=password_hash)
        writer, count = await Writer.of(base, person.id), scaled(2_000)
        settings = {"email": person.email, "password": PASSWORD, "count": count}
        async with AsyncExitStack() as stack:
            programs = [
                await stack.enter_async_context(running(server.client.url, program, **settings)) for program in _STOCK
            ]
            for program in programs:
                assert [await program.line(), await program.line()] == [{"queried": [1]}, {"connected": True}]
            reading = asyncio.gather(*(titles_of(program, count) for program in programs))
            await writer.write(count // 2, seconds=0.5)
            for pid in api_processes(server):
                kill(pid)
            await writer.write(count - count // 2, seconds=0.5)
            assert await reading == [list(writer.written_at)] * len(programs)
        record_property("figures", f"{' and '.join(_STOCK)}: {count} events, all processes killed: 0 lost, 0 doubled")


async def titles_of(program: Program, count: int) -> list[str]:
    """What it prints of so many changes; it ends then."""
    titles: list[str] = []
    while len(titles) < count:
        line = await program.line()
        titles += [line["title"]] if "title" in line else []
    assert not any("title" in line for line in await program.rest())
    return titles


@asynccontextmanager
async def not_reading(client: FrontEnd) -> AsyncIterator[Client]:
    """Nothing but what it is told to, with a little room on the way."""
    address = urlsplit(client.url)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect((address.hostname, address.port))
    narrow.setblocking(False)
    async with connect(client.url.replace("http", "ws"), sock=narrow, subprotocols=[TRANSPORT_WS]) as connection:
        reader = Client(connection)
        await reader.send("connection_init", payload={"Authorization": f"Bearer {client.access_token}"})
        assert await reader.receive() == {"type": "connection_ack"}
        yield reader


async def seconds_of_an_answer(client: FrontEnd) -> float:
    began = time.monotonic()
    await client.execute("{ downloads(first: 5) { nodes { id title } } notifications(first: 5) { nodes { title } } }")
    return time.monotonic() - began
