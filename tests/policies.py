"""Who may read a field, as its description and that of its type say it, compared with who got so far."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from models.actor import Permission

_FILTERED = re.compile(r".*one's own; everybody's with ([A-Z_]+)", re.IGNORECASE)
_OWN_OR = re.compile(
    r"(?:Their owner|Its owner|The user themselves|Whoever asked(?:, those who follow)?), and ([A-Z_]+)"
)
_OWN = {"Signed-in people, their own", "Its owner", "Its recipient alone"}

Demands = frozenset[str]
"""`user`: a login; `own`: it is one's own; `own|X`: that, or the permission X; `X`: the permission."""


class Narrowed(NamedTuple):
    """A field that asks for more than whoever sees its object has."""

    type: str
    field: str
    is_nullable: bool


@cache
def demands(description: str | None) -> Demands:
    last = re.split(r"(?<=\.) ", description or "")[-1].rstrip(".")
    if last in Permission.__members__:
        return frozenset({"user", last})
    if last in _OWN:
        return frozenset({"user", "own"})
    if last == "Signed-in people":
        return frozenset({"user"})
    if match := _OWN_OR.fullmatch(last):
        return frozenset({"user", f"own|{Permission(match[1])}"})
    return frozenset({"user"}) if _FILTERED.fullmatch(last) else frozenset()


@cache
def proves(description: str | None) -> Demands:
    """What is known of whoever was given something: what it demands, or what it was picked by."""
    last = (description or "").rstrip(".")
    picked = _FILTERED.fullmatch(last)
    return demands(description) | ({f"own|{Permission(picked[1])}"} if picked else frozenset())


def narrowed(schema: GraphQLSchema) -> set[Narrowed]:
    """On every way from the roots: the matrix of these sees to who may use them."""
    found: set[Narrowed] = set()
    seen: set[tuple[str, Demands]] = set()
    waiting = [
        (get_named_type(field.type), proves(field.description) | demands(get_named_type(field.type).description))
        for root in (schema.query_type, schema.mutation_type, schema.subscription_type)
        for field in (root.fields.values() if root else ())
    ]
    while waiting:
        named, held = waiting.pop()
        for type_ in _objects(schema, named):
            # what is found by an ID, or in a union, is null or left out for who may not see it
            met = held if type_ is named else held | demands(type_.description)
            if (type_.name, met) in seen:
                continue
            seen.add((type_.name, met))
            for name, field in type_.fields.items():
                inner = get_named_type(field.type)
                asked = demands(field.description) | demands(inner.description)
                if not all(_is_met(demand, met) for demand in asked):
                    found.add(Narrowed(type_.name, name, not isinstance(field.type, GraphQLNonNull)))
                waiting.append((inner, met | asked | proves(field.description)))
    return found


def _is_met(demand: str, held: Demands) -> bool:
    own, _, permission = demand.partition("|")
    return bool({demand, own, permission, Permission.ADMIN.value} & held)


def _objects(schema: GraphQLSchema, named: GraphQLNamedType) -> Iterator[GraphQLObjectType]:
    if isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
        yield from schema.get_possible_types(named)
    elif isinstance(named, GraphQLObjectType):
        yield named
