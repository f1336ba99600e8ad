"""The forms of Overseerr's and Seerr's answers, as tolerant as they can be used, and what becomes of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from integrations.seerr.base import (
    MediaState,
    Product,
    RequestState,
    SeerrCopy,
    SeerrFetch,
    SeerrMedia,
    SeerrRequest,
    SeerrUser,
    TitleKind,
)

_REQUEST_STATES: Mapping[int, RequestState] = dict(enumerate(RequestState, 1))
_COMMON = (
    MediaState.UNKNOWN,
    MediaState.PENDING,
    MediaState.PROCESSING,
    MediaState.PARTIALLY_AVAILABLE,
    MediaState.AVAILABLE,
)
_MEDIA_STATES: Mapping[Product, Mapping[int, MediaState]] = {
    Product.SEERR: dict(enumerate((*_COMMON, MediaState.BLOCKLISTED, MediaState.DELETED), 1)),
    Product.OVERSEERR: dict(enumerate((*_COMMON, MediaState.DELETED), 1)),
}


def _camel(name: str) -> str:
    """Pydantic's own makes `is4K` of `is4k`."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _text(value: Any) -> Any:
    return "" if value is None else value


def _list(value: Any) -> Any:
    return [] if value is None else value


def _moment(value: Any) -> Any:
    """What is no time is none: it is for people to read, and no reason to give up the rest."""
    try:
        return _ANY_MOMENT.validate_python(value) if value else None
    except ValueError:
        return None


_ANY_MOMENT = TypeAdapter(datetime)
Text = Annotated[str, BeforeValidator(_text)]
Number = Annotated[int, Field(ge=0, le=2**53)]
_MAX_TMDB_ID = 2**31 - 1
Moment = Annotated[
    datetime | None,
    BeforeValidator(_moment),
    AfterValidator(lambda moment: moment and moment.replace(tzinfo=moment.tzinfo or UTC)),
]


class _Shape(BaseModel):
    model_config = ConfigDict(alias_generator=_camel, extra="ignore")


class _Season(_Shape):
    season_number: Number
    status: int
    status4k: int = 1


class _Episode(_Shape):
    season_number: int | None = None
    episode_number: int | None = None


class _Fetch(_Shape):
    title: Text = ""
    status: Text = ""
    size: float | None = None
    size_left: float | None = None
    estimated_completion_time: Moment = None
    episode: _Episode | None = None

    def record(self) -> SeerrFetch:
        where = self.episode or _Episode()
        percent = None
        if self.size and self.size > 0 and self.size_left is not None:
            percent = round(max(0.0, min(100.0, 100 * (1 - self.size_left / self.size))), 1)
        return SeerrFetch(
            self.title, self.status, percent, self.estimated_completion_time, where.season_number, where.episode_number
        )


class Media(_Shape):
    media_type: TitleKind | None = None
    tmdb_id: Number
    tvdb_id: Number | None = None
    status: int = 1
    status4k: int = 1
    seasons: Annotated[list[_Season], BeforeValidator(_list)] = []
    download_status: Annotated[list[_Fetch], BeforeValidator(_list)] = []
    download_status4k: Annotated[list[_Fetch], BeforeValidator(_list)] = []

    def record(self, product: Product, kind: TitleKind | None = None) -> SeerrMedia | None:
        """None for something of which nobody says whether it is a film or a series, or what TMDB calls it."""
        known = self.media_type or kind
        if known is None or not 0 < self.tmdb_id <= _MAX_TMDB_ID:
            return None
        states = _MEDIA_STATES[product]

        def copy(status: int, seasons: Sequence[tuple[int, int]], fetches: list[_Fetch]) -> SeerrCopy:
            return SeerrCopy(
                states.get(status, MediaState.UNKNOWN),
                tuple((number, states.get(each, MediaState.UNKNOWN)) for number, each in seasons),
                tuple(fetch.record() for fetch in fetches),
            )

        usual = [(season.season_number, season.status) for season in self.seasons]
        in_4k = [(season.season_number, season.status4k) for season in self.seasons]
        return SeerrMedia(
            known,
            self.tmdb_id,
            self.tvdb_id,
            copy(self.status, usual, self.download_status),
            copy(self.status4k, in_4k, self.download_status4k),
        )


class User(_Shape):
    id: Number
    email: str | None = None
    display_name: str | None = None
    username: str | None = None
    plex_username: str | None = None
    permissions: Annotated[int, BeforeValidator(lambda value: value or 0)] = 0

    def record(self) -> SeerrUser:
        name = self.username or self.plex_username or self.display_name or self.email or f"user{self.id}"
        return SeerrUser(self.id, name, self.email or None, self.permissions)


class Request(_Shape):
    id: Number
    status: int
    type: TitleKind | None = None
    is4k: Annotated[bool, BeforeValidator(bool)] = False
    seasons: Annotated[list[_Season], BeforeValidator(_list)] = []
    media: Media
    requested_by: User | None = None
    created_at: Moment = None
    updated_at: Moment = None

    def record(self, product: Product) -> SeerrRequest:
        """Raises ValueError for a state that neither product has, and when it is about no title."""
        media = self.media.record(product, self.type)
        if media is None or self.status not in _REQUEST_STATES:
            raise ValueError("a request without a title or a state")
        return SeerrRequest(
            self.id,
            _REQUEST_STATES[self.status],
            self.is4k,
            media,
            tuple(
                (season.season_number, _REQUEST_STATES.get(season.status, RequestState.PENDING))
                for season in self.seasons
            ),
            self.requested_by.record() if self.requested_by else None,
            self.created_at,
            self.updated_at,
        )


class _PageInfo(_Shape):
    results: int


class Page(_Shape):
    page_info: _PageInfo
    results: list[Any]


class Count(_Shape):
    total: int


class Public(_Shape):
    """`/settings/public`: the one answer that needs no key and tells the products apart."""

    initialized: bool
    media_server_type: int | None = None

    @property
    def product(self) -> Product:
        return Product.SEERR if "media_server_type" in self.model_fields_set else Product.OVERSEERR


class WebhookOptions(_Shape):
    webhook_url: Text = ""
    auth_header: Text = ""
    json_payload: Text = ""


class WebhookSettings(_Shape):
    enabled: bool = False
    types: Annotated[int, BeforeValidator(lambda value: value or 0)] = 0
    options: Annotated[WebhookOptions, BeforeValidator(lambda value: value or {})] = WebhookOptions()
