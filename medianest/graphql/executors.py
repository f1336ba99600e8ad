"""graphql-core's executor, where it needs to be told more than it knows by itself."""

from typing import Any

from graphql import GraphQLResolveInfo
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from typing_extensions import override

from medianest.graphql.errors import OperationTooCostlyError

# GraphiQL's question comes to about 14 for each field of the schema
MAX_INTROSPECTED_FIELDS = 60_000


class EventAfterEvent(StrawberryGraphQLCoreExecutionContext):
    """What was found out about the document at the first event holds for all.

    graphql-core remembers subfields by the list of fields they belong to, and collects the root's anew for each event:
    it would never remember any, and keep all of them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._root_fields: list[Any] = []  # the same list in the copy that each event gets

    @override
    def execute_collected_root_fields(
        self, root_type: Any, root_value: Any, grouped_field_set: Any, serially: bool, new_defer_usages: Any
    ) -> Any:
        if not self._root_fields:
            self._root_fields.append(grouped_field_set)
        return super().execute_collected_root_fields(
            root_type, root_value, self._root_fields[0], serially, new_defer_usages
        )


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
