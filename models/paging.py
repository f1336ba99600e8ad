"""Keyset pagination on (sort key, id): as fast on the last page as on the first, and steady while rows are added."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from tortoise import Model
from tortoise.expressions import Expression, Q
from tortoise.queryset import QuerySet

from models.errors import ValidationError

MAX_PAGE = 100
DEFAULT_PAGE = 25
_VERSION_DIGITS = 9

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R", bound=Model)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Sort:
    """What rows are ordered by; `parse` turns a cursor's JSON value back into the column's type."""

    key: Expression
    descending: bool = False
    id_descending: bool = False
    parse: Callable[[Any], Any] = _instant

    def reversed(self) -> "Sort":
        return Sort(self.key, not self.descending, not self.id_descending, self.parse)


@dataclass(frozen=True, slots=True)
class PageArgs:
    """Relay's arguments. Neither `first` nor `last` means the first 25."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def is_backward(self) -> bool:
        return self.last is not None

    @property
    def size(self) -> int:
        """Raises ValidationError."""
        if self.first is not None and self.last is not None:
            raise ValidationError("Ask for `first` or `last`, not for both.", path=("last",), constraint="exclusive")
        name, size = ("last", self.last) if self.last is not None else ("first", self.first)
        if size is None:
            return DEFAULT_PAGE
        if not 1 <= size <= MAX_PAGE:
            raise ValidationError(f"A page has 1 to {MAX_PAGE} entries.", path=(name,), constraint="range")
        return size


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    cursor: str
    node: T


@dataclass(frozen=True, slots=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`count` says how many rows there are in all: a statement of its own, run only when asked for."""

    edges: list[Edge[T]]
    page_info: PageInfo
    count: Callable[[], Awaitable[int]] | None = None

    @property
    def nodes(self) -> list[T]:
        return [edge.node for edge in self.edges]

    def each(self, shape: Callable[[T], S]) -> "Page[S]":
        """The same page of what `shape` makes of its entries."""
        return Page([Edge(edge.cursor, shape(edge.node)) for edge in self.edges], self.page_info, self.count)


async def paginate(rows: QuerySet[R], sort: Sort, args: PageArgs) -> Page[R]:
    """One statement. Raises ValidationError for a size or cursor that cannot be used."""
    size, order = args.size, sort.reversed() if args.is_backward else sort
    keyed = rows.annotate(sort_key=sort.key)
    wanted = keyed
    for name, cursor, beyond in (("after", args.after, sort), ("before", args.before, sort.reversed())):
        if cursor is not None:
            wanted = wanted.filter(_beyond(beyond, *_decode(cursor, name, sort)))
    found = await wanted.order_by(
        f"{'-' if order.descending else ''}sort_key", f"{'-' if order.id_descending else ''}id"
    ).limit(size + 1)
    return page_of(found, args, lambda row: row.sort_key, rows.count)  # type: ignore[attr-defined]


def page_of(
    found: Sequence[R], args: PageArgs, key: Callable[[R], Any], count: Callable[[], Awaitable[int]]
) -> Page[R]:
    """The page in rows that were found for `args` in its direction, one more of them than it holds where there are."""
    page, has_more = list(found[: args.size]), len(found) > args.size
    if args.is_backward:
        page.reverse()
    edges = [Edge(_encode(key(row), row.id), row) for row in page]  # type: ignore[attr-defined]
    info = PageInfo(
        has_next_page=args.before is not None if args.is_backward else has_more,
        has_previous_page=has_more if args.is_backward else args.after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Page(edges, info, count)


def version_in(cursor: str | None) -> int:
    """The stream version in a timeline's cursor; 0 without one. Raises ValidationError."""
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal() or not 0 < len(cursor) <= _VERSION_DIGITS:
        raise ValidationError("This cursor is none of this timeline's.", path=("after",), constraint="cursor")
    return int(cursor)


def key_in(cursor: str | None) -> UUID | None:
    """The key in the cursor of a list that is ordered by its keys. Raises ValidationError."""
    try:
        return None if cursor is None else UUID(cursor)
    except ValueError:
        raise ValidationError("This cursor is none of this list's.", path=("after",), constraint="cursor") from None


def _beyond(sort: Sort, value: Any, key: UUID) -> Q:
    after_value = Q(**{f"sort_key__{'lt' if sort.descending else 'gt'}": value})
    after_id: dict[str, Any] = {f"id__{'lt' if sort.id_descending else 'gt'}": key}
    return after_value | (Q(sort_key=value) & Q(**after_id))


def _encode(value: Any, key: UUID) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([plain, key.hex]).encode()).decode().rstrip("=")


def _decode(cursor: str, name: str, sort: Sort) -> tuple[Any, UUID]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        value, key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        return sort.parse(value), UUID(key)
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error, RecursionError):
        raise ValidationError(
            "This cursor is none of this list's; take it from `pageInfo` or an edge.", path=(name,), constraint="cursor"
        ) from None
