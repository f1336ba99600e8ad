"""Logging in, and who is logged in."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Annotated, Any, cast
from uuid import UUID

import strawberry
from strawberry import UNSET

from models.users import User as UserRow
from schema.auth import (
    AuthPayload,
    CreateFirstAdminInput,
    FinishPlexLoginInput,
    LoginInput,
    LogoutInput,
    PlexPinPayload,
    RefreshTokenInput,
    RequestPasswordResetInput,
    ResetPasswordInput,
    StartPlexLoginInput,
    present_login,
    present_pin,
)
from schema.context import Info
from schema.errors import DeletePayload, SimplePayload, payload
from schema.inputs import IdInput, given
from schema.node import key_of
from schema.people import AcceptInviteInput
from schema.users import Session, User
from services.auth import LoggedIn


@strawberry.type
class AuthQueries:
    @strawberry.field(description="The person logged in; null when nobody is. Everybody.")
    async def viewer(self, info: Info) -> User | None:
        user_id = info.context.actor.user_id
        return cast("User | None", await info.context.loaders.users.load(user_id)) if user_id else None


@strawberry.type
class AuthMutations:
    @strawberry.mutation(
        description="A new pair of tokens for the newest refresh token of a session. Within ten seconds the same token "
        "gets the same answer; after that its use is taken for theft and ends the session. Whoever holds the token."
    )
    async def refresh_token(
        self, info: Info, input: Annotated[RefreshTokenInput, strawberry.argument(description="The token.")]
    ) -> AuthPayload:
        return await _log_in(info, info.context.services.sessions.refresh(input.refresh_token))

    @strawberry.mutation(description="Make an account by an invitation, and log in. Whoever has the link.")
    async def accept_invite(
        self, info: Info, input: Annotated[AcceptInviteInput, strawberry.argument(description="The account.")]
    ) -> AuthPayload:
        return await _log_in(info, info.context.services.invites.accept(input.to_command(), info.context.device))

    @strawberry.mutation(
        description="Ask for a new password. The answer is the same for every address: those who manage people are "
        "told, at most once an hour for an account, and can hand out a link. Everybody."
    )
    async def request_password_reset(
        self, info: Info, input: Annotated[RequestPasswordResetInput, strawberry.argument(description="Who asks.")]
    ) -> SimplePayload:
        work = info.context.services.password_reset_requests.ask(input.email)
        return await payload(SimplePayload, work, lambda _: {"ok": True})

    @strawberry.mutation(
        description="Set a new password by a link that works once, and log in. Every session of the account ends. "
        "Whoever has the link."
    )
    async def reset_password(
        self, info: Info, input: Annotated[ResetPasswordInput, strawberry.argument(description="The password.")]
    ) -> AuthPayload:
        resets = info.context.services.password_resets
        return await _log_in(info, resets.reset(input.token, input.new_password, info.context.device))

    @strawberry.mutation(
        description="End this session, or all of the viewer's: their tokens and websockets end within a second. "
        "Signed-in people."
    )
    async def logout(
        self,
        info: Info,
        input: Annotated[
            LogoutInput | None, strawberry.argument(description="This session alone when left out.")
        ] = UNSET,
    ) -> SimplePayload:
        sessions, every = info.context.services.sessions, bool(input and input.all_sessions)
        work = sessions.log_out(info.context.actor, all_sessions=every)
        return await payload(SimplePayload, work, lambda _: {"ok": True})

    @strawberry.mutation(description="End one of the viewer's sessions. Signed-in people, their own.")
    async def revoke_session(
        self, info: Info, input: Annotated[IdInput, strawberry.argument(description="The session.")]
    ) -> DeletePayload:
        async def revoke() -> UUID:
            return await info.context.services.sessions.revoke(info.context.actor, key_of(Session, input.id))

        return await payload(DeletePayload, revoke(), lambda _: {"deleted_id": input.id})

    @strawberry.mutation(
        description="Make the first administrator of a new server, and log in. Whoever has the server's setup token."
    )
    async def create_first_admin(
        self, info: Info, input: Annotated[CreateFirstAdminInput, strawberry.argument(description="The account.")]
    ) -> AuthPayload:
        auth = info.context.services.auth
        return await _log_in(info, auth.create_first_admin(input.to_command(), info.context.device))

    @strawberry.mutation(
        description="Begin a login with an account at Plex: open `authUrl` in a browser, and ask `finishPlexLogin` "
        "until there is an answer. Begun by somebody who is logged in, it links that account to theirs. Everybody."
    )
    async def start_plex_login(
        self, info: Info, input: Annotated[StartPlexLoginInput, strawberry.argument(description="The way back.")]
    ) -> PlexPinPayload:
        work = info.context.services.plex_login.start(info.context.actor, given(input.forward_url))
        return await payload(PlexPinPayload, work, present_pin)

    @strawberry.mutation(
        description="Finish a login with an account at Plex. Null `user` and no error while the person has not "
        "confirmed yet: ask again after a second. `user` without tokens when it linked the account. Everybody."
    )
    async def finish_plex_login(
        self, info: Info, input: Annotated[FinishPlexLoginInput, strawberry.argument(description="Which.")]
    ) -> AuthPayload:
        def present(found: LoggedIn | UserRow | None) -> dict[str, Any]:
            if isinstance(found, LoggedIn):
                info.context.proven.add(found.user.id)
                return present_login(found)
            return {"user": found}

        device = replace(info.context.device, name=given(input.device_name))
        work = info.context.services.plex_login.finish(info.context.actor, input.pin_id, device)
        return await payload(AuthPayload, work, present)

    @strawberry.mutation(description="Log in with e-mail address and password. Everybody.")
    async def login(
        self, info: Info, input: Annotated[LoginInput, strawberry.argument(description="Who wants in.")]
    ) -> AuthPayload:
        device = input.name_device(info.context.device)
        return await _log_in(info, info.context.services.auth.log_in(input.email, input.password, device))


async def _log_in(info: Info, work: Awaitable[LoggedIn]) -> AuthPayload:
    def present(login: LoggedIn) -> dict[str, Any]:
        info.context.proven.add(login.user.id)
        return present_login(login)

    return await payload(AuthPayload, work, present)
