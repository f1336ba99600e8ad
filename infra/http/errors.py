"""How a call to an outside system ends when it does not end well. `OutgoingClient` raises these and nothing else."""

from datetime import datetime


class UpstreamError(Exception):
    """`service` names the outside system; before `retry_at` a new try is pointless, None when nobody can tell."""

    def __init__(self, service: str, message: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.service = service
        self.message = message
        self.retry_at = retry_at


class UpstreamUnreachableError(UpstreamError):
    """No connection, or one that broke before the answer was whole."""

    def __init__(self, service: str) -> None:
        super().__init__(service, f"{service} could not be reached.")


class UpstreamTimeoutError(UpstreamError):
    def __init__(self, service: str) -> None:
        super().__init__(service, f"{service} did not answer in time.")


class UpstreamStatusError(UpstreamError):
    """`excerpt` is the beginning of the answer on one line, without anything that we sent in confidence."""

    def __init__(self, service: str, status: int, excerpt: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(service, f"{service} answered with status {status}.", retry_at=retry_at)
        self.status = status
        self.excerpt = excerpt


class UpstreamKeyError(UpstreamError):
    """The key or token that was shown is refused; with another one it may work."""


class UpstreamAnswerError(UpstreamError):
    """An answer that says yes and cannot be used: HTML instead of JSON, fields that are not what they were."""


class UpstreamTooLargeError(UpstreamAnswerError):
    def __init__(self, service: str, max_bytes: int) -> None:
        super().__init__(service, f"{service} answered with more than {max_bytes} bytes.")


class UpstreamForbiddenError(UpstreamError):
    """The way leads, at once or over redirects, to where this server does not send requests."""


class BreakerOpenError(UpstreamError):
    """Nothing was sent: the service failed too often of late, and is left alone until `retry_at`."""

    def __init__(self, service: str, retry_at: datetime | None) -> None:
        super().__init__(service, f"{service} keeps failing and is left alone for now.", retry_at=retry_at)


class UpstreamPausedError(UpstreamError):
    """Nothing was sent: the service had too many requests, and wants none before `retry_at`."""

    def __init__(self, service: str, retry_at: datetime) -> None:
        super().__init__(service, f"{service} wants a pause.", retry_at=retry_at)
