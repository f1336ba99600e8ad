import asyncio
from typing import cast

from medianest.pens import Outbox, Pen


class Transport:
    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closing = False

    def is_closing(self) -> bool:
        return self.closing

    def write(self, data: bytes) -> None:
        self.written.append(data)


def pen_on(outbox: Outbox) -> tuple[Pen, Transport]:
    pen, transport = Pen(outbox), Transport()
    pen.transport = cast("asyncio.Transport", transport)
    return pen, transport


class TestWrite:
    async def test_together_when_the_present_turn_is_over(self) -> None:
        outbox = Outbox()
        (one, first), (other, second) = pen_on(outbox), pen_on(outbox)
        assert [one.write(b"1"), other.write(b"2"), one.write(b"3")] == [True] * 3
        assert first.written == second.written == []
        await asyncio.sleep(0)
        assert (first.written, second.written) == ([b"1", b"3"], [b"2"])

    async def test_before_whatever_it_wakes(self) -> None:
        pen, transport = pen_on(Outbox())
        pen.write(b"1")
        asyncio.get_running_loop().call_soon(transport.write, b"2")
        pen.write(b"3")
        await asyncio.sleep(0)
        assert transport.written == [b"1", b"3", b"2"]

    async def test_not_to_one_who_does_not_read(self) -> None:
        pen, transport = pen_on(Outbox())
        pen.is_blocked = True
        assert not pen.write(b"1")
        await asyncio.sleep(0)
        assert transport.written == []

    async def test_nothing_follows_a_close(self) -> None:
        outbox = Outbox()
        (closed, first), (gone, second), (other, third) = pen_on(outbox), pen_on(outbox), pen_on(outbox)
        for pen in (closed, gone, other):
            pen.write(b"1")
        closed.is_closed = second.closing = True
        await asyncio.sleep(0)
        assert (first.written, second.written, third.written) == ([], [], [b"1"])
