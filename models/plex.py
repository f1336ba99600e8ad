"""What is in Plex's libraries, as it was last read."""

from uuid import UUID

from tortoise import fields

from models.actor import Actor
from models.base import Row


class PlexLibrary(Row):
    """A library. `machine_id` is the server's; `kind` is `movie`, `show`, or another word of Plex's.

    Only films and series are read: `item_count` is None of all else. `newest_at` is when the newest there was added;
    `whole_at` when all of it was last read; between two such times only what is new is.
    """

    machine_id = fields.CharField(max_length=64)
    section_id = fields.CharField(max_length=64)
    title = fields.CharField(max_length=500)
    kind = fields.CharField(max_length=32)
    item_count = fields.IntField(null=True)
    scanned_at = fields.DatetimeField(null=True)
    is_refreshing = fields.BooleanField(default=False)
    newest_at = fields.DatetimeField(null=True)
    whole_at = fields.DatetimeField(null=True)

    class Meta:
        table = "plex_libraries"
        unique_together = (("machine_id", "section_id"),)

    def can_see(self, actor: Actor) -> bool:
        return actor.user_id is not None


class PlexTitle(Row):
    """A film or a series in a library. `media_id` is the title's key.

    `seasons` says how many episodes there are of each: those in the usual quality and those in 4K, by its number.
    `missed` counts the whole readings in a row that did not find it.
    """

    library: fields.ForeignKeyRelation[PlexLibrary] = fields.ForeignKeyField(
        "models.PlexLibrary", related_name=False, on_delete=fields.CASCADE
    )
    library_id: UUID
    rating_key = fields.CharField(max_length=64)
    media_id = fields.UUIDField()
    has_usual = fields.BooleanField(default=False)
    has_4k = fields.BooleanField(default=False)
    seasons: dict[str, list[int]] = fields.JSONField[dict[str, list[int]]](default=dict)
    missed = fields.IntField(default=0)

    class Meta:
        table = "plex_titles"
        unique_together = (("library_id", "rating_key"),)
        indexes = (("media_id",),)


def plex_link(machine_id: str, rating_key: str) -> str:
    """Where somebody with access to the server watches it."""
    return f"https://app.plex.tv/desktop/#!/server/{machine_id}/details?key=%2Flibrary%2Fmetadata%2F{rating_key}"
