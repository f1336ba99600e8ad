"""People's inboxes."""

from collections.abc import Sequence
from uuid import UUID

from tortoise.expressions import F

from models.actor import Actor
from models.notifications import Notification, NotificationType
from models.paging import Page, PageArgs, Sort, paginate

_NEWEST_FIRST = Sort(F("created_at"), descending=True, id_descending=True)


class NotificationService:
    async def list_own(
        self,
        actor: Actor,
        page: PageArgs,
        *,
        unread_only: bool = False,
        types: Sequence[NotificationType] | None = None,
    ) -> Page[Notification]:
        rows = Notification.visible_to(actor)
        if unread_only:
            rows = rows.filter(read_at=None)
        if types is not None:
            rows = rows.filter(type__in=list(types))
        return await paginate(rows, _NEWEST_FIRST, page)

    async def count_unread(self, actor: Actor) -> int:
        return await unread_of(actor.require_user())


async def unread_of(user_id: UUID) -> int:
    return await Notification.filter(user_id=user_id, read_at=None).count()
