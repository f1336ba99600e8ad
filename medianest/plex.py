"""Plex, where the settings name one."""

import hashlib
import hmac

from redis.asyncio import Redis

from infra.http.breaker import CircuitBreaker
from integrations.plex.http import HttpPlexServer, PlexClient
from medianest import __version__
from medianest.outside import policy_for
from medianest.settings import Settings


def plex_server(settings: Settings, key: bytes, redis: Redis) -> HttpPlexServer | None:
    """None where they name none."""
    if settings.plex_url is None or settings.plex_token is None:
        return None
    policy = policy_for(settings, settings.plex_url)
    token = settings.plex_token.get_secret_value()
    return HttpPlexServer(settings.plex_url, token, _client(key), policy, CircuitBreaker("Plex", redis))


def _client(key: bytes) -> PlexClient:
    """The same for all processes, and after a restart: to plex.tv it is one device."""
    return PlexClient(hmac.digest(key, b"medianest plex client", hashlib.sha256).hex()[:32], __version__)
