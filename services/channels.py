"""People's ways to be told: saved, tried out, deleted; and the hours in which they want to hear nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from infra.http.egress import ForbiddenAddressError
from integrations.channels.base import SecretError
from models.actor import Actor, Permission
from models.channels import NotificationChannel, NotificationChannelKind, NotificationDelivery
from models.errors import (
    ConflictError,
    ForbiddenUrlError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    ValidationError,
)
from models.notifications import NotificationType
from models.quiet_hours import QuietHours
from models.users import User
from services import validation
from services.deliveries import Deliverer, Senders, begin_again, tell_channel
from services.users import tell
from services.work import Notice, UnitOfWork

_MOST_CHANNELS = 10
_MAX_TARGET, _MAX_SECRET = 2048, 512
_TEST_PAUSE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class SaveChannel:
    """A new channel, or with `id` a change. None for `target` and `secret` keeps what is stored."""

    kind: NotificationChannelKind
    name: str
    events: Sequence[NotificationType]
    enabled: bool = True
    id: UUID | None = None
    target: str | None = None
    secret: str | None = None


class ChannelService:
    def __init__(self, work: UnitOfWork, senders: Senders, deliverer: Deliverer) -> None:
        self._work = work
        self._senders = senders
        self._deliverer = deliverer

    async def save(self, actor: Actor, command: SaveChannel) -> NotificationChannel:
        """Raises NotFoundError, ValidationError, ForbiddenUrlError, PermissionDeniedError for somebody else's address,
        UnavailableError for what this server cannot send, ConflictError for one too many.
        """
        user_id = actor.require_user()
        async with self._work.begin(actor) as transaction:
            await transaction.lock(f"channels:{user_id}")
            if command.id is None:
                if await NotificationChannel.filter(user_id=user_id).count() >= _MOST_CHANNELS:
                    raise ConflictError(f"You have {_MOST_CHANNELS} channels; delete one first.")
                channel, before = NotificationChannel(user_id=user_id, kind=command.kind), None
            else:
                channel = await _own(actor, command.id)
                before = channel.snapshot()
            await self._apply(actor, channel, command)
            await channel.save()
            tell_channel(transaction, channel)
            await transaction.audit("channel.saved", channel, before=before, after=channel.snapshot())
        return channel

    async def delete(self, actor: Actor, channel_id: UUID) -> None:
        """With all that was to go over it. Raises NotFoundError."""
        async with self._work.begin(actor) as transaction:
            channel = await _own(actor, channel_id)
            await channel.delete()
            tell_channel(transaction, channel, is_deleted=True)
            await transaction.audit("channel.deleted", channel, before=channel.snapshot())

    async def test(self, actor: Actor, channel_id: UUID) -> NotificationChannel:
        """Send something now, once; the channel's last delivery tells how it went.

        Raises NotFoundError, UnavailableError, RateLimitedError for one test after another.
        """
        channel = await _own(actor, channel_id)
        self._senders.of(channel.kind)
        async with self._work.begin(actor) as transaction:
            await transaction.lock(f"channel-test:{channel.id}")
            await _not_so_fast(channel)
            title, body = "A test", f"The channel {channel.name} works."
            notice = Notice(NotificationType.TEST, title, body, f"test:{uuid7()}")
            (notification_id,) = await transaction.notify_all([channel.user_id], notice)
            delivery = NotificationDelivery(
                notification_id=notification_id, channel_id=channel.id, user_id=channel.user_id
            )
            await delivery.save()
        await self._deliverer.deliver_once(delivery.id)
        return await NotificationChannel.get(id=channel.id)

    async def retry(self, actor: Actor, delivery_id: UUID) -> None:
        """Try again at once, and as often as the first time. Raises NotFoundError, InvalidStateError."""
        user_id = actor.require_user()
        found = NotificationDelivery.filter(id=delivery_id)
        if not actor.may(Permission.ADMIN):
            found = found.filter(user_id=user_id)
        async with self._work.begin(actor) as transaction:
            delivery = await found.first()
            if delivery is None:
                raise NotFoundError("There is no such delivery.", path=("id",))
            await begin_again(transaction, delivery)
            await transaction.audit("delivery.retried", delivery)

    async def set_quiet_hours(self, actor: Actor, hours: QuietHours | None) -> User:
        """None ends them. What waits meanwhile goes out when it was to go out before."""
        async with self._work.begin(actor) as transaction:
            user = await User.select_for_update().get(id=actor.require_user())
            user.quiet_hours, user.version = hours.as_json() if hours else None, user.version + 1
            await user.save(update_fields=["quiet_hours", "version"])
            await tell(transaction, "quiet_hours.set", user, None)
        return user

    async def _apply(self, actor: Actor, channel: NotificationChannel, command: SaveChannel) -> None:
        if command.kind is not channel.kind:
            raise ValidationError("A channel stays of its kind; make another one.", path=("kind",))
        channel.name = validation.name(command.name, "name")
        channel.events = sorted({type_.value for type_ in command.events})
        channel.enabled = command.enabled
        if command.secret is not None:
            channel.secret = validation.text(command.secret, "secret", _MAX_SECRET)
        if command.target is not None:
            channel.target = validation.text(command.target, "target", _MAX_TARGET)
        if channel.kind is NotificationChannelKind.EMAIL:
            channel.target = await _address(actor, channel.target)
        elif channel.target is None:
            raise ValidationError("Say where to send it.", path=("target",), constraint="required")
        self._check(channel)

    def _check(self, channel: NotificationChannel) -> None:
        sender = self._senders.of(channel.kind)
        try:
            checked = sender.check(channel.target or "", channel.secret)
        except ForbiddenAddressError as error:
            raise ForbiddenUrlError(str(error), path=("target",)) from None
        except SecretError as error:
            raise ValidationError(str(error), path=("secret",), constraint="secret") from None
        except ValueError as error:
            raise ValidationError(str(error), path=("target",), constraint="target") from None
        channel.target = checked or None


async def _own(actor: Actor, channel_id: UUID) -> NotificationChannel:
    channel = await NotificationChannel.get_or_none(id=channel_id, user_id=actor.require_user())
    if channel is None:
        raise NotFoundError("There is no such channel.", path=("id",))
    return channel


async def _address(actor: Actor, target: str | None) -> str | None:
    """None for the address of the account: nobody has mail sent to others, unless they may do everything anyway."""
    own = await User.get(id=actor.require_user()).values_list("email", flat=True)
    if target is None or target.lower() == str(own).lower():
        return None
    if not actor.may(Permission.ADMIN):
        raise PermissionDeniedError("Mail goes to the address of your account.", path=("target",))
    return validation.email(target)


async def _not_so_fast(channel: NotificationChannel) -> None:
    since = datetime.now(UTC) - timedelta(seconds=_TEST_PAUSE_SECONDS)
    recent = NotificationDelivery.filter(channel_id=channel.id, notification__type=NotificationType.TEST)
    if await recent.filter(created_at__gt=since).exists():
        raise RateLimitedError(
            "This channel was tested just now; wait a little.", retry_after_seconds=_TEST_PAUSE_SECONDS
        )
