"""People's channels and what is sent over them. Not cached: channels have secrets, and deliveries change."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from tortoise import connections

from models.channels import NotificationChannel, NotificationDelivery

_LAST = """
SELECT DISTINCT ON (channel_id) * FROM notification_deliveries
WHERE channel_id = ANY($1) ORDER BY channel_id, created_at DESC, id DESC
"""


async def load_channels_by_user(keys: Sequence[UUID]) -> list[list[NotificationChannel]]:
    """The channels of each person, the oldest first."""
    found: defaultdict[UUID, list[NotificationChannel]] = defaultdict(list)
    for channel in await NotificationChannel.filter(user_id__in=list(keys)).order_by("created_at", "id"):
        found[channel.user_id].append(channel)
    return [found[key] for key in keys]


async def load_deliveries_by_notification(keys: Sequence[UUID]) -> list[list[NotificationDelivery]]:
    found: defaultdict[UUID, list[NotificationDelivery]] = defaultdict(list)
    for delivery in await NotificationDelivery.filter(notification_id__in=list(keys)).order_by("id"):
        found[delivery.notification_id].append(delivery)
    return [found[key] for key in keys]


async def load_last_deliveries(keys: Sequence[UUID]) -> list[NotificationDelivery | None]:
    """The newest over each channel."""
    rows = await connections.get("default").execute_query_dict(_LAST, [list(keys)])
    found = {row["channel_id"]: NotificationDelivery._init_from_db(**row) for row in rows}  # noqa: SLF001
    return [found.get(key) for key in keys]
