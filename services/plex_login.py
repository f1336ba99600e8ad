"""Logging in with an account at Plex, and linking it to the account here."""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tortoise.exceptions import IntegrityError

from infra.http.breaker import CircuitBreaker
from infra.http.errors import UpstreamError
from integrations.plex.base import PlexAccount, PlexAccounts, PlexEditor
from models.actor import ANONYMOUS, Actor, Permission
from models.errors import (
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    UpstreamUnavailableError,
    ValidationError,
)
from models.identities import ExternalIdentity, IdentityProvider
from models.links import PlexLogin
from models.rates import Counted
from models.services_health import ServiceKind
from models.users import User
from services import validation
from services.auth import AuthService, Device, LoggedIn
from services.rate_limits import RateLimits
from services.tokens import hash_secret, new_secret
from services.upstream import upstream_failure
from services.users import stored, tell
from services.work import Transaction, UnitOfWork

_LIFETIME = timedelta(minutes=15)
_POWERS = frozenset({permission for permission in Permission if permission.startswith("MANAGE_")} | {Permission.ADMIN})
_NEWCOMERS_MAY = (Permission.REQUEST_MOVIE, Permission.REQUEST_TV)
_OVER = "This login is over; begin another one."


@dataclass(frozen=True, slots=True)
class PlexDoor:
    """The server whose people may come in, and plex.tv, which says who they are.

    Front ends live at the `origins`: people are sent back there and nowhere else.
    """

    server: PlexEditor
    accounts: PlexAccounts
    origins: Collection[str]
    creates_users: bool = False

    def breaker_of(self, error: UpstreamError) -> CircuitBreaker | None:
        """Either of the two may be left alone while the other is asked."""
        breakers = (self.server.breaker, self.accounts.breaker)
        return next((breaker for breaker in breakers if breaker and breaker.service == error.service), None)


@dataclass(frozen=True, slots=True)
class StartedLogin:
    """`token` is what finishes it."""

    token: str
    confirm_url: str
    expires_at: datetime


class PlexLoginService:
    """`door` is None without a Plex server."""

    def __init__(self, work: UnitOfWork, limits: RateLimits, auth: AuthService, door: PlexDoor | None) -> None:
        self._work = work
        self._limits = limits
        self._auth = auth
        self._door = door

    @property
    def is_open(self) -> bool:
        return self._door is not None

    async def start(self, actor: Actor, forward_url: str | None = None) -> StartedLogin:
        """Raises ValidationError for a page that is none of ours, RateLimitedError, UpstreamUnavailableError."""
        door = self._opened()
        if actor.user_id is not None:
            actor.require_session()
        await self._limits.count(ANONYMOUS, Counted.START_PLEX_LOGIN)
        if forward_url is not None and origin_of(forward_url) not in door.origins:
            raise ValidationError("People are sent back to this server's own pages only.", path=("forwardUrl",))
        try:
            pin = await door.accounts.start()
        except UpstreamError as error:
            raise await upstream_failure(ServiceKind.PLEX, error, door.breaker_of(error)) from error
        token, expires_at = new_secret(), min(pin.expires_at, datetime.now(UTC) + _LIFETIME)
        async with self._work.begin(actor):
            await PlexLogin(
                token_hash=hash_secret(token), pin_id=pin.id, user_id=actor.user_id, expires_at=expires_at
            ).save()
        return StartedLogin(token, door.accounts.confirm_url(pin, forward_url), expires_at)

    async def finish(self, actor: Actor, token: str, device: Device) -> LoggedIn | User | None:
        """A login; for whoever began it logged in themselves, with the account linked; None until it is confirmed.

        Raises NotFoundError for a login that is over, used or another's, PermissionDeniedError for an account that
        this Plex server does not know or nobody here has, ConflictError for one that somebody else has,
        RateLimitedError, UpstreamUnavailableError.
        """
        door = self._opened()
        await self._limits.count(ANONYMOUS, Counted.FINISH_PLEX_LOGIN)
        login = await self._open_login(actor, token)
        try:
            account = await _confirmed(door, login.pin_id)
        except UpstreamError as error:
            raise await upstream_failure(ServiceKind.PLEX, error, door.breaker_of(error)) from error
        if account is None:
            return None
        try:
            async with self._work.begin(actor) as transaction:
                if not await PlexLogin.filter(id=login.id, used_at=None).update(used_at=datetime.now(UTC)):
                    raise NotFoundError(_OVER, path=("pinId",))
                if login.user_id is not None:
                    user = await User.get(id=login.user_id)
                    await _link(transaction, user, account)
                    return user
                return await self._log_in(transaction, account, device, creates_users=door.creates_users)
        except IntegrityError:
            raise ConflictError("This account at Plex, its name or its address belongs to somebody here.") from None

    def _opened(self) -> PlexDoor:
        if self._door is None:
            raise UpstreamUnavailableError("This server has no Plex to log in with.", service=ServiceKind.PLEX)
        return self._door

    async def _open_login(self, actor: Actor, token: str) -> PlexLogin:
        login = await PlexLogin.get_or_none(
            token_hash=hash_secret(token), used_at=None, expires_at__gt=datetime.now(UTC), user_id=actor.user_id
        )
        if login is None:
            raise NotFoundError(_OVER, path=("pinId",))
        return login

    async def _log_in(
        self, transaction: Transaction, account: PlexAccount, device: Device, *, creates_users: bool
    ) -> LoggedIn:
        user = await _known(account)
        if user is None:
            user = await _by_address(account) or (await _newcomer(transaction, account) if creates_users else None)
            if user is None:
                raise PermissionDeniedError(
                    "Nobody here has this account at Plex: log in another way and link it, or ask an administrator."
                )
            await _link(transaction, user, account)
        if not user.is_active:
            raise PermissionDeniedError("This account is closed; ask an administrator.")
        user.last_login_at = datetime.now(UTC)
        await user.save(update_fields=["last_login_at"])
        return await self._auth.open_session(transaction, user, device)


async def _confirmed(door: PlexDoor, pin_id: int) -> PlexAccount | None:
    """Whose a confirmed PIN is, if they may use our server. Raises UpstreamError, PermissionDeniedError.

    What plex.tv lists for an account, that account can have written there itself: our server has the last word. One
    that lets in anybody at all has none.
    """
    token = await door.accounts.token_of(pin_id)
    if token is None:
        return None
    machine_id = (await door.server.identity()).machine_id
    inside = await door.accounts.server_token(token, machine_id)
    if inside is None or not await door.server.admits(inside) or await door.server.admits(secrets.token_hex(10)):
        raise PermissionDeniedError("This account has no access to the Plex server here; ask its owner.")
    return await door.accounts.account(token)


async def _known(account: PlexAccount) -> User | None:
    linked = ExternalIdentity.filter(provider=IdentityProvider.PLEX, subject=account.id)
    identity = await linked.select_related("user").first()
    return None if identity is None else identity.user


async def _by_address(account: PlexAccount) -> User | None:
    """Whoever has the address that Plex saw confirmed; whoever has powers links their account themselves."""
    if account.email is None or not account.is_confirmed:
        return None
    user = await User.with_email(account.email).get_or_none(is_active=True)
    return None if user is None or user.granted & _POWERS else user


async def _newcomer(transaction: Transaction, account: PlexAccount) -> User | None:
    if account.email is None or not account.is_confirmed or await User.with_email(account.email).exists():
        return None
    name = re.sub(r"[^\w.-]", "", account.username, flags=re.ASCII).lstrip("_.-")[:32]
    user = User(
        email=validation.email(account.email),
        username=validation.username(name if len(name) > 1 else f"plex-{account.id[:8]}"),
        display_name=account.username[:64],
        permissions=stored(_NEWCOMERS_MAY),
    )
    await user.save()
    await tell(transaction, "user.came_from_plex", user, None)
    return user


async def _link(transaction: Transaction, user: User, account: PlexAccount) -> None:
    known = await _known(account)
    if known is not None and known.id != user.id:
        raise ConflictError("This account at Plex belongs to somebody else here.")
    if known is None:
        await ExternalIdentity(
            user_id=user.id, provider=IdentityProvider.PLEX, subject=account.id, username=account.username[:255]
        ).save()
        await tell(transaction, "identity.linked", user, None)


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
