"""A forgotten password: asked for, handed out as a link that works once, replaced."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from tortoise.expressions import Q
from uuid_utils.compat import uuid7

from infra.http.errors import UpstreamError
from integrations.channels.letters import password_reset_letter
from integrations.channels.mail import Mailer
from models.actor import ANONYMOUS, SYSTEM, Actor, Permission
from models.errors import ConflictError, NotFoundError
from models.jobs import JobName
from models.links import PasswordReset
from models.notifications import NotificationType
from models.rates import Counted
from models.users import User
from services import validation
from services.auth import AuthService, Device, LoggedIn
from services.lockout import Lockout
from services.passwords import Passwords
from services.rate_limits import RateLimits
from services.sessions import end_sessions, sessions_of
from services.token_memory import TokenMemory
from services.tokens import hash_secret, new_secret
from services.users import may_act_for, tell
from services.work import Notice, Transaction, UnitOfWork

log = structlog.get_logger()

_LIFETIME = timedelta(hours=1)
_MAIL_PAUSE = timedelta(minutes=2)
"""A mailbox is nothing to fill by asking often."""


@dataclass(frozen=True, slots=True)
class ResetLink:
    """`url` holds the token, which is kept nowhere else."""

    url: str
    expires_at: datetime


class PasswordResetRequests:
    """Whoever forgot a password asks here, before anybody knows who they are."""

    def __init__(self, work: UnitOfWork, limits: RateLimits, mailer: Mailer | None, front_end: str) -> None:
        """`mailer` is None where the server sends no mail; `front_end` is where people open the link."""
        self._work = work
        self._limits = limits
        self._mailer = mailer
        self._front_end = front_end

    async def ask(self, email: str) -> None:
        """The same for every address, known or not: the answer is a job's. Raises ValidationError, RateLimitedError."""
        await self._limits.count(ANONYMOUS, Counted.REQUEST_PASSWORD_RESET)
        async with self._work.begin(ANONYMOUS) as transaction:
            await transaction.enqueue(JobName.ANSWER_RESET_REQUEST, {"email": validation.email(email)})

    async def answer(self, email: str) -> None:
        """Mail the person a link. Where that cannot be done, tell those who manage people, once an hour for each
        account: they can hand one out.
        """
        user = await User.with_email(email).get_or_none(is_active=True)
        if user is None or await self._mail(user):
            return
        hour = datetime.now(UTC).strftime("%Y-%m-%dT%H")
        notice = _notice(
            f"{user.display_name} asked for a new password",
            "If it was really them, make a link for a new password and hand it over in person.",
            f"password_reset.asked:{user.id}:{hour}",
            user,
        )
        async with self._work.begin(SYSTEM) as transaction:
            for manager in await _managers():
                await transaction.notify(manager.id, notice)

    async def _mail(self, user: User) -> bool:
        """Whether a link is on its way. The token is in the mail and nowhere else, no job's arguments either."""
        if self._mailer is None:
            return False
        async with self._work.begin(SYSTEM) as transaction:
            user = await User.select_for_update().get(id=user.id)
            recent = PasswordReset.filter(user_id=user.id, created_at__gt=datetime.now(UTC) - _MAIL_PAUSE)
            if await recent.exists():
                return True
            link = await _new_link(user, self._front_end)
            await transaction.audit("password.reset_link_mailed", user)
        try:
            await self._mailer.send(password_reset_letter(uuid7().hex, user.email, link.url))
        except UpstreamError as error:
            log.warning("password_reset.unsent", error=error.message)
            return False
        return True


class PasswordResetService:
    """`front_end` is where people open the link."""

    def __init__(
        self,
        work: UnitOfWork,
        limits: RateLimits,
        passwords: Passwords,
        auth: AuthService,
        memory: TokenMemory,
        lockout: Lockout,
        front_end: str,
    ) -> None:
        self._work = work
        self._limits = limits
        self._passwords = passwords
        self._auth = auth
        self._memory = memory
        self._lockout = lockout
        self._front_end = front_end

    async def create_link(self, actor: Actor, user_id: UUID) -> ResetLink:
        """A link for one new password of this person. The one before, if any, works no more.

        Raises NotFoundError, PermissionDeniedError for somebody with rights that the caller lacks, ConflictError.
        """
        actor.require(Permission.MANAGE_USERS)
        async with self._work.begin(actor) as transaction:
            user = await _locked(actor, user_id)
            link = await _new_link(user, self._front_end)
            await transaction.audit("password.reset_link_created", user)
        return link

    async def reset(self, token: str, new: str, device: Device) -> LoggedIn:
        """Set the password by a link, end every session of the account and log in anew. Of many tries one gets in.

        Raises NotFoundError for a link that is used, over or made up, ValidationError, RateLimitedError.
        """
        await self._limits.count(ANONYMOUS, Counted.RESET_PASSWORD)
        new = validation.password(new, "newPassword")
        link = await PasswordReset.get_or_none(token_hash=hash_secret(token.strip()), used_at=None)
        if link is None:
            raise _over()
        new_hash = await self._passwords.hash(new)
        async with self._work.begin(Actor(user_id=link.user_id)) as transaction:
            now = datetime.now(UTC)
            if not await PasswordReset.filter(id=link.id, used_at=None, expires_at__gt=now).update(used_at=now):
                raise _over()
            user = await User.select_for_update().get(id=link.user_id)
            if not user.is_active:
                raise _over()
            await _replace(transaction, user, new_hash)
            login = await self._auth.open_session(transaction, user, device)
        await self._settle(user)
        return login

    async def set_password(self, actor: Actor, user_id: UUID, new: str) -> None:
        """Set somebody's password and end every session of theirs. Raises as `create_link`, and ValidationError."""
        actor.require(Permission.MANAGE_USERS)
        new_hash = await self._passwords.hash(validation.password(new, "newPassword"))
        async with self._work.begin(actor) as transaction:
            user = await _locked(actor, user_id)
            await PasswordReset.filter(user_id=user.id).delete()
            await _replace(transaction, user, new_hash)
        await self._settle(user)

    async def _settle(self, user: User) -> None:
        self._memory.forget(lambda known: known.user_id == user.id)
        await self._lockout.forgive(user.email, None)


async def _new_link(user: User, front_end: str) -> ResetLink:
    """In the caller's transaction; the one before, if any, works no more."""
    token, expires_at = new_secret(), datetime.now(UTC) + _LIFETIME
    await PasswordReset.filter(user_id=user.id).delete()
    await PasswordReset(user_id=user.id, token_hash=hash_secret(token), expires_at=expires_at).save()
    # after the #: browsers do not send it, so that it is in no server's log
    return ResetLink(f"{front_end}/reset-password#{token}", expires_at)


async def _locked(actor: Actor, user_id: UUID) -> User:
    """An open account that the actor may act for, held until the transaction ends."""
    user = await User.select_for_update().get_or_none(id=user_id)
    if user is None:
        raise NotFoundError("There is no such person.", path=("id",))
    may_act_for(actor, user)
    if not user.is_active:
        raise ConflictError("This account is closed; open it again first.")
    return user


async def _replace(transaction: Transaction, user: User, new_hash: str) -> None:
    user.password_hash = new_hash
    await user.save(update_fields=["password_hash"])
    await end_sessions(transaction, await sessions_of(user), "session.ended")
    await tell(transaction, "password.reset", user, None)
    title, body = "Your password was replaced", "You were logged out everywhere. If it was not you, say so at once."
    now = datetime.now(UTC).isoformat()
    await transaction.notify(user.id, _notice(title, body, f"password.reset:{now}", user))


async def _managers() -> list[User]:
    powers = [Permission.ADMIN, Permission.MANAGE_USERS]
    may_manage = Q(*(Q(permissions__contains=[power.value]) for power in powers), join_type=Q.OR)
    return await User.filter(may_manage, is_active=True)


def _notice(title: str, body: str, cause: str, user: User) -> Notice:
    return Notice(NotificationType.SECURITY, title, body, cause, "User", user.id)


def _over() -> NotFoundError:
    return NotFoundError("This link is over or was used; ask for another one.", path=("token",))
