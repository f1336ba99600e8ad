"""What people paste, guess and forge: each answered with a clear, typed error, and nothing in the log."""

import time
from typing import Any

import jwt
import pytest
from websockets.exceptions import ConnectionClosedError

from medianest.demo import operations
from services.tokens import Tokens
from tests.e2e.front_end import PASSWORD, FrontEnd, code_of, take
from tests.e2e.serving import Serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODY = "RG93bmxvYWQ6MDAwMDAwMDAwMDAwNzAwMDgwMDAwMDAwMDAwMDAwMDA"  # Download:0…
SEARCH = "query ($text: String!) { downloads(filter: { search: $text }) { nodes { id } } }"
WATCH_ONE = "subscription ($id: ID!) { downloads(ids: [$id]) { __typename } }"


@pytest.fixture
def server(shared_server: Serving) -> Serving:
    return shared_server


class TestAddress:
    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("not an address", "UNSUPPORTED_URL"),
            ("file:///etc/passwd", "UNSUPPORTED_URL"),
            ("data:video/mp4;base64,AAAA", "UNSUPPORTED_URL"),
            ("ftp://example.org/film.mp4", "UNSUPPORTED_URL"),
            ("--exec=touch /tmp/owned", "UNSUPPORTED_URL"),
            ("http://192.168.1.1/", "FORBIDDEN_URL"),
            ("http://[::1]/", "FORBIDDEN_URL"),
            ("http://0xa.1/", "FORBIDDEN_URL"),
            ("http://localhost/", "FORBIDDEN_URL"),
        ],
    )
    async def test_is_refused_before_anything_is_stored(self, client: FrontEnd, url: str, code: str) -> None:
        payload = await client.try_to_queue(url)
        assert payload["download"] is None
        (error,) = payload["errors"]
        assert (error["code"], error["path"]) == (code, ["url"])
        assert error["message"].endswith(".")
        found = await client.execute(SEARCH, text=url)
        assert found["downloads"]["nodes"] == []


class TestId:
    async def test_of_nothing(self, client: FrontEnd) -> None:
        assert await client.download(NOBODY) is None
        (result,) = (await client.control(NOBODY, "CANCEL"))["results"]
        assert (result["ok"], result["error"]["code"]) == (False, "NOT_FOUND")
        assert await self.refusal(client, NOBODY) == "NOT_FOUND"

    async def test_that_is_none(self, client: FrontEnd) -> None:
        assert await code_of(client.download("x")) == "VALIDATION"
        (result,) = (await client.control("x", "CANCEL"))["results"]
        assert (result["ok"], result["error"]["code"]) == (False, "VALIDATION")
        assert await self.refusal(client, "x") == "VALIDATION"

    async def refusal(self, client: FrontEnd, id_: str) -> str:
        async with client.subscribe(WATCH_ONE, id=id_) as events:
            return await code_of(take(events, lambda _: True))


class TestIdentity:
    async def test_wrong_password(self, client: FrontEnd) -> None:
        (error,) = await client.log_in(PASSWORD + "!")
        assert error["code"] == "INVALID_CREDENTIALS"

    @pytest.mark.parametrize("token", ["x", "x.y.z"])
    async def test_malformed_token(self, client: FrontEnd, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await client.http.post(client.url, json={"query": "{ streamCursor }"}, headers=headers)
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["UNAUTHENTICATED"]

    async def test_expired_token(self, server: Serving, client: FrontEnd) -> None:
        tokens = Tokens(bytes.fromhex((server.data_dir / "secret.key").read_text()))
        claims = jwt.decode(client.access_token or "", options={"verify_signature": False})
        long_ago = {"iat": time.time() - 7200, "exp": time.time() - 3600}
        async with FrontEnd(client.url) as late:
            late.access_token = jwt.encode(claims | long_ago, tokens._key, "HS256")
            assert await code_of(late.execute("{ streamCursor }")) == "TOKEN_EXPIRED"
            with pytest.raises(ConnectionClosedError) as closed:
                await self.subscribed(late)
        assert closed.value.rcvd
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4403, "TOKEN_EXPIRED")

    async def test_no_token(self, client: FrontEnd) -> None:
        async with FrontEnd(client.url) as stranger:
            payload = await stranger.try_to_queue("https://example.org/")
            assert [error["code"] for error in payload["errors"]] == ["UNAUTHENTICATED"]
            assert await code_of(stranger.download(NOBODY)) == "UNAUTHENTICATED"

    async def subscribed(self, client: FrontEnd) -> Any:
        async with client.subscribe(operations.WATCH) as events:
            return await take(events, lambda _: True)
