"""The migrations lead to the models' tables, back, and there again."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import asyncpg
import pytest
from aerich import Command
from tortoise.context import TortoiseContext

from medianest.migrations import LOCATION, NewerDatabaseError, known_versions, migrate
from models.database import tortoise_config
from tests.conftest import Servers

T = TypeVar("T")

# as a version before 26 does it
_MAKE_REQUEST = """
WITH media AS (
    INSERT INTO media_items (id, media_type, tmdb_id, availability, availability_4k, seerr_status, seerr_status_4k,
        created_at, updated_at)
    VALUES (gen_random_uuid(), 'MOVIE', 1, 'UNKNOWN', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN', now(), now()) RETURNING id
)
INSERT INTO media_requests (id, media_id, media_type, title, is_4k, status, submission_attempts, version, created_at,
    updated_at)
SELECT gen_random_uuid(), id, 'MOVIE', 'Metropolis', false, 'PENDING', 0, 1, now() - interval '1 day', now() FROM media
"""


@pytest.fixture
async def empty_url(servers: Servers, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """A database without a table."""
    name = f"empty_{abs(hash(request.node.nodeid))}"
    admin = await asyncpg.connect(servers.database())
    await admin.execute(f"CREATE DATABASE {name}")
    yield servers.database(name)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def with_aerich(url: str, use: Callable[[Command], Awaitable[T]]) -> T:
    """In a context of its own: a second Command in the same one fails."""

    async def run() -> T:
        config = tortoise_config(url, with_aerich=True)
        async with Command(tortoise_config=config, app="models", location=str(LOCATION)) as command:
            return await use(command)

    return await asyncio.create_task(run())


async def query(url: str, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


async def picture(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database that a migration could have made."""
    parts = {
        "columns": "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
        "WHERE table_schema = 'public' ORDER BY 1, 2",
        "indexes": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
        "constraints": "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "routines": "SELECT oid::regprocedure::text FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
        "types": "SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace ORDER BY 1",
        "profiles": "SELECT id, name, is_default FROM download_profiles ORDER BY 1",
    }
    return {name: [tuple(row) for row in await query(url, sql)] for name, sql in parts.items()}


class TestMigrate:
    async def test_up_down_up_ends_where_it_began(self, empty_url: str) -> None:
        assert await migrate(empty_url) == known_versions()
        first = await picture(empty_url)
        assert len(first["profiles"]) == 2
        down = await with_aerich(empty_url, lambda command: command.downgrade(0, delete=False))
        assert len(down) == len(known_versions())
        left = await query(empty_url, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert [row["tablename"] for row in left] == ["aerich"]
        routines = await query(empty_url, "SELECT 1 FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        assert routines == []
        await migrate(empty_url)
        assert await picture(empty_url) == first

    async def test_going_down_leaves_peoples_own_profiles(self, empty_url: str) -> None:
        await migrate(empty_url)
        await query(
            empty_url,
            "INSERT INTO download_profiles SELECT gen_random_uuid(), 'Mine', kind, max_height, container, "
            "audio_format, subtitle_languages, auto_subtitles, embed_subtitles, output_template, false "
            "FROM download_profiles LIMIT 1",
        )
        await with_aerich(empty_url, lambda command: command.downgrade(2, delete=False))
        assert [row["name"] for row in await query(empty_url, "SELECT name FROM download_profiles")] == ["Mine"]

    async def test_requests_count_from_when_they_were_made(self, empty_url: str) -> None:
        """Also those of a process of the version before, which does not know `counted_at`."""
        await migrate(empty_url)
        await with_aerich(empty_url, lambda command: command.downgrade(26, delete=False))
        await query(empty_url, _MAKE_REQUEST)
        await migrate(empty_url)
        await query(empty_url, _MAKE_REQUEST)
        rows = await query(empty_url, "SELECT created_at, counted_at FROM media_requests ORDER BY counted_at")
        assert rows[0]["counted_at"] == rows[0]["created_at"]
        assert rows[1]["counted_at"] > rows[1]["created_at"]

    async def test_many_starters_migrate_once(self, empty_url: str) -> None:
        applied = await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
        assert sorted(map(len, applied)) == [0, 0, 0, len(known_versions())]
        assert len(await query(empty_url, "SELECT 1 FROM aerich")) == len(known_versions())

    async def test_nothing_to_do_is_nothing_done(self, database_url: str) -> None:
        assert await migrate(database_url) == []

    async def test_a_database_of_a_newer_version_is_refused(self, database_url: str) -> None:
        await query(database_url, "INSERT INTO aerich (version, app, content) VALUES ('99_later.py', 'models', '{}')")
        with pytest.raises(NewerDatabaseError, match="99_later"):
            await migrate(database_url)


class TestDrift:
    async def test_the_models_say_nothing_the_migrations_do_not(self, database_url: str) -> None:
        """Columns, keys, indexes and constraints that Tortoise would make are all there."""
        made_by_hand = await picture(database_url)
        schema = await _generated(database_url)
        for part in ("columns", "constraints"):
            assert set(schema[part]) <= set(made_by_hand[part]), part
        assert {_shape(row) for row in schema["indexes"]} <= {_shape(row) for row in made_by_hand["indexes"]}

    async def test_aerich_finds_nothing_to_draft(self, database_url: str, tmp_path: Path) -> None:
        shutil.copytree(LOCATION, tmp_path / "migrations")

        async def draft() -> str:
            config = tortoise_config(database_url, with_aerich=True)
            command = Command(tortoise_config=config, app="models", location=str(tmp_path / "migrations"))
            await command.init(offline=True)
            return await command.migrate("drift", offline=True)

        assert await asyncio.create_task(draft()) == "", "draft a migration: make migration NAME=…"

    async def test_the_migrations_have_no_column_the_models_lack(self, database_url: str) -> None:
        ours = {row[:2] for row in (await picture(database_url))["columns"]}
        modelled = {row[:2] for row in (await _generated(database_url))["columns"]}
        beyond = {table for table, _ in ours - modelled}
        by_hand = {"event_counter", "event_consumers", "download_counts", "download_days"}  # written by SQL alone
        assert beyond == {*by_hand, *(name for name, _ in ours if str(name).startswith("procrastinate_"))}


async def _generated(url: str) -> dict[str, list[tuple[object, ...]]]:
    """The picture of a database made from the models alone."""
    name = f"generated_{os.getpid()}"
    admin = await asyncpg.connect(url)
    await admin.execute(f"CREATE DATABASE {name}")
    generated = url.replace(url.split("?", maxsplit=1)[0].rsplit("/", 1)[1], name, 1)
    try:
        async with TortoiseContext() as context:
            await context.init(config=tortoise_config(generated, with_aerich=True))
            await context.generate_schemas()
        return await picture(generated)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


def _shape(index: tuple[object, ...]) -> tuple[object, str]:
    """An index without its name, which the models do not choose."""
    table, definition = index
    return table, re.sub(r"INDEX \S+ ON", "INDEX ON", str(definition))
