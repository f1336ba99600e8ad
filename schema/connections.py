"""Relay connections over models.paging.Page."""

from typing import Annotated, Any, Generic, TypeVar

import strawberry

from models import paging
from schema.inputs import given
from schema.node import backed_by

T = TypeVar("T")

First = Annotated[
    int | None, strawberry.argument(description="How many from the beginning, 1 to 100; 25 when nothing is said.")
]
After = Annotated[str | None, strawberry.argument(description="Only what comes after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the end, 1 to 100, instead of `first`.")]
Before = Annotated[str | None, strawberry.argument(description="Only what comes before this cursor.")]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows.")
    has_previous_page: bool = strawberry.field(description="Whether something comes before.")
    start_cursor: str | None = strawberry.field(description="The first entry's cursor; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The last entry's cursor; null on an empty page.")


@strawberry.type(description="An entry of a list, with its cursor.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="To go on from here: pass it as `after` or `before`.")
    node: T = strawberry.field(description="The entry itself.")


def _total_count(root: Any) -> Any:
    return root.count()


@strawberry.type(description="A page of a list.")
@backed_by(paging.Page)
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The entries of this page, each with its cursor.")
    nodes: list[T] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = strawberry.field(
        resolver=_total_count, description="How many entries the whole list has; costs a count when asked for."
    )


def page_args(first: First, after: After, last: Last = None, before: Before = None) -> paging.PageArgs:
    """Relay's arguments, those left out included."""
    return paging.PageArgs(given(first), given(after), given(last), given(before))
