"""On a database of one's own; tests/e2e has the embedded one, running and stopped."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner, Result

from medianest.cli import main
from medianest.settings import Settings

PASSWORD = "correct horse battery"


class CommandLine:
    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    def run(self, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["user", *words], input=typed)

    def done(self, *words: str, typed: str = "") -> str:
        result = self.run(*words, typed=typed)
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *words: str, typed: str = "") -> str:
        result = self.run(*words, typed=typed)
        assert result.exit_code == 1, result.output
        return result.output

    def sql(self, query: str) -> list[tuple[object, ...]]:
        async def fetch() -> list[tuple[object, ...]]:
            connection = await asyncpg.connect(self._database_url)
            try:
                return [tuple(row) for row in await connection.fetch(query)]
            finally:
                await connection.close()

        return asyncio.run(fetch())


@pytest.fixture
def line(settings: Settings, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    values = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "SECRET_KEY": "s" * 32}
    for name, value in values.items():
        monkeypatch.setenv(f"MEDIANEST_{name}", value)
    monkeypatch.setattr("medianest.logs.configure_logs", lambda *_: None)  # for the whole process, tests included
    return CommandLine(database_url)


@pytest.fixture
def ada(line: CommandLine) -> CommandLine:
    """There is Ada, an administrator."""
    line.done("create", "ada@example.org", "ada", "--permission", "admin", "--ask-password", typed=f"{PASSWORD}\n")
    return line


class TestCreate:
    def test_with_a_password_and_the_audit_log_says_by_what(self, ada: CommandLine) -> None:
        assert ada.sql("SELECT action, actor_id, correlation_id FROM audit_entries") == [
            ("user.created", None, "medianest user create")
        ]
        ((hashed,),) = ada.sql("SELECT password_hash FROM users")
        assert str(hashed).startswith("$argon2id$")
        listed = ada.done("list", "EXAMPLE")
        assert "ada@example.org" in listed
        assert "ADMIN" in listed
        assert "ada" not in ada.done("list", "somebody else")

    def test_without_one_it_prints_a_link(self, line: CommandLine) -> None:
        assert "/reset-password#" in line.done("create", "bob@example.org", "bob")
        assert line.sql("SELECT password_hash FROM users") == [(None,)]

    def test_a_short_password_makes_nobody(self, line: CommandLine) -> None:
        said = line.refused("create", "bob@example.org", "bob", "--ask-password", typed="short\n")
        assert "10 to 256 characters" in said
        assert line.sql("SELECT count(*) FROM users") == [(0,)]


class TestInvite:
    def test_prints_a_link_that_nobody_in_particular_made(self, line: CommandLine) -> None:
        assert "/invite#" in line.done("invite", "--permission", "DOWNLOAD_CREATE")
        assert line.sql("SELECT permissions, created_by FROM invites") == [(["DOWNLOAD_CREATE"], None)]


class TestResetPassword:
    def test_sets_it_or_prints_a_link(self, ada: CommandLine) -> None:
        before = ada.sql("SELECT password_hash FROM users")
        assert "/reset-password#" in ada.done("reset-password", "ADA")
        assert ada.sql("SELECT password_hash FROM users") == before
        ada.done("reset-password", "Ada@example.org", "--ask-password", typed="another long one\n")
        assert ada.sql("SELECT password_hash FROM users") != before
        assert ada.sql("SELECT count(*) FROM password_resets") == [(0,)]

    def test_of_nobody_is_refused(self, line: CommandLine) -> None:
        assert "nobody called bob" in line.refused("reset-password", "bob")


class TestAccess:
    def test_is_given_and_taken(self, ada: CommandLine) -> None:
        ada.done("create", "bob@example.org", "bob")
        assert "DOWNLOAD_CREATE, REPORT_ISSUES" in ada.done("grant", "bob", "DOWNLOAD_CREATE", "report_issues")
        assert "may do REPORT_ISSUES." in ada.done("revoke", "bob", "DOWNLOAD_CREATE")
        assert "closed" in ada.done("deactivate", "bob")
        assert "closed" in ada.done("list", "bob")
        assert "open" in ada.done("activate", "bob")
        assert "ADMIN" in ada.done("make-admin", "bob")

    def test_the_last_administrator_stays(self, ada: CommandLine) -> None:
        for words in (("revoke", "ada", "ADMIN"), ("deactivate", "ada")):
            assert "last administrator" in ada.refused(*words)
        assert ada.sql("SELECT permissions, is_active FROM users") == [(["ADMIN"], True)]


class TestSessions:
    def test_are_shown_and_ended(self, ada: CommandLine) -> None:
        ada.sql(
            "INSERT INTO sessions (id, user_id, refresh_hash, generation, user_agent, ip, created_at, last_seen_at, "
            "expires_at, ends_at) SELECT gen_random_uuid(), id, 'x', 0, 'okhttp/4', '10.0.0.7', now(), now(), "
            "now() + interval '1 day', now() + interval '1 day' FROM users"
        )
        shown = ada.done("sessions", "ada")
        assert "okhttp" in shown
        assert "10.0.0.7" in shown
        ada.done("logout", "ada")
        assert "okhttp" not in ada.done("sessions", "ada")
        assert ada.sql("SELECT action FROM audit_entries ORDER BY id DESC LIMIT 1") == [("session.ended",)]


class TestWithoutADatabase:
    def test_a_folder_where_nothing_was_started_is_left_alone(
        self, line: CommandLine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(f"MEDIANEST_{name}")
        assert "MEDIANEST_DATA_DIR" in line.refused("list")
        assert not Path("data").exists()

    def test_a_folder_of_somebody_else_is_left_alone(self, line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("DATABASE_URL", "REDIS_URL"):
            monkeypatch.delenv(f"MEDIANEST_{name}")
        for folder in ("postgres", "valkey"):
            Path("data", folder).mkdir(parents=True)
        monkeypatch.setattr("os.geteuid", lambda: 12_345)
        assert "belongs to another user" in line.refused("list")
        assert not list(Path("data").glob("*/*"))
