"""Notifications and their stream."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from models import notifications as rows
from schema import enums
from schema.channels import NotificationDelivery
from schema.connections import Connection
from schema.context import Info
from schema.errors import Payload
from schema.inputs import given
from schema.lookup import find_node
from schema.node import Node, backed_by, key_of, node, to_global_id
from schema.related import related
from schema.scalars import Cursor
from schema.streams import StreamEvent, StreamReset
from services import stream_items as streams
from services.notifications import MarkRead


def _is_read(root: Any) -> Any:
    return root.read_at is not None


async def _subject(root: Any, info: Info) -> Any:
    return await find_node(info.context, root.subject_type, root.subject_id) if root.subject_type else None


@node(rows.Notification, loader="notifications", description="Something a person must know. Its recipient alone.")
class Notification(Node):
    type: enums.NotificationType = strawberry.field(description="What it is about.")
    title: str = strawberry.field(description="One line.")
    body: str = strawberry.field(description="The rest, as plain text.")
    subject: Node | None = strawberry.field(
        resolver=_subject, description="The thing itself; null once it is gone, or hidden from the viewer."
    )
    is_read: bool = strawberry.field(resolver=_is_read, description="Whether the person has seen it.")
    created_at: datetime = strawberry.field(description="When it happened.")
    read_at: datetime | None = strawberry.field(description="When it was seen.")
    deliveries: list[NotificationDelivery] = related(
        "deliveries_by_notification",
        key="id",
        description="Its ways beyond the inbox; empty until they are begun, and again two weeks after.",
    )
    cursor: Cursor = related(
        "notification_positions",
        key="id",
        description="Where in the event stream it arrived: for `upTo` of `markNotificationsRead`.",
    )


async def _unread_count(info: Info) -> int:
    return await info.context.services.notifications.count_unread(info.context.actor)


async def _unread_count_or_zero(info: Info) -> int:
    return await _unread_count(info) if info.context.actor.user_id else 0


@strawberry.type(description="A page of the viewer's notifications, newest first.")
class NotificationConnection(Connection[Notification]):
    unread_count: int = strawberry.field(resolver=_unread_count, description="How many are unread in all.")


@strawberry.type(description="A notification arrived. Its recipient alone.")
@backed_by(streams.NotificationArrival)
class NotificationReceived(StreamEvent):
    notification: Notification = strawberry.field(description="The notification.")
    unread_count: int = strawberry.field(description="How many are unread now.")


def _ids(root: Any) -> Any:
    return [to_global_id(Notification.__name__, key) for key in root.ids]


@strawberry.type(description="The viewer read notifications, here or on another device.")
@backed_by(streams.NotificationsSeen)
class NotificationsRead(StreamEvent):
    ids: list[strawberry.ID] = strawberry.field(resolver=_ids, description="Those that are read now.")
    unread_count: int = strawberry.field(description="How many are left.")


NotificationStreamItem = Annotated[
    NotificationReceived | NotificationsRead | StreamReset,
    strawberry.union(name="NotificationStreamItem", description="What the `notifications` subscription sends."),
]


@strawberry.input(description="Which notifications were read.", one_of=True)
class MarkNotificationsReadInput:
    ids: list[strawberry.ID] | None = strawberry.field(default=strawberry.UNSET, description="These, 1 to 500.")
    up_to: Cursor | None = strawberry.field(
        default=strawberry.UNSET,
        description="Everything that had arrived by then, so that what comes meanwhile stays unread: the `cursor` of "
        "the newest notification on screen, or of a stream's item.",
    )

    def to_command(self) -> MarkRead:
        ids = given(self.ids)
        keys = None if ids is None else [key_of(Notification, id_, path=("ids",)) for id_ in ids]
        return MarkRead(keys, given(self.up_to))


@strawberry.type(description="Those that became read, or why none did.")
class NotificationsPayload(Payload):
    notifications: list[Notification] = strawberry.field(
        default_factory=list, description="Those that were unread until now, the newest first; 500 at most."
    )
    unread_count: int = strawberry.field(
        resolver=_unread_count_or_zero, description="How many are unread now; 0 for somebody without a login."
    )
