"""Bring the database to the newest migration; many starters at once are fine."""

import asyncio
from pathlib import Path

import asyncpg

from models.database import tortoise_config

LOCATION = Path(__file__).resolve().parent.parent / "migrations"
_LOCK = 0x6D656469616E6573  # "medianes"
MIGRATION_TIMEOUT_MS = 600_000


class NewerDatabaseError(Exception):
    """The database was migrated by a newer MediaNest than this one."""


async def migrate(url: str) -> list[str]:
    """Apply what is missing and name it. Raises NewerDatabaseError.

    An advisory lock on a connection of its own holds the others back: the first one in does the work.
    """
    connection = await asyncpg.connect(url, timeout=5)
    try:
        if await _pending(connection):
            await connection.execute("SELECT pg_advisory_lock($1)", _LOCK, timeout=120)
            # A second Command in one asyncio context fails, so that each gets a context of its own.
            return await asyncio.create_task(_upgrade(url))
        return []
    finally:
        await connection.close()


def known_versions() -> list[str]:
    """The names of the migrations in this code, oldest first."""
    files = (LOCATION / "models").glob("[0-9]*_*.py")
    return sorted((path.name for path in files), key=lambda name: int(name.split("_")[0]))


async def _pending(connection: asyncpg.Connection) -> list[str]:
    if await connection.fetchval("SELECT to_regclass('aerich')") is None:
        return known_versions()
    applied = {row["version"] for row in await connection.fetch("SELECT version FROM aerich WHERE app = 'models'")}
    known = known_versions()
    if unknown := applied.difference(known):
        raise NewerDatabaseError(
            f"The database was last used by a newer MediaNest (it has {max(unknown)}, which this version does not "
            "know). Start the newer version again, or restore a backup made by this one."
        )
    return [version for version in known if version not in applied]


async def _upgrade(url: str) -> list[str]:
    from aerich import Command  # noqa: PLC0415  (a fifth of a second that only a pending migration pays)

    config = tortoise_config(url, pool_max=2, statement_timeout_ms=MIGRATION_TIMEOUT_MS, with_aerich=True)
    async with Command(tortoise_config=config, app="models", location=str(LOCATION)) as command:
        applied: list[str] = await command.upgrade()
        return applied
