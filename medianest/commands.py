"""What the commands at the server itself have in common."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import click

from medianest.settings import SettingsError, load_settings

if TYPE_CHECKING:
    from medianest.wiring.backbone import Backbone
    from services.registry import Services

P = ParamSpec("P")


def on_its_databases(work: Callable[Concatenate["Backbone", P], Awaitable[None]]) -> Callable[P, None]:
    """Runs `work`; the audit log says by which command it was done, and what fails is said in one sentence."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from infra.correlation import correlation_id  # noqa: PLC0415
        from infra.storage.base import StorageError  # noqa: PLC0415
        from medianest import installation  # noqa: PLC0415
        from medianest.child import RefusedError  # noqa: PLC0415
        from medianest.embedded.process import EmbeddedError  # noqa: PLC0415
        from medianest.logs import configure_logs  # noqa: PLC0415
        from medianest.migrations import NewerDatabaseError  # noqa: PLC0415
        from models.errors import AppError  # noqa: PLC0415

        async def connected() -> None:
            context = click.get_current_context()
            group, settings = context.parent.info_name if context.parent else "", load_settings()
            configure_logs(settings.model_copy(update={"log_level": "warning"}), group or "")
            correlation_id.set(f"medianest {group} {context.info_name}")
            async with installation.at_the_server(settings) as base:
                await work(base, *args, **kwargs)

        try:
            asyncio.run(connected())
        except AppError as error:
            raise click.ClickException(error.message) from None
        except (SettingsError, EmbeddedError, RefusedError, NewerDatabaseError, StorageError) as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            raise click.ClickException(f"The database cannot be reached: {error}") from None

    return run


def at_the_server(work: Callable[Concatenate["Services", P], Awaitable[None]]) -> Callable[P, None]:
    """The same, by the services that the API uses; as the system."""

    async def run(base: "Backbone", /, *args: P.args, **kwargs: P.kwargs) -> None:
        from medianest.wiring.services import api_services  # noqa: PLC0415
        from services.hub import Hub  # noqa: PLC0415

        await work(api_services(base, Hub(base.cache, base.pubsub)), *args, **kwargs)

    return wraps(work)(on_its_databases(run))
