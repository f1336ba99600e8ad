"""What belongs to people and is not cached: it must end when it ends."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from models.identities import ExternalIdentity
from models.tokens import ApiToken
from models.users import Session


async def load_sessions(keys: Sequence[UUID]) -> list[list[Session]]:
    """The open sessions of each person, the one used last first."""
    found: defaultdict[UUID, list[Session]] = defaultdict(list)
    for session in await Session.open().filter(user_id__in=list(keys)).order_by("-last_seen_at"):
        found[session.user_id].append(session)
    return [found[key] for key in keys]


async def load_identities(keys: Sequence[UUID]) -> list[list[ExternalIdentity]]:
    """The accounts of each person elsewhere, in the order they were linked."""
    found: defaultdict[UUID, list[ExternalIdentity]] = defaultdict(list)
    for identity in await ExternalIdentity.filter(user_id__in=list(keys)).order_by("linked_at", "id"):
        found[identity.user_id].append(identity)
    return [found[key] for key in keys]


async def load_api_tokens(keys: Sequence[UUID]) -> list[list[ApiToken]]:
    """The keys of each person that were not taken back, the newest first."""
    found: defaultdict[UUID, list[ApiToken]] = defaultdict(list)
    for token in await ApiToken.filter(user_id__in=list(keys), revoked_at=None).order_by("-id"):
        found[token.user_id].append(token)
    return [found[key] for key in keys]
