"""What a login page needs to know."""

from datetime import UTC, datetime, timedelta
from typing import Self

import strawberry

from models.rates import Allowance
from schema import enums
from schema.scalars import BigInt


@strawberry.type(description="What a login page needs. Everybody.")
class ServerInfo:
    version: str = strawberry.field(description="The version of MediaNest.")
    setup_required: bool = strawberry.field(description="Whether the first administrator is still to be made.")
    login_providers: list[enums.IdentityProvider] = strawberry.field(description="The ways to log in.")
    upload_max_bytes: BigInt = strawberry.field(
        description="How large a file may be that is uploaded; some kinds have less."
    )


@strawberry.type(
    description="What the caller may spend on operations. The budget comes back evenly, all within a minute; each "
    "process of the server counts by itself."
)
class RateLimit:
    limit: int = strawberry.field(description="The whole budget: what one may spend at once, and within a minute.")
    remaining: int = strawberry.field(description="What is left of it after this operation.")
    reset_at: datetime = strawberry.field(description="When the budget is whole again, if nothing more is asked.")
    cost: int = strawberry.field(description="What this operation took.")

    @classmethod
    def of(cls, allowance: Allowance) -> Self:
        return cls(
            limit=allowance.limit,
            remaining=allowance.remaining,
            reset_at=datetime.now(UTC) + timedelta(seconds=allowance.reset_seconds),
            cost=allowance.cost,
        )
