"""yt-dlp itself, in its child process, against the demo site on the loopback."""

import asyncio
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from integrations.youtube.base import (
    FailureCode,
    FetchedFile,
    FetchError,
    FetchOrder,
    FetchProgress,
    FileKind,
    MediaInfo,
    MediaKind,
    Stage,
)
from integrations.youtube.ytdlp import YtDlpDownloader, find_ffmpeg
from medianest.demo.site import TITLE, DemoSite

MEGABYTE = 1_000_000
PARENT = """
import asyncio, sys
from pathlib import Path
from integrations.youtube.base import FetchOrder, MediaKind
from integrations.youtube.ytdlp import YtDlpDownloader

async def info(_): pass
async def progress(report): print(report.stage, flush=True)

url, directory, ffmpeg = sys.argv[1:]
order = FetchOrder(url, MediaKind.AUDIO, Path(directory), 10**9, audio_format="mp3", allow=("127.0.0.1",))
asyncio.run(YtDlpDownloader(ffmpeg).fetch(order, info, progress))
"""


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    found = find_ffmpeg()
    assert found
    return found


@pytest.fixture
async def site(tmp_path_factory: pytest.TempPathFactory, ffmpeg: str) -> AsyncIterator[DemoSite]:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    async with DemoSite(shared / "demo-media", ffmpeg) as site:
        yield site


class Fetch:
    """One order against the site, with what was heard of it."""

    def __init__(self, site: DemoSite, directory: Path) -> None:
        self.site = site
        self.directory = directory
        self.infos: list[MediaInfo] = []
        self.reports: list[FetchProgress] = []

    async def __call__(
        self, path: str, *, downloader: YtDlpDownloader | None = None, **changes: Any
    ) -> list[FetchedFile]:
        order = FetchOrder(
            url=self.site.url + path,
            kind=MediaKind.VIDEO,
            directory=self.directory,
            max_bytes=50 * MEGABYTE,
            allow=("127.0.0.1",),
        )
        order = replace(order, **changes)
        return await (downloader or YtDlpDownloader()).fetch(order, self._on_info, self._on_progress)

    async def failure(self, path: str, **changes: Any) -> FetchError:
        with pytest.raises(FetchError) as raised:
            await self(path, **changes)
        return raised.value

    async def _on_info(self, info: MediaInfo) -> None:
        self.infos.append(info)

    async def _on_progress(self, progress: FetchProgress) -> None:
        self.reports.append(progress)

    @property
    def stages(self) -> list[Stage]:
        return list(dict.fromkeys(report.stage for report in self.reports))

    @property
    def downloaded(self) -> int:
        return self.reports[-1].downloaded_bytes if self.reports else 0


@pytest.fixture
def fetch(site: DemoSite, tmp_path: Path) -> Fetch:
    return Fetch(site, tmp_path / "job")


@pytest.fixture
def fake_ffmpeg(tmp_path: Path, ffmpeg: str) -> Callable[[str], str]:
    """Makes an ffmpeg that knows its version, but does `work` (shell) whenever it is given a file."""

    def make(work: str) -> str:
        program = tmp_path / "bin" / "ffmpeg"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\ncase "$*" in *-bsfs*) ;; *) {work} ;; esac\nexec {ffmpeg} "$@"\n')
        program.chmod(0o755)
        return str(program)

    return make


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _streams(ffmpeg: str, path: Path) -> str:
    """What ffmpeg says about a file."""
    return subprocess.run([ffmpeg, "-hide_banner", "-i", path], capture_output=True, text=True, check=False).stderr


def _children(pid: int) -> list[int]:
    with suppress(FileNotFoundError, ProcessLookupError):
        return [
            int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()
        ]
    return []


def _descendants(pid: int) -> list[int]:
    return [found for child in _children(pid) for found in (child, *_descendants(child))]


def _sleeps(pid: int) -> bool:
    """Whether the fake ffmpeg is at work below `pid`."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return any(Path(f"/proc/{p}/cmdline").read_bytes().startswith(b"sleep") for p in _descendants(pid))
    return False


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _fetchers() -> list[int]:
    """The yt-dlp processes that this one started; it may have started servers for other tests too."""
    ours = {pid: Path(f"/proc/{pid}/cmdline") for pid in _children(os.getpid())}
    return [pid for pid, line in ours.items() if b"integrations.youtube.child" in line.read_bytes()]


def _fetch_processes() -> list[int]:
    return [pid for fetcher in _fetchers() for pid in (fetcher, *_descendants(fetcher))]


def _child() -> int:
    (pid,) = _fetchers()
    return pid


async def _until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.02)


class TestFetch:
    async def test_a_direct_file_arrives_byte_for_byte(self, fetch: Fetch, site: DemoSite) -> None:
        (file,) = await fetch("/media/demo.mp4")
        assert file.kind is FileKind.VIDEO
        assert _sha256(file.path) == site.mp4_sha256

    async def test_a_page_gives_the_best_picture_within_the_height_with_sound_and_subtitles(
        self, fetch: Fetch, ffmpeg: str
    ) -> None:
        video, *others = await fetch("/watch", max_height=300, subtitle_languages=("de", "fr"))
        assert "426x240" in _streams(ffmpeg, video.path)
        assert "Audio: aac" in _streams(ffmpeg, video.path)
        assert [(file.kind, file.language) for file in others] == [
            (FileKind.SUBTITLE, "de"),
            (FileKind.THUMBNAIL, None),
        ]
        assert "Der Hafen erwacht." in others[0].path.read_text()

    async def test_what_the_page_says_is_told_before_the_bytes(self, fetch: Fetch, site: DemoSite) -> None:
        await fetch("/watch", max_height=144)
        (info,) = fetch.infos
        assert (info.title, info.uploader, info.duration_seconds) == (TITLE, "Ada Lindgren", 6)
        assert info.canonical_url == site.page_url
        assert info.thumbnail_url == f"{site.url}/media/poster.jpg"
        assert info.estimated_bytes

    async def test_percent_is_one_figure_over_both_streams_and_the_merge(self, fetch: Fetch, site: DemoSite) -> None:
        site.bytes_per_second = 2 * MEGABYTE
        await fetch("/watch")
        percents = [report.percent for report in fetch.reports]
        assert percents == sorted(percents)
        assert fetch.stages == [Stage.EXTRACTING, Stage.DOWNLOADING, Stage.MERGING]
        assert 95 < percents[-1] < 100
        assert len({percent for percent in percents if 0 < percent < 95}) >= 5
        assert fetch.downloaded == fetch.reports[-1].total_bytes

    async def test_subtitles_can_go_into_the_file(self, fetch: Fetch, ffmpeg: str) -> None:
        files = await fetch(
            "/watch", max_height=144, container="mkv", subtitle_languages=("en", "de"), embed_subtitles=True
        )
        assert [file.kind for file in files] == [FileKind.VIDEO, FileKind.THUMBNAIL]
        assert files[0].path.suffix == ".mkv"
        assert len(re.findall(r"Stream .*Subtitle", _streams(ffmpeg, files[0].path))) == 2

    @pytest.mark.parametrize(("audio_format", "codec"), [("mp3", "mp3"), ("opus", "opus"), ("m4a", "aac")])
    async def test_sound_alone(self, fetch: Fetch, ffmpeg: str, audio_format: str, codec: str) -> None:
        file = (await fetch("/watch", kind=MediaKind.AUDIO, audio_format=audio_format))[0]
        assert (file.kind, file.path.suffix) == (FileKind.AUDIO, f".{audio_format}")
        assert f"Audio: {codec}" in _streams(ffmpeg, file.path)
        assert "Video:" not in _streams(ffmpeg, file.path)


class TestGuard:
    async def test_the_loopback_is_closed_unless_allowed(self, fetch: Fetch, site: DemoSite) -> None:
        error = await fetch.failure("/media/demo.mp4", allow=())
        assert (error.code, error.retryable) == (FailureCode.FORBIDDEN_ADDRESS, False)
        assert site.requests == []

    @pytest.mark.parametrize("target", ["http://169.254.169.254/latest", "http://127.0.0.2:{port}/media/demo.mp4"])
    async def test_a_redirect_opens_nothing_more(self, fetch: Fetch, site: DemoSite, target: str) -> None:
        error = await fetch.failure(f"/redirect?to={target.format(port=site.url.rpartition(':')[2])}")
        assert error.code is FailureCode.FORBIDDEN_ADDRESS
        assert {served.path for served in site.requests} == {"/redirect"}

    async def test_an_allowed_name_opens_only_itself(self, fetch: Fetch, site: DemoSite) -> None:
        url = f"{site.url}/redirect?to={site.mp4_url}".replace("127.0.0.1", "localhost", 1)
        error = await fetch.failure("", url=url, allow=("localhost",))
        assert error.code is FailureCode.FORBIDDEN_ADDRESS
        assert {served.path for served in site.requests} == {"/redirect"}

    async def test_an_allowed_name_is_open(self, fetch: Fetch, site: DemoSite) -> None:
        url = site.mp4_url.replace("127.0.0.1", "localhost")
        assert await fetch("", url=url, allow=("localhost",))

    async def test_ffmpeg_never_fetches_by_itself(self, fetch: Fetch, site: DemoSite) -> None:
        error = await fetch.failure("/broken/sealed.m3u8")
        assert error.code is FailureCode.UNSUPPORTED
        assert "/media/key" not in {served.path for served in site.requests}

    @pytest.mark.parametrize(
        "url", ["--exec=touch /tmp/x", "file:///etc/passwd", "data:video/mp4;base64,AA", "ytsearch:a"]
    )
    async def test_only_web_addresses(self, fetch: Fetch, url: str) -> None:
        assert (await fetch.failure("", url=url)).code is FailureCode.UNSUPPORTED
        assert not fetch.directory.exists()

    async def test_files_in_the_folder_cannot_pose_as_modules(self, fetch: Fetch) -> None:
        fetch.directory.mkdir()
        for name in ("json", "integrations", "yt_dlp", "sitecustomize"):
            (fetch.directory / f"{name}.py").write_text("raise SystemExit(f'{__name__} was taken from here')")
        assert await fetch("/media/demo.mp4")


class TestFailures:
    @pytest.mark.parametrize("path", ["/article", "/feed.rss"])
    async def test_pages_without_one_video(self, fetch: Fetch, path: str) -> None:
        error = await fetch.failure(path)
        assert (error.code, error.retryable) == (FailureCode.UNSUPPORTED, False)
        assert error.hint
        assert "one video" in error.hint

    @pytest.mark.parametrize(
        ("status", "code", "retryable"),
        [
            (404, FailureCode.UNAVAILABLE, False),
            (500, FailureCode.NETWORK, True),
            (429, FailureCode.THROTTLED, True),
        ],
    )
    async def test_statuses(self, fetch: Fetch, status: int, code: FailureCode, retryable: bool) -> None:
        error = await fetch.failure(f"/status/{status}")
        assert (error.code, error.retryable) == (code, retryable)

    @pytest.mark.parametrize(
        ("path", "max_bytes"), [("/huge.mp4", MEGABYTE), ("/endless.mp4", MEGABYTE), ("/watch", 100_000)]
    )
    async def test_too_large_leaves_nothing(self, fetch: Fetch, path: str, max_bytes: int) -> None:
        error = await fetch.failure(path, max_bytes=max_bytes)
        assert (error.code, error.retryable) == (FailureCode.TOO_LARGE, False)
        assert list(fetch.directory.iterdir()) == []

    async def test_a_film_with_a_hole_is_a_failure(self, fetch: Fetch) -> None:
        error = await fetch.failure("/broken/holed.m3u8")
        assert (error.code, error.retryable) == (FailureCode.NETWORK, True)

    async def test_a_container_that_the_site_cannot_fill(self, fetch: Fetch) -> None:
        assert (await fetch.failure("/watch", container="webm")).code is FailureCode.NO_FORMAT

    async def test_a_broken_ffmpeg_is_a_conversion_failure(
        self, fetch: Fetch, fake_ffmpeg: Callable[[str], str]
    ) -> None:
        downloader = YtDlpDownloader(fake_ffmpeg("echo broken >&2; exit 1"))
        error = await fetch.failure("/media/demo.mp4", container="mkv", downloader=downloader)
        assert error.code is FailureCode.CONVERSION


class TestInterruption:
    async def test_a_killed_child_is_taken_up_where_it_was(self, fetch: Fetch, site: DemoSite) -> None:
        site.bytes_per_second = 1 * MEGABYTE
        first = asyncio.create_task(fetch.failure("/media/demo.mp4"))
        await _until(lambda: fetch.downloaded > 300_000)
        os.kill(_child(), signal.SIGKILL)
        error = await first
        assert (error.code, error.retryable) == (FailureCode.INTERNAL, True)

        site.bytes_per_second = None
        site.requests.clear()
        (file,) = await fetch("/media/demo.mp4")
        assert _sha256(file.path) == site.mp4_sha256
        starts = [int(served.range[6:].rstrip("-")) for served in site.requests if served.range]
        assert max(starts, default=0) >= 300_000

    async def test_a_cancelled_fetch_leaves_no_process(self, fetch: Fetch, fake_ffmpeg: Callable[[str], str]) -> None:
        downloader = YtDlpDownloader(fake_ffmpeg("exec sleep 600"))
        task = asyncio.create_task(fetch("/media/demo.mp4", kind=MediaKind.AUDIO, downloader=downloader))
        await _until(lambda: _sleeps(os.getpid()))
        processes = _fetch_processes()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await _until(lambda: not any(map(_alive, processes)), seconds=1)

    async def test_ffmpeg_dies_with_a_killed_child(self, fetch: Fetch, fake_ffmpeg: Callable[[str], str]) -> None:
        downloader = YtDlpDownloader(fake_ffmpeg("exec sleep 600"))
        task = asyncio.create_task(fetch.failure("/media/demo.mp4", kind=MediaKind.AUDIO, downloader=downloader))
        await _until(lambda: _sleeps(os.getpid()))
        processes = _fetch_processes()
        os.kill(_child(), signal.SIGKILL)
        await _until(lambda: not any(map(_alive, processes)))
        assert (await task).code is FailureCode.INTERNAL

    async def test_nothing_survives_a_killed_parent(
        self, site: DemoSite, tmp_path: Path, fake_ffmpeg: Callable[[str], str]
    ) -> None:
        arguments = (site.mp4_url, str(tmp_path / "job"), fake_ffmpeg("exec sleep 600"))
        parent = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PARENT, *arguments, stdout=asyncio.subprocess.DEVNULL
        )
        await _until(lambda: _sleeps(parent.pid))
        processes = _descendants(parent.pid)
        parent.kill()
        await parent.wait()
        await _until(lambda: not any(map(_alive, processes)))

    async def test_a_callback_that_raises_ends_the_download(
        self, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def refuse(_: MediaInfo) -> None:
            raise LookupError("not wanted")

        monkeypatch.setattr(fetch, "_on_info", refuse)
        with pytest.raises(LookupError):
            await fetch("/media/demo.mp4")
        assert _fetch_processes() == []

    async def test_a_second_child_stays_out_of_the_folder(self, fetch: Fetch, site: DemoSite) -> None:
        site.bytes_per_second = 100_000
        first = asyncio.create_task(fetch("/media/demo.mp4"))
        await _until(lambda: fetch.downloaded > 0)
        error = await Fetch(site, fetch.directory).failure("/media/demo.mp4")
        assert (error.code, error.retryable) == (FailureCode.INTERNAL, True)
        assert "Another process" in error.message
        site.bytes_per_second = None
        (file,) = await first
        assert _sha256(file.path) == site.mp4_sha256


class TestStall:
    async def test_a_silent_child_is_given_up(self, fetch: Fetch) -> None:
        error = await fetch.failure("/hang", downloader=YtDlpDownloader(stall_seconds=1.5))
        assert (error.code, error.retryable) == (FailureCode.TIMEOUT, True)
        assert _fetch_processes() == []

    async def test_a_stopped_child_is_killed(self, fetch: Fetch, site: DemoSite) -> None:
        site.bytes_per_second = 200_000
        downloader = YtDlpDownloader(stall_seconds=5, grace_seconds=0.1)  # it says nothing while it starts either
        task = asyncio.create_task(fetch.failure("/media/demo.mp4", downloader=downloader))
        await _until(lambda: fetch.downloaded > 0)
        os.kill(_child(), signal.SIGSTOP)
        assert (await task).code is FailureCode.TIMEOUT
        assert _fetch_processes() == []

    async def test_long_work_that_writes_is_no_stall(self, fetch: Fetch, fake_ffmpeg: Callable[[str], str]) -> None:
        program = fake_ffmpeg('for i in 1 2 3 4 5 6; do echo $i >> "$HOME/growing"; sleep 1; done')
        downloader = YtDlpDownloader(program, stall_seconds=5)
        assert await fetch("/media/demo.mp4", container="mkv", downloader=downloader)
