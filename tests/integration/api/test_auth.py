import asyncio
from collections.abc import Callable
from unittest.mock import AsyncMock

import pytest

from medianest.app import Api, build_api
from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM, Actor, Permission
from models.errors import UnauthenticatedError
from models.identities import IdentityProvider
from models.users import Session
from schema.node import to_global_id
from services.api_tokens import CreateApiToken
from services.hub import Hub, last_position
from services.identities import LinkIdentity
from services.tokens import Tokens
from tests.factories.people import make_user
from tests.integration.api.conftest import PASSWORD, ApiClient, LogIn, counted_statements

LOGIN = """mutation($input: LoginInput!) { login(input: $input) {
  accessToken refreshToken expiresAt permissions
  user { username email permissions sessions { id isCurrent } } session { deviceName ip }
  errors { __typename code ... on RateLimitedError { retryAfterSeconds } }
} }"""
FIRST = """mutation($input: CreateFirstAdminInput!) { createFirstAdmin(input: $input) {
  accessToken user { username email } permissions errors { code path }
} }"""
REFRESH = """mutation($token: String!) { refreshToken(input: {refreshToken: $token}) {
  accessToken refreshToken errors { code }
} }"""


class TestCreateFirstAdmin:
    async def test_the_setup_token_opens_the_door_once(self, base: Backbone, client: ApiClient) -> None:
        account = {
            "setupToken": Tokens(base.key).setup_token(), "email": "me@example.org", "username": "me",
            "password": PASSWORD,
        }  # fmt: skip
        assert (await client.data("{ server { setupRequired } }"))["server"]["setupRequired"] is True
        payload = (await client.data(FIRST, input=account))["createFirstAdmin"]
        assert (payload["permissions"], payload["user"]["email"]) == (["ADMIN"], "me@example.org")
        assert (await client.data("{ server { setupRequired } }"))["server"]["setupRequired"] is False
        again = (await client.data(FIRST, input=account))["createFirstAdmin"]
        assert again["errors"] == [{"code": "CONFLICT", "path": None}]


class TestLogin:
    async def test_whoever_logs_in_sees_themselves(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        client.headers = {}
        credentials = {"email": user.email, "password": PASSWORD, "deviceName": "sofa"}
        payload = (await client.data(LOGIN, input=credentials))["login"]
        assert payload["user"]["email"] == user.email
        assert payload["session"]["deviceName"] == "sofa"

    async def test_a_wrong_password_is_a_typed_error(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        payload = (await client.data(LOGIN, input={"email": user.email, "password": "wrong"}))["login"]
        assert (payload["accessToken"], payload["user"]) == (None, None)
        assert [error["code"] for error in payload["errors"]] == ["INVALID_CREDENTIALS"]

    async def test_a_name_too_long_is_a_typed_error(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        credentials = {"email": user.email, "password": PASSWORD, "deviceName": "x" * 129}
        payload = (await client.data(LOGIN, input=credentials))["login"]
        assert payload["errors"][0]["code"] == "VALIDATION"

    async def test_aliases_do_not_multiply_the_tries(self, client: ApiClient) -> None:
        field = 'login(input: {email: "a@b.c", password: "x"}) { errors { code } }'
        query = f"mutation {{ one: {field} two: {field} }}"
        assert await client.code(query) == "OPERATION_TOO_COSTLY"


class TestSessions:
    async def test_ones_own_are_listed_and_nobody_elses(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        viewer = (await client.data("{ viewer { sessions { id isCurrent } } }"))["viewer"]
        assert [session["isCurrent"] for session in viewer["sessions"]] == [True]
        await make_user()
        node = "query($id: ID!) { node(id: $id) { ... on Session { ip } } }"
        mine = viewer["sessions"][0]["id"]
        assert (await client.data(node, id=mine))["node"] is not None
        await log_in()
        assert (await client.data(node, id=mine))["node"] is None

    async def test_whoever_manages_people_sees_their_ways_in_and_no_secret_of_them(
        self, client: ApiClient, log_in: LogIn
    ) -> None:
        person = await log_in()
        make = 'mutation { createApiToken(input: {name: "script", scopes: []}) { secret token { id } } }'
        made = (await client.data(make))["createApiToken"]
        ways = "query($id: ID!) { node(id: $id) { ... on User { sessions { id ip } apiTokens { id name prefix } } } }"
        own = (await client.data(ways, id=to_global_id("User", person.id)))["node"]
        await log_in(Permission.MANAGE_USERS)
        assert (await client.data(ways, id=to_global_id("User", person.id)))["node"] == own
        assert [key["name"] for key in own["apiTokens"]] == ["script"]
        assert made["secret"] not in str(own)
        (session,) = own["sessions"]
        node = "query($id: ID!) { node(id: $id) { __typename } }"
        for key in (session["id"], made["token"]["id"]):
            assert (await client.data(node, id=key))["node"] is not None

    async def test_a_key_shows_them_only_with_the_permission(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_USERS)
        make = """mutation($scopes: [Permission!]!) {
          createApiToken(input: {name: "script", scopes: $scopes}) { secret } }"""
        secrets = [
            (await client.data(make, scopes=scopes))["createApiToken"]["secret"] for scopes in ([], ["MANAGE_USERS"])
        ]
        found = []
        for secret in secrets:
            client.headers = {"Authorization": f"Bearer {secret}"}
            found.append((await client.data("{ viewer { sessions { id } apiTokens { id } } }"))["viewer"])
        assert found[0] == {"sessions": None, "apiTokens": None}
        assert (len(found[1]["sessions"]), len(found[1]["apiTokens"])) == (1, 2)

    async def test_refresh_and_logout_over_the_api(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        payload = (await client.data(LOGIN, input={"email": user.email, "password": PASSWORD}))["login"]
        renewed = (await client.data(REFRESH, token=payload["refreshToken"]))["refreshToken"]
        assert renewed["errors"] == []
        client.headers = {"Authorization": f"Bearer {renewed['accessToken']}"}
        assert (await client.data("mutation { logout { ok errors { code } } }"))["logout"]["ok"] is True
        assert await client.code("{ viewer { id } }") == "UNAUTHENTICATED"
        client.headers = {}
        refused = (await client.data(REFRESH, token=renewed["refreshToken"]))["refreshToken"]
        assert refused["errors"] == [{"code": "UNAUTHENTICATED"}]

    async def test_a_session_of_ones_own_can_be_ended(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        await client.data(LOGIN, input={"email": user.email, "password": PASSWORD})
        sessions = (await client.data("{ viewer { sessions { id isCurrent } } }"))["viewer"]["sessions"]
        (other,) = [session["id"] for session in sessions if not session["isCurrent"]]
        revoke = "mutation($id: ID!) { revokeSession(input: {id: $id}) { deletedId errors { code } } }"
        assert (await client.data(revoke, id=other))["revokeSession"] == {"deletedId": other, "errors": []}
        assert (await client.data(revoke, id=other))["revokeSession"]["errors"] == [{"code": "NOT_FOUND"}]


class TestPasswordReset:
    async def test_from_the_link_of_a_manager_to_the_new_password(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        ask = "mutation($email: String!) { requestPasswordReset(input: {email: $email}) { ok errors { code } } }"
        for email in (user.email, "nobody@example.org"):
            answer = (await client.data(ask, email=email))["requestPasswordReset"]
            assert answer == {"ok": True, "errors": []}
        await log_in(Permission.ADMIN)
        link = "mutation($id: ID!) { createPasswordResetLink(input: {id: $id}) { url expiresAt errors { code } } }"
        made = (await client.data(link, id=to_global_id("User", user.id)))["createPasswordResetLink"]
        client.headers = {}
        reset = """mutation($input: ResetPasswordInput!) { resetPassword(input: $input) {
          accessToken user { email } errors { code path } } }"""
        values = {"token": made["url"].partition("#")[2], "newPassword": "another long one"}
        payload = (await client.data(reset, input=values))["resetPassword"]
        assert (payload["user"], payload["errors"]) == ({"email": user.email}, [])
        again = (await client.data(reset, input=values))["resetPassword"]
        assert again["errors"] == [{"code": "NOT_FOUND", "path": ["token"]}]
        client.headers = {"Authorization": f"Bearer {payload['accessToken']}"}
        assert (await client.data("{ viewer { email } }"))["viewer"]["email"] == user.email


class TestIdentities:
    async def test_are_for_the_person_and_for_managers_in_one_statement(
        self, api: Api, client: ApiClient, log_in: LogIn
    ) -> None:
        people = [await log_in(), await log_in(), await log_in()]
        for person in people:
            await api.services.identities.link(SYSTEM, LinkIdentity(person.id, IdentityProvider.PLEX, person.username))
        query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { identities { provider subject } } } }"
        ids = [to_global_id("User", person.id) for person in people]
        theirs = [{"provider": "PLEX", "subject": person.username} for person in people]
        found = (await client.data(query, ids=ids))["nodes"]
        assert found == [{"identities": None}, {"identities": None}, {"identities": [theirs[2]]}]
        await log_in(Permission.MANAGE_USERS)
        with counted_statements() as statements:
            found = (await client.data(query, ids=ids))["nodes"]
        assert found == [{"identities": [identity]} for identity in theirs]
        assert sum("external_identities" in statement for statement in statements) == 1


@pytest.fixture
async def elsewhere(base: Backbone, hub: Hub) -> Api:
    """A second API process, as far as memory and the event log go."""
    api = build_api(base, hub)
    while not hub.is_current:
        await asyncio.sleep(0.01)
    return api


class TestKnownTokens:
    @pytest.mark.parametrize("kind", ["session", "key"])
    async def test_cost_no_statement_and_nothing_of_redis(
        self,
        elsewhere: Api,
        base: Backbone,
        client: ApiClient,
        log_in: LogIn,
        monkeypatch: pytest.MonkeyPatch,
        kind: str,
    ) -> None:
        user = await log_in()
        header = client.headers["Authorization"]
        if kind == "key":
            owner = Actor(user_id=user.id, session_id=user.id)
            header = f"Bearer {(await elsewhere.services.api_tokens.create(owner, CreateApiToken('x', [])))[1]}"
        auth, asked = elsewhere.services.auth, AsyncMock()
        async with asyncio.timeout(5):  # what is being told of the login may forget it once more
            while elsewhere.services.streams.position < await last_position():
                await asyncio.sleep(0.01)
        await auth.authenticate(header)
        monkeypatch.setattr(base.redis, "execute_command", asked)
        with counted_statements() as statements:
            for _ in range(100):
                assert (await auth.authenticate(header)).actor.user_id == user.id
        mine = [statement for statement in statements if "domain_events" not in statement]  # the hub reads on meanwhile
        assert (mine, asked.call_count) == ([], 0)


class TestAcrossProcesses:
    async def test_a_logout_here_bites_there_within_a_second(
        self, client: ApiClient, log_in: LogIn, elsewhere: Api
    ) -> None:
        await log_in()
        header = client.headers["Authorization"]
        await elsewhere.services.auth.authenticate(header)
        await client.data("mutation { logout { ok } }")
        async with asyncio.timeout(1):
            while await still_in(elsewhere, header):
                await asyncio.sleep(0.01)
        assert await Session.filter(revoked_at=None).count() == 0

    async def test_open_sockets_end_when_their_rights_change(
        self, log_in: LogIn, elsewhere: Api, client: ApiClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed: list[tuple[int, bool]] = []
        user = await make_user(Permission.MANAGE_DOWNLOADS)
        theirs = Actor(user_id=user.id)

        async def note(code: int, _reason: str, *, where: Callable[[Actor], bool]) -> None:
            closed.append((code, where(theirs)))

        monkeypatch.setattr(elsewhere.sockets, "close_all", note)
        await log_in(Permission.ADMIN)  # which tells of a change to a person, and must close nothing
        update = "mutation($input: UpdateUserInput!) { updateUser(input: $input) { errors { code } } }"
        id_ = to_global_id("User", user.id)
        for change, code in (({"displayName": "New"}, None), ({"permissions": []}, 4403), ({"isActive": False}, 4401)):
            closed.clear()
            answer = await client.data(update, input={"id": id_, **change})
            assert answer["updateUser"]["errors"] == []
            position = await last_position()
            async with asyncio.timeout(5):
                while elsewhere.services.streams.position < position:
                    await asyncio.sleep(0.01)
            await asyncio.sleep(0)
            assert closed == ([] if code is None else [(code, True)])


async def still_in(api: Api, header: str) -> bool:
    try:
        await api.services.auth.authenticate(header)
    except UnauthenticatedError:
        return False
    return True
