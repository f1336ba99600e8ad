"""Automatic persisted queries as stock clients speak them."""

import json
from contextlib import suppress
from hashlib import sha256
from typing import Any

import httpx2
import pytest

from medianest.graphql.errors import InvalidOperationError
from medianest.graphql.execution import Engine
from medianest.graphql.persisted import REMEMBERED_DOCUMENTS, PersistedQueryNotFoundError
from medianest.graphql.request import OperationRequest
from tests.integration.graphql.socket_client import initialised
from tests.integration.graphql.toy import Server, schema


def by_hash(query: str, /, **more: Any) -> dict[str, Any]:
    digest = sha256(query.encode()).hexdigest()
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}, **more}


def asked(query: str, /, **more: Any) -> OperationRequest:
    return OperationRequest.from_json(by_hash(query, **more))


class TestOverHttp:
    def test_unknown_then_sent_then_known(self, client: httpx2.Client) -> None:
        query = "query Persisted($name: String!) { hello(name: $name) }"
        variables = {"name": "Ada"}
        missed = client.post("/graphql", json=by_hash(query, variables=variables))
        assert missed.status_code == 200
        (error,) = missed.json()["errors"]
        # stock clients go by the message; the code is one of the API's own
        assert (error["message"], error["extensions"]["code"]) == ("PersistedQueryNotFound", "INVALID_OPERATION")
        for body in (by_hash(query, query=query, variables=variables), by_hash(query, variables={"name": "Bob"})):
            answer = client.post("/graphql", json=body).json()
            assert answer["data"] == {"hello": f"Hello, {body['variables']['name']}"}

    def test_get_by_hash(self, client: httpx2.Client) -> None:
        query = "{ hello } # by GET"
        client.post("/graphql", json=by_hash(query, query=query))
        question = {"extensions": json.dumps(by_hash(query)["extensions"]), "variables": "{}"}
        assert client.get("/graphql", params=question).json()["data"] == {"hello": "Hello, world"}

    def test_get_by_hash_changes_nothing(self, client: httpx2.Client) -> None:
        query = 'mutation { rename(name: "x") }'
        client.post("/graphql", json=by_hash(query, query=query))
        question = {"extensions": json.dumps(by_hash(query)["extensions"])}
        assert client.get("/graphql", params=question).status_code == 405

    @pytest.mark.parametrize(
        "extension",
        [1, "x", [], {}, {"version": 2, "sha256Hash": "0" * 64}, {"version": 1}, {"version": 1, "sha256Hash": 1}],
    )
    @pytest.mark.parametrize("query", [{}, {"query": "{hello}"}])
    def test_other_forms_are_malformed(self, client: httpx2.Client, extension: Any, query: dict[str, str]) -> None:
        answer = client.post("/graphql", json={**query, "extensions": {"persistedQuery": extension}})
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "MALFORMED_REQUEST")

    def test_hash_of_another_document_is_refused_and_not_kept(self, client: httpx2.Client) -> None:
        answer = client.post("/graphql", json=by_hash("{ hello } # mine", query="{ whoami }"))
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["message"] == "provided sha does not match query"
        missed = client.post("/graphql", json=by_hash("{ hello } # mine")).json()
        assert missed["errors"][0]["message"] == "PersistedQueryNotFound"


class TestOverWebsockets:
    async def test_unknown_then_sent_then_known(self, server: Server) -> None:
        query = "subscription Persisted { count(to: 1) }"
        async with initialised(server) as client:
            seen = []
            for body in (by_hash(query), by_hash(query, query=query), by_hash(query)):
                await client.send("subscribe", id="1", payload=body)
                first, *_ = await client.all()
                seen.append(first["payload"])
        missed, *answers = seen
        assert missed[0]["message"] == "PersistedQueryNotFound"
        assert [answer["data"] for answer in answers] == [{"count": 1}] * 2

    async def test_wrong_hash_ends_the_operation_alone(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.send("subscribe", id="1", payload=by_hash("{ hello }", query="{ whoami }"))
            [message] = await client.all()
            assert message["payload"][0]["extensions"]["code"] == "MALFORMED_REQUEST"


class TestMemory:
    async def test_invalid_documents_are_not_kept(self) -> None:
        engine = Engine(schema)
        for query in ("{ nope }", "{"):
            with suppress(InvalidOperationError):
                await engine.prepare(asked(query, query=query))
            with pytest.raises(PersistedQueryNotFoundError):
                await engine.prepare(asked(query))

    async def test_is_bounded_and_keeps_what_is_used(self) -> None:
        engine = Engine(schema)
        await engine.prepare(asked("{hello}", query="{hello}"))
        for number in range(REMEMBERED_DOCUMENTS):
            query = f"query Q{number} {{hello}}"
            await engine.prepare(asked(query, query=query))
            await engine.prepare(asked("{hello}"))
        assert len(engine._persisted._texts) == REMEMBERED_DOCUMENTS
        with pytest.raises(PersistedQueryNotFoundError):
            await engine.prepare(asked("query Q0 {hello}"))
