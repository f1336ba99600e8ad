"""What all subscriptions have in common."""

from datetime import datetime
from typing import Any

import strawberry

from schema import enums
from schema.node import backed_by
from schema.scalars import Cursor
from services import stream_items as streams


def position_of(root: Any) -> Any:
    return root.position


@strawberry.interface(description="Every item that a subscription can be resumed from.")
class StreamEvent:
    cursor: Cursor = strawberry.field(resolver=position_of, description="Pass it as `after` to go on behind this item.")
    at: datetime = strawberry.field(description="When it happened.")


@strawberry.type(description="Items were lost to this client: read everything again, then go on from `cursor`.")
@backed_by(streams.Reset)
class StreamReset(StreamEvent):
    dropped_from: Cursor | None = strawberry.field(description="The first item that was not sent, as far as known.")
    reason: enums.ResetReason = strawberry.field(description="Why.")
