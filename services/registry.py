"""The services of the API process, by name: what resolvers are given."""

from dataclasses import dataclass

from services.auth import AuthService
from services.downloads import DownloadService
from services.files import FileService
from services.notifications import NotificationService
from services.sessions import SessionService
from services.streams import StreamService


@dataclass(frozen=True, slots=True)
class Services:
    version: str
    auth: AuthService
    downloads: DownloadService
    files: FileService
    notifications: NotificationService
    sessions: SessionService
    streams: StreamService
