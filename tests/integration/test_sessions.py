import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from tortoise.exceptions import OperationalError

from medianest.wiring.backbone import Backbone
from models.actor import Actor
from models.audit import AuditEntry
from models.errors import NotFoundError, TokenReusedError, UnauthenticatedError
from models.events import DomainEvent, EventType
from models.users import Session, User
from services.api_tokens import ApiTokenService
from services.auth import AuthService, Device, LoggedIn
from services.last_uses import LastUses
from services.lockout import Lockout
from services.passwords import Passwords
from services.sessions import GRACE, SessionService
from services.token_memory import Remembered, TokenMemory, ends
from services.tokens import RefreshToken, Tokens
from tests.factories.people import make_actor, make_user

PASSWORD = "correct horse battery"
LASTING = Remembered(Actor(), UUID(int=1), None)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(b"k" * 32)


@pytest.fixture
def memory() -> TokenMemory:
    return TokenMemory(lambda: True)


@pytest.fixture
def auth(base: Backbone, tokens: Tokens, memory: TokenMemory) -> AuthService:
    passwords, keys = Passwords(memory_kib=64, rounds=1), ApiTokenService(base.work, base.limits)
    return AuthService(base.work, base.limits, tokens, passwords, memory, Lockout(base.limits), keys, LastUses())


@pytest.fixture
def sessions(base: Backbone, tokens: Tokens, memory: TokenMemory) -> SessionService:
    return SessionService(base.work, base.limits, tokens, memory)


@pytest.fixture
async def login(auth: AuthService) -> LoggedIn:
    user = await make_user()
    await User.filter(id=user.id).update(password_hash=await Passwords(memory_kib=64, rounds=1).hash(PASSWORD))
    return await auth.log_in(user.email, PASSWORD, Device(ip="127.0.0.1"))


def actor_of(login: LoggedIn) -> Actor:
    return Actor(user_id=login.user.id, session_id=login.session.id)


async def let_time_pass(login: LoggedIn) -> None:
    """Until the grace is over."""
    past = datetime.now(UTC) - GRACE - timedelta(seconds=1)
    await Session.filter(id=login.session.id).update(rotated_at=past)


class TestRefresh:
    async def test_each_token_gets_the_next_one(self, sessions: SessionService, login: LoggedIn) -> None:
        token = login.refresh_token
        seen = {token}
        for generation in range(1, 5):
            renewed = await sessions.refresh(token)
            token = renewed.refresh_token
            assert token not in seen
            seen.add(token)
            assert (await Session.get(id=login.session.id)).generation == generation

    async def test_twenty_at_once_rotate_once_and_get_the_same(self, sessions: SessionService, login: LoggedIn) -> None:
        renewed = await asyncio.gather(*(sessions.refresh(login.refresh_token) for _ in range(20)))
        assert len({answer.refresh_token for answer in renewed}) == 1
        assert (await Session.get(id=login.session.id)).generation == 1

    async def test_a_lost_answer_can_be_asked_for_again(self, sessions: SessionService, login: LoggedIn) -> None:
        first = await sessions.refresh(login.refresh_token)
        again = await sessions.refresh(login.refresh_token)
        assert again.refresh_token == first.refresh_token
        await sessions.refresh(again.refresh_token)

    async def test_a_token_used_again_later_ends_the_session(self, sessions: SessionService, login: LoggedIn) -> None:
        renewed = await sessions.refresh(login.refresh_token)
        await let_time_pass(login)
        with pytest.raises(TokenReusedError):
            await sessions.refresh(login.refresh_token)
        with pytest.raises(UnauthenticatedError):
            await sessions.refresh(renewed.refresh_token)
        assert (await AuditEntry.get(action="session.reused")).target_id == login.session.id

    async def test_an_older_token_ends_it_at_once(self, sessions: SessionService, login: LoggedIn) -> None:
        second = await sessions.refresh(login.refresh_token)
        await sessions.refresh(second.refresh_token)
        with pytest.raises(TokenReusedError):
            await sessions.refresh(login.refresh_token)

    async def test_a_made_up_token_ends_nothing(self, sessions: SessionService, login: LoggedIn) -> None:
        renewed = await sessions.refresh(login.refresh_token)
        real = RefreshToken.parse(renewed.refresh_token)
        for fake in (
            "", "x", "x.y.z", f"{real.session_id.hex}.0.guess", f"{real.session_id.hex}.1.guess",
            f"{real.session_id.hex}.999999999.guess",
            f"{real.session_id.hex}.{10**30}.guess", f"{real.session_id.hex}.-1.{real.secret}",
            str(RefreshToken(login.user.id, 1, real.secret)), renewed.refresh_token + "x",
        ):  # fmt: skip
            with pytest.raises(UnauthenticatedError):
                await sessions.refresh(fake)
        await sessions.refresh(renewed.refresh_token)

    @pytest.mark.parametrize("end", ["expires_at", "ends_at", "revoked_at", "closed"])
    async def test_what_is_over_is_not_renewed(self, sessions: SessionService, login: LoggedIn, end: str) -> None:
        now = datetime.now(UTC)
        if end == "closed":
            await User.all().update(is_active=False)
        else:
            await Session.all().update(**{end: now})
        with pytest.raises(UnauthenticatedError):
            await sessions.refresh(login.refresh_token)


class TestLogOut:
    async def test_ends_this_session_at_once(
        self, auth: AuthService, sessions: SessionService, login: LoggedIn
    ) -> None:
        header = f"Bearer {login.access.token}"
        await auth.authenticate(header)
        await sessions.log_out(actor_of(login), all_sessions=False)
        with pytest.raises(UnauthenticatedError):
            await auth.authenticate(header)
        event = await DomainEvent.filter(type=EventType.SESSION_CHANGED).order_by("-position").first()
        assert event is not None
        assert ends(event)

    async def test_ends_all_of_them(self, auth: AuthService, sessions: SessionService, login: LoggedIn) -> None:
        other = await auth.log_in(login.user.email, PASSWORD, Device())
        await sessions.log_out(actor_of(login), all_sessions=True)
        for one in (login, other):
            with pytest.raises(UnauthenticatedError):
                await auth.authenticate(f"Bearer {one.access.token}")

    async def test_one_can_end_another_of_ones_own_but_nobody_elses(
        self, auth: AuthService, sessions: SessionService, login: LoggedIn
    ) -> None:
        other = await auth.log_in(login.user.email, PASSWORD, Device())
        await sessions.revoke(actor_of(login), other.session.id)
        assert [session.id for session in await sessions.list_own(actor_of(login))] == [login.session.id]
        stranger = await make_actor()
        with pytest.raises(NotFoundError):
            await sessions.revoke(stranger, login.session.id)
        await auth.authenticate(f"Bearer {login.access.token}")


class TestTokenMemory:
    async def test_a_remembered_token_costs_no_query(
        self, auth: AuthService, login: LoggedIn, memory: TokenMemory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await auth.authenticate(f"Bearer {login.access.token}")

        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("it asked the database")

        monkeypatch.setattr(Session, "get_or_none", refuse)
        assert (await auth.authenticate(f"Bearer {login.access.token}")).actor.user_id == login.user.id

    def test_what_was_read_before_something_was_forgotten_is_not_kept(self, memory: TokenMemory) -> None:
        since = memory.begin()
        memory.forget(lambda _: False)
        memory.keep("token", LASTING, since=since)
        assert memory.find("token") is None

    @pytest.mark.parametrize("type_", EventType)
    def test_it_forgets_by_events_about_its_callers_alone(self, memory: TokenMemory, type_: EventType) -> None:
        session_id, user_id = uuid4(), uuid4()
        known = Remembered(Actor(user_id=user_id, session_id=session_id), session_id, None)
        for stream_id in (session_id, user_id, uuid4()):
            memory.keep("token", known, since=memory.begin())
            memory.forget_by(DomainEvent(type=type_.value, stream_id=stream_id, payload={"revoked_at": "now"}))
            is_theirs = (type_, stream_id) in {
                (EventType.SESSION_CHANGED, session_id),
                (EventType.USER_CHANGED, user_id),
            }
            assert (memory.find("token") is None) is is_theirs

    def test_while_nobody_follows_the_log_nothing_is_believed(self) -> None:
        following = True
        memory = TokenMemory(lambda: following)
        memory.keep("token", LASTING, since=memory.begin())
        assert memory.find("token") is not None
        following = False
        assert memory.find("token") is None

    def test_it_ends_with_the_token_and_has_a_bound(self, memory: TokenMemory) -> None:
        memory.keep("old", Remembered(Actor(), UUID(int=1), datetime.now(UTC)), since=memory.begin())
        assert memory.find("old") is None
        for number in range(10_050):
            memory.keep(str(number), LASTING, since=memory.begin())
        assert memory.find("0") is None
        assert memory.find("10049") is not None


class TestAuditLog:
    async def test_nothing_in_it_can_be_changed_or_deleted(self, sessions: SessionService, login: LoggedIn) -> None:
        await sessions.log_out(actor_of(login), all_sessions=False)
        for attempt in (AuditEntry.all().update(action="x"), AuditEntry.all().delete()):
            with pytest.raises((OperationalError, Exception), match="append-only"):
                await attempt
        entry = await AuditEntry.get()
        assert (entry.action, entry.actor_id) == ("session.ended", login.user.id)
