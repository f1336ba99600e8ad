"""What every object store does: a folder, or S3, be it the pretended one of moto or a real SeaweedFS."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from infra.storage.base import Link, Served, Storage, StorageError, StorageFullError
from infra.storage.local import LocalStorage
from infra.storage.s3 import S3Account, S3Storage
from services.services_health_checks import object_store_check, run_checks
from tests.object_stores import ACCESS_KEY, SECRET_KEY

ODD_KEYS = ["plain.mp4", "two words", "ä/ö ü", "100%+#?&=.mp4", "deep/er/still", "映画", "a'b\"c", "~-_.!*()"]
KIB = 1024


def account(address: str, bucket: str | None = None, **changes: str) -> S3Account:
    values = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY, "public_endpoint": address, **changes}
    return S3Account(endpoint=address, region="us-east-1", bucket=bucket or f"nest-{uuid4().hex}", **values)


@pytest.fixture(params=["local", "moto", "weed"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    made: Storage
    if request.param == "local":
        made = LocalStorage(tmp_path / "objects")
    else:
        made = S3Storage(account(request.getfixturevalue(request.param), "contract"))
    await made.prepare()
    await made.delete(await keys(made))
    yield made
    await made.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.mp4"
    path.write_bytes(b"moving pictures")
    return path


@asynccontextmanager
async def opened(account: S3Account, **patience: Any) -> AsyncIterator[S3Storage]:
    storage = S3Storage(account, **patience)
    try:
        yield storage
    finally:
        await storage.close()


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def content(storage: Storage, key: str) -> bytes:
    return b"".join([chunk async for chunk in storage.read(key)])


async def fetch(served: Served | None, headers: dict[str, str] | None = None) -> bytes:
    assert served is not None
    if served.path is not None:
        return served.path.read_bytes()
    assert served.address is not None
    async with httpx2.AsyncClient() as http:
        response = await http.get(served.address, headers=headers)
    assert response.status_code == (206 if headers else 200)
    return response.content


async def keys(storage: Storage, *, limit: int = 1000) -> list[str]:
    """All of them, page by page."""
    found: list[str] = []
    while page := await storage.list(found[-1] if found else "", limit=limit):
        assert len(page) <= limit
        found += [stored.key for stored in page]
    return found


class TestStorage:
    async def test_what_goes_in_comes_out(self, storage: Storage, source: Path) -> None:
        await storage.put("k.mp4", source, mime_type="video/mp4")
        assert await fetch(await storage.serve("k.mp4", Link("a.mp4", 60))) == b"moving pictures"
        assert await content(storage, "k.mp4") == b"moving pictures"
        assert not source.exists(), "it was taken over"

    async def test_what_comes_in_pieces_is_one(self, storage: Storage) -> None:
        await storage.write("k", chunks(b"moving", b"", b" pictures"))
        assert await content(storage, "k") == b"moving pictures"

    async def test_the_same_key_is_the_same_object(self, storage: Storage, source: Path, tmp_path: Path) -> None:
        await storage.put("k", source)
        again = tmp_path / "again"
        again.write_bytes(b"newer")
        await storage.put("k", again)
        assert await fetch(await storage.serve("k", Link("a", 60))) == b"newer"
        assert await keys(storage) == ["k"]

    async def test_an_unknown_key_is_nothing(self, storage: Storage) -> None:
        assert await storage.serve("nothing", Link("a", 60)) is None
        assert await storage.find("nothing") is None
        assert await content(storage, "nothing") == b""
        assert not await storage.copy("nothing", "k")
        assert await keys(storage) == []

    @pytest.mark.parametrize("key", ODD_KEYS)
    async def test_any_key_will_do(self, storage: Storage, key: str) -> None:
        await storage.write(key, chunks(b"odd"))
        assert await fetch(await storage.serve(key, Link("ä b", 60))) == b"odd"
        assert await storage.copy(key, f"{key} again")
        assert sorted(await keys(storage)) == sorted([key, f"{key} again"])
        await storage.delete([key, f"{key} again"])
        assert await keys(storage) == []

    async def test_it_is_known_how_large_and_how_old_it_is(self, storage: Storage) -> None:
        began = datetime.now(UTC) - timedelta(seconds=2)
        await storage.write("k", chunks(b"12345"))
        found = await storage.find("k")
        assert found is not None
        assert (found.key, found.bytes) == ("k", 5)
        assert began <= found.modified_at <= datetime.now(UTC) + timedelta(seconds=2)
        (listed,) = await storage.list()
        assert (listed.key, listed.bytes) == ("k", 5)
        assert abs(listed.modified_at - found.modified_at) <= timedelta(seconds=1)

    async def test_many_are_listed_page_by_page_each_once(self, storage: Storage) -> None:
        names = {f"file-{number:03d}" for number in range(23)}
        await asyncio.gather(*(storage.write(name, chunks(b"x")) for name in names))
        found = await keys(storage, limit=5)
        assert (len(found), set(found)) == (23, names)
        await storage.delete(found[4:5])
        assert [stored.key for stored in await storage.list(found[4], limit=2)] == found[5:7], "also behind a gap"

    async def test_deleting_twice_is_deleting_once(self, storage: Storage, source: Path) -> None:
        await storage.put("k", source)
        await storage.delete(["k", "never there"])
        await storage.delete(["k"])
        await storage.delete([])
        assert await storage.serve("k", Link("a", 60)) is None

    async def test_checking_again_changes_nothing(self, storage: Storage, source: Path) -> None:
        await storage.put("k", source)
        await storage.check()
        assert await fetch(await storage.serve("k", Link("a", 60))) == b"moving pictures"

    async def test_a_copy_is_an_object_of_its_own(self, storage: Storage) -> None:
        await storage.write("a", chunks(b"first"))
        assert await storage.copy("a", "b")
        await storage.write("a", chunks(b"second"))
        assert (await content(storage, "a"), await content(storage, "b")) == (b"second", b"first")
        await storage.delete(["a"])
        assert await content(storage, "b") == b"first"

    async def test_an_empty_file_is_one(self, storage: Storage) -> None:
        await storage.write("k", chunks())
        found = await storage.find("k")
        assert found is not None
        assert found.bytes == 0

    async def test_a_large_one_arrives_whole(self, storage: Storage, tmp_path: Path) -> None:
        part = os.urandom(KIB * KIB)
        with (tmp_path / "large").open("wb") as file:
            for _ in range(33):
                file.write(part)
        await storage.put("k", tmp_path / "large")
        size = 0
        async for chunk in storage.read("k"):
            size += len(chunk)
        assert size == 33 * KIB * KIB
        served = await storage.serve("k", Link("a", 60))
        if served is not None and served.address is not None:
            assert await fetch(served, {"Range": f"bytes={20 * KIB * KIB}-{20 * KIB * KIB + 9}"}) == part[:10]

    async def test_of_writers_at_once_one_is_the_last(self, storage: Storage) -> None:
        bodies = [bytes([number]) * 300 * KIB for number in range(6)]
        await asyncio.gather(*(storage.write("k", chunks(body[:KIB], body[KIB:])) for body in bodies))
        assert await content(storage, "k") in bodies
        assert await keys(storage) == ["k"]

    async def test_a_writer_that_breaks_off_leaves_what_was_there(self, storage: Storage) -> None:
        async def broken() -> AsyncIterator[bytes]:
            yield b"half of it"
            raise ConnectionResetError

        await storage.write("k", chunks(b"whole"))
        for key in ("k", "new"):
            with pytest.raises(ConnectionResetError):
                await storage.write(key, broken())
        assert await content(storage, "k") == b"whole"
        assert await keys(storage) == ["k"]
        assert await storage.tidy(datetime.now(UTC) + timedelta(hours=1)) == 0, "it cleared up after itself"

    async def test_a_lost_source_is_a_storage_error_and_leaves_nothing(self, storage: Storage, tmp_path: Path) -> None:
        with pytest.raises((StorageError, FileNotFoundError)):
            await storage.put("k", tmp_path / "gone")
        assert await storage.serve("k", Link("a", 60)) is None


class TestS3Storage:
    async def test_links_name_the_public_address(self, moto: str, source: Path) -> None:
        async with opened(account(moto, "public", public_endpoint="https://files.example")) as storage:
            await storage.prepare()
            await storage.put("k", source)
            served = await storage.serve("k", Link("Ä b.mp4", 60))
        assert served is not None
        assert served.address is not None
        assert served.address.startswith("https://files.example/public/k?")
        assert "X-Amz-Signature" in served.address

    async def test_an_upload_that_was_cut_off_is_forgotten_after_a_while(self, weed: str) -> None:
        async with opened(account(weed)) as storage:
            await storage.prepare()
            client = await storage._client(weed)
            await client.create_multipart_upload(Bucket=storage._account.bucket, Key="k")
            assert await storage.tidy(datetime.now(UTC) - timedelta(hours=1)) == 0, "it may still go on"
            assert await storage.tidy(datetime.now(UTC) + timedelta(hours=1)) == 1
            assert await storage.tidy(datetime.now(UTC) + timedelta(hours=1)) == 0

    async def test_a_link_is_for_its_object_and_its_time(self, weed: str) -> None:
        async with opened(account(weed)) as storage:
            await storage.prepare()
            for key in ("one", "two"):
                await storage.write(key, chunks(b"film"))
            served = await storage.serve("one", Link("Ä.mp4", 60, "attachment", "video/mp4", never_changes=True))
        assert served is not None
        link = str(served.address)
        async with httpx2.AsyncClient() as http:
            good = await http.get(link)
            assert good.headers["content-disposition"] == "attachment; filename=\"A.mp4\"; filename*=UTF-8''%C3%84.mp4"
            assert good.headers["content-type"] == "video/mp4"
            assert good.headers["cache-control"].endswith("immutable")
            for forged in (link.replace("/one?", "/two?"), link.replace("Expires=60", "Expires=6000"), link[:-1]):
                assert (await http.get(forged)).status_code == 403
            assert (await http.put(link, content=b"mine")).status_code == 403

    @pytest.mark.parametrize("server", ["moto", "weed"])
    async def test_a_bucket_is_made_when_asked_for_and_missed_ever_after(
        self, request: pytest.FixtureRequest, source: Path, server: str
    ) -> None:
        async with opened(account(request.getfixturevalue(server))) as storage:
            await self.missed(storage, source)
            await storage.prepare()
            await storage.check()
            await storage.write("k", chunks(b"x"))
            await storage.delete(["k"])
            client = await storage._client(storage._account.endpoint)
            await client.delete_bucket(Bucket=storage._account.bucket)
            await self.missed(storage, source)
            with pytest.raises(client.exceptions.ClientError):
                await client.head_bucket(Bucket=storage._account.bucket)

    async def missed(self, storage: Storage, source: Path) -> None:
        for work in (
            storage.check(),
            storage.serve("k", Link("a", 60)),
            storage.find("k"),
            storage.list(),
            storage.copy("k", "l"),
            storage.write("k", chunks(b"x")),
            storage.delete(["k"]),
            storage.tidy(datetime.now(UTC)),
            content(storage, "k"),
            storage.put("k", source),
        ):
            with pytest.raises(StorageError, match="has no bucket"):
                await work


HANGS = b""
FULL = b"<Error><Code>XMinioStorageFull</Code><Message>no room</Message></Error>"
FULL_REPLY = b"HTTP/1.1 507 Insufficient Storage\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%s" % (
    len(FULL),
    FULL,
)
GARBAGE = b"SSH-2.0-OpenSSH_9.2\r\n"


@asynccontextmanager
async def answering(reply: bytes) -> AsyncIterator[str]:
    """A server that says this to everything, or nothing."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(64 * KIB):
            writer.write(reply)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


class TestFailures:
    """Every failure of a store is a StorageError, soon, and health tells of it."""

    async def everything(self, storage: Storage, source: Path) -> None:
        for work in (
            storage.prepare(),
            storage.check(),
            storage.serve("k", Link("a", 60)),
            storage.find("k"),
            storage.list(),
            storage.write("k", chunks(b"x")),
            storage.delete(["k"]),
            content(storage, "k"),
            storage.put("k", source),
        ):
            with pytest.raises(StorageError):
                await asyncio.wait_for(work, 5)
        assert source.exists()

    async def health(self, storage: Storage) -> tuple[str, str]:
        (sample,) = await run_checks([object_store_check(storage)], datetime.now(UTC))
        return sample.status, sample.message or ""

    @pytest.mark.parametrize("reply", [HANGS, GARBAGE], ids=["hangs", "garbage"])
    async def test_a_store_that_makes_no_sense(self, source: Path, reply: bytes) -> None:
        impatient = {"patience_seconds": 0.3, "data_seconds": 0.3, "tries": 1}
        async with answering(reply) as address, opened(account(address), **impatient) as storage:
            await self.everything(storage, source)
            status, told = await self.health(storage)
        assert status == "DOWN"
        assert told.startswith("The object store ")

    async def test_a_store_that_is_away(self, source: Path) -> None:
        async with opened(account("http://127.0.0.1:1"), tries=1) as storage:
            await self.everything(storage, source)
            assert (await self.health(storage))[0] == "DOWN"

    @pytest.mark.parametrize("wrong", [{"access_key": "nobody"}, {"secret_key": "guessed"}])
    async def test_a_wrong_key(self, weed: str, source: Path, wrong: dict[str, str]) -> None:
        async with opened(account(weed, "guarded")) as right, opened(account(weed, "guarded", **wrong)) as storage:
            await right.prepare()
            await self.everything(storage, source)
            status, told = await self.health(storage)
            assert await keys(right) == []
        assert status == "DOWN"
        assert told.startswith("The object store refuses the access key or its secret")

    async def test_a_store_without_room(self, source: Path) -> None:
        async with answering(FULL_REPLY) as address, opened(account(address), tries=1) as storage:
            with pytest.raises(StorageFullError):
                await storage.put("k", source)
        assert source.exists()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Of ten megabytes."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk of ten megabytes")
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=10m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no disk of ten megabytes can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


class TestLocalStorage:
    async def test_moves_over_file_systems_and_leaves_no_parts(self, tmp_path: Path, source: Path) -> None:
        other = Path("/dev/shm") / f"medianest-{tmp_path.name}"  # noqa: S108
        if not other.parent.is_dir():
            pytest.skip("no second file system at /dev/shm")
        storage = LocalStorage(other)
        try:
            await storage.put("k", source)
            assert [path.name for path in other.rglob("*") if path.is_file()] == ["k"]
        finally:
            shutil.rmtree(other)

    async def test_a_full_disk_is_told_leaves_nothing_half_and_heals(self, small_disk: Path, tmp_path: Path) -> None:
        storage = LocalStorage(small_disk / "objects")
        await storage.write("kept", chunks(b"x" * 6 * KIB * KIB))
        (tmp_path / "large").write_bytes(b"y" * 6 * KIB * KIB)
        with pytest.raises(StorageFullError, match="is full"):
            await storage.put("k", tmp_path / "large")
        with pytest.raises(StorageFullError, match="is full"):
            await storage.write("k", chunks(*[b"y" * KIB * KIB] * 6))
        assert (tmp_path / "large").exists()
        assert [path.name for path in small_disk.rglob("*") if path.is_file()] == ["kept"]
        (small_disk / "ballast").write_bytes(b"z" * 3_500 * KIB)
        with pytest.raises(StorageFullError):
            await storage.check()
        (small_disk / "ballast").unlink()
        await storage.check()
        await storage.write("k", chunks(b"fits"))

    async def test_a_folder_that_cannot_be_used_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StorageError, match="cannot be written"):
            await LocalStorage(tmp_path / "file" / "objects").check()

    async def test_drafts_go_when_nobody_writes_to_them_any_more(self, tmp_path: Path) -> None:
        storage = LocalStorage(tmp_path)
        await storage.write("k", chunks(b"x"))
        old, fresh = [tmp_path / "ab" / f".{uuid4().hex}.part" for _ in range(2)]
        own = tmp_path / "ab" / ".notes.part"
        (tmp_path / "ab").mkdir(exist_ok=True)
        for path in (old, fresh, own):
            path.touch()
        for path in (old, own):
            os.utime(path, (0, 0))
        assert await keys(storage) == ["k"]
        assert await storage.tidy(datetime.now(UTC) - timedelta(hours=1)) == 1
        assert [path.exists() for path in (old, fresh, own)] == [False, True, True]
