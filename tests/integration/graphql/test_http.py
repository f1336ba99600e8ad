import json
import zlib
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"


def post(client: httpx2.Client, query: str, **more: Any) -> httpx2.Response:
    return client.post("/graphql", json={"query": query, **more})


def raw(client: httpx2.Client, body: bytes, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/graphql", content=body, headers={"Content-Type": JSON, **named})


def error_of(response: httpx2.Response) -> dict[str, Any]:
    """The first error of an answer, which must be GraphQL JSON."""
    assert response.headers["content-type"] in {f"{JSON}; charset=utf-8", f"{GRAPHQL_RESPONSE}; charset=utf-8"}
    error = response.json()["errors"][0]
    assert error["message"]
    assert len(error["extensions"]["correlationId"]) == 32
    assert "Traceback" not in response.text
    return error  # type: ignore[no-any-return]


DEEP_ARRAY = b'{"query":"{hello}","variables":{"x":' + b"[" * 50_000 + b"]" * 50_000 + b"}}"
DEEP_OBJECT = b'{"query":"{hello}","variables":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_001


def sum_of(numbers: str) -> bytes:
    return f'{{"query":"query($n:[Int!]!){{sum(numbers:$n)}}","variables":{{"n":{numbers}}}}}'.encode()


MALFORMED_BODIES = {
    "empty": b"",
    "spaces": b"   ",
    "null": b"null",
    "true": b"true",
    "number": b"1",
    "string": b'"{hello}"',
    "empty array": b"[]",
    "batch": b'[{"query":"{hello}"}]',
    "empty object": b"{}",
    "cut off": b'{"query":"{hello}"',
    "trailing comma": b'{"query":"{hello}",}',
    "two documents": b'{"query":"{hello}"}{"query":"{hello}"}',
    "single quotes": b"{'query':'{hello}'}",
    "query in the clear": b"{hello}",
    "form": b"query=%7Bhello%7D",
    "bad UTF-8": b'{"query":"\xff\xfe"}',
    "cut UTF-8": b'{"query":"\xe2\x82"}',
    "UTF-16": '{"query":"{hello}"}'.encode("utf-16"),
    "UTF-16 without mark": '{"query":"{hello}"}'.encode("utf-16-le"),
    "UTF-32": '{"query":"{hello}"}'.encode("utf-32"),
    "byte order mark": b'\xef\xbb\xbf{"query":"{hello}"}',
    "NUL bytes": b"\0" * 100,
    "half a surrogate pair": rb'{"query":"{hello}","variables":{"name":"\ud800"}}',
    "half a pair in the query": rb'{"query":"{hello \ud800}"}',
    "NaN": b'{"query":"{hello}","variables":{"x":NaN}}',
    "Infinity": b'{"query":"{hello}","variables":{"x":-Infinity}}',
    "float out of range": b'{"query":"{hello}","variables":{"x":1e999}}',
    "5,000 digits": b'{"query":"{hello}","variables":{"x":' + b"9" * 5_000 + b"}}",
    "deep array": DEEP_ARRAY,
    "deep object": DEEP_OBJECT,
    "raw control character": b'{"query":"{hello}\x01"}',
    "query null": b'{"query":null}',
    "query number": b'{"query":1}',
    "query array": b'{"query":["{hello}"]}',
    "query object": b'{"query":{}}',
    "operationName number": b'{"query":"{hello}","operationName":1}',
    "operationName object": b'{"query":"{hello}","operationName":{}}',
    "variables string": b'{"query":"{hello}","variables":"{}"}',
    "variables array": b'{"query":"{hello}","variables":[]}',
    "variables number": b'{"query":"{hello}","variables":0}',
    "variables false": b'{"query":"{hello}","variables":false}',
    "extensions string": b'{"query":"{hello}","extensions":"x"}',
    "extensions array": b'{"query":"{hello}","extensions":[1]}',
}

# bodies that are well-formed requests with a GraphQL error: 400, or 200 for those who know application/json only
INVALID_OPERATIONS = {
    "empty query": b'{"query":""}',
    "comment only": b'{"query":"# nothing"}',
    "syntax error": b'{"query":"{hello"}',
    "NUL in the query": rb'{"query":"{hello\u0000}"}',
    "type definition": b'{"query":"type A { a: Int }"}',
    "fragment only": b'{"query":"fragment F on Query { hello }"}',
    "unknown field": b'{"query":"{nope}"}',
    "unknown operationName": b'{"query":"query A {hello}","operationName":"B"}',
    "two operations, no name": b'{"query":"query A {hello} query B {hello}"}',
    "two operations, empty name": b'{"query":"query A {hello} query B {hello}","operationName":""}',
    "two anonymous operations": b'{"query":"{hello} {hello}"}',
    "missing variable": b'{"query":"query($n:[Int!]!){sum(numbers:$n)}"}',
    "variable of the wrong type": sum_of('["x"]'),
    "variable out of range": sum_of(f"[{'9' * 4_000}]"),
    "variable nested 900 deep": sum_of("[" * 900 + "]" * 900),
    "cyclic fragments": b'{"query":"{tree{...A}} fragment A on Tree{...B} fragment B on Tree{...A}"}',
}

HEADERS: dict[str, tuple[dict[str, str], int]] = {
    "no content type": ({"Content-Type": ""}, 415),
    "text": ({"Content-Type": "text/plain"}, 415),
    "form": ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "multipart": ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
    "application/graphql": ({"Content-Type": "application/graphql"}, 415),
    "almost JSON": ({"Content-Type": "application/jsonp"}, 415),
    "charset UTF-16": ({"Content-Type": "application/json; charset=utf-16"}, 415),
    "charset in quotes": ({"Content-Type": 'application/json; charset="UTF-8"'}, 200),
    "gzip": ({"Content-Encoding": "gzip"}, 415),
    "deflate": ({"Content-Encoding": "deflate"}, 415),
    "identity": ({"Content-Encoding": "identity"}, 200),
    "accepts HTML": ({"Accept": "text/html"}, 406),
    "accepts JSON not at all": ({"Accept": "application/json;q=0"}, 406),
    "accepts nonsense": ({"Accept": ";;,q=,/"}, 406),
    "weight is nonsense": ({"Accept": "application/json;q=x"}, 406),
    "accepts events only": ({"Accept": "text/event-stream"}, 406),
    "a browser": ({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, 200),
    "urql": ({"Accept": "application/graphql-response+json, application/json, text/event-stream"}, 200),
}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
OPERATIONS = st.fixed_dictionaries(
    {"query": st.sampled_from(["{hello}", "query($n:[Int!]!){sum(numbers:$n)}", "query($n:String!){hello(name:$n)}"])},
    optional={"variables": st.fixed_dictionaries({"n": ANYTHING}) | ANYTHING, "operationName": ANYTHING},
)


class TestMalformedRequests:
    @pytest.mark.parametrize("name", MALFORMED_BODIES)
    def test_body_is_refused(self, client: httpx2.Client, name: str) -> None:
        response = raw(client, MALFORMED_BODIES[name])
        assert response.status_code == 400
        assert error_of(response)["extensions"]["code"] == "MALFORMED_REQUEST"

    @pytest.mark.parametrize("name", INVALID_OPERATIONS)
    @pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL_RESPONSE, 400)])
    def test_operation_is_refused(self, client: httpx2.Client, name: str, accept: str, status: int) -> None:
        response = raw(client, INVALID_OPERATIONS[name], Accept=accept)
        assert response.status_code == status
        assert error_of(response)["extensions"]["code"] == "INVALID_OPERATION"
        assert "data" not in response.json()

    @pytest.mark.parametrize("name", HEADERS)
    def test_headers_decide(self, client: httpx2.Client, name: str) -> None:
        headers, status = HEADERS[name]
        response = raw(client, b'{"query":"{hello}"}', **headers)
        assert response.status_code == status
        if status != 200:
            assert error_of(response)["extensions"]["code"] == "MALFORMED_REQUEST"

    @settings(max_examples=100, deadline=None)
    @given(st.binary(max_size=200) | OPERATIONS.map(lambda body: json.dumps(body).encode()))
    def test_whatever_is_sent_is_the_client_s_fault(self, client: httpx2.Client, body: bytes) -> None:
        response = raw(client, body, Accept=GRAPHQL_RESPONSE)
        assert response.status_code in {200, 400}
        assert "data" in response.json() or error_of(response)

    def test_compressed_body_is_not_unpacked(self, client: httpx2.Client) -> None:
        bomb = zlib.compress(b" " * 50_000_000)
        assert raw(client, bomb, Content_Encoding="deflate").status_code == 415

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"])
    def test_other_methods_are_not_allowed(self, client: httpx2.Client, method: str) -> None:
        response = client.request(method, "/graphql", content=b'{"query":"{hello}"}')
        assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")
        error_of(response)

    @pytest.mark.parametrize("size", [256 * 1024 + 1, 5_000_000])
    def test_large_body_is_refused(self, client: httpx2.Client, size: int) -> None:
        response = raw(client, b'{"query":"{hello}"}'.ljust(size))
        assert response.status_code == 413
        assert error_of(response)["extensions"]["code"] == "PAYLOAD_TOO_LARGE"

    def test_large_body_in_chunks_is_refused(self, client: httpx2.Client) -> None:
        chunks = (b" " * 65_536 for _ in range(20))
        response = client.post("/graphql", content=chunks, headers={"Content-Type": JSON})
        assert response.status_code == 413

    def test_body_at_the_limit_is_read(self, client: httpx2.Client) -> None:
        assert raw(client, b'{"query":"{hello}"}'.ljust(256 * 1024)).json()["data"] == {"hello": "Hello, world"}

    def test_escaped_surrogate_pair_is_a_character(self, client: httpx2.Client) -> None:
        body = rb'{"query":"query($n:String!){hello(name:$n)}","variables":{"n":"\ud83d\ude00"}}'
        assert raw(client, body).json()["data"] == {"hello": "Hello, 😀"}


class TestGet:
    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("", 400),
            ("query=", 200),
            ("query={hello}", 200),
            ("query=query($n:String!){hello(name:$n)}&variables=" + quote('{"n":"x"}'), 200),
            ("query={hello}&variables=", 200),
            ("query={hello}&variables={", 400),
            ("query={hello}&variables=[]", 400),
            ("query={hello}&variables=1", 400),
            ("query={hello}&variables=NaN", 400),
            ("query={hello}&extensions=x", 400),
            ("query={hello}&variables=%ff", 400),
            ("query=%ff", 200),
            ("query=query+A{hello}query+B{hello}&operationName=B", 200),
        ],
    )
    def test_parameters(self, client: httpx2.Client, query: str, status: int) -> None:
        response = client.get(f"/graphql?{query}", headers={"Accept": JSON})
        assert response.status_code == status
        assert "data" in response.json() or error_of(response)

    def test_mutation_needs_post(self, client: httpx2.Client) -> None:
        response = client.get("/graphql", params={"query": 'mutation { rename(name: "x") }'})
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
        error_of(response)

    def test_subscription_names_the_websocket(self, client: httpx2.Client) -> None:
        query = "subscription { count }"
        for response in (client.get("/graphql", params={"query": query}), post(client, query)):
            assert response.status_code == 400
            assert "graphql-transport-ws" in error_of(response)["message"]


class TestNegotiation:
    @pytest.mark.parametrize(
        ("accept", "chosen"),
        [
            ("*/*", JSON),
            ("application/*", JSON),
            (JSON, JSON),
            (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
            (f"{GRAPHQL_RESPONSE},{JSON};q=0.9", GRAPHQL_RESPONSE),
            (f"{JSON};q=0.1,{GRAPHQL_RESPONSE};q=0.2", GRAPHQL_RESPONSE),
            (f"{JSON}, {GRAPHQL_RESPONSE}", JSON),
            ("APPLICATION/JSON ; charset=utf-8", JSON),
        ],
    )
    def test_best_match_is_sent(self, client: httpx2.Client, accept: str, chosen: str) -> None:
        response = client.post("/graphql", json={"query": "{hello}"}, headers={"Accept": accept})
        assert response.headers["content-type"] == f"{chosen}; charset=utf-8"


class TestAuthentication:
    @pytest.mark.parametrize(
        ("authorization", "code"), [("Bearer nonsense", "UNAUTHENTICATED"), ("Bearer expired", "TOKEN_EXPIRED")]
    )
    def test_unusable_token_is_401(self, client: httpx2.Client, authorization: str, code: str) -> None:
        response = raw(client, b'{"query":"{hello}"}', Authorization=authorization)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
        assert error_of(response)["extensions"]["code"] == code

    def test_lost_database_is_503(self, client: httpx2.Client) -> None:
        response = raw(client, b'{"query":"{hello}"}', Authorization="Bearer lost")
        assert (response.status_code, response.headers["retry-after"]) == (503, "5")
        assert error_of(response)["extensions"]["retryAfterSeconds"] == 5

    def test_bug_is_masked(self, client: httpx2.Client) -> None:
        with capture_logs() as logs:
            response = raw(client, b'{"query":"{hello}"}', Authorization="Bearer bug")
        assert response.status_code == 500
        error = error_of(response)
        assert "hunter2" not in response.text
        assert [entry["correlation_id"] for entry in logs] == [error["extensions"]["correlationId"]]

    @pytest.mark.parametrize(("headers", "user"), [({}, None), ({"Authorization": "Bearer alice"}, "0" * 8)])
    def test_actor_reaches_the_resolver(self, client: httpx2.Client, headers: dict[str, str], user: str | None) -> None:
        found = client.post("/graphql", json={"query": "{whoami}"}, headers=headers).json()["data"]["whoami"]
        assert (found and found[:8]) == user


class TestFieldErrors:
    def test_expected_failure_keeps_message_and_code(self, client: httpx2.Client) -> None:
        response = post(client, '{ hello gone: fails(way: "expected") }')
        error = error_of(response)
        assert response.status_code == 200
        assert response.json()["data"] == {"hello": "Hello, world", "gone": None}
        assert (error["message"], error["path"]) == ("There is no such thing.", ["gone"])
        assert error["extensions"]["code"] == "NOT_FOUND"

    def test_bug_is_masked_and_logged(self, client: httpx2.Client) -> None:
        with capture_logs() as logs:
            response = post(client, '{ fails(way: "bug") }')
        error = error_of(response)
        assert error["extensions"]["code"] == "INTERNAL"
        assert "hunter2" not in response.text
        [entry] = logs
        assert entry["correlation_id"] == error["extensions"]["correlationId"]
        assert isinstance(entry["exc_info"], RuntimeError)
        assert entry["exc_info"].__traceback__ is not None

    def test_lost_connection_is_unavailable(self, client: httpx2.Client) -> None:
        error = error_of(post(client, '{ fails(way: "database") }'))
        assert error["extensions"].items() >= {"code": "UNAVAILABLE", "retryAfterSeconds": 5}.items()
        assert "10.0.0.7" not in error["message"]

    def test_failing_required_field_blanks_the_data(self, client: httpx2.Client) -> None:
        response = client.post("/graphql", json={"query": "{required}"}, headers={"Accept": GRAPHQL_RESPONSE})
        assert (response.status_code, response.json()["data"]) == (200, None)

    def test_what_json_cannot_say_is_masked(self, client: httpx2.Client) -> None:
        with capture_logs():
            response = post(client, "{unserialisable}")
        assert response.status_code == 500
        assert error_of(response)["extensions"]["code"] == "INTERNAL"

    def test_stray_surrogate_in_an_answer_does_not_break_it(self, client: httpx2.Client) -> None:
        assert r"\ud800" in post(client, "{surrogate}").text


class TestStrawberry:
    def test_extensions_reach_the_resolver(self, client: httpx2.Client) -> None:
        assert post(client, "{extension}", extensions={"a": [1]}).json()["data"] == {"extension": {"a": [1]}}

    @pytest.mark.parametrize(
        ("query", "variables"),
        [
            ("{choose(input:{left:1,right:2})}", {}),
            ("query($c:Choice!){choose(input:$c)}", {"c": {"left": 1, "right": 2}}),
            ('{plant(input:{name:"x",note:null})}', {}),
            ("query($i:TreeInput!){plant(input:$i)}", {"i": {"name": "x", "note": None}}),
        ],
    )
    def test_input_rules_are_kept(self, client: httpx2.Client, query: str, variables: dict[str, Any]) -> None:
        error = error_of(post(client, query, variables=variables))
        assert error["extensions"]["code"] == "INVALID_OPERATION"

    def test_answers_are_compact_json(self, client: httpx2.Client) -> None:
        response = post(client, "{hello}")
        assert response.content == json.dumps(response.json(), separators=(",", ":")).encode()
        assert response.headers["cache-control"] == "no-store"
