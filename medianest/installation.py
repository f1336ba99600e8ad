"""The database and Redis of this installation for a command beside the server, whether the server runs or not."""

import asyncio
import os
import pwd
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from medianest.claims import BusyError, locked
from medianest.embedded.postgres import EmbeddedPostgres
from medianest.embedded.process import EmbeddedError, EmbeddedProcess
from medianest.embedded.valkey import EmbeddedValkey
from medianest.migrations import migrate
from medianest.settings import Settings
from medianest.wiring.backbone import Backbone, backbone

_POOL_MAX = 2


@asynccontextmanager
async def at_the_server(settings: Settings) -> AsyncIterator[Backbone]:
    """Where no server runs, its databases run for the moment, and none can be started meanwhile.

    Raises EmbeddedError, RefusedError, NewerDatabaseError, and OSError for a database of one's own that is away.
    """
    postgres, valkey = EmbeddedPostgres(settings.data_dir), EmbeddedValkey(settings.data_dir)
    embedded: list[EmbeddedProcess] = [
        *([postgres] if settings.embeds_database else []),
        *([valkey] if settings.embeds_redis else []),
    ]
    async with _addresses(settings, embedded) as found:
        database_url = settings.database_url.get_secret_value() if settings.database_url else found[postgres.program]
        redis_url = settings.redis_url.get_secret_value() if settings.redis_url else found[valkey.program]
        await migrate(database_url)
        async with backbone(settings, database_url, redis_url, pool_max=_POOL_MAX) as base:
            yield base


@asynccontextmanager
async def _addresses(settings: Settings, servers: list[EmbeddedProcess]) -> AsyncIterator[dict[str, str]]:
    """Of the embedded servers by their names: those that run, or all of them, started for the moment."""
    for server in servers:
        if not server.has_data:
            raise EmbeddedError(
                f"No MediaNest was started in {settings.data_dir.resolve()} yet: go to the folder that it is started "
                "in, or name its data folder with MEDIANEST_DATA_DIR."
            )
    if not servers:
        yield {}
        return
    try:
        with locked(settings.data_dir.resolve()) as data_dir:
            _refuse_strangers(data_dir)
            try:
                yield {server.program: await server.start() for server in servers}
            finally:
                await asyncio.gather(*(server.stop() for server in servers))
    except BusyError:
        yield {server.program: server.address_of_running() for server in servers}


def _refuse_strangers(data_dir: Path) -> None:
    """Started as somebody else, even as root, PostgreSQL would leave files that the server itself cannot read."""
    owner = data_dir.stat().st_uid
    if owner != os.geteuid():
        name = f"#{owner}"
        with suppress(KeyError):
            name = pwd.getpwuid(owner).pw_name
        raise EmbeddedError(
            f"{data_dir} belongs to another user: run the command as {name}, or start the server first."
        )
