"""Films and series, wherever they are known from."""

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import strawberry

from dataloaders.media_requests import Own
from integrations.tmdb.images import backdrop_url, poster_url
from models.errors import ValidationError
from models.media import Film, MediaType, Series, media_key, title_of
from models.paging import Page
from models.quotas import QuotaKind
from models.requestability import TitleStanding, judge
from schema import enums
from schema.connections import Edge, PageInfo
from schema.context import Info
from schema.inputs import given
from schema.node import Node, backed_by, from_global_id, node
from schema.scalars import URL

if TYPE_CHECKING:
    from schema.media_requests import MediaRequest, Requestability

Is4k = Annotated[bool, strawberry.argument(description="The copy in 4K instead of the usual one.")]
Width = Annotated[int, strawberry.argument(description="The width that it is shown with, in pixels.")]


def _poster(root: Any, width: Width = 342) -> Any:
    return poster_url(root.poster_path, width)


def _backdrop(root: Any, width: Width = 1280) -> Any:
    return backdrop_url(root.backdrop_path, width)


async def _availability(root: Any, info: Info, is_4k: Is4k = False) -> Any:
    item = await info.context.loaders.media_items.load(root.id)
    if item is None:
        return enums.Availability.UNKNOWN
    return item.availability_4k if is_4k else item.availability


async def _plex_url(root: Any, info: Info) -> Any:
    item = await info.context.loaders.media_items.load(root.id)
    return item and item.plex_url


async def _season_availability(root: Any, info: Info) -> Any:
    seasons = await info.context.loaders.media_seasons.load(root.media_id)
    known = {season.number: season.availability for season in seasons}
    return known.get(root.number, enums.Availability.UNKNOWN)


async def _requested(root: Any, info: Info) -> Any:
    active = await info.context.loaders.active_requests.load(root.media_id)
    return any(root.number in each.seasons and not each.request.is_4k for each in active)


async def _viewer_request(root: Any, info: Info, is_4k: Is4k = False) -> Any:
    user_id = info.context.actor.user_id
    return None if user_id is None else await info.context.loaders.own_requests.load(Own(root.id, user_id, is_4k))


Numbers = Annotated[
    list[int] | None,
    strawberry.argument(description="These seasons of a series; any that can be asked for when left out."),
]


_QUOTAS = {MediaType.MOVIE: QuotaKind.MOVIE, MediaType.TV: QuotaKind.TV}


async def _requestability(root: Any, info: Info, is_4k: Is4k = False, seasons: Numbers = strawberry.UNSET) -> Any:
    actor, loaders = info.context.actor, info.context.loaders
    item, known, active, quotas = await asyncio.gather(
        loaders.media_items.load(root.id),
        loaders.media_seasons.load(root.id),
        loaders.active_requests.load(root.id),
        loaders.quotas.load(actor.require_user()),
    )
    # what a search finds does not tell the seasons
    title = item.known_title or root if item and root.seasons is None else root
    return judge(
        actor,
        title,
        TitleStanding.of(title, item, known, active, is_4k=is_4k),
        given(seasons) or None,
        getattr(quotas, _QUOTAS[root.kind]) if quotas else None,
        is_4k=is_4k,
        can_fetch=info.context.services.media_requests.can_fetch,
    )


@strawberry.type(description="A season of a series; number 0 are the specials.")
class Season:
    media_id: strawberry.Private[UUID]
    number: int = strawberry.field(description="Which one.")
    name: str | None = strawberry.field(description="What it is called.")
    episode_count: int = strawberry.field(description="How many episodes it has, as far as is known.")
    air_date: date | None = strawberry.field(description="When its first episode is shown.")
    availability: enums.Availability = strawberry.field(
        resolver=_season_availability, description="Whether the usual copy of it can be watched."
    )
    requested: bool = strawberry.field(
        resolver=_requested, description="Whether a request for the usual copy of it is under way."
    )


def _seasons(root: Any) -> Any:
    if root.seasons is None:
        return None
    return [
        Season(
            media_id=root.id,
            number=season.number,
            name=season.name,
            episode_count=season.episode_count,
            air_date=season.air_date,
        )
        for season in root.seasons
    ]


@strawberry.interface(
    description="A film or a series. In results of a search some fields are null, as they say; `media` and `node` have "
    "all. Signed-in people."
)
class Media(Node):
    tmdb_id: int = strawberry.field(description="Its number at TMDB; films and series are counted apart.")
    title: str = strawberry.field(description="Its name, in the language of the server.")
    year: int | None = strawberry.field(description="The year it came out, or will.")
    overview: str | None = strawberry.field(description="What it is about.")
    poster_url: URL | None = strawberry.field(
        resolver=_poster, description="Its poster at TMDB, in the next size they have; null where there is none."
    )
    backdrop_url: URL | None = strawberry.field(
        resolver=_backdrop, description="A wide picture at TMDB, in the next size they have; null where there is none."
    )
    plex_url: URL | None = strawberry.field(
        resolver=_plex_url,
        description="Where people with access to the Plex server watch it; null when it is not there.",
    )
    vote_average: float | None = strawberry.field(description="What TMDB's users think of it, up to 10.")
    availability: enums.Availability = strawberry.field(
        resolver=_availability, description="Whether it can be watched here. Answered without asking anybody else."
    )
    viewer_request: Annotated["MediaRequest", strawberry.lazy("schema.media_requests")] | None = strawberry.field(
        resolver=_viewer_request, description="The viewer's own latest request for it that was not cancelled."
    )
    requestability: Annotated["Requestability", strawberry.lazy("schema.media_requests")] = strawberry.field(
        resolver=_requestability, description="Whether the viewer can ask for it, and why not."
    )


@node(Film, loader="titles", description="A film. Signed-in people.")
class Movie(Media):
    release_date: date | None = strawberry.field(description="When it came out, or will.")
    runtime: int | None = strawberry.field(description="In minutes; null in results of a search.")
    genres: list[str] | None = strawberry.field(description="What it is; null in results of a search.")
    imdb_id: str | None = strawberry.field(description="Its ID at IMDb; null in results of a search.")


@node(Series, loader="titles", description="A series. Signed-in people.")
class TvShow(Media):
    first_air_date: date | None = strawberry.field(
        resolver=lambda root: root.release_date, description="When its first episode was shown, or will be."
    )
    status: str | None = strawberry.field(
        description="Whether it goes on, in TMDB's words; null in results of a search."
    )
    genres: list[str] | None = strawberry.field(description="What it is; null in results of a search.")
    tvdb_id: int | None = strawberry.field(description="Its number at TheTVDB; null in results of a search.")
    seasons: list[Season] | None = strawberry.field(
        resolver=_seasons, description="Its seasons, as far as they are announced; null in results of a search."
    )


def _total_count(root: Any) -> Any:
    return root.count()


@strawberry.type(description="A page of titles that were found.")
@backed_by(Page)
class MediaConnection:
    edges: list[Edge[Media]] = strawberry.field(description="The titles of this page, each with its cursor.")
    nodes: list[Media] = strawberry.field(description="The titles of this page.")
    page_info: PageInfo = strawberry.field(
        description="Where this page stands. A page may have fewer titles than asked for before the last one."
    )
    total_count: int | None = strawberry.field(
        resolver=_total_count, description="How many there are, as TMDB says: an upper bound."
    )


@strawberry.input(description="A title by its number at TMDB.")
class TmdbRefInput:
    tmdb_id: int = strawberry.field(description="The number.")
    type: enums.MediaType = strawberry.field(description="Of a film, or of a series.")


@strawberry.input(description="A title, by its ID here or its number at TMDB.", one_of=True)
class MediaRefInput:
    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="The ID of a Movie or a TvShow.")
    tmdb: TmdbRefInput | None = strawberry.field(default=strawberry.UNSET, description="Its number at TMDB.")

    def to_key(self, *path: str) -> UUID:
        """`path` leads to this input. Raises ValidationError."""
        if self.tmdb:
            try:
                return media_key(self.tmdb.type, self.tmdb.tmdb_id)
            except ValueError as error:
                raise ValidationError(f"{error}.", path=(*path, "tmdb", "tmdbId"), constraint="range") from None
        kind, key = from_global_id(self.id or "", path=(*path, "id"))
        try:
            if kind == {MediaType.MOVIE: Movie, MediaType.TV: TvShow}[title_of(key)[0]].__name__:
                return key
        except ValueError:
            pass
        raise ValidationError("This is not the ID of a title.", path=(*path, "id"), constraint="id")
