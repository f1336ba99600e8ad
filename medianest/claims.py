"""What a server has to itself: its data folder and its port."""

import errno
import fcntl
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from medianest.child import RefusedError

_UNANSWERED_MS = 30_000  # a peer that acknowledges nothing for so long is gone
_BACKLOG = 2048


class BusyError(RefusedError):
    """A server uses the data folder."""


@contextmanager
def locked(data_dir: Path) -> Iterator[Path]:
    """One server a data folder. The kernel gives the lock back, whatever our end. Raises RefusedError, BusyError."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(PermissionError):
            data_dir.chmod(0o700)
        lock = (data_dir / "medianest.lock").open("a+b", buffering=0)
    except OSError as error:
        raise RefusedError(
            f"The data folder {data_dir} cannot be used: {error.strerror}. MEDIANEST_DATA_DIR chooses another one."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise BusyError(
                f"Another MediaNest (process {lock.read().decode()}) uses the data folder {data_dir}: "
                "stop it, or choose another folder with MEDIANEST_DATA_DIR."
            ) from None
        with suppress(OSError):  # on a full disk the lock holds all the same
            lock.truncate(0)
            lock.write(str(os.getpid()).encode())
        yield data_dir


def listening(host: str, port: int) -> socket.socket:
    """Connections wait in it until an API process takes them, also while one restarts."""
    try:
        return _bound_socket(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            problem = "is in use: stop the other program, or choose another port with MEDIANEST_PORT"
        else:
            problem = f"cannot be listened on: {error.strerror}. See MEDIANEST_HOST and MEDIANEST_PORT"
        raise RefusedError(f"Port {port} on {host} {problem}.") from None


def _bound_socket(host: str, port: int) -> socket.socket:
    # with the protocol named asyncio switches Nagle's algorithm off on every connection
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )[0]
    with ExitStack() as on_failure:
        listener = on_failure.enter_context(socket.socket(family, kind, protocol))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if sys.platform == "linux":
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNANSWERED_MS)
        listener.bind(address)
        listener.listen(_BACKLOG)
        on_failure.pop_all()
    return listener
