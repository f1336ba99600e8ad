"""`uploadFile`: a file that comes with the operation, as the GraphQL multipart request specification has it."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from infra import incoming
from infra.storage.base import StorageError, StorageFullError
from medianest.graphql import http as transport
from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from models.files import FileStatus, StoredFile, object_keys
from models.rates import RATES, Counted
from models.users import User
from tests.integration.api.conftest import ApiClient, LogIn
from tests.integration.api.test_uploads import COOKIES, picture

UPLOAD = """mutation($input: UploadFileInput!) { uploadFile(input: $input) {
    file { id status kind filename mimeType bytes sha256 }
    errors { code message ... on ValidationError { constraint } ... on QuotaExceededError { quota { limit used } } }
} }"""
OPERATIONS = {"query": UPLOAD, "variables": {"input": {"kind": "OTHER", "file": None}}}
MAP = {"0": ["variables.input.file"]}


def left(settings: Settings) -> list[Path]:
    """Whatever lies in the object store, half-written files too."""
    return [path for path in (settings.data_dir / "objects").rglob("*") if path.is_file()]


def part(name: str, content: bytes | str | object, head: str = "") -> bytes:
    body = content if isinstance(content, bytes) else (content if isinstance(content, str) else json.dumps(content))
    disposition = f'Content-Disposition: form-data; name="{name}"{head}'
    return (
        b"--b\r\n" + disposition.encode() + b"\r\n\r\n" + (body if isinstance(body, bytes) else body.encode()) + b"\r\n"
    )


NAMED = '; filename="a.txt"'
OPS, PLACES, FILE, END = part("operations", OPERATIONS), part("map", MAP), part("0", b"1234", NAMED), b"--b--\r\n"
GOOD = OPS + PLACES + FILE + END


def operations(**changes: Any) -> bytes:
    return part("operations", OPERATIONS | changes)


def places(value: object) -> bytes:
    return OPS + part("map", value) + FILE + END


async def send(client: ApiClient, body: bytes | AsyncIterator[bytes], **headers: str) -> Any:
    due = {"Content-Type": "multipart/form-data; boundary=b", "Apollo-Require-Preflight": "1"}
    return await client.http.post("/graphql", content=body, headers=client.headers | due | headers)


class TestUploadFile:
    async def test_a_file_comes_with_the_operation(self, client: ApiClient, log_in: LogIn, settings: Settings) -> None:
        owner, content = await log_in(), b"line\n" * 500_000
        answer = (
            await client.upload(UPLOAD, content, filename="Ü 1.txt", input={"kind": "OTHER", "file": None})
        ).json()
        done = answer["data"]["uploadFile"]["file"]
        assert (done["status"], done["filename"], done["mimeType"]) == ("READY", "Ü 1.txt", "text/plain")
        assert (done["bytes"], done["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        file = await StoredFile.get(owner_id=owner.id)
        (kept,) = left(settings)
        assert (kept.name, kept.read_bytes()) == (file.key, content)
        assert answer["extensions"]["cost"] > 0

    async def test_it_is_taken_as_it_comes(self, client: ApiClient, log_in: LogIn, settings: Settings) -> None:
        """The second half is not sent before the first one is on the disk."""
        written = asyncio.Event()

        async def halves() -> AsyncIterator[bytes]:
            yield b"x" * 2**21
            while not any(path.stat().st_size >= 2**20 for path in left(settings)):
                await asyncio.sleep(0)
            written.set()
            yield b"y" * 2**21

        await log_in()
        answer = (await client.upload(UPLOAD, halves(), input={"kind": "OTHER", "file": None})).json()
        assert answer["data"]["uploadFile"]["file"]["bytes"] == 2**22
        assert written.is_set()

    async def test_any_content_may_come_in_any_pieces(
        self, client: ApiClient, log_in: LogIn, settings: Settings
    ) -> None:
        content = b"\r\n--b\r\r\n--\r\n\r\n--a--\r\n-" * 7

        async def bytewise() -> AsyncIterator[bytes]:
            body = OPS + PLACES + part("0", content.replace(b"--b\r", b"--c\r"), NAMED) + END
            for position in range(len(body)):
                yield body[position : position + 1]

        await log_in()
        response = await send(client, bytewise())
        assert response.json()["data"]["uploadFile"]["errors"] == []
        (kept,) = left(settings)
        assert kept.read_bytes() == content.replace(b"--b\r", b"--c\r")

    @pytest.mark.parametrize(("kind", "content"), [("AVATAR", picture()), ("COVER", picture((9, 9), "GIF"))])
    async def test_pictures_are_drawn_anew(
        self, client: ApiClient, log_in: LogIn, settings: Settings, kind: str, content: bytes
    ) -> None:
        await log_in()
        answer = (await client.upload(UPLOAD, content, input={"kind": kind, "file": None})).json()
        assert answer["data"]["uploadFile"]["file"]["mimeType"] == "image/webp"
        file = await StoredFile.get()
        assert {path.name for path in left(settings)} == set(object_keys(file.kind, file.key))

    async def test_cookies_come_too(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        answer = (await client.upload(UPLOAD, COOKIES, input={"kind": "COOKIES", "file": None})).json()
        assert answer["data"]["uploadFile"]["errors"] == []


class TestRefusals:
    """Understood, and not taken: the payload says why, and nothing is left."""

    async def refused(
        self, client: ApiClient, settings: Settings, content: bytes | AsyncIterator[bytes], kind: str = "OTHER"
    ) -> dict[str, Any]:
        response = await client.upload(UPLOAD, content, input={"kind": kind, "file": None})
        made = response.json()["data"]["uploadFile"]
        (error,) = made["errors"]
        assert (response.status_code, made["file"], left(settings)) == (200, None, [])
        assert await StoredFile.all().count() == 0
        found: dict[str, Any] = error
        return found

    @pytest.mark.parametrize(
        ("kind", "content", "constraint"),
        [
            ("OTHER", b"", "bytes"),
            ("VIDEO", b"x", "kind"),
            ("AVATAR", b"no picture", "media_type"),
            ("AVATAR", picture()[:-20], "image"),
            ("COOKIES", b"no cookies", "media_type"),
        ],
    )
    async def test_what_it_is_not(
        self, client: ApiClient, log_in: LogIn, settings: Settings, kind: str, content: bytes, constraint: str
    ) -> None:
        await log_in()
        error = await self.refused(client, settings, content, kind)
        assert (error["code"], error["constraint"]) == ("VALIDATION", constraint)

    async def test_too_large_for_its_kind(self, client: ApiClient, log_in: LogIn, settings: Settings) -> None:
        sent = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal sent
            while sent < 2**25:
                sent += 2**16
                yield bytes(2**16)

        await log_in()
        error = await self.refused(client, settings, endless(), "COOKIES")
        assert error["code"] == "PAYLOAD_TOO_LARGE"
        assert sent < 2**21, "it was not read any further"

    async def test_more_than_the_quota_has(self, client: ApiClient, log_in: LogIn, settings: Settings) -> None:
        owner = await log_in()
        await User.filter(id=owner.id).update(quota_overrides={"storage_bytes": 1000})
        error = await self.refused(client, settings, b"x" * 1001)
        assert (error["code"], error["quota"]) == ("QUOTA_EXCEEDED", {"limit": 1000, "used": 0})

    async def test_of_two_at_a_time_the_quota_has_room_for_one(
        self, client: ApiClient, log_in: LogIn, settings: Settings
    ) -> None:
        owner = await log_in()
        await User.filter(id=owner.id).update(quota_overrides={"storage_bytes": 1000})
        both_begun = asyncio.Event()

        async def waiting() -> AsyncIterator[bytes]:
            yield b"x" * 300
            while await StoredFile.filter(status=FileStatus.PENDING).count() < 2 and not both_begun.is_set():
                await asyncio.sleep(0)
            both_begun.set()
            yield b"x" * 300

        sent = (client.upload(UPLOAD, waiting(), input={"kind": "OTHER", "file": None}) for _ in range(2))
        answers = [answer.json()["data"]["uploadFile"] for answer in await asyncio.gather(*sent)]
        codes = sorted(error["code"] for answer in answers for error in answer["errors"])
        assert (codes, len(left(settings)), await StoredFile.all().count()) == (["QUOTA_EXCEEDED"], 1, 1)

    @pytest.mark.parametrize(
        ("failure", "code"), [(StorageFullError("full"), "STORAGE_FULL"), (StorageError("away"), "UNAVAILABLE")]
    )
    async def test_a_store_that_fails(
        self,
        client: ApiClient,
        log_in: LogIn,
        settings: Settings,
        base: Backbone,
        monkeypatch: pytest.MonkeyPatch,
        failure: StorageError,
        code: str,
    ) -> None:
        async def fail(_key: str, chunks: AsyncIterator[bytes], **_: Any) -> None:
            async for _chunk in chunks:
                raise failure

        await log_in()
        monkeypatch.setattr(base.storage, "write", fail)
        assert (await self.refused(client, settings, b"1234"))["code"] == code

    async def test_too_often(self, client: ApiClient, log_in: LogIn, settings: Settings) -> None:
        await log_in()
        for _ in range(RATES[Counted.UPLOAD_FILE].times):
            await client.upload(UPLOAD, b"", input={"kind": "OTHER", "file": None})
        assert (await self.refused(client, settings, b"1234"))["code"] == "RATE_LIMITED"


MALFORMED: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "no form": (b"hello", 400),
    "JSON": (json.dumps(OPERATIONS).encode(), 400),
    "another boundary": (GOOD.replace(b"--b", b"--c"), 400),
    "only the end": (END, 400),
    "endless lines before it": (b"\r\n" * 2**17, 400),
    "no parts after the first boundary": (b"--b\r\n", 400),
    "operations alone": (OPS + END, 400),
    "no map": (OPS + FILE + END, 400),
    "no file": (OPS + PLACES + END, 400),
    "map first": (PLACES + OPS + FILE + END, 400),
    "file first": (FILE + OPS + PLACES + END, 400),
    "file before map": (OPS + FILE + PLACES + END, 400),
    "operations twice": (OPS + OPS + PLACES + FILE + END, 400),
    "map twice": (OPS + PLACES + PLACES + FILE + END, 400),
    "the file twice": (OPS + PLACES + FILE + FILE + END, 400),
    "a part more": (OPS + PLACES + FILE + part("1", b"x", NAMED) + END, 400),
    "thousands of parts": (OPS + PLACES + FILE + part("1", b"x") * 5_000 + END, 400),
    "another file": (OPS + PLACES + part("1", b"x", NAMED) + END, 400),
    "a file without a name": (OPS + PLACES + part("0", b"x") + END, 400),
    "cut in the head of the first part": (GOOD[:20], 400),
    "cut in operations": (GOOD[:90], 400),
    "cut before the file": (OPS + PLACES, 400),
    "cut in the head of the file": (OPS + PLACES + FILE[:20], 400),
    "cut in the file": (OPS + PLACES + FILE[:-4], 400),
    "cut before the last boundary": (OPS + PLACES + FILE, 400),
    "cut in the last boundary": (OPS + PLACES + FILE + b"--b-", 400),
    "operations is no JSON": (part("operations", "{") + PLACES + FILE + END, 400),
    "operations is a batch": (part("operations", [OPERATIONS]) + PLACES + FILE + END, 400),
    "operations is null": (part("operations", None) + PLACES + FILE + END, 400),
    "operations is not UTF-8": (part("operations", b"\xff\xfe{}") + PLACES + FILE + END, 400),
    "operations is deep": (part("operations", "[" * 100_000) + PLACES + FILE + END, 400),
    "operations is large": (operations(extensions={"x": "y" * 2**18}) + PLACES + FILE + END, 413),
    "operations has no query": (operations(query=None) + PLACES + FILE + END, 400),
    "operations has no variables": (operations(variables={}) + PLACES + FILE + END, 400),
    "the place is taken": (operations(variables={"input": {"kind": "OTHER", "file": 1}}) + PLACES + FILE + END, 400),
    "map is no JSON": (OPS + part("map", "{") + FILE + END, 400),
    "map is a list": (places([["variables.input.file"]]), 400),
    "map is null": (places(None), 400),
    "map is empty": (places({}), 400),
    "map is large": (places({"0": ["variables." + "x" * 5_000]}), 413),
    "map names two files": (places({"0": ["variables.input.file"], "1": ["variables.input.file"]}), 400),
    "map names two places": (places({"0": ["variables.input.file", "variables.input.file"]}), 400),
    "map names no place": (places({"0": []}), 400),
    "the place is no text": (places({"0": [1]}), 400),
    "the places are no list": (places({"0": "variables.input.file"}), 400),
    "the place is not in the variables": (places({"0": ["query"]}), 400),
    "the place is unknown": (places({"0": ["variables.input.nothing"]}), 400),
    "the place is an unknown index": (places({"0": ["variables.0.1"]}), 400),
    "the place is below a text": (places({"0": ["variables.input.kind.0"]}), 400),
    "the place is the dictionary's own": (places({"0": ["variables.__class__"]}), 400),
    "the file is for another operation": (
        part("operations", {"query": "{ server { version } nothing }", "variables": {"input": {"file": None}}})
        + PLACES
        + FILE
        + END,
        400,
    ),
    "a header too many": (b"--b\r\n" + b"X: y\r\n" * 1_000 + OPS[5:] + PLACES + FILE + END, 400),
    "a long header": (b"--b\r\nX: " + b"y" * 2**16 + b"\r\n" + OPS[5:] + PLACES + FILE + END, 400),
    "an endless header": (b"--b\r\nX: " + b"y" * 2**20, 400),
    "a header without a name": (b"--b\r\n: y\r\n\r\n" + GOOD, 400),
    "a header with control characters": (b"--b\r\nA\0b: y\r\n\r\n" + GOOD, 400),
    "the same header twice": (
        OPS.replace(b"\r\n\r\n", b'\r\nContent-Disposition: form-data; name="x"\r\n\r\n', 1),
        400,
    ),
    "a part without a disposition": (b"--b\r\nX: y\r\n\r\n{}\r\n" + GOOD, 400),
    "a part of another disposition": (GOOD.replace(b"form-data", b"attachment", 1), 400),
    "a part without a name": (GOOD.replace(b'; name="operations"', b"", 1), 400),
}


class TestMalformed:
    @pytest.mark.parametrize("case", MALFORMED)
    async def test_is_refused_and_leaves_nothing(
        self, client: ApiClient, log_in: LogIn, settings: Settings, case: str
    ) -> None:
        body, status = MALFORMED[case]
        await log_in()
        response = await send(client, body, Accept="application/graphql-response+json")
        (error, *_) = response.json()["errors"]
        assert (response.status_code, "data" in response.json()) == (status, False)
        assert error["extensions"]["code"] in {"MALFORMED_REQUEST", "INVALID_OPERATION", "PAYLOAD_TOO_LARGE"}
        assert (left(settings), await StoredFile.all().count()) == ([], 0)

    async def test_the_same_bytes_in_order_are_taken(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        assert (await send(client, GOOD)).json()["data"]["uploadFile"]["errors"] == []

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Apollo-Require-Preflight": ""}, 200),
            ({"Content-Type": "multipart/form-data"}, 400),
            ({"Content-Type": "multipart/form-data; boundary="}, 400),
            ({"Content-Type": f"multipart/form-data; boundary={'b' * 71}"}, 400),
            ({"Content-Type": "multipart/form-data; boundary=b; charset=utf-16"}, 415),
            ({"Content-Type": "multipart/mixed; boundary=b"}, 415),
            ({"Content-Encoding": "gzip"}, 415),
        ],
    )
    async def test_headers(
        self, client: ApiClient, log_in: LogIn, settings: Settings, headers: dict[str, str], status: int
    ) -> None:
        await log_in()
        assert (await send(client, GOOD, **headers)).status_code == status
        assert len(left(settings)) == (status == 200)

    @pytest.mark.parametrize("header", ["Apollo-Require-Preflight", "X-MediaNest-Preflight", None])
    async def test_a_form_of_another_page_is_not_read(
        self, client: ApiClient, log_in: LogIn, settings: Settings, header: str | None
    ) -> None:
        await log_in()
        headers = {"Content-Type": "multipart/form-data; boundary=b"} | ({header: "1"} if header else {})
        response = await client.http.post("/graphql", content=GOOD, headers=client.headers | headers)
        assert (response.status_code, len(left(settings))) == ((200, 1) if header else (415, 0))

    async def test_of_a_stranger_not_a_byte_is_read(self, client: ApiClient) -> None:
        asked = False

        async def body() -> AsyncIterator[bytes]:
            nonlocal asked
            asked = True
            yield GOOD

        response = await send(client, body(), Accept="application/graphql-response+json")
        assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
        assert not asked

    async def test_no_file_without_a_multipart_request(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        wrong: tuple[object, ...] = (None, "x", {}, 1)
        for file in wrong:
            code = await client.code(UPLOAD, input={"kind": "OTHER", "file": file})
            assert code == "INVALID_OPERATION"

    async def test_one_file_in_a_document(self, client: ApiClient, log_in: LogIn, settings: Settings) -> None:
        await log_in()
        twice = UPLOAD.replace("{ uploadFile", "{ again: uploadFile(input: $input) { file { id } } uploadFile", 1)
        response = await client.upload(twice, b"1234", input={"kind": "OTHER", "file": None})
        assert response.json()["errors"][0]["extensions"]["code"] == "OPERATION_TOO_COSTLY"
        assert left(settings) == []


class TestPace:
    @pytest.mark.parametrize(
        ("name", "seconds", "sent"),
        [("SILENT_SECONDS", 0.05, OPS + PLACES + FILE[:-4]), ("_GRACE_SECONDS", 0.05, OPS + PLACES + FILE[:-4])],
    )
    async def test_a_file_that_stops_coming_is_given_up(
        self,
        client: ApiClient,
        log_in: LogIn,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        name: str,
        seconds: float,
        sent: bytes,
    ) -> None:
        async def stuck() -> AsyncIterator[bytes]:
            yield sent
            await asyncio.Event().wait()

        await log_in()
        monkeypatch.setattr(incoming, name, seconds)
        response = await send(client, stuck())
        assert (response.status_code, left(settings), await StoredFile.all().count()) == (408, [], 0)

    async def test_an_operation_that_does_not_come_is_given_up(
        self, client: ApiClient, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def stuck() -> AsyncIterator[bytes]:
            yield OPS
            await asyncio.Event().wait()

        await log_in()
        monkeypatch.setattr(transport, "BODY_SECONDS", 0.05)
        assert (await send(client, stuck())).status_code == 408
