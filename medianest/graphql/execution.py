"""Runs operations on a Strawberry schema: a document is parsed, weighed and validated once, then executed."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol, Self, TypeGuard, TypeVar, cast

import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationType,
)
from graphql.execution import create_source_event_stream
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from tortoise import Model

from infra.correlation import operation_name
from medianest.graphql.budget import check_variables
from medianest.graphql.deadline import ANSWER_SECONDS
from medianest.graphql.documents import Documents, Part
from medianest.graphql.errors import Classify, ErrorPresenter, InvalidOperationError
from medianest.graphql.executors import Compiled, Introspection
from medianest.graphql.persisted import PersistedDocuments
from medianest.graphql.request import OperationRequest, RequestInfo
from medianest.graphql.shared import Answer, Channel, Outlet, Question, Questions
from models.actor import Actor
from models.rates import Allowance

E = TypeVar("E", bound=StrawberryGraphQLCoreExecutionContext)


def _is_awaitable(value: Any) -> TypeGuard[Awaitable[Any]]:
    """A row could be awaited too, and would answer itself."""
    return bool(optimized_is_awaitable(value)) and not isinstance(value, Model)


Result = dict[str, Any]
"""A GraphQL response: `data`, `errors` where there are any, and the operation's cost in `extensions`."""

INTROSPECTION_CHARGE = 1_000
"""Its fields are free within the cost of an operation, but not the work that they make."""


class OperationContext(Protocol):
    """What resolvers find in `info.context`."""

    @property
    def correlation_id(self) -> str: ...

    @property
    def is_personal(self) -> bool:
        """Whether somebody asked who the caller is: what came out of it is for that caller alone."""

    def for_event(self) -> Self:
        """The same caller with fresh dataloaders, for one event of a subscription."""


class Source(Protocol):
    """A source whose events are the same objects for all who hear of them, and which can hand them to an outlet, each
    when the answer to the one before has gone out; one that could not be sent comes by the iterator.
    """

    def attach(self, outlet: Outlet) -> None: ...


Observe = Callable[[str, str, float, bool], None]
"""Told of each operation that ran: its type, its name (empty: none), how many seconds it took, whether it failed."""

MakeContext = Callable[[Actor, RequestInfo, Allowance], OperationContext]
"""A fresh context for one operation."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A valid operation, ready to run."""

    request: OperationRequest
    document: DocumentNode
    part: Part
    cost: int
    question: Question | None = None
    seconds: float = ANSWER_SECONDS
    """How long the answer may take."""

    @property
    def type(self) -> OperationType:
        return self.part.definition.operation

    @property
    def charge(self) -> int:
        """What it takes of the caller's budget."""
        return self.cost + INTROSPECTION_CHARGE * self.part.weight.introspects


@dataclass(slots=True)
class _Seen:
    failed: bool = False


class Engine:
    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        introspection: bool = True,
        classify: Classify = lambda _: None,
        sensitive: frozenset[str] = frozenset(),
        slow: Mapping[str, float] = MappingProxyType({}),
        observe: Observe = lambda *_: None,
    ) -> None:
        """`introspection=False` also hides the suggestions ("Did you mean …") that would give the schema away.

        Fields named in `sensitive` may stand in a document once: aliases must not multiply what is counted. So do those
        in `slow`, which may take so many seconds.
        """
        self._slow = slow
        self._observe = observe
        self.running_subscriptions = 0
        self.errors = ErrorPresenter(classify)
        self._schema = schema._schema  # noqa: SLF001 - Strawberry has no public way to the GraphQLSchema it built
        self._hide_suggestions = not introspection
        # validation and introspection can be a second of pure computing: never on the event loop
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="graphql")
        self._documents = Documents(
            self._schema, self._threads, sensitive | slow.keys(), hides_schema=not introspection
        )
        self._persisted = PersistedDocuments()
        self._questions = Questions()

    async def prepare(self, request: OperationRequest) -> Operation:
        """Raises InvalidOperationError, MalformedRequestError, OperationTooCostlyError, PersistedQueryNotFoundError."""
        check_variables(request.variables)
        request = self._persisted.complete(request)
        document = await self._documents.find(request.query)
        self._persisted.keep(request)
        part = document.part(request.operation_name)
        cost = part.price.cost(request.variables)
        question = None
        if part.definition.operation is OperationType.SUBSCRIPTION:
            question = self._questions.find(request.query, part.name, request.variables, part.answering)
        seconds = max([ANSWER_SECONDS, *(self._slow.get(field, 0) for field in part.weight.sensitive)])
        return Operation(request, document.node, part, cost, question, seconds)

    async def execute(self, operation: Operation, context: OperationContext) -> Result:
        """Run a query or a mutation. Raises InvalidOperationError for variables of the wrong type."""
        with self._observed(operation) as seen:
            result = await self._execute(operation, context)
            seen.failed = "errors" in result
            return result

    async def _execute(self, operation: Operation, context: OperationContext) -> Result:
        if operation.part.weight.introspects:
            executor = self._executor(Introspection, operation, context)
            loop = asyncio.get_running_loop()
            result: Any = await loop.run_in_executor(self._threads, executor.execute_operation)
        else:
            result = await _settled(self._compiled(operation, context).execute_operation())
        return self._present(result, operation, context)

    async def subscribe(
        self, operation: Operation, context: OperationContext, channel: Channel | None = None
    ) -> AsyncGenerator[Answer, None]:
        """One answer for each source event, but for those that `channel` took. Raises InvalidOperationError, and
        whatever ended the source.
        """
        execute = partial(self._answer, operation, context)
        self.running_subscriptions += 1
        try:
            with self._observed(operation) as seen:
                source = await self._source(operation, context)
                async with aclosing(source):
                    # of any other source the same event need not be the same object for all
                    question = cast("Question", operation.question) if hasattr(source, "attach") else None
                    if channel is not None and question is not None:
                        cast("Source", source).attach(Outlet(question, context, execute, channel))
                    async for event in source:
                        answer = await (question or Question()).in_time(event, context, execute)
                        seen.failed |= answer.failed
                        yield answer
        finally:
            self.running_subscriptions -= 1

    async def _source(self, operation: Operation, context: OperationContext) -> AsyncGenerator[object, None]:
        executor = self._executor(StrawberryGraphQLCoreExecutionContext, operation, context)
        source = await _settled(create_source_event_stream(executor))
        if isinstance(source, ExecutionResult):
            raise cast("list[GraphQLError]", source.errors)[0]
        return cast("AsyncGenerator[object, None]", source)

    def _answer(self, operation: Operation, context: OperationContext, event: object) -> Answer | Awaitable[Answer]:
        asked, question = context.for_event(), cast("Question", operation.question)
        if question.executor is None:
            question.executor = self._compiled(operation, asked)

        result = question.executor.on_event(event, asked)
        if isinstance(result, ExecutionResult):
            return self._made(result, operation, context, asked)
        return self._awaited(result, operation, context, asked)

    async def _awaited(self, result: Awaitable[ExecutionResult], *about: Any) -> Answer:
        return self._made(await result, *about)

    def _made(
        self, result: ExecutionResult, operation: Operation, context: OperationContext, asked: OperationContext
    ) -> Answer:
        is_shared = not (asked.is_personal or result.errors)
        return Answer(self._present(result, operation, context), context, is_shared=is_shared)

    @contextmanager
    def _observed(self, operation: Operation) -> Iterator["_Seen"]:
        name = operation.part.name or ""
        operation_name.set(name)
        seen, started = _Seen(), time.perf_counter()
        try:
            yield seen
        except (Exception, asyncio.CancelledError) as failure:
            # who leaves a subscription has seen enough; an answer that is given up came too late
            left = isinstance(failure, asyncio.CancelledError) and operation.type is OperationType.SUBSCRIPTION
            seen.failed |= not left
            raise
        finally:
            seconds = time.perf_counter() - started
            self._observe(operation.type.value, name, seconds, seen.failed)

    def _compiled(self, operation: Operation, context: OperationContext) -> Compiled:
        executor = self._executor(Compiled, operation, context)
        executor.plans = operation.part.plans(executor.variable_values.coerced)
        return executor

    def _executor(self, kind: type[E], operation: Operation, context: OperationContext) -> E:
        executor = kind.build(
            self._schema,
            operation.document,
            context_value=context,
            raw_variable_values=operation.request.variables,
            operation_name=operation.request.operation_name,
            is_awaitable=_is_awaitable,
            hide_suggestions=self._hide_suggestions,
            operation_extensions=operation.request.extensions,
        )
        if isinstance(executor, list):
            raise InvalidOperationError(executor)
        return cast("E", executor)

    def _present(self, result: ExecutionResult, operation: Operation, context: OperationContext) -> Result:
        answer: Result = {}
        if result.errors:
            answer["errors"] = [self.errors.field(error, context.correlation_id) for error in result.errors]
        answer["data"] = result.data
        answer["extensions"] = {"cost": operation.cost}
        return answer


async def _settled(value: Any) -> Any:
    return await value if _is_awaitable(value) else value
