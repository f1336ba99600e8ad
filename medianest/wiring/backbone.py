"""What every process stands on, made of the settings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog
from redis.asyncio import Redis
from tortoise import Tortoise

from infra.cache.base import Cache
from infra.cache.kept import KeptAnswers
from infra.cache.redis import RedisCache
from infra.correlation import current_correlation_id
from infra.presence import Presence
from infra.pubsub import PubSub
from infra.rates import RateCounter
from infra.redis import PatientRedis
from infra.storage.base import Storage, StorageError
from integrations.seerr.http import HttpSeerr
from integrations.tmdb.demo import DemoTmdb
from integrations.tmdb.http import HttpTmdb
from medianest.failures import classify
from medianest.sentry import sentry_of
from medianest.settings import Settings
from medianest.wiring.key import signing_key
from medianest.wiring.outside import seerr_server, tmdb_server
from medianest.wiring.plex import Plex, plex_of
from medianest.wiring.stores import local_store, s3_store
from models.database import tortoise_config
from models.error_entries import Severity
from models.quotas import QuotaFigures
from services.catalog import Catalog
from services.error_log import ErrorLog
from services.files import FileService
from services.rate_limits import RateLimits
from services.stream_items import check_event_types
from services.work import UnitOfWork

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Backbone:
    """What every process of ours stands on."""

    settings: Settings
    key: bytes = field(repr=False)
    redis: Redis
    pubsub: PubSub
    presence: Presence
    cache: Cache
    storage: Storage
    limits: RateLimits
    work: UnitOfWork
    files: FileService
    error_log: ErrorLog
    plex: Plex | None
    tmdb: HttpTmdb | None
    catalog: Catalog
    seerr: HttpSeerr | None

    async def check_storage(self) -> bool:
        """Makes the bucket or folder where there is none; False while the store is away: health tells of it."""
        try:
            await self.storage.prepare()
        except StorageError as error:
            log.warning("storage.away", error=str(error))
            return False
        return True

    async def await_storage(self) -> None:
        """Until it was there once: a bucket that is absent after that is a failure, and not made anew."""
        while not await self.check_storage():  # noqa: ASYNC110  (nothing here hears of it)
            await asyncio.sleep(self.settings.health_interval_seconds)

    @property
    def quota_defaults(self) -> QuotaFigures:
        return QuotaFigures(
            movie_limit=self.settings.quota_movies,
            movie_days=self.settings.quota_movies_days,
            tv_limit=self.settings.quota_seasons,
            tv_days=self.settings.quota_seasons_days,
            download_limit=self.settings.quota_downloads,
            download_days=self.settings.quota_downloads_days,
            download_bytes=self.settings.quota_downloads_bytes,
            storage_bytes=self.settings.quota_storage_bytes,
        )


@asynccontextmanager
async def backbone(settings: Settings, database_url: str, redis_url: str, *, pool_max: int) -> AsyncIterator[Backbone]:
    """Open the database, Redis and the object store; closed again at the end. Raises what keeps them away, and
    LookupError when a type of event has no handler where one is due.
    """
    check_event_types()
    sentry = sentry_of(settings)
    redis = Redis.from_url(redis_url, socket_timeout=1, socket_connect_timeout=1, health_check_interval=15)
    patient, storage, key = PatientRedis(redis), s3_store(settings) or local_store(settings), signing_key(settings)
    pubsub, cache = PubSub(patient), RedisCache(patient)
    await Tortoise.init(tortoise_config(database_url, pool_max=pool_max), _enable_global_fallback=True)
    work = UnitOfWork(cache, pubsub)
    error_log = ErrorLog(work, sentry.tell if sentry else None)
    plex = plex_of(settings, key, redis)
    counter = RateCounter(patient)
    limits = RateLimits(counter, settings.rate_limits)
    tmdb = tmdb_server(settings, patient, counter)
    answers = KeptAnswers(patient, f"tmdb:{settings.tmdb_language}" if tmdb else "tmdb:demo")
    catalog = Catalog(tmdb or DemoTmdb(), answers)
    seerr = seerr_server(settings, redis)
    try:
        files = FileService(storage, key, settings.external_url, settings.library_dir)
        presence = Presence(patient)
        yield Backbone(
            settings, key, redis, pubsub, presence, cache, storage, limits, work, files, error_log,
            plex, tmdb, catalog, seerr,
        )  # fmt: skip
    except Exception as crash:
        if classify(crash) is None:
            await error_log.write(crash, Severity.CRITICAL, current_correlation_id())
        raise
    finally:
        if sentry:
            sentry.close()
        if plex:
            await plex.close()
        await catalog.close()
        if tmdb:
            await tmdb.close()
        if seerr:
            await seerr.close()
        await storage.close()
        await redis.aclose()
        await Tortoise.close_connections()
