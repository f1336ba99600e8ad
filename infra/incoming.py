"""Bytes that somebody is sending: how slowly they may come."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

SILENT_SECONDS = 30
_GRACE_SECONDS = 60
_LEAST_BYTES_PER_SECOND = 8 * 1024


class TooSlowError(Exception):
    """Nothing came for too long, or too little all in all."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way in, under the name its sender gave it. It can be read once."""

    filename: str
    chunks: AsyncIterator[bytes]


async def steady(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same, as long as they keep coming. Raises TooSlowError."""
    clock = asyncio.get_running_loop().time
    too_slow_at = clock() + _GRACE_SECONDS
    while True:
        try:
            async with asyncio.timeout_at(min(clock() + SILENT_SECONDS, too_slow_at)):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise TooSlowError from None
        too_slow_at += len(chunk) / _LEAST_BYTES_PER_SECOND
        yield chunk
