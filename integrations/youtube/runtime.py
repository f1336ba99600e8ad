"""What downloads run on: yt-dlp, and the JavaScript runtime that YouTube needs."""

import asyncio
import os
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from importlib.metadata import version

_START_SECONDS = 2.0
_YTDLP = version("yt-dlp")


@dataclass(frozen=True, slots=True)
class Runtime:
    """`deno` is None where there is none that runs: then YouTube's videos fail, and other sites' do not."""

    ytdlp: str
    deno: str | None


async def find_runtime() -> Runtime:
    """Their versions."""
    return Runtime(_YTDLP, await asyncio.to_thread(_deno_version))


def _find_deno() -> str | None:
    """Where yt-dlp looks: beside our Python, then along the path."""
    places = [sysconfig.get_path("scripts"), *os.get_exec_path()]
    return shutil.which("deno", path=os.pathsep.join(places))


def _deno_version() -> str | None:
    found = _find_deno()
    if found is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603  (a program of our choice)
            [found, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_START_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.decode(errors="replace").removeprefix("deno ").partition(" ")[0]
