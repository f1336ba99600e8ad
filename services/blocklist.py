"""Titles that nobody can ask for."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from models.actor import Actor, Permission
from models.errors import NotFoundError
from models.events import EventType
from models.media import MediaItem, Title
from services import validation
from services.media import MediaService, remember
from services.work import Transaction, UnitOfWork

_MAX_REASON = 1_000


@dataclass(frozen=True, slots=True)
class BlocklistMedia:
    media_id: UUID
    reason: str | None = None


class BlocklistService:
    def __init__(self, work: UnitOfWork, media: MediaService) -> None:
        self._work = work
        self._media = media

    async def add(self, actor: Actor, command: BlocklistMedia) -> Title:
        """Nobody can ask for it from now on; what is under way goes on.

        Raises NotFoundError, UpstreamUnavailableError.
        """
        actor.require(Permission.MANAGE_REQUESTS)
        reason = validation.text(command.reason, "reason", _MAX_REASON) if command.reason else None
        title = await self._media.get(actor, command.media_id)
        async with self._work.begin(actor) as transaction:
            await remember(transaction, title)
            who = {"blocklisted_at": datetime.now(UTC), "blocklisted_by": actor.user_id, "blocklist_reason": reason}
            _ = await _change(transaction, title.id, "media.blocklisted", who)
        return title

    async def remove(self, actor: Actor, media_id: UUID) -> Title:
        """Raises NotFoundError for what is not on it."""
        actor.require(Permission.MANAGE_REQUESTS)
        async with self._work.begin(actor) as transaction:
            nobody = {"blocklisted_at": None, "blocklisted_by": None, "blocklist_reason": None}
            item = await _change(transaction, media_id, "media.unblocklisted", nobody)
        return item.known_title or item.bare_title


async def _change(transaction: Transaction, media_id: UUID, action: str, columns: dict[str, Any]) -> MediaItem:
    item = await MediaItem.select_for_update(no_key=True).get_or_none(id=media_id)
    if item is None or (columns["blocklisted_at"] is None and not item.is_blocklisted):
        raise NotFoundError("This title is not on the blocklist.", path=("media",))
    item.update_from_dict(columns).settle()
    await item.save(update_fields=[*columns, "availability", "availability_4k", "updated_at"])
    payload = {name: value for name, value in item.snapshot().items() if name != "details"}
    transaction.record(EventType.MEDIA_CHANGED, item.id, payload, owner_id=None)
    await transaction.audit(action, item, after={"title": item.title, "reason": item.blocklist_reason})
    return item
