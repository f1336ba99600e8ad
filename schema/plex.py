"""Plex's libraries."""

from datetime import datetime

import strawberry

from models import plex as rows
from schema.node import backed_by


@strawberry.type(description="A library of the Plex server, as it was last read.")
@backed_by(rows.PlexLibrary)
class PlexLibrary:
    section_id: str = strawberry.field(description="What Plex calls it by.")
    title: str = strawberry.field(description="Its name.")
    type: str = strawberry.field(
        resolver=lambda root: root.kind, description="`movie`, `show`, or another word of Plex's."
    )
    item_count: int | None = strawberry.field(
        description="How many films or series of it are known here; null for libraries of anything else."
    )
    scanned_at: datetime | None = strawberry.field(description="When Plex last looked for new files.")
    refreshing: bool = strawberry.field(
        resolver=lambda root: root.is_refreshing, description="Whether Plex was looking just then."
    )


@strawberry.input(description="Where Plex looks for new files.")
class ScanPlexLibraryInput:
    section_id: str = strawberry.field(description="The library, as `plexLibraries` names it.")
    path: str | None = strawberry.field(
        default=strawberry.UNSET, description="A folder as this server sees it; all of the library when left out."
    )
