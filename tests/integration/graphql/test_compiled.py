"""What plans read is what graphql-core answers, to the last error."""

import asyncio
from collections.abc import AsyncGenerator
from enum import Enum
from types import SimpleNamespace
from typing import Annotated, Any, NewType

import pytest
import strawberry
from graphql import ExecutionResult, parse, validate
from graphql.execution import Executor
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from medianest.graphql.executors import Compiled
from models.errors import NotFoundError

Loud = NewType("Loud", str)


class Cat(SimpleNamespace):
    pass


class Dog(SimpleNamespace):
    pass


class Bird(SimpleNamespace):
    """Of two types."""


@strawberry.enum
class Mood(Enum):
    GOOD = "good"
    BAD = "bad"


@strawberry.interface
class Animal:
    name: str

    @strawberry.field
    def path(self, info: strawberry.Info) -> str:
        return ".".join(str(key) for key in info.path.as_list())


@strawberry.type
class Lives(Animal):
    is_type_of = staticmethod(lambda value, _: isinstance(value, Cat))
    lives: int
    mood: Mood
    friends: list[Annotated["Pet", strawberry.lazy("tests.integration.graphql.test_compiled")]]
    secret: str | None


@strawberry.type
class Barks(Animal):
    is_type_of = staticmethod(lambda value, _: isinstance(value, Dog))
    volume: int
    toys: list[str | None] | None
    nicknames: list[str]


@strawberry.type
class Parrot(Animal):
    is_type_of = staticmethod(lambda value, _: isinstance(value, Bird) and value.talks)


@strawberry.type
class Hen(Animal):
    is_type_of = staticmethod(lambda value, _: isinstance(value, Bird) and not value.talks)
    eggs: int


Pet = Annotated[Lives | Barks, strawberry.union("Pet")]


@strawberry.type
class Ways:
    """To answer, good and bad."""

    @strawberry.field
    def plain(self) -> int:
        return 1

    @strawberry.field
    async def awaited(self) -> int:
        await asyncio.sleep(0)
        return 2

    @strawberry.field
    def in_time(self) -> int:
        async def work() -> int:
            return 3

        return work()  # type: ignore[return-value]

    @strawberry.field
    def promised(self) -> Loud:
        async def work() -> str:
            return "promised"

        return asyncio.ensure_future(work())  # type: ignore[return-value]

    @strawberry.field
    def given(self, number: int = 4) -> int:
        return number

    @strawberry.field
    def fails(self) -> int | None:
        raise NotFoundError("There is none.")

    @strawberry.field
    def fails_for_all(self) -> int:
        raise NotFoundError("There is none.")

    @strawberry.field
    def is_an_error(self) -> int | None:
        return NotFoundError("There is none.")  # type: ignore[return-value]

    @strawberry.field
    def no_number(self) -> int | None:
        return "x"  # type: ignore[return-value]

    @strawberry.field
    def nothing(self) -> int | None:
        return None

    @strawberry.field
    def nothing_for_all(self) -> int:
        return None  # type: ignore[return-value]

    @strawberry.field
    def again(self) -> "Ways":
        return Ways()

    @strawberry.field
    def perhaps(self) -> "Ways | None":
        return Ways()

    @strawberry.field
    def several(self) -> "list[Ways | None]":
        return [Ways(), None, Ways()]

    @strawberry.field
    async def later(self) -> "Ways":
        return Ways()

    @strawberry.field
    def no_list(self) -> list[int] | None:
        return 5  # type: ignore[return-value]

    @strawberry.field
    def a_set(self) -> list[int]:
        return {1}  # type: ignore[return-value]

    @strawberry.field
    def tasks(self) -> list[int]:
        async def one(number: int) -> int:
            return number

        return [one(1), one(2)]  # type: ignore[list-item]


def _cat(**more: Any) -> Cat:
    return Cat(**{"name": "Tom", "lives": 9, "mood": Mood.GOOD, "friends": [], "secret": None} | more)


def _dog(**more: Any) -> Dog:
    return Dog(**{"name": "Rex", "volume": 3, "toys": None, "nicknames": []} | more)


@strawberry.type
class Query:
    @strawberry.field
    def pets(self) -> list[Pet]:
        friends = [_dog(toys=["ball", None]), _cat(mood=Mood.BAD, secret="under the bed")]
        return [_cat(friends=friends), _dog()]  # type: ignore[list-item]

    @strawberry.field
    def animals(self) -> list[Animal | None]:
        return [_cat(), _dog(nicknames=["R", None]), None]  # type: ignore[list-item]

    @strawberry.field
    def birds(self) -> list[Animal]:
        return [Bird(name=name, talks=name == "Polly", eggs=2) for name in ("Polly", "Henny", "Polly")]  # type: ignore[misc]

    @strawberry.field
    def lion(self) -> Pet | None:
        return SimpleNamespace(name="Leo")  # type: ignore[return-value]

    @strawberry.field
    def mistaken(self) -> Barks | None:
        return _cat()  # type: ignore[return-value]

    @strawberry.field
    def ways(self) -> Ways:
        return Ways()


@strawberry.type
class Mutation:
    @strawberry.mutation
    def plant(self, info: strawberry.Info) -> int:
        info.context.append("planted")
        return len(info.context)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def pet(self, after: int = 0) -> AsyncGenerator[Pet, None]:
        yield _cat()  # type: ignore[misc]


LOUD = strawberry.scalar(name="Loud", serialize=lambda value: str(value).upper())
"""Writes whatever it gets."""
CONFIG = StrawberryConfig(scalar_map={Loud: LOUD})
SCHEMA = strawberry.Schema(Query, Mutation, Subscription, types=[Lives, Barks, Parrot, Hen], config=CONFIG)._schema

DOCUMENTS = {
    "interfaces": "{ animals { __typename name path ... on Lives { lives mood secret } ... on Barks { toys } } }",
    "two types of a class": "{ birds { __typename name ... on Hen { eggs } } }",
    "unions": "{ pets { __typename ... on Animal { name } ... on Lives { friends { ... on Barks { toys } } } } }",
    "aliases": "{ a: ways { b: plain c: plain } d: ways { plain } }",
    "merged fields": "{ ways { plain again { plain } } ways { given again { nothing } } }",
    "fragments": "{ ...F ways { ...W } } fragment F on Query { ways { nothing } }"
    " fragment W on Ways { plain again { nothing } }",
    "paths": "{ pets { ... on Animal { path } ... on Lives { friends { ... on Animal { here: path } } } } }",
    "arguments": "query($n: Int = 8) { ways { given a: given(number: 7) b: given(number: $n) } }",
    "order": "{ ways { later { plain } plain awaited given fails nothing } }",
    "waiting": "{ ways { plain awaited inTime promised tasks later { plain inTime } several { inTime } } }",
    "sets": "{ ways { aSet } }",
    "a failure": "{ ways { plain fails again { fails plain } several { fails } } }",
    "a failure for all": "{ ways { plain perhaps { plain failsForAll } later { perhaps { awaited failsForAll } } } }",
    "a failure up to the root": "{ ways { plain again { again { failsForAll } } } }",
    "two failures": "{ ways { later { fails } fails a: fails } }",
    "an error returned": "{ ways { isAnError plain } }",
    "null": "{ ways { nothing perhaps { nothingForAll } plain } }",
    "null in a list": "{ animals { name ... on Barks { nicknames } } }",
    "no number": "{ ways { noNumber plain } }",
    "no list": "{ ways { noList plain } }",
    "another type": "{ mistaken { volume } }",
    "no type": "{ lion { __typename } }",
    "mutations": "mutation { a: plant b: plant c: plant }",
    "conditions": "query($yes: Boolean!) { ways { given @include(if: $yes) plain @skip(if: $yes) ...F @skip(if: $yes) }"
    " } fragment F on Ways { nothing }",
}

PET = """subscription { pet(after: 3) {
  __typename ... on Lives { path friends { ... on Animal { name } } } ... on Barks { volume }
} }"""


async def _run(kind: type[Executor[Any]], text: str, variables: dict[str, Any], event: object = None) -> Any:
    document, planted = parse(text), list[str]()
    assert not validate(SCHEMA, document)
    executor: Any = kind.build(SCHEMA, document, event, planted, variables)
    is_compiled_event = event is not None and isinstance(executor, Compiled)
    result = executor.on_event(event, planted) if is_compiled_event else executor.execute_operation()
    found: ExecutionResult = await result if executor.is_awaitable(result) else result
    return found.data, [error.formatted for error in found.errors or ()], planted


async def _both(text: str, event: object = None, **variables: Any) -> None:
    expected = await _run(StrawberryGraphQLCoreExecutionContext, text, variables, event)
    assert str(await _run(Compiled, text, variables, event)) == str(expected)  # as text: in the same order


class TestAnswers:
    @pytest.mark.parametrize("name", sorted(DOCUMENTS.keys() - {"conditions"}))
    async def test_are_those_of_graphql_core(self, name: str) -> None:
        await _both(DOCUMENTS[name])

    @pytest.mark.parametrize("yes", [True, False])
    async def test_heed_conditions(self, yes: bool) -> None:
        await _both(DOCUMENTS["conditions"], yes=yes)

    async def test_of_events(self) -> None:
        for pet in (_cat(), _dog(), _dog(volume="loud"), _cat(friends=[_dog(name=None)]), 5):
            await _both(PET, pet)


class TestPlans:
    async def test_do_without_graphql_core_where_there_is_only_reading(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Compiled, "execute_field", None)
        assert (await _run(Compiled, DOCUMENTS["interfaces"], {}))[1] == []
        assert (await _run(Compiled, DOCUMENTS["unions"], {}))[1] == []
