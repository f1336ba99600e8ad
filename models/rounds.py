"""What is done again and again, by one process at a time."""

from tortoise import fields

from models.base import Row


class Round(Row):
    """`next_at` is when it is due; while somebody is at it, when they are given up for dead."""

    name = fields.CharField(max_length=64, unique=True)
    next_at = fields.DatetimeField()

    class Meta:
        table = "rounds"
