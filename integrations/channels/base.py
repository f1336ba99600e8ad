"""What all ways of telling people things have in common."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from infra.http.client import OutgoingLimits
from infra.http.errors import UpstreamError

LIMITS = OutgoingLimits(connect_seconds=2, read_seconds=3, total_seconds=3.5, max_bytes=1024**2)
"""Less than an answer of the API may take: a test of a channel is made while somebody waits for it."""


@dataclass(frozen=True, slots=True)
class Message:
    """`id` stays the same however often it is sent; `link` leads to where people read more."""

    id: str
    type: str
    title: str
    body: str
    created_at: datetime
    link: str | None = None


class SecretError(ValueError):
    """A secret that cannot be used; the text says why."""


class RefusedError(UpstreamError):
    """For good: to send it again is pointless."""

    def __init__(self, service: str, message: str, *, status: int | None = None) -> None:
        super().__init__(service, message)
        self.status = status


class GoneError(RefusedError):
    """The target wants to hear nothing any more."""


class Sender(Protocol):
    def check(self, target: str, secret: str | None) -> str:
        """The target in its normal form. Raises ForbiddenAddressError, SecretError, any ValueError with the reason."""

    def lane(self, target: str) -> str:
        """Whom sending keeps busy: what goes there takes turns, and holds up nothing else."""

    async def send(self, target: str, secret: str | None, message: Message) -> int | None:
        """The status it was answered with, where there is one. Raises UpstreamError."""
