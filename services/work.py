"""The unit of work: the only place that opens a transaction.

What a use case changes, tells and promises goes in together: rows, events, notifications and jobs. After the commit
the cache tags of its events are purged and the listeners woken, before the caller gets its answer.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction
from uuid_utils.compat import uuid7

from infra import queue
from infra.cache.base import Cache
from infra.correlation import causation_id, client_address, current_correlation_id
from infra.pubsub import EVENTS, PubSub
from models.actor import Actor
from models.audit import AuditEntry
from models.base import Row
from models.errors import IdempotencyMismatchError
from models.events import EventType, tags_of
from models.jobs import JobName
from models.notifications import Notification, NotificationType


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person is told. `cause` makes it unique for them: told once, however often the cause comes by."""

    type: NotificationType
    title: str
    body: str
    cause: str
    subject_type: str | None = None
    subject_id: UUID | None = None


class Transaction:
    """Open work. Everything in it happens, or nothing does."""

    def __init__(self, actor: Actor, connection: BaseDBAsyncClient) -> None:
        self.connection = connection
        self.events: list[dict[str, Any]] = []
        self.actor = actor

    def record(self, type_: EventType, stream_id: UUID, payload: Mapping[str, Any], *, owner_id: UUID | None) -> None:
        """Tell what happened. Written last before the commit; `payload` is the state of this very moment."""
        self.events.append(
            {
                "id": str(uuid7()),
                "type": type_.value,
                "stream_id": str(stream_id),
                "owner_id": owner_id and str(owner_id),
                "actor_id": self.actor.user_id and str(self.actor.user_id),
                "correlation_id": current_correlation_id(),
                "causation_id": (self.events[0]["id"] if self.events else causation_id.get()) or None,
                "payload": dict(payload),
                "occurred_at": datetime.now(UTC).isoformat(),
            }
        )

    async def lock(self, name: str) -> None:
        """Wait for whoever does the same thing, until their transaction has ended."""
        await self.connection.execute_query_dict("SELECT pg_advisory_xact_lock(hashtext($1))::text", [name])

    async def audit(
        self,
        action: str,
        target: Row,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down who did it. `before` and `after` are what changed, without secrets."""
        await AuditEntry(
            actor_id=self.actor.user_id,
            action=action,
            target_type=type(target).__name__,
            target_id=target.id,
            before=before,
            after=after,
            ip=client_address.get() or None,
            correlation_id=current_correlation_id(),
        ).save()

    async def notify(self, user_id: UUID, notice: Notice) -> None:
        """Put a notice into somebody's inbox, unless its cause is there already."""
        await self.notify_all([user_id], notice)

    async def notify_all(self, user_ids: Sequence[UUID], notice: Notice) -> list[UUID]:
        """Put a notice into each inbox where its cause is not; answers the new notifications, in one statement."""
        told_at, recipients = datetime.now(UTC), {uuid7(): user_id for user_id in user_ids}
        made = await self.connection.execute_query_dict(
            "INSERT INTO notifications (id, user_id, type, title, body, subject_type, subject_id, cause, created_at) "
            "SELECT recipient.id, recipient.user_id, $3, $4, $5, $6, $7, $8, $9 "
            "FROM unnest($1::uuid[], $2::uuid[]) AS recipient (id, user_id) "
            "ON CONFLICT (user_id, cause) DO NOTHING RETURNING id",
            [list(recipients), list(user_ids), notice.type.value, notice.title, notice.body, notice.subject_type,
             notice.subject_id, notice.cause, told_at],
        )  # fmt: skip
        told = [UUID(str(found["id"])) for found in made]
        common = Notification(created_at=told_at, **asdict(notice)).snapshot()  # once: they may be very many
        for key in told:
            user_id = recipients[key]
            state = {**common, "id": str(key), "user_id": str(user_id)}
            self.record(EventType.NOTIFICATION_CREATED, key, state, owner_id=user_id)
        return told

    async def enqueue(
        self, job: JobName, arguments: Mapping[str, str], *, lock: str | None = None, run_at: datetime | None = None
    ) -> int:
        """Promise a job; answers its number."""
        cause = self.events[-1]["id"] if self.events else causation_id.get()
        traced = {**arguments, "correlation_id": current_correlation_id(), "causation_id": cause}
        return await queue.enqueue(self.connection, job.queue, job, traced, lock=lock, run_at=run_at)

    async def hasten_job(self, job_id: int) -> bool:
        """Let a job that waits for its time begin; whether it still waited."""
        return await queue.hasten(self.connection, job_id)

    async def cancel_job(self, job_id: int) -> None:
        await queue.cancel(self.connection, job_id)

    async def once(self, key: str | None, command: object, subject_id: UUID) -> UUID | None:
        """Remember that `command` made `subject_id`, or answer what it made when it came with this key before.

        A second caller waits here until the first has committed. Raises IdempotencyMismatchError when the key was
        used for something else.
        """
        if key is None:
            return None
        fingerprint = hashlib.sha256(json.dumps(asdict(command), default=str).encode()).hexdigest()  # type: ignore[call-overload]
        user_id = self.actor.require_user()
        if await self.connection.execute_query_dict(
            "INSERT INTO idempotency_keys (id, user_id, key, fingerprint, subject_id, created_at) "
            "VALUES ($1, $2, $3, $4, $5, now()) ON CONFLICT (user_id, key) DO NOTHING RETURNING id",
            [uuid7(), user_id, key, fingerprint, subject_id],
        ):
            return None
        (kept,) = await self.connection.execute_query_dict(
            "SELECT fingerprint, subject_id FROM idempotency_keys WHERE user_id = $1 AND key = $2", [user_id, key]
        )
        if kept["fingerprint"] != fingerprint:
            raise IdempotencyMismatchError(
                "This idempotency key came with another request before; use a new key for a new request.",
                path=("idempotencyKey",),
            )
        return UUID(str(kept["subject_id"]))

    async def write_events(self) -> None:
        if self.events:
            await self.connection.execute_query_dict("SELECT append_events($1::jsonb)", [json.dumps(self.events)])


class UnitOfWork:
    def __init__(self, cache: Cache, pubsub: PubSub) -> None:
        self._cache = cache
        self._pubsub = pubsub

    @asynccontextmanager
    async def begin(self, actor: Actor) -> AsyncIterator[Transaction]:
        async with _in_transaction() as connection:
            transaction = Transaction(actor, connection)
            yield transaction
            await transaction.write_events()
        await self._after_commit(transaction.events)

    async def _after_commit(self, events: list[dict[str, Any]]) -> None:
        if not events:
            return
        await self._cache.purge(tags_of((event["type"], event["stream_id"], event["owner_id"]) for event in events))
        await self._pubsub.publish(EVENTS)


@asynccontextmanager
async def _in_transaction() -> AsyncIterator[BaseDBAsyncClient]:
    """Tortoise's own keeps its connection from the pool for ever when it is cut off while it begins."""
    opened = in_transaction()
    async with AsyncExitStack() as stack:
        try:
            connection = await opened.__aenter__()
        except BaseException as failure:
            if opened.client._connection is not None:  # noqa: SLF001
                opened.client._connection.terminate()  # noqa: SLF001 - at once, whatever the server does
            with suppress(Exception):  # there is nothing to roll back
                await opened.__aexit__(type(failure), failure, None)
            raise
        stack.push_async_exit(opened)
        yield connection
