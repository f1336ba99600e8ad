"""One server for all that goes wrong here: its processes die, and others take their place."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from models.users import User
from services.hub import last_position
from tests.e2e.front_end import EMAIL, FrontEnd
from tests.e2e.serving import Serving
from tests.e2e.under_fire.following import Follower, Story, Writer, beside, signed_in
from tests.factories.people import make_user


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> AsyncIterator[Serving]:
    serving = Serving(tmp_path_factory.mktemp("under_fire"), migrated)
    try:
        await serving.start("--workers", "2")
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
