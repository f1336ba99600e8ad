import asyncio
from uuid import UUID

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.downloads import Download
from models.errors import ErrorCode
from models.states import DownloadStatus
from schema.node import to_global_id
from tests.factories.downloads import make_download, make_file
from tests.factories.people import make_user
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements

QUEUE = """mutation($input: QueueDownloadInput!) {
  queueDownload(input: $input) {
    download { id status progress { percent } viewerCan { cancel retry } profile { name } requestedBy { username } }
    errors { __typename code message path }
  }
}"""
PAGE = """query($first: Int) {
  downloads(first: $first) {
    totalCount
    pageInfo { hasNextPage }
    nodes {
      id title status queuePosition progress { percent }
      requestedBy { username } profile { name }
      files { filename bytes url owner { username } }
    }
  }
}"""


class TestQueueDownload:
    async def test_answers_with_the_queued_download(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in(Permission.DOWNLOAD_CREATE)
        answer = (await client.data(QUEUE, input={"url": "https://video.example/1"}))["queueDownload"]
        assert answer["errors"] == []
        assert answer["download"]["status"] == "QUEUED"
        assert answer["download"]["viewerCan"] == {"cancel": True, "retry": False}
        assert answer["download"]["requestedBy"] == {"username": user.username}
        assert answer["download"]["profile"] == {"name": "Video"}

    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("nonsense", "UNSUPPORTED_URL"),
            ("file:///etc/passwd", "UNSUPPORTED_URL"),
            ("data:,x", "UNSUPPORTED_URL"),
            ("--exec=reboot", "UNSUPPORTED_URL"),
            ("http://10.0.0.1/x", "FORBIDDEN_URL"),
        ],
    )
    async def test_a_bad_address_is_a_typed_error(self, client: ApiClient, log_in: LogIn, url: str, code: str) -> None:
        await log_in(Permission.DOWNLOAD_CREATE)
        answer = (await client.data(QUEUE, input={"url": url}))["queueDownload"]
        (error,) = answer["errors"]
        assert (answer["download"], error["code"], error["path"]) == (None, code, ["url"])
        assert error["__typename"] == "GenericError"

    async def test_an_id_of_another_type_is_a_validation_error(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in(Permission.DOWNLOAD_CREATE)
        wrong = to_global_id("User", user.id)
        answer = await client.data(QUEUE, input={"url": "https://video.example/1", "profile": wrong})
        (error,) = answer["queueDownload"]["errors"]
        assert (error["__typename"], error["path"]) == ("ValidationError", ["profile"])

    async def test_without_permission_it_says_which_one_is_missing(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        (error,) = (await client.data(QUEUE, input={"url": "https://video.example/1"}))["queueDownload"]["errors"]
        assert error["code"] == "PERMISSION_DENIED"
        assert "DOWNLOAD_CREATE" in error["message"]
        assert await Download.all().count() == 0

    async def test_a_nul_character_is_an_expected_error(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.DOWNLOAD_CREATE)
        query = 'query { downloads(filter: {search: "a\\u0000b"}) { totalCount } }'
        assert await client.code(query) == "VALIDATION"


class TestControlDownloads:
    QUERY = """mutation($ids: [ID!]!, $action: DownloadAction!) {
      controlDownloads(input: {ids: $ids, action: $action}) {
        downloads { id status }
        results { id ok error { __typename code ... on InvalidStateError { current allowed } } }
        errors { code path }
      }
    }"""

    async def test_results_come_for_each_id(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        mine = await make_download(user.id)
        done = await make_download(user.id, status=DownloadStatus.COMPLETED)
        ids = [to_global_id("Download", row.id) for row in (mine, done)]
        answer = (await client.data(self.QUERY, ids=ids, action="CANCEL"))["controlDownloads"]
        assert answer["downloads"] == [{"id": ids[0], "status": "CANCELLED"}]
        assert [result["ok"] for result in answer["results"]] == [True, False]
        error = answer["results"][1]["error"]
        assert (error["__typename"], error["current"]) == ("InvalidStateError", "COMPLETED")
        assert "QUEUED" in error["allowed"]

    async def test_what_is_no_download_holds_up_no_other_and_keeps_its_place(
        self, client: ApiClient, log_in: LogIn
    ) -> None:
        user = await log_in()
        mine, strange = await make_download(user.id), await make_download((await make_user()).id)
        good = to_global_id("Download", mine.id)
        hidden, missing = to_global_id("Download", strange.id), to_global_id("Download", UUID(int=7))
        ids = ["?", hidden, to_global_id("User", user.id), good, missing, "?", good]
        answer = (await client.data(self.QUERY, ids=ids, action="CANCEL"))["controlDownloads"]
        assert [(result["id"], (result["error"] or {}).get("code")) for result in answer["results"]] == [
            ("?", "VALIDATION"),
            (hidden, "NOT_FOUND"),
            (ids[2], "VALIDATION"),
            (good, None),
            (missing, "NOT_FOUND"),
        ]
        assert answer["errors"] == []
        assert [download["id"] for download in answer["downloads"]] == [good]
        assert (await Download.get(id=strange.id)).status is DownloadStatus.QUEUED

    async def test_too_many_is_one_error(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        answer = (await client.data(self.QUERY, ids=[f"?{n}" for n in range(101)], action="CANCEL"))["controlDownloads"]
        assert answer == {"downloads": [], "results": [], "errors": [{"code": "VALIDATION", "path": ["ids"]}]}


class TestDownloads:
    async def test_a_page_costs_the_same_whatever_its_length(
        self, base: Backbone, client: ApiClient, log_in: LogIn
    ) -> None:
        await log_in(Permission.MANAGE_DOWNLOADS)
        for _ in range(50):
            await make_file(await make_download((await make_user()).id))
        counts = {}
        for first in (2, 50):
            for warmth in ("cold", "warm"):
                if warmth == "cold":
                    await base.redis.flushall()
                with counted_statements() as statements:
                    data = await client.data(PAGE, first=first)
                assert len(data["downloads"]["nodes"]) == first
                counts[warmth, first] = len(statements)
        assert counts["cold", 2] == counts["cold", 50]
        assert counts["warm", 2] == counts["warm", 50] < counts["cold", 50]
        # session, page, count, positions, profiles: and cold users and files
        assert counts == {("cold", 2): 7, ("warm", 2): 5, ("cold", 50): 7, ("warm", 50): 5}

    async def test_without_the_cache_it_is_as_right(self, base: Backbone, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        await make_file(await make_download(user.id))
        with_cache = await client.data(PAGE)
        await base.redis.connection_pool.disconnect()
        base.redis.connection_pool.connection_kwargs["path"] = "/nowhere"
        without = await client.data(PAGE)
        for data in (with_cache, without):
            data["downloads"]["nodes"][0]["files"][0].pop("url")
        assert with_cache == without

    async def test_a_page_too_long_is_refused_and_nothing_else_is(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        answer = await client("{ downloads(first: 101) { totalCount } viewer { username } }")
        assert answer["data"]["downloads"] is None
        assert answer["data"]["viewer"] is not None
        assert answer["errors"][0]["extensions"]["code"] == "VALIDATION"

    async def test_strangers_are_told_to_log_in(self, client: ApiClient) -> None:
        assert await client.code("{ downloads { totalCount } }") == "UNAUTHENTICATED"


class TestNode:
    async def test_finds_what_one_may_see(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        download = await make_download(user.id, title="Mine")
        file = await make_file(download)
        query = """query($ids: [ID!]!) { nodes(ids: $ids) {
          id ... on Download { title } ... on StoredFile { filename } ... on User { username } } }"""
        ids = [
            to_global_id("Download", download.id),
            to_global_id("StoredFile", file.id),
            to_global_id("User", user.id),
        ]
        nodes = (await client.data(query, ids=ids))["nodes"]
        assert [node["id"] for node in nodes] == ids
        assert [nodes[0]["title"], nodes[1]["filename"], nodes[2]["username"]] == [
            "Mine", file.filename, user.username,
        ]  # fmt: skip

    async def test_hides_what_is_somebody_elses(self, client: ApiClient, log_in: LogIn) -> None:
        stranger = await make_user()
        download = await make_download(stranger.id)
        file = await make_file(download)
        await log_in()
        for kind, key in (("Download", download.id), ("StoredFile", file.id), ("Nothing", file.id)):
            data = await client.data("query($id: ID!) { node(id: $id) { id } }", id=to_global_id(kind, key))
            assert data == {"node": None}

    async def test_what_is_no_id_is_refused(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        for bad in ("", "x", "RG93bmxvYWQ6", "ÿ", "A" * 1000):
            assert await client.code("query($id: ID!) { node(id: $id) { id } }", id=bad) == "VALIDATION"

    async def test_private_fields_of_others_are_null_without_an_error(self, client: ApiClient, log_in: LogIn) -> None:
        other = await make_user()
        me = await log_in()
        query = "query($id: ID!) { node(id: $id) { ... on User { username email permissions lastLoginAt } } }"
        theirs = (await client.data(query, id=to_global_id("User", other.id)))["node"]
        assert theirs == {"username": other.username, "email": None, "permissions": None, "lastLoginAt": None}
        mine = (await client.data(query, id=to_global_id("User", me.id)))["node"]
        assert mine["email"] == me.email


class TestErrors:
    async def test_a_lost_database_is_an_expected_error(
        self, client: ApiClient, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await log_in()

        async def refuse(*_: object) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr("services.downloads.paginate", refuse)
        (error,) = (await client("{ downloads { totalCount } }"))["errors"]
        assert error["extensions"]["code"] == ErrorCode.UNAVAILABLE
        assert error["extensions"]["retryAfterSeconds"] == 5

    async def test_bad_tokens_are_refused_with_their_reason(self, client: ApiClient) -> None:
        for header in ("Bearer x", "Basic eDp5"):
            response = await client.http.post(
                "/graphql", json={"query": "{ server { version } }"}, headers={"Authorization": header}
            )
            assert response.status_code == 401
            assert response.headers["www-authenticate"].startswith("Bearer")
            assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"

    async def test_a_bug_is_masked_and_counted(
        self, client: ApiClient, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await log_in(Permission.MANAGE_SERVICES)

        async def stumble(*_: object) -> None:
            raise ZeroDivisionError("hunter2")

        monkeypatch.setattr("services.downloads.paginate", stumble)
        answer = await client("{ downloads { totalCount } }")
        assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
        query = "{ errorLog { nodes { id code count correlationId } } }"
        async with asyncio.timeout(5):
            while not (nodes := (await client.data(query))["errorLog"]["nodes"]):
                await asyncio.sleep(0.01)
        assert nodes[0]["code"] == "ZeroDivisionError"
        assert nodes[0]["correlationId"] == answer["errors"][0]["extensions"]["correlationId"]
        assert "hunter2" not in str(answer) + str(nodes)
        resolve = "mutation($id: ID!) { resolveError(input: {id: $id}) { ok errors { code } } }"
        assert (await client.data(resolve, id=nodes[0]["id"]))["resolveError"]["ok"] is True
