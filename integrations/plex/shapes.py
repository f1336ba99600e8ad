"""Plex's answers. What is needed must be there; whatever else is missing, null or odd counts as not said."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from integrations.plex.base import PlexAccount, PlexEntry, PlexIdentity, PlexPage, PlexPin, PlexSection

T = TypeVar("T")

_GUID = re.compile(r"(?:^|\.)(tmdb|themoviedb|imdb|tvdb|thetvdb)://(\w+)")
_LATEST_SECONDS = 253_402_300_799  # the end of the year 9999
_MAX_TMDB_ID = (1 << 62) - 1


def _text(value: object) -> str | None:
    return str(value)[:500] if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def _whole(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None  # noqa: PLR2004


def _moment(value: object) -> datetime | None:
    seconds = _whole(value)
    return None if seconds is None or seconds > _LATEST_SECONDS else datetime.fromtimestamp(seconds, UTC)


def _records(value: object) -> list[Any]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


Text = Annotated[str | None, BeforeValidator(_text)]
Whole = Annotated[int | None, BeforeValidator(_whole)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Flag = Annotated[bool, BeforeValidator(lambda value: value in (True, 1, "1"))]
Key = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=64)]
Present = Annotated[list[T], BeforeValidator(lambda value: [] if value is None else value)]
"""What is missing here would be taken for deleted: an odd one makes the whole answer useless."""
Records = Annotated[list[T], BeforeValidator(_records)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Identity(_Shape):
    machineIdentifier: Key  # noqa: N815  (Plex's names)
    version: Text = None


class _Section(_Shape):
    key: Key
    title: Text = None
    type: Text = None
    refreshing: Flag = False
    scannedAt: Moment = None  # noqa: N815

    def record(self) -> PlexSection:
        return PlexSection(self.key, self.title or self.key, self.type or "other", self.refreshing, self.scannedAt)


class _Guid(_Shape):
    id: Text = None


class _Part(_Shape):
    file: Text = None


class _Medium(_Shape):
    videoResolution: Text = None  # noqa: N815
    Part: Records[_Part] = []


class _Entry(_Shape):
    ratingKey: Key  # noqa: N815
    title: Text = None
    guid: Text = None
    Guid: Records[_Guid] = []
    year: Whole = None
    addedAt: Moment = None  # noqa: N815
    Media: Records[_Medium] = []
    grandparentRatingKey: Text = None  # noqa: N815
    parentIndex: Whole = None  # noqa: N815
    index: Whole = None

    def record(self) -> PlexEntry:
        ids = _ids([guid.id for guid in self.Guid] + [self.guid])
        resolutions = [(medium.videoResolution or "").lower() for medium in self.Media]
        tmdb_id = _whole(ids.get("tmdb"))
        return PlexEntry(
            rating_key=self.ratingKey,
            title=self.title or "",
            tmdb_id=tmdb_id if tmdb_id and tmdb_id <= _MAX_TMDB_ID else None,
            imdb_id=ids.get("imdb"),
            tvdb_id=_whole(ids.get("tvdb")),
            year=self.year,
            added_at=self.addedAt,
            has_usual=any(resolution != "4k" for resolution in resolutions),
            has_4k="4k" in resolutions,
            files=tuple(part.file for medium in self.Media for part in medium.Part if part.file),
            show_key=self.grandparentRatingKey,
            season=self.parentIndex,
            number=self.index,
        )


def _ids(guids: list[str | None]) -> dict[str, str]:
    """By the short name of who gave them; the agents of older libraries have longer ones."""
    found: dict[str, str] = {}
    for guid in guids:
        if match := _GUID.search(guid or ""):
            found.setdefault(match[1].removeprefix("the").replace("moviedb", "tmdb"), match[2])
    return found


class _Sections(_Shape):
    Directory: Present[_Section] = []


class _Entries(_Shape):
    totalSize: Whole = None  # noqa: N815
    size: Whole = None
    Metadata: Present[_Entry] = []


class _Container(_Shape):
    MediaContainer: dict[str, Any]


def _inside(kind: type[T], answer: object) -> T:
    return TypeAdapter(kind).validate_python(container(answer))


def container(answer: object) -> dict[str, Any]:
    """Whatever it holds, Plex said it."""
    return _Container.model_validate(answer).MediaContainer


def identity(answer: object) -> PlexIdentity:
    found = _inside(_Identity, answer)
    return PlexIdentity(found.machineIdentifier, found.version)


def sections(answer: object) -> list[PlexSection]:
    return [section.record() for section in _inside(_Sections, answer).Directory]


def page(answer: object) -> PlexPage:
    found = _inside(_Entries, answer)
    entries = tuple(entry.record() for entry in found.Metadata)
    total = found.size if found.totalSize is None else found.totalSize
    if total is None:
        raise ValueError("a page that does not say how much there is")
    return PlexPage(entries, total)


class _Pin(_Shape):
    id: int
    code: Key
    expiresAt: datetime  # noqa: N815
    authToken: Text = None  # noqa: N815


def pin(answer: object) -> PlexPin:
    found = _Pin.model_validate(answer)
    return PlexPin(found.id, found.code, found.expiresAt.astimezone(UTC))


def pin_token(answer: object) -> str | None:
    return _Pin.model_validate(answer).authToken


class _Account(_Shape):
    uuid: Key
    username: Text = None
    title: Text = None
    email: Text = None
    confirmed: bool = False


def account(answer: object) -> PlexAccount:
    found = _Account.model_validate(answer)
    return PlexAccount(found.uuid, found.username or found.title or found.uuid, found.email, found.confirmed)


class _Resource(_Shape):
    clientIdentifier: Text = None  # noqa: N815
    provides: Text = None
    accessToken: Text = None  # noqa: N815


def server_tokens(answer: object) -> dict[str, str]:
    """What gets the account into each server it may use, by the server's machine id."""
    if not isinstance(answer, list):
        raise TypeError("the resources are no list")
    resources = [_Resource.model_validate(item) for item in _records(answer)]
    return {
        resource.clientIdentifier: resource.accessToken
        for resource in resources
        if resource.clientIdentifier and resource.accessToken and "server" in (resource.provides or "").split(",")
    }
