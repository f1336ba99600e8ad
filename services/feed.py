"""What one subscriber gets, item by item."""

from collections.abc import AsyncGenerator, Callable
from typing import Any, Generic, TypeVar

from typing_extensions import override

T = TypeVar("T")


class Feed(AsyncGenerator[T, None], Generic[T]):
    """Items as its reader asks for them. While the reader waits, whatever was attached gets them at once: of thousands
    who wait for the same event none has to be woken for it.
    """

    def __init__(self, make: Callable[[Callable[[T], bool]], AsyncGenerator[T, None]]) -> None:
        """`make` is given what offers an item to whatever is attached, and says whether it was taken."""
        self._push: Callable[[T], bool] | None = None
        self._items = make(self._offer)

    def attach(self, push: Callable[[T], bool]) -> None:
        self._push = push

    def _offer(self, item: T) -> bool:
        return self._push is not None and self._push(item)

    @override
    async def asend(self, value: None) -> T:
        return await self._items.asend(value)

    @override
    async def athrow(self, *failure: Any) -> T:
        return await self._items.athrow(*failure)

    @override
    async def aclose(self) -> None:
        await self._items.aclose()
