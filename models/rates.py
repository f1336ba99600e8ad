"""How often things may be done: the one table of the limits, and what is told of a caller's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Self

from models.actor import Actor
from models.errors import RateLimitedError


class Counted(StrEnum):
    """What is counted one by one, by the name of its field in the API."""

    LOGIN = "login"
    REFRESH_TOKEN = "refreshToken"  # noqa: S105
    CREATE_FIRST_ADMIN = "createFirstAdmin"
    ACCEPT_INVITE = "acceptInvite"
    START_PLEX_LOGIN = "startPlexLogin"
    FINISH_PLEX_LOGIN = "finishPlexLogin"
    REQUEST_PASSWORD_RESET = "requestPasswordReset"  # noqa: S105
    RESET_PASSWORD = "resetPassword"  # noqa: S105
    CHANGE_PASSWORD = "changePassword"  # noqa: S105
    CREATE_API_TOKEN = "createApiToken"  # noqa: S105
    QUEUE_DOWNLOAD = "queueDownload"
    CREATE_MEDIA_REQUEST = "createMediaRequest"
    CREATE_UPLOAD = "createUpload"
    COMPLETE_UPLOAD = "completeUpload"
    SEARCH = "search"
    UPLOAD_FILE = "uploadFile"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many `times` within any stretch of so many `seconds`."""

    times: int
    seconds: int


RATES: Mapping[Counted, Rate] = {
    # by address, which is the whole household behind a router
    Counted.LOGIN: Rate(60, 300),
    Counted.REFRESH_TOKEN: Rate(300, 300),
    Counted.CREATE_FIRST_ADMIN: Rate(60, 300),
    Counted.ACCEPT_INVITE: Rate(30, 300),
    Counted.START_PLEX_LOGIN: Rate(30, 300),
    # asked again every second or two, until somebody has confirmed
    Counted.FINISH_PLEX_LOGIN: Rate(900, 300),
    Counted.REQUEST_PASSWORD_RESET: Rate(30, 300),
    Counted.RESET_PASSWORD: Rate(30, 300),
    # by person
    Counted.CHANGE_PASSWORD: Rate(20, 300),
    Counted.CREATE_API_TOKEN: Rate(30, 300),
    Counted.QUEUE_DOWNLOAD: Rate(300, 300),
    Counted.CREATE_MEDIA_REQUEST: Rate(300, 300),
    Counted.CREATE_UPLOAD: Rate(120, 300),
    Counted.COMPLETE_UPLOAD: Rate(120, 300),
    Counted.SEARCH: Rate(300, 300),
    Counted.UPLOAD_FILE: Rate(120, 300),
}

_WRITTEN = re.compile(r"(\w+)=(\d{1,6})/(\d{1,6})", re.ASCII)


def parse_rate(text: str) -> tuple[Counted, Rate]:
    """What `login=60/300` says. Raises ValueError with a sentence."""
    written = _WRITTEN.fullmatch(text)
    if written is None or written[1] not in set(Counted) or not int(written[2]) or not int(written[3]):
        raise ValueError(f"must be times/seconds such as login=60/300, for any of {', '.join(Counted)}")
    return Counted(written[1]), Rate(int(written[2]), int(written[3]))


COST_SECONDS = 60
"""Within how long a budget of cost comes back."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller has left after an operation took its `cost`; whole again after `reset_seconds`.

    `wait_seconds` is more than 0 when there was too little left, and nothing was taken.
    """

    limit: int
    remaining: int
    reset_seconds: float
    cost: int
    wait_seconds: float = 0

    def require(self) -> Self:
        """Raises RateLimitedError."""
        if self.wait_seconds:
            raise RateLimitedError("Your operations cost too much lately", retry_after_seconds=self.wait_seconds)
        return self


def caller_of(actor: Actor, address: str) -> str:
    """Whom something is counted for: the person, or the address while nobody is logged in."""
    return f"address:{neighbourhood(address)}" if actor.user_id is None else f"user:{actor.user_id}"


def neighbourhood(address: str) -> str:
    """The addresses that one caller can change between: the /64 of an IPv6 address, which one household has."""
    try:
        is_v6 = isinstance(ip_address(address), IPv6Address)
    except ValueError:
        return address
    return str(ip_network((address.partition("%")[0], 64), strict=False)) if is_v6 else address
