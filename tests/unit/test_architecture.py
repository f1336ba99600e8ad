"""The house stands as it was drawn."""

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.conftest import SERVERS

ROOT = Path(__file__).parents[2]
LEVELS = ("medianest", "resolvers", "schema", "services", "dataloaders", "integrations", "models", "infra")


class TestImports:
    def test_every_contract_is_kept(self) -> None:
        assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0

    @pytest.mark.parametrize("package", LEVELS[1:])
    def test_packages_say_nothing_by_themselves(self, package: str) -> None:
        for init in (ROOT / package).rglob("__init__.py"):
            assert init.read_text(encoding="utf-8") == "", init


class TestGuard:
    def test_a_foreign_package_of_our_name_ends_the_start_with_a_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "schema").mkdir()
        (tmp_path / "schema" / "__init__.py").touch()
        program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import medianest"
        result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
        assert result.returncode == 1
        assert result.stderr.startswith("MediaNest needs its own package `schema`")
        assert "Traceback" not in result.stderr


class TestSupervisor:
    def test_it_starts_without_web_and_orm(self) -> None:
        """What the supervisor imports delays every start."""
        program = "import medianest.cli, medianest.supervisor, medianest.logs, sys; print(*sys.modules)"
        result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
        loaded = set(result.stdout.split())
        assert loaded.isdisjoint(
            {"starlette", "strawberry", "tortoise", "asyncpg", "uvicorn", "procrastinate", "redis"}
        )


class TestServers:
    def test_every_one_stands_for_tests_that_there_are(self) -> None:
        for place in SERVERS:
            path, _, name = place.partition("::")
            assert (ROOT / path).exists(), place
            assert not name or f"class {name}:" in (ROOT / path).read_text(), place


class TestStyle:
    def test_files_stay_small(self) -> None:
        for package in LEVELS:
            for file in (ROOT / package).rglob("*.py"):
                lines = len(file.read_text(encoding="utf-8").splitlines())
                assert lines <= 400, f"{file} has {lines} lines"
