"""What an operation costs: one for each field that may come back, rows of lists included."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from medianest.graphql.errors import OperationTooCostlyError

MAX_COST = 10_000
DEFAULT_PAGE = 25
MAX_PAGE = 100
UNPAGED = 10
"""How many entries a list is taken to have when nothing says how many are wanted."""

_INTROSPECTION = frozenset({"__schema", "__type"})
_PAGING = frozenset({"first", "last"})

Sizes = tuple[tuple[str, int | None], ...]
"""The page size in each number among the variables."""


@dataclass(frozen=True, slots=True)
class _Price:
    """Of a selection set. `a_row` is paid once for each entry of the page that the field around it asks for: the price
    of what stands in lists directly below, such as the `edges` and `nodes` of a connection.
    """

    fixed: int = 0
    a_row: int = 0

    def __add__(self, other: "_Price") -> "_Price":
        return _Price(self.fixed + other.fixed, self.a_row + other.a_row)

    def within(self, page: int = UNPAGED) -> int:
        return self.fixed + page * self.a_row


class OperationPrice:
    """What one operation of a valid document costs, reckoned when its page sizes are known."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._numbers = [
            (node.variable.name.value, _literal(node.default_value))
            for node in operation.variable_definitions or ()
            if _is_number(node.type)
        ]
        # the same few page sizes come again and again
        self._known = lru_cache(maxsize=8)(self._reckon)

    def cost(self, variables: Mapping[str, Any]) -> int:
        """Raises OperationTooCostlyError."""
        sizes = tuple((name, _page(variables.get(name, default))) for name, default in self._numbers)
        cost = self._known(sizes)
        if cost > MAX_COST:
            raise OperationTooCostlyError(
                f"The operation costs {cost:,} and at most {MAX_COST:,} is allowed: ask for fewer fields in lists, "
                "or for smaller pages."
            )
        return cost

    def _reckon(self, sizes: Sizes) -> int:
        root = self._schema.get_root_type(self._operation.operation)
        return _Till(self._schema, self._fragments, dict(sizes)).price(self._operation.selection_set, root).within()


class _Till:
    """Reckons every selection set once, however often it is spread."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], sizes: Mapping[str, int | None]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._sizes = sizes
        self._known: dict[str, _Price] = {}

    def price(self, selection_set: SelectionSetNode, parent: Any) -> _Price:
        total = _Price()
        waiting = [(selection_set, parent)]
        while waiting:
            selections, parent = waiting.pop()
            for node in selections.selections:
                if isinstance(node, FieldNode):
                    total += self._field(node, parent)
                elif isinstance(node, FragmentSpreadNode):
                    total += self._fragment(node.name.value)
                elif isinstance(node, InlineFragmentNode):
                    condition = node.type_condition
                    below = self._schema.get_type(condition.name.value) if condition else parent
                    waiting.append((node.selection_set, below))
        return total

    def _fragment(self, name: str) -> _Price:
        if name not in self._known:
            fragment = self._fragments[name]
            kind = self._schema.get_type(fragment.type_condition.name.value)
            self._known[name] = self.price(fragment.selection_set, kind)
        return self._known[name]

    def _field(self, node: FieldNode, parent: Any) -> _Price:
        if node.name.value in _INTROSPECTION:
            return _Price()
        if node.selection_set is None:
            return _Price(1)
        definition = parent.fields[node.name.value]
        below = self.price(node.selection_set, get_named_type(definition.type))
        page = self._page_of(node, definition)
        if not is_list_type(get_nullable_type(definition.type)):
            return _Price(1 + below.within(UNPAGED if page is None else page))
        return _Price(1, below.within()) if page is None else _Price(1 + page * below.within())

    def _page_of(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """None for a field that takes no page size."""
        taken = _PAGING & definition.args.keys()
        if not taken:
            return None
        given = {argument.name.value: self._size(argument.value) for argument in node.arguments or ()}
        sizes = [given[name] if name in given else _default(definition.args[name]) for name in taken]
        return max((size for size in sizes if size is not None), default=DEFAULT_PAGE)

    def _size(self, value: ValueNode) -> int | None:
        return self._sizes.get(value.name.value) if isinstance(value, VariableNode) else _page(_literal(value))


def _page(value: object) -> int | None:
    """The size that a value asks for; what is no number is refused later, and counts as the largest till then."""
    if value is None:
        return None
    return max(0, min(int(value), MAX_PAGE)) if isinstance(value, int | float) else MAX_PAGE


def _default(argument: GraphQLArgument) -> int | None:
    return _page(argument.default_value) if isinstance(argument.default_value, int) else None


def _is_number(node: TypeNode) -> bool:
    named = node.type if isinstance(node, NonNullTypeNode) else node
    return isinstance(named, NamedTypeNode) and named.name.value == "Int"


def _literal(node: ValueNode | None) -> int | None:
    return int(node.value) if isinstance(node, IntValueNode) else None
