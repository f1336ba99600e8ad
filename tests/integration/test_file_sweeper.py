"""What files leave behind goes, what is missing is told, and nothing else is touched."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typing_extensions import override

from infra.storage.base import Storage, StorageError
from infra.storage.local import LocalStorage
from medianest.wiring.backbone import Backbone
from models.downloads import DownloadStage
from models.files import PICTURE_SIZES, FileKind, FileLocation, FileStatus, StoredFile, object_keys
from models.states import DownloadStatus
from services.file_sweeper import FileSweeper, Keeping, LostFilesError
from services.files import FileService
from tests.factories.downloads import make_download, make_file
from tests.factories.events import recorded
from tests.factories.people import make_actor

LONG_AGO = datetime.now(UTC) - timedelta(days=2)


def ago(age: timedelta) -> datetime:
    return datetime.now(UTC) - age


class Recorded(LocalStorage):
    """Also tells what was abandoned."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.root = root
        self.abandoned: list[tuple[str, str]] = []

    @override
    async def abandon(self, key: str, upload_id: str) -> None:
        self.abandoned.append((key, upload_id))

    async def keep(self, key: str, *, age: timedelta = timedelta(days=2)) -> None:
        async def content() -> AsyncIterator[bytes]:
            yield b"film"

        await self.write(key, content())
        when = ago(age).timestamp()
        os.utime(self._path(key), (when, when))

    async def keys(self) -> set[str]:
        return {stored.key for stored in await self.list()}


@pytest.fixture
def storage(tmp_path: Path) -> Recorded:
    return Recorded(tmp_path / "store")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


class Swept:
    """A sweeper, and what it reported."""

    def __init__(
        self, base: Backbone, storage: Storage, library: Path, days: dict[FileKind, int] | None = None
    ) -> None:
        self.reported: list[BaseException] = []
        files = FileService(storage, base.key, "http://nest", library)
        keeping = Keeping(timedelta(hours=24), days or {})
        self.sweeper = FileSweeper(base.work, storage, files, library, keeping, self.reported.append)

    async def __call__(self) -> list[str]:
        await self.sweeper.sweep()
        return [str(failure) for failure in self.reported]


@pytest.fixture
def sweep(base: Backbone, storage: Recorded, library: Path) -> Swept:
    return Swept(base, storage, library)


async def stored(storage: Recorded, *, created_at: datetime = LONG_AGO, **columns: Any) -> StoredFile:
    """A file with its bytes."""
    download = await make_download((await make_actor()).require_user(), status=DownloadStatus.COMPLETED)
    file = await make_file(download, **columns)
    await StoredFile.filter(id=file.id).update(created_at=created_at)
    for key in object_keys(file.kind, file.key):
        await storage.keep(key)
    return file


class TestDeleted:
    async def test_go_with_their_bytes_when_the_grace_is_over(self, storage: Recorded, sweep: Swept) -> None:
        gone = await stored(storage, status=FileStatus.DELETED, deleted_at=ago(timedelta(hours=25)))
        kept = await stored(storage, status=FileStatus.DELETED, deleted_at=ago(timedelta(hours=23)))
        assert await sweep() == []
        assert await StoredFile.all().values_list("id", flat=True) == [kept.id]
        assert await storage.keys() == {kept.key}
        assert gone.key not in await storage.keys()

    async def test_of_a_picture_every_size_goes(self, storage: Recorded, sweep: Swept) -> None:
        await stored(storage, kind=FileKind.AVATAR, key="k", status=FileStatus.DELETED, deleted_at=LONG_AGO)
        await sweep()
        assert await storage.keys() == set()

    async def test_of_the_library_the_last_one_takes_the_bytes_along(
        self, storage: Recorded, sweep: Swept, library: Path
    ) -> None:
        (library / "film.mp4").write_bytes(b"film")
        shared: dict[str, Any] = {"location": FileLocation.LIBRARY, "key": "film.mp4"}
        other = await stored(storage, **shared)
        await stored(storage, **shared, status=FileStatus.DELETED, deleted_at=LONG_AGO)
        await sweep()
        assert (library / "film.mp4").exists(), "somebody else has it too"
        assert await StoredFile.all().count() == 1
        await StoredFile.filter(id=other.id).update(status=FileStatus.DELETED, deleted_at=LONG_AGO)
        await sweep()
        assert not (library / "film.mp4").exists()
        assert await StoredFile.all().count() == 0

    async def test_of_the_library_they_wait_while_a_download_looks_for_equal_ones(
        self, storage: Recorded, sweep: Swept, library: Path
    ) -> None:
        (library / "film.mp4").write_bytes(b"film")
        place: dict[str, Any] = {"location": FileLocation.LIBRARY, "key": "film.mp4"}
        await stored(storage, **place, status=FileStatus.DELETED, deleted_at=LONG_AGO)
        await make_download(
            (await make_actor()).require_user(), status=DownloadStatus.RUNNING, stage=DownloadStage.MOVING
        )
        await sweep()
        assert (library / "film.mp4").exists()
        assert await StoredFile.all().count() == 1

    async def test_what_the_library_refuses_holds_up_no_other(
        self, storage: Recorded, sweep: Swept, library: Path
    ) -> None:
        (library / "film.mp4").mkdir()
        shelf: dict[str, Any] = {"location": FileLocation.LIBRARY, "key": "film.mp4"}
        stuck = await stored(storage, **shelf, status=FileStatus.DELETED, deleted_at=LONG_AGO)
        await stored(storage, status=FileStatus.DELETED, deleted_at=LONG_AGO + timedelta(hours=1))
        await sweep()
        assert await StoredFile.all().values_list("id", flat=True) == [stuck.id]

    async def test_stay_while_the_store_is_away(
        self, base: Backbone, storage: Recorded, library: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await stored(storage, status=FileStatus.DELETED, deleted_at=LONG_AGO)

        async def away(keys: object) -> None:
            raise StorageError("away")

        monkeypatch.setattr(storage, "delete", away)
        with pytest.raises(StorageError):
            await Swept(base, storage, library)()
        assert await StoredFile.all().count() == 1

    async def test_two_sweepers_do_it_once(self, base: Backbone, storage: Recorded, library: Path) -> None:
        for _ in range(20):
            await stored(storage, status=FileStatus.DELETED, deleted_at=LONG_AGO)
        one, two = Swept(base, storage, library), Swept(base, storage, library)
        await asyncio.gather(one(), two())
        assert not one.reported + two.reported
        assert (await StoredFile.all().count(), await storage.keys()) == (0, set())


class TestUploads:
    async def test_that_never_ended_are_forgotten(self, storage: Recorded, sweep: Swept) -> None:
        waits: dict[str, Any] = {"status": FileStatus.PENDING, "upload_id": "u1"}
        over = await stored(storage, created_at=ago(timedelta(hours=2)), **waits)
        runs = await stored(storage, created_at=ago(timedelta(minutes=50)), status=FileStatus.PENDING)
        await sweep()
        assert await StoredFile.all().values_list("id", flat=True) == [runs.id]
        assert await storage.keys() == {runs.key}
        assert storage.abandoned == [(over.key, "u1")]
        assert await recorded(over.id) == [("file.changed", "DELETED")]

    async def test_that_became_ready_meanwhile_are_not(self, storage: Recorded, sweep: Swept) -> None:
        file = await stored(storage, created_at=ago(timedelta(hours=2)))
        await sweep()
        assert (await StoredFile.get(id=file.id)).status is FileStatus.READY
        assert await storage.keys() == {file.key}


class TestOrphans:
    async def test_objects_without_a_row_go_after_an_hour(self, storage: Recorded, sweep: Swept) -> None:
        file = await stored(storage)
        await storage.keep("old", age=timedelta(minutes=61))
        await storage.keep("old-64", age=timedelta(minutes=61))
        await storage.keep("young", age=timedelta(minutes=59))
        await sweep()
        assert await storage.keys() == {file.key, "young"}

    async def test_so_many_that_the_database_may_be_the_wrong_one_wait(self, storage: Recorded, sweep: Swept) -> None:
        for number in range(30):
            await storage.keep(f"recent {number}", age=timedelta(days=6))
            await storage.keep(f"old {number}", age=timedelta(days=8))
        await sweep()
        assert await storage.keys() == {f"recent {number}" for number in range(30)}

    async def test_smaller_pictures_belong_to_their_file(self, storage: Recorded, sweep: Swept) -> None:
        file = await stored(storage, kind=FileKind.AVATAR, key="face")
        await sweep()
        assert await storage.keys() == set(object_keys(file.kind, "face"))
        assert len(PICTURE_SIZES[FileKind.AVATAR]) == len(await storage.keys())

    @pytest.mark.parametrize(("status", "stays"), [(DownloadStatus.RUNNING, True), (DownloadStatus.FAILED, False)])
    async def test_what_a_running_download_has_put_away_stays(
        self, storage: Recorded, sweep: Swept, status: DownloadStatus, stays: bool
    ) -> None:
        download = await make_download((await make_actor()).require_user(), status=status)
        await storage.keep(f"{download.id.hex}-00.mp4")
        await sweep()
        assert bool(await storage.keys()) is stays

    async def test_many_pages_are_gone_through(
        self, storage: Recorded, sweep: Swept, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.file_sweeper._PAGE", 3)
        monkeypatch.setattr("services.file_sweeper._PAGES", 2)
        for number in range(14):
            await storage.keep(f"orphan {number}")
        left = []
        for _ in range(3):
            await sweep()
            left.append(len(await storage.keys()))
        assert left == [8, 2, 0]


class TestLost:
    async def test_is_told_and_its_row_stays(self, storage: Recorded, sweep: Swept, library: Path) -> None:
        await stored(storage)
        lost = await stored(storage)
        await storage.delete([lost.key])
        (library / "here.mp4").touch()
        await stored(storage, location=FileLocation.LIBRARY, key="here.mp4")
        assert await sweep() == [f"1 files are lost, one of them is {lost.key}."]
        assert isinstance(sweep.reported[0], LostFilesError)
        assert await StoredFile.filter(status=FileStatus.READY).count() == 3

    async def test_a_library_that_is_not_there_is_no_loss_of_its_files(
        self, storage: Recorded, sweep: Swept, library: Path
    ) -> None:
        await stored(storage, location=FileLocation.LIBRARY, key="film.mp4")
        library.rmdir()
        assert await sweep() == []

    async def test_some_are_looked_at_each_time_and_all_in_the_end(
        self, storage: Recorded, sweep: Swept, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.file_sweeper._ROWS", 2)
        files = [await stored(storage) for _ in range(5)]
        await storage.delete([files[4].key])
        told = [len(await sweep()) for _ in range(6)]
        assert told == [0, 0, 1, 1, 1, 2]


class TestKeeping:
    async def test_a_kind_is_kept_for_its_days(self, base: Backbone, storage: Recorded, library: Path) -> None:
        sweep = Swept(base, storage, library, {FileKind.SUBTITLE: 30})
        long_ago = ago(timedelta(days=31))
        old = await stored(storage, kind=FileKind.SUBTITLE, created_at=long_ago)
        young = await stored(storage, kind=FileKind.SUBTITLE, created_at=ago(timedelta(days=29)))
        film = await stored(storage, kind=FileKind.VIDEO, created_at=long_ago)
        await sweep()
        states = {file.id: file.status for file in await StoredFile.all()}
        assert states == {old.id: FileStatus.DELETED, young.id: FileStatus.READY, film.id: FileStatus.READY}
        assert old.key in await storage.keys(), "its bytes have the grace of all deleted files"


class TestDrafts:
    async def test_old_ones_go_from_both_homes(self, storage: Recorded, sweep: Swept, library: Path) -> None:
        drafts = []
        for folder in (storage.root / "ab", library / "Ada"):
            folder.mkdir(parents=True)
            for age in (timedelta(hours=25), timedelta(hours=1)):
                path = folder / f".{uuid4().hex}.part"
                path.touch()
                os.utime(path, (ago(age).timestamp(),) * 2)
                drafts.append(path)
        await sweep()
        assert [path.exists() for path in drafts] == [False, True, False, True]
