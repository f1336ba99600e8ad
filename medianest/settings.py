"""The environment, `.env` and secret files as one frozen value. Nothing else in MediaNest reads the environment."""

import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as SourceError
from typing_extensions import override

from models.plex_paths import parse_mapping
from models.rates import parse_rate

PREFIX = "MEDIANEST_"
MIN_SECRET_BYTES = 32
_WEBHOOK_SECRET = re.compile(r"[!-~]{16,256}")


class SettingsError(Exception):
    """A setting that cannot be used; the text is for the person who set it."""


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an absolute http or https address")
    return value.rstrip("/")


def _rate(value: str) -> str:
    parse_rate(value)
    return value


def _base_path(value: str) -> str:
    trimmed = value.strip("/")
    return f"/{trimmed}" if trimmed else ""


def _network(value: str) -> str:
    try:
        return str(ip_network(value, strict=False))
    except ValueError:
        raise ValueError("must be addresses such as 10.0.0.2 and networks such as 10.0.0.0/24") from None


def _mapped_path(value: str) -> str:
    parse_mapping(value)
    return value


def _mail_address(value: str) -> str:
    address = parseaddr(value)[1]
    if "@" not in address or not value.isprintable():
        raise ValueError("must be an address such as nest@example.org or MediaNest <nest@example.org>")
    return value


def _kept_days(value: str) -> str:
    if not re.fullmatch(r"(VIDEO|AUDIO|SUBTITLE|THUMBNAIL|COVER|COOKIES|OTHER)=[1-9]\d{0,4}", value, re.ASCII):
        raise ValueError("must be kinds of files and days such as VIDEO=90,SUBTITLE=90")
    return value


WrittenRate = Annotated[str, AfterValidator(_rate)]
MappedPath = Annotated[str, AfterValidator(_mapped_path)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
BasePath = Annotated[str, AfterValidator(_base_path)]
Network = Annotated[str, AfterValidator(_network)]
MailAddress = Annotated[str, AfterValidator(_mail_address)]
KeptDays = Annotated[str, AfterValidator(_kept_days)]
Port = Annotated[int, Field(ge=0, le=65535)]


class _SecretFiles(EnvSettingsSource):
    """`MEDIANEST_<NAME>_FILE` names a file that holds the value: how Docker and systemd hand secrets over."""

    @override
    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        path = self.env_vars.get(f"{PREFIX}{field_name}_FILE".lower())
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as error:
            raise ValueError(f"{PREFIX}{field_name.upper()}_FILE: cannot read {path}: {error.strerror}") from error


class Settings(BaseSettings):
    """Every setting of MediaNest, as `MEDIANEST_<NAME>` in upper case. Defaults make a server for one machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: Port = 8000
    base_path: BasePath = ""
    public_url: HttpUrl | None = None
    frontend_url: HttpUrl | None = None
    data_dir: Path = Path("data")
    library_dir: Path | None = None
    secret_key: SecretStr | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "pretty", "json"] = "auto"

    database_url: SecretStr | None = None
    redis_url: SecretStr | None = None

    s3_endpoint: HttpUrl | None = None
    s3_public_endpoint: HttpUrl | None = None
    s3_region: str = "us-east-1"
    s3_bucket: str = "medianest"
    s3_access_key: str | None = None
    s3_secret_key: SecretStr | None = None

    admin_email: str | None = None
    admin_password: SecretStr | None = None

    plex_url: HttpUrl | None = None
    plex_token: SecretStr | None = None
    plex_path_map: Annotated[tuple[MappedPath, ...], NoDecode] = ()
    plex_account_url: HttpUrl = "https://plex.tv"
    plex_login_creates_users: bool = False
    tmdb_url: HttpUrl = "https://api.themoviedb.org/3"
    tmdb_token: SecretStr | None = None
    tmdb_language: str = Field(default="en-US", pattern=r"^[a-z]{2}(-[A-Z]{2})?$")

    smtp_url: SecretStr | None = None
    mail_from: MailAddress | None = None

    seerr_url: HttpUrl | None = None
    seerr_api_key: SecretStr | None = None
    seerr_webhook_secret: SecretStr | None = None
    reconcile_seconds: int = Field(default=300, ge=10, le=86_400)

    outgoing_allow: Annotated[tuple[str, ...], NoDecode] = ()
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = ()
    graphiql: bool = True
    introspection: bool = True

    cost_per_minute: int = Field(default=300_000, ge=1)
    rate_limits: Annotated[tuple[WrittenRate, ...], NoDecode] = ()

    upload_max_bytes: int = Field(default=2 * 1024**3, ge=1)
    file_grace_hours: int = Field(default=24, ge=0)
    file_retention: Annotated[tuple[KeptDays, ...], NoDecode] = ()

    download_workers: int = Field(default=2, ge=1, le=32)
    download_max_bytes: int = Field(default=20 * 1024**3, gt=0)

    quota_movies: int = Field(default=0, ge=0)
    quota_movies_days: int = Field(default=7, ge=1, le=366)
    quota_seasons: int = Field(default=0, ge=0)
    quota_seasons_days: int = Field(default=7, ge=1, le=366)
    quota_downloads: int = Field(default=0, ge=0)
    quota_downloads_days: int = Field(default=7, ge=1, le=366)
    quota_downloads_bytes: int = Field(default=0, ge=0)
    quota_storage_bytes: int = Field(default=0, ge=0)

    event_retention_days: int = Field(default=30, ge=1)

    health_interval_seconds: int = Field(default=30, ge=5, le=3600)

    metrics_token: SecretStr | None = None
    sentry_dsn: SecretStr | None = None

    @model_validator(mode="before")
    @classmethod
    def _split_lists(cls, values: dict[str, Any]) -> dict[str, Any]:
        for name in (
            "outgoing_allow",
            "allowed_origins",
            "trusted_proxies",
            "rate_limits",
            "plex_path_map",
            "file_retention",
        ):
            if isinstance(text := values.get(name), str):
                values[name] = tuple(item.strip() for item in text.split(",") if item.strip())
        return {key: value for key, value in values.items() if value != ""}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.secret_key is not None and len(self.secret_key.get_secret_value().encode()) < MIN_SECRET_BYTES:
            raise ValueError(f"secret_key must have at least {MIN_SECRET_BYTES} bytes")
        if self.database_url is not None and self.secret_key is None:
            raise ValueError("secret_key is required with database_url: every process must sign with the same key")
        if (self.admin_email is None) != (self.admin_password is None):
            raise ValueError("admin_email and admin_password belong together")
        if self.s3_endpoint and not (self.s3_access_key and self.s3_secret_key):
            raise ValueError("s3_endpoint needs s3_access_key and s3_secret_key")
        if (self.plex_url is None) != (self.plex_token is None):
            raise ValueError("plex_url and plex_token belong together")
        if (self.seerr_url is None) != (self.seerr_api_key is None):
            raise ValueError("seerr_url and seerr_api_key belong together")
        if self.seerr_webhook_secret and not _WEBHOOK_SECRET.fullmatch(self.seerr_webhook_secret.get_secret_value()):
            raise ValueError("seerr_webhook_secret must have 16 to 256 letters, digits and signs, and no spaces")
        if self.smtp_url and not re.match(r"smtps?://[^/\s]+", self.smtp_url.get_secret_value()):
            raise ValueError("smtp_url must look like smtp://user:password@host:587 or smtps://user:password@host:465")
        if self.smtp_url and not self.mail_from:
            raise ValueError("smtp_url needs mail_from, the address that mail comes from")
        return self

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _SecretFiles(settings_cls), dotenv_settings

    @property
    def embeds_database(self) -> bool:
        return self.database_url is None

    @property
    def embeds_redis(self) -> bool:
        return self.redis_url is None

    @property
    def external_url(self) -> str:
        """Where people reach this server, with the base path, without a trailing slash."""
        if self.public_url:
            return self.public_url + self.base_path
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}{self.base_path}"


def load_settings(**overrides: Any) -> Settings:
    """Raises SettingsError with one sentence a setting that is wrong."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        problems = "; ".join(_sentence(problem["loc"], problem["msg"]) for problem in error.errors())
        raise SettingsError(problems) from None
    except SourceError as error:
        raise SettingsError(str(error.__cause__ or error)) from None


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """Each setting's variable, its value with secrets hidden, and where it came from."""
    in_file = dotenv_values(".env")
    return [_description(settings, name, in_file) for name in Settings.model_fields]


def _description(settings: Settings, name: str, in_file: Mapping[str, str | None]) -> tuple[str, str, str]:
    variable, value = f"{PREFIX}{name.upper()}", getattr(settings, name)
    places = {
        "environment": variable in os.environ,
        f"file {os.environ.get(f'{variable}_FILE')}": f"{variable}_FILE" in os.environ,
        ".env": variable in in_file,
    }
    source = next((place for place, is_there in places.items() if is_there), "default")
    if isinstance(value, SecretStr):
        return variable, "(hidden)", source
    return variable, ",".join(value) if isinstance(value, tuple) else "" if value is None else str(value), source


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    plain = message.removeprefix("Value error, ")
    return f"{PREFIX}{str(location[0]).upper()}: {plain}" if location else plain
