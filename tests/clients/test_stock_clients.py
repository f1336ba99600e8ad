"""Clients that front ends are written with, as they come: each reads, then watches, and misses and doubles nothing."""

from datetime import timedelta

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM
from models.downloads import Download
from models.users import User
from services import tokens
from services.downloads import record_change
from tests.clients.conftest import PASSWORD, Nest, Program, RunProgram
from tests.factories.downloads import make_download

_FORBIDDEN, _SERVICE_RESTART = 4403, 1012
_IN_VAIN = {"closed": 1006, "reason": ""}  # an attempt while the server was still away
_CHANGES = 40
_CLIENTS = ["graphql_ws", "apollo", "urql"]


@pytest.fixture
async def download(person: User) -> Download:
    return await make_download(person.id)


async def change(base: Backbone, download: Download, times: int) -> list[dict[str, object]]:
    """What a client prints of these changes."""
    for _ in range(times):
        async with base.work.begin(SYSTEM) as transaction:
            download.version += 1
            download.title = f"title {download.version}"
            await download.save()
            record_change(transaction, download, None)
    return [
        {"version": version, "title": f"title {version}"}
        for version in range(download.version - times + 1, download.version + 1)
    ]


async def lines(program: Program, count: int) -> list[dict[str, object]]:
    return [await program.line() for _ in range(count)]


class TestQueryThenWatch:
    @pytest.mark.parametrize("client", _CLIENTS)
    async def test_every_change_comes_once_and_in_order(
        self, client: str, run: RunProgram, base: Backbone, person: User, download: Download
    ) -> None:
        async with run(client, email=person.email, password=PASSWORD, count=_CHANGES) as program:
            assert await program.line() == {"queried": [download.version]}
            made = await change(base, download, _CHANGES)  # while the client opens its websocket
            printed = await program.rest()
        assert [line for line in printed if "version" in line] == made


class TestReconnect:
    @pytest.mark.parametrize("client", _CLIENTS)
    async def test_a_restart_of_the_server_loses_nothing(
        self, client: str, run: RunProgram, nest: Nest, base: Backbone, person: User, download: Download
    ) -> None:
        async with run(client, email=person.email, password=PASSWORD, count=9) as program:
            assert await lines(program, 2) == [{"queried": [1]}, {"connected": True}]
            assert await change(base, download, 3) == await lines(program, 3)
            await nest.stop()
            assert await program.line() == {"closed": _SERVICE_RESTART, "reason": "Service Restart"}
            missed = await change(base, download, 3)
            await nest.start()
            while (back := await program.line()) == _IN_VAIN:
                pass
            assert [back, *await lines(program, 3)] == [{"connected": True}, *missed]
            assert await change(base, download, 3) == (await program.rest())[:3]

    async def test_an_expired_token_is_renewed_on_the_way(
        self, run: RunProgram, base: Backbone, person: User, download: Download, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tokens, "ACCESS_LIFETIME", timedelta(seconds=3))
        async with run("graphql_ws", email=person.email, password=PASSWORD, count=4) as program:
            assert await lines(program, 2) == [{"queried": [1]}, {"connected": True}]
            assert await change(base, download, 2) == await lines(program, 2)
            assert await program.line() == {"closed": _FORBIDDEN, "reason": "TOKEN_EXPIRED"}
            missed = await change(base, download, 1)
            assert await lines(program, 2) == [{"connected": True}, *missed]
            assert await change(base, download, 1) == (await program.rest())[:1]
