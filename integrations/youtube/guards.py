"""Walls around yt-dlp in its own process: which addresses it may connect to and which programs it may start.

They patch the standard library, so they belong into the child process only, before yt-dlp is imported.
"""

import functools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.http.egress import EgressPolicy, ForbiddenAddressError
from infra.processes import die_with_parent

# Anything else that yt-dlp knows how to start (rtmpdump, curl, PhantomJS …) would connect past the guard.
_PROGRAMS = ("ffmpeg", "ffprobe", "deno")
_LOCAL_FILES_ONLY = ["-protocol_whitelist", "file,pipe"]


def guard_network(policy: EgressPolicy) -> None:
    """From now on this process connects only to what `policy` permits, redirects and changing names included."""
    sys.modules["curl_cffi"] = None  # type: ignore[assignment]  # a client in C would not ask us
    permitted: set[str] = set()
    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> list[Any]:
        name = host.decode("ascii") if isinstance(host, bytes) else str(host)
        entries = [entry for entry in look_up(host, *args, **kwargs) if policy.permits(name, str(entry[4][0]))]
        if not entries:
            raise ForbiddenAddressError(name)
        permitted.update(str(entry[4][0]) for entry in entries)
        return entries

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(connect)
        def call(self: socket.socket, address: Any) -> Any:
            if self.family not in {socket.AF_INET, socket.AF_INET6}:
                raise ForbiddenAddressError(str(address))
            if address[0] not in permitted and not policy.permits_address(address[0]):
                raise ForbiddenAddressError(address[0])
            return connect(self, address)

        return call

    socket.getaddrinfo = getaddrinfo
    for method in ("connect", "connect_ex"):
        setattr(socket.socket, method, guarded(getattr(socket.socket, method)))


def guard_processes() -> None:
    """From now on this process starts only known programs; they read local files only and die with it."""
    start = subprocess.Popen.__init__

    @functools.wraps(start)
    def guarded(self: Any, args: Any, *rest: Any, **kwargs: Any) -> None:
        kwargs["preexec_fn"] = functools.partial(die_with_parent, signal.SIGKILL, os.getpid())
        start(self, confined(list(args)), *rest, **kwargs)

    subprocess.Popen.__init__ = guarded  # type: ignore[method-assign]


def confined(command: list[str]) -> list[str]:
    """The command with ffmpeg kept to local files. Raises PermissionError for a program that is not ours."""
    program = Path(command[0]).name
    if not program.startswith(_PROGRAMS):
        raise PermissionError(f"{program} is not among the programs that a download may start.")
    if program.startswith("ffprobe"):
        return [command[0], *_LOCAL_FILES_ONLY, *command[1:]]
    confined: list[str] = []
    for argument in command:
        confined += [*_LOCAL_FILES_ONLY, argument] if argument == "-i" else [argument]
    return confined
