"""How values are written into an answer, leaves and lists of them, as long as they are there at once and right."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from types import CoroutineType, GeneratorType
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLID,
    GraphQLInt,
    GraphQLString,
    Undefined,
    is_enum_type,
)
from graphql.execution import Executor

Way = tuple[Any, str | int, str | None] | None
"""To a value: the way above, its key, the type that has it. A Path is made of it for those who ask."""
Write = Callable[[Any, Executor[Any], Way], Any]
"""Takes a value, the execution and the way to it. Raises NotPlainError, and whatever scalars and resolvers raise."""
Plain = frozenset[type]
"""Classes of values that are written as they are; NoneType, where null may be."""
Leave = Callable[[], None]
"""Leaves a field to graphql-core from now on."""


class NotPlainError(Exception):
    """It takes graphql-core."""


_PLAIN: Mapping[Any, Plain] = {
    GraphQLString.coerce_output_value: Plain({str}),
    GraphQLID.coerce_output_value: Plain({str}),
    GraphQLBoolean.coerce_output_value: Plain({bool}),
    str: Plain({str}),
    int: Plain({int}),
}
"""What functions of scalars leave as it is."""

ready: set[type] = set()
"""Classes of values that nobody has to wait for."""


def check(value: Any, run: Executor[Any], leave: Leave) -> None:
    """Puts its class among the ready ones. Raises NotPlainError for null, an error, and what has to be waited for."""
    if value is None:
        raise NotPlainError
    if isinstance(value, CoroutineType):
        value.close()
    unfit = value is Undefined or isinstance(value, Exception | CoroutineType | GeneratorType)
    if unfit or run.is_awaitable(value):
        leave()  # most probably it is so each time
        raise NotPlainError
    ready.add(type(value))


def leaf(kind: Any, leave: Leave) -> tuple[Plain, Write]:
    coerce = kind.coerce_output_value
    if is_enum_type(kind):
        coerce = lru_cache(maxsize=len(kind.values), typed=True)(coerce)  # it compares with one value after the other

    def write(value: Any, run: Executor[Any], _way: Way) -> Any:
        if type(value) not in ready:
            check(value, run, leave)
        written = coerce(value)
        if written is None or written is Undefined:
            raise NotPlainError
        return written

    def write_int(value: Any, run: Executor[Any], way: Way) -> Any:
        is_plain = type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT
        return value if is_plain else write(value, run, way)

    return _PLAIN.get(kind.coerce_output_value, Plain()), write_int if kind is GraphQLInt else write


def list_of(plain: Plain, write: Write, leave: Leave) -> Write:
    def write_all(values: Any, run: Executor[Any], way: Way) -> list[Any]:
        if not isinstance(values, list | tuple):
            check(values, run, leave)
            raise NotPlainError
        try:
            return [
                value if type(value) in plain else write(value, run, (way, index, None))
                for index, value in enumerate(values)
            ]
        except Exception:
            for value in values:
                if isinstance(value, CoroutineType):
                    value.close()
            raise

    return write_all
