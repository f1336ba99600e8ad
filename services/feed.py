"""What one subscriber gets, item by item."""

from collections.abc import AsyncGenerator, Callable, Hashable
from typing import Any, Generic, Protocol, TypeVar

from typing_extensions import override

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Message(Protocol):
    """An item as it is sent. `is_shared`: it is the same for all of an audience."""

    @property
    def content(self) -> bytes: ...

    @property
    def is_shared(self) -> bool: ...


class Outlet(Protocol[T_contra]):
    """Where the items of a subscriber can go while their reader waits: of thousands who wait for the same event none
    has to be woken for it. Those with equal `audience` would send the same, as far as it depends on what they ask.
    """

    @property
    def audience(self) -> Hashable: ...

    def message(self, item: T_contra) -> Message | None:
        """None: not without waiting."""

    def send(self, content: bytes) -> bool:
        """Whether that could be done without waiting."""


class Feed(AsyncGenerator[T, None], Generic[T]):
    """Items as its reader asks for them, or by the outlet that was attached before they were asked for."""

    def __init__(self, make: Callable[[Outlet[T] | None], AsyncGenerator[T, None]]) -> None:
        self._make = make
        self._items = make(None)

    def attach(self, outlet: Outlet[T]) -> None:
        self._items = self._make(outlet)

    @override
    async def asend(self, value: None) -> T:
        return await self._items.asend(value)

    @override
    async def athrow(self, *failure: Any) -> T:
        return await self._items.athrow(*failure)

    @override
    async def aclose(self) -> None:
        await self._items.aclose()
