"""Selections are compiled once into plans: for each field how to get its value, and how to write it.

A plan does what can be had at once and without fail: attributes, plain resolvers, scalars, enums, objects and lists of
these. Whatever else turns up (something to wait for, an error, a null where none may be, arguments) it leaves alone,
and graphql-core does that field from its beginning. So nulls, errors and waiting are graphql-core's alone; and a
resolver that does not wait may be called twice.

What a selection says is asked when it is compiled. What is left for each value is to get it and to look at its class:
most are written as they are.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from operator import attrgetter
from types import CoroutineType, GeneratorType, NoneType
from typing import Any, cast

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLString,
    TypeNameMetaFieldDef,
    Undefined,
    get_nullable_type,
    is_abstract_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import CollectedFields
from graphql.pyutils import Path
from strawberry import Info
from strawberry.types.base import has_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver
from typing_extensions import override

Details = list[Any]
"""The nodes that ask for one field, with what graphql-core knows about each."""
Fields = dict[str, Details]
"""graphql-core's grouped fields of a selection, by response key."""
Way = tuple[Any, str | int, str | None] | None
"""To a value: the way above, its key, the type that has it. A Path is made of it for those who ask."""
Get = Callable[[Any], Any]
"""Takes an object."""
Ask = Callable[[Any, Executor[Any], Way], Any]
"""Takes an object, the execution and the way to what it is asked for."""
Write = Callable[[Any, Executor[Any], Way], Any]
"""Takes a value, the execution and the way to it. Raises NotPlainError."""
Plain = frozenset[type]
"""Classes whose values are written as they are; NoneType, where null may be."""


class NotPlainError(Exception):
    """It takes graphql-core."""


class Plans:
    """Those of one operation, as far as its conditions leave the same fields. Executions lend themselves to compile."""

    def __init__(self) -> None:
        self._root: Fields | None = None
        self._below: dict[tuple[str, int], tuple[Details, CollectedFields]] = {}
        self._plans: dict[int, tuple[Fields, Plan]] = {}

    # whatever an identity stands for here is kept, lest something else come by the same one

    def root(self, collect: Callable[[], Fields]) -> Fields:
        """As they were collected first."""
        if self._root is None:
            self._root = collect()
        return self._root

    def below(
        self, kind: GraphQLObjectType, details: Details, collect: Callable[[], CollectedFields]
    ) -> CollectedFields:
        known = self._below.get((kind.name, id(details)))
        if known is None:
            known = self._below[kind.name, id(details)] = (details, collect())
        return known[1]

    def of(self, kind: GraphQLObjectType, fields: Fields, run: Executor[Any]) -> "Plan":
        known = self._plans.get(id(fields))
        if known is None:
            known = self._plans[id(fields)] = (fields, Plan(kind, fields, run, self))
        return known[1]


class Plan:
    """One selection on one type."""

    __slots__ = ("_fields", "_is_whole", "_kind")

    def __init__(self, kind: GraphQLObjectType, fields: Fields, run: Executor[Any], plans: Plans) -> None:
        self._kind = kind.name
        compiled = [self._compile(kind, key, details, run, plans) for key, details in fields.items()]
        self._fields = [field for field in compiled if field is not None]
        self._is_whole = len(self._fields) == len(fields)

    def _compile(
        self, kind: GraphQLObjectType, key: str, details: Details, run: Executor[Any], plans: Plans
    ) -> "_Field | None":
        field = run.schema.get_field(kind, details[0].node.name.value)
        if field is None or kind is run.schema.mutation_type:
            return None
        return _compile(_Place(self, plans, kind, key, details, field), run)

    def read(self, source: Any, run: Executor[Any], way: Way) -> dict[str, Any]:
        """All of it. Raises NotPlainError, and whatever resolvers and scalars raise."""
        if not self._is_whole:
            raise NotPlainError
        found, kind = {}, self._kind
        for key, get, plain, write in self._fields:
            value = get(source)
            found[key] = value if type(value) in plain else write(value, run, (way, key, kind))
        return found

    def read_some(self, source: Any, run: Executor[Any], way: Way) -> dict[str, Any]:
        """As much as can be had."""
        found = {}
        for key, get, plain, write in self._fields:
            try:
                value = get(source)
                found[key] = value if type(value) in plain else write(value, run, (way, key, self._kind))
            except Exception:  # noqa: BLE001, S112  (graphql-core will meet it again, and say so)
                continue
        return found

    def leave(self, key: str) -> None:
        """That field to graphql-core, from now on."""
        self._fields = [field for field in self._fields if field[0] != key]
        self._is_whole = False


_Field = tuple[str, Get, Plain, Write]
"""By its response key: how to get its value, and how to write it."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A field of a selection: its plan, the type it stands on, its response key, who asks, and what the schema says."""

    plan: Plan
    plans: Plans
    kind: GraphQLObjectType
    key: str
    details: Details
    field: GraphQLField

    def info(self, run: Executor[Any], way: Way) -> GraphQLResolveInfo[Any]:
        nodes = [detail.node for detail in self.details]
        return run.build_resolve_info(self.field, nodes, self.kind, cast("Path", _path(way)))

    def below(self, kind: GraphQLObjectType, run: Executor[Any]) -> Plan:
        """For objects of that kind."""
        return self.plans.of(kind, run.collect_subfields(kind, self.details).grouped_field_set, run)


def _path(way: Way) -> Path | None:
    return way if way is None or isinstance(way, Path) else Path(_path(way[0]), way[1], way[2])


def _compile(place: _Place, run: Executor[Any]) -> _Field | None:
    source = _source(place)
    if source is None:
        return None
    (get, ask), (plain, write) = source, _writer(place.field.type, place, run)
    return (place.key, get, plain, write) if ask is None else (place.key, get, Plain(), _asking(ask, plain, write))


def _source(place: _Place) -> tuple[Get, Ask | None] | None:
    """What the object alone gives, and what that is asked where it takes more than the object."""
    if place.field is TypeNameMetaFieldDef:
        name = place.kind.name
        return lambda _: name, None
    field = place.field.extensions.get("strawberry-definition")
    if not isinstance(field, StrawberryField):
        return None
    if field.is_subscription:
        return _itself, None
    if place.field.args or field.extensions:
        return None
    if field.base_resolver is not None:
        return _resolver(place, field, field.base_resolver)
    return attrgetter(field.python_name), None


def _itself(source: Any) -> Any:
    return source


def _resolver(
    place: _Place, field: StrawberryField, resolver: StrawberryResolver[Any]
) -> tuple[Get, Ask | None] | None:
    """What Strawberry does for a resolver without arguments."""
    if resolver.is_async:
        return None
    function: Any = resolver.wrapped_func
    roots = [parameter for parameter in (resolver.parent_parameter, resolver.root_parameter) if parameter]
    takes_self, info = resolver.self_parameter is not None, resolver.info_parameter
    if info is None and takes_self + len(roots) == 1 and all(root.kind is not root.KEYWORD_ONLY for root in roots):
        return function, None

    def ask(source: Any, run: Executor[Any], way: Way) -> Any:
        arguments = {root.name: source for root in roots}
        if info is not None:
            arguments[info.name] = _Info(place, field, run, way)
        return function(source, **arguments) if takes_self else function(**arguments)

    return _itself, ask


class _Info(Info[Any, Any]):
    """Most ask for the context alone: what graphql-core knows besides is put together for the others."""

    def __init__(self, place: _Place, field: StrawberryField, run: Executor[Any], way: Way) -> None:
        self._field = field
        self._context = run.context_value
        self._make = partial(place.info, run, way)

    @property
    @override
    def context(self) -> Any:
        return self._context

    @cached_property
    @override
    def _raw_info(self) -> GraphQLResolveInfo[Any]:  # type: ignore[override]
        return self._make()


def _asking(ask: Ask, plain: Plain, write: Write) -> Write:
    def write_asked(source: Any, run: Executor[Any], way: Way) -> Any:
        value = ask(source, run, way)
        return value if type(value) in plain else write(value, run, way)

    return write_asked


def _writer(kind: Any, place: _Place, run: Executor[Any]) -> tuple[Plain, Write]:
    named = get_nullable_type(kind)
    plain = Plain() if is_non_null_type(kind) else Plain({NoneType})
    if is_leaf_type(named):
        return plain | _PLAIN.get(named.coerce_output_value, Plain()), _leaf(named, place)
    if is_list_type(named):
        return plain, _list(*_writer(named.of_type, place, run), place)
    if is_abstract_type(named):
        return plain, _Abstract(named, place).write
    return plain, _object(named, place, run)


_PLAIN: Mapping[Any, Plain] = {
    GraphQLString.coerce_output_value: Plain({str}),
    GraphQLID.coerce_output_value: Plain({str}),
    GraphQLBoolean.coerce_output_value: Plain({bool}),
    str: Plain({str}),
    int: Plain({int}),
}
"""What functions of scalars leave as it is."""

_ready: set[type] = set()
"""Classes of values that nobody has to wait for."""


def _check(value: Any, run: Executor[Any], place: _Place) -> None:
    """Raises NotPlainError for null, for an error, and for what has to be waited for."""
    if value is None:
        raise NotPlainError
    if isinstance(value, CoroutineType):
        value.close()
    unfit = value is Undefined or isinstance(value, Exception | CoroutineType | GeneratorType)
    if unfit or run.is_awaitable(value):
        place.plan.leave(place.key)  # most probably it is so each time
        raise NotPlainError
    _ready.add(type(value))


def _leaf(kind: Any, place: _Place) -> Write:
    coerce = kind.coerce_output_value
    if is_enum_type(kind):
        coerce = lru_cache(maxsize=len(kind.values), typed=True)(coerce)  # it compares with one value after the other
    elif kind is GraphQLInt:
        coerce = _int

    def write(value: Any, run: Executor[Any], _way: Way) -> Any:
        if type(value) not in _ready:
            _check(value, run, place)
        written = coerce(value)
        if written is None or written is Undefined:
            raise NotPlainError
        return written

    return write


def _int(value: Any) -> Any:
    is_plain = type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT
    return value if is_plain else GraphQLInt.coerce_output_value(value)


def _list(plain: Plain, write: Write, place: _Place) -> Write:
    def write_all(values: Any, run: Executor[Any], way: Way) -> list[Any]:
        if not isinstance(values, list | tuple):
            _check(values, run, place)
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


def _object(kind: Any, place: _Place, run: Executor[Any]) -> Write:
    plan, is_type_of = place.below(kind, run), kind.is_type_of

    def write(value: Any, run: Executor[Any], way: Way) -> dict[str, Any]:
        if type(value) not in _ready:
            _check(value, run, place)
        if is_type_of is not None and is_type_of(value, None) is not True:
            raise NotPlainError
        return plan.read(value, run, way)

    return write


class _Abstract:
    """Writes objects of an interface or a union, each by the plan for what it is at run time."""

    def __init__(self, kind: Any, place: _Place) -> None:
        self._kind = kind
        self._place = place
        self._known: defaultdict[type, list[tuple[Any, Plan]]] = defaultdict(list)

    def write(self, value: Any, run: Executor[Any], way: Way) -> dict[str, Any]:
        for is_type_of, plan in self._known[type(value)]:
            if is_type_of(value, None) is True:
                return plan.read(value, run, way)
        _check(value, run, self._place)
        return self._find(value, run, way).read(value, run, way)

    def _find(self, value: Any, run: Executor[Any], way: Way) -> Plan:
        info, details = self._place.info(run, way), self._place.details
        name: Any = (self._kind.resolve_type or run.type_resolver)(value, info, self._kind)
        kind = run.ensure_valid_runtime_type(name, self._kind, details, info, value)
        if kind.is_type_of is not None and kind.is_type_of(value, info) is not True:
            raise NotPlainError
        plan = self._place.below(kind, run)
        # Strawberry's own objects may be generic, or cast: they are looked at each time
        if kind.is_type_of and not has_object_definition(value):
            self._known[type(value)].append((kind.is_type_of, plan))
        return plan
