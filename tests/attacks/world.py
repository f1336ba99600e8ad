"""What the attackers have got hold of: somebody's tokens, good and bad."""

import jwt

from tests.attacks.attack import World
from tests.e2e.front_end import PASSWORD, FrontEnd
from tests.e2e.serving import Serving

_EMAIL = "person@example.org"
_CREATE = """
mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { message } } }"""
_LOG_IN = """
mutation ($input: LoginInput!) { login(input: $input) { accessToken refreshToken errors { message } } }"""
_KEY = """
mutation { createApiToken(input: { name: "x", scopes: [] }) { secret token { id } errors { message } } }"""
_REVOKE = "mutation ($id: ID!) { revokeApiToken(input: { id: $id }) { errors { message } } }"


async def besieged_world(serving: Serving) -> World:
    who = {
        "email": "person@example.org",
        "username": "person",
        "password": PASSWORD,
        "permissions": ["DOWNLOAD_CREATE"],
    }
    await serving.client.execute(_CREATE, input=who)
    async with FrontEnd(serving.client.url) as person:
        first = await _log_in(person)
        await person.execute("mutation { logout { ok } }")
        second = await _log_in(person)
        made = (await person.execute(_KEY))["createApiToken"]
        await person.execute(_REVOKE, id=made["token"]["id"])
    claims = jwt.decode(second["accessToken"], options={"verify_signature": False})
    return World(
        key=bytes.fromhex((serving.data_dir / "secret.key").read_text()),
        person=second["accessToken"],
        logged_out=first["accessToken"],
        revoked_key=made["secret"],
        refresh_token=second["refreshToken"],
        user_id=claims["sub"],
        session_id=claims["sid"],
    )


async def _log_in(person: FrontEnd) -> dict[str, str]:
    person.access_token = None
    answer = await person.execute(_LOG_IN, input={"email": _EMAIL, "password": PASSWORD})
    tokens: dict[str, str] = answer["login"]
    person.access_token = tokens["accessToken"]
    return tokens
