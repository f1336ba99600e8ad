"""Ways to be told beyond the inbox, and what was sent over them."""

from datetime import datetime
from typing import Any

import strawberry

from models import channels as rows
from models import quiet_hours
from schema import enums
from schema.context import Info
from schema.errors import Payload
from schema.inputs import given
from schema.node import Node, backed_by, key_of, node
from schema.related import related
from services.channels import SaveChannel


def _events(root: Any) -> Any:
    return [type_ for type_ in enums.NotificationType if type_ in root.events]


async def _masked_target(root: Any, info: Info) -> Any:
    owner = None if root.target else await info.context.loaders.users.load(root.user_id)
    return rows.masked(root.kind, owner.email if owner else root.target)


def _last_delivery(root: Any, info: Info) -> Any:
    return info.context.loaders.last_deliveries.load(root.id) if root.user_id == info.context.actor.user_id else None


@node(
    rows.NotificationDelivery,
    loader="deliveries",
    description="A notification on its way over a channel. A WEBHOOK's `webhook-id` is the same in every try. "
    "Its recipient alone.",
)
class NotificationDelivery(Node):
    channel: "NotificationChannel" = related("notification_channels", key="channel_id", description="The way it goes.")
    status: enums.DeliveryStatus = strawberry.field(description="How far it got.")
    attempts: int = strawberry.field(description="How often it was tried, since it was asked for.")
    next_attempt_at: datetime | None = strawberry.field(
        description="When it is tried again, or quiet hours end; null when nothing is planned, or it is its turn."
    )
    response_status: int | None = strawberry.field(description="The last answer's status: of HTTP, or of SMTP.")
    error: str | None = strawberry.field(description="Why the last try failed, for people.")
    delivered_at: datetime | None = strawberry.field(description="When it was taken.")


@node(
    rows.NotificationChannel,
    loader="notification_channels",
    description="A way to be told beyond the inbox. Its owner, and MANAGE_USERS.",
)
class NotificationChannel(Node):
    kind: enums.NotificationChannelKind = strawberry.field(description="How it is sent.")
    name: str = strawberry.field(description="What its owner calls it.")
    enabled: bool = strawberry.field(
        description="Whether anything is sent. A target that answers 410 Gone switches it off."
    )
    events: list[enums.NotificationType] = strawberry.field(
        resolver=_events, description="The types of notification that go over it."
    )
    masked_target: str = strawberry.field(
        resolver=_masked_target, description="Where it leads, as far as one may know: `k***@example.org`."
    )
    last_delivery: NotificationDelivery | None = strawberry.field(
        resolver=_last_delivery, description="The newest of what was sent, or shall be. Its owner."
    )


@strawberry.type(description="The hours in which a person is sent nothing. The inbox never waits, SECURITY neither.")
@backed_by(quiet_hours.QuietHours)
class QuietHours:
    start: str = strawberry.field(description="From this time of the day, such as `22:30`.")
    end: str = strawberry.field(description="Until this one, on the next day when it is earlier.")
    time_zone: str = strawberry.field(description="On the clocks of this zone, such as `Europe/Vienna`.")


@strawberry.input(description="The hours in which to be left alone.")
class QuietHoursInput:
    start: str = strawberry.field(description="From this time of the day, such as `22:30`.")
    end: str = strawberry.field(description="Until this one, on the next day when it is earlier.")
    time_zone: str = strawberry.field(description="On the clocks of this zone, such as `Europe/Vienna`.")

    def to_hours(self) -> quiet_hours.QuietHours:
        return quiet_hours.QuietHours.checked(self.start, self.end, self.time_zone)


@strawberry.input(description="The viewer's quiet hours.")
class SetQuietHoursInput:
    hours: QuietHoursInput | None = strawberry.field(
        default=strawberry.UNSET, description="These from now on; none when left out."
    )


@strawberry.input(description="A new channel, or with `id` a change. Nobody can read `target` or `secret` again.")
class SaveNotificationChannelInput:
    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="The channel to change.")
    kind: enums.NotificationChannelKind = strawberry.field(description="How it is sent; stays as it is.")
    name: str = strawberry.field(description="1 to 64 characters.")
    target: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="EMAIL: left out, for the address of the account; only an administrator may name another. WEBHOOK: "
        "an address. NTFY: a topic, such as `https://ntfy.sh/topic`. APPRISE: an address of Discord, Prowl, "
        "Pushbullet, Pushover, Simplepush, Slack, Telegram or Webex, such as `tgram://…`. Left out, what is stored "
        "stays.",
    )
    secret: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="WEBHOOK: `whsec_` and 24 to 64 bytes in Base64, to sign with (Standard Webhooks). NTFY: an access "
        "token. Left out, what is stored stays.",
    )
    events: list[enums.NotificationType] = strawberry.field(description="The types of notification to send.")
    enabled: bool = strawberry.field(default=True, description="False sends nothing for now.")

    def to_command(self) -> SaveChannel:
        id_ = given(self.id)
        return SaveChannel(
            id=None if id_ is None else key_of(NotificationChannel, id_),
            kind=self.kind,
            name=self.name,
            target=given(self.target),
            secret=given(self.secret),
            events=self.events,
            enabled=self.enabled,
        )


@strawberry.type(description="The channel, or why it was not done.")
class NotificationChannelPayload(Payload):
    channel: NotificationChannel | None = strawberry.field(default=None, description="The channel as it is now.")
