"""Resolvers are told by plans what graphql-core tells them, and not called more often than they must be."""

from functools import partial

import pytest
import strawberry
from graphql import parse
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from medianest.graphql.compiled import Plans
from medianest.graphql.executors import Compiled
from models.errors import NotFoundError
from tests.integration.graphql.answers import answer


@strawberry.type
class Told:
    """What a resolver is told."""

    @strawberry.field
    def context(self, info: strawberry.Info) -> str:
        return str(info.context)

    @strawberry.field
    def all(self, info: strawberry.Info) -> str:
        told = (info.field_name, info.python_name, info.path.as_list(), info.path.typename, info.selected_fields)
        return str((*told, info.return_type, info.root_value, info.variable_values, info.schema, info.context))

    @strawberry.field
    def deeper(self) -> "list[Told]":
        return [Told(), Told()]


@strawberry.type
class Query:
    @strawberry.field
    def told(self) -> Told:
        return Told()

    @strawberry.field
    def slow(self, info: strawberry.Info) -> int:
        """Says how often it was called."""

        async def count() -> int:
            return len(info.context)

        info.context.append(1)
        return count()  # type: ignore[return-value]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def do(self, info: strawberry.Info) -> int | None:
        info.context.append(1)
        raise NotFoundError("There is none.")


SCHEMA = strawberry.Schema(Query, Mutation)._schema
by_core = partial(answer, SCHEMA, StrawberryGraphQLCoreExecutionContext)
by_plans = partial(answer, SCHEMA, Compiled)


class TestMutations:
    async def test_that_fail_have_been_called_once(self) -> None:
        calls = list[int]()
        assert "There is none." in await by_plans(parse("mutation { do }"), calls)
        assert len(calls) == 1


class TestInfo:
    async def test_is_that_of_graphql_core(self) -> None:
        document = parse("{ told { all context a: all deeper { all b: all deeper { __typename all } } } }")
        expected = await by_core(document, "here")
        assert "'told', 'deeper', 1, 'deeper', 0, 'all'" in expected
        assert await by_plans(document, "here") == expected

    async def test_is_not_put_together_for_the_context(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Compiled, "build_resolve_info", None)
        assert "'context': 'here'" in await by_plans(parse("{ told { context deeper { context } } }"), "here")


class TestWaiting:
    async def test_is_remembered(self) -> None:
        """The resolver is called twice once, to find out, and then once each time."""
        document, plans, calls = parse("{ slow }"), Plans(), list[int]()
        answers = [await by_plans(document, calls, plans) for _ in range(3)]
        assert [text[:12] for text in answers] == ["({'slow': 2}", "({'slow': 3}", "({'slow': 4}"]
