"""Whatever the schema lets one ask: what plans answer is what graphql-core answers, over rows of every kind."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from graphql import ExecutionResult, parse, validate
from graphql.execution import Executor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from medianest.api import graphql_schema
from medianest.graphql.execution import _is_awaitable
from medianest.graphql.executors import Compiled
from medianest.wiring.backbone import Backbone
from medianest.wiring.loaders import loaders_of
from medianest.wiring.services import api_services
from models.actor import SYSTEM, Actor, Permission
from models.events import DomainEvent, EventType
from models.notifications import NotificationType
from models.rates import Allowance
from models.services_health import Service, ServiceKind, ServiceStatus
from models.states import DownloadStatus
from schema import dashboard, server
from schema.context import Context
from services.auth import Device
from services.downloads import record_change
from services.hub import Hub
from services.stream_items import DASHBOARD, item_of
from services.work import Notice
from tests.conftest import scaled
from tests.factories.downloads import make_download, make_file
from tests.factories.people import make_actor

SDL = (Path(__file__).parents[3] / "schema" / "schema.graphql").read_text()
OPERATIONS = (Path(__file__).parents[3] / "examples" / "typescript" / "operations.graphql").read_text()
SCHEMA = graphql_schema._schema
TEXT = st.text(max_size=20).map(nodes.String)
SCALARS = dict.fromkeys(("Cursor", "Date", "DateTime", "JSON", "URL"), TEXT) | {"BigInt": st.integers().map(nodes.Int)}
STREAMS = ("dashboard", "downloads", "notifications", "services")


def drawn(strategy: st.SearchStrategy[str], count: int) -> list[str]:
    """So many documents, the same each time."""
    documents: list[str] = []

    @settings(
        max_examples=scaled(count), deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def keep(document: str) -> None:
        documents.append(document)

    keep()
    return [document for document in documents if not validate(SCHEMA, parse(document))]


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both say that it is the same time."""
    clock = Mock(wraps=datetime, now=Mock(return_value=datetime(2026, 1, 1, tzinfo=UTC)))
    for module in (server, dashboard):
        monkeypatch.setattr(module, "datetime", clock)


@pytest.fixture
async def make_context(base: Backbone) -> Callable[[Actor], Context]:
    services = api_services(base, Hub(base.cache, base.pubsub))
    return lambda actor: Context(
        caller=actor, services=services, device=Device(), allowance=Allowance(1, 1, 0, 0), correlation_id="c",
        stream_position=0, make_loaders=loaders_of(base), loaders=loaders_of(base)(),
    )  # fmt: skip


@pytest.fixture
async def people(base: Backbone) -> list[Actor]:
    """Somebody with downloads, files and news, and an administrator."""
    owner, admin = await make_actor(), await make_actor(*Permission)
    download = await make_download(owner.require_user(), status=DownloadStatus.COMPLETED, percent=100)
    await make_file(download)
    running = await make_download(owner.require_user(), status=DownloadStatus.RUNNING, percent=5)
    service = await Service.create(kind=ServiceKind.CUSTOM, name="Toaster", status=ServiceStatus.DOWN)
    async with base.work.begin(SYSTEM) as transaction:
        record_change(transaction, running, DownloadStatus.QUEUED)
        changed = {**service.snapshot(), "previous_status": ServiceStatus.UP}
        transaction.record(EventType.SERVICE_CHANGED, service.id, changed, owner_id=None)
        notice = Notice(NotificationType.DOWNLOAD_COMPLETED, "Done", "", "c", "Download", download.id)
        await transaction.notify(owner.require_user(), notice)
    return [owner, admin]


async def answer(
    kind: type[Executor[Any]], document: str, context: Context, event: object = None, name: str | None = None
) -> str:
    """The data and the errors, as text: in the same order too."""
    executor: Any = kind.build(SCHEMA, parse(document), event, context, {}, name, is_awaitable=_is_awaitable)
    is_event = event is not None and isinstance(executor, Compiled)
    result = executor.on_event(event, context) if is_event else executor.execute_operation()
    found: ExecutionResult = await result if executor.is_awaitable(result) else result
    return str((found.data, [error.formatted for error in found.errors or ()]))


class TestQueries:
    async def test_are_answered_as_by_graphql_core(
        self, make_context: Callable[[Actor], Context], people: list[Actor]
    ) -> None:
        for document in drawn(queries(SDL, custom_scalars=SCALARS), 300):
            for actor in people:
                expected = await answer(StrawberryGraphQLCoreExecutionContext, document, make_context(actor))
                assert await answer(Compiled, document, make_context(actor)) == expected


class TestSubscriptions:
    @pytest.mark.parametrize("name", STREAMS)
    async def test_are_answered_as_by_graphql_core(
        self, make_context: Callable[[Actor], Context], people: list[Actor], name: str
    ) -> None:
        watching = queries("schema { query: Subscription }" + SDL, custom_scalars=SCALARS, fields=[name])
        events = await DomainEvent.filter(type__in=list(DASHBOARD))
        for document in drawn(watching.map("subscription".__add__), 100):
            for event in events:
                item = item_of(event)
                expected = await answer(StrawberryGraphQLCoreExecutionContext, document, make_context(people[0]), item)
                assert await answer(Compiled, document, make_context(people[0]), item) == expected


class TestExamples:
    @pytest.mark.parametrize("name", ["Server", "Home", "Inbox"])
    async def test_queries(self, make_context: Callable[[Actor], Context], people: list[Actor], name: str) -> None:
        expected = await answer(StrawberryGraphQLCoreExecutionContext, OPERATIONS, make_context(people[0]), name=name)
        assert "'errors'" not in expected
        assert await answer(Compiled, OPERATIONS, make_context(people[0]), name=name) == expected

    async def test_the_stream_takes_no_more_than_plans(
        self, make_context: Callable[[Actor], Context], people: list[Actor], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        items = [item_of(event) for event in await DomainEvent.filter(type__in=list(DASHBOARD))]
        streamed = partial(answer, document=OPERATIONS, context=make_context(people[0]), name="Live")
        expected = [await streamed(StrawberryGraphQLCoreExecutionContext, event=item) for item in items]
        monkeypatch.setattr(Compiled, "execute_field", None)
        assert [await streamed(Compiled, event=item) for item in items] == expected
