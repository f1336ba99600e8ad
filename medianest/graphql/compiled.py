"""Selections are compiled once into plans: for each field how to get its value, and how to write it.

A plan does what can be had at once and without fail: attributes, plain resolvers, scalars, enums, objects and lists of
these. Whatever else turns up (something to wait for, an error, a null where none may be, arguments) it leaves alone,
and graphql-core does that field from its beginning. So nulls, errors and waiting are graphql-core's alone; and a
resolver that does not wait may be called twice.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from types import CoroutineType, GeneratorType
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
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

Details = list[Any]
"""The nodes that ask for one field, with what graphql-core knows about each."""
Fields = dict[str, Details]
"""graphql-core's grouped fields of a selection, by response key."""
Get = Callable[[Any, Executor[Any], Path | None], Any]
"""Takes an object, the execution and the object's path."""
Write = Callable[[Any, Executor[Any], Any], Any]
"""Takes a value that is not None, the execution and a path: a leaf the one above, everything else its own."""


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

    __slots__ = ("_fields", "_is_whole")

    def __init__(self, kind: GraphQLObjectType, fields: Fields, run: Executor[Any], plans: Plans) -> None:
        compiled = {key: _compile(kind, key, details, run, plans) for key, details in fields.items()}
        self._fields = [(key, field) for key, field in compiled.items() if field is not None]
        self._is_whole = len(self._fields) == len(fields)

    def read(self, source: Any, run: Executor[Any], path: Path | None) -> dict[str, Any]:
        """All of it. Raises NotPlainError, and whatever resolvers and scalars raise."""
        if not self._is_whole:
            raise NotPlainError
        return {key: field.read(source, run, path) for key, field in self._fields}

    def read_some(self, source: Any, run: Executor[Any], path: Path | None) -> dict[str, Any]:
        """As much as can be had."""
        found = {}
        for key, field in self._fields:
            try:
                found[key] = field.read(source, run, path)
            except Exception:  # noqa: BLE001, S112  (graphql-core will meet it again, and say so)
                continue
        return found


class _Field:
    __slots__ = ("_get", "_is_nullable", "_is_plain", "_write")

    def __init__(self, get: Get, write: Write, *, is_nullable: bool) -> None:
        self._get = get
        self._write = write
        self._is_nullable = is_nullable
        self._is_plain = True

    def read(self, source: Any, run: Executor[Any], above: Path | None) -> Any:
        if not self._is_plain:
            raise NotPlainError
        value = self._get(source, run, above)
        if value is None:
            if self._is_nullable:
                return None
            raise NotPlainError
        if type(value) not in _PLAIN and not _is_plain(value, run):
            self._is_plain = False  # most probably this has to be waited for each time
            raise NotPlainError
        return self._write(value, run, above)


_PLAIN: set[type] = {bool, float, int, str}
"""Classes of values that can be written as they are."""


def _is_plain(value: Any, run: Executor[Any]) -> bool:
    """Whether nobody has to wait for it, and it is no error."""
    if isinstance(value, CoroutineType):
        value.close()
        return False
    if value is Undefined or isinstance(value, Exception | GeneratorType) or run.is_awaitable(value):
        return False
    _PLAIN.add(type(value))
    return True


@dataclass(frozen=True, slots=True)
class _Place:
    """A field of a selection: the type it stands on, its response key, who asks for it, and what the schema says."""

    kind: GraphQLObjectType
    key: str
    details: Details
    field: GraphQLField

    def path(self, above: Path | None) -> Path:
        return Path(above, self.key, self.kind.name)

    def info(self, run: Executor[Any], path: Path) -> GraphQLResolveInfo[Any]:
        return run.build_resolve_info(self.field, [detail.node for detail in self.details], self.kind, path)


class _Objects:
    """Writes objects, each by the plan for what it is at run time."""

    def __init__(self, kind: Any, place: _Place, plans: Plans) -> None:
        self._kind = kind
        self._place = place
        self._plans = plans
        self._known: defaultdict[type, list[tuple[Any, Plan]]] = defaultdict(list)

    def write(self, value: Any, run: Executor[Any], path: Path) -> dict[str, Any]:
        for is_type_of, plan in self._known[type(value)]:
            if is_type_of(value, None) is True:
                return plan.read(value, run, path)
        return self._find(value, run, path).read(value, run, path)

    def _find(self, value: Any, run: Executor[Any], path: Path) -> Plan:
        kind, details, info = self._kind, self._place.details, self._place.info(run, path)
        if is_abstract_type(kind):
            name: Any = (kind.resolve_type or run.type_resolver)(value, info, kind)
            kind = run.ensure_valid_runtime_type(name, kind, details, info, value)
        if kind.is_type_of is not None and kind.is_type_of(value, info) is not True:
            raise NotPlainError
        plan = self._plans.of(kind, run.collect_subfields(kind, details).grouped_field_set, run)
        # Strawberry's own objects may be generic, or cast: they are looked at each time
        if (kind.is_type_of or kind is self._kind) and not has_object_definition(value):
            self._known[type(value)].append((kind.is_type_of or _always, plan))
        return plan


def _always(*_: Any) -> bool:
    return True


def _compile(kind: GraphQLObjectType, key: str, details: Details, run: Executor[Any], plans: Plans) -> _Field | None:
    field = run.schema.get_field(kind, details[0].node.name.value)
    if field is None or kind is run.schema.mutation_type:
        return None
    place = _Place(kind, key, details, field)
    get = _getter(place)
    return get and _Field(get, _writer(place, plans), is_nullable=not is_non_null_type(field.type))


def _getter(place: _Place) -> Get | None:
    if place.field is TypeNameMetaFieldDef:
        return lambda *_: place.kind.name
    field = place.field.extensions.get("strawberry-definition")
    if not isinstance(field, StrawberryField):
        return None
    if field.is_subscription:
        return lambda event, *_: event
    if place.field.args or field.extensions:
        return None
    if field.base_resolver is not None:
        return _calling(place, field, field.base_resolver)
    attribute = attrgetter(field.python_name)
    return lambda source, _run, _above: attribute(source)


def _calling(place: _Place, field: StrawberryField, resolver: StrawberryResolver[Any]) -> Get | None:
    """What Strawberry does for a resolver without arguments."""
    if resolver.is_async:
        return None
    function: Any = resolver.wrapped_func
    roots = [parameter.name for parameter in (resolver.parent_parameter, resolver.root_parameter) if parameter]
    takes_self, info = resolver.self_parameter is not None, resolver.info_parameter

    def get(source: Any, run: Executor[Any], above: Path | None) -> Any:
        arguments = dict.fromkeys(roots, source)
        if info is not None:
            arguments[info.name] = Info(place.info(run, place.path(above)), field)
        return function(source, **arguments) if takes_self else function(**arguments)

    return get


def _writer(place: _Place, plans: Plans) -> Write:
    if is_leaf_type(get_nullable_type(place.field.type)):
        return _deep_writer(place.field.type, place, plans)
    write = _deep_writer(place.field.type, place, plans)
    return lambda value, run, above: write(value, run, place.path(above))


def _deep_writer(kind: Any, place: _Place, plans: Plans) -> Write:
    named = get_nullable_type(kind)
    if is_leaf_type(named):
        return _leaf(named)
    if is_list_type(named):
        item = _deep_writer(named.of_type, place, plans)
        return _list(item, is_nullable=not is_non_null_type(named.of_type))
    return _Objects(named, place, plans).write


def _leaf(kind: Any) -> Write:
    coerce = kind.coerce_output_value
    if is_enum_type(kind):
        coerce = lru_cache(maxsize=len(kind.values), typed=True)(coerce)  # it compares with one value after the other

    def write(value: Any, _run: Executor[Any], _path: Path | None) -> Any:
        written = coerce(value)
        if written is None or written is Undefined:
            raise NotPlainError
        return written

    return write


def _list(write: Write, *, is_nullable: bool) -> Write:
    def is_writable(value: Any, run: Executor[Any]) -> bool:
        return is_nullable if value is None else type(value) in _PLAIN or _is_plain(value, run)

    def write_all(values: Any, run: Executor[Any], path: Path) -> list[Any]:
        if not isinstance(values, list | tuple):
            raise NotPlainError
        # each is looked at: coroutines are closed by that
        if [value for value in values if not is_writable(value, run)]:
            raise NotPlainError
        return [
            None if value is None else write(value, run, Path(path, index, None)) for index, value in enumerate(values)
        ]

    return write_all
