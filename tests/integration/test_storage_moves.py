"""All bytes read again, and moved from one object store into another."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from typing_extensions import override

from infra.storage.base import Storage, StorageError
from infra.storage.local import LocalStorage
from medianest.cli import main
from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from models.files import FileKind, FileLocation, FileStatus, StoredFile, object_keys
from models.states import DownloadStatus
from services.storage_moves import Outcome, move, total_bytes, verify
from tests.factories.downloads import make_download, make_file
from tests.factories.people import make_user


class Counting(LocalStorage):
    """Fails after so many more writes, where that is said, and may lose what it is given."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.writes = 0
        self.left: int | None = None
        self.is_careless = False

    @override
    async def write(self, key: str, chunks: AsyncIterator[bytes], *, mime_type: str | None = None) -> None:
        if self.left is not None:
            if not self.left:
                raise StorageError("The object store does not answer.")
            self.left -= 1
        self.writes += 1
        await super().write(key, _once(b"something else") if self.is_careless else chunks)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def stored(storage: Storage, content: bytes, **columns: Any) -> StoredFile:
    file = await make_file(
        await make_download((await make_user()).id, status=DownloadStatus.COMPLETED),
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        **columns,
    )
    for key in object_keys(file.kind, file.key):
        await storage.write(key, _once(content))
    return file


async def content(storage: Storage, key: str) -> bytes:
    return b"".join([chunk async for chunk in storage.read(key)])


async def problems(outcomes: AsyncIterator[Outcome]) -> dict[str, str | None]:
    return {outcome.file.key: outcome.problem async for outcome in outcomes}


@pytest.fixture
def old(base: Backbone, tmp_path: Path) -> Counting:
    return Counting(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Counting:
    return Counting(tmp_path / "new")


class TestVerify:
    async def test_says_of_each_file_whether_it_is_whole(self, old: Counting, tmp_path: Path) -> None:
        shelf = {"location": FileLocation.LIBRARY}
        good, bad, gone = [await stored(old, b"film") for _ in range(3)]
        await old.write(bad.key, _once(b"fil?"))
        await old.delete([gone.key])
        kept, lost = [await stored(old, b"book", **shelf, key=name) for name in ("kept", "lost")]
        (tmp_path / "kept").write_bytes(b"book")
        for status in (FileStatus.PENDING, FileStatus.DELETED):
            await stored(old, b"x", status=status)
        found = await problems(verify(old, tmp_path))
        missing, damaged = "it is missing", "it is damaged: its checksum is another"
        assert found == {good.key: None, bad.key: damaged, gone.key: missing, kept.key: None, lost.key: missing}
        assert await total_bytes(*FileLocation) == 20


class TestMove:
    async def test_copies_everything_and_leaves_the_source(self, old: Counting, new: Counting) -> None:
        film = await stored(old, b"film" * 1000)
        face = await stored(old, b"face", kind=FileKind.AVATAR)
        await stored(old, b"x", location=FileLocation.LIBRARY)
        assert await problems(move(old, new, remove_source=False)) == {film.key: None, face.key: None}
        for store in (old, new):
            assert await content(store, film.key) == b"film" * 1000
            assert [await content(store, key) for key in object_keys(face.kind, face.key)] == [b"face"] * 4

    async def test_goes_on_where_it_was_cut_off(self, old: Counting, new: Counting) -> None:
        files = [await stored(old, f"film {number}".encode()) for number in range(5)]
        new.left = 3
        with pytest.raises(StorageError):
            await problems(move(old, new, remove_source=False))
        new.left = None
        assert set((await problems(move(old, new, remove_source=False))).values()) == {None}
        assert new.writes == 5, "none was copied twice"
        assert [await content(new, file.key) for file in files] == [f"film {number}".encode() for number in range(5)]

    async def test_what_is_damaged_is_told_and_not_copied(self, old: Counting, new: Counting) -> None:
        bad, gone = [await stored(old, b"film") for _ in range(2)]
        await old.write(bad.key, _once(b"fil?"))
        await old.delete([gone.key])
        assert await problems(move(old, new, remove_source=True)) == {
            bad.key: "it is damaged: its checksum is another",
            gone.key: "it is missing",
        }
        assert await new.list() == []
        assert await content(old, bad.key) == b"fil?"

    async def test_a_half_or_wrong_copy_is_made_again(self, old: Counting, new: Counting) -> None:
        file = await stored(old, b"film")
        await new.write(file.key, _once(b"fi"))
        assert await problems(move(old, new, remove_source=False)) == {file.key: None}
        assert await content(new, file.key) == b"film"

    async def test_a_store_that_keeps_something_else_is_found_out(self, old: Counting, new: Counting) -> None:
        file = await stored(old, b"film")
        new.is_careless = True
        assert await problems(move(old, new, remove_source=True)) == {file.key: "its copy is damaged; try again"}
        assert await content(old, file.key) == b"film"

    async def test_the_source_is_emptied_when_that_is_asked_for(self, old: Counting, new: Counting) -> None:
        file = await stored(old, b"film")
        face = await stored(old, b"face", kind=FileKind.AVATAR)
        for _ in range(2):
            assert await problems(move(old, new, remove_source=True)) == {file.key: None, face.key: None}
        assert await old.list() == []
        assert len(await new.list()) == 5

    async def test_files_that_come_and_go_meanwhile_do_no_harm(self, old: Counting, new: Counting) -> None:
        first = await stored(old, b"first")
        moving = move(old, new, remove_source=False)
        assert (await anext(moving)).file.id == first.id
        await stored(old, b"later")
        await first.delete()
        assert [outcome.problem async for outcome in moving] in ([], [None])
        assert set((await problems(move(old, new, remove_source=False))).values()) == {None}


class TestCommands:
    def test_there_and_back_and_everything_is_whole(
        self,
        settings: Settings,
        database_url: str,
        redis_url: str,
        moto: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        values = {
            "DATABASE_URL": database_url, "REDIS_URL": redis_url, "SECRET_KEY": "s" * 32,
            "DATA_DIR": str(settings.data_dir),
        }  # fmt: skip
        s3 = {"S3_ENDPOINT": moto, "S3_ACCESS_KEY": "k", "S3_SECRET_KEY": "s"}
        for name, value in values.items():
            monkeypatch.setenv(f"MEDIANEST_{name}", value)
        monkeypatch.setattr("medianest.logs.configure_logs", lambda *_: None)  # for the whole process, tests included
        file = asyncio.run(_filled(Settings()))
        path = next((settings.data_dir / "objects").rglob(file.key))

        def run(*words: str, code: int = 0) -> str:
            result = CliRunner().invoke(main, ["storage", *words])
            assert result.exit_code == code, result.output
            return result.output

        assert "1 files are as they should be." in run("verify")
        assert "MEDIANEST_S3_ENDPOINT" in run("move", "--to", "s3", code=1)
        for name, value in s3.items():
            monkeypatch.setenv(f"MEDIANEST_{name}", value)
        assert "has no bucket" in run("verify", code=1), "the server would look there now"
        assert "1 files are in S3." in run("move", "--to", "s3", "--remove-source")
        assert not path.exists()
        assert "1 files are as they should be." in run("verify")
        assert "1 files are in the data folder." in run("move", "--to", "local")
        path.write_bytes(b"burnt")
        for name in s3:
            monkeypatch.delenv(f"MEDIANEST_{name}")
        said = run("verify", code=1)
        assert f"OBJECTS {file.key} ({file.filename}): it is damaged" in said
        assert "0 files are as they should be." in said
        assert "1 are not." in said


async def _filled(settings: Settings) -> StoredFile:
    """A server of these settings, with one file in its folder."""
    from medianest.installation import at_the_server

    async with at_the_server(settings) as base:
        await base.check_storage()
        return await stored(base.storage, b"film")
