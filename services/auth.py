"""Who somebody is: first administrator, login, and the actor behind a token."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from uuid_utils.compat import uuid7

from models.actor import ANONYMOUS, Actor, Permission
from models.errors import ConflictError, InvalidCredentialsError, PermissionDeniedError, UnauthenticatedError
from models.events import EventType
from models.rates import Counted
from models.users import Session, User
from services import validation
from services.api_tokens import PREFIX, ApiTokenService
from services.last_uses import LastUses
from services.lockout import Lockout
from services.passwords import Passwords
from services.rate_limits import RateLimits
from services.token_memory import Remembered, TokenMemory
from services.tokens import AccessToken, RefreshToken, Tokens, new_secret
from services.work import Transaction, UnitOfWork

REFRESH_LIFETIME = timedelta(days=30)
_SESSION_LIFETIME = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Device:
    """Where a login comes from, as far as it is known."""

    ip: str | None = None
    user_agent: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class CreateFirstAdmin:
    setup_token: str
    email: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class LoggedIn:
    access: AccessToken
    refresh_token: str
    user: User
    session: Session


@dataclass(frozen=True, slots=True)
class Authenticated:
    """`expires_at` is when the token ends that proved it; None for an anonymous caller."""

    actor: Actor
    expires_at: datetime | None = None


class AuthService:
    def __init__(
        self,
        work: UnitOfWork,
        limits: RateLimits,
        tokens: Tokens,
        passwords: Passwords,
        memory: TokenMemory,
        lockout: Lockout,
        api_tokens: ApiTokenService,
        last_uses: LastUses,
    ) -> None:
        self._work = work
        self._limits = limits
        self._tokens = tokens
        self._passwords = passwords
        self._memory = memory
        self._lockout = lockout
        self._api_tokens = api_tokens
        self._last_uses = last_uses

    async def is_setup_required(self) -> bool:
        return not await User.exists()

    async def setup_token(self) -> str | None:
        """What the first administrator must know; None once there is an account."""
        return self._tokens.setup_token() if await self.is_setup_required() else None

    async def create_first_admin(self, command: CreateFirstAdmin, device: Device) -> LoggedIn:
        """Make the first account, with every permission, and log it in. Of many at once, one wins.

        Raises RateLimitedError, ValidationError, PermissionDeniedError for a wrong token, ConflictError once there is
        an account.
        """
        await self._limits.count(ANONYMOUS, Counted.CREATE_FIRST_ADMIN)
        if not self._tokens.is_setup_token(command.setup_token):
            raise PermissionDeniedError(
                "The setup token is wrong; the server prints it when it starts.", path=("setupToken",)
            )
        return await self._first_admin(command.email, command.username, command.password, device)

    async def ensure_admin(self, email: str, password: str) -> bool:
        """The unattended first start: make this administrator, called `admin`, unless there is an account.

        Whether one was made. Raises ValidationError.
        """
        if not await self.is_setup_required():
            return False
        try:
            await self._first_admin(email, "admin", password, Device(name="first start"))
        except ConflictError:
            return False
        return True

    async def log_in(self, email: str, password: str, device: Device) -> LoggedIn:
        """Raises InvalidCredentialsError, the same for an unknown address, a wrong password and a closed account;
        RateLimitedError after too many tries or failures.
        """
        await self._lockout.begin(ANONYMOUS, Counted.LOGIN, email, device.ip)
        while True:
            user = await User.with_email(email).get_or_none(is_active=True)
            matches, better_hash = await self._passwords.verify(password, user.password_hash if user else None)
            if user is None or not matches:
                raise InvalidCredentialsError("E-mail address or password is wrong.")
            await self._lockout.forgive(email, device.ip)
            if logged_in := await self._let_in(user, better_hash, device):
                return logged_in

    async def _let_in(self, user: User, better_hash: str | None, device: Device) -> LoggedIn | None:
        """None when the account is not as it was checked any more: closed, or with another password, or another hash of
        it, by a login on another device.
        """
        async with self._work.begin(Actor(user_id=user.id)) as transaction:
            user.last_login_at = datetime.now(UTC)
            unchanged = User.filter(id=user.id, is_active=True, password_hash=user.password_hash)
            if not await unchanged.update(
                last_login_at=user.last_login_at, password_hash=better_hash or user.password_hash
            ):
                return None
            transaction.record(EventType.USER_CHANGED, user.id, user.snapshot(), owner_id=user.id)
            return await self.open_session(transaction, user, device)

    async def authenticate(self, authorization: str | None) -> Authenticated:
        """The caller behind an `Authorization` header; without one, nobody.

        Raises TokenExpiredError, UnauthenticatedError.
        """
        if authorization is None or not authorization.strip():
            return Authenticated(ANONYMOUS)
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise UnauthenticatedError("Send the access token as `Authorization: Bearer …`.")
        known = self._memory.find(token.strip()) or await self._verify(token.strip())
        self._last_uses.note(known.source_id)
        return Authenticated(known.actor, known.ends_at)

    async def _verify(self, token: str) -> Remembered:
        """The caller behind a token, from the database."""
        since = self._memory.begin()
        is_key = token.startswith(PREFIX)
        known = await (self._api_tokens.authenticate(token) if is_key else self._read_session(token))
        self._memory.keep(token, known, since=since)
        return known

    async def _read_session(self, token: str) -> Remembered:
        claims = self._tokens.read_access(token)
        now = datetime.now(UTC)
        session = await Session.get_or_none(
            id=claims.session_id, user_id=claims.user_id, revoked_at=None, ends_at__gt=now, user__is_active=True
        ).select_related("user")
        if session is None:
            raise UnauthenticatedError("This session has ended; log in again.")
        actor = Actor(user_id=claims.user_id, permissions=session.user.granted, session_id=session.id)
        return Remembered(actor, session.id, claims.expires_at)

    async def _first_admin(self, email: str, username: str, password: str, device: Device) -> LoggedIn:
        email, username = validation.email(email), validation.username(username)
        password_hash = await self._passwords.hash(validation.password(password))
        async with self._work.begin(ANONYMOUS) as transaction:
            await transaction.lock("first administrator")
            if await User.exists():
                raise ConflictError("There is an administrator already; log in, or ask them for an account.")
            user = await User.create(
                email=email,
                username=username,
                display_name=username,
                password_hash=password_hash,
                permissions=[Permission.ADMIN.value],
                last_login_at=datetime.now(UTC),
            )
            transaction.record(EventType.USER_CHANGED, user.id, user.snapshot(), owner_id=user.id)
            return await self.open_session(transaction, user, device)

    async def open_session(self, transaction: Transaction, user: User, device: Device) -> LoggedIn:
        """Log somebody in within the caller's transaction. Raises ValidationError for the device's name."""
        now = datetime.now(UTC)
        refresh_token = RefreshToken(uuid7(), 0, new_secret())
        session = await Session.create(
            id=refresh_token.session_id,
            user_id=user.id,
            refresh_hash=refresh_token.hash,
            device_name=device.name and validation.device_name(device.name),
            user_agent=device.user_agent and device.user_agent[:512],
            ip=device.ip,
            expires_at=now + REFRESH_LIFETIME,
            ends_at=now + _SESSION_LIFETIME,
        )
        transaction.record(EventType.SESSION_CHANGED, session.id, session.snapshot(), owner_id=user.id)
        return LoggedIn(self._tokens.issue_access(user.id, session.id), str(refresh_token), user, session)
