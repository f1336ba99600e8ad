"""Selections are compiled once into plans: for each field how to get its value, and how to write it.

A plan does what can be had at once and without fail: attributes, plain resolvers, scalars, enums, objects and lists of
these. Whatever else turns up (something to wait for, an error, a null where none may be, arguments) it leaves alone,
and graphql-core does that field from its beginning. So nulls, errors and waiting are graphql-core's alone; and a
resolver that does not wait may be called twice.

What a selection says is asked when it is compiled. What is left for each value is to get it and to look at its class:
most are written as they are.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from operator import attrgetter
from types import NoneType
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    TypeNameMetaFieldDef,
    get_nullable_type,
    is_abstract_type,
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

from medianest.graphql.values import Leave, NotPlainError, Plain, Way, Write, check, leaf, list_of, ready

Details = list[Any]
"""The nodes that ask for one field, with what graphql-core knows about each."""
Fields = dict[str, Details]
"""graphql-core's grouped fields of a selection, by response key."""
Get = Callable[[Any], Any]
"""Takes an object."""
Ask = Callable[[Any, Executor[Any], Way], Any]
"""Takes an object, the execution and the way to what it is asked for."""


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
    """One selection on one type: the response keys, and for each how to get its value, and how to write it."""

    __slots__ = ("_fields", "_is_whole", "_kind")

    def __init__(self, kind: GraphQLObjectType, fields: Fields, run: Executor[Any], plans: Plans) -> None:
        self._kind = kind.name
        self._fields: list[tuple[str, Get, Plain, Write]] = []
        for key, details in fields.items():
            field = run.schema.get_field(kind, details[0].node.name.value)
            found = field and _compile(_Place(kind, details, field, plans, partial(self._leave, key)), run)
            if found:
                self._fields.append((key, *found))
        self._is_whole = len(self._fields) == len(fields)

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

    def _leave(self, key: str) -> None:
        self._fields = [field for field in self._fields if field[0] != key]
        self._is_whole = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A field of a selection: the type it stands on, who asks for it, and what the schema says."""

    kind: GraphQLObjectType
    details: Details
    field: GraphQLField
    plans: Plans
    leave: Leave

    def info(self, run: Executor[Any], way: Way) -> GraphQLResolveInfo[Any]:
        nodes = [detail.node for detail in self.details]
        return run.build_resolve_info(self.field, nodes, self.kind, cast("Path", _path(way)))

    def below(self, kind: GraphQLObjectType, run: Executor[Any]) -> Plan:
        """For objects of that kind."""
        return self.plans.of(kind, run.collect_subfields(kind, self.details).grouped_field_set, run)


def _path(way: Way) -> Path | None:
    return way if way is None or isinstance(way, Path) else Path(_path(way[0]), way[1], way[2])


def _compile(place: _Place, run: Executor[Any]) -> tuple[Get, Plain, Write] | None:
    source = _source(place)
    if source is None:
        return None
    (get, ask), (plain, write) = source, _writer(place.field.type, place, run)
    if ask is None:
        return get, plain, write

    def write_asked(source: Any, run: Executor[Any], way: Way) -> Any:
        value = ask(source, run, way)
        return value if type(value) in plain else write(value, run, way)

    return get, Plain(), write_asked


def _source(place: _Place) -> tuple[Get, Ask | None] | None:
    """What the object gives, and what that is asked in turn where it takes more than the object."""
    if place.field is TypeNameMetaFieldDef:
        name = place.kind.name
        return lambda _: name, None
    field = place.field.extensions.get("strawberry-definition")
    if not isinstance(field, StrawberryField):
        return None
    if field.is_subscription:
        return _itself, None
    if place.field.args or field.extensions or field.is_async:
        return None
    if field.base_resolver is not None:
        return _resolver(place, field, field.base_resolver)
    return attrgetter(field.python_name), None


def _itself(source: Any) -> Any:
    return source


def _resolver(place: _Place, field: StrawberryField, resolver: StrawberryResolver[Any]) -> tuple[Get, Ask | None]:
    """What Strawberry does for a resolver without arguments."""
    function: Any = resolver.wrapped_func
    objects = (resolver.self_parameter, resolver.parent_parameter, resolver.root_parameter)
    names, info = [parameter.name for parameter in objects if parameter], resolver.info_parameter
    if len(names) == 1 and info is None:
        return function, None

    def ask(source: Any, run: Executor[Any], way: Way) -> Any:
        arguments = dict.fromkeys(names, source)
        if info is not None:
            arguments[info.name] = _Info(place, field, run, way)
        return function(**arguments)

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


def _writer(kind: Any, place: _Place, run: Executor[Any]) -> tuple[Plain, Write]:
    named, plain = get_nullable_type(kind), Plain()
    if is_leaf_type(named):
        plain, write = leaf(named, place.leave)
    elif is_list_type(named):
        write = list_of(*_writer(named.of_type, place, run), place.leave)
    elif is_abstract_type(named):
        write = _Abstract(named, place).write
    else:
        write = _object(named, place, run)
    return plain if is_non_null_type(kind) else plain | {NoneType}, write


def _object(kind: Any, place: _Place, run: Executor[Any]) -> Write:
    plan, is_type_of = place.below(kind, run), kind.is_type_of

    def write(value: Any, run: Executor[Any], way: Way) -> dict[str, Any]:
        if type(value) not in ready:
            check(value, run, place.leave)
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
        check(value, run, self._place.leave)
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
