"""Accounts at other providers, and the person here that each belongs to."""

from dataclasses import dataclass
from uuid import UUID

from tortoise.exceptions import IntegrityError

from models.actor import Actor, Permission
from models.errors import ConflictError, NotFoundError, ValidationError
from models.identities import ExternalIdentity, IdentityProvider
from models.users import User
from services.users import may_act_for, tell
from services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class LinkIdentity:
    user_id: UUID
    provider: IdentityProvider
    subject: str
    username: str | None = None


class IdentityService:
    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def find_by_identity(self, provider: IdentityProvider, subject: str) -> User | None:
        """Whose open account it is. The caller has the provider's word that it is them."""
        linked = ExternalIdentity.filter(provider=provider, subject=subject, user__is_active=True)
        identity = await linked.select_related("user").first()
        return None if identity is None else identity.user

    async def link(self, actor: Actor, command: LinkIdentity) -> ExternalIdentity:
        """Raises PermissionDeniedError, ValidationError, NotFoundError, ConflictError when it is somebody's already."""
        actor.require(Permission.MANAGE_USERS)
        if command.provider is IdentityProvider.LOCAL:
            raise ValidationError("An account of this server is no account elsewhere.", path=("provider",))
        identity = ExternalIdentity(
            user_id=command.user_id, provider=command.provider, subject=command.subject, username=command.username
        )
        try:
            async with self._work.begin(actor) as transaction:
                user = await _person(actor, command.user_id)
                await identity.save()
                await tell(transaction, "identity.linked", user, None)
        except IntegrityError:
            raise ConflictError("This account belongs to somebody here already.") from None
        return identity

    async def unlink(self, actor: Actor, identity_id: UUID) -> None:
        """One's own, or with MANAGE_USERS somebody else's. Raises NotFoundError, PermissionDeniedError."""
        caller = actor.user_id if actor.may(Permission.MANAGE_USERS) else actor.require_session()
        async with self._work.begin(actor) as transaction:
            identity = await ExternalIdentity.select_for_update().get_or_none(id=identity_id)
            if identity is None or not (identity.user_id == caller or actor.may(Permission.MANAGE_USERS)):
                raise NotFoundError("There is no such account.", path=("id",))
            user = await User.get(id=identity.user_id)
            if user.id != caller:
                may_act_for(actor, user)
            await identity.delete()
            await tell(transaction, "identity.unlinked", user, None)


async def _person(actor: Actor, user_id: UUID) -> User:
    user = await User.get_or_none(id=user_id)
    if user is None:
        raise NotFoundError("There is no such person.", path=("userId",))
    may_act_for(actor, user)
    return user
