"""What downloads run on: yt-dlp, and the JavaScript runtime that YouTube needs."""

import asyncio
import os
import shutil
import sysconfig
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from importlib.metadata import version

from infra.processes import kill_group


@dataclass(frozen=True, slots=True)
class Runtime:
    """`deno` is None where there is none that runs: then YouTube's videos fail, and other sites' do not."""

    ytdlp: str
    deno: str | None


async def find_runtime() -> Runtime:
    return Runtime(version("yt-dlp"), await _deno_version())


def find_deno() -> str | None:
    """Where yt-dlp looks: beside our Python, then along the path."""
    places = [sysconfig.get_path("scripts"), *os.get_exec_path()]
    return shutil.which("deno", path=os.pathsep.join(places))


async def _deno_version() -> str | None:
    found = find_deno()
    if found is None:
        return None
    process = await asyncio.create_subprocess_exec(
        found, "--version", stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
    )
    try:
        output, _ = await process.communicate()
    finally:
        kill_group(process)
    name, _, rest = output.decode(errors="replace").partition(" ")
    return rest.split(maxsplit=1)[0] if name == "deno" and rest else None
