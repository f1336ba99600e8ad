"""Administrators hear of each bug once, and of a flood only that it is one."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from models.actor import Permission
from models.error_entries import ErrorEntry
from models.notifications import Notification, NotificationType
from models.users import User
from services.work import Notice, Transaction

HOURLY_NOTICES = 10
_NEW, _MORE = "error.new.", "error.more."


async def tell_administrators(transaction: Transaction, entry_id: UUID, message: str, occasion: str) -> None:
    """Once for each `occasion`: a bug that is new, or one that came back after it was resolved."""
    await transaction.lock("error_notices")  # one after the other, or each of many counts too few
    for user in await User.filter(is_active=True, permissions__contains=[Permission.ADMIN.value]):
        notice = await _notice(user.id, message, occasion)
        if notice is not None:
            type_, subject = NotificationType.SECURITY, ErrorEntry.__name__
            title, body, cause = notice
            await transaction.notify(user.id, Notice(type_, title, body, cause, subject, entry_id))


async def _notice(user_id: UUID, message: str, occasion: str) -> tuple[str, str, str] | None:
    """Title, body and cause; None when they have heard enough within the hour."""
    recent = Notification.filter(user_id=user_id, created_at__gt=datetime.now(UTC) - timedelta(hours=1))
    if await recent.filter(cause__startswith=_NEW).count() < HOURLY_NOTICES:
        body = f"{message}. The error log counts it from now on; you hear of it again if it comes back once resolved."
        return "Something is broken in the server", body, f"{_NEW}{occasion}"
    if not await recent.filter(cause__startswith=_MORE).exists():
        body = f"More than {HOURLY_NOTICES} different errors were new within an hour: the error log has all of them."
        return "And more is broken in the server", body, f"{_MORE}{occasion}"
    return None
