"""Documents: parsed, weighed, priced and validated once, and kept by their text."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    TypeNode,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from medianest.graphql.budget import Weight, parse_within_budget, weigh
from medianest.graphql.compiled import Plans
from medianest.graphql.cost import OperationPrice
from medianest.graphql.errors import InvalidOperationError
from medianest.graphql.shared import answering_variables

# a document at the limit of 2,000 tokens takes 0.6 MB, and as much again for its plans
CACHED_DOCUMENTS = 128


@dataclass(slots=True)
class Part:
    """One operation of a document. `answering` are the variables that a subscription's answers depend on, `conditions`
    those that may decide which fields there are.
    """

    definition: OperationDefinitionNode
    weight: Weight
    price: OperationPrice
    answering: frozenset[str]
    conditions: Sequence[str]
    _met: tuple[object, ...] = ()
    _plans: Plans = field(default_factory=Plans)

    @property
    def name(self) -> str | None:
        return _name(self.definition)

    def plans(self, variables: Mapping[str, object]) -> Plans:
        """Those of the last time, unless a condition has changed."""
        met = tuple(variables.get(name) for name in self.conditions)
        if met != self._met:
            self._met, self._plans = met, Plans()
        return self._plans


@dataclass(frozen=True, slots=True)
class Document:
    node: DocumentNode
    parts: Mapping[str | None, Part]

    def part(self, name: str | None) -> Part:
        """The operation of that name, or the only one. Raises InvalidOperationError."""
        (only,) = self.parts if name is None and len(self.parts) == 1 else (name,)
        found = self.parts.get(only)
        if found is None:
            raise InvalidOperationError([GraphQLError(self._why_none(name))])
        return found

    def _why_none(self, name: str | None) -> str:
        if name is not None:
            return f"The document has no operation named '{name[:100]}'."
        if not self.parts:
            return "The document has no operation."
        return "The document has several operations: name the one to run in `operationName`."


class Documents:
    """`hides_schema`: no introspection, and no suggestions that would give names away."""

    def __init__(
        self, schema: GraphQLSchema, threads: ThreadPoolExecutor, sensitive: frozenset[str], *, hides_schema: bool
    ) -> None:
        self._schema = schema
        self._threads = threads
        self._sensitive = sensitive
        self._hides_schema = hides_schema
        self._rules = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
        if hides_schema:
            self._rules += (NoSchemaIntrospectionCustomRule,)
        self._known: OrderedDict[str, Document] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    async def find(self, text: str) -> Document:
        """Raises InvalidOperationError, OperationTooCostlyError."""
        known = self._known.get(text)
        if known is None:
            known = await asyncio.get_running_loop().run_in_executor(self._threads, self._prepare, text)
            self._known[text] = known
        self._known.move_to_end(text)
        while len(self._known) > CACHED_DOCUMENTS:
            self._known.popitem(last=False)
        return known

    def _prepare(self, text: str) -> Document:
        document = parse_within_budget(text)
        weights = weigh(document, self._sensitive)
        errors = validate(self._schema, document, self._rules, hide_suggestions=self._hides_schema)
        if errors:
            raise InvalidOperationError(errors)
        parts = [
            Part(
                definition=node,
                weight=weights[_name(node)],
                price=OperationPrice(self._schema, document, node),
                answering=answering_variables(document, node),
                conditions=[
                    given.variable.name.value for given in node.variable_definitions or () if _is_boolean(given.type)
                ],
            )
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode)
        ]
        return Document(document, {part.name: part for part in parts})


def _is_boolean(node: TypeNode) -> bool:
    named = node.type if isinstance(node, NonNullTypeNode) else node
    return isinstance(named, NamedTypeNode) and named.name.value == "Boolean"


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None
