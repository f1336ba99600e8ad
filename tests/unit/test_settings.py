import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from medianest.cli import main
from medianest.settings import Settings, SettingsError, load_settings
from medianest.wiring.key import signing_key
from models.files import FileKind

KEY = "k" * 32


@pytest.fixture(autouse=True)
def _clean(settings: Settings) -> None:
    """No environment and no `.env` but the test's own."""


class TestLoadSettings:
    def test_defaults_make_a_server_for_this_machine(self) -> None:
        settings = load_settings()
        assert (settings.host, settings.port, settings.external_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
        assert settings.embeds_database
        assert settings.embeds_redis

    def test_environment_beats_file_beats_dotenv(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / ".env").write_text("MEDIANEST_PORT=1\nMEDIANEST_HOST=dotenv\nMEDIANEST_S3_BUCKET=dotenv\n")
        (tmp_path / "secret").write_text("file\n")
        monkeypatch.setenv("MEDIANEST_HOST_FILE", str(tmp_path / "secret"))
        monkeypatch.setenv("MEDIANEST_PORT", "3")
        settings = load_settings()
        assert (settings.port, settings.host, settings.s3_bucket) == (3, "file", "dotenv")

    def test_lists_are_separated_by_commas(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MEDIANEST_OUTGOING_ALLOW", "nas.local, 10.0.0.0/8,")
        assert load_settings().outgoing_allow == ("nas.local", "10.0.0.0/8")

    def test_every_kind_of_file_but_pictures_of_people_may_have_its_days(self, monkeypatch: pytest.MonkeyPatch) -> None:
        named = tuple(f"{kind}=9" for kind in FileKind if kind is not FileKind.AVATAR)
        monkeypatch.setenv("MEDIANEST_FILE_RETENTION", ", ".join(named))
        assert load_settings().file_retention == named

    def test_empty_is_unset(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MEDIANEST_DATABASE_URL", "")
        assert load_settings().embeds_database

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"PORT": "99999"}, "MEDIANEST_PORT"),
            ({"PORT": "http"}, "MEDIANEST_PORT"),
            ({"PUBLIC_URL": "nest.example"}, "MEDIANEST_PUBLIC_URL: must be an absolute http or https address"),
            ({"SECRET_KEY": "short"}, "at least 32 bytes"),
            ({"DATABASE_URL": "postgresql://db/x"}, "secret_key is required with database_url"),
            ({"ADMIN_EMAIL": "a@b.c"}, "belong together"),
            ({"S3_ENDPOINT": "http://minio:9000"}, "s3_access_key"),
            ({"SECRET_KEY_FILE": "/nowhere"}, "MEDIANEST_SECRET_KEY_FILE: cannot read /nowhere"),
            ({"LOG_LEVEL": "loud"}, "MEDIANEST_LOG_LEVEL"),
            ({"RATE_LIMITS": "logout=1/60"}, "MEDIANEST_RATE_LIMITS: must be times/seconds such as login=60/300"),
            ({"RATE_LIMITS": "login=60/300, login=0/60"}, "MEDIANEST_RATE_LIMITS"),
            ({"FILE_RETENTION": "VIDEO=90,AVATAR=1"}, "MEDIANEST_FILE_RETENTION: must be kinds of files and days"),
            ({"FILE_RETENTION": "VIDEO=0"}, "MEDIANEST_FILE_RETENTION"),
        ],
    )
    def test_a_wrong_setting_is_one_sentence(
        self, monkeypatch: pytest.MonkeyPatch, values: dict[str, str], sentence: str
    ) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"MEDIANEST_{name}", value)
        with pytest.raises(SettingsError, match=sentence):
            load_settings()
        result = CliRunner().invoke(main, ["config"])
        assert (result.exit_code, "Traceback" in result.output) == (1, False)

    @pytest.mark.parametrize("given", ["nest", "/nest", "/nest/", "nest/"])
    def test_base_paths_are_tidied(self, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
        monkeypatch.setenv("MEDIANEST_BASE_PATH", given)
        assert load_settings().external_url == "http://127.0.0.1:8000/nest"


class TestConfigCommand:
    def test_shows_values_and_where_they_came_from_but_no_secret(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / ".env").write_text(f"MEDIANEST_SECRET_KEY={KEY}\n")
        monkeypatch.setenv("MEDIANEST_DATABASE_URL", "postgresql://user:hunter2@db/nest")
        output = CliRunner().invoke(main, ["config"]).output
        lines = {line.split()[0]: line.split() for line in output.splitlines()}
        assert lines["MEDIANEST_PORT"][1:] == ["8000", "default"]
        assert lines["MEDIANEST_SECRET_KEY"][1:] == ["(hidden)", ".env"]
        assert lines["MEDIANEST_DATABASE_URL"][1:] == ["(hidden)", "environment"]
        assert KEY not in output
        assert "hunter2" not in output
        assert len(lines) == len(Settings.model_fields)


class TestSigningKey:
    def test_is_made_once_and_kept_private(self, tmp_path: Path) -> None:
        settings = Settings(data_dir=tmp_path / "new" / "data")
        with ThreadPoolExecutor(16) as threads:
            keys = set(threads.map(lambda _: signing_key(settings), range(64)))
        assert len(keys) == 1
        file = settings.data_dir / "secret.key"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [path.name for path in settings.data_dir.iterdir()] == ["secret.key"]

    def test_the_setting_wins(self) -> None:
        assert signing_key(Settings(secret_key=KEY)) == KEY.encode()  # type: ignore[arg-type]
