"""What `make` says on a machine that lacks something."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [("ensurepip", "install the package python3-venv"), ("version_info", "Python 3.11 or newer")],
)
class TestInstall:
    def test_what_is_missing_is_one_sentence(self, tmp_path: Path, lacking: str, sentence: str) -> None:
        for name in ("Makefile", "pyproject.toml", "requirements.lock"):
            shutil.copy(ROOT / name, tmp_path)
        python = tmp_path / "python"
        python.write_text(f'#!/bin/sh\ncase "$2" in *{lacking}*) exit 1;; esac\n')
        python.chmod(0o755)
        result = subprocess.run(
            ["make", "install", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert result.returncode != 0
        assert sentence in result.stdout
        assert "Traceback" not in result.stdout + result.stderr
        assert not (tmp_path / ".venv").exists()
