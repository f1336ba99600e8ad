"""Structured logs: readable on a terminal, JSON lines elsewhere, each with the correlation id of what caused it."""

import logging
import sys
from typing import Any

import structlog

from infra.correlation import correlation_id
from medianest.settings import Settings

_QUIET = (
    "uvicorn",
    "tortoise",
    "aiobotocore",
    "botocore",
    "asyncio",
    "httpx2",
    "httpcore2",
)
# they try again by themselves, and tell each time with a traceback what our own lines tell once;
# the last one tells of every stranger who sends nonsense
_PATIENT = ("psycopg.pool", "asyncpg.pool", "procrastinate", "python_multipart")


def configure_logs(settings: Settings, process: str) -> None:
    """`process` names who is talking: supervisor, api or worker."""

    def add_origin(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        event["process"] = process
        if current := correlation_id.get():
            event.setdefault("correlation_id", current)
        return event

    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_origin,
    ]
    # Tracebacks without the values of variables: those may be secrets.
    is_pretty = settings.log_format == "pretty" or (settings.log_format == "auto" and sys.stderr.isatty())
    final: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if is_pretty
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final], foreign_pre_chain=shared
        )
    )
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _PATIENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
