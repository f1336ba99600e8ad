"""What a person may use, and has used."""

from datetime import datetime
from typing import Any

import strawberry

from models import quotas as records
from schema.node import backed_by
from schema.scalars import BigInt


@strawberry.type(
    description="What a person may use of something, and has used, in a window that moves on with time, or at once."
)
@backed_by(records.Quota)
class Quota:
    limit: BigInt | None = strawberry.field(
        description="How much within `windowDays`, or at once; null: as much as they like."
    )
    used: BigInt = strawberry.field(description="How much of what counts is in the window now.")
    remaining: BigInt | None = strawberry.field(description="What is left of `limit`; null: as much as they like.")
    window_days: int | None = strawberry.field(
        description="For how many days a use counts, from its `createdAt` on; null: as long as it is there."
    )
    resets_at: datetime | None = strawberry.field(
        description="When the oldest use stops counting; null without a limit, without a window, and while nothing is "
        "used."
    )


@strawberry.type(description="How a person stands with all their quotas. Who has MANAGE_DOWNLOADS has no limit.")
@backed_by(records.UserQuotas)
class UserQuotas:
    downloads: Quota = strawberry.field(
        description="Downloads asked for. What was cancelled before it began does not count; to retry or resume one is "
        "no new one."
    )
    download_bytes: Quota = strawberry.field(
        description="Bytes of those downloads that are finished, and of the unfinished ones what has arrived."
    )
    storage_bytes: Quota = strawberry.field(
        description="Bytes of the files that are theirs now, however they came, and of unfinished downloads what has "
        "arrived; deleted ones do not count."
    )


def _own(name: str) -> Any:
    def resolve(root: Any) -> Any:
        return root.get(name)

    return resolve


@strawberry.type(description="What is set for one person; null: as the server has it for everybody.")
class QuotaOverrides:
    download_limit: int | None = strawberry.field(
        resolver=_own("download_limit"), description="Downloads in the window; 0: no limit."
    )
    download_days: int | None = strawberry.field(resolver=_own("download_days"), description="Days of the window.")
    download_bytes: BigInt | None = strawberry.field(
        resolver=_own("download_bytes"), description="Bytes in the window; 0: no limit."
    )
    storage_bytes: BigInt | None = strawberry.field(
        resolver=_own("storage_bytes"), description="Bytes of all their files together; 0: no limit."
    )


@strawberry.input(
    description="What to set for one person. What is left out stays; null: as the server has it for everybody."
)
class QuotaOverridesInput:
    download_limit: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Downloads in the window; 0: no limit. To allow none take DOWNLOAD_CREATE away.",
    )
    download_days: int | None = strawberry.field(default=strawberry.UNSET, description="Days of the window, 1 to 366.")
    download_bytes: BigInt | None = strawberry.field(
        default=strawberry.UNSET, description="Bytes in the window; 0: no limit."
    )
    storage_bytes: BigInt | None = strawberry.field(
        default=strawberry.UNSET, description="Bytes of all their files together; 0: no limit."
    )

    def to_changes(self) -> dict[str, int | None]:
        return {name: value for name, value in vars(self).items() if value is not strawberry.UNSET}
