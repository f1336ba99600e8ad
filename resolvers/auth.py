"""Logging in, and who is logged in."""

from typing import Annotated, cast

import strawberry

from schema.auth import AuthPayload, CreateFirstAdminInput, LoginInput, present_login
from schema.context import Info
from schema.errors import payload
from schema.users import User


@strawberry.type
class AuthQueries:
    @strawberry.field(description="The person logged in; null when nobody is. Everybody.")
    async def viewer(self, info: Info) -> User | None:
        user_id = info.context.actor.user_id
        return cast("User | None", await info.context.loaders.users.load(user_id)) if user_id else None


@strawberry.type
class AuthMutations:
    @strawberry.mutation(
        description="Make the first administrator of a new server, and log in. Whoever has the server's setup token."
    )
    async def create_first_admin(
        self, info: Info, input: Annotated[CreateFirstAdminInput, strawberry.argument(description="The account.")]
    ) -> AuthPayload:
        auth = info.context.services.auth
        return await payload(
            AuthPayload, auth.create_first_admin(input.to_command(), info.context.device), present_login
        )

    @strawberry.mutation(description="Log in with e-mail address and password. Everybody.")
    async def login(
        self, info: Info, input: Annotated[LoginInput, strawberry.argument(description="Who wants in.")]
    ) -> AuthPayload:
        device = input.name_device(info.context.device)
        return await payload(
            AuthPayload, info.context.services.auth.log_in(input.email, input.password, device), present_login
        )
