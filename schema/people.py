"""Managing people: inputs and payloads."""

from datetime import datetime

import strawberry

from schema import enums
from schema.errors import Payload
from schema.files import StoredFile
from schema.inputs import given
from schema.node import key_of
from schema.quotas import QuotaOverridesInput
from schema.scalars import URL
from schema.users import ApiToken, User
from services.api_tokens import CreateApiToken
from services.invites import AcceptInvite, InviteUser
from services.users import CreateUser, UpdateProfile, UpdateUser


@strawberry.input(description="A new account.")
class CreateUserInput:
    email: str = strawberry.field(description="To log in with.")
    username: str = strawberry.field(description="2 to 32 letters, digits, dots, dashes, underscores.")
    password: str | None = strawberry.field(
        default=strawberry.UNSET, description="10 to 256 characters; without one there is no login by password."
    )
    permissions: list[enums.Permission] = strawberry.field(description="What the person may do; your own at most.")

    def to_command(self) -> CreateUser:
        return CreateUser(self.email, self.username, given(self.password), self.permissions)


@strawberry.input(description="What to change of an account; what is left out stays.")
class UpdateUserInput:
    id: strawberry.ID = strawberry.field(description="The person.")
    display_name: str | None = strawberry.field(default=strawberry.UNSET, description="1 to 64 characters.")
    permissions: list[enums.Permission] | None = strawberry.field(
        default=strawberry.UNSET, description="All they may do from now on; your own at most."
    )
    is_active: bool | None = strawberry.field(
        default=strawberry.UNSET, description="False closes the account and ends its sessions."
    )
    quotas: QuotaOverridesInput | None = strawberry.field(
        default=strawberry.UNSET, description="Their quotas, where they differ from everybody's."
    )
    expected_version: int | None = strawberry.field(
        default=strawberry.UNSET, description="Refuse the change when the account is at another version by now."
    )

    def to_command(self) -> UpdateUser:
        return UpdateUser(
            id=key_of(User, self.id),
            display_name=given(self.display_name),
            permissions=given(self.permissions),
            is_active=given(self.is_active),
            quotas=self.quotas.to_changes() if self.quotas else None,
            expected_version=given(self.expected_version),
        )


@strawberry.input(description="The old password and the new one.")
class ChangePasswordInput:
    current_password: str = strawberry.field(description="The password as it is.")
    new_password: str = strawberry.field(description="10 to 256 characters.")


@strawberry.input(description="A new key for a program.")
class CreateApiTokenInput:
    name: str = strawberry.field(description="What it is for, 1 to 64 characters.")
    scopes: list[enums.Permission] = strawberry.field(description="What it may do; your own permissions at most.")
    expires_at: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="When it ends; left out: when it is taken back."
    )

    def to_command(self) -> CreateApiToken:
        return CreateApiToken(self.name, self.scopes, given(self.expires_at))


@strawberry.input(description="What to change of one's own account; what is left out stays.")
class UpdateProfileInput:
    display_name: str | None = strawberry.field(
        default=strawberry.UNSET, description="What one is called on screen, 1 to 64 characters."
    )
    email: str | None = strawberry.field(
        default=strawberry.UNSET, description="To log in with and be written to; takes `currentPassword` as well."
    )
    current_password: str | None = strawberry.field(default=strawberry.UNSET, description="The password as it is.")
    avatar: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="An AVATAR one has uploaded; null: none. The one before is deleted."
    )

    def to_command(self) -> UpdateProfile:
        avatar = None if not self.avatar else key_of(StoredFile, self.avatar, path=("avatar",))
        return UpdateProfile(
            given(self.display_name),
            given(self.email),
            given(self.current_password),
            avatar=avatar,
            is_avatar_given=self.avatar is not strawberry.UNSET,
        )


@strawberry.input(description="Somebody to let in.")
class InviteUserInput:
    permissions: list[enums.Permission] = strawberry.field(description="What they may do; your own at most.")
    email: str | None = strawberry.field(
        default=strawberry.UNSET, description="Only for this address; for anybody who has the link when left out."
    )
    expires_at: datetime | None = strawberry.field(
        default=strawberry.UNSET, description="When the link ends, within 90 days; in a week when left out."
    )

    def to_command(self) -> InviteUser:
        return InviteUser(self.permissions, given(self.email), given(self.expires_at))


@strawberry.input(description="A new account by an invitation.")
class AcceptInviteInput:
    token: str = strawberry.field(description="What stands behind the # of the link.")
    email: str = strawberry.field(description="To log in with.")
    username: str = strawberry.field(description="2 to 32 letters, digits, dots, dashes, underscores.")
    password: str = strawberry.field(description="10 to 256 characters.")

    def to_command(self) -> AcceptInvite:
        return AcceptInvite(self.token, self.email, self.username, self.password)


@strawberry.input(description="Who somebody is in Seerr.")
class LinkSeerrUserInput:
    user: strawberry.ID = strawberry.field(description="The person here.")
    seerr_user_id: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Their number in Seerr, the last part of their page's address; null: nobody there.",
    )


@strawberry.type(description="The invitation, or why there is none.")
class InvitePayload(Payload):
    url: URL | None = strawberry.field(default=None, description="Hand it to the person; shown this once.")
    expires_at: datetime | None = strawberry.field(default=None, description="When it ends.")


@strawberry.type(description="The link to a new password, or why there is none.")
class PasswordResetLinkPayload(Payload):
    url: URL | None = strawberry.field(default=None, description="Hand it to the person; shown this once.")
    expires_at: datetime | None = strawberry.field(default=None, description="When it ends.")


@strawberry.type(description="The person, or why it was not done.")
class UserPayload(Payload):
    user: User | None = strawberry.field(default=None, description="The person as they are now.")


@strawberry.type(description="The new token, or why there is none.")
class TokenPayload(Payload):
    token: ApiToken | None = strawberry.field(default=None, description="The token.")
    secret: str | None = strawberry.field(
        default=None, description="Send it as `Authorization: Bearer …`. Shown this once."
    )
