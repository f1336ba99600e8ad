"""Files as the API has them."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.files import PICTURE_SIZES, FileKind, FileStatus, StoredFile, object_keys
from models.states import DownloadStatus
from models.users import User
from schema.node import to_global_id
from tests.factories.downloads import make_download, make_file
from tests.factories.people import make_user
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements
from tests.integration.api.test_uploads import picture

LIST = """
query($first: Int, $kind: [FileKind!]) { files(first: $first, kind: $kind) {
  nodes { id kind status filename bytes deletedAt owner { username avatarUrl } url } totalCount
} }
"""
DELETE = "mutation($input: IdInput!) { deleteFile(input: $input) { deletedId errors { code path } } }"
WEAR = """
mutation($input: UpdateProfileInput!) {
  updateProfile(input: $input) { user { avatarUrl(size: 100) } errors { code path } }
}
"""
UPLOAD = "mutation($input: UploadFileInput!) { uploadFile(input: $input) { file { id } errors { message } } }"
AVATARS = "query($size: Int!) { users(first: 50) { nodes { avatarUrl(size: $size) } } }"
USAGE = "{ dashboard { storage { byKind { kind files bytes } byUser { user { username } files bytes } } } }"


async def stored(user: User, **columns: Any) -> StoredFile:
    return await make_file(await make_download(user.id, status=DownloadStatus.COMPLETED), **columns)


async def avatar_of(base: Backbone, user: User, folder: Path) -> StoredFile:
    """A picture of theirs, each size with the size as its content."""
    file = await stored(user, kind=FileKind.AVATAR, mime_type="image/webp", filename="me.webp")
    for key, size in zip(object_keys(file.kind, file.key), PICTURE_SIZES[file.kind], strict=True):
        (folder / "source").write_text(str(size))
        await base.storage.put(key, folder / "source")
    await User.filter(id=user.id).update(avatar_id=file.id)
    return file


class TestFiles:
    async def test_one_sees_ones_own(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        film = await stored(user, bytes=5)
        await stored(await make_user())
        found = (await client.data(LIST))["files"]
        assert [node["id"] for node in found["nodes"]] == [to_global_id("StoredFile", film.id)]
        assert (found["totalCount"], found["nodes"][0]["bytes"]) == (1, 5)
        assert found["nodes"][0]["url"].startswith("http://127.0.0.1:8000/files/")
        assert (await client.data(LIST, kind=["COVER"]))["files"]["nodes"] == []

    async def test_of_fifty_cost_as_much_as_of_two(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_DOWNLOADS)
        for _ in range(50):
            await stored(await make_user())
        counts = {}
        for first in (2, 50):
            with counted_statements() as statements:
                assert len((await client.data(LIST, first=first))["files"]["nodes"]) == first
            counts[first] = len(statements)
        assert counts[2] == counts[50]

    async def test_of_cookies_there_is_no_address(self, client: ApiClient, log_in: LogIn) -> None:
        await stored(await log_in(), kind=FileKind.COOKIES)
        assert [node["url"] for node in (await client.data(LIST))["files"]["nodes"]] == [None]


class TestDeleteFile:
    async def test_its_links_end_and_its_bytes_stay_for_a_while(
        self, base: Backbone, client: ApiClient, log_in: LogIn, tmp_path: Path
    ) -> None:
        file = await stored(await log_in())
        (tmp_path / "source").write_bytes(b"film")
        await base.storage.put(file.key, tmp_path / "source")
        link = (base.files.link(file, 60) or "").removeprefix("http://127.0.0.1:8000")
        assert (await client.http.get(link)).status_code == 200
        id_ = to_global_id("StoredFile", file.id)
        assert (await client.data(DELETE, input={"id": id_}))["deleteFile"] == {"deletedId": id_, "errors": []}
        assert (await client.http.get(link)).status_code == 404
        shown = await client.data("query($id: ID!) { node(id: $id) { ... on StoredFile { status url } } }", id=id_)
        assert shown["node"] == {"status": "DELETED", "url": None}
        assert len(list((base.settings.data_dir / "objects").rglob(file.key))) == 1

    @pytest.mark.parametrize("type_", ["StoredFile", "Download"])
    async def test_what_is_not_theirs_stays(self, client: ApiClient, log_in: LogIn, type_: str) -> None:
        file = await stored(await make_user())
        await log_in()
        answer = (await client.data(DELETE, input={"id": to_global_id(type_, file.id)}))["deleteFile"]
        assert answer["deletedId"] is None
        assert answer["errors"][0]["code"] == ("NOT_FOUND" if type_ == "StoredFile" else "VALIDATION")
        assert (await StoredFile.get(id=file.id)).status is FileStatus.READY


class TestAvatar:
    async def test_is_set_shown_and_taken_off(
        self, base: Backbone, client: ApiClient, log_in: LogIn, tmp_path: Path
    ) -> None:
        user = await log_in()
        file = await avatar_of(base, user, tmp_path)
        await User.filter(id=user.id).update(avatar_id=None)
        set_ = await client.data(WEAR, input={"avatar": to_global_id("StoredFile", file.id)})
        link = set_["updateProfile"]["user"]["avatarUrl"]
        shown = await client.http.get(link.removeprefix("http://127.0.0.1:8000"))
        assert (shown.text, shown.headers["content-type"]) == ("128", "image/webp")
        off = await client.data(WEAR, input={"avatar": None})
        assert off["updateProfile"] == {"user": {"avatarUrl": None}, "errors": []}
        assert (await client.http.get(link.removeprefix("http://127.0.0.1:8000"))).status_code == 404

    async def test_a_picture_that_was_uploaded_is_worn_as_it_was_drawn_anew(
        self, client: ApiClient, log_in: LogIn
    ) -> None:
        await log_in()
        sent = await client.upload(UPLOAD, picture(), filename="me.png", input={"kind": "AVATAR", "file": None})
        file = sent.json()["data"]["uploadFile"]["file"]
        worn = await client.data(WEAR, input={"avatar": file["id"]})
        link = worn["updateProfile"]["user"]["avatarUrl"].removeprefix("http://127.0.0.1:8000")
        with Image.open(BytesIO((await client.http.get(link)).content)) as shown:
            assert (shown.format, shown.size) == ("WEBP", (128, 128))

    @pytest.mark.parametrize(
        ("asked", "sent"), [(1, "64"), (64, "64"), (65, "128"), (200, "256"), (257, "512"), (512, "512")]
    )
    async def test_comes_in_the_next_size(
        self, base: Backbone, client: ApiClient, log_in: LogIn, tmp_path: Path, asked: int, sent: str
    ) -> None:
        await avatar_of(base, await log_in(Permission.MANAGE_USERS), tmp_path)
        (node,) = (await client.data(AVATARS, size=asked))["users"]["nodes"]
        path = node["avatarUrl"].removeprefix("http://127.0.0.1:8000")
        answer = await client.http.get(path)
        assert answer.text == sent
        assert answer.headers["cache-control"].startswith("private, max-age=")
        assert answer.headers["cache-control"].endswith(", immutable")
        forged = path.replace(f"size={sent}", f"size={64 if sent != '64' else 512}")
        assert (await client.http.get(forged)).status_code == 403

    @pytest.mark.parametrize("size", [0, -1, 513])
    async def test_no_other_size_is_known(
        self, base: Backbone, client: ApiClient, log_in: LogIn, tmp_path: Path, size: int
    ) -> None:
        await avatar_of(base, await log_in(Permission.MANAGE_USERS), tmp_path)
        assert await client.code(AVATARS, size=size) == "VALIDATION"

    async def test_its_address_stays_the_same_and_costs_no_statement(
        self, base: Backbone, client: ApiClient, log_in: LogIn, tmp_path: Path
    ) -> None:
        await avatar_of(base, await log_in(Permission.MANAGE_USERS), tmp_path)
        await avatar_of(base, await make_user(), tmp_path)
        answers = []
        for query in ("{ users { nodes { id } } }", "{ users { nodes { id avatarUrl } } }"):
            with counted_statements() as statements:
                answers.append((await client.data(query), len(statements)))
        assert answers[0][1] == answers[1][1]
        assert (await client.data("{ users { nodes { id avatarUrl } } }")) == answers[1][0]


class TestStorage:
    async def test_by_kind_and_by_person(self, client: ApiClient, log_in: LogIn) -> None:
        admin, user = await log_in(Permission.ADMIN), await make_user()
        await stored(admin, bytes=10)
        for size in (30, 12):
            await stored(user, bytes=size, kind=FileKind.OTHER)
        await stored(user, bytes=99, status=FileStatus.DELETED)
        storage = (await client.data(USAGE))["dashboard"]["storage"]
        assert storage["byKind"] == [
            {"kind": "OTHER", "files": 2, "bytes": 42},
            {"kind": "VIDEO", "files": 1, "bytes": 10},
        ]
        assert storage["byUser"] == [
            {"user": {"username": user.username}, "files": 2, "bytes": 42},
            {"user": {"username": admin.username}, "files": 1, "bytes": 10},
        ]
