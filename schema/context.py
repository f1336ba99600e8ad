"""What every resolver finds in `info.context`: one Context for each operation, on websockets too."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

import strawberry

from dataloaders.loaders import Loaders
from models.actor import Actor
from models.rates import Allowance
from services.auth import Device
from services.registry import Services


@dataclass(slots=True)
class Context:
    """`stream_position` is where the event log stood before anything of this operation was read.

    `caller` is asked for by `actor`, which takes note: what never asked is the same for everybody. `proven` are people
    who logged in within this operation: they see what is theirs in its answer.
    """

    caller: Actor
    services: Services
    device: Device
    allowance: Allowance
    correlation_id: str
    stream_position: int
    make_loaders: Callable[[], Loaders]
    loaders: Loaders
    proven: set[UUID] = field(default_factory=set)
    is_personal: bool = False

    @property
    def actor(self) -> Actor:
        """Who asks."""
        self.is_personal = True
        return self.caller

    def for_event(self) -> Self:
        known = (self.caller, self.services, self.device, self.allowance, self.correlation_id, self.stream_position)
        return type(self)(*known, self.make_loaders, self.make_loaders(), self.proven)


Info = strawberry.Info[Context, None]
