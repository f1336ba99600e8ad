"""The loaders of one operation: keys asked for at the same time become one batch, and nothing is asked twice."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property, partial
from typing import TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from dataloaders.cached import CachedBatch
from dataloaders.channels import load_channels_by_user, load_deliveries_by_notification, load_last_deliveries
from dataloaders.downloads import load_progress, load_queue_positions
from dataloaders.events import (
    Story,
    load_logged_events,
    load_notification_positions,
    load_stories,
    load_timeline_entries,
)
from dataloaders.media import MEDIA_ITEMS, MEDIA_SEASONS, TitleSource, load_titles
from dataloaders.media_requests import (
    MEDIA_REQUESTS,
    REQUESTED_SEASONS,
    Followers,
    Following,
    Own,
    load_active,
    load_follower_counts,
    load_followers,
    load_followings,
    load_own,
)
from dataloaders.people import load_api_tokens, load_identities, load_sessions
from dataloaders.persons_requests import PersonsCount, PersonsPage, load_persons_counts, load_persons_requests
from dataloaders.quotas import load_quotas
from dataloaders.rows import load_by_id, rows_by_id, rows_by_key
from dataloaders.services_health import History, Uptime, load_histories, load_uptimes
from infra.cache.base import Cache
from infra.presence import Presence
from infra.pubsub import PubSub
from models.audit import AuditEntry
from models.channels import NotificationChannel, NotificationDelivery
from models.downloads import Download, DownloadProfile
from models.error_entries import ErrorEntry
from models.files import FileStatus, StoredFile
from models.identities import ExternalIdentity
from models.media import MediaItem, MediaSeason, Title
from models.media_requests import ActiveRequest, MediaRequest, RequestedSeason
from models.notifications import Notification
from models.paging import Page
from models.progress import Progress
from models.publications import PlexPublication
from models.quotas import QuotaFigures, UserQuotas
from models.services_health import HealthSample, Service
from models.timeline import LoggedEvent, TimelineEntry
from models.tokens import ApiToken
from models.users import Session, User
from models.webhooks import WebhookReceipt

T = TypeVar("T")

_USERS = rows_by_id(User, "user")
_DOWNLOADS = rows_by_id(Download, "download")
_FILES = rows_by_id(StoredFile, "file")
_PUBLICATIONS = rows_by_key(PlexPublication, "download_id", "download")
_FILES_BY_DOWNLOAD = rows_by_key(StoredFile, "download_id", "download", status=FileStatus.READY)


class Loaders:
    """Made anew for every operation, and for every event of a subscription: no answer outlives what it answers."""

    def __init__(
        self, cache: Cache, pubsub: PubSub, presence: Presence, quota_defaults: QuotaFigures, catalog: TitleSource
    ) -> None:
        self._cache = cache
        self._pubsub = pubsub
        self._presence = presence
        self._quota_defaults = quota_defaults
        self._catalog = catalog

    @cached_property
    def users(self) -> DataLoader[UUID, User | None]:
        return self._cached(_USERS)

    @cached_property
    def presence(self) -> DataLoader[UUID, bool | None]:
        return self._plain(self._presence.are_here)

    @cached_property
    def downloads(self) -> DataLoader[UUID, Download | None]:
        return self._cached(_DOWNLOADS)

    @cached_property
    def files_by_download(self) -> DataLoader[UUID, list[StoredFile]]:
        return self._cached(_FILES_BY_DOWNLOAD)

    @cached_property
    def publications(self) -> DataLoader[UUID, list[PlexPublication]]:
        return self._cached(_PUBLICATIONS)

    @cached_property
    def titles(self) -> DataLoader[UUID, Title | None]:
        return DataLoader(load_fn=partial(load_titles, self.media_items.load_many, self._catalog))

    @cached_property
    def media_items(self) -> DataLoader[UUID, MediaItem | None]:
        return self._cached(MEDIA_ITEMS)

    @cached_property
    def media_seasons(self) -> DataLoader[UUID, list[MediaSeason]]:
        return self._cached(MEDIA_SEASONS)

    @cached_property
    def media_requests(self) -> DataLoader[UUID, MediaRequest | None]:
        return self._cached(MEDIA_REQUESTS)

    @cached_property
    def requested_seasons(self) -> DataLoader[UUID, list[RequestedSeason]]:
        return self._cached(REQUESTED_SEASONS)

    @cached_property
    def active_requests(self) -> DataLoader[UUID, list[ActiveRequest]]:
        return self._plain(load_active)

    @cached_property
    def own_requests(self) -> DataLoader[Own, MediaRequest | None]:
        return DataLoader(load_fn=load_own)

    @cached_property
    def followings(self) -> DataLoader[Following, bool]:
        return DataLoader(load_fn=load_followings)

    @cached_property
    def persons_requests(self) -> DataLoader[PersonsPage, Page[MediaRequest]]:
        return DataLoader(load_fn=load_persons_requests)

    @cached_property
    def persons_request_counts(self) -> DataLoader[PersonsCount, int]:
        return DataLoader(load_fn=load_persons_counts)

    @cached_property
    def follower_counts(self) -> DataLoader[UUID, int]:
        return self._plain(load_follower_counts)

    @cached_property
    def followers(self) -> DataLoader[Followers, Page[User]]:
        return DataLoader(load_fn=load_followers)

    @cached_property
    def download_profiles(self) -> DataLoader[UUID, DownloadProfile | None]:
        return self._plain(partial(load_by_id, DownloadProfile))

    @cached_property
    def files(self) -> DataLoader[UUID, StoredFile | None]:
        return self._cached(_FILES)

    @cached_property
    def api_tokens(self) -> DataLoader[UUID, ApiToken | None]:
        return self._plain(partial(load_by_id, ApiToken))

    @cached_property
    def audit_entries(self) -> DataLoader[UUID, AuditEntry | None]:
        return self._plain(partial(load_by_id, AuditEntry))

    @cached_property
    def error_entries(self) -> DataLoader[UUID, ErrorEntry | None]:
        return self._plain(partial(load_by_id, ErrorEntry))

    @cached_property
    def webhook_receipts(self) -> DataLoader[UUID, WebhookReceipt | None]:
        return self._plain(partial(load_by_id, WebhookReceipt))

    @cached_property
    def sessions_by_user(self) -> DataLoader[UUID, list[Session]]:
        return self._plain(load_sessions)

    @cached_property
    def identities_by_user(self) -> DataLoader[UUID, list[ExternalIdentity]]:
        return self._plain(load_identities)

    @cached_property
    def api_tokens_by_user(self) -> DataLoader[UUID, list[ApiToken]]:
        return self._plain(load_api_tokens)

    @cached_property
    def quotas(self) -> DataLoader[UUID, UserQuotas | None]:
        return self._plain(partial(load_quotas, self._quota_defaults))

    @cached_property
    def sessions(self) -> DataLoader[UUID, Session | None]:
        return self._plain(partial(load_by_id, Session))

    @cached_property
    def notifications(self) -> DataLoader[UUID, Notification | None]:
        return self._plain(partial(load_by_id, Notification))

    @cached_property
    def notification_channels(self) -> DataLoader[UUID, NotificationChannel | None]:
        return self._plain(partial(load_by_id, NotificationChannel))

    @cached_property
    def notification_channels_by_user(self) -> DataLoader[UUID, list[NotificationChannel]]:
        return self._plain(load_channels_by_user)

    @cached_property
    def deliveries(self) -> DataLoader[UUID, NotificationDelivery | None]:
        return self._plain(partial(load_by_id, NotificationDelivery))

    @cached_property
    def deliveries_by_notification(self) -> DataLoader[UUID, list[NotificationDelivery]]:
        return self._plain(load_deliveries_by_notification)

    @cached_property
    def last_deliveries(self) -> DataLoader[UUID, NotificationDelivery | None]:
        return self._plain(load_last_deliveries)

    @cached_property
    def logged_events(self) -> DataLoader[UUID, LoggedEvent | None]:
        return self._plain(load_logged_events)

    @cached_property
    def timeline_entries(self) -> DataLoader[UUID, TimelineEntry | None]:
        return self._plain(load_timeline_entries)

    @cached_property
    def stories(self) -> DataLoader[Story, Page[TimelineEntry]]:
        return DataLoader(load_fn=load_stories)

    @cached_property
    def notification_positions(self) -> DataLoader[UUID, int]:
        return self._plain(load_notification_positions)

    @cached_property
    def services(self) -> DataLoader[UUID, Service | None]:
        return self._plain(partial(load_by_id, Service))

    @cached_property
    def uptimes(self) -> DataLoader[Uptime, float | None]:
        return DataLoader(load_fn=load_uptimes)

    @cached_property
    def histories(self) -> DataLoader[History, list[HealthSample]]:
        return DataLoader(load_fn=load_histories)

    @cached_property
    def download_progress(self) -> DataLoader[UUID, Progress | None]:
        return self._plain(partial(load_progress, self._pubsub))

    @cached_property
    def queue_positions(self) -> DataLoader[UUID, int | None]:
        return self._plain(load_queue_positions)

    def _cached(self, batch: CachedBatch[T]) -> DataLoader[UUID, T]:
        return DataLoader(load_fn=partial(batch.load, self._cache))

    @staticmethod
    def _plain(load: Callable[[Sequence[UUID]], Awaitable[list[T]]]) -> DataLoader[UUID, T]:
        return DataLoader(load_fn=load)
