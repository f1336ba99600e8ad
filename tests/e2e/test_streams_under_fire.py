"""Redis and processes go away while people watch: nobody misses anything, or gets it twice, or in another order."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from medianest.settings import Settings
from medianest.wiring import Backbone
from models.users import User
from schema.node import to_global_id
from services.hub import last_position
from tests.conftest import SOAK, scaled
from tests.e2e.following import Follower, Story, Writer, beside, following, signed_in
from tests.e2e.front_end import EMAIL, FrontEnd
from tests.e2e.serving import Serving, kill
from tests.e2e.test_faults import frozen, unattended
from tests.factories.downloads import make_download
from tests.factories.people import make_user

pytestmark = pytest.mark.asyncio(loop_scope="session")

Record = Callable[[str, object], None]
_PROCESSES = 2
_REDIS_AWAY_SECONDS = 3
_WRITERS = 8


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Serving]:
    serving = Serving(tmp_path_factory.mktemp("under_fire"))
    try:
        await serving.start("--workers", str(_PROCESSES))
        yield serving
        assert "Traceback" not in serving.log
    finally:
        await serving.close()


@pytest_asyncio.fixture(loop_scope="session")
async def base(server: Serving, settings: Settings) -> AsyncIterator[Backbone]:
    async with beside(server, settings) as base:
        yield base


@pytest_asyncio.fixture(loop_scope="session")
async def admin() -> User:
    return await User.get(email=EMAIL)


@pytest_asyncio.fixture(loop_scope="session")
async def person() -> User:
    return await make_user()


@pytest_asyncio.fixture(loop_scope="session")
async def persons_client(base: Backbone, server: Serving, person: User) -> AsyncIterator[FrontEnd]:
    async with await signed_in(base, server.client.url, person) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def story(base: Backbone, server: Serving, admin: User, person: User, persons_client: FrontEnd) -> Story:
    """An administrator, who sees everything, and a person, who sees their own; each writes and each follows twice."""
    since = await last_position()
    followers = {
        **{Follower(server.client, since): None for _ in range(2)},
        **{Follower(persons_client, since): person.id for _ in range(2)},
    }
    return Story(followers, [await Writer.of(base, owner.id) for owner in (admin, person)], since)


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


async def seconds_of_an_answer(client: FrontEnd) -> float:
    began = time.monotonic()
    await client.execute("{ downloads(first: 5) { nodes { id title } } notifications(first: 5) { nodes { title } } }")
    return time.monotonic() - began
