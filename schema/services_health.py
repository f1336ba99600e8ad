"""The parts of the server, how they are and how they were."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import strawberry

from dataloaders.services_health import History, Uptime
from infra.http.circuit import BreakerState
from models import services_health as rows
from models.actor import Permission
from models.errors import ValidationError
from models.paging import MAX_PAGE
from schema import enums
from schema.context import Info
from schema.errors import Payload
from schema.node import Node, backed_by, node
from schema.streams import StreamEvent, StreamReset
from services import stream_items as streams


def _managed(read: Callable[[rows.Service], Any], description: str) -> Any:
    """Null, without an error, for everybody else."""

    def resolve(root: Any, info: Info) -> Any:
        return read(root) if info.context.actor.may(Permission.MANAGE_SERVICES) else None

    return strawberry.field(resolver=resolve, description=f"{description} MANAGE_SERVICES.")


@strawberry.type(description="Keeps calls away from a service that fails, until it is worth another try.")
@backed_by(BreakerState)
class CircuitBreaker:
    state: enums.BreakerPhase = strawberry.field(description="Whether calls go through.")
    failures: int = strawberry.field(description="How many failed in a row.")
    threshold: int = strawberry.field(description="How many it takes to open it.")
    opened_at: datetime | None = strawberry.field(description="Since when it is not closed.")
    retry_at: datetime | None = strawberry.field(description="When the next call is let through.")


@strawberry.type(description="What was found at a moment; older than two days, what was found within an hour.")
@backed_by(rows.HealthSample)
class HealthSample:
    at: datetime = strawberry.field(description="When; the beginning of the hour for older ones.")
    status: enums.ServiceStatus = strawberry.field(description="What was found.")
    latency_ms: float | None = strawberry.field(description="How long the answer took, in milliseconds.")


def _breaker(root: Any, info: Info) -> Any:
    return info.context.services.services_health.breaker(info.context.actor, root.name)


def _uptime(
    root: Any,
    info: Info,
    window: Annotated[enums.UptimeWindow, strawberry.argument(description="How far to look back.")] = (
        enums.UptimeWindow.DAY
    ),
) -> Any:
    return info.context.loaders.uptimes.load(Uptime(root.id, window))


def _history(
    root: Any, info: Info, last: Annotated[int, strawberry.argument(description="How many, 1 to 100.")] = 90
) -> Any:
    if not 1 <= last <= MAX_PAGE:
        raise ValidationError(f"Ask for 1 to {MAX_PAGE} samples.", path=("last",), constraint="range")
    return info.context.loaders.histories.load(History(root.id, last))


@node(rows.Service, loader="services", description="Something the server needs. Everybody with an account.")
class Service(Node):
    kind: enums.ServiceKind = strawberry.field(description="What it is.")
    name: str = strawberry.field(description="What it is called; no two are called the same.")
    status: enums.ServiceStatus = strawberry.field(
        description="How it is: DOWN after three bad checks in a row, well again after two good ones."
    )
    breaker: CircuitBreaker | None = strawberry.field(
        resolver=_breaker, description="Its circuit breaker; null where there is none. MANAGE_SERVICES."
    )
    latency_ms: float | None = strawberry.field(description="How long the last check took, in milliseconds.")
    message: str | None = _managed(lambda row: row.message, "What the last check has to say.")
    version: str | None = _managed(lambda row: row.version, "What runs there.")
    last_checked_at: datetime | None = strawberry.field(description="When it was checked; null: never yet.")
    uptime: float | None = strawberry.field(
        resolver=_uptime, description="The share of checks that found it working, 0 to 1; null: there were none."
    )
    history: list[HealthSample] = strawberry.field(
        resolver=_history, description="What the last checks found, the oldest first; kept for 35 days."
    )


@strawberry.type(description="A service went down, came back, or is not what it was.")
@backed_by(streams.ServiceChange)
class ServiceChanged(StreamEvent):
    service: Service = strawberry.field(description="The service as it was at this moment.")
    previous_status: enums.ServiceStatus | None = strawberry.field(description="How it was before.")


ServiceStreamItem = Annotated[
    ServiceChanged | StreamReset,
    strawberry.union(name="ServiceStreamItem", description="What the `services` subscription sends."),
]


@strawberry.type(description="The service as it is now, or why nothing was done.")
class ServicePayload(Payload):
    service: Service | None = strawberry.field(default=None, description="The service.")
