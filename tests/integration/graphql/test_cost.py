"""What operations cost, on a schema with pages of every kind."""

import time
from typing import Any

import httpx2
import pytest
import strawberry
from graphql import parse

from medianest.graphql.cost import OperationPrice
from medianest.graphql.errors import OperationTooCostlyError
from medianest.graphql.execution import Engine
from medianest.graphql.request import OperationRequest
from models.actor import ANONYMOUS
from tests.integration.graphql.socket_client import initialised
from tests.integration.graphql.toy import Context, Server


@strawberry.interface
class Named:
    name: str = "x"


@strawberry.type
class Book(Named):
    @strawberry.field
    def tags(self) -> list["Book"]:
        return []

    @strawberry.field
    def pages(self, first: int | None = None, last: int | None = None) -> "Shelf":
        return Shelf()


@strawberry.type
class Edge:
    node: Book


@strawberry.type
class Shelf:
    edges: list[Edge]
    nodes: list[Book] | None
    best: Book
    total: int

    def __init__(self) -> None:
        self.edges, self.nodes, self.best, self.total = [], [], Book(), 0


@strawberry.type
class Library:
    @strawberry.field
    def book(self) -> Book:
        return Book()

    @strawberry.field
    def named(self) -> Named:
        return Book()

    @strawberry.field
    def books(self, first: int | None = None, last: int | None = None) -> Shelf:
        return Shelf()

    @strawberry.field
    def row(self, first: int = 4) -> list[list[Book]]:
        return []


schema = strawberry.Schema(Library)

COSTS: list[tuple[str, dict[str, Any], int]] = [
    ("{ __typename }", {}, 1),
    ("{ book { name a: name } }", {}, 3),
    ("{ __schema { types { name } } }", {}, 0),
    ('{ __type(name: "Book") { fields { name } } __typename }', {}, 1),
    # lists without pages
    ("{ book { tags { name } } }", {}, 1 + 1 + 10),
    ("{ book { tags { tags { name } } } }", {}, 1 + 1 + 10 * (1 + 10)),
    # pages: literal, variable, its default, the argument's, ours
    ("{ books(first: 5) { total best { name } nodes { name } } }", {}, 1 + 1 + 2 + 1 + 5),
    ("{ books(last: 5) { edges { node { name } } } }", {}, 1 + 1 + 5 * 2),
    ("{ books(first: 5, last: 7) { nodes { name } } }", {}, 2 + 7),
    ("query($n: Int) { books(first: $n) { nodes { name } } }", {"n": 3}, 2 + 3),
    ("query($n: Int! = 6) { books(first: $n) { nodes { name } } }", {}, 2 + 6),
    ("query($n: Int = 6) { books(first: $n) { nodes { name } } }", {"n": None}, 2 + 25),
    ("query($n: Int) { books(first: $n) { nodes { name } } }", {}, 2 + 25),
    ("{ books { nodes { name } } }", {}, 2 + 25),
    ("{ books(first: null) { nodes { name } } }", {}, 2 + 25),
    ("{ row { name } }", {}, 1 + 4),
    ("{ row(first: 9) { tags { name } } }", {}, 1 + 9 * (1 + 10)),
    # nobody gets more than a hundred, nor less than nothing
    ("{ books(first: 5000) { nodes { name } } }", {}, 2 + 100),
    ("query($n: Int) { books(first: $n) { nodes { name } } }", {"n": 10**30}, 2 + 100),
    ("query($n: Int) { books(first: $n) { nodes { name } } }", {"n": 7.0}, 2 + 7),
    ("query($n: Int) { books(first: $n) { nodes { name } } }", {"n": "x"}, 2 + 100),
    ("{ books(first: -5) { nodes { name } } }", {}, 2),
    # fragments cost what they cost where they are spread
    ("{ a: books(first: 2) {...S} b: books(first: 3) {...S} } fragment S on Shelf { nodes { name } }", {}, 4 + 2 + 3),
    ("{ books(first: 2) { ... { nodes { ... on Book { name } } } } }", {}, 2 + 2),
    ("{ named { name ... on Book { tags { name } } } }", {}, 1 + 1 + 1 + 10),
    ("{ books(first: 2) { nodes { pages(first: 3) { edges { node { name } } } } } }", {}, 2 + 2 * (2 + 3 * 2)),
]


async def cost(query: str, **variables: Any) -> int:
    return (await Engine(schema).prepare(OperationRequest(query, variables=variables))).cost


TOO_MANY_TREES = "{tree" + "{children(first:100)" * 3 + "{name}" + "}" * 3 + "}"
DEEP = "{ books { nodes { pages(first: 100) { nodes { pages(first: 100) { nodes { name } } } } } } }"
PAGES_IN_PAGES = "query($n: Int) { books(first: 99) { nodes { pages(first: $n) { nodes { name } } } } }"


class TestCost:
    @pytest.mark.parametrize(("query", "variables", "expected"), COSTS)
    async def test_is_one_a_field_and_a_row(self, query: str, variables: dict[str, Any], expected: int) -> None:
        assert await cost(query, **variables) == expected

    async def test_is_that_of_the_operation_that_runs(self) -> None:
        request = OperationRequest("query A { book { name } } query B { books { nodes { name } } }", "A")
        assert (await Engine(schema).prepare(request)).cost == 2

    async def test_follows_the_variables_of_a_document_that_is_known(self) -> None:
        engine = Engine(schema)
        query = "query($n: Int) { books(first: $n) { nodes { name } } }"
        for number in (1, 2, 1):
            assert (await engine.prepare(OperationRequest(query, variables={"n": number}))).cost == 2 + number

    async def test_beyond_the_limit_is_refused(self) -> None:
        assert await cost(PAGES_IN_PAGES, n=98) == 2 + 99 * (2 + 98)
        with pytest.raises(OperationTooCostlyError, match="costs 10,001 and at most 10,000"):
            await cost(PAGES_IN_PAGES, n=99)
        with pytest.raises(OperationTooCostlyError):
            await cost(DEEP)

    def test_time_is_linear_in_the_text(self) -> None:
        lines = [f"fragment F{n} on Book {{ a: tags {{ ...F{n + 1} }} b: tags {{ ...F{n + 1} }} }}" for n in range(28)]
        document = parse("\n".join(["{ book { ...F0 } }", *lines, "fragment F28 on Book { name }"]))
        price = OperationPrice(schema._schema, document, document.definitions[0])  # type: ignore[arg-type]
        started = time.perf_counter()
        with pytest.raises(OperationTooCostlyError):
            price.cost({})
        assert time.perf_counter() - started < 0.1


class TestAnswers:
    async def test_carry_it(self) -> None:
        engine = Engine(schema)
        operation = await engine.prepare(OperationRequest("{ books(first: 3) { nodes { name } } }"))
        answer = await engine.execute(operation, Context(ANONYMOUS, "x"))
        assert answer["extensions"] == {"cost": 5}

    def test_over_http(self, client: httpx2.Client) -> None:
        answer = client.post("/graphql", json={"query": '{ tree { children(first: 3) { name } } fails(way: "bug") }'})
        assert answer.json()["extensions"] == {"cost": 1 + 1 + 3 + 1}
        refused = client.post(
            "/graphql", json={"query": "{tree" + "{children(first:100)" * 3 + "{name}" + "}" * 3 + "}"}
        )
        assert refused.json()["errors"][0]["extensions"]["code"] == "OPERATION_TOO_COSTLY"

    async def test_over_websockets(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.subscribe("subscription { events { number } }")
            *events, _ = await client.all()
            assert [event["payload"]["extensions"] for event in events] == [{"cost": 2}] * 3
            await client.subscribe(TOO_MANY_TREES)
            [message] = await client.all()
            assert message["payload"][0]["extensions"]["code"] == "OPERATION_TOO_COSTLY"
