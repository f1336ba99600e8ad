"""Ways of downloading: made, changed, deleted."""

from typing import Any

import strawberry
from strawberry import UNSET

from models import downloads as rows
from schema import enums
from schema.downloads import DownloadProfile
from schema.errors import Payload
from schema.inputs import given
from schema.node import key_of
from services.download_profiles import SaveDownloadProfile

_NULLABLE = ("max_height", "container", "audio_format", "plex_section_id", "collection")
_ALWAYS_THERE = ("kind", "subtitle_languages", "auto_subtitles", "embed_subtitles")


@strawberry.input(description="How to download. What is left out stays, or is as a new profile has it.")
class DownloadOptionsInput:
    kind: enums.MediaKind | None = strawberry.field(default=UNSET, description="Video, or sound alone.")
    max_height: int | None = strawberry.field(
        default=UNSET, description="No picture higher than this, 144 to 4320 pixels; null: the best."
    )
    container: str | None = strawberry.field(
        default=UNSET, description="`mp4`, `mkv` or `webm`; null: as the site has it."
    )
    audio_format: str | None = strawberry.field(
        default=UNSET, description="`mp3`, `m4a`, `opus` or `flac`; null: as the site has it."
    )
    subtitle_languages: list[str] | None = strawberry.field(
        default=UNSET, description="Languages of subtitles to fetch, such as `en`."
    )
    auto_subtitles: bool | None = strawberry.field(
        default=UNSET, description="Whether subtitles made by a machine will do."
    )
    embed_subtitles: bool | None = strawberry.field(
        default=UNSET, description="Whether subtitles also go into the video file."
    )
    plex_section_id: str | None = strawberry.field(
        default=UNSET, description="The library of Plex that downloads go into; null: none."
    )
    collection: str | None = strawberry.field(
        default=UNSET, description="The collection there that they are put into; null: none."
    )

    def columns(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in _NULLABLE if getattr(self, name) is not UNSET}
        return told | {name: value for name in _ALWAYS_THERE if (value := given(getattr(self, name))) is not None}


@strawberry.input(description="A profile, new or as it shall be from now on.")
class SaveDownloadProfileInput:
    name: str = strawberry.field(description="What it is called, 1 to 64 characters; no other has this name.")
    options: DownloadOptionsInput = strawberry.field(description="How to download.")
    id: strawberry.ID | None = strawberry.field(default=UNSET, description="The profile; a new one when left out.")
    is_default: bool = strawberry.field(
        default=False, description="Whether it is used from now on when none is named; the one before is not any more."
    )

    def to_command(self) -> SaveDownloadProfile:
        profile = given(self.id)
        key = None if profile is None else key_of(DownloadProfile, profile)
        return SaveDownloadProfile(self.name, key, self.options.columns(), self.is_default)


@strawberry.type(description="A download profile, or why it was not saved.")
class DownloadProfilePayload(Payload):
    profile: DownloadProfile | None = strawberry.field(default=None, description="As it is now.")


def present(profile: rows.DownloadProfile) -> dict[str, Any]:
    return {"profile": profile}
