"""What an administrator tells many people at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tortoise.queryset import QuerySet
from uuid_utils.compat import uuid7

from models.actor import SYSTEM, Actor, Permission
from models.announcements import Announcement
from models.errors import NotFoundError, ValidationError
from models.jobs import JobName
from models.notifications import NotificationType
from models.users import User
from services import validation
from services.work import Notice, UnitOfWork

_MAX_TITLE, _MAX_BODY, _MAX_NAMED = 120, 4_000, 1_000
_AT_ONCE = 1_000


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
        """Promise it to everybody who is meant, and answer how many they are; with a key that was used, how many they
        were.

        Raises ValidationError, NotFoundError for a person who is not there, IdempotencyMismatchError.
        """
        actor.require(Permission.ADMIN)
        _check(command)
        key = uuid7()
        async with self._work.begin(actor) as transaction:
            made = await transaction.once(command.idempotency_key, command, key)
            if made is not None:
                return (await Announcement.get(id=made)).recipients
            people, title = await _recipients(command), command.title.strip()
            announcement = Announcement(
                id=key, title=title, body=command.body.strip(), recipients=len(people), waiting=people
            )
            await announcement.save()
            sender = await User.get(id=actor.require_user())
            await transaction.audit("announcement.sent", sender, after={"title": title, "recipients": len(people)})
            await transaction.enqueue(JobName.TELL, {"announcement_id": str(key)})
        return len(people)

    async def tell(self, announcement_id: UUID) -> None:
        """Put it into the inboxes of all who wait for it; whoever was interrupted, or is not alone, goes on there."""
        while await self._tell_some(announcement_id):
            pass

    async def _tell_some(self, announcement_id: UUID) -> bool:
        """Those whose turn it is, in one transaction; whether there were any. Other work comes in between."""
        async with self._work.begin(SYSTEM) as transaction:
            announcement = await Announcement.select_for_update().get(id=announcement_id)
            turn, announcement.waiting = announcement.waiting[:_AT_ONCE], announcement.waiting[_AT_ONCE:]
            if not turn:
                return False
            people = await _keys(User.filter(id__in=turn, is_active=True))
            cause = f"announcement:{announcement_id}"
            notice = Notice(NotificationType.ANNOUNCEMENT, announcement.title, announcement.body, cause)
            await transaction.notify_all(people, notice)
            await announcement.save(update_fields=["waiting"])
        return True


async def _recipients(command: SendAnnouncement) -> list[UUID]:
    people = User.filter(is_active=True)
    if command.user_ids is None:
        return await _keys(people)
    wanted = set(command.user_ids)
    found = await _keys(people.filter(id__in=wanted))
    if len(found) < len(wanted):
        raise NotFoundError("One of these people is not there, or their account is closed.", path=("to", "userIds"))
    return found


async def _keys(people: QuerySet[User]) -> list[UUID]:
    return [key for (key,) in await people.values_list("id")]


def _check(command: SendAnnouncement) -> None:
    validation.text(command.title, "title", _MAX_TITLE)
    validation.text(command.body, "body", _MAX_BODY)
    validation.idempotency_key(command.idempotency_key)
    if command.user_ids is not None and not 1 <= len(command.user_ids) <= _MAX_NAMED:
        raise ValidationError(f"Name 1 to {_MAX_NAMED} people.", path=("to", "userIds"), constraint="length")
