"""The home page, at once and live."""

from collections.abc import AsyncGenerator
from typing import Annotated, cast

import strawberry
from strawberry import UNSET

from schema.context import Info
from schema.dashboard import Dashboard, DashboardStreamItem
from schema.inputs import given
from schema.scalars import Cursor


@strawberry.type
class DashboardQueries:
    @strawberry.field(description="Everything a home page needs. Signed-in people.")
    async def dashboard(self, info: Info) -> Dashboard | None:
        info.context.actor.require_user()
        return Dashboard()


@strawberry.type
class DashboardSubscriptions:
    @strawberry.subscription(
        description="Everything that keeps a home page true: downloads, notifications, services, progress, and the "
        "queue at most once a second; with `after` what was missed comes first. Signed-in people."
    )
    def dashboard(
        self,
        info: Info,
        after: Annotated[Cursor | None, strawberry.argument(description="Go on behind this item.")] = UNSET,
        ticks_per_second: Annotated[
            float, strawberry.argument(description="How often progress is sent at most: 0.1 to 10 times a second.")
        ] = 2.0,
    ) -> AsyncGenerator[DashboardStreamItem, None]:
        feed = info.context.services.streams.dashboard(
            info.context.actor, after=given(after), ticks_per_second=ticks_per_second
        )
        return cast("AsyncGenerator[DashboardStreamItem, None]", feed)
