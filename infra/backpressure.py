"""Whether those who are sent something take it: what a connection knows of its peer, for whoever feeds it."""

from contextvars import ContextVar

unread_seconds: ContextVar[float] = ContextVar("unread_seconds", default=0.0)
"""How long the last message of the task at hand had to wait until the connection took it."""
