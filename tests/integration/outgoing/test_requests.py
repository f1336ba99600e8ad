"""What the outgoing client sends, where to, and what it makes of the answers."""

import json
import socket
from typing import Any

import pytest

from infra.correlation import correlation_id
from infra.http.errors import (
    UpstreamAnswerError,
    UpstreamForbiddenError,
    UpstreamStatusError,
    UpstreamUnreachableError,
)
from tests.integration.outgoing.conftest import KEY, Connect, Tls
from tests.integration.outgoing.upstream import FILM, Film, redirect, reply, serving


class TestJson:
    async def test_the_answer_has_the_shape_asked_for(self, connect: Connect) -> None:
        async with serving(reply()) as upstream:
            film = await connect(f"{upstream.url()}/3").get_json("/movie/348", FILM, params={"language": "de"})
        assert film == Film(id=348, title="Alien")
        assert (upstream.received[0].method, upstream.received[0].target) == ("GET", "/3/movie/348?language=de")

    async def test_headers_and_correlation_id_go_with_it(self, connect: Connect) -> None:
        token = correlation_id.set("trace-me")
        async with serving(reply()) as upstream:
            await connect(upstream.url()).get_json("/a", FILM, headers={"X-Api-User": "7"})
        correlation_id.reset(token)
        headers = upstream.received[0].headers
        assert headers["x-request-id"] == "trace-me"
        assert (headers["x-api-key"], headers["x-api-user"]) == (KEY, "7")
        assert headers["accept"] == "application/json"

    async def test_a_body_is_sent_as_json(self, connect: Connect) -> None:
        async with serving(reply(201)) as upstream:
            await connect(upstream.url()).post_json("/request", FILM, json={"mediaId": 348, "is4k": False})
        assert json.loads(upstream.received[0].body) == {"mediaId": 348, "is4k": False}
        assert upstream.received[0].headers["content-type"] == "application/json"

    async def test_the_base_address_alone_can_be_asked(self, connect: Connect) -> None:
        async with serving(reply(204, b"")) as upstream:
            answer = await connect(f"{upstream.url()}/hook/?wait=1").send("POST", "", content=b"signed bytes")
        assert (answer.status, answer.body) == (204, b"")
        assert (upstream.received[0].target, upstream.received[0].body) == ("/hook/?wait=1", b"signed bytes")

    async def test_an_empty_answer_is_null(self, connect: Connect) -> None:
        async with serving(reply(204, b"")) as upstream:
            assert await connect(upstream.url()).delete_json("/a", lambda value: value) is None

    @pytest.mark.parametrize(
        "body",
        [
            b"<!doctype html><title>Starting up</title>",
            b"\xff\xfe",
            b'{"id": NaN}',
            b'{"title": "\\ud800"}',
            b"[" * 50_000,
            b'{"id": 348, "title": "Al',
        ],
    )
    async def test_what_is_no_json_is_a_typed_error(self, connect: Connect, body: bytes) -> None:
        async with serving(reply(200, body, Content_Type="text/html")) as upstream:
            with pytest.raises(UpstreamAnswerError, match="films answered with something that is no JSON"):
                await connect(upstream.url()).get_json("/a", FILM)

    async def test_drifted_fields_are_named_without_their_values(self, connect: Connect) -> None:
        async with serving(reply(200, b'{"id": "somebody@example.org", "title": "Alien"}')) as upstream:
            with pytest.raises(UpstreamAnswerError, match="id: Input should be a valid integer") as drifted:
                await connect(upstream.url()).get_json("/a", FILM)
        assert "somebody" not in str(drifted.value)

    @pytest.mark.parametrize("body", [b"[]", b"null", b'{"media": null}', b'{"media": {}}', b"7"])
    async def test_a_function_can_be_the_shape(self, connect: Connect, body: bytes) -> None:
        async with serving(reply(200, body)) as upstream:
            with pytest.raises(UpstreamAnswerError, match="films answered in another form"):
                await connect(upstream.url()).get_json("/a", lambda value: int(value["media"]["tmdbId"]))

    async def test_proxies_of_the_environment_are_ignored(
        self, connect: Connect, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        async with serving(reply()) as upstream:
            assert (await connect(upstream.url()).get_json("/a", FILM)).id == 348

    async def test_cookies_are_not_kept(self, connect: Connect) -> None:
        async with serving(reply(Set_Cookie="session=somebody; Path=/")) as upstream:
            client = connect(upstream.url())
            for _ in range(2):
                await client.get_json("/a", FILM)
        assert "cookie" not in upstream.received[1].headers


class TestAddresses:
    async def test_a_private_address_is_not_connected_to(self, connect: Connect) -> None:
        async with serving(reply()) as upstream:
            with pytest.raises(UpstreamForbiddenError, match=r"127\.0\.0\.1 is not a public internet address"):
                await connect(upstream.url(), allow=()).get_json("/a", FILM)
        assert upstream.connections == 0

    async def test_neither_is_one_behind_a_name(self, connect: Connect, names: dict[str, list[str]]) -> None:
        names["films.test"] = ["127.0.0.1"]
        async with serving(reply()) as upstream:
            with pytest.raises(UpstreamForbiddenError):
                await connect(upstream.url("films.test"), allow=()).get_json("/a", FILM)
        assert upstream.connections == 0

    async def test_a_name_that_changes_its_mind_is_asked_once_a_connection(
        self, connect: Connect, names: dict[str, list[str]]
    ) -> None:
        """Were it asked again after the check, the connection would go to 10.0.0.1, which ends the test."""
        names["rebind.test"] = ["127.0.0.1", "10.0.0.1"]
        async with serving(reply(Connection="close")) as upstream:
            client = connect(upstream.url("rebind.test"))
            assert (await client.get_json("/a", FILM)).id == 348
            with pytest.raises(UpstreamForbiddenError):
                await client.get_json("/a", FILM)
        assert upstream.connections == 1
        assert upstream.received[0].headers["host"] == f"rebind.test:{upstream.port}"

    async def test_tls_is_checked_against_the_name(
        self, connect: Connect, names: dict[str, list[str]], tls: Tls
    ) -> None:
        names["secure.test"] = names["other.test"] = ["127.0.0.1"]
        async with serving(reply(), tls=tls.server) as upstream:
            film = await connect(upstream.url("secure.test"), tls=tls.client).get_json("/a", FILM)
            with pytest.raises(UpstreamUnreachableError):
                await connect(upstream.url("other.test"), tls=tls.client).get_json("/a", FILM)
        assert film.id == 348
        assert tls.asked_names[0] == "secure.test"
        assert [each.headers["host"] for each in upstream.received] == [f"secure.test:{upstream.port}"]

    async def test_the_next_address_of_a_name_is_tried(self, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
        def two_addresses(_host: str, port: int, *_args: Any, **_kwargs: Any) -> Any:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("::1", "127.0.0.1")]

        monkeypatch.setattr(socket, "getaddrinfo", two_addresses)
        async with serving(reply()) as upstream:
            client = connect(upstream.url("films.test"), allow=("127.0.0.1", "::1"))
            assert (await client.get_json("/a", FILM)).id == 348

    @pytest.mark.parametrize("base", ["ftp://films.test", "http://", "http://a:b@films.test", "http://[::1", "//x", ""])
    async def test_what_is_no_address_is_a_typed_error(self, connect: Connect, base: str) -> None:
        with pytest.raises(UpstreamForbiddenError):
            await connect(base).get_json("/a", FILM)


class TestRedirects:
    async def test_within_the_server_everything_goes_along(self, connect: Connect) -> None:
        async with serving(redirect("/there?x=1"), reply()) as upstream:
            assert (await connect(upstream.url()).get_json("/here", FILM)).id == 348
        assert upstream.received[1].target == "/there?x=1"
        assert upstream.received[1].headers["x-api-key"] == KEY

    async def test_to_another_server_no_secrets_go_along_even_when_it_leads_back(self, connect: Connect) -> None:
        async with serving(b"") as other, serving(redirect(f"{other.url()}/b"), reply()) as upstream:
            other.replies[:] = [redirect(f"{upstream.url()}/c")]
            await connect(upstream.url()).get_json("/a", FILM, headers={"Authorization": "Bearer x", "Cookie": "y"})
        for received in (other.received[0], upstream.received[1]):
            assert received.headers.keys() == {"host", "accept", "accept-encoding", "user-agent", "x-request-id"}
        assert other.received[0].headers["host"] == f"127.0.0.1:{other.port}"

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "inside.test"])
    async def test_a_private_address_is_not_followed(
        self, connect: Connect, names: dict[str, list[str]], host: str
    ) -> None:
        names["films.test"] = names["inside.test"] = ["127.0.0.1"]
        async with serving(reply()) as inside, serving(redirect(inside.url(host))) as upstream:
            with pytest.raises(UpstreamForbiddenError):
                await connect(upstream.url("films.test"), allow=("films.test",)).get_json("/a", FILM)
        assert inside.connections == 0

    @pytest.mark.parametrize(
        "to", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://user:word@127.0.0.1/", "http://["]
    )
    async def test_only_plain_web_addresses_are_followed(self, connect: Connect, to: str) -> None:
        async with serving(redirect(to)) as upstream:
            with pytest.raises(UpstreamForbiddenError):
                await connect(upstream.url()).get_json("/a", FILM)

    async def test_never_from_https_to_http(self, connect: Connect, names: dict[str, list[str]], tls: Tls) -> None:
        names["secure.test"] = ["127.0.0.1"]
        async with serving(reply()) as plain, serving(redirect(plain.url()), tls=tls.server) as upstream:
            with pytest.raises(UpstreamForbiddenError, match="from https to http"):
                await connect(upstream.url("secure.test"), tls=tls.client).get_json("/a", FILM)
        assert plain.connections == 0

    async def test_five_and_no_more(self, connect: Connect) -> None:
        async with serving(*[redirect("/a")] * 5, reply()) as upstream:
            await connect(upstream.url()).get_json("/a", FILM)
        async with serving(redirect("/a")) as upstream:
            with pytest.raises(UpstreamAnswerError, match="redirects more than 5 times"):
                await connect(upstream.url()).get_json("/a", FILM)
        assert len(upstream.received) == 6

    async def test_a_post_stays_one(self, connect: Connect) -> None:
        async with serving(redirect("/b", 307), reply()) as upstream:
            await connect(upstream.url()).post_json("/a", FILM, json={"x": 1})
        assert [(each.method, each.target, each.body) for each in upstream.received] == [
            ("POST", "/a", b'{"x":1}'),
            ("POST", "/b", b'{"x":1}'),
        ]

    async def test_a_post_is_not_turned_into_a_get_nor_carried_elsewhere(self, connect: Connect) -> None:
        async with serving(reply()) as other:
            for answer in (redirect("/b"), redirect(f"{other.url()}/b", 307)):
                async with serving(answer) as upstream:
                    with pytest.raises(UpstreamStatusError, match="status 30"):
                        await connect(upstream.url()).post_json("/a", FILM, json={"x": 1})
                assert len(upstream.received) == 1
        assert other.connections == 0
