"""What the settings say of systems elsewhere: what may be connected to, and TMDB."""

from urllib.parse import urlsplit

from infra.http.breaker import CircuitBreaker
from infra.http.egress import EgressPolicy
from infra.http.pace import Pace
from infra.rates import RateCounter
from infra.redis import PatientRedis
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
