"""Downloads by yt-dlp, each in a child process of its own that ends with us, with its caller or when it stalls."""

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from contextlib import suppress
from pathlib import Path

import structlog

from infra.http.egress import EgressPolicy, ForbiddenAddressError, NotAnUrlError
from infra.processes import terminate_group
from integrations.youtube.base import (
    FailureCode,
    FetchedFile,
    FetchError,
    FetchOrder,
    FetchProgress,
    MediaInfo,
    OnInfo,
    OnProgress,
)
from integrations.youtube.errors import failure
from integrations.youtube.wire import Task, decode_message, encode_task

MAX_LINE_BYTES = 64 * 1024
LOG_TAIL_LINES = 40

log = structlog.get_logger(__name__)


def find_ffmpeg() -> str | None:
    """The machine's own, else the one out of the wheel `imageio-ffmpeg`; None when there is neither."""
    if installed := shutil.which("ffmpeg"):
        return installed
    with suppress(ImportError, RuntimeError):
        import imageio_ffmpeg  # noqa: PLC0415  # an optional package

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    return None


class YtDlpDownloader:
    """`stall_seconds`: a child that neither says nor writes anything for so long is given up."""

    def __init__(self, ffmpeg: str | None = None, *, stall_seconds: float = 120.0, grace_seconds: float = 3.0) -> None:
        self._ffmpeg = ffmpeg or find_ffmpeg()
        self._stall_seconds = stall_seconds
        self._grace_seconds = grace_seconds

    async def fetch(self, order: FetchOrder, on_info: OnInfo, on_progress: OnProgress) -> list[FetchedFile]:
        try:
            EgressPolicy(order.allow).check_url(order.url)
        except NotAnUrlError as error:
            raise failure(FailureCode.UNSUPPORTED, str(error)) from None
        except ForbiddenAddressError as error:
            raise failure(FailureCode.FORBIDDEN_ADDRESS, str(error)) from None
        order.directory.mkdir(parents=True, exist_ok=True)
        process = await _start(order.directory)
        tail: deque[str] = deque(maxlen=LOG_TAIL_LINES)
        logs = asyncio.create_task(_collect(process, tail))
        try:
            await _hand_over(process, Task(order, self._ffmpeg, os.getpid()))
            return await self._follow(process, order.directory, on_info, on_progress)
        except FetchError as error:
            await terminate_group(process, self._grace_seconds)
            await asyncio.wait([logs], timeout=1)
            log.warning("download.child_failed", code=error.code, message=error.message, stderr="\n".join(tail))
            raise
        finally:
            await terminate_group(process, self._grace_seconds)
            logs.cancel()

    async def _follow(
        self, process: Process, directory: Path, on_info: OnInfo, on_progress: OnProgress
    ) -> list[FetchedFile]:
        while line := await self._line(process, directory):
            match decode_message(line, directory):
                case MediaInfo() as info:
                    await on_info(info)
                case FetchProgress() as progress:
                    await on_progress(progress)
                case FetchError() as error:
                    raise error
                case list() as files:
                    return files
        raise failure(FailureCode.INTERNAL, "The download process ended without a result.")

    async def _line(self, process: Process, directory: Path) -> bytes:
        """The next line, empty at the end. Raises TIMEOUT when the child stalls: ffmpeg is silent, but it writes."""
        assert process.stdout is not None  # noqa: S101  # it was started with a pipe
        while True:
            before = _traces(directory)
            try:
                async with asyncio.timeout(self._stall_seconds):
                    return await process.stdout.readline()
            except ValueError:  # longer than any message of ours
                continue
            except TimeoutError:
                if _traces(directory) == before:
                    raise failure(FailureCode.TIMEOUT, "The download made no progress any more.") from None


async def _start(directory: Path) -> Process:
    environment = {
        "PATH": os.pathsep.join(os.get_exec_path()),
        "HOME": str(directory),
        "TMPDIR": str(directory),
        "LANG": "C.UTF-8",
        "YTDLP_NO_PLUGINS": "1",
    }
    # isolated (-I), so that no file in the folder and no variable can put itself in the place of a module
    command = (sys.executable, "-I", "-m", "integrations.youtube.child")
    return await asyncio.create_subprocess_exec(
        *command, stdin=PIPE, stdout=PIPE, stderr=PIPE,
        cwd=directory, env=environment, start_new_session=True, limit=MAX_LINE_BYTES,
    )  # fmt: skip


async def _hand_over(process: Process, task: Task) -> None:
    assert process.stdin is not None  # noqa: S101  # it was started with a pipe
    with suppress(ConnectionError):  # a child that died at once is noticed by its silence
        process.stdin.write(encode_task(task))
        await process.stdin.drain()
        process.stdin.close()


async def _collect(process: Process, tail: deque[str]) -> None:
    assert process.stderr is not None  # noqa: S101  # it was started with a pipe
    while True:
        with suppress(ValueError):
            line = await process.stderr.readline()
            if not line:
                return
            tail.append(line.decode(errors="replace").rstrip())


def _traces(directory: Path) -> set[tuple[str, int, int]]:
    traces = set()
    for path in directory.iterdir():
        with suppress(FileNotFoundError):
            status = path.stat()
            traces.add((path.name, status.st_size, status.st_mtime_ns))
    return traces
