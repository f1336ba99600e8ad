"""What every object store does: a folder, or S3."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest
from moto.server import ThreadedMotoServer

from infra.storage.base import Link, Served, Storage, StorageError
from infra.storage.local import LocalStorage
from infra.storage.s3 import S3Account, S3Storage


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["local", "s3"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    made: Storage
    if request.param == "local":
        made = LocalStorage(tmp_path / "objects")
    else:
        address = request.getfixturevalue("s3_address")
        made = S3Storage(S3Account(address, address, "us-east-1", f"bucket-{abs(hash(request.node.name))}", "k", "s"))
    await made.check()
    yield made
    await made.close()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.mp4"
    path.write_bytes(b"moving pictures")
    return path


async def fetch(served: Served | None) -> bytes:
    assert served is not None
    if served.path is not None:
        return served.path.read_bytes()
    assert served.address is not None
    async with httpx2.AsyncClient() as http:
        response = await http.get(served.address)
    assert response.status_code == 200
    return response.content


class TestStorage:
    async def test_what_goes_in_comes_out(self, storage: Storage, source: Path) -> None:
        await storage.put("k.mp4", source, mime_type="video/mp4")
        assert await fetch(await storage.serve("k.mp4", Link("a.mp4", 60))) == b"moving pictures"
        assert not source.exists(), "it was taken over"

    async def test_the_same_key_is_the_same_object(self, storage: Storage, source: Path, tmp_path: Path) -> None:
        await storage.put("k", source)
        again = tmp_path / "again"
        again.write_bytes(b"newer")
        await storage.put("k", again)
        assert await fetch(await storage.serve("k", Link("a", 60))) == b"newer"

    async def test_an_unknown_key_is_nothing(self, storage: Storage) -> None:
        assert await storage.serve("nothing", Link("a", 60)) is None

    async def test_deleting_twice_is_deleting_once(self, storage: Storage, source: Path) -> None:
        await storage.put("k", source)
        await storage.delete(["k", "never there"])
        await storage.delete(["k"])
        assert await storage.serve("k", Link("a", 60)) is None

    async def test_checking_again_changes_nothing(self, storage: Storage, source: Path) -> None:
        await storage.put("k", source)
        await storage.check()
        assert await fetch(await storage.serve("k", Link("a", 60))) == b"moving pictures"

    async def test_a_lost_source_is_a_storage_error_and_leaves_nothing(self, storage: Storage, tmp_path: Path) -> None:
        with pytest.raises((StorageError, FileNotFoundError)):
            await storage.put("k", tmp_path / "gone")
        assert await storage.serve("k", Link("a", 60)) is None


class TestS3Storage:
    async def test_a_store_that_is_away_is_a_storage_error(self, source: Path) -> None:
        away = S3Storage(S3Account("http://127.0.0.1:1", "http://127.0.0.1:1", "us-east-1", "b", "k", "s"))
        with pytest.raises(StorageError):
            await away.put("k", source)
        assert source.exists()
        await away.close()

    async def test_links_name_the_public_address(self, s3_address: str, source: Path) -> None:
        account = S3Account(s3_address, "https://files.example", "us-east-1", "public", "k", "s")
        storage = S3Storage(account)
        await storage.check()
        await storage.put("k", source)
        served = await storage.serve("k", Link("Ä b.mp4", 60))
        assert served is not None
        assert served.address is not None
        assert served.address.startswith("https://files.example/public/k?")
        assert "X-Amz-Signature" in served.address
        await storage.close()


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
