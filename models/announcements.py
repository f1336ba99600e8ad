"""What many people are told at once."""

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField

from models.base import Row


class Announcement(Row):
    """`waiting` are those of its `recipients` who have not got it yet. Bookkeeping, without events of its own: what
    happened is in those of the notifications.
    """

    title = fields.CharField(max_length=255)
    body = fields.TextField()
    recipients = fields.IntField()
    waiting = ArrayField(element_type="uuid")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "announcements"
