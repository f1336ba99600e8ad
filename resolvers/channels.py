"""Ways to be told beyond the inbox."""

from typing import Annotated, Any

import strawberry

from schema.announcements import BulkNotifyPayload, SendBulkNotificationInput
from schema.channels import (
    NotificationChannel,
    NotificationChannelPayload,
    NotificationDelivery,
    SaveNotificationChannelInput,
    SetQuietHoursInput,
)
from schema.context import Info
from schema.errors import DeletePayload, SimplePayload, payload
from schema.inputs import IdInput, given
from schema.node import key_of
from schema.people import UserPayload


@strawberry.type
class ChannelMutations:
    @strawberry.mutation(
        description="Make or change a way to be told beyond the inbox; at most ten. Signed-in people, their own."
    )
    async def save_notification_channel(
        self,
        info: Info,
        input: Annotated[SaveNotificationChannelInput, strawberry.argument(description="The channel.")],
    ) -> NotificationChannelPayload:
        async def save() -> Any:
            return await info.context.services.channels.save(info.context.actor, input.to_command())

        return await payload(NotificationChannelPayload, save(), _channel)

    @strawberry.mutation(
        description="Delete a channel, with all that was still to go over it. Signed-in people, their own."
    )
    async def delete_notification_channel(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The channel.")]
    ) -> DeletePayload:
        async def delete() -> None:
            await info.context.services.channels.delete(info.context.actor, key_of(NotificationChannel, input.id))

        return await payload(DeletePayload, delete(), lambda _: {"deleted_id": input.id})

    @strawberry.mutation(
        description="Send a notification of the type TEST now, once: `lastDelivery` tells how it went. "
        "Signed-in people, their own."
    )
    async def test_notification_channel(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The channel.")]
    ) -> NotificationChannelPayload:
        async def test() -> Any:
            key = key_of(NotificationChannel, input.id)
            return await info.context.services.channels.test(info.context.actor, key)

        return await payload(NotificationChannelPayload, test(), _channel)

    @strawberry.mutation(
        description="Try a delivery that failed again at once, and as often as the first time. Their owner, and ADMIN."
    )
    async def retry_delivery(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The delivery.")]
    ) -> SimplePayload:
        async def retry() -> None:
            await info.context.services.channels.retry(info.context.actor, key_of(NotificationDelivery, input.id))

        return await payload(SimplePayload, retry(), lambda _: {"ok": True})

    @strawberry.mutation(
        description="Set the hours in which channels are silent: what comes meanwhile is sent when they end. "
        "Signed-in people, their own."
    )
    async def set_quiet_hours(
        self, info: Info, input: Annotated[SetQuietHoursInput, strawberry.argument(description="Which hours.")]
    ) -> UserPayload:
        async def set_hours() -> Any:
            hours = given(input.hours)
            checked = None if hours is None else hours.to_hours()
            return await info.context.services.channels.set_quiet_hours(info.context.actor, checked)

        return await payload(UserPayload, set_hours(), lambda user: {"user": user})

    @strawberry.mutation(description="Tell many people something, by inbox and channels. ADMIN.")
    async def send_bulk_notification(
        self, info: Info, input: Annotated[SendBulkNotificationInput, strawberry.argument(description="What, to whom.")]
    ) -> BulkNotifyPayload:
        async def send() -> int:
            return await info.context.services.announcements.send(info.context.actor, input.to_command())

        return await payload(BulkNotifyPayload, send(), lambda count: {"queued": count})


def _channel(channel: Any) -> dict[str, Any]:
    return {"channel": channel}
