"""Ways of downloading, named and kept by those who run the downloads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from models.actor import Actor, Permission
from models.downloads import DownloadProfile, MediaKind
from models.errors import ConflictError, NotFoundError, ValidationError
from models.plex import PlexLibrary
from services import validation
from services.work import UnitOfWork

CONTAINERS = ("mp4", "mkv", "webm")
AUDIO_FORMATS = ("mp3", "m4a", "opus", "flac")
_HEIGHTS = range(144, 4321)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_MOST_LANGUAGES = 20
_TEMPLATE = "{uploader}/{title} [{video_id}]"


@dataclass(frozen=True, slots=True)
class SaveDownloadProfile:
    """A new one without an `id`. `options` by their columns; what is left out stays, or is as a new profile has it."""

    name: str
    id: UUID | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    is_default: bool = False


class DownloadProfileService:
    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def save(self, actor: Actor, command: SaveDownloadProfile) -> DownloadProfile:
        """Raises NotFoundError, ValidationError, ConflictError for a name that is taken."""
        actor.require(Permission.MANAGE_DOWNLOADS)
        name = validation.text(command.name.strip(), "name", 64)
        try:
            async with self._work.begin(actor) as transaction:
                await transaction.lock("download profiles")
                profile = await _known(command.id)
                _ = profile.update_from_dict({"name": name, **command.options})
                await _check(profile)
                if command.is_default and not profile.is_default:
                    await DownloadProfile.filter(is_default=True).update(is_default=False)
                    profile.is_default = True
                await profile.save()
                await transaction.audit("download_profile.saved", profile, after=profile.snapshot())
        except IntegrityError:
            raise ConflictError("Another profile has this name.", path=("name",)) from None
        return profile

    async def delete(self, actor: Actor, profile_id: UUID) -> None:
        """Downloads that were made with it stay. Raises NotFoundError, ConflictError for the default one."""
        actor.require(Permission.MANAGE_DOWNLOADS)
        async with self._work.begin(actor) as transaction:
            await transaction.lock("download profiles")
            profile = await _known(profile_id)
            if profile.is_default:
                raise ConflictError("This is the default profile: make another one that first.")
            await profile.delete()
            await transaction.audit("download_profile.deleted", profile, before=profile.snapshot())


async def _known(profile_id: UUID | None) -> DownloadProfile:
    if profile_id is None:
        return DownloadProfile(kind=MediaKind.VIDEO, output_template=_TEMPLATE)
    profile = await DownloadProfile.get_or_none(id=profile_id)
    if profile is None:
        raise NotFoundError("There is no such download profile.", path=("id",))
    return profile


async def _check(profile: DownloadProfile) -> None:
    """Raises ValidationError."""
    _among(profile.container, CONTAINERS, "container")
    _among(profile.audio_format, AUDIO_FORMATS, "audioFormat")
    if profile.max_height is not None and profile.max_height not in _HEIGHTS:
        _refuse("maxHeight", f"A height is {_HEIGHTS[0]} to {_HEIGHTS[-1]} pixels.", "range")
    languages: list[str] = list(profile.subtitle_languages)
    if len(languages) > _MOST_LANGUAGES or not all(_LANGUAGE.fullmatch(language) for language in languages):
        _refuse("subtitleLanguages", f"Name up to {_MOST_LANGUAGES} languages such as en or pt-BR.", "language")
    if profile.collection is not None:
        validation.text(profile.collection, "collection", 255)
        if profile.plex_section_id is None:
            _refuse("collection", "A collection needs a library of Plex.", "required")
    if profile.plex_section_id is not None and not await PlexLibrary.exists(section_id=profile.plex_section_id):
        _refuse("plexSectionId", "Plex has no such library; `plexLibraries` lists them.", "known")


def _among(value: str | None, known: tuple[str, ...], name: str) -> None:
    if value is not None and value not in known:
        _refuse(name, f"Choose one of {', '.join(known)}.", "choice")


def _refuse(name: str, message: str, constraint: str) -> None:
    raise ValidationError(message, path=("options", name), constraint=constraint)
