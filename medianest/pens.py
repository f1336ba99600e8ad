"""How ready frames are written to thousands of connections."""

import asyncio


class Outbox:
    """Frames of all connections, written in one go when whatever runs now is done, and before whatever it wakes.

    Each write for itself would wake its reader, who wakes up slowly and is soon asleep again.
    """

    def __init__(self) -> None:
        self._frames: list[tuple[Pen, bytes]] = []

    def add(self, pen: "Pen", frame: bytes) -> None:
        if not self._frames:
            asyncio.get_running_loop().call_soon(self._write_all)
        self._frames.append((pen, frame))

    def _write_all(self) -> None:
        frames, self._frames = self._frames, []
        for pen, frame in frames:
            if not pen.is_closed and not pen.transport.is_closing():
                pen.transport.write(frame)


class Pen:
    """What writes to one connection. It is apart from it because it is small: thousands are taken up for one event, and
    most of the time is spent on fetching them from memory.
    """

    __slots__ = ("_outbox", "is_blocked", "is_closed", "transport")

    transport: asyncio.Transport

    def __init__(self, outbox: Outbox) -> None:
        self.is_blocked = False
        self.is_closed = False
        self._outbox = outbox

    def write(self, frame: bytes) -> bool:
        """Without waiting, or not at all; bytes it takes may still be on their way."""
        if self.is_blocked:
            return False
        self._outbox.add(self, frame)
        return True
