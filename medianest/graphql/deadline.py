"""An answer in time, whatever hangs behind it."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

ANSWER_SECONDS = 4.5


async def in_time(work: Coroutine[Any, Any, T], seconds: float = ANSWER_SECONDS) -> T:
    """What `work` answers. Raises TimeoutError after `seconds`, without waiting for it to end.

    A cancelled query waits for its database like any other: it is left to end by itself.
    """
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not done:
        task.add_done_callback(_forget)
        task.cancel()
        raise TimeoutError
    return task.result()


def _forget(task: "asyncio.Task[Any]") -> None:
    """Nobody waits for it any more, nor for its failure."""
    with suppress(asyncio.CancelledError):
        task.exception()
