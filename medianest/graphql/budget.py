"""What a document may ask for, weighed in one linear pass before validation."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from medianest.graphql.errors import InvalidOperationError, OperationTooCostlyError

MAX_CHARACTERS = 32_768
MAX_TOKENS = 2_000
MAX_DEPTH = 10
MAX_FIELDS = 400
MAX_ALIASES = 30
MAX_OPERATIONS = 10
MAX_FRAGMENTS = 30
# they are coerced on the event loop, about 10 µs each
MAX_VARIABLE_VALUES = 5_000

_INTROSPECTION = frozenset({"__schema", "__type"})


@dataclass(slots=True)
class Weight:
    """What a selection set comes to with all its fragments in place, each as often as it is spread.

    The subtrees of `__schema` and `__type` are free, so that GraphiQL's question passes.
    """

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    introspects: bool = False
    reads_data: bool = False
    sensitive: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Weight", depth: int = 0) -> None:
        """Put `other` in place `depth` levels down."""
        self.depth = max(self.depth, depth + other.depth)
        self.fields += other.fields
        self.aliases += other.aliases
        self.introspects |= other.introspects
        self.reads_data |= other.reads_data
        if depth == 0:
            self.sensitive += other.sensitive


def parse_within_budget(text: str) -> DocumentNode:
    """Raises InvalidOperationError, OperationTooCostlyError."""
    _require(len(text), MAX_CHARACTERS, "characters")
    try:
        return parse(text, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        # graphql-core's word for its own limits; everything else is a plain syntax error
        if error.message.endswith("Parsing aborted."):
            raise OperationTooCostlyError(f"{error.message} The limit is {MAX_TOKENS} tokens.") from None
        raise InvalidOperationError([error]) from None


def weigh(document: DocumentNode, sensitive: frozenset[str] = frozenset()) -> Mapping[str | None, Weight]:
    """The weight of each operation by its name; a root field of a `sensitive` name may stand in the document once.

    Raises OperationTooCostlyError.
    """
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    _require(len(operations), MAX_OPERATIONS, "operations")
    _require(len(document.definitions) - len(operations), MAX_FRAGMENTS, "fragments")
    scale = _Scale(fragments, sensitive)
    for name in fragments:
        scale.fragment(name)
    weights, total = {}, Weight()
    for node in operations:
        weight = weights[node.name.value if node.name else None] = scale.weigh(node.selection_set)
        total.add(weight)
        if weight.introspects and weight.reads_data:
            raise OperationTooCostlyError("Ask for `__schema` and `__type` in an operation without other fields.")
    # validation compares fields with each other, those of introspection too
    _require(scale.written_fields, MAX_FIELDS, "fields")
    _require(total.depth, MAX_DEPTH, "levels of fields")
    _require(total.fields, MAX_FIELDS, "fields, counting fragments wherever they are spread")
    _require(total.aliases, MAX_ALIASES, "aliases, counting fragments wherever they are spread")
    for name, times in total.sensitive.items():
        _require(times, 1, f"`{name}`")
    return weights


def check_variables(variables: Mapping[str, Any]) -> None:
    """Raises OperationTooCostlyError."""
    values, waiting = 0, [*variables.values()]
    while waiting:
        values += 1
        _require(values + len(waiting), MAX_VARIABLE_VALUES, "values in the variables")
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


class _Scale:
    """Weighs every definition once, however often and however deeply it is spread."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], sensitive: frozenset[str]) -> None:
        self.written_fields = 0
        self._sensitive = sensitive
        self._fragments = fragments
        self._known: dict[str, Weight] = {}

    def weigh(self, selection_set: SelectionSetNode) -> Weight:
        weight = Weight()
        waiting = [(selection_set, 0, False)]
        while waiting:
            selections, depth, free = waiting.pop()
            for node in selections.selections:
                if isinstance(node, FragmentSpreadNode):
                    if not free:
                        weight.add(self.fragment(node.name.value), depth)
                elif isinstance(node, FieldNode):
                    self.written_fields += 1
                    if depth == 0 and node.name.value in self._sensitive:
                        weight.sensitive[node.name.value] += 1
                    free_below = free or _count(node, weight, depth + 1)
                    if node.selection_set is not None:
                        waiting.append((node.selection_set, depth + 1, free_below))
                elif isinstance(node, InlineFragmentNode):
                    waiting.append((node.selection_set, depth, free))
        return weight

    def fragment(self, name: str) -> Weight:
        if name not in self._known:
            # a cycle, which validation refuses, meets this empty weight and ends
            self._known[name] = Weight()
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._known[name] = self.weigh(fragment.selection_set)
        return self._known[name]


def _count(node: FieldNode, weight: Weight, depth: int) -> bool:
    """Put one field on the scale; True when what is below it is free."""
    name = node.name.value
    weight.aliases += node.alias is not None
    if name in _INTROSPECTION:
        weight.introspects = True
        return True
    weight.depth = max(weight.depth, depth)
    weight.fields += 1
    weight.reads_data |= name != "__typename"
    return False


def _require(amount: int, limit: int, what: str) -> None:
    if amount > limit:
        raise OperationTooCostlyError(f"The operation is too large: at most {limit} {what} are allowed.")
