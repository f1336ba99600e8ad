"""A denial must never blank more than what was denied: a field that asks for more than its object is nullable."""

import re

import pytest
from graphql import build_schema

from medianest.api import graphql_schema
from tests.policies import Narrowed, demands, narrowed

TOY = """
type Query {{
  "All. MANAGE_USERS."
  people: [Person!]
  "Own. Signed-in people."
  me: Person
  thing: Thing
}}
interface Thing {{ id: ID! }}
type Person {{ name: String!  {0} }}
"A secret. ADMIN."
type Secret implements Thing {{ id: ID!  value: String! }}
"""


def of_toy(fields: str) -> set[Narrowed]:
    return narrowed(build_schema(TOY.format(fields)))


class TestNarrowed:
    def test_fields_of_this_schema_are_nullable(self) -> None:
        found = narrowed(graphql_schema._schema)
        assert Narrowed("User", "email", is_nullable=True) in found
        assert [field for field in found if not field.is_nullable] == []

    def test_what_is_non_null_is_told(self) -> None:
        found = of_toy('"Mail. The user themselves, and MANAGE_USERS." mail: String!')
        assert found == {Narrowed("Person", "mail", is_nullable=False)}

    def test_a_type_that_asks_for_more_narrows_the_fields_that_lead_there(self) -> None:
        assert of_toy("secrets: [Secret!]!") == {Narrowed("Person", "secrets", is_nullable=False)}

    @pytest.mark.parametrize("policy", ["Signed-in people", "Everybody", "Whoever sees the object"])
    def test_what_everybody_has_who_got_there_narrows_nothing(self, policy: str) -> None:
        assert of_toy(f'"Name. {policy}." nick: String!') == set()

    def test_what_is_found_by_an_id_was_checked_there(self) -> None:
        assert of_toy("nick: String") == set()


class TestDemands:
    @pytest.mark.parametrize("type_name", sorted(graphql_schema._schema.type_map))
    def test_no_description_names_a_permission_in_a_form_of_its_own(self, type_name: str) -> None:
        type_ = graphql_schema._schema.type_map[type_name]
        if type_name in {"Permission", "Query", "Mutation", "Subscription"} or type_name.startswith("__"):
            return
        for text in [type_.description, *(field.description for field in getattr(type_, "fields", {}).values())]:
            last = (text or "").rsplit(". ", 1)[-1]
            if re.search(r"\b([A-Z]+_[A-Z_]+|ADMIN)\.$", last):
                assert demands(text), f"{type_name}: {text}"
