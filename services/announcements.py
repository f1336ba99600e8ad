"""What an administrator tells many people at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from models.actor import Actor, Permission
from models.errors import NotFoundError, ValidationError
from models.notifications import Notification, NotificationType
from models.users import User
from services import validation
from services.work import Notice, UnitOfWork

_MAX_TITLE, _MAX_BODY, _MAX_NAMED = 120, 4_000, 1_000


@dataclass(frozen=True, slots=True)
class SendAnnouncement:
    """To these people, or to everybody when `user_ids` is None."""

    title: str
    body: str
    user_ids: Sequence[UUID] | None = None
    idempotency_key: str | None = None


class AnnouncementService:
    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def send(self, actor: Actor, command: SendAnnouncement) -> int:
        """Put it into each inbox, and answer how many there are; with a key that was used, how many there were.

        Raises ValidationError, NotFoundError for a person who is not there, IdempotencyMismatchError.
        """
        actor.require(Permission.ADMIN)
        _check(command)
        announcement_id = uuid7()
        async with self._work.begin(actor) as transaction:
            made = await transaction.once(command.idempotency_key, command, announcement_id)
            cause = f"announcement:{made or announcement_id}"
            if made is not None:
                return await Notification.filter(cause=cause).count()
            notice = Notice(NotificationType.ANNOUNCEMENT, command.title.strip(), command.body.strip(), cause)
            told = await transaction.notify_all(await _recipients(command), notice)
            sender = await User.get(id=actor.require_user())
            await transaction.audit("announcement.sent", sender, after={"title": notice.title, "recipients": len(told)})
        return len(told)


async def _recipients(command: SendAnnouncement) -> list[UUID]:
    people = User.filter(is_active=True)
    if command.user_ids is None:
        return [person.id for person in await people.only("id")]
    wanted = set(command.user_ids)
    found = [person.id for person in await people.filter(id__in=wanted).only("id")]
    if len(found) < len(wanted):
        raise NotFoundError("One of these people is not there, or their account is closed.", path=("to", "userIds"))
    return found


def _check(command: SendAnnouncement) -> None:
    validation.text(command.title, "title", _MAX_TITLE)
    validation.text(command.body, "body", _MAX_BODY)
    validation.idempotency_key(command.idempotency_key)
    if command.user_ids is not None and not 1 <= len(command.user_ids) <= _MAX_NAMED:
        raise ValidationError(f"Name 1 to {_MAX_NAMED} people.", path=("to", "userIds"), constraint="length")
