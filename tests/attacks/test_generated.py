"""Whatever the schema lets anybody ask, made up by the hundred: never a bug, always GraphQL JSON."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from graphql import build_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries

from tests.attacks.attack import World
from tests.conftest import scaled
from tests.e2e.serving import Serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

SDL = (Path(__file__).parents[2] / "schema" / "schema.graphql").read_text()
TEXT = st.text(max_size=20).map(nodes.String)
SCALARS = dict.fromkeys(("Cursor", "Date", "DateTime", "JSON", "URL"), TEXT) | {"BigInt": st.integers().map(nodes.Int)}
ANSWERED = {200, 400, 429}


def _all_but_logout() -> tuple[str, ...]:
    """Somebody who logged out is a stranger from then on, who is here already."""
    mutation = build_schema(SDL).mutation_type
    assert mutation
    return tuple(name for name in mutation.fields if name != "logout")


# deferred, because it takes seconds, and one worker needs it
DOCUMENTS = {
    "queries": st.deferred(lambda: queries(SDL, custom_scalars=SCALARS)),
    "mutations": st.deferred(lambda: mutations(SDL, custom_scalars=SCALARS, fields=_all_but_logout())),
}
TOKENS: Mapping[str, Callable[[Serving, World], str | None]] = {
    "a stranger": lambda _server, _world: None,
    "a person": lambda _server, world: world.person,
    "an administrator": lambda server, _world: server.client.access_token,
}


@pytest.fixture
def http(server: Serving) -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=30) as client:
        yield client


class TestGenerated:
    @pytest.mark.parametrize("kind", DOCUMENTS)
    @pytest.mark.parametrize("who", TOKENS)
    async def test_is_answered(self, server: Serving, world: World, http: httpx2.Client, who: str, kind: str) -> None:
        token = TOKENS[who](server, world)
        headers = {"Authorization": f"Bearer {token}"} if token else {}

        @settings(
            max_examples=scaled(200),
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(DOCUMENTS[kind])
        def ask(document: Any) -> None:
            answer = http.post(server.client.url, json={"query": document}, headers=headers)
            assert answer.status_code in ANSWERED
            told = answer.json()
            assert "data" in told or told["errors"]
            for error in told.get("errors", []):
                assert error["extensions"]["code"] not in {"INTERNAL", "TIMEOUT", "UNAVAILABLE"}
                assert error["extensions"]["correlationId"]

        ask()
