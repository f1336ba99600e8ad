"""Keys for programs: made, listed, taken back, and who comes in by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from models.actor import Actor, Permission
from models.errors import NotFoundError, UnauthenticatedError, ValidationError
from models.events import EventType
from models.rates import Counted
from models.tokens import ApiToken
from models.users import User
from services import validation
from services.rate_limits import RateLimits
from services.token_memory import Remembered
from services.tokens import hash_secret, new_secret
from services.work import UnitOfWork

PREFIX = "mn_"
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class CreateApiToken:
    name: str
    scopes: Sequence[Permission]
    expires_at: datetime | None = None


class ApiTokenService:
    def __init__(self, work: UnitOfWork, limits: RateLimits) -> None:
        self._work = work
        self._limits = limits

    async def create(self, actor: Actor, command: CreateApiToken) -> tuple[ApiToken, str]:
        """A token with some of the caller's own permissions, and its secret, which is never seen again.

        Raises ValidationError, PermissionDeniedError for a scope that the caller lacks, RateLimitedError.
        """
        owner_id = actor.require_session()
        for scope in command.scopes:
            actor.require(scope)
        await self._limits.count(actor, Counted.CREATE_API_TOKEN)
        if command.expires_at is not None and command.expires_at <= datetime.now(UTC):
            raise ValidationError("A token must end in the future.", path=("expiresAt",), constraint="future")
        secret = f"{PREFIX}{new_secret()}"
        token = ApiToken(
            user_id=owner_id,
            name=validation.name(command.name, "name"),
            prefix=secret[:_SHOWN],
            token_hash=hash_secret(secret),
            scopes=sorted({scope.value for scope in command.scopes}),
            expires_at=command.expires_at,
        )
        async with self._work.begin(actor) as transaction:
            await token.save()
            await transaction.audit("api_token.created", token, after={"name": token.name, "scopes": token.scopes})
        return token, secret

    async def revoke(self, actor: Actor, token_id: UUID) -> None:
        """Take one of one's own back; it is out within a second. Raises NotFoundError."""
        owner_id = actor.require_session()
        async with self._work.begin(actor) as transaction:
            mine = ApiToken.filter(id=token_id, user_id=owner_id, revoked_at=None)
            if not await mine.update(revoked_at=datetime.now(UTC)):
                raise NotFoundError("There is no such token.", path=("id",))
            token, owner = await ApiToken.get(id=token_id), await User.get(id=owner_id)
            # whatever was remembered of the owner is forgotten everywhere, and their websockets begin anew
            payload = {**owner.snapshot(), "access_changed": True}
            transaction.record(EventType.USER_CHANGED, owner.id, payload, owner_id=owner.id)
            await transaction.audit("api_token.revoked", token, before={"name": token.name})

    async def authenticate(self, secret: str) -> Remembered:
        """Who comes in by a token. Raises UnauthenticatedError."""
        token = await ApiToken.get_or_none(token_hash=hash_secret(secret), user__is_active=True).select_related("user")
        if token is None or not token.is_usable:
            raise UnauthenticatedError("The API token cannot be used; make a new one.")
        return Remembered(token.actor(token.user), token.id, token.expires_at)
