"""Files that are sent straight to where they are kept: ticket, PUT, completion."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from PIL import Image

from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.audit import AuditEntry
from models.events import DomainEvent, EventType
from models.files import FileKind, FileStatus, StoredFile, object_keys
from models.users import User
from schema.node import from_global_id
from tests.integration.api.conftest import ApiClient, LogIn

CREATE = """mutation($input: CreateUploadInput!) { createUpload(input: $input) {
    ticket { url method headers { name value } expiresAt parts { number } file { id status } }
    errors { code path ... on ValidationError { constraint } ... on QuotaExceededError { quota { limit used } } }
} }"""
COMPLETE = """mutation($id: ID!) { completeUpload(input: {id: $id}) {
    file { id kind status mimeType bytes sha256 filename url }
    errors { code path ... on ValidationError { constraint } }
} }"""
COOKIES = (
    b"# Netscape HTTP Cookie File\n.example.org\tTRUE\t/\tTRUE\t0\tid\t1\n#HttpOnly_.a.b\tTRUE\t/\tFALSE\t0\tx\t\n"
)


def picture(size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "teal").save(target, kind)
    return target.getvalue()


def announce(content: bytes, kind: str = "OTHER", **changes: Any) -> dict[str, Any]:
    return {"kind": kind, "filename": "notes.txt", "mimeType": "text/x-any", "bytes": len(content)} | changes


async def create(client: ApiClient, content: bytes, kind: str = "OTHER", **changes: Any) -> dict[str, Any]:
    made = (await client.data(CREATE, input=announce(content, kind, **changes)))["createUpload"]
    assert made["errors"] == []
    ticket: dict[str, Any] = made["ticket"]
    return ticket


async def send(
    client: ApiClient, ticket: dict[str, Any], content: bytes | AsyncIterator[bytes], **headers: str
) -> httpx2.Response:
    parts = urlsplit(ticket["url"])
    due = {header["name"]: header["value"] for header in ticket["headers"]}
    return await client.http.request(
        ticket["method"], f"{parts.path}?{parts.query}", content=content, headers=due | headers
    )


async def complete(client: ApiClient, ticket: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = (await client.data(COMPLETE, id=ticket["file"]["id"]))["completeUpload"]
    return done


def objects(settings: Settings) -> set[str]:
    return {path.name for path in (settings.data_dir / "objects").rglob("*") if path.is_file()}


async def refusal(client: ApiClient, **input: Any) -> dict[str, Any]:
    made = (await client.data(CREATE, input=input))["createUpload"]
    assert made["ticket"] is None
    (error,) = made["errors"]
    assert await StoredFile.all().count() == 0
    found: dict[str, Any] = error
    return found


class TestCreateUpload:
    async def test_what_is_sent_and_completed_is_there(
        self, client: ApiClient, log_in: LogIn, settings: Settings
    ) -> None:
        owner, content = await log_in(), b"hello, world"
        ticket = await create(client, content)
        assert (ticket["method"], ticket["parts"], ticket["file"]["status"]) == ("PUT", [], "PENDING")
        assert (await send(client, ticket, content)).status_code == 204
        done = await complete(client, ticket)
        digest = hashlib.sha256(content).hexdigest()
        file = await StoredFile.get(owner_id=owner.id)
        assert (done["file"]["status"], done["file"]["mimeType"]) == ("READY", "text/plain")
        assert (done["file"]["bytes"], done["file"]["sha256"]) == (len(content), digest)
        assert objects(settings) == {file.key}, "the place it came to is gone"
        link = urlsplit(done["file"]["url"])
        assert (await client.http.get(f"{link.path}?{link.query}")).content == content
        events = await DomainEvent.filter(type=EventType.FILE_CHANGED).order_by("position")
        assert [(event.payload["status"], event.owner_id) for event in events] == [
            ("PENDING", owner.id),
            ("READY", owner.id),
        ]
        assert await AuditEntry.filter(action="file.uploaded", actor_id=owner.id).count() == 1

    @pytest.mark.parametrize(
        ("changes", "code", "field"),
        [
            ({"bytes": 0}, "VALIDATION", "bytes"),
            ({"bytes": 2 * 1024**3 + 1}, "PAYLOAD_TOO_LARGE", None),
            ({"kind": "AVATAR", "bytes": 10 * 1024**2 + 1}, "PAYLOAD_TOO_LARGE", None),
            ({"kind": "COOKIES", "bytes": 1024**2 + 1}, "PAYLOAD_TOO_LARGE", None),
            ({"kind": "VIDEO"}, "VALIDATION", "kind"),
            ({"mimeType": "text"}, "VALIDATION", "mimeType"),
            ({"mimeType": "a/b\r\nX: y"}, "VALIDATION", "mimeType"),
            ({"sha256": "abc"}, "VALIDATION", "sha256"),
            ({"filename": ""}, "VALIDATION", "length"),
            ({"filename": "  "}, "VALIDATION", "length"),
        ],
    )
    async def test_what_cannot_come_gets_no_ticket(
        self, client: ApiClient, log_in: LogIn, changes: dict[str, Any], code: str, field: str | None
    ) -> None:
        await log_in()
        error = await refusal(client, **announce(b"x", **changes))
        assert (error["code"], error.get("constraint")) == (code, field)

    async def test_names_are_made_safe(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        await create(client, b"x", filename="../../etc/pass\0wd")
        assert (await StoredFile.get()).filename == "etcpass wd"

    async def test_the_quota_counts_what_is_on_its_way(self, client: ApiClient, log_in: LogIn) -> None:
        owner = await log_in()
        await User.filter(id=owner.id).update(quota_overrides={"storage_bytes": 10})
        await create(client, b"12345678")
        made = (await client.data(CREATE, input=announce(b"123")))["createUpload"]
        (error,) = made["errors"]
        assert (error["code"], error["quota"]) == ("QUOTA_EXCEEDED", {"limit": 10, "used": 8})
        assert await StoredFile.all().count() == 1

    async def test_a_full_disk_takes_nothing(
        self, client: ApiClient, log_in: LogIn, base: Backbone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def little() -> int:
            return 2

        await log_in()
        monkeypatch.setattr(base.storage, "room", little)
        assert (await refusal(client, **announce(b"123")))["code"] == "STORAGE_FULL"

    async def test_the_server_says_how_large_a_file_may_be(self, client: ApiClient) -> None:
        assert (await client.data("{ server { uploadMaxBytes } }"))["server"] == {"uploadMaxBytes": 2 * 1024**3}


class TestPut:
    @pytest.mark.parametrize(
        ("content", "headers"),
        [
            (b"12345", {}),
            (b"123", {}),
            (b"1234", {"Content-Type": "text/html"}),
        ],
        ids=["more", "less", "another type"],
    )
    async def test_only_what_was_announced_may_come(
        self, client: ApiClient, log_in: LogIn, settings: Settings, content: bytes, headers: dict[str, str]
    ) -> None:
        await log_in()
        ticket = await create(client, b"1234")
        assert (await send(client, ticket, content, **headers)).status_code == 403
        assert objects(settings) == set()

    @pytest.mark.parametrize(
        ("old", "new"), [("expires=", "expires=1"), ("signature=", "signature=0"), ("/files/0", "/files/1"), ("&", "#")]
    )
    async def test_a_forged_address_leads_nowhere(
        self, client: ApiClient, log_in: LogIn, settings: Settings, old: str, new: str
    ) -> None:
        await log_in()
        ticket = await create(client, b"1234")
        assert old in ticket["url"]
        ticket["url"] = ticket["url"].replace(old, new)
        assert (await send(client, ticket, b"1234")).status_code == 403
        assert objects(settings) == set()

    async def test_a_body_without_a_length_is_refused(self, client: ApiClient, log_in: LogIn) -> None:
        async def drip() -> Any:
            yield b"1234"

        await log_in()
        ticket = await create(client, b"1234")
        response = await client.http.put(ticket["url"], content=drip(), headers={"Content-Type": "text/x-any"})
        assert response.status_code == 403

    async def test_is_sent_once_at_a_time(self, client: ApiClient, log_in: LogIn, settings: Settings) -> None:
        began, goes_on = asyncio.Event(), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b"12"
            began.set()
            await goes_on.wait()
            yield b"34"

        await log_in()
        ticket = await create(client, b"1234")
        first = asyncio.create_task(send(client, ticket, slowly(), **{"Content-Length": "4"}))
        await began.wait()
        assert (await send(client, ticket, b"5678")).status_code == 409
        goes_on.set()
        assert (await first).status_code == 204
        assert (await send(client, ticket, b"1234")).status_code == 204, "one after the other they may"
        assert (await complete(client, ticket))["errors"] == []

    async def test_a_ticket_expires(
        self, client: ApiClient, log_in: LogIn, monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        monkeypatch.setattr("services.uploads.UPLOAD_SECONDS", -1)
        await log_in()
        ticket = await create(client, b"1234")
        response = await send(client, ticket, b"1234")
        assert (response.status_code, "expired" in response.text) == (403, True)
        assert objects(settings) == set()

    async def test_nothing_comes_after_the_end(self, client: ApiClient, log_in: LogIn, settings: Settings) -> None:
        await log_in()
        ticket = await create(client, b"1234")
        await send(client, ticket, b"1234")
        await complete(client, ticket)
        kept = objects(settings)
        assert (await send(client, ticket, b"5678")).status_code == 409
        assert objects(settings) == kept

    async def test_a_browser_may_ask_from_another_origin(self, client: ApiClient, settings: Settings) -> None:
        response = await client.http.options(
            "/files/0", headers={"Origin": "https://tv.example", "Access-Control-Request-Method": "PUT"}
        )
        assert response.status_code == 400, "no origin is allowed here"
        assert "PUT" in response.headers["access-control-allow-methods"]


class TestCompleteUpload:
    async def test_twice_is_once(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        ticket = await create(client, b"1234")
        await send(client, ticket, b"1234")
        first = await complete(client, ticket)
        second = await complete(client, ticket)
        assert first["file"]["sha256"] == second["file"]["sha256"]
        assert await AuditEntry.filter(action="file.uploaded").count() == 1

    async def test_before_it_came_it_is_not_there(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        ticket = await create(client, b"1234")
        (error,) = (await complete(client, ticket))["errors"]
        assert error["code"] == "INVALID_STATE"
        assert (await StoredFile.get()).status is FileStatus.PENDING
        await send(client, ticket, b"1234")
        assert (await complete(client, ticket))["errors"] == []

    @pytest.mark.parametrize(
        ("kind", "content", "changes", "constraint"),
        [
            ("OTHER", b"1234", {"sha256": "0" * 64}, "sha256"),
            ("AVATAR", b"no picture at all", {}, "media_type"),
            ("COVER", b"<svg xmlns='x'/>", {}, "media_type"),
            ("AVATAR", picture()[:60], {}, "image"),
            ("COOKIES", b"no cookies", {}, "media_type"),
            ("COOKIES", b"# Netscape HTTP Cookie File\n", {}, "media_type"),
            ("COOKIES", COOKIES + b"one\ttwo\n", {}, "media_type"),
            ("COOKIES", COOKIES + b"\xff\xfe\xfd\xfc\xfb", {}, "media_type"),
        ],
    )
    async def test_what_is_not_as_announced_is_thrown_away(
        self,
        client: ApiClient,
        log_in: LogIn,
        settings: Settings,
        kind: str,
        content: bytes,
        changes: dict[str, Any],
        constraint: str,
    ) -> None:
        await log_in()
        ticket = await create(client, content, kind, **changes)
        await send(client, ticket, content)
        (error,) = (await complete(client, ticket))["errors"]
        assert (error["code"], error["constraint"]) == ("VALIDATION", constraint)
        assert (await StoredFile.all().count(), objects(settings)) == (0, set())
        (error,) = (await complete(client, ticket))["errors"]
        assert error["code"] == "NOT_FOUND"

    async def test_somebody_elses_is_not_there(self, client: ApiClient, log_in: LogIn, settings: Settings) -> None:
        await log_in()
        ticket = await create(client, b"1234")
        await send(client, ticket, b"1234")
        before = objects(settings)
        await log_in()
        (error,) = (await complete(client, ticket))["errors"]
        assert error["code"] == "NOT_FOUND"
        assert (objects(settings), (await StoredFile.get()).status) == (before, FileStatus.PENDING)

    @pytest.mark.parametrize("kind", [FileKind.AVATAR, FileKind.COVER])
    async def test_a_picture_is_drawn_anew_in_all_its_sizes(
        self, client: ApiClient, log_in: LogIn, settings: Settings, kind: FileKind
    ) -> None:
        await log_in()
        source = picture((900, 700), "JPEG")
        ticket = await create(client, source, kind)
        await send(client, ticket, source)
        done = (await complete(client, ticket))["file"]
        file = await StoredFile.get()
        assert (done["mimeType"], done["sha256"]) != ("image/jpeg", hashlib.sha256(source).hexdigest())
        assert objects(settings) == set(object_keys(kind, file.key))
        largest = next(path for path in (settings.data_dir / "objects").rglob(file.key))
        with Image.open(largest) as image:
            assert image.format == "WEBP"

    async def test_cookies_never_come_back(self, client: ApiClient, log_in: LogIn, base: Backbone) -> None:
        await log_in()
        ticket = await create(client, COOKIES, "COOKIES")
        await send(client, ticket, COOKIES)
        done = (await complete(client, ticket))["file"]
        assert (done["status"], done["url"]) == ("READY", None)
        file = await StoredFile.get()
        file.kind = FileKind.OTHER
        link = urlsplit(base.files.link(file, 60) or "")
        assert (await client.http.get(f"{link.path}?{link.query}")).status_code == 404, "not even by a forged link"


class TestWhoSees:
    async def test_cookies_are_for_their_owner_alone(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        ids = [(await create(client, b"x", kind))["file"]["id"] for kind in ("COOKIES", "OTHER")]
        query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
        assert None not in (await client.data(query, ids=ids))["nodes"]
        await log_in(Permission.ADMIN)
        hidden, seen = (await client.data(query, ids=ids))["nodes"]
        assert (hidden, seen["id"]) == (None, ids[1])
        assert from_global_id(ids[0])[0] == "StoredFile"
