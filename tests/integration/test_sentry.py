"""What reaches Sentry, over a transport in this process."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
import strawberry
from pydantic import SecretStr
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport
from typing_extensions import override

from infra.correlation import correlation_id
from infra.queue_worker import _traced
from medianest.failures import noting, watch_tasks
from medianest.graphql.execution import Engine
from medianest.graphql.request import OperationRequest
from medianest.sentry import Sentry, sentry_of
from medianest.settings import Settings, SettingsError
from medianest.wiring.backbone import Backbone
from models.actor import ANONYMOUS
from models.error_entries import ErrorEntry
from services.error_log import ErrorLog
from tests.integration.graphql.toy import Context

DSN = "https://public@sentry.example/1"
SECRET = "hunter2"


class Kept(Transport):
    """What would have been sent, as it would have been sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []
        self.arrived = asyncio.Event()

    @override
    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent += [json.dumps(item.get_event()) for item in envelope.items]
        self.arrived.set()

    async def one(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            await self.arrived.wait()
        (text,) = self.sent
        event: dict[str, Any] = json.loads(text)
        return event


def stumble(password: str) -> int:
    return int(password)


@strawberry.type
class Query:
    @strawberry.field
    def stumble(self, password: str) -> int | None:
        return stumble(password)


@strawberry.type
class Late:
    password: strawberry.Private[str]

    @strawberry.field
    def value(self) -> int | None:
        return stumble(self.password)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ends(self, password: str) -> AsyncIterator[int]:
        yield 1
        stumble(password)

    @strawberry.subscription
    async def event(self, password: str) -> AsyncIterator[Late]:
        yield Late(password=password)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def error_log(base: Backbone, kept: Kept) -> AsyncIterator[ErrorLog]:
    log = ErrorLog(base.work, Sentry(DSN, kept).tell)
    yield log
    await log.settled()


@pytest.fixture
def engine(error_log: ErrorLog) -> Engine:
    return Engine(strawberry.Schema(Query, subscription=Subscription), classify=noting(error_log))


async def run(engine: Engine, document: str) -> None:
    """As an endpoint does: whatever ends the operation is made an answer of."""
    correlation_id.set("the-id")
    operation = await engine.prepare(OperationRequest(document, variables={"password": SECRET}))
    context = Context(ANONYMOUS, "the-id")
    if operation.type.value == "query":
        await engine.execute(operation, context)
        return
    try:
        async for _ in engine.subscribe(operation, context):
            pass
    except Exception as failure:  # noqa: BLE001
        engine.errors.rejection(failure, "the-id")


class TestWhatIsTold:
    @pytest.mark.parametrize(
        "document",
        [
            "query Stumble($password: String!) { stumble(password: $password) }",
            "subscription Stumble($password: String!) { ends(password: $password) }",
            "subscription Stumble($password: String!) { event(password: $password) { value } }",
        ],
    )
    async def test_operations(self, engine: Engine, kept: Kept, document: str) -> None:
        await run(engine, document)
        event = await kept.one()
        assert event["tags"] == {"correlation_id": "the-id", "operation": "Stumble"}
        assert event["transaction"] == "Stumble"
        failure = event["exception"]["values"][-1]
        assert failure["type"] == "ValueError"
        assert failure["stacktrace"]["frames"][-1]["function"] == "stumble"

    async def test_jobs(self, error_log: ErrorLog, kept: Kept) -> None:
        async def job(password: str) -> None:
            stumble(password)

        with pytest.raises(ValueError, match=SECRET):
            await _traced("downloads.run", job, error_log.note)(password=SECRET, correlation_id="the-id")
        assert (await kept.one())["tags"] == {"correlation_id": "the-id", "operation": "downloads.run"}

    async def test_tasks_nobody_waits_for(self, error_log: ErrorLog, kept: Kept) -> None:
        watch_tasks(error_log)
        asyncio.get_running_loop().call_soon(stumble, SECRET)
        assert (await kept.one())["exception"]["values"][-1]["type"] == "ValueError"

    async def test_under_the_fingerprint_of_the_error_log(self, error_log: ErrorLog, kept: Kept) -> None:
        error_log.note(ValueError(SECRET))
        event = await kept.one()
        await error_log.settled()
        assert event["fingerprint"] == [(await ErrorEntry.get()).fingerprint]

    async def test_a_database_that_is_away_is_no_bug(self, engine: Engine, kept: Kept) -> None:
        engine.errors.expected(ConnectionError("away"), "x")
        await asyncio.sleep(0)
        assert kept.sent == []


class TestWhatStaysHere:
    async def test_values(self, engine: Engine, kept: Kept) -> None:
        await run(engine, "query Stumble($password: String!) { stumble(password: $password) }")
        event = await kept.one()
        assert SECRET not in kept.sent[0]
        assert set(event) <= {
            "event_id", "timestamp", "level", "platform", "release", "sdk", "fingerprint", "tags", "transaction",
            "exception",
        }  # fmt: skip

    def test_notes_of_a_failure(self, kept: Kept) -> None:
        failure = ValueError(SECRET)
        failure.add_note(SECRET)
        failure.__cause__ = KeyError(SECRET)
        Sentry(DSN, kept).tell(failure, "f")
        assert SECRET not in kept.sent[0]


class TestStart:
    def test_without_a_dsn_nothing_is_imported(self) -> None:
        code = (
            "import sys; from medianest.sentry import sentry_of; from medianest.settings import Settings;"
            "import medianest.app; assert sentry_of(Settings(_env_file=None)) is None;"
            "sys.exit('sentry_sdk' in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code], check=True)

    def test_a_missing_package_is_one_sentence(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "sentry_sdk", None)
        with pytest.raises(SettingsError, match=r"^MEDIANEST_SENTRY_DSN is set, but .*\.$"):
            sentry_of(settings.model_copy(update={"sentry_dsn": SecretStr(DSN)}))

    def test_what_is_no_dsn_is_one_sentence(self) -> None:
        with pytest.raises(SettingsError, match=r"^MEDIANEST_SENTRY_DSN: is no DSN.*\.$"):
            Sentry("nonsense")

    def test_the_dsn_may_come_from_a_file(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        file = settings.data_dir.parent / "dsn"
        file.write_text(DSN)
        monkeypatch.setenv("MEDIANEST_SENTRY_DSN_FILE", str(file))
        sentry = sentry_of(Settings())
        assert sentry is not None
        sentry.close()
