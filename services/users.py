"""People: made, changed, closed, listed; and the log of who did it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F, Q

from models.actor import Actor, Permission
from models.audit import AuditEntry
from models.errors import (
    ConflictError,
    InvalidCredentialsError,
    NotFoundError,
    PermissionDeniedError,
    StaleVersionError,
)
from models.events import EventType
from models.links import PasswordReset
from models.notifications import NotificationType
from models.paging import Page, PageArgs, Sort, paginate
from models.rates import Counted
from models.users import User
from services import validation
from services.lockout import Lockout
from services.passwords import Passwords
from services.quotas import overridden
from services.sessions import end_sessions, sessions_of
from services.stored_files import wear
from services.token_memory import TokenMemory
from services.work import Notice, Transaction, UnitOfWork

_BY_AGE = Sort(F("created_at"))
_NEWEST_FIRST = Sort(F("created_at"), descending=True, id_descending=True)


@dataclass(frozen=True, slots=True)
class CreateUser:
    email: str
    username: str
    password: str | None
    permissions: Sequence[Permission]


@dataclass(frozen=True, slots=True)
class UpdateUser:
    """None leaves a thing as it is. `quotas` are changes of single figures, of which None takes one back."""

    id: UUID
    display_name: str | None = None
    permissions: Sequence[Permission] | None = None
    is_active: bool | None = None
    quotas: Mapping[str, int | None] | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateProfile:
    """None leaves a thing as it is, but for an `avatar` that is given; another address takes the password."""

    display_name: str | None = None
    email: str | None = None
    current_password: str | None = None
    avatar: UUID | None = None
    is_avatar_given: bool = False


class UserService:
    def __init__(self, work: UnitOfWork, passwords: Passwords, memory: TokenMemory, lockout: Lockout) -> None:
        self._work = work
        self._passwords = passwords
        self._memory = memory
        self._lockout = lockout

    async def list_all(self, actor: Actor, page: PageArgs, search: str | None = None) -> Page[User]:
        actor.require(Permission.MANAGE_USERS)
        people = User.all()
        if search:
            people = people.filter(
                Q(username__icontains=search) | Q(display_name__icontains=search) | Q(email__icontains=search)
            )
        return await paginate(people, _BY_AGE, page)

    async def audit_log(
        self, actor: Actor, page: PageArgs, *, by: UUID | None = None, target: UUID | None = None
    ) -> Page[AuditEntry]:
        """What was done, the newest first; by somebody, or to something."""
        entries = AuditEntry.visible_to(actor)
        if by is not None:
            entries = entries.filter(actor_id=by)
        if target is not None:
            entries = entries.filter(target_id=target)
        return await paginate(entries, _NEWEST_FIRST, page)

    async def create(self, actor: Actor, command: CreateUser) -> User:
        """An account; without a password it cannot log in with one. Nobody grants what they do not have.

        Raises ValidationError, PermissionDeniedError, ConflictError when name or address are taken.
        """
        actor.require(Permission.MANAGE_USERS)
        may_grant(actor, command.permissions)
        password = command.password
        user = User(
            email=validation.email(command.email),
            username=validation.username(command.username),
            display_name=command.username.strip(),
            password_hash=None if password is None else await self._passwords.hash(validation.password(password)),
            permissions=stored(command.permissions),
        )
        try:
            async with self._work.begin(actor) as transaction:
                await user.save()
                await tell(transaction, "user.created", user, None)
        except IntegrityError:
            raise ConflictError("This username or e-mail address is taken.") from None
        return user

    async def update(self, actor: Actor, command: UpdateUser) -> User:
        """Change somebody's name, permissions or access. A closed account is out everywhere within a second.

        Raises NotFoundError, PermissionDeniedError, StaleVersionError, ValidationError, ConflictError for the last
        administrator.
        """
        actor.require(Permission.MANAGE_USERS)
        async with self._work.begin(actor) as transaction:
            await transaction.lock("administrators")
            user = await User.select_for_update().get_or_none(id=command.id)
            if user is None:
                raise NotFoundError("There is no such person.", path=("id",))
            before = _picture(user)
            _apply(actor, user, command)
            if Permission.ADMIN in before["permissions"] and not await _another_admin(user):
                raise ConflictError("This is the last administrator: make another one first.")
            await user.save()
            await tell(transaction, "user.updated", user, before)
            if not user.is_active:
                await end_sessions(transaction, await sessions_of(user), "session.ended")
        self._memory.forget(lambda known: known.user_id == user.id)
        return user

    async def get_by_name(self, actor: Actor, name: str) -> User:
        """By username or e-mail address, in whatever case. Raises NotFoundError."""
        actor.require(Permission.MANAGE_USERS)
        user = await User.filter(Q(username__iexact=name) | Q(email__iexact=name)).first()
        if user is None:
            raise NotFoundError(f"There is nobody called {name}.")
        return user

    async def log_out(self, actor: Actor, user_id: UUID) -> None:
        """End every session of somebody. Raises NotFoundError, PermissionDeniedError."""
        actor.require(Permission.MANAGE_USERS)
        async with self._work.begin(actor) as transaction:
            user = await User.get_or_none(id=user_id)
            if user is None:
                raise NotFoundError("There is no such person.", path=("id",))
            may_act_for(actor, user)
            await end_sessions(transaction, await sessions_of(user), "session.ended")
        self._memory.forget(lambda known: known.user_id == user.id)

    async def update_profile(self, actor: Actor, command: UpdateProfile) -> User:
        """Change what one is called, or, with one's password, where one logs in; links sent to the old address end.

        Raises ValidationError, InvalidCredentialsError, ConflictError for an address that is somebody's, and
        RateLimitedError after too many tries or wrong passwords.
        """
        email = None if command.email is None else validation.email(command.email)
        proven = None if email is None else await self._proven(actor, command.current_password or "")
        try:
            async with self._work.begin(actor) as transaction:
                user = await User.select_for_update().get(id=actor.require_user())
                before = _picture(user)
                user.version += 1
                if command.display_name is not None:
                    user.display_name = validation.name(command.display_name, "displayName")
                if command.is_avatar_given:
                    await wear(transaction, user, command.avatar)
                if email is not None and proven is not None:
                    await _move(transaction, user, proven, email)
                await user.save(update_fields=["display_name", "email", "avatar_id", "version"])
                await tell(transaction, "profile.updated", user, before)
        except IntegrityError:
            raise ConflictError("This e-mail address is taken.", path=("email",)) from None
        return user

    async def change_password(self, actor: Actor, current: str, new: str) -> User:
        """Set one's own password, and end every other session. Keys for programs stay.

        Raises InvalidCredentialsError, ValidationError, RateLimitedError after too many tries or wrong ones.
        """
        actor.require_session()
        new = validation.password(new, "newPassword")
        user = await self._proven(actor, current)
        new_hash = await self._passwords.hash(new)
        async with self._work.begin(actor) as transaction:
            unchanged = User.filter(id=user.id, password_hash=user.password_hash)
            if not await unchanged.update(password_hash=new_hash):
                raise ConflictError("The password was changed by somebody else just now.")
            others = [key for key in await sessions_of(user) if key != actor.session_id]
            await end_sessions(transaction, others, "session.ended")
            await tell(transaction, "password.changed", user, None)
        self._memory.forget(lambda known: known.session_id in others)
        return user

    async def _proven(self, actor: Actor, password: str) -> User:
        """Oneself, by one's password."""
        user = await User.get(id=actor.require_session())
        await self._lockout.begin(actor, Counted.CHANGE_PASSWORD, user.email, None)
        if not (await self._passwords.verify(password, user.password_hash))[0]:
            raise InvalidCredentialsError("The current password is wrong.", path=("currentPassword",))
        await self._lockout.forgive(user.email, None)
        return user


async def _move(transaction: Transaction, user: User, proven: User, email: str) -> None:
    if user.password_hash != proven.password_hash:
        raise ConflictError("The password was changed by somebody else just now.")
    user.email = email
    await PasswordReset.filter(user_id=user.id).delete()
    body = "If that was not you, ask an administrator for help now."
    cause = f"email:{user.id}:{user.version}"
    await transaction.notify(user.id, Notice(NotificationType.SECURITY, "Your e-mail address was changed", body, cause))


def _apply(actor: Actor, user: User, command: UpdateUser) -> None:
    if user.granted & _POWERS and not actor.may(Permission.ADMIN):
        raise PermissionDeniedError("Only an administrator changes administrators and managers of people.")
    if command.expected_version is not None and command.expected_version != user.version:
        raise StaleVersionError("Somebody changed this account meanwhile; look again.", path=("expectedVersion",))
    if command.display_name is not None:
        user.display_name = validation.name(command.display_name, "displayName")
    if command.permissions is not None:
        may_grant(actor, command.permissions)
        user.permissions = stored(command.permissions)
    if command.is_active is not None:
        user.is_active = command.is_active
    if command.quotas is not None:
        user.quota_overrides = overridden(user.quota_overrides, command.quotas)
    user.version += 1


_POWERS = frozenset({Permission.ADMIN, Permission.MANAGE_USERS})


def may_grant(actor: Actor, permissions: Sequence[Permission]) -> None:
    """Raises PermissionDeniedError."""
    for permission in permissions:
        if not actor.may(permission):
            raise PermissionDeniedError(f"Nobody can grant what they do not have: {permission}.", path=("permissions",))


def may_act_for(actor: Actor, user: User) -> None:
    """Raises PermissionDeniedError for somebody who may do more than the actor."""
    if not all(actor.may(permission) for permission in user.granted):
        raise PermissionDeniedError("This person may do things that you may not; ask an administrator.")


def stored(permissions: Sequence[Permission]) -> list[str]:
    """As the row keeps them."""
    return sorted({permission.value for permission in permissions})


async def _another_admin(user: User) -> bool:
    """Whether an administrator is left once `user` is saved as it is now."""
    if user.is_active and Permission.ADMIN in user.granted:
        return True
    others = User.filter(is_active=True, permissions__contains=[Permission.ADMIN.value])
    return await others.exclude(id=user.id).exists()


def _picture(user: User) -> dict[str, Any]:
    return {
        "display_name": user.display_name,
        "permissions": list(user.permissions),
        "is_active": user.is_active,
        "quotas": dict(user.quota_overrides),
    }


async def tell(transaction: Transaction, action: str, user: User, before: dict[str, Any] | None) -> None:
    """The event and the audit entry of a change to a person.

    `access_changed` ends websockets that were opened with what the person might do before.
    """
    after = _picture(user)
    payload = {
        **user.snapshot(),
        "access_changed": before is not None and before["permissions"] != after["permissions"],
    }
    transaction.record(EventType.USER_CHANGED, user.id, payload, owner_id=user.id)
    await transaction.audit(action, user, before=before, after=after)
