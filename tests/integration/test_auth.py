import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest

from medianest.wiring.backbone import Backbone
from models.actor import ANONYMOUS, Permission
from models.errors import (
    ConflictError,
    InvalidCredentialsError,
    PermissionDeniedError,
    RateLimitedError,
    TokenExpiredError,
    UnauthenticatedError,
    ValidationError,
)
from models.events import DomainEvent
from models.users import LoginFailures, Session, User
from services.api_tokens import ApiTokenService
from services.auth import AuthService, CreateFirstAdmin, Device
from services.last_uses import LastUses
from services.lockout import FREE_TRIES, Lockout
from services.passwords import Passwords
from services.token_memory import TokenMemory
from services.tokens import RefreshToken, Tokens

PASSWORD = "correct horse battery"
HERE = Device(ip="127.0.0.1", user_agent="test", name="laptop")


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(b"k" * 32)


@pytest.fixture
def auth(base: Backbone, tokens: Tokens) -> AuthService:
    memory = TokenMemory(lambda: False)
    passwords = Passwords(memory_kib=64, rounds=1, refusal_seconds=0)
    keys = ApiTokenService(base.work, base.limits)
    return AuthService(base.work, base.limits, tokens, passwords, memory, Lockout(base.limits), keys, LastUses())


def first(tokens: Tokens, **changes: str) -> CreateFirstAdmin:
    values = {"email": "Ada@Example.org", "username": "ada", "password": PASSWORD} | changes
    return CreateFirstAdmin(
        setup_token=changes.pop("setup_token", tokens.setup_token()),
        **{key: values[key] for key in ("email", "username", "password")},
    )


class TestCreateFirstAdmin:
    async def test_makes_an_administrator_and_logs_in(self, auth: AuthService, tokens: Tokens) -> None:
        assert await auth.is_setup_required()
        login = await auth.create_first_admin(first(tokens), HERE)
        assert login.user.granted == {Permission.ADMIN}
        assert (await auth.authenticate(f"Bearer {login.access.token}")).actor.may(Permission.MANAGE_USERS)
        assert not await auth.is_setup_required()
        assert await auth.setup_token() is None

    async def test_a_wrong_setup_token_makes_nobody(self, auth: AuthService, tokens: Tokens) -> None:
        with pytest.raises(PermissionDeniedError):
            await auth.create_first_admin(first(tokens, setup_token="guess"), HERE)
        assert await User.all().count() == 0

    async def test_fifty_at_once_make_one(self, auth: AuthService, tokens: Tokens) -> None:
        tries = [auth.create_first_admin(first(tokens, username=f"ada{n}"), HERE) for n in range(50)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(not isinstance(result, Exception) for result in results) == 1
        assert all(isinstance(result, ConflictError) for result in results if isinstance(result, Exception))
        assert await User.all().count() == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [("email", "nobody"), ("email", "a@b@c"), ("username", "a"), ("username", "../etc"), ("password", "short")],
    )
    async def test_bad_input_names_its_field(self, auth: AuthService, tokens: Tokens, field: str, value: str) -> None:
        with pytest.raises(ValidationError) as refused:
            await auth.create_first_admin(first(tokens, **{field: value}), HERE)
        assert refused.value.path == (field,)

    async def test_the_password_is_in_no_event(self, auth: AuthService, tokens: Tokens) -> None:
        await auth.create_first_admin(first(tokens), HERE)
        events = await DomainEvent.all()
        assert len(events) == 2
        assert not any("password_hash" in event.payload or "refresh_hash" in event.payload for event in events)


class TestEnsureAdmin:
    async def test_makes_one_only_on_the_first_start(self, auth: AuthService) -> None:
        assert await auth.ensure_admin("a@b.example", PASSWORD)
        assert not await auth.ensure_admin("c@d.example", PASSWORD)
        assert (await User.get()).username == "admin"


class TestLogIn:
    @pytest.fixture(autouse=True)
    async def _ada(self, auth: AuthService, tokens: Tokens) -> None:
        await auth.create_first_admin(first(tokens), HERE)

    async def test_opens_a_session_and_keeps_only_the_hash(self, auth: AuthService) -> None:
        login = await auth.log_in("ada@example.ORG ", PASSWORD, HERE)
        session = await Session.get(id=login.session.id)
        assert session.refresh_hash == RefreshToken.parse(login.refresh_token).hash
        assert (session.device_name, session.ip) == ("laptop", "127.0.0.1")
        assert (await User.get(id=login.user.id)).last_login_at is not None

    @pytest.mark.parametrize(
        ("email", "password"), [("ada@example.org", "wrong password"), ("nobody@example.org", PASSWORD), ("", "")]
    )
    async def test_says_the_same_to_everybody_it_refuses(self, auth: AuthService, email: str, password: str) -> None:
        before = await Session.all().count()
        with pytest.raises(InvalidCredentialsError, match=r"E-mail address or password is wrong\."):
            await auth.log_in(email, password, HERE)
        assert await Session.all().count() == before

    async def test_on_several_devices_at_once_while_the_hash_is_replaced(self, auth: AuthService) -> None:
        weak = await Passwords(memory_kib=32, rounds=1).hash(PASSWORD)
        await User.all().update(password_hash=weak)
        logins = await asyncio.gather(*(auth.log_in("ada@example.org", PASSWORD, HERE) for _ in range(3)))
        assert len({login.session.id for login in logins}) == 3
        assert (await User.get()).password_hash != weak

    async def test_a_closed_account_stays_out(self, auth: AuthService) -> None:
        await User.all().update(is_active=False)
        with pytest.raises(InvalidCredentialsError):
            await auth.log_in("ada@example.org", PASSWORD, HERE)

    async def test_guessing_is_slowed_down_and_the_right_password_waits_too(self, auth: AuthService) -> None:
        for _ in range(FREE_TRIES["account"]):
            with pytest.raises(InvalidCredentialsError):
                await auth.log_in("ada@example.org", "wrong password", HERE)
        for password in ("wrong password", PASSWORD):
            with pytest.raises(RateLimitedError) as refused:
                await auth.log_in("ADA@example.org", password, Device(ip="127.0.0.2"))
            assert 0 < refused.value.retry_after_seconds <= 16
        await LoginFailures.all().update(last_at=datetime.now(UTC) - timedelta(seconds=16))
        await auth.log_in("ada@example.org", PASSWORD, HERE)

    async def test_guessing_in_parallel_gets_no_more_tries(self, auth: AuthService) -> None:
        tries = [auth.log_in("ada@example.org", f"guess {number}", HERE) for number in range(40)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(result, InvalidCredentialsError) for result in results) == FREE_TRIES["account"]
        assert sum(isinstance(result, RateLimitedError) for result in results) == 40 - FREE_TRIES["account"]

    async def test_right_passwords_cost_an_address_nothing(self, auth: AuthService) -> None:
        for _ in range(FREE_TRIES["address"] + 5):
            await auth.log_in("ada@example.org", PASSWORD, HERE)

    async def test_unknown_accounts_are_slowed_down_the_same(self, auth: AuthService) -> None:
        for _ in range(FREE_TRIES["account"]):
            with pytest.raises(InvalidCredentialsError):
                await auth.log_in("nobody@example.org", PASSWORD, HERE)
        with pytest.raises(RateLimitedError):
            await auth.log_in("nobody@example.org", PASSWORD, HERE)

    async def test_one_address_cannot_try_all_accounts(self, auth: AuthService) -> None:
        for number in range(FREE_TRIES["address"]):
            with pytest.raises(InvalidCredentialsError):
                await auth.log_in(f"user{number}@example.org", PASSWORD, HERE)
        with pytest.raises(RateLimitedError):
            await auth.log_in("ada@example.org", PASSWORD, HERE)
        await auth.log_in("ada@example.org", PASSWORD, Device(ip="127.0.0.9"))


class TestAuthenticate:
    async def test_nobody_is_anonymous(self, auth: AuthService) -> None:
        assert (await auth.authenticate(None)).actor is ANONYMOUS

    @pytest.mark.parametrize(
        "header", ["Bearer", "Bearer x", "Basic dXNlcjpwYXNz", "Bearer a.b.c", "token", f"Bearer {'x' * 5000}"]
    )
    async def test_what_is_no_token_of_ours_is_refused(self, auth: AuthService, header: str) -> None:
        with pytest.raises(UnauthenticatedError):
            await auth.authenticate(header)

    async def test_an_expired_token_says_so(self, auth: AuthService, tokens: Tokens) -> None:
        token = forged(tokens, exp=datetime.now(UTC) - timedelta(minutes=2))
        with pytest.raises(TokenExpiredError):
            await auth.authenticate(f"Bearer {token}")

    @pytest.mark.parametrize("claims", [{"aud": "other"}, {"iss": "other"}, {"typ": "refresh"}, {"sub": "nobody"}])
    async def test_a_token_for_something_else_is_refused(
        self, auth: AuthService, tokens: Tokens, claims: dict[str, str]
    ) -> None:
        with pytest.raises(UnauthenticatedError):
            await auth.authenticate(f"Bearer {forged(tokens, **claims)}")

    @pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
    @pytest.mark.parametrize("algorithm", ["none", "HS512"])
    async def test_no_other_algorithm_is_taken(self, auth: AuthService, tokens: Tokens, algorithm: str) -> None:
        with pytest.raises(UnauthenticatedError):
            await auth.authenticate(f"Bearer {forged(tokens, algorithm=algorithm)}")

    @pytest.mark.parametrize("end", ["revoked", "over", "closed"])
    async def test_a_session_that_ended_is_refused(self, auth: AuthService, tokens: Tokens, end: str) -> None:
        login = await auth.create_first_admin(first(tokens), HERE)
        now = datetime.now(UTC)
        if end == "revoked":
            await Session.all().update(revoked_at=now)
        elif end == "over":
            await Session.all().update(ends_at=now)
        else:
            await User.all().update(is_active=False)
        with pytest.raises(UnauthenticatedError):
            await auth.authenticate(f"Bearer {login.access.token}")


class TestKeys:
    def test_keys_of_different_purposes_differ(self) -> None:
        one, two = Tokens(b"a" * 32), Tokens(b"b" * 32)
        assert one.setup_token() != two.setup_token()
        assert one.is_setup_token(f" {one.setup_token()}\n")
        assert not one.is_setup_token(two.setup_token())


def forged(tokens: Tokens, *, algorithm: str = "HS256", **changes: object) -> str:
    """A token with our key and other claims."""
    claims = jwt.decode(tokens.issue_access(uuid4(), uuid4()).token, options={"verify_signature": False})
    key: bytes | None = None if algorithm == "none" else tokens._key
    return jwt.encode(claims | changes, key, algorithm=algorithm)  # type: ignore[arg-type]
