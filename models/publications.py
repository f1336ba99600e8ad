"""How downloads get into Plex once they are here."""

from enum import StrEnum
from uuid import UUID

from tortoise import fields

from models.base import Row
from models.downloads import Download
from models.plex import plex_link


class PublishState(StrEnum):
    """PARTIAL: it can be watched in Plex, and something around it is missing."""

    NONE = "NONE"
    PENDING = "PENDING"
    PARTIAL = "PARTIAL"
    DONE = "DONE"
    FAILED = "FAILED"


OPEN_PUBLICATIONS = frozenset({PublishState.PENDING, PublishState.PARTIAL})


class PlexPublication(Row):
    """One download's way into a library of Plex: a step is done once, and never undone by a later failure.

    `attempts` counts those that ended: a job that was promised after fewer is out of date.
    """

    download: fields.OneToOneRelation[Download] = fields.OneToOneField(
        "models.Download", related_name=False, on_delete=fields.CASCADE
    )
    download_id: UUID
    state = fields.CharEnumField(PublishState, max_length=16, description="how far it is")
    section_id = fields.CharField(max_length=64)
    collection = fields.CharField(max_length=255, null=True)
    path = fields.CharField(max_length=2048, null=True)
    rating_key: str | None = fields.CharField(max_length=64, null=True)  # type: ignore[assignment]
    machine_id: str | None = fields.CharField(max_length=64, null=True)  # type: ignore[assignment]
    scanned = fields.BooleanField(default=False)
    collection_done = fields.BooleanField(default=False)
    metadata_done = fields.BooleanField(default=False)
    thumbnail_done = fields.BooleanField(default=False)
    attempts = fields.IntField(default=0)
    next_attempt_at = fields.DatetimeField(null=True)
    last_error: str | None = fields.TextField(null=True)

    class Meta:
        table = "plex_publications"

    @property
    def url(self) -> str | None:
        return plex_link(self.machine_id, self.rating_key) if self.machine_id and self.rating_key else None

    @property
    def standing(self) -> PublishState:
        """What follows from the steps, while it goes on."""
        if self.rating_key is None:
            return PublishState.PENDING
        is_done = self.collection_done and self.metadata_done and self.thumbnail_done
        return PublishState.DONE if is_done else PublishState.PARTIAL
