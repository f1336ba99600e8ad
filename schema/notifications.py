"""Notifications and their stream."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from models import notifications as rows
from schema import enums
from schema.connections import Connection
from schema.context import Info
from schema.lookup import find_node
from schema.node import Node, backed_by, node
from schema.streams import StreamEvent, StreamReset
from services import streams


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


async def _unread_count(info: Info) -> int:
    return await info.context.services.notifications.count_unread(info.context.actor)


@strawberry.type(description="A page of the viewer's notifications, newest first.")
class NotificationConnection(Connection[Notification]):
    unread_count: int = strawberry.field(resolver=_unread_count, description="How many are unread in all.")


@strawberry.type(description="A notification arrived.")
@backed_by(streams.NotificationArrival)
class NotificationReceived(StreamEvent):
    notification: Notification = strawberry.field(description="The notification.")
    unread_count: int = strawberry.field(description="How many are unread now.")


NotificationStreamItem = Annotated[
    NotificationReceived | StreamReset,
    strawberry.union(name="NotificationStreamItem", description="What the `notifications` subscription sends."),
]
