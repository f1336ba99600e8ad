"""Who is asking: the first argument of every service method."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID

from models.errors import PermissionDeniedError, UnauthenticatedError


class Permission(StrEnum):
    ADMIN = "ADMIN"
    MANAGE_USERS = "MANAGE_USERS"
    MANAGE_SERVICES = "MANAGE_SERVICES"
    MANAGE_REQUESTS = "MANAGE_REQUESTS"
    MANAGE_DOWNLOADS = "MANAGE_DOWNLOADS"
    VIEW_ALL_REQUESTS = "VIEW_ALL_REQUESTS"
    VIEW_AUDIT = "VIEW_AUDIT"
    REQUEST_MOVIE = "REQUEST_MOVIE"
    REQUEST_TV = "REQUEST_TV"
    REQUEST_4K = "REQUEST_4K"
    AUTO_APPROVE_MOVIE = "AUTO_APPROVE_MOVIE"
    AUTO_APPROVE_TV = "AUTO_APPROVE_TV"
    AUTO_APPROVE_4K = "AUTO_APPROVE_4K"
    DOWNLOAD_CREATE = "DOWNLOAD_CREATE"
    SUBSCRIBE_CHANNELS = "SUBSCRIBE_CHANNELS"
    REPORT_ISSUES = "REPORT_ISSUES"


@dataclass(frozen=True, slots=True)
class Actor:
    """A caller and what they may do. `user_id` is None for an anonymous caller and for the system itself.

    `session_id` is the login the caller came in by; `ADMIN` includes every other permission.
    """

    user_id: UUID | None = None
    permissions: frozenset[Permission] = frozenset()
    session_id: UUID | None = None

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions or Permission.ADMIN in self.permissions

    def require(self, permission: Permission) -> Self:
        """Raises UnauthenticatedError for an anonymous caller, PermissionDeniedError for one who lacks `permission`."""
        if self.may(permission):
            return self
        self.require_user()
        raise PermissionDeniedError(f"This needs the permission {permission}; an administrator can grant it.")

    def require_user(self) -> UUID:
        """The caller's own id. Raises UnauthenticatedError when nobody is logged in."""
        if self.user_id is None:
            raise UnauthenticatedError("Log in first: send the access token as `Authorization: Bearer …`.")
        return self.user_id

    def require_session(self) -> UUID:
        """The caller's own id, for what only a person who logged in may do, and no key for a program.

        Raises UnauthenticatedError, PermissionDeniedError.
        """
        user_id = self.require_user()
        if self.session_id is None:
            raise PermissionDeniedError("A key for a program cannot do this; log in as yourself.")
        return user_id


ANONYMOUS = Actor()
SYSTEM = Actor(permissions=frozenset({Permission.ADMIN}))
