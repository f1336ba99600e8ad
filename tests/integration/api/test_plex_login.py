"""Logging in with an account at Plex."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from medianest.settings import Settings
from models.actor import Permission
from models.audit import AuditEntry
from models.identities import ExternalIdentity
from models.links import PlexLogin
from models.users import Session, User
from tests.doubles.plex import MACHINE, Person, PlexDouble
from tests.factories.people import make_user
from tests.integration.api.conftest import ApiClient, LogIn
from tests.integration.api.plex import with_plex

START = """mutation($input: StartPlexLoginInput!) {
  startPlexLogin(input: $input) {
    pinId authUrl expiresAt errors { code message path ... on UpstreamError { breaker } } } }"""
FINISH = """mutation($input: FinishPlexLoginInput!) {
  finishPlexLogin(input: $input) {
    accessToken refreshToken user { username email } permissions session { isCurrent }
    errors { code message path ... on UpstreamError { breaker } } } }"""
INSIDE = "olgas-token-at-the-server"


@pytest.fixture
def double() -> PlexDouble:
    """Olga may use the server."""
    double = PlexDouble(admitted={INSIDE})
    double.people["olgas"] = Person("uuid-olga", servers={MACHINE: INSIDE})
    return double


@pytest.fixture
def creates_users() -> bool:
    return False


@pytest.fixture
async def settings(settings: Settings, double: PlexDouble, creates_users: bool) -> AsyncIterator[Settings]:
    changes = {"plex_login_creates_users": creates_users, "allowed_origins": ("https://tv.example.org",)}
    async with with_plex(settings, double, **changes) as changed:
        yield changed


async def start(client: ApiClient, **values: str) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.data(START, input=values))["startPlexLogin"]
    return answer


async def finish(client: ApiClient, pin: str) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.data(FINISH, input={"pinId": pin, "deviceName": "Sofa"}))["finishPlexLogin"]
    return answer


async def refusal(client: ApiClient, pin: str) -> str:
    """The code of the one error; nobody is logged in."""
    before = await Session.all().count()
    answer = await finish(client, pin)
    assert (answer["user"], answer["accessToken"], await Session.all().count()) == (None, None, before)
    (error,) = answer["errors"]
    return str(error["code"])


def confirm(double: PlexDouble) -> None:
    """Olga says yes to the newest PIN."""
    double.confirm(double.pins[max(double.pins)]["code"], "olgas")


async def olga(*permissions: Permission) -> User:
    user = await make_user(*permissions)
    await User.filter(id=user.id).update(email="Olga@example.org")
    return user


async def link(user: User) -> None:
    await ExternalIdentity.create(user_id=user.id, provider="PLEX", subject="uuid-olga")


class TestStart:
    async def test_sends_people_to_plex_and_back(self, client: ApiClient, double: PlexDouble) -> None:
        answer = await start(client, forwardUrl="https://tv.example.org/back")
        assert answer["authUrl"].startswith("https://app.plex.tv/auth#?clientID=")
        assert "forwardUrl=https%3A%2F%2Ftv.example.org%2Fback" in answer["authUrl"]
        assert answer["pinId"] not in {str(number) for number in double.pins}
        row = await PlexLogin.get()
        assert answer["pinId"].encode() not in row.token_hash

    @pytest.mark.parametrize("url", ["https://evil.example/back", "https://tv.example.org.evil.example/"])
    async def test_to_no_page_of_anybody_else(self, client: ApiClient, double: PlexDouble, url: str) -> None:
        (error,) = (await start(client, forwardUrl=url))["errors"]
        assert (error["code"], error["path"]) == ("VALIDATION", ["forwardUrl"])
        assert not double.pins

    async def test_plex_away(self, client: ApiClient, double: PlexDouble) -> None:
        double.fail(503, "/pins", times=9)
        (error,) = (await start(client))["errors"]
        assert error["code"] == "UPSTREAM_UNAVAILABLE"
        assert not await PlexLogin.exists()

    async def test_of_the_two_that_one_is_told_which_is_left_alone(self, client: ApiClient, double: PlexDouble) -> None:
        await link(await olga())
        pin = (await start(client))["pinId"]
        confirm(double)
        double.fail(500, "/pins", times=30)
        told = [(await start(client))["errors"][0]["breaker"] for _ in range(6)]
        assert (told[0], told[-1]) == ("CLOSED", "OPEN")
        assert (await finish(client, pin))["errors"][0]["breaker"] == "OPEN"

    async def test_a_login_page_knows_of_it(self, client: ApiClient) -> None:
        assert (await client.data("{ server { loginProviders } }"))["server"] == {"loginProviders": ["LOCAL", "PLEX"]}


class TestFinish:
    async def test_a_linked_account_gets_in(self, client: ApiClient, double: PlexDouble) -> None:
        user = await olga()
        await link(user)
        pin = (await start(client))["pinId"]
        assert await finish(client, pin) == {
            "accessToken": None, "refreshToken": None, "user": None, "permissions": None, "session": None, "errors": [],
        }  # fmt: skip
        confirm(double)
        answer = await finish(client, pin)
        assert (answer["errors"], answer["user"]["username"]) == ([], user.username)
        client.headers = {"Authorization": f"Bearer {answer['accessToken']}"}
        assert (await client.data("{ viewer { username } }"))["viewer"] == {"username": user.username}
        assert (await Session.get()).device_name == "Sofa"

    async def test_a_pin_works_once(self, client: ApiClient, double: PlexDouble) -> None:
        await link(await olga())
        pin = (await start(client))["pinId"]
        confirm(double)
        answers = await asyncio.gather(*(finish(client, pin) for _ in range(5)))
        assert [answer["user"] is not None for answer in answers].count(True) == 1
        assert await Session.all().count() == 1
        assert await refusal(client, pin) == "NOT_FOUND"

    async def test_two_tabs_are_two_logins(self, client: ApiClient, double: PlexDouble) -> None:
        await link(await olga())
        first = (await start(client))["pinId"]
        confirm(double)
        second = (await start(client))["pinId"]
        assert (await finish(client, second))["user"] is None
        assert (await finish(client, first))["user"]
        confirm(double)
        assert (await finish(client, second))["user"]

    async def test_one_that_is_over(self, client: ApiClient, double: PlexDouble) -> None:
        await link(await olga())
        pin = (await start(client))["pinId"]
        confirm(double)
        await PlexLogin.all().update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
        assert await refusal(client, pin) == "NOT_FOUND"

    async def test_plexs_own_number_is_no_login(self, client: ApiClient, double: PlexDouble) -> None:
        await link(await olga())
        await start(client)
        confirm(double)
        assert await refusal(client, str(max(double.pins))) == "NOT_FOUND"

    @pytest.mark.parametrize(
        ("known", "admitted"),
        [({}, {INSIDE}), ({"another": INSIDE}, {INSIDE}), ({MACHINE: INSIDE}, set()), ({MACHINE: "forged"}, {INSIDE})],
        ids=["no server", "another server", "thrown out", "a server of the same name"],
    )
    async def test_without_access_to_the_server_nobody_gets_in(
        self, client: ApiClient, double: PlexDouble, known: dict[str, str], admitted: set[str]
    ) -> None:
        await link(await olga())
        double.people["olgas"].servers, double.admitted = known, admitted
        pin = (await start(client))["pinId"]
        confirm(double)
        assert await refusal(client, pin) == "PERMISSION_DENIED"

    async def test_a_server_that_lets_everybody_in_proves_nothing(self, client: ApiClient, double: PlexDouble) -> None:
        await link(await olga())
        double.is_open = True
        pin = (await start(client))["pinId"]
        confirm(double)
        assert await refusal(client, pin) == "PERMISSION_DENIED"

    async def test_a_closed_account_stays_closed(self, client: ApiClient, double: PlexDouble) -> None:
        user = await olga()
        await link(user)
        await User.filter(id=user.id).update(is_active=False)
        pin = (await start(client))["pinId"]
        confirm(double)
        assert await refusal(client, pin) == "PERMISSION_DENIED"

    @pytest.mark.parametrize("path", ["/pins/", "/identity", "/resources", "/library/sections", "/user"])
    async def test_plex_away_loses_nothing(self, client: ApiClient, double: PlexDouble, path: str) -> None:
        await link(await olga())
        pin = (await start(client))["pinId"]
        confirm(double)
        double.fail(500, path)
        assert await refusal(client, pin) == "UPSTREAM_UNAVAILABLE"
        assert (await finish(client, pin))["user"]


class TestAddress:
    async def test_that_plex_saw_confirmed_links_the_account(self, client: ApiClient, double: PlexDouble) -> None:
        user = await olga()
        pin = (await start(client))["pinId"]
        confirm(double)
        assert (await finish(client, pin))["user"]["username"] == user.username
        identity = await ExternalIdentity.get()
        assert (identity.user_id, identity.subject, identity.username) == (user.id, "uuid-olga", "olga")
        assert await AuditEntry.exists(action="identity.linked", target_id=user.id)

    async def test_that_nobody_confirmed_proves_nothing(self, client: ApiClient, double: PlexDouble) -> None:
        await olga()
        double.people["olgas"].confirmed = False
        pin = (await start(client))["pinId"]
        confirm(double)
        assert await refusal(client, pin) == "PERMISSION_DENIED"
        assert not await ExternalIdentity.exists()

    @pytest.mark.parametrize("power", [Permission.ADMIN, Permission.MANAGE_USERS, Permission.MANAGE_REQUESTS])
    async def test_opens_no_account_with_powers(self, client: ApiClient, double: PlexDouble, power: Permission) -> None:
        await olga(power)
        pin = (await start(client))["pinId"]
        confirm(double)
        assert await refusal(client, pin) == "PERMISSION_DENIED"
        assert not await ExternalIdentity.exists()

    async def test_of_nobody_makes_no_account(self, client: ApiClient, double: PlexDouble) -> None:
        pin = (await start(client))["pinId"]
        confirm(double)
        assert await refusal(client, pin) == "PERMISSION_DENIED"
        assert not await User.exists()


class TestNewcomers:
    @pytest.fixture
    def creates_users(self) -> bool:
        return True

    async def test_get_an_account_that_may_ask(self, client: ApiClient, double: PlexDouble) -> None:
        double.people["olgas"].username = "_Olga Ö. Nest!"
        pin = (await start(client))["pinId"]
        confirm(double)
        answer = await finish(client, pin)
        assert answer["user"] == {"username": "Olga.Nest", "email": "olga@example.org"}
        assert answer["permissions"] == ["REQUEST_MOVIE", "REQUEST_TV"]

    @pytest.mark.parametrize("email", [None, "olga@example.org"])
    async def test_need_an_address_that_is_confirmed(
        self, client: ApiClient, double: PlexDouble, email: str | None
    ) -> None:
        person = double.people["olgas"]
        person.email, person.confirmed = email, email is None
        pin = (await start(client))["pinId"]
        confirm(double)
        assert await refusal(client, pin) == "PERMISSION_DENIED"
        assert not await User.exists()

    async def test_take_nobodys_name(self, client: ApiClient, double: PlexDouble) -> None:
        user = await make_user()
        await User.filter(id=user.id).update(username="Olga", email="else@example.org")
        pin = (await start(client))["pinId"]
        confirm(double)
        assert await refusal(client, pin) == "CONFLICT"
        assert await User.all().count() == 1


class TestLinking:
    async def test_whoever_is_logged_in_links_their_own(
        self, client: ApiClient, log_in: LogIn, double: PlexDouble
    ) -> None:
        user = await log_in(Permission.ADMIN)
        pin = (await start(client))["pinId"]
        confirm(double)
        answer = await finish(client, pin)
        assert (answer["user"]["username"], answer["accessToken"], answer["errors"]) == (user.username, None, [])
        assert (await ExternalIdentity.get()).user_id == user.id

    async def test_nobody_else_finishes_it(self, client: ApiClient, log_in: LogIn, double: PlexDouble) -> None:
        await log_in()
        pin = (await start(client))["pinId"]
        confirm(double)
        await log_in()
        assert await refusal(client, pin) == "NOT_FOUND"
        client.headers = {}
        assert await refusal(client, pin) == "NOT_FOUND"
        assert not await ExternalIdentity.exists()

    async def test_an_account_is_one_persons(self, client: ApiClient, log_in: LogIn, double: PlexDouble) -> None:
        await link(await make_user())
        await log_in()
        pin = (await start(client))["pinId"]
        confirm(double)
        (error,) = (await finish(client, pin))["errors"]
        assert error["code"] == "CONFLICT"
        assert await ExternalIdentity.all().count() == 1
