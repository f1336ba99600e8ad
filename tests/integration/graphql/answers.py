"""Answers to compare."""

import re
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, validate
from graphql.execution import Executor

from medianest.graphql.compiled import Plans


def _classes(value: Any) -> Any:
    """What `==` and `str` do not tell apart."""
    if isinstance(value, dict):
        return {key: _classes(below) for key, below in value.items()}
    return [_classes(below) for below in value] if isinstance(value, list) else type(value)


async def answer(
    schema: GraphQLSchema,
    kind: type[Executor[Any]],
    document: DocumentNode,
    context: object,
    plans: Plans | None = None,
) -> str:
    """The data, the errors, and the classes of all values, as text."""
    assert not validate(schema, document)
    executor: Any = kind.build(schema, document, None, context, {})
    if plans is not None:
        executor.plans = plans
    result = executor.execute_operation()
    found: ExecutionResult = await result if executor.is_awaitable(result) else result
    told = str((found.data, [error.formatted for error in found.errors or ()], _classes(found.data)))
    return re.sub("0x[0-9a-f]+", "", told)
