"""Subscribers, without a socket."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

Take = Callable[[], Awaitable[Any]]


@asynccontextmanager
async def taking(stream: AsyncGenerator[Any, None]) -> AsyncIterator[Take]:
    """Hands out what takes the next item, within 5 s."""
    async with aclosing(stream):

        async def take() -> Any:
            async with asyncio.timeout(5):
                return await anext(stream)

        yield take
