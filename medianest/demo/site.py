"""A small video site on the loopback: what the demo, the tests and the benchmarks download from."""

import asyncio
import hashlib
import json
import shlex
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send
from typing_extensions import override
from uvicorn import Config, Server

TITLE = "Harbour at dawn"
SECONDS = 6
HUGE_BYTES = 100 * 1024**3
METADATA_URL = "http://169.254.169.254/latest/meta-data/"  # where clouds keep their secrets

_PICTURE = ("-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=24:duration={SECONDS}")
_SOUND = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}")
_CODECS = shlex.split("-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 24 -c:a aac -b:a 96k")
_HLS = shlex.split("-f hls -hls_time 1 -hls_playlist_type vod -hls_segment_filename v%v_%03d.ts")
_SPLIT = "[0:v]split=3[a][b][c];[a]scale=-2:144[small];[b]scale=-2:240[middle];[c]copy[large]"
_MAPS = shlex.split("-map [small] -map [middle] -map [large] -map 1:a -b:v:0 200k -b:v:1 500k -b:v:2 1500k")

MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="English",LANGUAGE="en",DEFAULT=YES,URI="v3.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="English",LANGUAGE="en",URI="en.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="Deutsch",LANGUAGE="de",URI="de.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=300000,RESOLUTION=256x144,CODECS="avc1.42c00d,mp4a.40.2",AUDIO="sound",SUBTITLES="text"
v0.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=700000,RESOLUTION=426x240,CODECS="avc1.42c015,mp4a.40.2",AUDIO="sound",SUBTITLES="text"
v1.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1900000,RESOLUTION=640x360,CODECS="avc1.42c01e,mp4a.40.2",AUDIO="sound",SUBTITLES="text"
v2.m3u8
"""
LIST = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n{pieces}#EXT-X-ENDLIST\n"
# Streams that must not become files: one with a piece missing, one that only ffmpeg by itself could open.
BROKEN_LISTS = {
    "holed": "#EXTINF:1,\n{media}/v0_000.ts\n#EXTINF:1,\n{media}/gone.ts\n",
    "sealed": '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="{media}/key"\n#EXTINF:1,\n{media}/v0_000.ts\n',
}
SUBTITLES = {"en": "The harbour wakes up.", "de": "Der Hafen erwacht."}


@dataclass(frozen=True, slots=True)
class Served:
    path: str
    range: str | None


class DemoSite:
    """`async with DemoSite(folder, ffmpeg) as site:` serves at `site.url`; the media are made once a folder.

    `bytes_per_second` slows every answer down, each connection for itself; it may be changed at any time.
    """

    def __init__(self, media: Path, ffmpeg: str, *, bytes_per_second: int | None = None) -> None:
        self.bytes_per_second = bytes_per_second
        self.requests: list[Served] = []
        self.url = ""
        self._media = media
        self._ffmpeg = ffmpeg
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(make_media, self._media, self._ffmpeg)
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = Config(
            self._app(), lifespan="off", ws="none", log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
        self._server = _QuietServer(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        self._server.should_exit = True
        await self._serving

    @property
    def mp4_url(self) -> str:
        return f"{self.url}/media/demo.mp4"

    @property
    def page_url(self) -> str:
        """A page about a video in three sizes with subtitles (HLS)."""
        return f"{self.url}/watch"

    @property
    def mp4_sha256(self) -> str:
        return hashlib.sha256((self._media / "demo.mp4").read_bytes()).hexdigest()

    def _app(self) -> "_Throttled":
        routes = [
            Mount("/media", StaticFiles(directory=self._media)),
            Route("/watch", self._watch),
            Route("/clip", self._clip),
            Route("/article", self._article),
            Route("/feed.rss", self._feed),
            Route("/broken/{name}.m3u8", self._broken),
            Route("/redirect", self._redirect),
            Route("/status/{code:int}", self._status),
            Route("/hang", self._hang),
            Route("/endless.mp4", self._endless),
            Route("/huge.mp4", self._huge),
        ]
        return _Throttled(self, Starlette(routes=routes))

    async def _watch(self, _: Request) -> Response:
        facts = {
            "@context": "https://schema.org",
            "@type": "VideoObject",
            "name": TITLE,
            "description": "Boats leave while the sun comes up.",
            "author": {"@type": "Person", "name": "Ada Lindgren"},
            "thumbnailUrl": f"{self.url}/media/poster.jpg",
            "duration": f"PT{SECONDS}S",
            "uploadDate": "2026-11-20",
            "contentUrl": f"{self.url}/media/master.m3u8",
        }
        return _page(f'<script type="application/ld+json">{json.dumps(facts)}</script>')

    async def _clip(self, _: Request) -> Response:
        return _page(f'<meta property="og:title" content="{TITLE}"><meta property="og:video" content="{self.mp4_url}">')

    async def _article(self, _: Request) -> Response:
        return _page("<p>Nothing but text.</p>")

    async def _feed(self, _: Request) -> Response:
        items = "".join(
            f'<item><title>Part {number}</title><enclosure url="{self.mp4_url}?{number}" type="video/mp4"/></item>'
            for number in (1, 2)
        )
        feed = f'<rss version="2.0"><channel><title>{TITLE}</title>{items}</channel></rss>'
        return Response(f'<?xml version="1.0" encoding="UTF-8"?>{feed}', media_type="application/rss+xml")

    async def _broken(self, request: Request) -> Response:
        pieces = BROKEN_LISTS[request.path_params["name"]].format(media=f"{self.url}/media")
        return Response(LIST.format(pieces=pieces), media_type="application/vnd.apple.mpegurl")

    async def _redirect(self, request: Request) -> Response:
        return RedirectResponse(request.query_params.get("to", METADATA_URL), status_code=302)

    async def _status(self, request: Request) -> Response:
        code = request.path_params["code"]
        return PlainTextResponse(f"status {code}", status_code=code)

    async def _hang(self, _: Request) -> Response:
        await self._closing.wait()
        return PlainTextResponse("too late")

    async def _endless(self, _: Request) -> Response:
        return StreamingResponse(self._zeros(), media_type="video/mp4")

    async def _huge(self, _: Request) -> Response:
        return StreamingResponse(self._zeros(), media_type="video/mp4", headers={"Content-Length": str(HUGE_BYTES)})

    async def _zeros(self) -> AsyncIterator[bytes]:
        while not self._closing.is_set():
            yield bytes(16 * 1024)
            await asyncio.sleep(0.001)

    async def pace(self, size: int) -> None:
        """Wait as long as `size` bytes take."""
        if self.bytes_per_second:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), size / self.bytes_per_second)


class _Throttled:
    """Notes every request and lets bodies through at the speed of the site."""

    def __init__(self, site: DemoSite, app: Starlette) -> None:
        self._site = site
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._site.requests.append(Served(scope["path"], Headers(scope=scope).get("range")))

        async def slowly(message: Message) -> None:
            body = message.get("body", b"")
            step = max((self._site.bytes_per_second or len(body)) // 20, 1024)
            while len(body) > step:
                await send({**message, "body": body[:step], "more_body": True})
                await self._site.pace(step)
                body = body[step:]
            await send({**message, "body": body} if body else message)
            await self._site.pace(len(body))

        await self._app(scope, receive, slowly)


class _QuietServer(Server):
    """Leaves the signals to the program around it."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _page(head: str) -> HTMLResponse:
    return HTMLResponse(f"<!doctype html><html><head><title>{TITLE}</title>{head}</head><body></body></html>")


def make_media(folder: Path, ffmpeg: str) -> None:
    """Fills `folder` in a second, unless it is there: whoever makes it first wins, all others find it complete."""
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        draft = Path(scratch) / "media"
        draft.mkdir()
        _encode(draft, ffmpeg)
        with suppress(OSError):
            draft.rename(folder)


def _encode(folder: Path, ffmpeg: str) -> None:
    def run(*arguments: str) -> None:
        command = [ffmpeg, "-hide_banner", "-loglevel", "error", *arguments]
        subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL)  # noqa: S603

    run(*_PICTURE, *_SOUND, *_CODECS, "-b:v", "3M", "-movflags", "+faststart", "demo.mp4")
    run("-i", "demo.mp4", "-frames:v", "1", "poster.jpg")
    streams = " ".join([*(f"v:{number},agroup:sound" for number in range(3)), "a:0,agroup:sound"])
    run(*_PICTURE, *_SOUND, "-filter_complex", _SPLIT, *_MAPS, *_CODECS, *_HLS, "-var_stream_map", streams, "v%v.m3u8")
    (folder / "master.m3u8").write_text(MASTER, encoding="utf-8")
    for language, text in SUBTITLES.items():
        pieces = f"#EXTINF:6,\n{language}.vtt\n"
        (folder / f"{language}.m3u8").write_text(LIST.format(pieces=pieces), encoding="utf-8")
        cue = f"WEBVTT\n\n00:00:00.000 --> 00:00:05.000\n{text}\n"
        (folder / f"{language}.vtt").write_text(cue, encoding="utf-8")
