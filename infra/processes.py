"""Child processes that cannot outlive us: the kernel's death signal, process groups, user namespaces."""

import asyncio
import ctypes
import os
import signal
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_libc = ctypes.CDLL(None, use_errno=True)  # loaded here: nothing should be loaded between fork and exec


def die_with_parent(signal_number: int, parent: int) -> None:
    """For `preexec_fn`, as `partial(die_with_parent, signal.SIGKILL, os.getpid())`: the kernel sends the signal.

    Linux only; elsewhere nothing happens. The signal comes when the *thread* that started the child ends, so start
    children from the main thread. A change of user clears it: call this last.
    """
    if sys.platform != "linux":
        return
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0))
    if os.getppid() != parent:
        os._exit(1)  # the parent died before it could be watched


def enter_user_namespace(uid: int, gid: int) -> None:
    """For `preexec_fn`: to itself the process is `uid` from now on; towards files it stays who it was.

    Raises OSError where the kernel or a container forbids it.
    """
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    _check(_libc.unshare(_CLONE_NEWUSER))
    Path("/proc/self/setgroups").write_bytes(b"deny")
    Path("/proc/self/uid_map").write_bytes(f"{uid} {outer_uid} 1".encode())
    Path("/proc/self/gid_map").write_bytes(f"{gid} {outer_gid} 1".encode())


def kill_group(process: Process) -> None:
    """Kill every process of the group that `process` leads or led: it must have been started in one of its own."""
    _signal_group(process, signal.SIGKILL)


async def terminate_group(process: Process, grace_seconds: float) -> int:
    """Ask the group of `process` to end, kill what is left of it after `grace_seconds`; the leader's exit code."""
    try:
        _signal_group(process, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), grace_seconds)
    finally:
        kill_group(process)
    return await process.wait()


def _signal_group(process: Process, signal_number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal_number)


def _check(result: int) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
