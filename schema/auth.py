"""Logging in."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import strawberry

from schema import enums
from schema.errors import Payload
from schema.inputs import given
from schema.scalars import URL
from schema.users import Session, User
from services.auth import CreateFirstAdmin, Device, LoggedIn
from services.plex_login import StartedLogin


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


@strawberry.input(description="A login at Plex.")
class StartPlexLoginInput:
    forward_url: URL | None = strawberry.field(
        default=strawberry.UNSET, description="The page of the front end that Plex sends people back to."
    )


@strawberry.input(description="A login at Plex that was begun.")
class FinishPlexLoginInput:
    pin_id: str = strawberry.field(description="As `startPlexLogin` gave it.")
    device_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="How to name this device in the list of sessions."
    )


@strawberry.type(description="Where to log in at Plex, or why that is not possible.")
class PlexPinPayload(Payload):
    pin_id: str | None = strawberry.field(
        default=None, description="What `finishPlexLogin` takes. Keep it: whoever has it gets the login."
    )
    auth_url: URL | None = strawberry.field(default=None, description="Where the person confirms, in a browser.")
    expires_at: datetime | None = strawberry.field(default=None, description="Until when it can be finished.")


@strawberry.input(description="The newest refresh token of a session.")
class RefreshTokenInput:
    refresh_token: str = strawberry.field(description="As the last answer gave it.")


@strawberry.input(description="Which sessions to end.")
class LogoutInput:
    all_sessions: bool = strawberry.field(default=False, description="Every session of the viewer, not only this one.")


@strawberry.input(description="Who forgot a password.")
class RequestPasswordResetInput:
    email: str = strawberry.field(description="The address of the account, in upper or lower case.")


@strawberry.input(description="A new password by a link.")
class ResetPasswordInput:
    token: str = strawberry.field(description="What stands behind the # of the link.")
    new_password: str = strawberry.field(description="10 to 256 characters.")


@strawberry.type(description="A login, or why there is none.")
class AuthPayload(Payload):
    access_token: str | None = strawberry.field(
        default=None,
        description="Send it as `Authorization: Bearer …`, over websockets in the payload of `connection_init`.",
    )
    refresh_token: str | None = strawberry.field(
        default=None, description="Trades for the next pair by `refreshToken`, once. Keep it safe."
    )
    expires_at: datetime | None = strawberry.field(default=None, description="When the access token ends.")
    user: User | None = strawberry.field(default=None, description="Who logged in.")
    permissions: list[enums.Permission] | None = strawberry.field(default=None, description="What they may do.")
    session: Session | None = strawberry.field(default=None, description="The new session.")


def present_pin(started: StartedLogin) -> dict[str, Any]:
    return {"pin_id": started.token, "auth_url": started.confirm_url, "expires_at": started.expires_at}


def present_login(login: LoggedIn) -> dict[str, Any]:
    return {
        "access_token": login.access.token,
        "refresh_token": login.refresh_token,
        "expires_at": login.access.expires_at,
        "user": login.user,
        "permissions": sorted(login.user.granted),
        "session": login.session,
    }
