"""The id that ties together everything one request or job causes: logs, events, errors."""

from contextvars import ContextVar

from uuid_utils.compat import uuid7

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
causation_id: ContextVar[str] = ContextVar("causation_id", default="")
"""The event that the job at hand was promised with."""
operation_name: ContextVar[str] = ContextVar("operation_name", default="")
"""What the client called the GraphQL operation at hand, or the name of the job; empty: it has none."""
client_address: ContextVar[str] = ContextVar("client_address", default="")
"""Where the request at hand came from, for the audit log and for what is counted by address."""


def current_correlation_id() -> str:
    """The id of the request or job at hand; a new one outside of both."""
    return correlation_id.get() or uuid7().hex
