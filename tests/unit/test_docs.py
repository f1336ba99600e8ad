"""What the documents say exists."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import Source, parse, validate

from medianest.api import graphql_schema
from medianest.cli import main
from medianest.settings import PREFIX, Settings, describe, load_settings

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
DOCUMENTS = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *DECISIONS,
        ROOT / "web/README.md",
        ROOT / "examples/typescript/README.md",
    ],
    key=lambda path: path.relative_to(ROOT),
)
TABS = sorted((ROOT / "web/src/tabs").glob("*.graphql"))
NOT_SETTINGS = {"MEDIANEST_BIND", "MEDIANEST_SOAK"}
"""Read by the Compose file and by the tests."""

_each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def code_in(text: str) -> str:
    """Everything that is set as code: blocks, indented or fenced, and `spans`."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ {4}.*$", text, re.MULTILINE)
    return "\n".join([*blocks, *indented, *re.findall(r"`([^`\n]+)`", text)])


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def graphql_blocks() -> Iterator[tuple[str, str]]:
    for path in DOCUMENTS:
        for number, block in enumerate(
            re.findall(r"^```graphql\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL), 1
        ):
            yield f"{path.relative_to(ROOT)}:{number}", block
    for path in TABS:
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


class TestDocuments:
    @_each_document
    def test_links_lead_somewhere(self, path: Path) -> None:
        for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            if not link.startswith(("http://", "https://")):
                name, _, anchor = link.partition("#")
                target = (path.parent / name).resolve() if name else path
                assert target.exists(), link
                assert not anchor or anchor in anchors(target), link

    @_each_document
    def test_make_targets_exist(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        named = set(re.findall(r"^\s*(?:[A-Z_]+=\S+ )*make ([a-z]+)\b", code_in(text), re.MULTILINE))
        assert named <= targets()

    @_each_document
    def test_commands_exist_with_their_options(self, path: Path) -> None:
        for command, rest in re.findall(r"\bmedianest ([a-z]+)\b((?: --[a-z-]+)*)", code_in(path.read_text("utf-8"))):
            assert command in main.commands
            known = {option for parameter in main.commands[command].params for option in parameter.opts}
            assert set(rest.split()) <= known

    @_each_document
    def test_settings_exist(self, path: Path) -> None:
        named = set(re.findall(rf"\b{PREFIX}[A-Z0-9_]+\b", path.read_text(encoding="utf-8")))
        settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
        assert named - NOT_SETTINGS <= settings

    @_each_document
    def test_paths_in_code_exist(self, path: Path) -> None:
        tops = "|".join(entry.name for entry in ROOT.iterdir() if entry.is_dir() and not entry.name.startswith("."))
        kept = rf"(?<![\w/.<-])((?:{tops})/[\w./-]+\.(?:py|md|sql|graphql|yml))"
        missing = [name for name in re.findall(kept, code_in(path.read_text("utf-8"))) if not (ROOT / name).exists()]
        assert missing == []


class TestGraphql:
    @pytest.mark.parametrize(("where", "text"), list(graphql_blocks()), ids=lambda value: value[:40].split("\n")[0])
    def test_is_valid(self, where: str, text: str) -> None:
        errors = validate(graphql_schema._schema, parse(Source(text, where)))
        assert [error.message for error in errors] == []

    def test_some_is_there_to_check(self) -> None:
        assert TABS
        assert any(where.startswith("docs/first-ten-minutes.md") for where, _ in graphql_blocks())

    def test_tabs_are_called_as_the_guide_calls_them(self) -> None:
        guide = (ROOT / "docs/first-ten-minutes.md").read_text("utf-8")
        for path in TABS:
            first = re.search(r"^(?:query|mutation|subscription) (\w+)", path.read_text("utf-8"), re.MULTILINE)
            assert first
            assert f"tab, `{first[1]}`" in guide or f"`{first[1]}`. It holds" in guide


class TestSettingsTable:
    ROWS = re.findall(
        rf"^\| `({PREFIX}\w+)` \|\s*(.*?)\s*\| .+ \|$", (ROOT / "docs/operations.md").read_text("utf-8"), re.MULTILINE
    )

    def test_has_every_setting_once_in_their_order(self) -> None:
        assert [name for name, _ in self.ROWS] == [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]

    def test_defaults_are_the_defaults(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)
        for name in [name for name in os.environ if name.startswith(PREFIX)]:
            monkeypatch.delenv(name)
        defaults = {name: value for name, value, _ in describe(load_settings())}
        for name, shown in self.ROWS:
            literal = re.fullmatch(r"`(.*)`", shown)
            assert defaults[name].lower() == (literal[1].lower() if literal else ""), name


class TestDecisions:
    @pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
    def test_is_short_and_has_the_form(self, path: Path) -> None:
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= 60
        assert re.fullmatch(rf"# {int(path.name[:4])}\. .+", lines[0])
        assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]

    def test_numbers_count_up_without_a_gap(self) -> None:
        assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))

    def test_every_one_is_in_the_list_under_its_title(self) -> None:
        listed = re.findall(
            r"^(\d+)\. \[(.+)\]\((decisions/.+)\)$", (ROOT / "docs/architecture.md").read_text("utf-8"), re.MULTILINE
        )
        titled = [
            (
                str(int(path.name[:4])),
                path.read_text("utf-8").splitlines()[0].partition(". ")[2],
                f"decisions/{path.name}",
            )
            for path in DECISIONS
        ]
        assert listed == titled


class TestChangelog:
    def test_knows_this_version(self) -> None:
        version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
        assert version
        assert f"## [{version[1]}] - " in (ROOT / "CHANGELOG.md").read_text("utf-8")


class TestContinuousIntegration:
    """`.ci/run`, with a `make` that only pretends."""

    SUM = "===== 12 passed in 3.45s ====="

    def ci(self, tmp_path: Path, make: str) -> tuple[int, list[str]]:
        (tmp_path / "make").write_text(f"#!/bin/sh\necho make $1\n{make}\n")
        (tmp_path / "make").chmod(0o755)
        environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run([ROOT / ".ci/run"], check=False, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines()

    def test_checks_then_tests_and_ends_with_the_sum(self, tmp_path: Path) -> None:
        assert self.ci(tmp_path, f"echo '{self.SUM}'; echo done") == (
            0,
            ["make check", self.SUM, "done", "make test", self.SUM, "done", self.SUM],
        )

    def test_failing_tests_fail_it_with_the_sum_last(self, tmp_path: Path) -> None:
        code, lines = self.ci(tmp_path, f"[ $1 = check ] || {{ echo '{self.SUM}'; echo Error; exit 2; }}")
        assert code == 2
        assert lines[-1] == self.SUM

    def test_a_failing_check_fails_it_before_the_tests(self, tmp_path: Path) -> None:
        assert self.ci(tmp_path, "exit 3") == (3, ["make check"])

    def test_tests_that_never_ran_fail_it(self, tmp_path: Path) -> None:
        code, _ = self.ci(tmp_path, "[ $1 = check ] || exit 4")
        assert code != 0
