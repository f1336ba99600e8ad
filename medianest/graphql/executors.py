"""graphql-core's executor, where it needs to be told more than it knows by itself."""

from collections.abc import Awaitable
from functools import cached_property, partial
from typing import Any, cast

from graphql import ExecutionResult, GraphQLObjectType, GraphQLResolveInfo
from graphql.execution import execute_subscription_event
from graphql.execution.collect_fields import CollectedFields, collect_fields
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from typing_extensions import override

from medianest.graphql.compiled import Details, Fields, Plan, Plans
from medianest.graphql.errors import OperationTooCostlyError

# GraphiQL's question comes to about 14 for each field of the schema
MAX_INTROSPECTED_FIELDS = 60_000


class Compiled(StrawberryGraphQLCoreExecutionContext):
    """Reads by plans what can be read so, and leaves the rest to graphql-core.

    Its plans, and what was found out about the document with them, serve each copy that is made for an event.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plans = Plans()  # or those of an execution before

    def on_event(self, event: Any, context: Any) -> ExecutionResult | Awaitable[ExecutionResult]:
        """What one event of a subscription comes to."""
        self.root_value, self.context_value = event, context
        try:
            return ExecutionResult(self._event_plan.read(event, self, None))
        except Exception:  # noqa: BLE001  (it takes graphql-core, which will meet the same again and say so)
            own = self.build_per_event_executor(event)
        return execute_subscription_event(own)

    @cached_property
    def _event_plan(self) -> Plan:
        kind = cast("GraphQLObjectType", self.schema.subscription_type)
        collect = partial(collect_fields, self.schema, self.fragments, self.variable_values, kind, self.operation)
        return self.plans.of(kind, self.plans.root(lambda: collect().grouped_field_set), self)

    @override
    def execute_collected_root_fields(
        self, root_type: Any, root_value: Any, grouped_field_set: Fields, serially: bool, new_defer_usages: Any
    ) -> Any:
        fields = self.plans.root(lambda: grouped_field_set)
        return super().execute_collected_root_fields(root_type, root_value, fields, serially, new_defer_usages)

    @override
    def collect_subfields(self, return_type: GraphQLObjectType, field_details_list: Details) -> CollectedFields:
        collect = partial(super().collect_subfields, return_type, field_details_list)
        return self.plans.below(return_type, field_details_list, collect)

    @override
    def execute_fields(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Path | None, grouped_field_set: Fields,
        position_context: Any,
    ) -> Any:  # fmt: skip
        plan = self.plans.of(parent_type, grouped_field_set, self)
        read = plan.read_some(source_value, self, path)
        rest = {key: details for key, details in grouped_field_set.items() if key not in read}
        if not rest:
            return read
        found = super().execute_fields(parent_type, source_value, path, rest, position_context)

        def merge(found: dict[str, Any]) -> dict[str, Any]:
            return {key: found[key] if key in rest else read[key] for key in grouped_field_set}

        async def wait(found: Awaitable[dict[str, Any]]) -> dict[str, Any]:
            return merge(await found)

        return wait(found) if self.is_awaitable(found) else merge(cast("dict[str, Any]", found))


class _EnoughIntrospectedError(BaseException):
    """Not an Exception: graphql-core makes an error of one field out of those and goes on with the next."""


class Introspection(StrawberryGraphQLCoreExecutionContext):
    """Gives up on questions that multiply lists of types with each other."""

    _remaining = MAX_INTROSPECTED_FIELDS

    @override
    def execute_operation(self, serially: bool | None = None) -> Any:
        try:
            return super().execute_operation(serially)
        except _EnoughIntrospectedError:
            raise OperationTooCostlyError("This asks for too much of the schema at once.") from None

    @override
    def build_resolve_info(self, *args: Any) -> GraphQLResolveInfo[Any]:
        self._remaining -= 1
        if self._remaining < 0:
            raise _EnoughIntrospectedError
        return super().build_resolve_info(*args)
