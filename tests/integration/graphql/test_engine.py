import asyncio
import gc
import threading
import time
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from enum import Enum
from typing import Any

import httpx2
import pytest
import strawberry
from graphql import get_introspection_query, parse

from medianest.graphql.budget import weigh
from medianest.graphql.documents import CACHED_DOCUMENTS
from medianest.graphql.errors import InvalidOperationError, OperationTooCostlyError
from medianest.graphql.execution import Engine
from medianest.graphql.request import OperationRequest
from models.actor import ANONYMOUS
from tests.integration.graphql.toy import Context, Server, schema


def nested(depth: int, field: str = "child") -> str:
    """A document `depth` levels of fields deep."""
    return "{tree" + f"{{{field}" * (depth - 2) + "{name}" + "}" * (depth - 1)


def doubling(levels: int, spread: str = "l:child{{...F{0}}} r:child{{...F{0}}}") -> str:
    """2 to the power of `levels` fields, in a document that grows by a line a level."""
    lines = [f"fragment F{level} on Tree {{ {spread.format(level + 1)} }}" for level in range(levels)]
    return "\n".join(["{ tree { ...F0 } }", *lines, f"fragment F{levels} on Tree {{ name }}"])


WITHIN = {
    "depth 10": nested(10),
    "inline fragments add no depth": "{tree" + "{...on Tree" * 20 + "{name}" + "}" * 21 + "",
    "fields 400": "{" + "hello " * 400 + "}",
    "aliases 30": "{" + " ".join(f"a{n}:hello" for n in range(30)) + "}",
    "operations 10": " ".join(f"query Q{n} {{hello}}" for n in range(10)),
    "fragments 30": "{"
    + " ".join(f"...F{n}" for n in range(30))
    + "}"
    + "".join(f"fragment F{n} on Query {{hello}}" for n in range(30)),
    "tokens 2,000": "{" + "sum(numbers:[" + "1 " * 1_991 + "])}",
    "characters 32,768": "{hello}".ljust(32_768),
    "introspection": get_introspection_query(input_value_deprecation=True, specified_by_url=True),
    "one type": '{ __typename __type(name: "Tree") { fields { name type { ofType { ofType { name } } } } } }',
}

OVER = {
    "depth 11": nested(11),
    "depth through fragments": "{tree{child{...A}}} fragment A on Tree{child{child{child{...B}}}}"
    " fragment B on Tree{child{child{child{child{child{name}}}}}}",
    "fields 401": "{" + "hello " * 401 + "}",
    "fields through fragments": "{" + "...A " * 21 + "} fragment A on Query{" + "hello " * 20 + "}",
    "aliases 31": "{" + " ".join(f"a{n}:hello" for n in range(31)) + "}",
    "operations 11": " ".join(f"query Q{n} {{hello}}" for n in range(11)),
    "fragments 31": "{hello}" + "".join(f"fragment F{n} on Query {{hello}}" for n in range(31)),
    "tokens 2,001": "{" + "sum(numbers:[" + "1 " * 1_992 + "])}",
    "comments": "{hello}" + "#\n" * 2_001,
    "characters 32,769": "{hello}".ljust(32_769),
    "brackets 201 deep": "{sum(numbers:" + "[" * 201 + "]" * 201 + ")}",
    "doubling fragments": doubling(29),
    "doubling spreads": doubling(29, "...F{0} ...F{0}"),
    "introspection beside data": "{ hello __schema { queryType { name } } }",
    "introspection in a fragment beside data": "{hello ...I} fragment I on Query{__schema{queryType{name}}}",
    "introspection of 401 fields": "{__schema{types{" + "name " * 399 + "}}}",
    "unused fragment of 400 fields": "{hello} fragment F on Query {" + "hello " * 400 + "}",
}

# every list of types inside every list of types, many times over
EXPLOSIVE = (
    "{__schema{types{fields{"
    + " ".join(f"a{n}:type{{ofType{{fields{{name type{{name kind}}}}}}}}" for n in range(50))
    + "}}}}"
)


def prepare(engine: Engine, query: str, **more: Any) -> Awaitable[object]:
    return engine.prepare(OperationRequest(query, **more))


@pytest.fixture
def engine() -> Engine:
    return Engine(schema)


class TestBudget:
    @pytest.mark.parametrize("name", WITHIN)
    async def test_within_the_limits(self, engine: Engine, name: str) -> None:
        await prepare(engine, WITHIN[name], operation_name="Q0" if name == "operations 10" else None)

    @pytest.mark.parametrize("name", OVER)
    async def test_over_the_limits(self, engine: Engine, name: str) -> None:
        with pytest.raises(OperationTooCostlyError):
            await prepare(engine, OVER[name])

    @pytest.mark.parametrize(
        "query",
        [
            "{tree{...A}} fragment A on Tree{child{...A}}",
            "{tree{...A}} fragment A on Tree{...B ...B} fragment B on Tree{...A ...A}",
            "{tree{...A}} fragment A on Tree{...A}",
        ],
    )
    async def test_cycles_are_left_to_validation(self, engine: Engine, query: str) -> None:
        with pytest.raises(InvalidOperationError, match="within itself"):
            await prepare(engine, query)

    def test_time_is_linear_in_the_text(self) -> None:
        document = parse(doubling(29))
        started = time.perf_counter()
        for _ in range(10):
            with suppress(OperationTooCostlyError):
                weigh(document)
        assert time.perf_counter() - started < 0.1

    def test_weight_counts_fragments_wherever_they_are_spread(self) -> None:
        [weight] = weigh(
            parse("{ tree { ...A child { ...A } } } fragment A on Tree { a: name child { name } }")
        ).values()
        assert (weight.depth, weight.fields, weight.aliases) == (4, 8, 2)

    @pytest.mark.parametrize("variables", [{"x": [1] * 5_000}, {"x": [{"a": [1] * 2_500, "b": [{}] * 2_500}]}])
    async def test_too_many_values_in_the_variables(self, engine: Engine, variables: dict[str, Any]) -> None:
        with pytest.raises(OperationTooCostlyError):
            await prepare(engine, "{hello}", variables=variables)

    def test_code_reaches_the_client(self, client: httpx2.Client) -> None:
        response = client.post("/graphql", json={"query": nested(11)})
        assert response.json()["errors"][0]["extensions"]["code"] == "OPERATION_TOO_COSTLY"


class TestIntrospection:
    def test_graphiql_reads_the_schema(self, client: httpx2.Client) -> None:
        answer = client.post("/graphql", json={"query": get_introspection_query()}).json()
        assert "Tree" in {found["name"] for found in answer["data"]["__schema"]["types"]}

    async def test_explosive_question_is_given_up(self, engine: Engine) -> None:
        operation = await engine.prepare(OperationRequest(EXPLOSIVE))
        with pytest.raises(OperationTooCostlyError):
            await engine.execute(operation, Context(ANONYMOUS, "x"))

    @pytest.mark.parametrize("query", ["{__schema{types{name}}}", '{__type(name:"Tree"){name}}'])
    async def test_switched_off(self, query: str) -> None:
        with pytest.raises(InvalidOperationError, match="introspection has been disabled"):
            await prepare(Engine(schema, introspection=False), query)

    async def test_typename_stays(self) -> None:
        await prepare(Engine(schema, introspection=False), "{__typename}")


@strawberry.enum
class Colour(Enum):
    CRIMSON = "crimson"


@strawberry.input
class Paint:
    colour: Colour = Colour.CRIMSON


@strawberry.type
class Wall:
    @strawberry.field
    def painted(self, paint: Paint) -> str:
        return paint.colour.value


walls = strawberry.Schema(Wall)

MISSPELT: list[tuple[str, dict[str, Any]]] = [
    ("{paintd(paint:{})}", {}),
    ("{painted(pain:{})}", {}),
    ("{painted(paint:{color:CRIMSON})}", {}),
    ("{painted(paint:{colour:CRIMSN})}", {}),
    ("{...F} fragment F on Wal{painted(paint:{})}", {}),
    ("query($p:Pain!){painted(paint:$p)}", {}),
    ("query($p:Paint!){painted(paint:$p)}", {"p": {"color": "CRIMSON"}}),
    ("query($p:Paint!){painted(paint:$p)}", {"p": {"colour": "CRIMSN"}}),
    ("{painted(paint:{}) @skp(if:true)}", {}),
]


async def complaint(engine: Engine, query: str, variables: dict[str, Any]) -> str:
    with pytest.raises(InvalidOperationError) as refused:
        await engine.execute(
            await engine.prepare(OperationRequest(query, variables=variables)), Context(ANONYMOUS, "x")
        )
    return " ".join(error.message for error in refused.value.errors)


class TestSuggestions:
    @pytest.mark.parametrize(("query", "variables"), MISSPELT)
    async def test_are_hidden_with_the_schema(self, query: str, variables: dict[str, Any]) -> None:
        assert "Did you mean" not in await complaint(Engine(walls, introspection=False), query, variables)

    async def test_help_where_the_schema_is_open(self) -> None:
        said = [await complaint(Engine(walls), query, variables) for query, variables in MISSPELT]
        assert sum("Did you mean" in text for text in said) >= 6


class TestDocuments:
    async def test_are_parsed_once(self, engine: Engine) -> None:
        first, second = [await engine.prepare(OperationRequest("{hello}")) for _ in range(2)]
        assert first.document is second.document

    async def test_cache_is_bounded_and_keeps_what_is_used(self, engine: Engine) -> None:
        used = await engine.prepare(OperationRequest("{hello}"))
        for number in range(CACHED_DOCUMENTS + 10):
            await prepare(engine, f"query Q{number} {{hello}}")
            await prepare(engine, "{hello}")
        assert (await engine.prepare(OperationRequest("{hello}"))).document is used.document
        assert len(engine._documents) == CACHED_DOCUMENTS

    async def test_invalid_ones_are_not_kept(self, engine: Engine) -> None:
        for query in ("{nope}", "{", nested(11)):
            with suppress(InvalidOperationError, OperationTooCostlyError):
                await prepare(engine, query)
        assert not engine._documents


SUM = "query($n:[Int!]!){sum(numbers:$n)}"

HEAVY: dict[str, tuple[str, dict[str, Any]]] = {
    "400 fields to merge": ("{" + "tree{name}" * 200 + "}", {}),
    "introspection to merge": ("{__schema{types{" + "ofType{name}" * 199 + "}}}", {}),
    "introspection": (get_introspection_query(), {}),
    "explosive introspection": (EXPLOSIVE, {}),
    "one long name": ("{" + "x" * 32_000 + "}", {}),
    "400 unknown fields": ("{" + " ".join(f"helo{n}" for n in range(400)) + "}", {}),
    "wrong literals": ("{sum(numbers:[" + '"x" ' * 1_990 + "])}", {}),
    "5,000 wrong values": (SUM, {"n": ["x"] * 4_998}),
    "5,000 right values": (SUM, {"n": [1] * 4_998}),
    "2,500 objects": ("query($i:[TreeInput!]!){plants(input:$i)}", {"i": [{"name": "x"}] * 2_499}),
    "100,000 values": (SUM, {"n": [1] * 100_000}),
    "fragments in each other": (doubling(29), {}),
    "deep variables": (SUM, {"n": [[[[["x" * 200_000]]]]]}),
}


async def longest_stall(over: threading.Event) -> float:
    longest, last = 0.0, time.monotonic()
    while not over.is_set():
        await asyncio.sleep(0.002)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    return longest


@pytest.fixture(scope="module")
def settled_heap() -> Iterator[None]:
    """As in a process that freezes its heap after start: the collector's walk over a whole test run is no stall."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("settled_heap")
class TestEventLoop:
    @pytest.mark.parametrize("name", HEAVY)
    def test_no_document_stalls_it(self, server: Server, client: httpx2.Client, name: str) -> None:
        query, variables = HEAVY[name]

        def stall(attempt: int) -> float:
            over = threading.Event()
            watcher = asyncio.run_coroutine_threadsafe(longest_stall(over), server.loop)
            client.post("/graphql", json={"query": f"#{attempt}\n{query}", "variables": variables})
            over.set()
            return watcher.result(5)

        # a busy machine may stall by itself, but not every time
        assert any(stall(attempt) < 0.25 for attempt in range(5))
