"""From settings to implementations to services: the only place that chooses."""

import importlib.util
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from redis.asyncio import Redis
from tortoise import Tortoise

from dataloaders.loaders import Loaders
from infra.cache.base import Cache
from infra.cache.kept import KeptAnswers
from infra.cache.redis import RedisCache
from infra.correlation import current_correlation_id
from infra.http.egress import EgressPolicy
from infra.presence import Presence
from infra.pubsub import PubSub
from infra.rates import RateCounter
from infra.redis import PatientRedis
from infra.storage.base import Storage, StorageError
from integrations.channels.apprise import AppriseSender
from integrations.channels.base import Sender
from integrations.channels.http import NtfySender, WebhookSender
from integrations.channels.mail import EmailSender, Mailer, SmtpMailer, SmtpServer
from integrations.plex.base import PlexServer
from integrations.plex.demo import DemoPlex
from integrations.seerr.base import Seerr
from integrations.seerr.demo import DemoSeerr
from integrations.seerr.http import HttpSeerr
from integrations.tmdb.demo import DemoTmdb
from integrations.tmdb.http import HttpTmdb
from integrations.youtube.ytdlp import YtDlpDownloader
from medianest import __version__
from medianest.failures import classify
from medianest.outside import seerr_server, tmdb_server
from medianest.plex import Plex, plex_door, plex_of
from medianest.sentry import sentry_of
from medianest.settings import Settings, signing_key
from medianest.stores import local_store, s3_store
from models.channels import NotificationChannelKind
from models.database import tortoise_config
from models.error_entries import Severity
from models.files import FileKind
from models.plex_paths import PathMap
from models.quotas import QuotaFigures
from models.services_health import ServiceKind
from services.announcements import AnnouncementService
from services.api_tokens import ApiTokenService
from services.auth import AuthService
from services.blocklist import BlocklistService
from services.catalog import Catalog
from services.channels import ChannelService
from services.consumers import CacheInvalidation, Consumers, ReadModel
from services.dashboard import DashboardService
from services.deliveries import Deliverer, Senders
from services.download_profiles import DownloadProfileService
from services.download_runs import DownloadRunner, FetchLimits
from services.downloads import DownloadService
from services.error_log import ErrorLog
from services.event_log import EventLogService
from services.fan_out import FanOut
from services.file_sweeper import FileSweeper, Keeping
from services.files import FileService
from services.hub import Hub
from services.identities import IdentityService
from services.invites import InviteService
from services.last_uses import LastUses
from services.lockout import Lockout
from services.media import MediaService
from services.media_request_decisions import MediaRequestDecisions
from services.media_requests import MediaRequestService
from services.media_submission import MediaSubmitter
from services.notifications import NotificationService
from services.password_resets import PasswordResetRequests, PasswordResetService
from services.passwords import Passwords
from services.plex import PlexService
from services.plex_login import PlexLoginService
from services.plex_mirror import PlexMirror
from services.projections import PROJECTIONS
from services.publications import Shelf
from services.quotas import Quotas
from services.rate_limits import RateLimits
from services.registry import Services
from services.seerr_adoption import Adoption
from services.seerr_import import SeerrImport
from services.seerr_reconciling import SeerrReconciler
from services.seerr_setup import SeerrSetup, WebhookTarget
from services.seerr_webhooks import SeerrWebhooks
from services.services_health import ServiceHealthService
from services.services_health_checks import (
    HealthCheck,
    cache_check,
    database_check,
    disk_check,
    mail_check,
    object_store_check,
    outside_check,
    workers_check,
    youtube_check,
)
from services.sessions import SessionService
from services.stored_files import StoredFileService
from services.stream_items import check_event_types
from services.streams import StreamService
from services.token_memory import TokenMemory
from services.tokens import Tokens
from services.upload_tickets import UploadLinks
from services.uploads import UploadService
from services.users import UserService
from services.work import UnitOfWork

log = structlog.get_logger()

_KILL_GRACE_SECONDS = 0.3


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

    async def check_storage(self) -> None:
        """Makes the bucket or folder where there is none. What is away now may come: health tells until then."""
        try:
            await self.storage.check()
        except StorageError as error:
            log.warning("storage.away", error=str(error))

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

    def loaders(self) -> Loaders:
        return Loaders(self.cache, self.pubsub, self.presence, self.quota_defaults, self.catalog)


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


def api_services(base: Backbone, hub: Hub) -> Services:
    tokens, memory = Tokens(base.key), TokenMemory(lambda: hub.is_current)
    hub.listeners.append(memory.forget_by)
    limits, passwords, lockout = base.limits, Passwords(), Lockout(base.limits)
    api_tokens = ApiTokenService(base.work, limits)
    last_uses = LastUses()
    auth = AuthService(base.work, limits, tokens, passwords, memory, lockout, api_tokens, last_uses)
    links_lead_to, media = front_end(base.settings), media_service(base)
    quotas = Quotas(base.quota_defaults)
    # real titles are not left to the demo, which would call them fetched
    can_fetch = base.seerr is not None or base.tmdb is None
    return Services(
        version=__version__,
        announcements=AnnouncementService(base.work),
        api_tokens=api_tokens,
        auth=auth,
        blocklist=BlocklistService(base.work, media),
        download_profiles=DownloadProfileService(base.work),
        downloads=DownloadService(base.work, limits, EgressPolicy(base.settings.outgoing_allow), quotas),
        channels=ChannelService(base.work, channel_senders(base), deliverer(base, base.error_log.note)),
        dashboard=DashboardService(base.settings.data_dir),
        error_log=base.error_log,
        event_log=EventLogService(base.work),
        files=base.files,
        identities=IdentityService(base.work),
        invites=InviteService(base.work, limits, passwords, auth, links_lead_to),
        last_uses=last_uses,
        media=media,
        media_request_decisions=MediaRequestDecisions(base.work, quotas),
        media_requests=MediaRequestService(base.work, limits, quotas, media, can_fetch=can_fetch),
        notifications=NotificationService(base.work, base.cache),
        plex_login=PlexLoginService(base.work, limits, auth, plex_door(base.settings, base.plex, links_lead_to)),
        plex=PlexService(base.work, plex_reader(base), PathMap.parse(base.settings.plex_path_map)),
        presence=base.presence,
        password_reset_requests=password_reset_requests(base),
        password_resets=PasswordResetService(base.work, limits, passwords, auth, memory, lockout, links_lead_to),
        seerr_import=SeerrImport(base.work, base.seerr, Adoption(base.work, base.catalog)),
        seerr_setup=seerr_setup(base),
        seerr_webhooks=seerr_webhooks(base),
        services_health=ServiceHealthService(base.work, health_checks(base), base.settings.health_interval_seconds),
        sessions=SessionService(base.work, limits, tokens, memory),
        stored_files=StoredFileService(base.work),
        streams=StreamService(hub),
        uploads=uploads(base),
        users=UserService(base.work, passwords, memory, lockout),
    )


def media_service(base: Backbone) -> MediaService:
    return MediaService(base.work, base.limits, base.catalog)


def health_checks(base: Backbone) -> list[HealthCheck]:
    """Every service there is: one more entry is one more of them."""
    plex = base.plex.server if base.plex else None
    return [
        database_check(),
        cache_check(base.redis),
        object_store_check(base.storage),
        workers_check(),
        youtube_check(),
        mail_check(mailer(base)),
        outside_check(ServiceKind.PLEX, "Plex", plex, "MEDIANEST_PLEX_URL and MEDIANEST_PLEX_TOKEN"),
        outside_check(ServiceKind.TMDB, "TMDB", base.tmdb, "MEDIANEST_TMDB_TOKEN"),
        outside_check(ServiceKind.SEERR, "Seerr", base.seerr, "MEDIANEST_SEERR_URL and MEDIANEST_SEERR_API_KEY"),
        disk_check("Data disk", base.settings.data_dir),
        disk_check("Library disk", base.settings.library_dir),
    ]


def uploads(base: Backbone) -> UploadService:
    links = UploadLinks(base.key, base.settings.external_url)
    quotas = Quotas(base.quota_defaults)
    return UploadService(base.work, base.limits, quotas, base.storage, links, base.settings.upload_max_bytes)


def mailer(base: Backbone) -> Mailer | None:
    """None when this server sends no mail."""
    settings = base.settings
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return SmtpMailer(SmtpServer.parse(settings.smtp_url.get_secret_value()), settings.mail_from, base.redis)


def password_reset_requests(base: Backbone) -> PasswordResetRequests:
    return PasswordResetRequests(base.work, base.limits, mailer(base), front_end(base.settings))


def front_end(settings: Settings) -> str:
    """Where people open links."""
    return settings.frontend_url or settings.external_url


def channel_senders(base: Backbone) -> Senders:
    policy, post = EgressPolicy(base.settings.outgoing_allow), mailer(base)
    senders: dict[NotificationChannelKind, Sender] = {
        NotificationChannelKind.WEBHOOK: WebhookSender(policy, base.redis),
        NotificationChannelKind.NTFY: NtfySender(policy, base.redis),
    }
    if post is not None:
        senders[NotificationChannelKind.EMAIL] = EmailSender(post, base.settings.frontend_url)
    if importlib.util.find_spec("apprise") is not None:
        senders[NotificationChannelKind.APPRISE] = AppriseSender()
    return Senders(senders)


def deliverer(base: Backbone, report: Callable[[BaseException], None]) -> Deliverer:
    return Deliverer(base.work, channel_senders(base), report, link=base.settings.frontend_url)


def file_sweeper(base: Backbone) -> FileSweeper:
    settings = base.settings
    days = (item.split("=") for item in settings.file_retention)
    keeping = Keeping(timedelta(hours=settings.file_grace_hours), {FileKind(kind): int(kept) for kind, kept in days})
    return FileSweeper(base.work, base.storage, base.files, settings.library_dir, keeping, base.error_log.note)


def download_runner(base: Backbone) -> DownloadRunner:
    limits = FetchLimits(
        folder=base.settings.data_dir / "downloads",
        max_bytes=base.settings.download_max_bytes,
        allow=base.settings.outgoing_allow,
    )
    downloader = YtDlpDownloader(grace_seconds=_KILL_GRACE_SECONDS)
    return DownloadRunner(
        base.work, downloader, base.files, base.pubsub, Quotas(base.quota_defaults), limits, shelf(base)
    )


def shelf(base: Backbone) -> Shelf:
    settings = base.settings
    return Shelf(settings.library_dir, PathMap.parse(settings.plex_path_map), base.plex.server if base.plex else None)


def plex_reader(base: Backbone) -> PlexServer:
    return base.plex.server if base.plex else DemoPlex()


def plex_mirror(base: Backbone) -> PlexMirror:
    return PlexMirror(base.work, plex_reader(base), base.catalog)


def event_consumers(base: Backbone, report: Callable[[BaseException], None]) -> Consumers:
    """`report` hears of bugs; a database that is away is none."""

    def judge(failure: BaseException) -> None:
        if classify(failure) is None:
            report(failure)

    read_models = [ReadModel(projection) for projection in PROJECTIONS]
    return Consumers(base.work, base.pubsub, [CacheInvalidation(base.cache), FanOut(), *read_models], judge)


def media_submitter(base: Backbone) -> MediaSubmitter:
    return MediaSubmitter(base.work, seerr(base))


def seerr(base: Backbone) -> Seerr:
    return base.seerr or DemoSeerr()


def seerr_reconciler(base: Backbone) -> SeerrReconciler:
    return SeerrReconciler(base.work, seerr(base), Adoption(base.work, base.catalog), is_demo=base.seerr is None)


def seerr_setup(base: Backbone) -> SeerrSetup:
    settings, target = base.settings, None
    if settings.public_url and settings.seerr_webhook_secret:
        secret = settings.seerr_webhook_secret.get_secret_value()
        target = WebhookTarget(f"{settings.external_url}/webhooks/seerr", secret)
    return SeerrSetup(base.work, base.seerr, base.seerr.breaker if base.seerr else None, target)


def seerr_webhooks(base: Backbone) -> SeerrWebhooks:
    secret = base.settings.seerr_webhook_secret
    counter = RateCounter(PatientRedis(base.redis))
    return SeerrWebhooks(base.work, counter, seerr_reconciler(base), secret.get_secret_value() if secret else None)
