"""The owner who locked themselves out of an installation with databases of its own."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT

import pytest

from medianest.demo.client import GraphQLError
from tests.e2e.front_end import EMAIL, FrontEnd, eventually
from tests.e2e.serving import Serving, environment

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECOND, THIRD = "the second long password", "the third long password"


async def user(server: Serving, *words: str, typed: str = "") -> str:
    folder = server.data_dir.parent
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "medianest", "user", *words),
        cwd=folder, env=environment(server.data_dir), stdin=PIPE, stdout=PIPE, stderr=STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate(typed.encode())
    assert process.returncode == 0, output.decode()
    return output.decode()


class TestLockedOut:
    async def test_a_new_password_while_the_server_runs_and_while_it_does_not(
        self, server: Serving, client: FrontEnd
    ) -> None:
        async def is_out() -> bool | None:
            try:
                await client.execute("{ viewer { id } }")
            except GraphQLError:
                return True
            return None

        await user(server, "reset-password", EMAIL, "--ask-password", typed=f"{SECOND}\n")
        assert await eventually(is_out, 5)
        client.access_token = None
        assert [error["code"] for error in await client.log_in()] == ["INVALID_CREDENTIALS"]
        assert await client.log_in(SECOND) == []
        await server.stop()
        await user(server, "reset-password", "admin", "--ask-password", typed=f"{THIRD}\n")
        assert not server.processes()
        await server.start("--no-worker")
        client.access_token = None
        assert await client.log_in(THIRD) == []
