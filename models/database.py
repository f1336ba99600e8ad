"""From a libpq URL to Tortoise's configuration."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

MODELS = [
    "models.users",
    "models.tokens",
    "models.links",
    "models.identities",
    "models.audit",
    "models.error_entries",
    "models.downloads",
    "models.files",
    "models.media",
    "models.media_requests",
    "models.plex",
    "models.publications",
    "models.rounds",
    "models.notifications",
    "models.announcements",
    "models.services_health",
    "models.webhooks",
    "models.channels",
    "models.events",
]

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000


def tortoise_config(
    url: str, *, pool_max: int = 10, statement_timeout_ms: int = STATEMENT_TIMEOUT_MS, with_aerich: bool = False
) -> dict[str, Any]:
    """`url` is `postgresql://user:password@host:port/database?…`; a `host` among the parameters may be a socket folder.

    Every connection gives up on its own: Tortoise has no timeouts, and a cancelled task does not end a hung query.
    """
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    credentials: dict[str, Any] = {
        "host": options.pop("host", None) or parts.hostname,
        "port": int(options.pop("port", parts.port or 5432)),
        "user": unquote(parts.username) if parts.username else options.pop("user", None),
        "password": unquote(parts.password) if parts.password else options.pop("password", None),
        "database": unquote(parts.path.removeprefix("/")) or None,
        "minsize": 1,
        "maxsize": pool_max,
        "timeout": 3,
        "command_timeout": statement_timeout_ms / 1000 + 1,
        "server_settings": {
            "application_name": options.pop("application_name", "medianest"),
            "statement_timeout": str(statement_timeout_ms),
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MS),
        },
    }
    if sslmode := options.pop("sslmode", None):
        credentials["ssl"] = sslmode
    if options:
        raise ValueError(f"the database URL has parameters that are not supported: {', '.join(sorted(options))}")
    return {
        "connections": {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}},
        "apps": {
            "models": {
                "models": MODELS + (["aerich.models"] if with_aerich else []),
                "default_connection": "default",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


AERICH = tortoise_config("postgresql://postgres@/medianest", with_aerich=True)
"""For `aerich migrate --offline`, which drafts a migration without a database."""
