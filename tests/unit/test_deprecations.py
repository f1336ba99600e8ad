"""What is deprecated says what to use instead and in which version it goes, and goes in that version."""

import re
from collections.abc import Iterator

import pytest
from graphql import GraphQLSchema, build_schema

from medianest import __version__
from medianest.api import graphql_schema

REASON = re.compile(r"Use \S.*; removed in (\d+)\.(\d+)\.")


def deprecated(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Every field, argument, input field and enum value that has a reason, and the reason."""
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        members = {**getattr(type_, "fields", {}), **getattr(type_, "values", {})}
        for name, member in members.items():
            if member.deprecation_reason is not None:
                yield f"{type_.name}.{name}", member.deprecation_reason
            for argument, details in getattr(member, "args", {}).items():
                if details.deprecation_reason is not None:
                    yield f"{type_.name}.{name}({argument}:)", details.deprecation_reason


def problems(schema: GraphQLSchema, version: str) -> list[str]:
    found = []
    for place, reason in deprecated(schema):
        match = REASON.fullmatch(reason)
        if match is None:
            found.append(f"{place}: {reason!r} is not 'Use X; removed in N.N.'")
        elif (int(match[1]), int(match[2])) <= tuple(int(part) for part in version.split(".")[:2]):
            found.append(f"{place}: version {version} is here, remove it")
    return found


TOY = """
type Query {{
  old(new: Int, old: Int {0}): Int {0}
  colour: Colour
}}
enum Colour {{ RED  CRIMSON {0} }}
input Paint {{ shade: Int  tint: Int {0} }}
"""


def toy(reason: str) -> GraphQLSchema:
    return build_schema(TOY.format(f'@deprecated(reason: "{reason}")'))


class TestDeprecations:
    def test_of_this_schema(self) -> None:
        assert problems(graphql_schema._schema, __version__) == []

    def test_are_found_wherever_they_can_stand(self) -> None:
        places = {place for place, _ in deprecated(toy("x"))}
        assert places == {"Query.old", "Query.old(old:)", "Colour.CRIMSON", "Paint.tint"}

    @pytest.mark.parametrize("reason", ["Use `new`.", "Removed in 2.0.", "removed in 2.0; Use `new`.", "old"])
    def test_without_a_successor_or_a_version_are_refused(self, reason: str) -> None:
        assert len(problems(toy(reason), "1.0.0")) == 4

    @pytest.mark.parametrize(("version", "count"), [("1.9.9", 0), ("2.0.9", 0), ("2.1.0", 4), ("10.0.0", 4)])
    def test_go_in_their_version(self, version: str, count: int) -> None:
        assert len(problems(toy("Use `new`; removed in 2.1."), version)) == count
