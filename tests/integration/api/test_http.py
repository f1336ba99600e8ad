"""The routes beside GraphQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from structlog.testing import capture_logs
from tortoise.backends.asyncpg.client import AsyncpgDBClient

from medianest.app import build_api
from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from models.files import FileLocation, FileStatus, StoredFile
from services.files import FileService
from services.hub import Hub
from tests.factories.downloads import make_download, make_file
from tests.factories.people import make_user
from tests.integration.api.conftest import ApiClient

CONTENT = bytes(range(256)) * 40


@pytest.fixture
async def file(base: Backbone, tmp_path: Path) -> StoredFile:
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    file = await make_file(
        await make_download((await make_user()).id), filename="Häfen & Boote.mp4", bytes=len(CONTENT)
    )
    await base.storage.put(file.key, source)
    return file


def path_of(link: str | None) -> str:
    """The link as this test's client calls it."""
    assert link is not None
    return link.removeprefix("http://127.0.0.1:8000")


class TestFiles:
    async def test_a_link_needs_no_login(self, base: Backbone, client: ApiClient, file: StoredFile) -> None:
        response = await client.http.get(path_of(base.files.link(file, 60)))
        assert (response.status_code, response.content) == (200, CONTENT)
        assert response.headers["content-type"] == "video/mp4"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["content-disposition"].startswith("inline")

    async def test_a_part_is_a_part(self, base: Backbone, client: ApiClient, file: StoredFile) -> None:
        link = path_of(base.files.link(file, 60))
        response = await client.http.get(link, headers={"Range": "bytes=100-199"})
        assert (response.status_code, response.content) == (206, CONTENT[100:200])
        assert response.headers["content-range"] == f"bytes 100-199/{len(CONTENT)}"
        beyond = await client.http.get(link, headers={"Range": f"bytes={len(CONTENT)}-"})
        assert beyond.status_code == 416
        head = await client.http.head(link)
        assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(CONTENT)), b"")
        assert head.headers["accept-ranges"] == "bytes"

    @pytest.mark.parametrize(
        "tamper",
        [
            lambda link, _: link.replace("signature=", "signature=0"),
            lambda link, _: link[:-1] + ("0" if link[-1] != "0" else "1"),
            lambda link, _: link.replace("expires=", "expires=9"),
            lambda link, file: link.replace(str(file.id), str(uuid4())),
            lambda link, _: link.split("?")[0],
            lambda link, _: link.split("&")[0],
            lambda link, _: link.replace("expires=", "expires=x"),
            lambda link, _: link.replace("signature=", "signature=%C3%A9"),
        ],
    )
    async def test_a_forged_link_opens_nothing(
        self, base: Backbone, client: ApiClient, file: StoredFile, tamper: Any
    ) -> None:
        response = await client.http.get(tamper(path_of(base.files.link(file, 60)), file))
        assert response.status_code == 403
        assert response.json()["code"] == "PERMISSION_DENIED"

    async def test_an_expired_link_says_so(
        self, base: Backbone, client: ApiClient, file: StoredFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        past = int(datetime.now(UTC).timestamp()) - 1
        link = f"/files/{file.id}/x?expires={past}&signature={base.files._sign(file.id, past)}"
        response = await client.http.get(link)
        assert (response.status_code, "expired" in response.json()["message"]) == (403, True)

    async def test_what_is_gone_is_gone(self, base: Backbone, client: ApiClient, file: StoredFile) -> None:
        link = path_of(base.files.link(file, 60))
        await base.storage.delete([file.key])
        assert (await client.http.get(link)).status_code == 404
        await file.delete()
        assert (await client.http.get(link)).status_code == 404

    async def test_a_page_in_disguise_is_not_shown(self, base: Backbone, client: ApiClient, file: StoredFile) -> None:
        await StoredFile.filter(id=file.id).update(mime_type="text/html")
        response = await client.http.get(path_of(base.files.link(file, 60)))
        assert response.headers["content-disposition"].startswith("attachment")
        assert "sandbox" in response.headers["content-security-policy"]

    async def test_no_link_before_it_is_ready(self, base: Backbone, file: StoredFile) -> None:
        file.status = FileStatus.PENDING
        assert base.files.link(file, 60) is None

    async def test_a_file_of_the_library_is_served_from_there(self, base: Backbone, tmp_path: Path) -> None:
        (tmp_path / "Ada").mkdir()
        (tmp_path / "Ada" / "film.mp4").write_bytes(b"film")
        row = await make_file(
            await make_download((await make_user()).id), location=FileLocation.LIBRARY, key="Ada/film.mp4"
        )
        files = FileService(base.storage, base.key, "http://nest", tmp_path)
        link = httpx2.URL(files.link(row, 60) or "")
        _, served = await files.open(row.id, int(link.params["expires"]), link.params["signature"], head=False)
        assert served.path == tmp_path / "Ada" / "film.mp4"


class TestHealth:
    async def test_live_and_ready(self, client: ApiClient) -> None:
        assert (await client.http.get("/health/live")).json() == {"status": "up"}
        response = await client.http.get("/health/ready")
        assert response.json() == {
            "status": "up", "checks": {"database": "up", "cache": "up", "object_store": "up"},
        }  # fmt: skip

    async def test_without_redis_it_is_degraded_not_down(self, base: Backbone, client: ApiClient) -> None:
        await base.redis.connection_pool.disconnect()
        base.redis.connection_pool.connection_kwargs["path"] = "/nowhere"
        response = await client.http.get("/health/ready")
        assert (response.status_code, response.json()["status"]) == (200, "degraded")

    async def test_without_the_database_it_is_not_ready(
        self, client: ApiClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def refuse(*_: object) -> None:
            raise ConnectionRefusedError

        monkeypatch.setattr(AsyncpgDBClient, "execute_query_dict", refuse)
        response = await client.http.get("/health/ready")
        assert (response.status_code, response.json()["checks"]["database"]) == (503, "down")
        assert (await client.http.get("/health/live")).status_code == 200


class TestCorrelation:
    async def test_a_usable_id_is_taken_over_and_reaches_errors(self, client: ApiClient) -> None:
        response = await client.http.post(
            "/graphql", json={"query": "{ downloads { totalCount } }"}, headers={"X-Request-ID": "mine-1"}
        )
        assert response.headers["x-request-id"] == "mine-1"
        assert response.json()["errors"][0]["extensions"]["correlationId"] == "mine-1"

    @pytest.mark.parametrize("bad", ["", "a b", "x" * 65, "<script>", "ä"])
    async def test_any_other_is_replaced(self, client: ApiClient, bad: str) -> None:
        response = await client.http.get("/health/live", headers={b"X-Request-ID": bad.encode()})
        assert response.headers["x-request-id"] not in {"", bad}

    async def test_the_log_line_holds_no_query_string(self, client: ApiClient) -> None:
        with capture_logs() as lines:
            await client.http.get("/files/x/y?signature=secret")
        (line,) = [line for line in lines if line["event"] == "http.request"]
        assert (line["path"], line["status"]) == ("/files/x/y", 403)
        assert "secret" not in str(lines)


class TestSettingsThatShapeTheApi:
    @pytest.mark.parametrize("path", ["/graphql", "/graphiql", "/health/live"])
    async def test_everything_lies_under_the_base_path(self, settings: Settings, base: Backbone, path: str) -> None:
        async with client_for(base, settings.model_copy(update={"base_path": "/nest"})) as http:
            assert (await http.get(f"/nest{path}")).status_code in {200, 400}
            assert (await http.get(path)).status_code == 404

    async def test_without_graphiql_and_introspection_they_are_gone(self, settings: Settings, base: Backbone) -> None:
        closed = settings.model_copy(update={"graphiql": False, "introspection": False})
        async with client_for(base, closed) as http:
            assert (await http.get("/graphiql")).status_code == 404
            answer = (await http.post("/graphql", json={"query": "{ __schema { queryType { name } } }"})).json()
            assert answer["errors"][0]["extensions"]["code"] == "INVALID_OPERATION"
            answer = (await http.post("/graphql", json={"query": "{ servr { version } }"})).json()
            assert "Did you mean" not in answer["errors"][0]["message"]

    async def test_browsers_of_allowed_origins_may_call(self, settings: Settings, base: Backbone) -> None:
        allowed = settings.model_copy(update={"allowed_origins": ("https://app.example",)})
        ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
        async with client_for(base, allowed) as http:
            yes = await http.options("/graphql", headers={"Origin": "https://app.example", **ask})
            no = await http.options("/graphql", headers={"Origin": "https://evil.example", **ask})
        assert yes.headers["access-control-allow-origin"] == "https://app.example"
        assert "access-control-allow-origin" not in no.headers


def client_for(base: Backbone, settings: Settings) -> httpx2.AsyncClient:
    api = build_api(replace(base, settings=settings), Hub(base.cache, base.pubsub))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=api.app), base_url="http://nest.test")


class TestSlowBodies:
    async def test_a_body_that_does_not_come_is_not_waited_for(
        self, client: ApiClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("medianest.graphql.http.BODY_SECONDS", 0.1)

        async def drip() -> AsyncIterator[bytes]:
            yield b"{"
            await asyncio.sleep(5)

        response = await client.http.post("/graphql", content=drip(), headers={"Content-Type": "application/json"})
        assert response.status_code == 408
        assert response.json()["errors"][0]["extensions"]["code"] == "MALFORMED_REQUEST"
