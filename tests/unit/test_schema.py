"""What every part of the schema owes to those who read it."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    is_introspection_type,
    is_specified_scalar_type,
)

from medianest.api import graphql_schema
from models import downloads as rows
from models.rates import Counted
from schema.node import NODES, to_global_id
from schema.related import check_relations, related

CORE = graphql_schema._schema
SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"
WHO = re.compile(
    r"(Everybody|Signed-in people(, their own)?|Whoever .+|One's own; everybody's with [A-Z_]+"
    r"|Their owner, and [A-Z_]+|ADMIN|[A-Z]+(_[A-Z]+)+)\.$"
)


def own_types() -> Iterator[GraphQLNamedType]:
    for type_ in CORE.type_map.values():
        if not is_introspection_type(type_) and not is_specified_scalar_type(type_):
            yield type_


def descriptions() -> Iterator[tuple[str, str | None]]:
    """Every place of the schema that can have a description, and what it says."""
    for type_ in own_types():
        yield type_.name, type_.description
        if isinstance(type_, GraphQLEnumType):
            continue  # the enum's own description explains its values
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in type_.fields.items():
                yield f"{type_.name}.{name}", field.description
                for argument, details in getattr(field, "args", {}).items():
                    yield f"{type_.name}.{name}({argument}:)", details.description


class TestSdl:
    def test_the_printed_schema_is_the_one_checked_in(self) -> None:
        assert SDL.read_text(encoding="utf-8") == graphql_schema.as_str() + "\n", "print it again: make sdl"


class TestDescriptions:
    @pytest.mark.parametrize(("place", "text"), list(descriptions()))
    def test_everything_is_explained(self, place: str, text: str | None) -> None:
        assert text, f"{place} has no description"
        assert text.endswith("."), f"{place}: {text!r} is no sentence"

    @pytest.mark.parametrize("root", ["Query", "Mutation", "Subscription"])
    def test_every_root_field_ends_with_who_may_use_it(self, root: str) -> None:
        type_ = CORE.type_map[root]
        assert isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items():
            last = re.split(r"(?<=\.) ", field.description or "")[-1]
            assert WHO.match(last), f"{root}.{name} does not say who may use it: {last!r}"


class TestShapes:
    def test_queries_that_can_fail_are_nullable(self) -> None:
        query = CORE.query_type
        assert query is not None
        assert [name for name, field in query.fields.items() if str(field.type).endswith("!")] == ["server", "nodes"]

    def test_mutations_take_one_input_and_answer_with_a_payload(self) -> None:
        mutation = CORE.mutation_type
        assert mutation is not None
        for name, field in mutation.fields.items():
            nothing_to_say = {"installSeerrWebhook"}
            assert list(field.args) == ([] if name in nothing_to_say else ["input"]), name
            assert str(field.type).endswith("Payload!"), name

    def test_what_is_counted_is_a_mutation_or_the_search(self) -> None:
        mutation, query = CORE.mutation_type, CORE.query_type
        assert mutation is not None
        assert query is not None
        assert set(Counted) - mutation.fields.keys() == {"search"} <= query.fields.keys()

    def test_every_node_can_be_seen_or_not(self) -> None:
        assert NODES
        for kind in NODES.values():
            assert callable(getattr(kind.row, "can_see", None)), kind.row

    def test_every_node_is_declared_as_one(self) -> None:
        assert {type_.name for type_ in CORE.get_possible_types(CORE.type_map["Node"])} == NODES.keys()  # type: ignore[arg-type]

    def test_the_class_behind_a_node_tells_its_type(self) -> None:
        assert len({kind.row for kind in NODES.values()}) == len(NODES)

    def test_unions_resolve_by_the_records_behind_them(self) -> None:
        for type_ in own_types():
            if isinstance(type_, GraphQLUnionType):
                for member in type_.types:
                    assert member.is_type_of is not None, f"{type_.name}: {member.name}"


class TestRelated:
    def test_a_relation_over_an_unknown_key_is_refused(self) -> None:
        @strawberry.type
        class Wrong:
            backing = rows.Download
            owner: str | None = related("users", key="nobody_id", description="x")

        with pytest.raises(TypeError, match="nobody_id"):
            check_relations([Wrong])

    def test_a_relation_through_an_unknown_loader_is_refused(self) -> None:
        @strawberry.type
        class Wrong:
            backing = rows.Download
            owner: str | None = related("strangers", key="owner_id", description="x")

        with pytest.raises(TypeError, match="strangers"):
            check_relations([Wrong])

    def test_global_ids_are_opaque_and_differ_by_type(self) -> None:
        key = UUID(int=1)
        assert to_global_id("User", key) != to_global_id("Download", key)
        assert re.fullmatch(r"[A-Za-z0-9_-]+", to_global_id("User", key))
