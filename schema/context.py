"""What every resolver finds in `info.context`: one Context for each operation, on websockets too."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import strawberry

from dataloaders.loaders import Loaders
from models.actor import Actor
from services.auth import Device
from services.registry import Services


@dataclass(frozen=True, slots=True)
class Context:
    """`stream_position` is where the event log stood before anything of this operation was read."""

    actor: Actor
    services: Services
    device: Device
    correlation_id: str
    stream_position: int
    make_loaders: Callable[[], Loaders]
    loaders: Loaders

    def for_event(self) -> Self:
        return replace(self, loaders=self.make_loaders())


Info = strawberry.Info[Context, None]
