"""The services that the API uses, and the checks of their health."""

from infra.http.egress import EgressPolicy
from medianest import __version__
from medianest.wiring.backbone import Backbone
from medianest.wiring.mail import channel_senders, deliverer, front_end, mailer, password_reset_requests
from medianest.wiring.media import media_service, plex_reader, seerr_setup, seerr_webhooks
from medianest.wiring.plex import plex_door
from models.plex_paths import PathMap
from models.services_health import ServiceKind
from services.announcements import AnnouncementService
from services.api_tokens import ApiTokenService
from services.auth import AuthService
from services.blocklist import BlocklistService
from services.channels import ChannelService
from services.dashboard import DashboardService
from services.download_profiles import DownloadProfileService
from services.downloads import DownloadService
from services.event_log import EventLogService
from services.hub import Hub
from services.identities import IdentityService
from services.invites import InviteService
from services.last_uses import LastUses
from services.lockout import Lockout
from services.media_request_decisions import MediaRequestDecisions
from services.media_requests import MediaRequestService
from services.notifications import NotificationService
from services.password_resets import PasswordResetService
from services.passwords import Passwords
from services.plex import PlexService
from services.plex_login import PlexLoginService
from services.quotas import Quotas
from services.registry import Services
from services.seerr_adoption import Adoption
from services.seerr_import import SeerrImport
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
from services.streams import StreamService
from services.token_memory import TokenMemory
from services.tokens import Tokens
from services.upload_tickets import UploadLinks
from services.uploads import UploadService
from services.users import UserService


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
