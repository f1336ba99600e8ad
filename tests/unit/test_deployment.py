"""There may be no Docker where this runs, so that image and Compose file are held against the code instead."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import asyncpg
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typing_extensions import override

from medianest import __version__
from medianest.cli import main
from medianest.embedded.postgres import _MAJOR
from medianest.http.health import health_routes
from medianest.settings import PREFIX, Settings
from models.database import tortoise_config

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SECRETS = {"MEDIANEST_SECRET_KEY", "POSTGRES_PASSWORD", "MINIO_ROOT_PASSWORD"}
COMPOSE_ONLY = {"MEDIANEST_BIND"}
"""Variables with our prefix that only the Compose file reads."""
OURS = ("migrate", "api", "worker")
DATA = ("postgres", "redis", "minio")

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<colon>:?)(?P<kind>[-?]?)(?P<text>[^}]*)\}")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def interpolate(tree: Any, variables: Mapping[str, str]) -> Any:
    """As `docker compose` does it, for the forms that our file has: in the values, after the YAML was read."""

    def value(match: re.Match[str]) -> str:
        given = variables.get(match["name"])
        if given or (given is not None and not match["colon"]):
            return given
        if match["kind"] == "?":
            raise LookupError(match["name"])
        return match["text"]

    match tree:
        case str():
            return _VARIABLE.sub(value, tree)
        case list():
            return [interpolate(item, variables) for item in tree]
        case dict():
            return {key: interpolate(item, variables) for key, item in tree.items()}
        case _:
            return tree


def compose(**variables: str) -> dict[str, Any]:
    """The services, as they run with example secrets and these variables."""
    secrets = {name: f"{name.lower().replace('_', '')}00000000000000000" for name in SECRETS}
    services: dict[str, Any] = interpolate(yaml.safe_load(read("docker-compose.yml"))["services"], secrets | variables)
    return services


def example_lines() -> dict[str, tuple[str, bool]]:
    """`.env.example`: each variable's value, and whether the line is in force."""
    found = re.findall(r"^(#?)([A-Z][A-Z0-9_]*)=(.*)$", read(".env.example"), re.MULTILINE)
    return {name: (value, not commented) for commented, name, value in found}


def instructions(name: str) -> list[str]:
    """The Dockerfile's, with continued lines joined."""
    joined = read("Dockerfile").replace("\\\n", " ")
    return [line.removeprefix(name).strip() for line in joined.splitlines() if line.strip().startswith(f"{name} ")]


def image_environment() -> dict[str, str]:
    pairs = " ".join(instructions("ENV")).split()
    return dict(pair.split("=", 1) for pair in pairs)


def health_command() -> list[str]:
    (check,) = re.findall(r"^HEALTHCHECK .*\\\n +CMD (\[.*\])$", read("Dockerfile"), re.MULTILINE)
    command: list[str] = json.loads(check)
    return [sys.executable, *command[1:]]


def settings_of(service: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """What the service's process would read, in the image and with its environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name, value in (image_environment() | service["environment"]).items():
        if name.startswith(PREFIX):
            monkeypatch.setenv(name, str(value))
    return Settings()


def knows_setting(variable: str) -> bool:
    return variable.removeprefix(PREFIX).removesuffix("_FILE").lower() in Settings.model_fields


class TestCompose:
    @pytest.mark.parametrize("secret", sorted(SECRETS))
    def test_does_not_start_without_a_secret(self, secret: str) -> None:
        with pytest.raises(LookupError, match=secret):
            compose(**{secret: ""})
        uses = [match for match in _VARIABLE.finditer(read("docker-compose.yml")) if match["name"] == secret]
        assert {match["colon"] + match["kind"] for match in uses} == {":?"}

    def test_no_secret_stands_in_it(self) -> None:
        for line in read("docker-compose.yml").splitlines():
            assert "${" in line or not re.search(r"(PASSWORD|SECRET\w*): ", line), line

    @pytest.mark.parametrize("name", OURS)
    def test_every_variable_is_a_setting(self, name: str) -> None:
        assert [variable for variable in compose()[name]["environment"] if not knows_setting(variable)] == []

    @pytest.mark.parametrize("name", OURS)
    def test_commands_exist_with_their_options(self, name: str) -> None:
        command, *options = compose()[name]["command"]
        known = {option for parameter in main.commands[command].params for option in parameter.opts}
        assert set(options) <= known

    @pytest.mark.parametrize("name", OURS)
    def test_settings_can_be_built(self, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        settings = settings_of(compose()[name], monkeypatch, tmp_path)
        assert not settings.embeds_database
        assert not settings.embeds_redis
        assert (settings.host, settings.log_format) == ("0.0.0.0", "json")  # noqa: S104
        assert settings.library_dir == Path("/library")
        assert (settings.public_url, settings.admin_email, settings.graphiql) == (None, None, True)

    def test_without_a_library_downloads_go_to_the_object_store(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        settings = settings_of(compose(MEDIANEST_LIBRARY_DIR="")["api"], monkeypatch, tmp_path)
        assert settings.library_dir is None
        assert settings.s3_endpoint == "http://minio:9000"

    def test_addresses_and_accounts_are_those_of_the_services(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        services = compose(MINIO_ROOT_USER="someone")
        settings = settings_of(services["api"], monkeypatch, tmp_path)
        assert settings.database_url
        assert settings.s3_secret_key
        database = tortoise_config(settings.database_url.get_secret_value())["connections"]["default"]["credentials"]
        postgres, minio = services["postgres"]["environment"], services["minio"]["environment"]
        assert (database["host"], database["port"]) == ("postgres", 5432)
        assert database["user"] == postgres["POSTGRES_USER"]
        assert database["password"] == postgres["POSTGRES_PASSWORD"]
        assert database["database"] == postgres["POSTGRES_DB"]
        assert settings.s3_access_key == minio["MINIO_ROOT_USER"] == "someone"
        assert settings.s3_secret_key.get_secret_value() == minio["MINIO_ROOT_PASSWORD"]

    def test_hosts_in_addresses_are_services(self) -> None:
        services = compose()
        for value in services["api"]["environment"].values():
            for host in re.findall(r"://(?:[^@/]*@)?([a-z]+):\d", str(value)):
                assert host in services

    @pytest.mark.parametrize("name", DATA)
    def test_data_is_published_on_this_machine_only(self, name: str) -> None:
        published = compose(MEDIANEST_BIND="0.0.0.0")[name].get("ports", [])  # noqa: S104
        assert all(port.startswith("127.0.0.1:") for port in published)

    def test_the_api_is_published_on_this_machine_unless_told_otherwise(self) -> None:
        assert compose()["api"]["ports"] == ["127.0.0.1:8000:8000"]
        assert compose(MEDIANEST_BIND="10.0.0.2")["api"]["ports"] == ["10.0.0.2:8000:8000"]
        assert "ports" not in compose()["worker"]

    def test_file_links_lead_where_the_object_store_is_published(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        services = compose()
        public = settings_of(services["api"], monkeypatch, tmp_path).s3_public_endpoint
        assert public
        assert f"{public.removeprefix('http://')}:9000" in services["minio"]["ports"]

    def test_all_wait_for_the_migration_and_for_healthy_servers(self) -> None:
        services = compose()
        assert services["migrate"]["restart"] == "no"
        assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
        for name in ("api", "worker"):
            waits = services[name]["depends_on"]
            assert waits.pop("migrate") == {"condition": "service_completed_successfully"}
            assert waits == {server: {"condition": "service_healthy"} for server in DATA}

    @pytest.mark.parametrize("name", ["api", "worker", *DATA])
    def test_what_runs_on_comes_back_and_has_a_health_check(self, name: str) -> None:
        service = compose()[name]
        assert service["restart"] == "unless-stopped"
        if name != "api":  # the image's own
            assert service["healthcheck"]["test"][0] == "CMD"

    def test_api_and_worker_see_the_same_files(self) -> None:
        services = compose(LIBRARY_PATH="/srv/media")
        assert services["api"]["volumes"] == services["worker"]["volumes"] == ["data:/data", "/srv/media:/library"]
        assert image_environment()["MEDIANEST_DATA_DIR"] == "/data"

    def test_api_and_worker_run_as_the_user_asked_for_without_privileges(self) -> None:
        for name in OURS:
            service = compose(PUID="1234", PGID="99")[name]
            assert service["user"] == "1234:99"
            assert service["cap_drop"] == ["ALL"]

    def test_every_named_volume_is_declared(self) -> None:
        used = {volume.split(":")[0] for service in compose().values() for volume in service.get("volumes", [])}
        assert {name for name in used if name.isalpha()} == set(yaml.safe_load(read("docker-compose.yml"))["volumes"])

    def test_postgres_is_as_new_as_the_embedded_one_and_keeps_its_data(self) -> None:
        postgres = compose()["postgres"]
        major = int(postgres["image"].partition(":")[2])
        assert major == int(_MAJOR)
        # the images' volume moved up by one folder with version 18
        expected = "/var/lib/postgresql" if major >= 18 else "/var/lib/postgresql/data"
        assert postgres["volumes"] == [f"postgres:{expected}"]

    def test_redis_never_evicts(self) -> None:
        command = compose()["redis"]["command"]
        assert command[command.index("--maxmemory-policy") + 1] == "noeviction"

    def test_stopping_the_api_gives_requests_their_time(self) -> None:
        assert int(compose()["api"]["stop_grace_period"].removesuffix("s")) > 20


class TestEnvExample:
    def test_has_exactly_the_variables_of_the_compose_file(self) -> None:
        used = {match["name"] for match in _VARIABLE.finditer(read("docker-compose.yml"))}
        assert set(example_lines()) == used

    def test_only_the_secrets_wait_to_be_filled_in(self) -> None:
        assert {name for name, (_, in_force) in example_lines().items() if in_force} == SECRETS
        assert all(example_lines()[name][0] == "" for name in SECRETS)

    def test_variables_with_our_prefix_are_settings(self) -> None:
        ours = {name for name in example_lines() if name.startswith(PREFIX)}
        assert {name for name in ours if not knows_setting(name)} == COMPOSE_ONLY

    def test_the_defaults_it_shows_are_the_defaults(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        shown = compose(**{name: value for name, (value, in_force) in example_lines().items() if not in_force})
        plain = compose()
        assert settings_of(shown["api"], monkeypatch, tmp_path) == settings_of(plain["api"], monkeypatch, tmp_path)
        for service in (*shown.values(), *plain.values()):
            service.pop("environment", None)
        assert shown == plain


class TestImage:
    def test_its_variables_are_settings(self) -> None:
        ours = [name for name in image_environment() if name.startswith(PREFIX)]
        assert ours
        assert [name for name in ours if not knows_setting(name)] == []

    def test_has_the_version_of_the_code(self) -> None:
        assert compose()["api"]["image"] == f"medianest:{__version__}"

    def test_port_is_the_one_that_compose_publishes(self) -> None:
        (exposed,) = instructions("EXPOSE")
        assert image_environment()["MEDIANEST_PORT"] == exposed
        assert compose()["api"]["ports"][0].endswith(f":{exposed}")

    def test_entry_point_and_command_exist(self) -> None:
        (entry,), (command,) = (json.loads(instructions(name)[-1]) for name in ("ENTRYPOINT", "CMD"))
        assert entry in PROJECT["scripts"]
        assert command in main.commands

    def test_does_not_run_as_root(self) -> None:
        assert instructions("USER") == ["1000:1000"]

    def test_is_built_for_a_python_that_we_support(self) -> None:
        (minor,) = {int(number) for number in re.findall(r"FROM python:3\.(\d+)-slim", read("Dockerfile"))}
        assert minor >= int(PROJECT["requires-python"].removeprefix(">=3."))

    def test_what_it_copies_is_there_and_let_in(self) -> None:
        for instruction in instructions("COPY"):
            *sources, _ = instruction.split()
            if not sources[0].startswith("--from"):
                assert all((ROOT / source).exists() for source in sources)
                assert set(sources) - {"."} <= let_in()

    def test_lets_in_what_the_wheel_is_built_from_and_nothing_else(self) -> None:
        tool = tomllib.loads(read("pyproject.toml"))["tool"]
        packages = tool["hatch"]["build"]["targets"]["wheel"]["packages"]
        files = {"pyproject.toml", "requirements-prod.lock", PROJECT["readme"], *PROJECT["license-files"]}
        assert let_in() == {*packages, *files}
        assert all((ROOT / name).exists() for name in let_in())

    def test_health_check_asks_a_route_that_exists(self, front: tuple[int, list[str]]) -> None:
        port, asked = front
        assert run(health_command(), MEDIANEST_PORT=str(port), MEDIANEST_BASE_PATH="/tv") == 0
        assert asked == ["/tv/health/live"]
        assert "/health/live" in {route.path for route in health_routes({})}

    def test_health_check_fails_when_nobody_answers(self) -> None:
        assert run(health_command(), MEDIANEST_PORT="1") != 0


class TestWorkerHealthCheck:
    async def test_fails_until_a_heart_beats(self, database_url: str) -> None:
        assert self.check(database_url) != 0
        await self.beat(database_url, "now()")
        assert self.check(database_url) == 0

    async def test_fails_when_the_last_beat_is_old(self, database_url: str) -> None:
        await self.beat(database_url, "now() - interval '1 minute'")
        assert self.check(database_url) != 0

    @staticmethod
    def check(database_url: str) -> int:
        _, _, *command = compose()["worker"]["healthcheck"]["test"]
        return run([sys.executable, *command], MEDIANEST_DATABASE_URL=database_url, MEDIANEST_SECRET_KEY="k" * 32)

    @staticmethod
    async def beat(database_url: str, at: str) -> None:
        connection = await asyncpg.connect(database_url)
        await connection.execute(f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES ({at})")
        await connection.close()


class TestLocks:
    FILES: Mapping[str, tuple[str, ...]] = {
        "requirements.lock": ("embedded",),
        "requirements-dev.lock": ("embedded", "dev"),
        "requirements-prod.lock": (),
    }

    @pytest.mark.parametrize("lock", FILES)
    def test_has_every_dependency_in_a_fitting_version(self, lock: str) -> None:
        extras = [line for extra in self.FILES[lock] for line in PROJECT["optional-dependencies"][extra]]
        missing = [
            line
            for line in [*PROJECT["dependencies"], *extras]
            if not (wanted := Requirement(line)).specifier.contains(pins(lock).get(canonicalize_name(wanted.name), ""))
        ]
        assert missing == [], "make lock"

    @pytest.mark.parametrize("lock", ["requirements-dev.lock", "requirements-prod.lock"])
    def test_versions_are_those_of_the_server(self, lock: str) -> None:
        server = pins("requirements.lock")
        assert {name: version for name, version in pins(lock).items() if server.get(name, version) != version} == {}

    def test_the_image_has_deno_and_no_servers(self) -> None:
        embedded = {canonicalize_name(Requirement(line).name) for line in PROJECT["optional-dependencies"]["embedded"]}
        assert embedded & pins("requirements-prod.lock").keys() == {"deno"}


@cache
def pins(lock: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)", read(lock), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def let_in() -> set[str]:
    """What `.dockerignore` hands to the build: it shuts everything out first."""
    first, *rest = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    assert first == "*"
    return {line.removeprefix("!") for line in rest if line.startswith("!")}


def run(command: list[str], **variables: str) -> int:
    """The exit code, with nobody's settings but these."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return subprocess.run(
        command, check=False, env=environment | variables, cwd=ROOT, capture_output=True, timeout=30
    ).returncode


@pytest.fixture
def front() -> Iterator[tuple[int, list[str]]]:
    """A web server that answers everything: its port, and the paths it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        @override
        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, asked
        server.shutdown()
        thread.join()
