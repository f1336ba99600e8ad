"""Fields that ask for more than their object, generated from the schema: a denial is null, and blanks nothing else."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type

from infra.http.breaker import CircuitBreaker
from medianest.api import graphql_schema
from medianest.app import Api, build_api
from medianest.wiring import services as wiring
from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.channels import NotificationChannel, NotificationChannelKind, NotificationDelivery
from models.notifications import Notification, NotificationType
from models.services_health import Service
from models.users import User
from schema.node import to_global_id
from services.hub import Hub
from services.services_health_checks import database_check
from tests.factories.media import make_request
from tests.factories.people import make_user
from tests.integration.api.conftest import ApiClient, LogIn
from tests.policies import Narrowed, demands, narrowed

CORE = graphql_schema._schema
PLACES = {
    "User": "query($id: ID!) {{ node(id: $id) {{ ... on User {{ username {0} }} }} }}",
    "Dashboard": "{{ dashboard {{ generatedAt {0} }} }}",
    "StorageStats": "{{ dashboard {{ storage {{ usedBytes {0} }} }} }}",
    "MediaRequest": "query($id: ID!) {{ node(id: $id) {{ ... on MediaRequest {{ version {0} }} }} }}",
    "Service": "{{ services {{ name {0} }} }}",
    "NotificationChannel": "query($id: ID!) {{ node(id: $id) {{ ... on NotificationChannel {{ name {0} }} }} }}",
}
SEES_THE_OBJECT = {
    "MediaRequest": Permission.VIEW_ALL_REQUESTS,
    "NotificationChannel": Permission.MANAGE_USERS,
    "StorageStats": Permission.MANAGE_SERVICES,
}
TELLS = {"storage", "plexLibraries"}
"""Null with an error that says why; all others are null as if there were nothing."""

MAY_BE_MISSING = {"quietHours"}


def asked(field: Narrowed) -> frozenset[str]:
    return demands(_field(field).description) - {"user"}


def _field(field: Narrowed) -> GraphQLField:
    type_ = CORE.type_map[field.type]
    assert isinstance(type_, GraphQLObjectType)
    found: GraphQLField = type_.fields[field.field]
    return found


FIELDS: dict[str, list[Narrowed]] = {}
for narrow in sorted(field for field in narrowed(CORE) if asked(field)):
    FIELDS.setdefault(narrow.type, []).append(narrow)


@pytest.fixture
async def api(base: Backbone, monkeypatch: pytest.MonkeyPatch) -> Api:
    """With one service, all of whose details are known."""
    breaker = CircuitBreaker(f"database-{uuid4()}", base.redis)
    monkeypatch.setattr(wiring, "health_checks", lambda _: [replace(database_check(), breaker=breaker)])
    api = build_api(base, Hub(base.cache, base.pubsub))
    await api.services.services_health.sampler.look()
    await Service.all().update(message="burnt", version="2.0")
    return api


async def thing_of(user: User, type_: str) -> str:
    """The ID of something of theirs that the query of the type asks for; they themselves where it is no other."""
    if type_ == "MediaRequest":
        told: dict[str, Any] = dict.fromkeys(("note", "status_reason", "decline_reason"), "x")
        request = await make_request(
            requested_by_id=user.id, decided_by_id=user.id, seerr_request_id=7, next_attempt_at=user.created_at, **told
        )
        return to_global_id(type_, request.id)
    if type_ != "NotificationChannel":
        return to_global_id("User", user.id)
    channel = await NotificationChannel.create(user_id=user.id, kind=NotificationChannelKind.NTFY, name="phone")
    notification = await Notification.create(
        user_id=user.id, type=NotificationType.SECURITY, title="x", body="x", cause="x"
    )
    await NotificationDelivery.create(notification_id=notification.id, channel_id=channel.id, user_id=user.id)
    return to_global_id(type_, channel.id)


async def read(client: ApiClient, type_: str, id_: str) -> tuple[dict[str, Any], set[str]]:
    """An object with all such fields, and the fields that have an error."""
    selected = " ".join(
        f"{field.field} {{ __typename }}" if _is_object(field) else field.field for field in FIELDS[type_]
    )
    query = PLACES[type_].format(selected)
    answer = await client(query, **({"id": id_} if "$id" in query else {}))
    (found,) = answer["data"].values()
    errors = answer.get("errors", [])
    if type_ == "StorageStats":
        found = found["storage"]
    assert {error["extensions"]["code"] for error in errors} <= {"PERMISSION_DENIED"}
    return found[0] if isinstance(found, list) else found, {error["path"][-1] for error in errors}


def _is_object(field: Narrowed) -> bool:
    return isinstance(get_named_type(_field(field).type), GraphQLObjectType)


@pytest.mark.parametrize("type_", FIELDS)
class TestFields:
    async def test_are_null_for_everybody_else_and_blank_nothing(
        self, client: ApiClient, log_in: LogIn, type_: str
    ) -> None:
        await log_in(*filter(None, [SEES_THE_OBJECT.get(type_)]))
        found, errors = await read(client, type_, await thing_of(await make_user(), type_))
        fields = [field.field for field in FIELDS[type_]]
        assert {name for name in fields if found.pop(name) is not None} == set()
        assert errors == TELLS & set(fields)
        assert list(found.values()) != [None]

    async def test_are_there_for_whoever_may(self, client: ApiClient, log_in: LogIn, type_: str) -> None:
        themselves = await log_in(Permission.ADMIN)
        found, errors = await read(client, type_, await thing_of(themselves, type_))
        assert errors == set()
        missing = {name for name, value in found.items() if value is None}
        assert missing <= MAY_BE_MISSING
