"""Media requests by key, by title, and who waits for them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from tortoise import connections

from dataloaders.rows import rows_by_id, rows_by_key
from models.media_requests import ActiveRequest, MediaRequest, MediaRequestFollower, RequestedSeason
from models.paging import Edge, Page, PageInfo
from models.users import User

MEDIA_REQUESTS = rows_by_id(MediaRequest, "media_request")
REQUESTED_SEASONS = rows_by_key(RequestedSeason, "request_id", "media_request")

# somebody may ask for other seasons of a series again and again: the newest that came to something, or may yet
_OWN = """
SELECT DISTINCT ON (media_id, requested_by_id, is_4k) * FROM media_requests
WHERE media_id = ANY($1) AND requested_by_id = ANY($2) AND status <> 'CANCELLED'
ORDER BY media_id, requested_by_id, is_4k, id DESC
"""
_FOLLOWERS = """
SELECT place, follower_id, request_id, person.* FROM (
    SELECT id AS follower_id, request_id, user_id, row_number() OVER followers AS place
    FROM media_request_followers WHERE request_id = ANY($1) AND id > $2
    WINDOW followers AS (PARTITION BY request_id ORDER BY id)
) AS follower JOIN users AS person ON person.id = follower.user_id WHERE place <= $3 ORDER BY follower_id
"""


class Own(NamedTuple):
    """Somebody's request for a title."""

    media_id: UUID
    user_id: UUID
    is_4k: bool


class Following(NamedTuple):
    request_id: UUID
    user_id: UUID


class Followers(NamedTuple):
    """A page of those who follow a request, beginning behind the follower `after`."""

    request_id: UUID
    first: int
    after: UUID = UUID(int=0)


async def load_active(keys: Sequence[UUID]) -> list[list[ActiveRequest]]:
    """The requests for each title that are under way."""
    found: defaultdict[UUID, list[ActiveRequest]] = defaultdict(list)
    for active in await ActiveRequest.of(keys):
        found[active.request.media_id].append(active)
    return [found[key] for key in keys]


async def load_own(keys: Sequence[Own]) -> list[MediaRequest | None]:
    titles, people = list({key.media_id for key in keys}), list({key.user_id for key in keys})
    rows = await connections.get("default").execute_query_dict(_OWN, [titles, people])
    found = {Own(row["media_id"], row["requested_by_id"], row["is_4k"]): row for row in rows}
    return [MediaRequest._init_from_db(**found[key]) if key in found else None for key in keys]  # noqa: SLF001


async def load_followings(keys: Sequence[Following]) -> list[bool]:
    """Whether each of them waits for it as well."""
    requests, people = list({key.request_id for key in keys}), list({key.user_id for key in keys})
    rows = await MediaRequestFollower.filter(request_id__in=requests, user_id__in=people)
    found = {Following(row.request_id, row.user_id) for row in rows}
    return [key in found for key in keys]


async def load_follower_counts(keys: Sequence[UUID]) -> list[int]:
    rows = await connections.get("default").execute_query_dict(
        "SELECT request_id, count(*)::int AS count FROM media_request_followers WHERE request_id = ANY($1) "
        "GROUP BY request_id",
        [list(keys)],
    )
    found = {row["request_id"]: row["count"] for row in rows}
    return [found.get(key, 0) for key in keys]


async def load_followers(keys: Sequence[Followers]) -> list[Page[User]]:
    """Those who follow each longest first; one statement for all that are asked for alike."""
    alike: defaultdict[tuple[int, UUID], list[UUID]] = defaultdict(list)
    for key in keys:
        alike[key.first, key.after].append(key.request_id)
    found: defaultdict[Followers, list[Edge[User]]] = defaultdict(list)
    for (first, after), requests in alike.items():
        values = [requests, after, first + 1]
        for row in map(dict, await connections.get("default").execute_query_dict(_FOLLOWERS, values)):
            request_id, follower_id = row.pop("request_id"), row.pop("follower_id")
            del row["place"]
            edge = Edge(follower_id.hex, User._init_from_db(**row))  # noqa: SLF001
            found[Followers(request_id, first, after)].append(edge)
    return [_page(found[key], key) for key in keys]


def _page(edges: list[Edge[User]], key: Followers) -> Page[User]:
    page = edges[: key.first]
    info = PageInfo(
        has_next_page=len(edges) > key.first,
        has_previous_page=key.after.int > 0,
        start_cursor=page[0].cursor if page else None,
        end_cursor=page[-1].cursor if page else None,
    )
    return Page(page, info)
