"""Logging in."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import strawberry

from models import users as rows
from schema import enums
from schema.context import Info
from schema.errors import Payload
from schema.inputs import given
from schema.node import Node, node
from schema.users import User
from services.auth import CreateFirstAdmin, Device, LoggedIn


def _is_current(root: Any, info: Info) -> Any:
    return root.id == info.context.actor.session_id


@node(rows.Session, loader="sessions", description="One login on one device. Its owner.")
class Session(Node):
    created_at: datetime = strawberry.field(description="When the person logged in.")
    last_seen_at: datetime = strawberry.field(description="When the session was last used.")
    expires_at: datetime = strawberry.field(description="When its refresh token ends unless it is used before.")
    ip: str | None = strawberry.field(description="Where the login came from.")
    user_agent: str | None = strawberry.field(description="What the program called itself.")
    is_current: bool = strawberry.field(resolver=_is_current, description="Whether this request came in by it.")


@strawberry.input(description="The very first account of a new server.")
class CreateFirstAdminInput:
    setup_token: str = strawberry.field(description="The one-time token that the server prints when it starts.")
    email: str = strawberry.field(description="To log in with.")
    username: str = strawberry.field(description="2 to 32 letters, digits, dots, dashes, underscores.")
    password: str = strawberry.field(description="10 to 256 characters.")

    def to_command(self) -> CreateFirstAdmin:
        return CreateFirstAdmin(self.setup_token, self.email, self.username, self.password)


@strawberry.input(description="E-mail address and password.")
class LoginInput:
    email: str = strawberry.field(description="The address of the account, in upper or lower case.")
    password: str = strawberry.field(description="The password.")
    device_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="How to name this device in the list of sessions."
    )

    def name_device(self, device: Device) -> Device:
        return replace(device, name=given(self.device_name))


@strawberry.type(description="A login, or why there is none.")
class AuthPayload(Payload):
    access_token: str | None = strawberry.field(
        default=None,
        description="Send it as `Authorization: Bearer …`, over websockets in the payload of `connection_init`.",
    )
    refresh_token: str | None = strawberry.field(default=None, description="Shown once; keep it safe.")
    expires_at: datetime | None = strawberry.field(default=None, description="When the access token ends.")
    user: User | None = strawberry.field(default=None, description="Who logged in.")
    permissions: list[enums.Permission] | None = strawberry.field(default=None, description="What they may do.")
    session: Session | None = strawberry.field(default=None, description="The new session.")


def present_login(login: LoggedIn) -> dict[str, Any]:
    return {
        "access_token": login.access.token,
        "refresh_token": login.refresh_token,
        "expires_at": login.access.expires_at,
        "user": login.user,
        "permissions": sorted(login.user.granted),
        "session": login.session,
    }
