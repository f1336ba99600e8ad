import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import Actor, Permission
from models.audit import AuditEntry
from models.errors import (
    ConflictError,
    InvalidCredentialsError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    StaleVersionError,
    UnauthenticatedError,
    ValidationError,
)
from models.links import Invite, PasswordReset
from models.notifications import Notification, NotificationType
from models.paging import PageArgs
from models.tokens import ApiToken
from models.users import Session, User
from services.api_tokens import ApiTokenService, CreateApiToken
from services.auth import AuthService, Device, LoggedIn
from services.invites import AcceptInvite, InviteService, InviteUser
from services.last_uses import LastUses
from services.lockout import FREE_TRIES, Lockout
from services.passwords import Passwords
from services.token_memory import TokenMemory
from services.tokens import Tokens
from services.users import CreateUser, UpdateProfile, UpdateUser, UserService
from tests.factories.people import make_actor, make_user

PASSWORD = "correct horse battery"


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(memory_kib=64, rounds=1, refusal_seconds=0)


@pytest.fixture
def users(base: Backbone, passwords: Passwords) -> UserService:
    return UserService(base.work, passwords, TokenMemory(lambda: False), Lockout(base.limits))


@pytest.fixture
def keys(base: Backbone) -> ApiTokenService:
    return ApiTokenService(base.work, base.limits)


async def make_session(user_id: object) -> Session:
    now = datetime.now(UTC)
    ends = now + timedelta(days=1)
    return await Session.create(user_id=user_id, refresh_hash=uuid4().bytes, expires_at=ends, ends_at=ends)


class TestCreate:
    async def test_makes_an_account_and_writes_down_who_did_it(self, users: UserService) -> None:
        admin = await make_actor(Permission.ADMIN)
        user = await users.create(admin, CreateUser("a@b.example", "ada", PASSWORD, [Permission.DOWNLOAD_CREATE]))
        entry = await AuditEntry.get(target_id=user.id)
        assert (entry.action, entry.actor_id) == ("user.created", admin.user_id)
        assert "password" not in str(entry.after)

    @pytest.mark.parametrize(("email", "username"), [("A@B.example", "bob"), ("b@b.example", "ADA")])
    async def test_names_and_addresses_are_taken_once(self, users: UserService, email: str, username: str) -> None:
        admin = await make_actor(Permission.ADMIN)
        await users.create(admin, CreateUser("a@b.example", "ada", None, []))
        with pytest.raises(ConflictError):
            await users.create(admin, CreateUser(email, username, None, []))
        assert await AuditEntry.all().count() == 1

    async def test_nobody_grants_what_they_do_not_have(self, users: UserService) -> None:
        manager = await make_actor(Permission.MANAGE_USERS)
        with pytest.raises(PermissionDeniedError):
            await users.create(manager, CreateUser("a@b.example", "ada", None, [Permission.ADMIN]))
        assert await User.all().count() == 1


class TestUpdate:
    async def test_closing_an_account_ends_its_sessions(self, users: UserService) -> None:
        admin, user = await make_actor(Permission.ADMIN), await make_user()
        await make_session(user.id)
        changed = await users.update(admin, UpdateUser(user.id, is_active=False))
        assert not changed.is_active
        assert await Session.filter(revoked_at=None).count() == 0

    async def test_the_last_administrator_stays(self, users: UserService) -> None:
        admin = await make_actor(Permission.ADMIN)
        for command in (
            UpdateUser(admin.require_user(), is_active=False),
            UpdateUser(admin.require_user(), permissions=[Permission.MANAGE_USERS]),
        ):
            with pytest.raises(ConflictError):
                await users.update(admin, command)
        assert (await User.get(id=admin.require_user())).is_active

    async def test_two_who_demote_each_other_leave_one(self, users: UserService) -> None:
        one, two = await make_actor(Permission.ADMIN), await make_actor(Permission.ADMIN)
        results = await asyncio.gather(
            users.update(one, UpdateUser(two.require_user(), permissions=[])),
            users.update(two, UpdateUser(one.require_user(), permissions=[])),
            return_exceptions=True,
        )
        assert sum(isinstance(result, ConflictError) for result in results) == 1
        assert await User.filter(permissions__contains=["ADMIN"]).count() == 1

    async def test_a_manager_does_not_touch_administrators(self, users: UserService) -> None:
        admin, manager = await make_actor(Permission.ADMIN), await make_actor(Permission.MANAGE_USERS)
        with pytest.raises(PermissionDeniedError):
            await users.update(manager, UpdateUser(admin.require_user(), display_name="me"))

    async def test_a_change_based_on_an_old_look_is_refused(self, users: UserService) -> None:
        admin, user = await make_actor(Permission.ADMIN), await make_user()
        await users.update(admin, UpdateUser(user.id, display_name="One", expected_version=1))
        with pytest.raises(StaleVersionError):
            await users.update(admin, UpdateUser(user.id, display_name="Two", expected_version=1))
        assert (await User.get(id=user.id)).display_name == "One"

    async def test_an_unknown_person_is_not_found(self, users: UserService) -> None:
        with pytest.raises(NotFoundError):
            await users.update(await make_actor(Permission.ADMIN), UpdateUser(uuid4()))


class TestChangePassword:
    async def test_ends_the_other_sessions(self, users: UserService, passwords: Passwords) -> None:
        user = await make_user()
        await User.filter(id=user.id).update(password_hash=await passwords.hash(PASSWORD))
        mine, other = await make_session(user.id), await make_session(user.id)
        await users.change_password(Actor(user_id=user.id, session_id=mine.id), PASSWORD, "another long one")
        assert (await Session.get(id=mine.id)).revoked_at is None
        assert (await Session.get(id=other.id)).revoked_at is not None
        known = (await User.get(id=user.id)).password_hash
        assert (await passwords.verify("another long one", known))[0]

    async def test_needs_the_current_one_and_a_good_new_one(self, users: UserService, passwords: Passwords) -> None:
        user = await make_user()
        await User.filter(id=user.id).update(password_hash=await passwords.hash(PASSWORD))
        person = Actor(user_id=user.id, session_id=uuid4())
        with pytest.raises(InvalidCredentialsError):
            await users.change_password(person, "wrong", "another long one")
        with pytest.raises(ValidationError):
            await users.change_password(person, PASSWORD, "short")
        with pytest.raises(PermissionDeniedError):
            await users.change_password(Actor(user_id=user.id), PASSWORD, "another long one")

    async def test_guessing_it_is_slowed_down_like_a_login(self, users: UserService) -> None:
        person = await make_actor()
        for _ in range(FREE_TRIES["account"]):
            with pytest.raises(InvalidCredentialsError):
                await users.change_password(person, "wrong", "another long one")
        with pytest.raises(RateLimitedError):
            await users.change_password(person, PASSWORD, "another long one")


class TestLists:
    async def test_people_are_found_by_any_of_their_names(self, users: UserService) -> None:
        admin = await make_actor(Permission.ADMIN)
        user = await make_user()
        page = await users.list_all(admin, PageArgs(first=10), user.email.upper())
        assert [found.id for found in page.nodes] == [user.id]

    async def test_only_managers_list_people_and_only_auditors_read_the_log(self, users: UserService) -> None:
        nobody = await make_actor(Permission.REQUEST_MOVIE)
        with pytest.raises(PermissionDeniedError):
            await users.list_all(nobody, PageArgs())
        with pytest.raises(PermissionDeniedError):
            await users.audit_log(nobody, PageArgs())


class TestApiTokens:
    async def test_a_key_is_its_scopes_and_no_more(self, keys: ApiTokenService) -> None:
        owner = await make_actor(Permission.DOWNLOAD_CREATE, Permission.MANAGE_DOWNLOADS)
        token, secret = await keys.create(owner, CreateApiToken("script", [Permission.DOWNLOAD_CREATE]))
        known = await keys.authenticate(secret)
        assert (known.actor.permissions, known.ends_at) == (frozenset({Permission.DOWNLOAD_CREATE}), None)
        assert known.source_id == token.id
        row = await ApiToken.get(id=token.id)
        assert secret.startswith(row.prefix)
        assert secret not in str(row.snapshot())

    async def test_it_loses_what_its_owner_loses(self, keys: ApiTokenService) -> None:
        owner = await make_actor(Permission.ADMIN)
        _, secret = await keys.create(owner, CreateApiToken("script", [Permission.MANAGE_USERS]))
        await User.filter(id=owner.user_id).update(permissions=["DOWNLOAD_CREATE"])
        assert (await keys.authenticate(secret)).actor.permissions == frozenset()
        await User.filter(id=owner.user_id).update(is_active=False)
        with pytest.raises(UnauthenticatedError):
            await keys.authenticate(secret)

    async def test_nobody_makes_a_key_wider_than_themselves(self, keys: ApiTokenService) -> None:
        owner = await make_actor(Permission.DOWNLOAD_CREATE)
        with pytest.raises(PermissionDeniedError):
            await keys.create(owner, CreateApiToken("script", [Permission.ADMIN]))
        _, secret = await keys.create(owner, CreateApiToken("narrow", [Permission.DOWNLOAD_CREATE]))
        narrow = (await keys.authenticate(secret)).actor
        with pytest.raises(PermissionDeniedError):
            await keys.create(narrow, CreateApiToken("child", []))

    async def test_taken_back_or_over_it_is_out(self, keys: ApiTokenService) -> None:
        owner = await make_actor()
        token, secret = await keys.create(owner, CreateApiToken("script", []))
        await keys.revoke(owner, token.id)
        with pytest.raises(NotFoundError):
            await keys.revoke(owner, token.id)
        soon = datetime.now(UTC) + timedelta(hours=1)
        _, other = await keys.create(owner, CreateApiToken("script", [], soon))
        await ApiToken.all().update(expires_at=datetime.now(UTC))
        for gone in (secret, other, "mn_guess"):
            with pytest.raises(UnauthenticatedError):
                await keys.authenticate(gone)

    async def test_a_key_that_is_over_already_is_refused(self, keys: ApiTokenService) -> None:
        with pytest.raises(ValidationError):
            await keys.create(await make_actor(), CreateApiToken("late", [], datetime.now(UTC)))


class TestProfile:
    async def test_ones_own_name_changes_and_nothing_else(self, users: UserService) -> None:
        actor = await make_actor()
        changed = await users.update_profile(actor, UpdateProfile(display_name="  Ada L.  "))
        assert (changed.display_name, changed.version) == ("Ada L.", 2)
        assert (await AuditEntry.get()).action == "profile.updated"

    async def test_another_address_takes_the_password_and_ends_links_to_the_old_one(
        self, users: UserService, passwords: Passwords
    ) -> None:
        actor = await make_actor()
        password_hash = await passwords.hash("correct horse battery")
        await User.filter(id=actor.user_id).update(password_hash=password_hash)
        later = datetime.now(UTC) + timedelta(hours=1)
        await PasswordReset.create(user_id=actor.user_id, token_hash=b"x", expires_at=later)
        for wrong in (None, "wrong"):
            with pytest.raises(InvalidCredentialsError):
                await users.update_profile(actor, UpdateProfile(email="new@Example.org", current_password=wrong))
        assert await PasswordReset.exists()
        right = UpdateProfile(email="new@Example.org", current_password="correct horse battery")
        assert (await users.update_profile(actor, right)).email == "new@example.org"
        assert not await PasswordReset.exists()
        assert (await Notification.get()).type == NotificationType.SECURITY

    async def test_somebody_elses_address_is_refused_and_changes_nothing(
        self, users: UserService, passwords: Passwords
    ) -> None:
        actor, other = await make_actor(), await make_user()
        password_hash = await passwords.hash("correct horse battery")
        await User.filter(id=actor.user_id).update(password_hash=password_hash)
        command = UpdateProfile("New name", other.email.upper(), "correct horse battery")
        with pytest.raises(ConflictError):
            await users.update_profile(actor, command)
        assert (await User.get(id=actor.user_id)).display_name != "New name"
        assert not await Notification.exists()
        assert not await AuditEntry.exists()


class TestInvites:
    @pytest.fixture
    def invites(self, base: Backbone, passwords: Passwords, keys: ApiTokenService) -> InviteService:
        tokens, memory = Tokens(b"k" * 32), TokenMemory(lambda: False)
        auth = AuthService(base.work, base.limits, tokens, passwords, memory, Lockout(base.limits), keys, LastUses())
        return InviteService(base.work, base.limits, passwords, auth, "https://front.example")

    async def test_a_link_makes_one_account_with_its_permissions(self, invites: InviteService) -> None:
        admin = await make_actor(Permission.ADMIN)
        link = await invites.invite(admin, InviteUser([Permission.DOWNLOAD_CREATE]))
        assert link.url.startswith("https://front.example/invite#")
        token = link.url.partition("#")[2]
        attempts = [invites.accept(accepting(token, number), Device()) for number in range(10)]
        results = await asyncio.gather(*attempts, return_exceptions=True)
        (login,) = [result for result in results if isinstance(result, LoggedIn)]
        assert login.user.granted == {Permission.DOWNLOAD_CREATE}
        assert sum(isinstance(result, NotFoundError) for result in results) == 9
        assert await User.all().count() == 2

    async def test_what_went_wrong_leaves_the_link_unused(self, invites: InviteService) -> None:
        admin = await make_actor(Permission.ADMIN)
        taken = await make_user()
        token = (await invites.invite(admin, InviteUser([], email="me@example.org"))).url.partition("#")[2]
        for wrong, error in (
            (AcceptInvite(token, "me@example.org", taken.username, PASSWORD), ConflictError),
            (AcceptInvite(token, "other@example.org", "me", PASSWORD), ValidationError),
            (AcceptInvite(token, "me@example.org", "me", "short"), ValidationError),
            (AcceptInvite("guess", "me@example.org", "me", PASSWORD), NotFoundError),
        ):
            with pytest.raises(error):
                await invites.accept(wrong, Device())
        await invites.accept(AcceptInvite(token, "ME@example.org", "me", PASSWORD), Device())

    async def test_a_link_that_is_over_opens_nothing(self, invites: InviteService) -> None:
        token = (await invites.invite(await make_actor(Permission.ADMIN), InviteUser([]))).url.partition("#")[2]
        await Invite.all().update(expires_at=datetime.now(UTC))
        with pytest.raises(NotFoundError):
            await invites.accept(accepting(token, 1), Device())

    async def test_nobody_invites_to_more_than_they_have(self, invites: InviteService) -> None:
        with pytest.raises(PermissionDeniedError):
            await invites.invite(await make_actor(Permission.MANAGE_USERS), InviteUser([Permission.ADMIN]))
        with pytest.raises(ValidationError):
            far = datetime.now(UTC) + timedelta(days=365)
            await invites.invite(await make_actor(Permission.ADMIN), InviteUser([], expires_at=far))
        assert await Invite.all().count() == 0


def accepting(token: str, number: int) -> AcceptInvite:
    return AcceptInvite(token, f"new{number}@example.org", f"new{number}", PASSWORD)
