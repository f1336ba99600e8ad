"""Downloads, how they are to be made, and each try at them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.queryset import QuerySet

from models.actor import Actor, Permission
from models.base import Row
from models.states import DownloadStatus
from models.users import User

PERCENT_DONE = 100.0


class MediaKind(StrEnum):
    VIDEO = "VIDEO"
    AUDIO = "AUDIO"


class DownloadStage(StrEnum):
    EXTRACTING = "EXTRACTING"
    DOWNLOADING = "DOWNLOADING"
    MERGING = "MERGING"
    SUBTITLES = "SUBTITLES"
    CONVERTING = "CONVERTING"
    MOVING = "MOVING"
    CLEANUP = "CLEANUP"


class DownloadErrorCode(StrEnum):
    UNAVAILABLE = "UNAVAILABLE"
    PRIVATE = "PRIVATE"
    AGE_RESTRICTED = "AGE_RESTRICTED"
    MEMBERS_ONLY = "MEMBERS_ONLY"
    GEO_BLOCKED = "GEO_BLOCKED"
    BOT_CHECK = "BOT_CHECK"
    THROTTLED = "THROTTLED"
    NETWORK = "NETWORK"
    NO_FORMAT = "NO_FORMAT"
    UNSUPPORTED = "UNSUPPORTED"
    FORBIDDEN_ADDRESS = "FORBIDDEN_ADDRESS"
    TOO_LARGE = "TOO_LARGE"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    DISK_FULL = "DISK_FULL"
    CONVERSION = "CONVERSION"
    TIMEOUT = "TIMEOUT"
    LIVE_NOT_STARTED = "LIVE_NOT_STARTED"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class DownloadFailure:
    """Why a download failed or waits; `hint` says what helps, where something does."""

    code: DownloadErrorCode
    message: str
    retryable: bool
    hint: str | None


class DownloadProfile(Row):
    """A named way of downloading. `output_template` names the file in the library.

    Into that section of Plex, and that collection there, goes what came of it.
    """

    name = fields.CharField(max_length=64, unique=True)
    kind = fields.CharEnumField(MediaKind, max_length=16, description="video or audio")
    max_height = fields.IntField(null=True)
    container = fields.CharField(max_length=8, null=True)
    audio_format = fields.CharField(max_length=8, null=True)
    subtitle_languages = ArrayField(element_type="text", default=list)
    auto_subtitles = fields.BooleanField(default=False)
    embed_subtitles = fields.BooleanField(default=False)
    output_template = fields.CharField(max_length=255)
    plex_section_id = fields.CharField(max_length=64, null=True)
    collection = fields.CharField(max_length=255, null=True)
    is_default = fields.BooleanField(default=False)

    class Meta:
        table = "download_profiles"

    def can_see(self, actor: Actor) -> bool:
        return actor.user_id is not None


class Download(Row):
    """A wish for one video, from the paste to the file.

    `lease` is the right of one try to write the row: whoever holds another one has lost the job. `job_id` is the
    queued job that will run, or runs, the download. `canonical_url`, `title` and the like are known once the site
    has answered.
    """

    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, on_delete=fields.CASCADE
    )
    owner_id: UUID
    profile: fields.ForeignKeyNullableRelation[DownloadProfile] = fields.ForeignKeyField(
        "models.DownloadProfile", related_name=False, on_delete=fields.SET_NULL, null=True
    )
    profile_id: UUID | None
    url = fields.CharField(max_length=2048)
    canonical_url = fields.CharField(max_length=2048)
    extractor = fields.CharField(max_length=64, null=True)
    video_id = fields.CharField(max_length=255, null=True)
    title = fields.CharField(max_length=500, null=True)
    uploader = fields.CharField(max_length=255, null=True)
    thumbnail_url = fields.CharField(max_length=2048, null=True)
    duration_seconds = fields.IntField(null=True)

    status = fields.CharEnumField(DownloadStatus, max_length=16, description="state", default=DownloadStatus.QUEUED)
    stage = fields.CharEnumField(DownloadStage, max_length=16, description="step while running", null=True)
    percent = fields.FloatField(default=0.0)
    downloaded_bytes = fields.BigIntField(default=0)
    total_bytes = fields.BigIntField(null=True)
    speed_bps = fields.FloatField(null=True)
    eta_seconds = fields.IntField(null=True)
    progress_at = fields.DatetimeField(null=True)

    attempt = fields.IntField(default=0)
    max_attempts = fields.IntField(default=5)
    next_attempt_at = fields.DatetimeField(null=True)
    error_code = fields.CharEnumField(DownloadErrorCode, max_length=24, description="why it failed", null=True)
    error_message = fields.TextField(null=True)
    error_hint = fields.TextField(null=True)
    error_retryable = fields.BooleanField(default=False)
    lease = fields.UUIDField(null=True)
    job_id = fields.BigIntField(null=True)

    version = fields.IntField(default=1)
    created_at = fields.DatetimeField(auto_now_add=True)
    started_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)

    secret_columns: ClassVar[frozenset[str]] = frozenset({"lease"})

    class Meta:
        table = "downloads"
        indexes = (("owner_id", "created_at"), ("status", "id"))

    @property
    def error(self) -> DownloadFailure | None:
        if self.error_code is None:
            return None
        return DownloadFailure(self.error_code, self.error_message or "", self.error_retryable, self.error_hint)

    @property
    def gave_place_back(self) -> bool:
        """It was cancelled before it began, and counts in no quota: to retry it takes a place again."""
        return self.status is DownloadStatus.CANCELLED and self.started_at is None

    @classmethod
    def visible_to(cls, actor: Actor) -> QuerySet["Download"]:
        """The downloads that `actor` may see: their own, or all with MANAGE_DOWNLOADS."""
        if actor.may(Permission.MANAGE_DOWNLOADS):
            return cls.all()
        return cls.filter(owner_id=actor.require_user())

    def can_see(self, actor: Actor) -> bool:
        """The rule of `visible_to`, for a row that was loaded by its key."""
        return self.owner_id == actor.user_id or actor.may(Permission.MANAGE_DOWNLOADS)


class DownloadAttempt(Row):
    """One try of a worker: when, and how it ended."""

    download: fields.ForeignKeyRelation[Download] = fields.ForeignKeyField(
        "models.Download", related_name=False, on_delete=fields.CASCADE
    )
    download_id: UUID
    number = fields.IntField()
    started_at = fields.DatetimeField(auto_now_add=True)
    finished_at = fields.DatetimeField(null=True)
    error_code = fields.CharEnumField(DownloadErrorCode, max_length=24, description="why it ended", null=True)
    error_message = fields.TextField(null=True)

    class Meta:
        table = "download_attempts"
        unique_together = (("download_id", "number"),)
