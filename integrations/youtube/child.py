"""The child process that runs yt-dlp: a task as JSON on stdin, messages as JSON lines on stdout, the rest on stderr.

yt-dlp works on whatever a foreign web site sends, so it runs here, with walls around it, and never inside the server.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from infra.http.egress import EgressPolicy
from infra.processes import die_with_parent
from integrations.youtube.base import FailureCode, FetchedFile, FetchError, FetchProgress, Stage
from integrations.youtube.errors import classify, failure
from integrations.youtube.guards import guard_network, guard_processes
from integrations.youtube.wire import Message, Task, decode_task, encode_message

LOCK_SECONDS = 3.0
_SPACE_TAKERS = {FailureCode.TOO_LARGE, FailureCode.DISK_FULL}


def main() -> None:
    out = _claim_stdout()
    task = decode_task(sys.stdin.buffer.read())
    die_with_parent(signal.SIGKILL, task.parent_pid)

    def tell(message: Message) -> None:
        print(encode_message(message), file=out, flush=True)

    directory = task.order.directory
    try:
        _lock(directory)
        tell(_fetch(task, tell))
    except FetchError as error:
        if error.code in _SPACE_TAKERS:
            _empty(directory)
        tell(error)


def _claim_stdout() -> TextIO:
    """Our own copy of stdout; the standard one leads to stderr, so that nothing but messages reaches the parent."""
    out = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(out, "w", encoding="utf-8")


def _lock(directory: Path) -> None:
    """Keeps a second child out of the folder, for as long as this process lives."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise failure(FailureCode.INTERNAL, "Another process still writes this download.") from None
            time.sleep(0.1)


def _empty(directory: Path) -> None:
    for path in directory.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _fetch(task: Task, tell: Callable[[Message], None]) -> list[FetchedFile]:
    tell(FetchProgress(Stage.EXTRACTING, 0.0, 0, None, None, None))
    guard_network(EgressPolicy(task.order.allow))
    guard_processes()
    from integrations.youtube.one_video import OneVideo  # noqa: PLC0415  # yt-dlp comes after the walls

    try:
        files: list[FetchedFile] = OneVideo(task, tell).fetch()
    except FetchError:
        raise
    except Exception as error:
        traceback.print_exc()
        raise classify(str(error)) from error
    return files


if __name__ == "__main__":
    main()
