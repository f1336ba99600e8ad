"""The data of a first start, made once for all tests by what makes it at a first start, and copied for every server."""

import asyncio
import fcntl
import subprocess
from pathlib import Path

from medianest.embedded.postgres import EmbeddedPostgres
from medianest.migrations import migrate


def migrated_data(shared: Path) -> Path:
    """A data folder with a PostgreSQL that has the tables and no rows of ours. Who comes second waits for the first."""
    data = shared / "migrated"
    with (shared / "migrated.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            unfinished = shared / "migrating"
            asyncio.run(_make(unfinished))
            unfinished.rename(data)
    return data


async def _make(data: Path) -> None:
    postgres = EmbeddedPostgres(data, durable=False)
    try:
        await migrate(await postgres.start())
    finally:
        await postgres.stop()


def copy_data(source: Path, target: Path) -> None:
    """With the owners that its files have: PostgreSQL is not always who runs the tests."""
    subprocess.run(("cp", "-a", source, target), check=True)
