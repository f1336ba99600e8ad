"""Files that are sent straight to S3: nothing passes through the API before it is complete."""

import hashlib
import os
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import httpx2
import pytest
from pydantic import SecretStr

from infra.storage import s3
from infra.storage.s3 import S3Storage
from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from models.files import FileStatus, StoredFile, object_keys
from tests.conftest import scaled
from tests.integration.api.conftest import ApiClient, LogIn
from tests.integration.api.test_upload_file import FILE, OPS, PLACES
from tests.integration.api.test_upload_file import send as send_form
from tests.integration.api.test_uploads import COMPLETE, CREATE, announce, complete, picture
from tests.object_stores import ACCESS_KEY, SECRET_KEY

MIB = 1024**2
PARTS = CREATE.replace("parts { number }", "parts { number url bytes }")


@pytest.fixture(params=["moto", "weed"])
def endpoint(request: pytest.FixtureRequest) -> str:
    address: str = request.getfixturevalue(request.param)
    return address


@pytest.fixture
def settings(settings: Settings, endpoint: str) -> Settings:
    return settings.model_copy(
        update={
            "s3_endpoint": endpoint,
            "s3_bucket": "uploads",
            "s3_access_key": ACCESS_KEY,
            "s3_secret_key": SecretStr(SECRET_KEY),
        }
    )


@pytest.fixture(autouse=True)
async def _empty(base: Backbone) -> None:
    """To make a bucket for each test would be slow."""
    client, bucket = await s3_client(base)
    await base.storage.delete(sorted(await objects(base)))
    for upload in (await client.list_multipart_uploads(Bucket=bucket)).get("Uploads", ()):
        await base.storage.abandon(upload["Key"], upload["UploadId"])


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least that S3 takes."""
    monkeypatch.setattr(s3, "_SINGLE_BYTES", 5 * MIB)


async def s3_client(base: Backbone) -> tuple[Any, str]:
    assert isinstance(base.storage, S3Storage)
    return await base.storage._client(base.storage._account.endpoint), base.storage._account.bucket


async def objects(base: Backbone) -> set[str]:
    return {stored.key for stored in await base.storage.list()}


async def unfinished(base: Backbone) -> int:
    """Uploads in parts that are neither complete nor given up."""
    client, bucket = await s3_client(base)
    return len((await client.list_multipart_uploads(Bucket=bucket)).get("Uploads", ()))


async def create(client: ApiClient, content: bytes, kind: str = "OTHER", **changes: Any) -> dict[str, Any]:
    made = (await client.data(PARTS, input=announce(content, kind, **changes)))["createUpload"]
    assert made["errors"] == []
    ticket: dict[str, Any] = made["ticket"]
    return ticket


async def put(url: str, content: bytes, **headers: str) -> int:
    async with httpx2.AsyncClient() as http:
        return (await http.put(url, content=content, headers=headers)).status_code


async def send(ticket: dict[str, Any], content: bytes, **changes: str) -> int:
    headers = {header["name"]: header["value"] for header in ticket["headers"]}
    return await put(ticket["url"], content, **headers | changes)


def pieces(ticket: dict[str, Any], content: bytes) -> list[tuple[str, bytes]]:
    found, position = [], 0
    for part in ticket["parts"]:
        found.append((part["url"], content[position : position + part["bytes"]]))
        position += part["bytes"]
    assert position == len(content)
    return found


def tampered(url: str, **changes: str) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | changes
    return urlunsplit(parts._replace(query=urlencode(query)))


class TestOnePiece:
    async def test_goes_to_s3_and_comes_from_there(
        self, client: ApiClient, log_in: LogIn, base: Backbone, settings: Settings
    ) -> None:
        await log_in()
        ticket = await create(client, b"hello, world")
        assert ticket["url"].startswith(f"{settings.s3_endpoint}/{settings.s3_bucket}/")
        assert await send(ticket, b"hello, world") == 200
        done = (await complete(client, ticket))["file"]
        assert (done["status"], done["sha256"]) == ("READY", hashlib.sha256(b"hello, world").hexdigest())
        file = await StoredFile.get()
        assert await objects(base) == {file.key}, "the place it came to is gone"
        link = urlsplit(done["url"])
        redirect = await client.http.get(f"{link.path}?{link.query}")
        async with httpx2.AsyncClient() as http:
            served = await http.get(redirect.headers["location"])
        assert (served.content, served.headers["content-type"]) == (b"hello, world", "text/plain")

    async def test_after_the_end_the_ticket_leads_elsewhere(
        self, client: ApiClient, log_in: LogIn, base: Backbone
    ) -> None:
        await log_in()
        ticket = await create(client, b"good")
        await send(ticket, b"good")
        await complete(client, ticket)
        await send(ticket, b"evil")
        done = (await complete(client, ticket))["file"]
        assert done["sha256"] == hashlib.sha256(b"good").hexdigest()
        key = (await StoredFile.get()).key
        assert b"".join([chunk async for chunk in base.storage.read(key)]) == b"good"

    async def test_before_it_came_it_is_not_there(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        ticket = await create(client, b"1234")
        (error,) = (await complete(client, ticket))["errors"]
        assert error["code"] == "INVALID_STATE"
        assert (await StoredFile.get()).status is FileStatus.PENDING

    async def test_what_is_not_as_announced_is_thrown_away(
        self, client: ApiClient, log_in: LogIn, base: Backbone
    ) -> None:
        await log_in()
        ticket = await create(client, b"1234", sha256="0" * 64)
        await send(ticket, b"1234")
        (error,) = (await complete(client, ticket))["errors"]
        assert (error["code"], error["constraint"]) == ("VALIDATION", "sha256")
        assert (await objects(base), await StoredFile.all().count()) == (set(), 0)

    async def test_pictures_are_drawn_anew(self, client: ApiClient, log_in: LogIn, base: Backbone) -> None:
        await log_in()
        ticket = await create(client, picture(), "AVATAR")
        await send(ticket, picture())
        assert (await complete(client, ticket))["errors"] == []
        file = await StoredFile.get()
        assert await objects(base) == set(object_keys(file.kind, file.key))

    async def test_a_file_with_the_operation_is_kept_there_too(
        self, client: ApiClient, log_in: LogIn, base: Backbone
    ) -> None:
        await log_in()
        upload = COMPLETE.replace("$id: ID!", "$input: UploadFileInput!").replace(
            "completeUpload(input: {id: $id})", "uploadFile(input: $input)"
        )
        content = os.urandom(17 * MIB)
        answer = (await client.upload(upload, content, input={"kind": "OTHER", "file": None})).json()
        file = answer["data"]["uploadFile"]["file"]
        assert (file["sha256"], len(await objects(base))) == (hashlib.sha256(content).hexdigest(), 1)
        assert await unfinished(base) == 0

    async def test_a_file_that_breaks_off_leaves_nothing_there(
        self, client: ApiClient, log_in: LogIn, base: Backbone
    ) -> None:
        await log_in()
        assert (await send_form(client, OPS + PLACES + FILE[:-2] + bytes(17 * MIB))).status_code == 400
        assert (await objects(base), await unfinished(base), await StoredFile.all().count()) == (set(), 0, 0)


@pytest.mark.usefixtures("small_parts")
class TestParts:
    CONTENT = os.urandom(11 * MIB)

    async def test_come_in_any_order_and_are_one_file(self, client: ApiClient, log_in: LogIn, base: Backbone) -> None:
        await log_in()
        ticket = await create(client, self.CONTENT)
        assert [part["bytes"] for part in ticket["parts"]] == [5 * MIB, 5 * MIB, MIB]
        for url, piece in reversed(pieces(ticket, self.CONTENT)):
            assert await put(url, piece) == 200
        done = (await complete(client, ticket))["file"]
        assert (done["status"], done["sha256"]) == ("READY", hashlib.sha256(self.CONTENT).hexdigest())
        assert (await complete(client, ticket))["file"]["status"] == "READY"
        assert (len(await objects(base)), await unfinished(base)) == (1, 0)

    async def test_one_that_is_missing_can_still_come(self, client: ApiClient, log_in: LogIn, base: Backbone) -> None:
        await log_in()
        ticket = await create(client, self.CONTENT)
        (first, content), *others = pieces(ticket, self.CONTENT)
        for url, piece in others:
            await put(url, piece)
        (error,) = (await complete(client, ticket))["errors"]
        assert (error["code"], await objects(base)) == ("INVALID_STATE", set())
        for _ in range(2):  # whoever lost the answer sends it again
            assert await put(first, content) == 200
        assert (await complete(client, ticket))["file"]["sha256"] == hashlib.sha256(self.CONTENT).hexdigest()

    async def test_a_completion_that_was_cut_off_goes_on(
        self, client: ApiClient, log_in: LogIn, base: Backbone
    ) -> None:
        """As by a kill between the store's part of it and ours."""
        await log_in()
        ticket = await create(client, self.CONTENT)
        for url, piece in pieces(ticket, self.CONTENT):
            await put(url, piece)
        file = await StoredFile.get()
        assert await base.storage.join(file.key, file.upload_id or "", file.bytes)
        assert (await complete(client, ticket))["file"]["status"] == "READY"

    async def test_without_room_for_its_row_nothing_is_begun(
        self, client: ApiClient, log_in: LogIn, base: Backbone
    ) -> None:
        owner = await log_in()
        await type(owner).filter(id=owner.id).update(quota_overrides={"storage_bytes": MIB})
        made = (await client.data(CREATE, input=announce(self.CONTENT)))["createUpload"]
        assert [error["code"] for error in made["errors"]] == ["QUOTA_EXCEEDED"]
        assert (await unfinished(base), await StoredFile.all().count()) == (0, 0)

    async def test_however_large_it_is_there_are_at_most_a_hundred(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        ticket = await create(client, b"", bytes=2**31)
        assert (len(ticket["parts"]), sum(part["bytes"] for part in ticket["parts"])) == (100, 2**31)


class TestGigabyte:
    """A tenth of one in `make test`, both ways."""

    BLOCK, COUNT = bytes(range(256)) * 4096, scaled(1024)

    @pytest.fixture
    def endpoint(self, weed: str) -> str:
        return weed

    @pytest.fixture
    def sha256(self) -> str:
        return hashlib.sha256(self.BLOCK * self.COUNT).hexdigest()

    async def test_in_parts(self, client: ApiClient, log_in: LogIn, sha256: str) -> None:
        await log_in()
        ticket = await create(client, b"", bytes=self.COUNT * MIB)
        assert len(ticket["parts"]) > 1
        for part in ticket["parts"]:
            content = (self.BLOCK * (part["bytes"] // MIB + 1))[: part["bytes"]]  # each begins with a block
            assert await put(part["url"], content) == 200
        done = await complete(client, ticket)
        assert (done["errors"], done["file"]["sha256"]) == ([], sha256)

    async def test_with_the_operation(self, client: ApiClient, log_in: LogIn, sha256: str) -> None:
        async def body() -> AsyncIterator[bytes]:
            yield OPS + PLACES + FILE.removesuffix(b"1234\r\n")
            for _ in range(self.COUNT):
                yield self.BLOCK
            yield b"\r\n--b--\r\n"

        await log_in()
        made = (await send_form(client, body())).json()["data"]["uploadFile"]
        assert (made["errors"], made["file"]["sha256"]) == ([], sha256)


class TestSignatures:
    """As a store checks them that knows how."""

    @pytest.fixture
    def endpoint(self, weed: str) -> str:
        return weed

    @pytest.mark.parametrize(
        ("content", "headers", "changes"),
        [
            (b"12345", {}, {}),
            (b"123", {}, {}),
            (b"1234", {"Content-Type": "text/html"}, {}),
            (b"1234", {}, {"X-Amz-Expires": "9999"}),
            (b"1234", {}, {"X-Amz-SignedHeaders": "host"}),
            (b"1234", {}, {"X-Amz-Date": "20200101T000000Z"}),
            (b"1234", {}, {"X-Amz-Signature": "0" * 64}),
        ],
        ids=["more", "less", "another type", "longer", "fewer headers", "earlier", "another signature"],
    )
    async def test_only_what_was_announced_may_come(
        self,
        client: ApiClient,
        log_in: LogIn,
        base: Backbone,
        content: bytes,
        headers: dict[str, str],
        changes: dict[str, str],
    ) -> None:
        await log_in()
        ticket = await create(client, b"1234")
        ticket["url"] = tampered(ticket["url"], **changes)
        assert await send(ticket, content, **headers) == 403
        assert await objects(base) == set()

    async def test_it_is_for_one_key(self, client: ApiClient, log_in: LogIn, base: Backbone) -> None:
        await log_in()
        ticket = await create(client, b"1234")
        ticket["url"] = ticket["url"].replace("?", "x?", 1)
        assert await send(ticket, b"1234") == 403
        assert await objects(base) == set()

    async def test_it_expires(
        self, client: ApiClient, log_in: LogIn, base: Backbone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.uploads.UPLOAD_SECONDS", 1)
        await log_in()
        ticket = await create(client, b"1234")
        statuses = [200]
        while statuses[-1] == 200:
            statuses.append(await send(ticket, b"1234"))
        assert statuses[-1] == 403

    @pytest.mark.usefixtures("small_parts")
    async def test_parts_have_their_size_and_number(self, client: ApiClient, log_in: LogIn, base: Backbone) -> None:
        await log_in()
        ticket = await create(client, bytes(6 * MIB))
        (url, piece), _ = pieces(ticket, bytes(6 * MIB))
        assert await put(url, piece + b"x") == 403
        assert await put(tampered(url, partNumber="9"), piece) == 403
        assert await put(url, piece) == 200
