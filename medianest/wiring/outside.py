"""What the settings say of systems elsewhere: what may be connected to, TMDB and Seerr."""

from urllib.parse import urlsplit

from redis.asyncio import Redis

from infra.http.breaker import CircuitBreaker
from infra.http.egress import EgressPolicy
from infra.http.pace import Pace
from infra.rates import RateCounter
from infra.redis import PatientRedis
from integrations.seerr.http import HttpSeerr
from integrations.tmdb.http import HttpTmdb
from medianest.settings import Settings

_TMDB_TIMES_A_SECOND = 40


def policy_for(settings: Settings, url: str) -> EgressPolicy:
    """The host of `url` may be anywhere: who sets it up says where it is."""
    return EgressPolicy((*settings.outgoing_allow, urlsplit(url).hostname or ""))


def tmdb_server(settings: Settings, redis: PatientRedis, counter: RateCounter) -> HttpTmdb | None:
    """None without a token."""
    if settings.tmdb_token is None:
        return None
    return HttpTmdb(
        settings.tmdb_url,
        settings.tmdb_token.get_secret_value(),
        settings.tmdb_language,
        policy_for(settings, settings.tmdb_url),
        CircuitBreaker("TMDB", redis.client),
        Pace("TMDB", redis, counter, _TMDB_TIMES_A_SECOND),
    )


def seerr_server(settings: Settings, redis: Redis) -> HttpSeerr | None:
    """None without an address and a key."""
    if settings.seerr_url is None or settings.seerr_api_key is None:
        return None
    key, policy = settings.seerr_api_key.get_secret_value(), policy_for(settings, settings.seerr_url)
    return HttpSeerr(settings.seerr_url, key, policy, CircuitBreaker("Seerr", redis))
