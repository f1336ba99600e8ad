"""People's inboxes."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise.expressions import F

from infra.cache.base import Cache, Entry
from models.actor import Actor
from models.errors import ValidationError
from models.events import EventType
from models.notifications import Notification, NotificationType
from models.paging import DEFAULT_PAGE, Page, PageArgs, Sort, page_of, paginate
from services.work import UnitOfWork

_NEWEST_FIRST = Sort(F("created_at"), descending=True, id_descending=True)
_MAX_MARKED = 500
_CACHE_SECONDS = 300

_MARK = """
UPDATE notifications SET read_at = now() WHERE id IN (
    SELECT id FROM notifications WHERE user_id = $1 AND read_at IS NULL AND {} ORDER BY id DESC LIMIT 500
    FOR UPDATE
) RETURNING *
"""
_THESE = _MARK.format("id = ANY($2)")
# what the log does not know any more arrived before everything it knows
_UP_TO = _MARK.format("""NOT EXISTS (
    SELECT FROM domain_events AS event WHERE event.stream_id = notifications.id AND event.position > $2)""")


@dataclass(frozen=True, slots=True)
class MarkRead:
    """`ids`, or everything that had arrived at the position `up_to`."""

    ids: Sequence[UUID] | None = None
    up_to: int | None = None


class NotificationService:
    def __init__(self, work: UnitOfWork, cache: Cache) -> None:
        self._work = work
        self._cache = cache

    async def list_own(
        self,
        actor: Actor,
        page: PageArgs,
        *,
        unread_only: bool = False,
        types: Sequence[NotificationType] | None = None,
    ) -> Page[Notification]:
        """The newest first. The page that every home page asks for comes out of the cache."""
        rows = Notification.visible_to(actor)
        if page == PageArgs(first=page.first) and page.size <= DEFAULT_PAGE and not unread_only and types is None:
            recent = await self._recent(actor.require_user())
            return page_of(recent[: page.size + 1], page, lambda row: row.created_at, rows.count)
        if unread_only:
            rows = rows.filter(read_at=None)
        if types is not None:
            rows = rows.filter(type__in=list(types))
        return await paginate(rows, _NEWEST_FIRST, page)

    async def count_unread(self, actor: Actor) -> int:
        user_id = actor.require_user()

        async def count() -> int:
            return await Notification.filter(user_id=user_id, read_at=None).count()

        return int(await self._cached("unread", user_id, count))

    async def mark_read(self, actor: Actor, command: MarkRead) -> list[Notification]:
        """Answers those that were unread until now, the newest first. Raises ValidationError for too many ids."""
        user_id = actor.require_user()
        if command.ids is not None and not 1 <= len(command.ids) <= _MAX_MARKED:
            raise ValidationError(f"Name 1 to {_MAX_MARKED} notifications.", path=("ids",), constraint="length")
        marked: list[Notification] = []
        async with self._work.begin(actor) as transaction:
            sql, value = (_UP_TO, command.up_to) if command.ids is None else (_THESE, list(command.ids))
            while found := await transaction.connection.execute_query_dict(sql, [user_id, value]):
                rows = [Notification._init_from_db(**row) for row in found]  # noqa: SLF001
                ids = [str(row.id) for row in rows]
                transaction.record(EventType.NOTIFICATIONS_READ, user_id, {"ids": ids}, owner_id=user_id)
                marked += rows
        return sorted(marked, key=lambda row: row.id, reverse=True)[:_MAX_MARKED]

    async def _recent(self, user_id: UUID) -> list[Notification]:
        async def read() -> list[dict[str, Any]]:
            newest = Notification.filter(user_id=user_id).order_by("-created_at", "-id")
            return [row.snapshot() for row in await newest.limit(DEFAULT_PAGE + 1)]

        return [Notification.restore(snapshot) for snapshot in await self._cached("recent", user_id, read)]

    async def _cached(self, name: str, user_id: UUID, read: Callable[[], Awaitable[Any]]) -> Any:
        """What `read` finds, kept until something arrives in the inbox or is read."""
        entry = Entry(f"{name}:{user_id}", f"inbox:{user_id}")
        lookup = await self._cache.get([entry])
        if lookup.values[0] is not None:
            return json.loads(lookup.values[0])
        value = await read()
        await self._cache.put({entry: json.dumps(value).encode()}, lookup.generations, _CACHE_SECONDS)
        return value
