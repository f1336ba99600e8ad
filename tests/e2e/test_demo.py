import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from tests.e2e.serving import processes_of


class TestDemo:
    async def test_shows_the_job_from_login_to_file_and_leaves_nothing(self, tmp_path: Path) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "medianest", "demo",
            cwd=tmp_path, env=os.environ | {"TMPDIR": str(tmp_path)}, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        out, err = (output.decode() for output in await asyncio.wait_for(process.communicate(), 130))
        assert (process.returncode, err) == (0, ""), err
        for operation in (
            "mutation FirstStart",
            "subscription WatchIt",
            "mutation QueueDownload",
            "query Files",
            "mutation Ask",
        ):
            assert operation in out
        assert out.count("100.0 % COMPLETED") >= 2
        assert "byte for byte, what the site served" in out
        assert "DOWNLOAD_COMPLETED: demo is ready" in out
        assert "Metropolis is AVAILABLE." in out
        assert "REQUEST_AVAILABLE: Metropolis can be watched" in out
        assert not processes_of(tmp_path)
        assert list(tmp_path.iterdir()) == []
