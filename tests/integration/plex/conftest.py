from collections.abc import AsyncIterator

import pytest

from infra.http.breaker import CircuitBreaker
from infra.http.client import OutgoingLimits
from infra.http.egress import EgressPolicy
from integrations.plex.http import HttpPlexServer, PlexClient
from medianest.wiring.backbone import Backbone
from services.plex_mirror import PlexMirror
from tests.doubles.plex import TOKEN, PlexDouble
from tests.doubles.serving import serving

CLIENT = PlexClient("nest-1", "1.0")
POLICY = EgressPolicy(("127.0.0.1",))
LIMITS = OutgoingLimits(connect_seconds=1, read_seconds=5, total_seconds=10, tries=1)


@pytest.fixture
def double() -> PlexDouble:
    return PlexDouble()


@pytest.fixture
async def plex_url(double: PlexDouble) -> AsyncIterator[str]:
    async with serving(double.app()) as url:
        yield url


@pytest.fixture
async def plex(base: Backbone, plex_url: str) -> AsyncIterator[HttpPlexServer]:
    server = HttpPlexServer(plex_url, TOKEN, CLIENT, POLICY, CircuitBreaker("Plex", base.redis), LIMITS)
    yield server
    await server.close()


@pytest.fixture
def mirror(base: Backbone, plex: HttpPlexServer) -> PlexMirror:
    return PlexMirror(base.work, plex, base.catalog)
