"""Values of every class, however odd, are written as graphql-core writes them."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from functools import partial
from types import SimpleNamespace
from typing import Annotated, Any, Generic, NewType, TypeVar
from uuid import UUID

import pytest
import strawberry
from graphql import Undefined, parse
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from medianest.graphql.compiled import Plans
from medianest.graphql.executors import Compiled
from schema.scalars import SCALARS, URL, BigInt, Cursor
from tests.integration.graphql.answers import answer

Nothing = NewType("Nothing", str)
T = TypeVar("T")


class Row:
    """Every attribute is what `make` makes."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._make()


class Shout(str):
    __slots__ = ()


class Count(int):
    pass


@strawberry.enum
class Mood(Enum):
    GOOD = "good"
    BAD = "bad"


@strawberry.enum
class Step(StrEnum):
    FIRST = "FIRST"
    SECOND = "SECOND"


class Stranger(Enum):
    GOOD = "good"


@strawberry.type
class Perhaps:
    is_type_of = staticmethod(lambda value, _: isinstance(value, Row))
    text: str | None
    key: strawberry.ID | None
    flag: bool | None
    number: int | None
    share: float | None
    mood: Mood | None
    step: Step | None
    size: BigInt | None
    address: URL | None
    place: Cursor | None
    at: datetime | None
    nothing: Nothing | None
    texts: list[str | None] | None
    numbers: list[int] | None
    moods: list[Mood | None] | None
    lists: list[list[str] | None] | None
    perhaps: "Perhaps | None"


@strawberry.type
class Certain:
    is_type_of = staticmethod(lambda value, _: isinstance(value, Row))
    text: str
    key: strawberry.ID
    flag: bool
    number: int
    mood: Mood
    size: BigInt
    address: URL
    at: datetime
    texts: list[str]
    moods: list[Mood]


@strawberry.interface
class Marked:
    mark: str = "!"


@strawberry.type
class Box(Marked, Generic[T]):
    content: T


@strawberry.type
class Query:
    @strawberry.field
    def boxes(self) -> list[Annotated[Box[int] | Box[str], strawberry.union("Boxes")] | None]:
        return [Box(content=1), Box(content="a"), None, Box(content=2)]

    @strawberry.field
    def late_box(self) -> Annotated[Box[int] | Box[str], strawberry.union("LateBoxes")] | None:
        async def pack() -> Box[int]:
            return Box(content=1)

        return pack()  # type: ignore[return-value]

    @strawberry.field
    def of_another_type(self) -> Certain | None:
        return SimpleNamespace(text="certain")  # type: ignore[return-value]

    @strawberry.field
    def perhaps(self, info: strawberry.Info) -> Perhaps | None:
        return Row(info.context)  # type: ignore[return-value]

    @strawberry.field
    def certain(self, info: strawberry.Info) -> Certain | None:
        return Row(info.context)  # type: ignore[return-value]


NOTHING = strawberry.scalar(name="Nothing", serialize=lambda _: None)
CONFIG = StrawberryConfig(scalar_map={**SCALARS, Nothing: NOTHING})
SCHEMA = strawberry.Schema(Query, config=CONFIG)._schema


def _fields(kind: str) -> list[str]:
    return [name for name in SCHEMA.type_map[kind].fields if name != "perhaps"]  # type: ignore[attr-defined]


async def _later() -> str:
    return "late"


VALUES: dict[str, Callable[[], Any]] = {
    "null": lambda: None,
    "undefined": lambda: Undefined,
    "text": lambda: "good",
    "a name": lambda: "FIRST",
    "digits": lambda: "7",
    "a subclass of text": lambda: Shout("good"),
    "a whole number": lambda: 7,
    "a subclass of numbers": lambda: Count(7),
    "the largest number": lambda: 2**31 - 1,
    "too large a number": lambda: 2**31,
    "the smallest number": lambda: -(2**31),
    "too small a number": lambda: -(2**31) - 1,
    "true": lambda: True,
    "false": lambda: False,
    "zero": lambda: 0,
    "a fraction": lambda: 1.5,
    "a whole fraction": lambda: 2.0,
    "no number": lambda: math.nan,
    "an endless number": lambda: math.inf,
    "a decimal": lambda: Decimal(3),
    "a key": lambda: UUID(int=5),
    "bytes": lambda: b"good",
    "a member": lambda: Mood.GOOD,
    "another member": lambda: Mood.BAD,
    "a step": lambda: Step.FIRST,
    "a stranger": lambda: Stranger.GOOD,
    "an instant": lambda: datetime(2026, 1, 31, 18, 30, tzinfo=UTC),
    "an instant elsewhere": lambda: datetime(2026, 1, 31, 18, 30, 0, 5, tzinfo=timezone(timedelta(hours=-3))),
    "an instant without zone": lambda: datetime(2026, 1, 31, 18, 30),  # noqa: DTZ001
    "nothing at all": list,
    "texts": lambda: ["a", "b"],
    "texts and null": lambda: ["a", None, Shout("b")],
    "a pair": lambda: ("a", "b"),
    "a set": lambda: {"a"},
    "a generator": lambda: (letter for letter in "ab"),
    "numbers": lambda: [1, True, Count(3)],
    "numbers, one too large": lambda: [1, 2**31],
    "members": lambda: [Mood.GOOD, Mood.BAD, "good"],
    "members and null": lambda: [Mood.GOOD, None],
    "lists": lambda: [["a"], [], None],
    "lists with null": lambda: [["a", None]],
    "what comes late": _later,
    "an error": lambda: ValueError("no"),
    "a list with an error": lambda: ["a", ValueError("no")],
    "an object": object,
}

LATE: dict[str, Callable[[], Any]] = {
    "all of them": lambda: [_later(), _later()],
    "one of them": lambda: ["good", _later(), None, _later()],
    "one behind something wrong": lambda: [Stranger.GOOD, _later()],
}

DOCUMENTS = {
    "perhaps": f"{{ perhaps {{ {' '.join(_fields('Perhaps'))} perhaps {{ text }} }} }}",
    "certain": f"{{ {' '.join(f'{name}: certain {{ {name} }}' for name in _fields('Certain'))} }}",
}

GOOD = [
    ("text", "a subclass of text"),
    ("text", "a whole number"),
    ("key", "text"),
    ("flag", "true"),
    ("number", "the largest number"),
    ("number", "true"),
    ("size", "too large a number"),
    ("mood", "a member"),
    ("mood", "text"),
    ("step", "a step"),
    ("at", "an instant elsewhere"),
    ("place", "a whole number"),
    ("texts", "texts and null"),
    ("texts", "a pair"),
    ("numbers", "numbers"),
    ("moods", "members and null"),
    ("lists", "lists"),
    ("lists", "null"),
]


by_core = partial(answer, SCHEMA, StrawberryGraphQLCoreExecutionContext)
by_plans = partial(answer, SCHEMA, Compiled)


class TestValues:
    @pytest.mark.parametrize("name", DOCUMENTS)
    async def test_are_written_as_by_graphql_core(self, name: str) -> None:
        document, plans = parse(DOCUMENTS[name]), Plans()
        expected = {about: await by_core(document, make) for about, make in VALUES.items()}
        for about, make in [*VALUES.items(), *VALUES.items()]:  # what one has taught must not mislead the next
            assert await by_plans(document, make, plans) == expected[about], about
            assert await by_plans(document, make) == expected[about], about

    @pytest.mark.parametrize("name", ["texts", "numbers", "moods", "lists"])
    @pytest.mark.parametrize("about", LATE)
    async def test_that_come_late_are_left_to_graphql_core(self, name: str, about: str) -> None:
        """None is left behind that nobody waits for: warnings are errors."""
        document = parse(f"{{ perhaps {{ {name} }} }}")
        expected = await by_core(document, LATE[about])
        assert await by_plans(document, LATE[about]) == expected

    @pytest.mark.parametrize(("name", "about"), GOOD)
    async def test_good_ones_take_no_more_than_plans(
        self, name: str, about: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        document = parse(f"{{ perhaps {{ {name} }} }}")
        expected = await by_core(document, VALUES[about])
        monkeypatch.setattr(Compiled, "execute_field", None)
        assert await by_plans(document, VALUES[about]) == expected


class TestObjects:
    @pytest.mark.parametrize(
        "text",
        [
            "{ boxes { __typename } }",
            "{ boxes { __typename ... on IntBox { mark n: content } ... on StrBox { t: content } } }",
            "{ lateBox { ... on IntBox { content } } }",
            "{ ofAnotherType { text } }",
        ],
    )
    async def test_are_those_of_graphql_core(self, text: str) -> None:
        document = parse(text)
        assert await by_plans(document, None) == await by_core(document, None)
