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
        description="For how many days a use counts, from its `createdAt` on, or from when a request was last tried "
        "again; null: as long as it is there."
    )
    resets_at: datetime | None = strawberry.field(
        description="When the oldest use stops counting; null without a limit, without a window, and while nothing is "
        "used."
    )


@strawberry.type(
    description="How a person stands with all their quotas. Who has MANAGE_DOWNLOADS has no limit for downloads and "
    "files, who has MANAGE_REQUESTS none for requests."
)
@backed_by(records.UserQuotas)
class UserQuotas:
    movie: Quota = strawberry.field(
        description="Films asked for. What was declined or cancelled, or failed, does not count."
    )
    tv: Quota = strawberry.field(
        description="Seasons asked for. What was declined or cancelled, or failed, does not count."
    )
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
    movie_limit: int | None = strawberry.field(
        resolver=_own("movie_limit"), description="Films in the window; 0: no limit."
    )
    movie_days: int | None = strawberry.field(resolver=_own("movie_days"), description="Days of the window for films.")
    tv_limit: int | None = strawberry.field(
        resolver=_own("tv_limit"), description="Seasons in the window; 0: no limit."
    )
    tv_days: int | None = strawberry.field(resolver=_own("tv_days"), description="Days of the window for seasons.")
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
    movie_limit: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Films in the window; 0: no limit. To allow none take REQUEST_MOVIE away.",
    )
    movie_days: int | None = strawberry.field(
        default=strawberry.UNSET, description="Days of the window for films, 1 to 366."
    )
    tv_limit: int | None = strawberry.field(
        default=strawberry.UNSET, description="Seasons in the window; 0: no limit. To allow none take REQUEST_TV away."
    )
    tv_days: int | None = strawberry.field(
        default=strawberry.UNSET, description="Days of the window for seasons, 1 to 366."
    )
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
