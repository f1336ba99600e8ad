"""Bugs are told to Sentry where there is one: what kind and where, never with a value that was at hand."""

from typing import Any, cast

import structlog

from infra.correlation import correlation_id, operation_name
from medianest import __version__
from medianest.settings import PREFIX, Settings, SettingsError

log = structlog.get_logger()

_CLOSE_SECONDS = 0.3
# by name, so that nothing leaves that was not thought of: no request, no user, no host name, no breadcrumbs
_EVENT = ("event_id", "timestamp", "level", "platform", "release", "sdk", "fingerprint", "tags", "transaction")
_FAILURE = ("type", "module", "mechanism")
_FRAME = ("filename", "function", "module", "lineno", "in_app", "pre_context", "context_line", "post_context")


class Sentry:
    """A client of its own: nothing of Sentry is hooked into the program, it hears of what it is told."""

    def __init__(self, dsn: str, transport: Any = None) -> None:
        """Raises SettingsError."""
        try:
            from sentry_sdk import Client  # noqa: PLC0415  (who does not use it needs not have it)
            from sentry_sdk.utils import BadDsn, event_from_exception  # noqa: PLC0415
        except ImportError:
            raise SettingsError(
                f"{PREFIX}SENTRY_DSN is set, but its package is missing: `pip install sentry-sdk`, or unset it."
            ) from None
        self._event_of = event_from_exception
        try:
            self._client = Client(
                dsn=dsn,
                transport=transport,
                release=__version__,
                before_send=_scrubbed,
                include_local_variables=False,
                max_request_body_size="never",
                max_breadcrumbs=0,
                default_integrations=False,
                auto_enabling_integrations=False,
                auto_session_tracking=False,
            )
        except BadDsn:
            raise SettingsError(f"{PREFIX}SENTRY_DSN: is no DSN; Sentry shows it in the project's settings.") from None

    def tell(self, failure: BaseException, fingerprint: str) -> None:
        """Soon, from a thread of its own; never raises."""
        try:
            event, hint = self._event_of(failure, client_options=self._client.options)
            tags = {"correlation_id": correlation_id.get(), "operation": operation_name.get()}
            described = {
                **event,
                "fingerprint": [fingerprint],
                "transaction": operation_name.get(),
                "tags": {name: value for name, value in tags.items() if value},
            }
            self._client.capture_event(cast("Any", described), hint)
        except Exception as error:  # noqa: BLE001
            log.warning("sentry.untold", error=type(error).__name__)

    def close(self) -> None:
        """Waits a moment for what is still to be sent."""
        self._client.close(timeout=_CLOSE_SECONDS)


def sentry_of(settings: Settings) -> Sentry | None:
    """Raises SettingsError."""
    return None if settings.sentry_dsn is None else Sentry(settings.sentry_dsn.get_secret_value())


def _scrubbed(event: Any, _hint: Any) -> Any:
    failures = [
        {
            **_only(_FAILURE, failure),
            "stacktrace": {"frames": [_only(_FRAME, frame) for frame in _frames(failure)]},
        }
        for failure in event["exception"]["values"]
    ]
    return {**_only(_EVENT, event), "exception": {"values": failures}}


def _frames(failure: dict[str, Any]) -> list[dict[str, Any]]:
    return (failure.get("stacktrace") or {}).get("frames") or []


def _only(names: tuple[str, ...], found: dict[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in names if name in found}
