"""Logins after the login: renewed, listed, ended."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from models.actor import ANONYMOUS, SYSTEM, Actor, Permission
from models.errors import NotFoundError, TokenReusedError, UnauthenticatedError
from models.events import EventType
from models.rates import Counted
from models.users import Session, User
from services.auth import REFRESH_LIFETIME, LoggedIn
from services.rate_limits import RateLimits
from services.token_memory import TokenMemory
from services.tokens import RefreshToken, Tokens
from services.work import Transaction, UnitOfWork

GRACE = timedelta(seconds=10)
_LONGEST_LINE = 10_000

_ENDED = "This session has ended; log in again."


class SessionService:
    def __init__(self, work: UnitOfWork, limits: RateLimits, tokens: Tokens, memory: TokenMemory) -> None:
        self._work = work
        self._limits = limits
        self._tokens = tokens
        self._memory = memory

    async def refresh(self, text: str) -> LoggedIn:
        """Trade a refresh token for the next one and a new access token.

        The same token again within ten seconds gets the same answer again: the first may have been lost on its way.
        Later it is a theft, by whoever of the two: the session ends. Raises UnauthenticatedError, TokenReusedError,
        RateLimitedError.
        """
        await self._limits.count(ANONYMOUS, Counted.REFRESH_TOKEN)
        token = RefreshToken.parse(text)
        successor = self._tokens.successor(token)
        if not await self._rotate(token, successor):
            await self._forgive_or_end(token)
        session = await Session.get_or_none(id=token.session_id, revoked_at=None, user__is_active=True).select_related(
            "user"
        )
        if session is None:
            raise UnauthenticatedError(_ENDED)
        access = self._tokens.issue_access(session.user_id, session.id)
        return LoggedIn(access, str(successor), session.user, session)

    async def list_own(self, actor: Actor) -> list[Session]:
        """The sessions that are open, the one used last first."""
        return await Session.open().filter(user_id=actor.require_user()).order_by("-last_seen_at")

    async def list_of(self, actor: Actor, user_id: UUID) -> list[Session]:
        """Somebody's open sessions, the one used last first."""
        actor.require(Permission.MANAGE_USERS)
        return await Session.open().filter(user_id=user_id).order_by("-last_seen_at")

    async def log_out(self, actor: Actor, *, all_sessions: bool) -> None:
        """End the caller's session, or all they have. Raises UnauthenticatedError."""
        actor.require_session()
        own = await self.list_own(actor)
        await self._end(actor, [session.id for session in own if all_sessions or session.id == actor.session_id])

    async def revoke(self, actor: Actor, session_id: UUID) -> UUID:
        """End one of one's own sessions. Raises NotFoundError, PermissionDeniedError for a key for a program."""
        actor.require_session()
        if session_id not in {session.id for session in await self.list_own(actor)}:
            raise NotFoundError("There is no such session.", path=("id",))
        await self._end(actor, [session_id])
        return session_id

    async def _rotate(self, token: RefreshToken, successor: RefreshToken) -> bool:
        """One guarded UPDATE: of many who come with the same token one succeeds."""
        now = datetime.now(UTC)
        valid = Session.filter(id=token.session_id, refresh_hash=token.hash, generation=token.generation)
        return bool(
            await valid.filter(revoked_at=None, expires_at__gt=now, ends_at__gt=now).update(
                refresh_hash=successor.hash,
                generation=successor.generation,
                rotated_at=now,
                last_seen_at=now,
                expires_at=now + REFRESH_LIFETIME,
            )
        )

    async def _forgive_or_end(self, token: RefreshToken) -> None:
        """For a token that is not the newest: returns within the grace, raises otherwise."""
        session = await Session.get_or_none(id=token.session_id, revoked_at=None)
        if session is None or not await self._is_of(session, token):
            raise UnauthenticatedError("The refresh token cannot be used; log in again.")
        is_last = token.generation == session.generation - 1
        if is_last and session.rotated_at is not None and datetime.now(UTC) - session.rotated_at <= GRACE:
            return
        await self._end(SYSTEM, [session.id], action="session.reused")
        raise TokenReusedError("This refresh token was used before, so somebody may have stolen it: log in again.")

    async def _is_of(self, session: Session, token: RefreshToken) -> bool:
        """Whether an older token really was one of this session's: made-up ones must not end it."""
        steps = session.generation - token.generation
        if not 0 < steps <= _LONGEST_LINE:
            return False
        newest = await asyncio.to_thread(self._tokens.successor, token, steps)
        return newest.hash == session.refresh_hash

    async def _end(self, actor: Actor, ids: Sequence[UUID], *, action: str = "session.ended") -> None:
        async with self._work.begin(actor) as transaction:
            await end_sessions(transaction, ids, action)
        self._memory.forget(lambda known: known.session_id in ids)


async def end_sessions(transaction: Transaction, ids: Sequence[UUID], action: str) -> None:
    """Revoke, tell and write down; whoever holds one of their tokens is out within a second."""
    for session in await Session.filter(id__in=list(ids), revoked_at=None).select_for_update():
        session.revoked_at = datetime.now(UTC)
        await session.save(update_fields=["revoked_at"])
        transaction.record(EventType.SESSION_CHANGED, session.id, session.snapshot(), owner_id=session.user_id)
        await transaction.audit(action, session)


async def sessions_of(user: User) -> list[UUID]:
    """The keys of a person's open sessions."""
    return [session.id for session in await Session.filter(user_id=user.id, revoked_at=None)]
