"""The viewer's inbox."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any, cast

import strawberry
from strawberry import UNSET

from schema.connections import After, First, page_args
from schema.context import Info
from schema.enums import NotificationType
from schema.errors import payload
from schema.inputs import given
from schema.notifications import (
    MarkNotificationsReadInput,
    NotificationConnection,
    NotificationsPayload,
    NotificationStreamItem,
)
from schema.scalars import Cursor


@strawberry.type
class NotificationQueries:
    @strawberry.field(description="The viewer's notifications, newest first. Signed-in people, their own.")
    async def notifications(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        unread_only: Annotated[bool, strawberry.argument(description="Only what was not seen yet.")] = False,
        types: Annotated[
            list[NotificationType] | None, strawberry.argument(description="Only these kinds; all when left out.")
        ] = UNSET,
    ) -> NotificationConnection | None:
        page = page_args(first, after)
        service = info.context.services.notifications
        found = await service.list_own(info.context.actor, page, unread_only=unread_only, types=given(types))
        return cast("NotificationConnection", found)


@strawberry.type
class NotificationMutations:
    @strawberry.mutation(
        description="Mark notifications as read; the viewer's other devices hear of it. Signed-in people, their own."
    )
    async def mark_notifications_read(
        self, info: Info, input: Annotated[MarkNotificationsReadInput, strawberry.argument(description="Which ones.")]
    ) -> NotificationsPayload:
        async def mark() -> Any:
            return await info.context.services.notifications.mark_read(info.context.actor, input.to_command())

        return await payload(NotificationsPayload, mark(), lambda rows: {"notifications": rows})


@strawberry.type
class NotificationSubscriptions:
    @strawberry.subscription(
        description="Notifications as they arrive and are read; with `after` what was missed comes first. "
        "Signed-in people, their own."
    )
    def notifications(
        self,
        info: Info,
        after: Annotated[Cursor | None, strawberry.argument(description="Go on behind this item.")] = UNSET,
    ) -> AsyncGenerator[NotificationStreamItem, None]:
        feed = info.context.services.streams.notifications(info.context.actor, after=given(after))
        return cast("AsyncGenerator[NotificationStreamItem, None]", feed)
