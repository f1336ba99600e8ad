"""Bytes as they come, in blocks that are worth a write."""

from collections.abc import AsyncIterator


async def blocks(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """All of `size` but the last. A chunk that is a block already is not copied."""
    waiting: list[bytes] = []
    length = 0
    async for chunk in chunks:
        waiting.append(chunk)
        length += len(chunk)
        if length < size:
            continue
        whole, rest = b"".join(waiting), length % size
        for start in range(0, length - rest, size):
            yield whole[start : start + size]
        waiting, length = [whole[length - rest :]], rest
    if length:
        yield b"".join(waiting)
