"""What each of some people asked for: their own lists, in one statement for all that are asked for alike."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from tortoise import connections

from models.media import MediaType
from models.media_requests import MediaRequest
from models.paging import Edge, Page, PageInfo
from models.states import MediaRequestStatus

_WANTED = """
    requested_by_id = ANY($1) AND media_type = ANY($2) AND ($3::text[] IS NULL OR status = ANY($3))
    AND ($4::bool IS NULL OR is_4k = $4) AND ($5::text IS NULL OR strpos(lower(title), lower($5)) > 0)
    AND ($6::timestamptz IS NULL OR created_at > $6)
"""
_PAGES = f"""
SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY requested_by_id ORDER BY id DESC) AS place FROM media_requests
    WHERE {_WANTED} AND ($7::uuid IS NULL OR id < $7)
) AS numbered WHERE place <= $8 ORDER BY id DESC
"""  # noqa: S608
_COUNTS = f"""
SELECT requested_by_id, count(*)::int AS count FROM media_requests WHERE {_WANTED} GROUP BY requested_by_id
"""  # noqa: S608


class Wanted(NamedTuple):
    """Of these kinds; None stands for any."""

    kinds: frozenset[MediaType]
    status: tuple[MediaRequestStatus, ...] | None = None
    is_4k: bool | None = None
    search: str | None = None
    created_after: datetime | None = None


class PersonsPage(NamedTuple):
    """The newest first, going on behind the request `after`."""

    user_id: UUID
    wanted: Wanted
    first: int
    after: UUID | None = None


class PersonsCount(NamedTuple):
    user_id: UUID
    wanted: Wanted


async def load_persons_requests(keys: Sequence[PersonsPage]) -> list[Page[MediaRequest]]:
    alike: defaultdict[tuple[Wanted, int, UUID | None], list[UUID]] = defaultdict(list)
    for key in keys:
        alike[key.wanted, key.first, key.after].append(key.user_id)
    found: defaultdict[PersonsPage, list[MediaRequest]] = defaultdict(list)
    for (wanted, first, after), people in alike.items():
        values = [*_values(wanted, people), after, first + 1]
        for row in await connections.get("default").execute_query_dict(_PAGES, values):
            request = MediaRequest._init_from_db(**{name: row[name] for name in row if name != "place"})  # noqa: SLF001
            found[PersonsPage(row["requested_by_id"], wanted, first, after)].append(request)
    return [_page(found[key], key) for key in keys]


async def load_persons_counts(keys: Sequence[PersonsCount]) -> list[int]:
    found: dict[PersonsCount, int] = {}
    for wanted in {key.wanted for key in keys}:
        people = [key.user_id for key in keys if key.wanted == wanted]
        rows = await connections.get("default").execute_query_dict(_COUNTS, _values(wanted, people))
        found |= {PersonsCount(row["requested_by_id"], wanted): row["count"] for row in rows}
    return [found.get(key, 0) for key in keys]


def _values(wanted: Wanted, people: list[UUID]) -> list[object]:
    status = None if wanted.status is None else list(wanted.status)
    return [people, sorted(wanted.kinds), status, wanted.is_4k, wanted.search or None, wanted.created_after]


def _page(rows: list[MediaRequest], key: PersonsPage) -> Page[MediaRequest]:
    edges = [Edge(row.id.hex, row) for row in rows[: key.first]]
    info = PageInfo(
        has_next_page=len(rows) > key.first,
        has_previous_page=key.after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Page(edges, info)
