"""What an administrator does once: tells Seerr where to send its webhooks, and us who somebody is there."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from tortoise.exceptions import IntegrityError

from infra.http.errors import UpstreamError
from integrations.seerr.base import Seerr, SeerrUser, Webhook, every
from models.actor import Actor, Permission
from models.errors import ConflictError, NotFoundError, UnavailableError
from models.identities import ExternalIdentity, IdentityProvider
from models.services_health import Service, ServiceKind
from models.users import User
from services.upstream import upstream_failure
from services.users import may_act_for, tell
from services.work import UnitOfWork

_TYPES = 2 + 4 + 8 + 16 + 64 + 128
"""Pending, approved, available, failed, declined and automatically approved: all that is told of requests."""
_TEMPLATE = json.dumps(
    {
        "notification_type": "{{notification_type}}",
        "event": "{{event}}",
        "subject": "{{subject}}",
        "message": "{{message}}",
        "{{media}}": {"media_type": "{{media_type}}", "tmdbId": "{{media_tmdbid}}", "tvdbId": "{{media_tvdbid}}"},
        "{{request}}": {"request_id": "{{request_id}}"},
    }
)


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Where Seerr finds this server, and what it must say there."""

    url: str
    secret: str


class SeerrSetup:
    def __init__(self, work: UnitOfWork, seerr: Seerr | None, target: WebhookTarget | None) -> None:
        """Without `seerr` a demo stands in, which neither can be done with."""
        self._work = work
        self._seerr = seerr
        self._target = target

    async def install_webhook(self, actor: Actor) -> None:
        """Have Seerr send its webhooks here; once more changes nothing.

        Raises UnavailableError while something is not set up, ConflictError when they go somewhere else already.
        """
        actor.require(Permission.MANAGE_SERVICES)
        seerr, target = self._connected(), self._target
        if target is None:
            raise UnavailableError("Set MEDIANEST_PUBLIC_URL and MEDIANEST_SEERR_WEBHOOK_SECRET first.")
        try:
            found = await seerr.get_webhook()
            if found.url.rstrip("/") not in {"", target.url}:
                host = urlsplit(found.url).hostname or found.url
                raise ConflictError(f"Seerr sends its webhooks to {host} already, and has room for one address only.")
            await seerr.set_webhook(Webhook(target.url, target.secret, _TYPES, _TEMPLATE))
        except UpstreamError as error:
            raise await upstream_failure(ServiceKind.SEERR, error, seerr.breaker) from error
        async with self._work.begin(actor) as transaction:
            if service := await Service.filter(kind=ServiceKind.SEERR).first():
                await transaction.audit("seerr.webhook_installed", service, after={"url": target.url})

    async def link_user(self, actor: Actor, user_id: UUID, seerr_user_id: int | None) -> User:
        """In whose name somebody's requests go out; None: in that of the owner of the key again.

        Raises NotFoundError, PermissionDeniedError, ConflictError when it is somebody else's already.
        """
        actor.require(Permission.MANAGE_USERS)
        there = None if seerr_user_id is None else await self._find_user(seerr_user_id)
        try:
            async with self._work.begin(actor) as transaction:
                user = await User.select_for_update(no_key=True).get_or_none(id=user_id)
                if user is None:
                    raise NotFoundError("There is no such person.", path=("user",))
                may_act_for(actor, user)
                await ExternalIdentity.filter(user_id=user.id, provider=IdentityProvider.SEERR).delete()
                if there is not None:
                    await identity_of(user, there).save()
                await tell(transaction, "identity.linked" if there else "identity.unlinked", user, None)
        except IntegrityError:
            raise ConflictError("This person of Seerr is linked to somebody already.", path=("seerrUserId",)) from None
        return user

    def _connected(self) -> Seerr:
        if self._seerr is None:
            raise UnavailableError("There is no Seerr: an administrator can set MEDIANEST_SEERR_URL.")
        return self._seerr

    async def _find_user(self, number: int) -> SeerrUser:
        seerr = self._connected()
        try:
            async for user in every(seerr.list_users):
                if user.id == number:
                    return user
        except UpstreamError as error:
            raise await upstream_failure(ServiceKind.SEERR, error, seerr.breaker) from error
        raise NotFoundError("Seerr has no such person.", path=("seerrUserId",))


def identity_of(user: User, there: SeerrUser) -> ExternalIdentity:
    return ExternalIdentity(
        user_id=user.id, provider=IdentityProvider.SEERR, subject=str(there.id), username=there.username
    )
