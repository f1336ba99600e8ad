"""The worker dies while it takes in what happened: everything counts once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Permission
from models.channels import NotificationChannel, NotificationChannelKind, NotificationDelivery
from models.events import EventType
from models.notifications import NotificationType
from models.states import DownloadStatus
from models.users import User
from services.downloads import record_change
from services.event_log import EventLogService
from services.projections import ProjectionName
from services.work import Notice
from tests.conftest import scaled
from tests.e2e.front_end import eventually, until
from tests.e2e.serving import Serving, kill
from tests.e2e.test_faults import frozen
from tests.e2e.test_stop import Record
from tests.e2e.under_fire.following import patience
from tests.factories.downloads import make_download
from tests.factories.people import make_actor
from tests.integration.channels.conftest import KEY
from tests.integration.outgoing.upstream import reply, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")


class TestWorker:
    async def test_killed_while_it_catches_up(
        self, server: Serving, base: Backbone, person: User, record_property: Record
    ) -> None:
        moves, notices = scaled(6_000), scaled(500)
        async with serving(reply(204, b"")) as receiver:
            target = f"{receiver.url()}/hook"
            await NotificationChannel.create(
                user_id=person.id, kind=NotificationChannelKind.WEBHOOK, name="hook", target=target, secret=KEY,
                events=list(NotificationType),
            )  # fmt: skip
            async with killed_at(server, "download_counts"), frozen(server.worker_pid):
                await live(base, person.id, moves)
            async with killed_at(server, "notification_deliveries"):
                await tell(base, person.id, notices)
            await eventually(partial(all_is_taken_in, server), patience(moves + notices))
            await until(lambda: len(receiver.received) >= notices, patience(notices))
        assert len({got.headers["webhook-id"] for got in receiver.received}) == len(receiver.received) == notices
        assert await NotificationDelivery.filter(user_id=person.id).count() == notices
        counts = f"WHERE owner_id = '{person.id}'"
        kept = await server.sql(f"SELECT status, count FROM download_counts {counts} AND count <> 0 ORDER BY status")
        assert kept == await server.sql(
            f"SELECT status, count(*)::int FROM downloads {counts} GROUP BY status ORDER BY status"
        )
        days = await server.sql("SELECT * FROM download_days ORDER BY day")
        await EventLogService(base.work).replay(
            await make_actor(Permission.ADMIN), ProjectionName.DOWNLOAD_ANALYTICS, None
        )
        assert days == await server.sql("SELECT * FROM download_days ORDER BY day")
        record_property("figures", f"worker killed twice over {moves} moves and {notices} notifications: all once")


@asynccontextmanager
async def killed_at(server: Serving, table: str) -> AsyncIterator[None]:
    """What happens inside makes the worker write into the table, and that is where it dies, in its transaction."""
    waits = f"SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO {table}%'"

    async def is_waiting() -> bool | None:
        return True if await server.sql(waits) else None

    async with server.connection() as connection, connection.transaction():
        await connection.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        yield
        await eventually(is_waiting, patience(0))
        kill(server.worker_pid)


async def live(base: Backbone, owner_id: UUID, moves: int) -> None:
    """Downloads that came and went, in so many steps."""
    for number in range(moves // 4):
        async with base.work.begin(SYSTEM) as transaction:
            row = await make_download(owner_id)
            transaction.record(EventType.DOWNLOAD_CREATED, row.id, row.snapshot(), owner_id=owner_id)
            end = (DownloadStatus.COMPLETED, DownloadStatus.FAILED)[number % 2]
            for status in (DownloadStatus.RUNNING, DownloadStatus.RETRY_WAIT, end):
                previous, row.status = row.status, status
                row.version += 1
                record_change(transaction, row, previous)
            await row.save()


async def tell(base: Backbone, user_id: UUID, notices: int) -> None:
    async with base.work.begin(SYSTEM) as transaction:
        for number in range(notices):
            await transaction.notify(user_id, Notice(NotificationType.ANNOUNCEMENT, "News", "", f"cause {number}"))


async def all_is_taken_in(server: Serving) -> bool | None:
    """By every consumer of the log."""
    behind = "SELECT FROM event_consumers AS kept, event_counter AS log WHERE kept.position < log.position"
    return None if await server.sql(behind) else True
