import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from tortoise import connections

from infra.http.breaker import CircuitBreaker
from infra.http.errors import UpstreamUnreachableError
from integrations.channels.letters import Letter
from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Permission
from models.audit import AuditEntry
from models.errors import (
    AppError,
    ConflictError,
    InvalidCredentialsError,
    NotFoundError,
    PermissionDeniedError,
    ValidationError,
)
from models.events import DomainEvent, EventType
from models.links import PasswordReset
from models.notifications import Notification, NotificationType
from models.users import Session, User
from services.api_tokens import ApiTokenService
from services.auth import AuthService, Device, LoggedIn
from services.last_uses import LastUses
from services.lockout import FREE_TRIES, Lockout
from services.password_resets import PasswordResetRequests, PasswordResetService
from services.passwords import Passwords
from services.token_memory import TokenMemory
from services.tokens import Tokens
from tests.factories.people import make_actor, make_user

OLD, NEW = "correct horse battery", "another long one"


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(memory_kib=64, rounds=1, refusal_seconds=0)


@pytest.fixture
def auth(base: Backbone, passwords: Passwords) -> AuthService:
    memory = TokenMemory(lambda: True)
    keys = ApiTokenService(base.work, base.limits)
    return AuthService(
        base.work, base.limits, Tokens(b"k" * 32), passwords, memory, Lockout(base.limits), keys, LastUses()
    )


@pytest.fixture
def resets(base: Backbone, passwords: Passwords, auth: AuthService) -> PasswordResetService:
    lockout = Lockout(base.limits)
    return PasswordResetService(base.work, base.limits, passwords, auth, auth._memory, lockout, "https://front.example")


@pytest.fixture
def requests(base: Backbone) -> PasswordResetRequests:
    """Of a server that sends no mail."""
    return PasswordResetRequests(base.work, base.limits, None, "https://front.example")


@dataclass
class Outbox:
    """A mail server, which may be away."""

    breaker: CircuitBreaker
    letters: list[Letter] = field(default_factory=list)
    is_away: bool = False

    async def check(self) -> None: ...

    async def send(self, letter: Letter) -> int:
        if self.is_away:
            raise UpstreamUnreachableError("SMTP")
        self.letters.append(letter)
        return 250


@pytest.fixture
def outbox(base: Backbone) -> Outbox:
    return Outbox(CircuitBreaker("SMTP", base.redis))


@pytest.fixture
async def user(passwords: Passwords) -> User:
    made = await make_user(Permission.DOWNLOAD_CREATE)
    made.password_hash = await passwords.hash(OLD)
    await made.save()
    return made


async def token_for(resets: PasswordResetService, user: User) -> str:
    return (await resets.create_link(SYSTEM, user.id)).url.partition("#")[2]


async def jobs() -> list[dict[str, object]]:
    found: list[dict[str, object]] = await connections.get("default").execute_query_dict(
        "SELECT task_name, args->>'email' AS email FROM procrastinate_jobs ORDER BY id"
    )
    return found


class TestAsk:
    async def test_every_address_costs_and_answers_the_same(self, requests: PasswordResetRequests, user: User) -> None:
        for email in (user.email, "nobody@example.org"):
            await requests.ask(email)
        assert await jobs() == [
            {"task_name": "accounts.answer_reset_request", "email": email}
            for email in (user.email, "nobody@example.org")
        ]
        assert not await Notification.exists()

    async def test_what_is_no_address_is_refused(self, requests: PasswordResetRequests) -> None:
        with pytest.raises(ValidationError):
            await requests.ask("nobody")
        assert await jobs() == []


class TestAnswer:
    async def test_those_who_manage_people_are_told_once_an_hour(
        self, requests: PasswordResetRequests, user: User
    ) -> None:
        admin, manager = await make_user(Permission.ADMIN), await make_user(Permission.MANAGE_USERS)
        await make_user(Permission.ADMIN, is_active=False)
        for _ in range(3):
            await requests.answer(user.email.upper())
        told = await Notification.all()
        assert {notification.user_id for notification in told} == {admin.id, manager.id}
        assert len(told) == 2
        assert told[0].type is NotificationType.SECURITY
        assert user.display_name in told[0].title
        assert told[0].subject_id == user.id
        await Notification.all().update(cause="an hour ago")
        await requests.answer(user.email)
        assert await Notification.all().count() == 4

    async def test_a_server_with_mail_sends_the_link_and_tells_nobody_else(
        self, base: Backbone, resets: PasswordResetService, outbox: Outbox, user: User
    ) -> None:
        await make_user(Permission.ADMIN)
        requests = PasswordResetRequests(base.work, base.limits, outbox, "https://front.example")
        for email in (user.email.upper(), user.email, "nobody@example.org"):
            await requests.answer(email)
        (letter,) = outbox.letters
        assert letter.to == user.email
        found = re.search(r"https://front\.example/reset-password#(\S+)", letter.text)
        assert found
        assert f"#{found[1]}" in letter.html
        assert not await Notification.exists()
        assert (await resets.reset(found[1], NEW, Device())).user.id == user.id

    async def test_without_the_mail_server_those_who_manage_people_are_told(
        self, base: Backbone, outbox: Outbox, user: User
    ) -> None:
        admin, outbox.is_away = await make_user(Permission.ADMIN), True
        await PasswordResetRequests(base.work, base.limits, outbox, "https://front.example").answer(user.email)
        assert [row.user_id for row in await Notification.all()] == [admin.id]

    async def test_nobody_hears_of_unknown_addresses_and_closed_accounts(self, requests: PasswordResetRequests) -> None:
        await make_user(Permission.ADMIN)
        closed = await make_user(is_active=False)
        for email in (closed.email, "nobody@example.org"):
            await requests.answer(email)
        assert not await Notification.exists()


class TestCreateLink:
    async def test_it_leads_to_the_front_end_for_an_hour_and_only_its_hash_is_kept(
        self, resets: PasswordResetService, user: User
    ) -> None:
        admin = await make_actor(Permission.ADMIN)
        link = await resets.create_link(admin, user.id)
        page, _, token = link.url.partition("#")
        assert page == "https://front.example/reset-password"
        assert timedelta(minutes=59) < link.expires_at - datetime.now(UTC) <= timedelta(hours=1)
        assert token not in str((await PasswordReset.get()).snapshot())
        entry = await AuditEntry.get()
        assert (entry.action, entry.actor_id, entry.target_id) == (
            "password.reset_link_created", admin.user_id, user.id,
        )  # fmt: skip

    async def test_only_the_newest_works(self, resets: PasswordResetService, user: User) -> None:
        older, newer = await token_for(resets, user), await token_for(resets, user)
        with pytest.raises(NotFoundError):
            await resets.reset(older, NEW, Device())
        await resets.reset(newer, NEW, Device())

    async def test_nobody_makes_one_for_more_than_they_may(self, resets: PasswordResetService, user: User) -> None:
        for actor in (await make_actor(Permission.MANAGE_USERS), await make_actor(Permission.DOWNLOAD_CREATE)):
            with pytest.raises(PermissionDeniedError):
                await resets.create_link(actor, user.id)
        manager = await make_actor(Permission.MANAGE_USERS, Permission.DOWNLOAD_CREATE)
        await resets.create_link(manager, user.id)
        admin = await make_user(Permission.ADMIN)
        with pytest.raises(PermissionDeniedError):
            await resets.create_link(manager, admin.id)
        assert await PasswordReset.filter(user_id=admin.id).count() == 0

    async def test_not_for_closed_accounts_nor_for_nobody(self, resets: PasswordResetService) -> None:
        closed = await make_user(is_active=False)
        for key, error in ((closed.id, ConflictError), (uuid4(), NotFoundError)):
            with pytest.raises(error):
                await resets.create_link(SYSTEM, key)
        assert not await PasswordReset.exists()


class TestReset:
    async def test_sets_the_password_and_ends_every_session(
        self, resets: PasswordResetService, auth: AuthService, user: User
    ) -> None:
        before = await auth.log_in(user.email, OLD, Device())
        await auth.authenticate(f"Bearer {before.access.token}")
        login = await resets.reset(await token_for(resets, user), NEW, Device())
        assert (await auth.authenticate(f"Bearer {login.access.token}")).actor.user_id == user.id
        assert [session.id for session in await Session.filter(revoked_at=None)] == [login.session.id]
        with pytest.raises(AppError):
            await auth.authenticate(f"Bearer {before.access.token}")
        with pytest.raises(InvalidCredentialsError):
            await auth.log_in(user.email, OLD, Device())
        await auth.log_in(user.email, NEW, Device())

    async def test_the_person_is_told_and_it_is_written_down(self, resets: PasswordResetService, user: User) -> None:
        await resets.reset(await token_for(resets, user), NEW, Device())
        told = await Notification.get()
        assert (told.user_id, told.type) == (user.id, NotificationType.SECURITY)
        entry = await AuditEntry.get(action="password.reset")
        assert (entry.actor_id, entry.target_id) == (user.id, user.id)
        changed = await DomainEvent.get(type=EventType.USER_CHANGED)
        assert "password_hash" not in changed.payload

    async def test_of_twenty_at_once_one_gets_in(self, resets: PasswordResetService, user: User) -> None:
        token = await token_for(resets, user)
        tries = [resets.reset(token, f"{NEW} {number}", Device()) for number in range(20)]
        results = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(result, LoggedIn) for result in results) == 1
        assert sum(isinstance(result, NotFoundError) for result in results) == 19
        assert await Session.all().count() == 1

    @pytest.mark.parametrize("end", ["over", "closed", "guessed"])
    async def test_a_link_that_is_none_changes_nothing(
        self, resets: PasswordResetService, user: User, end: str
    ) -> None:
        token = await token_for(resets, user)
        if end == "over":
            await PasswordReset.all().update(expires_at=datetime.now(UTC))
        elif end == "closed":
            await User.filter(id=user.id).update(is_active=False)
        with pytest.raises(NotFoundError):
            await resets.reset("guess" if end == "guessed" else token, NEW, Device())
        assert (await User.get(id=user.id)).password_hash == user.password_hash
        assert not await Session.exists()

    async def test_a_short_password_leaves_the_link_unused(self, resets: PasswordResetService, user: User) -> None:
        token = await token_for(resets, user)
        with pytest.raises(ValidationError):
            await resets.reset(token, "short", Device())
        await resets.reset(token, NEW, Device())

    async def test_whoever_was_locked_out_gets_in(
        self, resets: PasswordResetService, auth: AuthService, user: User
    ) -> None:
        for _ in range(FREE_TRIES["account"]):
            with pytest.raises(InvalidCredentialsError):
                await auth.log_in(user.email, "wrong", Device())
        await resets.reset(await token_for(resets, user), NEW, Device())
        await auth.log_in(user.email, NEW, Device())


class TestSetPassword:
    async def test_ends_what_was_open_and_says_who_did_it(
        self, resets: PasswordResetService, auth: AuthService, user: User
    ) -> None:
        await auth.log_in(user.email, OLD, Device())
        token = await token_for(resets, user)
        await resets.set_password(SYSTEM, user.id, NEW)
        assert await Session.filter(revoked_at=None).count() == 0
        with pytest.raises(NotFoundError):
            await resets.reset(token, NEW, Device())
        assert (await AuditEntry.get(action="password.reset")).actor_id is None
        await auth.log_in(user.email, NEW, Device())

    async def test_nobody_sets_that_of_somebody_who_may_more(self, resets: PasswordResetService, user: User) -> None:
        with pytest.raises(PermissionDeniedError):
            await resets.set_password(await make_actor(Permission.MANAGE_USERS), user.id, NEW)
        assert (await User.get(id=user.id)).password_hash == user.password_hash
