"""A film is asked for while Seerr is away, handed over once it is back, and arrives by webhook."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.doubles import seerr as double
from tests.doubles.seerr import KEY, SeerrDouble
from tests.doubles.serving import serving
from tests.e2e.front_end import eventually
from tests.e2e.serving import Serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

CREATE = """
mutation ($media: MediaRefInput!) {
  createMediaRequest(input: { media: $media }) { request { id status } errors { code message } }
}"""
REQUEST = """
query ($id: ID!) {
  node(id: $id) { ... on MediaRequest { status submission { attempts nextAttemptAt lastError } } }
}"""
INSTALL = "mutation { installSeerrWebhook { ok errors { code message } } }"
RECEIPTS = "{ webhookReceipts { nodes { outcome } } }"
SERVICES = "{ services { id kind } }"
RESET = "mutation ($id: ID!) { resetBreaker(input: { id: $id }) { errors { code } } }"
FILM = 900_000_011


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path, migrated: Path) -> AsyncIterator[tuple[Serving, int]]:
    """And the port at which it looks for Seerr."""
    ours, theirs = free_port(), free_port()
    started = Serving(
        tmp_path,
        migrated,
        PORT=str(ours),
        PUBLIC_URL=f"http://127.0.0.1:{ours}",
        SEERR_URL=f"http://127.0.0.1:{theirs}",
        SEERR_API_KEY=KEY,
        RECONCILE_SECONDS="10",
        SEERR_WEBHOOK_SECRET="a-secret-that-only-seerr-knows",
    )
    try:
        await started.start()
        yield started, theirs
    finally:
        await started.close()


async def test_from_an_outage_to_the_watching(server: tuple[Serving, int]) -> None:
    client, port, there = server[0].client, server[1], SeerrDouble()
    made = (await client.execute(CREATE, media={"tmdb": {"tmdbId": FILM, "type": "MOVIE"}}))["createMediaRequest"]
    assert made["errors"] == []

    async def request() -> dict[str, Any]:
        node: dict[str, Any] = (await client.execute(REQUEST, id=made["request"]["id"]))["node"]
        return node

    async def waiting() -> dict[str, Any] | None:
        found = await request()
        return found if found["submission"]["lastError"] else None

    async def has_come_to(status: str) -> bool | None:
        return True if (await request())["status"] == status else None

    seen = await eventually(waiting, 30)
    assert (seen["status"], seen["submission"]["attempts"]) == ("APPROVED", 1)
    assert seen["submission"]["lastError"].startswith("Seerr ")
    assert seen["submission"]["nextAttemptAt"] is not None
    async with serving(there.app(), port):
        services = (await client.execute(SERVICES))["services"]
        (seerr,) = [service["id"] for service in services if service["kind"] == "SEERR"]
        assert (await client.execute(RESET, id=seerr))["resetBreaker"]["errors"] == []
        await eventually(lambda: has_come_to("SUBMITTED"), 60)
        assert (await client.execute(INSTALL))["installSeerrWebhook"] == {"ok": True, "errors": []}
        there.set_media("movie", FILM, double.AVAILABLE)
        assert await there.send("MEDIA_AVAILABLE", 1, times=3) == [200] * 3
        await eventually(lambda: has_come_to("COMPLETED"), 30)
    assert there.created == {("movie", FILM): 1}
    outcomes = [receipt["outcome"] for receipt in (await client.execute(RECEIPTS))["webhookReceipts"]["nodes"]]
    assert sorted(outcomes) == ["APPLIED", "DUPLICATE", "DUPLICATE"]
