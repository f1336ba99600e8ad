"""Invitations: a link that makes one account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tortoise.exceptions import IntegrityError

from models.actor import ANONYMOUS, Actor, Permission
from models.errors import ConflictError, NotFoundError, ValidationError
from models.links import Invite
from models.rates import Counted
from models.users import User
from services import validation
from services.auth import AuthService, Device, LoggedIn
from services.passwords import Passwords
from services.rate_limits import RateLimits
from services.tokens import hash_secret, new_secret
from services.users import may_grant, stored, tell
from services.work import UnitOfWork

_LIFETIME = timedelta(days=7)
_LONGEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class InviteUser:
    permissions: Sequence[Permission]
    email: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AcceptInvite:
    token: str
    email: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """`url` holds the token, which is kept nowhere else."""

    url: str
    expires_at: datetime


class InviteService:
    """`front_end` is where people open the link."""

    def __init__(
        self, work: UnitOfWork, limits: RateLimits, passwords: Passwords, auth: AuthService, front_end: str
    ) -> None:
        self._work = work
        self._limits = limits
        self._passwords = passwords
        self._auth = auth
        self._front_end = front_end

    async def invite(self, actor: Actor, command: InviteUser) -> Invitation:
        """A link for one new account. Raises ValidationError, PermissionDeniedError."""
        actor.require(Permission.MANAGE_USERS)
        may_grant(actor, command.permissions)
        now = datetime.now(UTC)
        expires_at = command.expires_at or now + _LIFETIME
        if not now < expires_at <= now + _LONGEST:
            raise ValidationError(f"A link ends within {_LONGEST.days} days.", path=("expiresAt",), constraint="range")
        token = new_secret()
        invite = Invite(
            token_hash=hash_secret(token),
            email=None if command.email is None else validation.email(command.email),
            permissions=stored(command.permissions),
            created_by=actor.user_id,
            expires_at=expires_at,
        )
        async with self._work.begin(actor) as transaction:
            await invite.save()
            await transaction.audit("user.invited", invite, after={"permissions": invite.permissions})
        # after the #: browsers do not send it, so that it is in no server's log
        return Invitation(f"{self._front_end}/invite#{token}", expires_at)

    async def accept(self, command: AcceptInvite, device: Device) -> LoggedIn:
        """Make the account and log it in. Of many who open the link, one gets in.

        Raises NotFoundError for a link that is used, over or made up, ValidationError, ConflictError, RateLimitedError.
        """
        await self._limits.count(ANONYMOUS, Counted.ACCEPT_INVITE)
        email, username = validation.email(command.email), validation.username(command.username)
        password_hash = await self._passwords.hash(validation.password(command.password))
        try:
            async with self._work.begin(ANONYMOUS) as transaction:
                now = datetime.now(UTC)
                open_invite = Invite.filter(token_hash=hash_secret(command.token.strip()), used_at=None)
                if not await open_invite.filter(expires_at__gt=now).update(used_at=now):
                    raise NotFoundError("This invitation is over or was used; ask for another one.", path=("token",))
                invite = await Invite.get(token_hash=hash_secret(command.token.strip()))
                if invite.email is not None and invite.email.lower() != email.lower():
                    raise ValidationError("This invitation is for another address.", path=("email",))
                user = User(
                    email=email,
                    username=username,
                    display_name=username,
                    password_hash=password_hash,
                    permissions=invite.permissions,
                )
                await user.save()
                await tell(transaction, "user.accepted_invite", user, None)
                return await self._auth.open_session(transaction, user, device)
        except IntegrityError:
            raise ConflictError("This username or e-mail address is taken.") from None
