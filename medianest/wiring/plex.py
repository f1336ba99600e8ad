"""Plex, where the settings name one."""

import hashlib
import hmac
from dataclasses import dataclass

from redis.asyncio import Redis

from infra.http.breaker import CircuitBreaker
from integrations.plex.http import HttpPlexAccounts, HttpPlexServer, PlexClient
from medianest import __version__
from medianest.settings import Settings
from medianest.wiring.outside import policy_for
from services.plex_login import PlexDoor, origin_of


@dataclass(frozen=True, slots=True)
class Plex:
    server: HttpPlexServer
    accounts: HttpPlexAccounts

    async def close(self) -> None:
        await self.server.close()
        await self.accounts.close()


def plex_of(settings: Settings, key: bytes, redis: Redis) -> Plex | None:
    """None where they name none."""
    if settings.plex_url is None or settings.plex_token is None:
        return None
    url, token, accounts_url = settings.plex_url, settings.plex_token.get_secret_value(), settings.plex_account_url
    # the same for all processes, and after a restart: to plex.tv it is one device
    client = PlexClient(hmac.digest(key, b"medianest plex client", hashlib.sha256).hex()[:32], __version__)
    return Plex(
        HttpPlexServer(url, token, client, policy_for(settings, url), CircuitBreaker("Plex", redis)),
        HttpPlexAccounts(accounts_url, client, policy_for(settings, accounts_url), CircuitBreaker("plex.tv", redis)),
    )


def plex_door(settings: Settings, plex: Plex | None, front_end: str) -> PlexDoor | None:
    if plex is None:
        return None
    origins = {origin_of(page) for page in (settings.external_url, front_end, *settings.allowed_origins)}
    return PlexDoor(plex.server, plex.accounts, origins, creates_users=settings.plex_login_creates_users)
