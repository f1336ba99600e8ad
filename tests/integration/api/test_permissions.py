"""Who may use what, generated from the schema: each root field says it in the last sentence of its description."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    get_nullable_type,
)

from medianest.api import graphql_schema
from medianest.wiring.backbone import Backbone
from models.actor import Actor, Permission
from models.media import MediaType, media_key
from models.users import User
from schema.node import to_global_id
from services.api_tokens import ApiTokenService, CreateApiToken
from tests.integration.api.conftest import ApiClient, LogIn

CORE = graphql_schema._schema
OPEN = ("Everybody", "Whoever has", "Whoever holds")
ABOUT = {
    "deleteFile": "StoredFile",
    "deleteDownloadProfile": "DownloadProfile",
    "revokeSession": "Session",
    "revokeApiToken": "ApiToken",
    "controlDownloads": "Download",
    "resolveError": "ErrorEntry",
    "markNotificationsRead": "Notification",
    "checkService": "Service",
    "resetBreaker": "Service",
    "deleteNotificationChannel": "NotificationChannel",
    "testNotificationChannel": "NotificationChannel",
    "retryDelivery": "NotificationDelivery",
    "completeUpload": "StoredFile",
    "media": "Movie",
    "createMediaRequest": "Movie",
    "blocklistMedia": "Movie",
    "unblocklistMedia": "Movie",
    "decideMediaRequest": "MediaRequest",
    "cancelMediaRequest": "MediaRequest",
    "retryMediaRequest": "MediaRequest",
    "followMediaRequest": "MediaRequest",
    "unfollowMediaRequest": "MediaRequest",
}
ROOTS = [
    (kind, name)
    for kind, type_ in (("query", CORE.query_type), ("mutation", CORE.mutation_type))
    for name in (type_.fields if type_ else ())
]


def field_of(kind: str, name: str) -> GraphQLField:
    type_ = CORE.query_type if kind == "query" else CORE.mutation_type
    assert type_ is not None
    field: GraphQLField = type_.fields[name]
    return field


def policy_of(field: GraphQLField) -> str:
    """`open`, `user`, or the permission that is needed."""
    last = re.split(r"(?<=\.) ", field.description or "")[-1].rstrip(".")
    if last.startswith(OPEN):
        return "open"
    if listed := re.fullmatch(r"Whoever may .+: ([A-Z_]+)(, [A-Z_]+)*", last):
        return listed[1]  # what the sample takes
    return last if last in Permission.__members__ else "user"


def value_for(type_: Any, about: str) -> Any:
    """Something of the type, as small as it can be; an ID is one of an `about`."""
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    if isinstance(type_, GraphQLList):
        return [value_for(type_.of_type, about)]
    if isinstance(type_, GraphQLInputObjectType) and type_.is_one_of:
        name, field = next(iter(type_.fields.items()))
        return {name: value_for(GraphQLNonNull(get_nullable_type(field.type)), about)}
    if isinstance(type_, GraphQLInputObjectType):
        needed = {name: field for name, field in type_.fields.items() if isinstance(field.type, GraphQLNonNull)}
        return {name: value_for(field.type, about) for name, field in needed.items()}
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    assert isinstance(type_, GraphQLScalarType)
    samples: dict[str, Any] = {
        "Int": 1,
        "Float": 1.0,
        "BigInt": 1,
        "Boolean": False,
        "ID": to_global_id(about, media_key(MediaType.MOVIE, 7) if about == "Movie" else UUID(int=7)),
        "URL": "https://video.example/1",
        "Date": "2026-01-31",
        "Cursor": "AAAAAAAAAAA",
    }
    return samples.get(type_.name, "something long enough")


async def ask(client: ApiClient, text: str, variables: dict[str, Any]) -> dict[str, Any]:
    """With a file, where the operation wants one."""
    if "UploadFileInput" not in text:
        return await client(text, **variables)
    variables["input"]["file"] = None
    answer: dict[str, Any] = (await client.upload(text, b"x", **variables)).json()
    return answer


def operation(kind: str, name: str) -> tuple[str, dict[str, Any]]:
    field = field_of(kind, name)
    needed: dict[str, GraphQLArgument] = {
        key: argument for key, argument in field.args.items() if isinstance(argument.type, GraphQLNonNull)
    }
    header = ", ".join(f"${key}: {argument.type}" for key, argument in needed.items())
    given = ", ".join(f"{key}: ${key}" for key in needed)
    output = get_named_type(field.type)
    selection = ""
    if not isinstance(output, GraphQLScalarType | GraphQLEnumType):
        has_errors = isinstance(output, GraphQLObjectType) and "errors" in output.fields
        selection = "{ errors { code } }" if has_errors else "{ __typename }"
    text = f"{kind}{f'({header})' if header else ''} {{ {name}{f'({given})' if given else ''} {selection} }}"
    return text, {key: value_for(argument.type, ABOUT.get(name, "User")) for key, argument in needed.items()}


async def codes(client: ApiClient, kind: str, name: str) -> set[str]:
    """Every error code in the answer."""
    text, variables = operation(kind, name)
    answer = await ask(client, text, variables)
    top = {error["extensions"]["code"] for error in answer.get("errors", ())}
    data = (answer.get("data") or {}).get(name)
    return top | {error["code"] for error in (data.get("errors", ()) if isinstance(data, dict) else ())}


REFUSED = {"UNAUTHENTICATED", "PERMISSION_DENIED"}


class TestMatrix:
    @pytest.mark.parametrize(("kind", "name"), ROOTS)
    async def test_strangers(self, client: ApiClient, kind: str, name: str) -> None:
        found = await codes(client, kind, name)
        if policy_of(field_of(kind, name)) != "open":
            assert found == {"UNAUTHENTICATED"}
        elif name not in {"createFirstAdmin", "refreshToken"}:  # these ask for a token of their own
            assert not found & REFUSED

    @pytest.mark.parametrize(("kind", "name"), ROOTS)
    async def test_people_without_permissions(self, client: ApiClient, log_in: LogIn, kind: str, name: str) -> None:
        await log_in()
        found = await codes(client, kind, name)
        policy = policy_of(field_of(kind, name))
        if policy in Permission.__members__:
            assert found == {"PERMISSION_DENIED"}
        elif name == "createApiToken":
            assert found == {"PERMISSION_DENIED"}, "the sample asks for a scope they do not have"
        elif policy == "user":
            assert not found & REFUSED

    @pytest.mark.parametrize(("kind", "name"), ROOTS)
    async def test_administrators(self, client: ApiClient, log_in: LogIn, kind: str, name: str) -> None:
        await log_in(Permission.ADMIN)
        if policy_of(field_of(kind, name)) != "open":
            assert not await codes(client, kind, name) & REFUSED

    @pytest.mark.parametrize(("kind", "name"), ROOTS)
    async def test_closed_accounts(self, client: ApiClient, log_in: LogIn, kind: str, name: str) -> None:
        user = await log_in(Permission.ADMIN)
        await User.filter(id=user.id).update(is_active=False)
        assert await codes(client, kind, name) == {"UNAUTHENTICATED"}

    @pytest.mark.parametrize(("kind", "name"), ROOTS)
    async def test_keys_without_scopes(
        self, base: Backbone, client: ApiClient, log_in: LogIn, kind: str, name: str
    ) -> None:
        admin = await log_in(Permission.ADMIN)
        actor = Actor(user_id=admin.id, permissions=admin.granted, session_id=uuid4())
        _, secret = await ApiTokenService(base.work, base.limits).create(actor, CreateApiToken("narrow", []))
        client.headers = {"Authorization": f"Bearer {secret}"}
        found = await codes(client, kind, name)
        if policy_of(field_of(kind, name)) in Permission.__members__ or name == "createApiToken":
            assert found == {"PERMISSION_DENIED"}
