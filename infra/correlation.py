"""The id that ties together everything one request or job causes: logs, events, errors."""

from contextvars import ContextVar

from uuid_utils.compat import uuid7

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
client_address: ContextVar[str] = ContextVar("client_address", default="")
"""Where the request at hand came from, for the audit log."""


def current_correlation_id() -> str:
    """The id of the request or job at hand; a new one outside of both."""
    return correlation_id.get() or uuid7().hex
