"""What an administrator tells many people at once."""

import strawberry

from models.errors import ValidationError
from schema.errors import Payload
from schema.inputs import given
from schema.node import key_of
from schema.users import User
from services.announcements import SendAnnouncement


@strawberry.input(description="To whom: to these people, or to everybody.", one_of=True)
class RecipientsInput:
    user_ids: list[strawberry.ID] | None = strawberry.field(default=strawberry.UNSET, description="These, 1 to 1,000.")
    everyone: bool | None = strawberry.field(default=strawberry.UNSET, description="True: all open accounts.")


@strawberry.input(description="What to tell many people.")
class SendBulkNotificationInput:
    to: RecipientsInput = strawberry.field(description="Who is told.")
    title: str = strawberry.field(description="One line, 1 to 120 characters.")
    body: str = strawberry.field(description="The rest as plain text, 1 to 4,000 characters.")
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET, description="The same key again tells nobody a second time; 1 to 128 characters."
    )

    def to_command(self) -> SendAnnouncement:
        ids = given(self.to.user_ids)
        if ids is None and not given(self.to.everyone):
            raise ValidationError("Say `everyone: true`, or name people.", path=("to", "everyone"))
        keys = None if ids is None else [key_of(User, id_, path=("to", "userIds")) for id_ in ids]
        return SendAnnouncement(self.title, self.body, keys, given(self.idempotency_key))


@strawberry.type(description="How many are told, or why nobody is.")
class BulkNotifyPayload(Payload):
    queued: int = strawberry.field(default=0, description="How many people are told; the last of many within seconds.")
