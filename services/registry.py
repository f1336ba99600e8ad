"""The services of the API process, by name: what resolvers are given."""

from dataclasses import dataclass

from infra.presence import Presence
from services.announcements import AnnouncementService
from services.api_tokens import ApiTokenService
from services.auth import AuthService
from services.blocklist import BlocklistService
from services.channels import ChannelService
from services.dashboard import DashboardService
from services.download_profiles import DownloadProfileService
from services.downloads import DownloadService
from services.error_log import ErrorLog
from services.event_log import EventLogService
from services.files import FileService
from services.identities import IdentityService
from services.invites import InviteService
from services.last_uses import LastUses
from services.media import MediaService
from services.media_request_decisions import MediaRequestDecisions
from services.media_requests import MediaRequestService
from services.notifications import NotificationService
from services.password_resets import PasswordResetRequests, PasswordResetService
from services.plex import PlexService
from services.plex_login import PlexLoginService
from services.seerr_import import SeerrImport
from services.seerr_setup import SeerrSetup
from services.seerr_webhooks import SeerrWebhooks
from services.services_health import ServiceHealthService
from services.sessions import SessionService
from services.stored_files import StoredFileService
from services.streams import StreamService
from services.uploads import UploadService
from services.users import UserService


@dataclass(frozen=True, slots=True)
class Services:
    version: str
    announcements: AnnouncementService
    api_tokens: ApiTokenService
    auth: AuthService
    blocklist: BlocklistService
    channels: ChannelService
    dashboard: DashboardService
    download_profiles: DownloadProfileService
    downloads: DownloadService
    error_log: ErrorLog
    event_log: EventLogService
    files: FileService
    identities: IdentityService
    invites: InviteService
    last_uses: LastUses
    media: MediaService
    media_request_decisions: MediaRequestDecisions
    media_requests: MediaRequestService
    notifications: NotificationService
    plex: PlexService
    plex_login: PlexLoginService
    presence: Presence
    password_reset_requests: PasswordResetRequests
    password_resets: PasswordResetService
    seerr_import: SeerrImport
    seerr_setup: SeerrSetup
    seerr_webhooks: SeerrWebhooks
    services_health: ServiceHealthService
    sessions: SessionService
    stored_files: StoredFileService
    streams: StreamService
    uploads: UploadService
    users: UserService
