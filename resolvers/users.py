"""People: listed, made, changed; their passwords and keys; the log of who did it."""

from typing import Annotated, Any, cast

import strawberry
from strawberry import UNSET

from schema.audit import AuditEntry
from schema.connections import After, Connection, First, page_args
from schema.context import Info
from schema.errors import DeletePayload, payload
from schema.inputs import IdInput, given
from schema.node import from_global_id, key_of
from schema.people import (
    ChangePasswordInput,
    CreateApiTokenInput,
    CreateUserInput,
    InvitePayload,
    InviteUserInput,
    PasswordResetLinkPayload,
    TokenPayload,
    UpdateProfileInput,
    UpdateUserInput,
    UserPayload,
)
from schema.users import ApiToken, User


@strawberry.type
class UserQueries:
    @strawberry.field(description="Everybody with an account, the oldest first. MANAGE_USERS.")
    async def users(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        search: Annotated[str | None, strawberry.argument(description="Part of a name or an e-mail address.")] = UNSET,
    ) -> Connection[User] | None:
        page = page_args(first, after)
        found = await info.context.services.users.list_all(info.context.actor, page, search)
        return cast("Connection[User]", found)

    @strawberry.field(description="Who did what, the newest first. VIEW_AUDIT.")
    async def audit_log(
        self,
        info: Info,
        first: First = UNSET,
        after: After = UNSET,
        actor: Annotated[strawberry.ID | None, strawberry.argument(description="Only what this user did.")] = UNSET,
        target: Annotated[strawberry.ID | None, strawberry.argument(description="Only what was done to this.")] = UNSET,
    ) -> Connection[AuditEntry] | None:
        found = await info.context.services.users.audit_log(
            info.context.actor,
            page_args(first, after),
            by=None if (by := given(actor)) is None else key_of(User, by, path=("actor",)),
            target=None if (about := given(target)) is None else from_global_id(about, path=("target",))[1],
        )
        return cast("Connection[AuditEntry]", found)


@strawberry.type
class UserMutations:
    @strawberry.mutation(description="Make an account for somebody. MANAGE_USERS.")
    async def create_user(
        self, info: Info, input: Annotated[CreateUserInput, strawberry.argument(description="The account.")]
    ) -> UserPayload:
        work = info.context.services.users.create(info.context.actor, input.to_command())
        return await payload(UserPayload, work, _user)

    @strawberry.mutation(
        description="Change somebody's name, permissions, access or quotas; the last administrator cannot be lost. "
        "MANAGE_USERS."
    )
    async def update_user(
        self, info: Info, input: Annotated[UpdateUserInput, strawberry.argument(description="What to change.")]
    ) -> UserPayload:
        async def update() -> Any:
            return await info.context.services.users.update(info.context.actor, input.to_command())

        return await payload(UserPayload, update(), _user)

    @strawberry.mutation(description="Make a link by which one new account can be made. MANAGE_USERS.")
    async def invite_user(
        self, info: Info, input: Annotated[InviteUserInput, strawberry.argument(description="Who may come in.")]
    ) -> InvitePayload:
        work = info.context.services.invites.invite(info.context.actor, input.to_command())
        return await payload(InvitePayload, work, lambda made: {"url": made.url, "expires_at": made.expires_at})

    @strawberry.mutation(
        description="Make a link by which somebody can set a new password within an hour; the one before works no "
        "more. Nobody makes one for a person who may do more than they. MANAGE_USERS."
    )
    async def create_password_reset_link(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The person.")]
    ) -> PasswordResetLinkPayload:
        async def make() -> Any:
            return await info.context.services.password_resets.create_link(info.context.actor, key_of(User, input.id))

        return await payload(
            PasswordResetLinkPayload, make(), lambda made: {"url": made.url, "expires_at": made.expires_at}
        )

    @strawberry.mutation(description="Change one's own account. Signed-in people, their own.")
    async def update_profile(
        self, info: Info, input: Annotated[UpdateProfileInput, strawberry.argument(description="What to change.")]
    ) -> UserPayload:
        async def update() -> Any:
            return await info.context.services.users.update_profile(info.context.actor, input.to_command())

        return await payload(UserPayload, update(), _user)

    @strawberry.mutation(
        description="Set one's own password; every other session of the viewer ends. Signed-in people, their own."
    )
    async def change_password(
        self, info: Info, input: Annotated[ChangePasswordInput, strawberry.argument(description="Old and new.")]
    ) -> UserPayload:
        users = info.context.services.users
        work = users.change_password(info.context.actor, input.current_password, input.new_password)
        return await payload(UserPayload, work, _user)

    @strawberry.mutation(
        description="Make a key for a program, with some of the viewer's own permissions. Signed-in people, their own."
    )
    async def create_api_token(
        self, info: Info, input: Annotated[CreateApiTokenInput, strawberry.argument(description="The key.")]
    ) -> TokenPayload:
        work = info.context.services.api_tokens.create(info.context.actor, input.to_command())
        return await payload(TokenPayload, work, lambda made: {"token": made[0], "secret": made[1]})

    @strawberry.mutation(description="Take a key back; it stops within a second. Signed-in people, their own.")
    async def revoke_api_token(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The key.")]
    ) -> DeletePayload:
        async def revoke() -> None:
            await info.context.services.api_tokens.revoke(info.context.actor, key_of(ApiToken, input.id))

        return await payload(DeletePayload, revoke(), lambda _: {"deleted_id": input.id})


def _user(user: Any) -> dict[str, Any]:
    return {"user": user}
