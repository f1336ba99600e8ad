"""Requests reach Seerr once each, whenever the worker dies."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.http.breaker import CircuitBreaker
from infra.http.egress import EgressPolicy
from integrations.seerr.base import TitleKind, every
from integrations.seerr.http import HttpSeerr
from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM
from models.media import MediaType, title_of
from models.media_requests import MediaRequest
from models.notifications import Notification
from models.states import AT_SEERR, MediaRequestStatus
from services.media_submission import promise_submission
from tests.conftest import scaled
from tests.doubles.seerr import KEY
from tests.factories.media import make_item, make_request
from tests.factories.people import make_user

ROOT = Path(__file__).resolve().parents[2]
REQUESTS, KILLS = scaled(200), scaled(50)
PATIENCE_SECONDS = 120


@contextmanager
def seerr_process() -> Iterator[str]:
    """A Seerr that nobody kills."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-m", "tests.doubles.seerr", str(listener.fileno())]
        with subprocess.Popen(command, cwd=ROOT, pass_fds=[listener.fileno()]) as process:
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                process.kill()


@asynccontextmanager
async def worker(env: dict[str, str]) -> AsyncIterator[None]:
    """A worker, killed at the end without a warning."""
    command = [sys.executable, "-m", "medianest", "worker"]
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=env["MEDIANEST_DATA_DIR"],
        env=os.environ | env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()


async def until(reached: Callable[[int], bool], seerr: HttpSeerr) -> int:
    """How many requests there are at Seerr once `reached` says so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not reached(number := await seerr.count_requests()):
            await asyncio.sleep(0.02)
    return number


async def all_submitted() -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await MediaRequest.filter(status=MediaRequestStatus.APPROVED).exists():
            await asyncio.sleep(0.1)


async def promise_requests(base: Backbone) -> None:
    """Films, series, and both in 4K."""
    owner = await make_user()
    for number in range(REQUESTS):
        kind = MediaType.TV if number % 3 == 0 else MediaType.MOVIE
        request = await make_request(
            MediaRequestStatus.APPROVED,
            item=await make_item(kind, tmdb_id=number + 1),
            seasons=(1, 2) if kind is MediaType.TV else (),
            is_4k=number % 5 == 0,
            requested_by_id=owner.id,
        )
        async with base.work.begin(SYSTEM) as transaction:
            await promise_submission(transaction, request)


@pytest.fixture
async def seerr(base: Backbone) -> AsyncIterator[tuple[HttpSeerr, str]]:
    with seerr_process() as url:
        opened = HttpSeerr(url, KEY, EgressPolicy(("127.0.0.1",)), CircuitBreaker("observer", base.redis))
        try:
            yield opened, url
        finally:
            await opened.close()


async def test_killed_again_and_again(
    base: Backbone,
    seerr: tuple[HttpSeerr, str],
    database_url: str,
    redis_url: str,
    tmp_path: Path,
    record_property: Callable[[str, Any], None],
) -> None:
    there, url = seerr
    env = {
        "PYTHONPATH": str(ROOT),
        "MEDIANEST_DATA_DIR": str(tmp_path),
        "MEDIANEST_SECRET_KEY": "k" * 32,
        "MEDIANEST_DATABASE_URL": database_url,
        "MEDIANEST_REDIS_URL": redis_url,
        "MEDIANEST_SEERR_URL": url,
        "MEDIANEST_SEERR_API_KEY": KEY,
    }
    await promise_requests(base)
    kills = reached = 0
    while kills < KILLS and reached < REQUESTS:
        async with worker(env):
            before = reached
            reached = await until(lambda number: number > before, there)  # noqa: B023  (asked at once)
            await asyncio.sleep(random.uniform(0, 0.15))  # noqa: S311  (the moment of the kill)
        kills += 1
    async with worker(env):
        await all_submitted()
    at_seerr = [found async for found in every(there.list_requests)]
    assert Counter((found.media.kind, found.media.tmdb_id) for found in at_seerr) == {
        (TitleKind(kind.value.lower()), number): 1
        for kind, number in [title_of(row.media_id) for row in await MediaRequest.all()]
    }
    numbers = {row.seerr_request_id for row in await MediaRequest.filter(status__in=list(AT_SEERR))}
    assert numbers == {found.id for found in at_seerr}
    assert len(numbers) == REQUESTS == await Notification.filter(type="REQUEST_SUBMITTED").count()
    record_property("figures", f"{REQUESTS} requests under {kills} kills of the worker: {len(at_seerr)} at Seerr")
