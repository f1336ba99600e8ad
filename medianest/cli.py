"""`medianest …`: the commands. Each imports what it needs: starting fast matters most for `serve`."""

import asyncio
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from medianest import __version__
from medianest.import_commands import import_
from medianest.settings import Settings, SettingsError, describe, load_settings
from medianest.storage_commands import storage
from medianest.user_commands import user

if TYPE_CHECKING:
    from medianest.supervisor import Ready

P = ParamSpec("P")
R = TypeVar("R")


@click.group(help="MediaNest: the back end of a home media portal, as one GraphQL API.")
def main() -> None:
    pass


def _with_settings(command: Callable[..., R]) -> Callable[..., R]:
    """Hands the settings over as first argument; what is wrong with them is said in one sentence."""

    @wraps(command)
    def run(*args: object, **kwargs: object) -> R:
        try:
            settings = load_settings()
        except SettingsError as error:
            raise click.ClickException(str(error)) from None
        return command(settings, *args, **kwargs)

    return run


@main.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 32), help="API processes.")
@click.option("--no-worker", is_flag=True, help="Answer requests only; jobs are run by `medianest worker` elsewhere.")
@click.option("--reload", is_flag=True, help="Restart the processes when the code changes.")
@_with_settings
def serve(settings: Settings, *, workers: int, no_worker: bool, reload: bool) -> None:
    """The server; without DATABASE_URL and REDIS_URL with its own PostgreSQL and Valkey."""
    from medianest.logs import configure_logs  # noqa: PLC0415
    from medianest.supervisor import supervise  # noqa: PLC0415

    configure_logs(settings, "supervisor")
    sys.exit(
        asyncio.run(supervise(settings, api_processes=workers, worker=not no_worker, on_ready=_welcome, reload=reload))
    )


@main.command()
@_with_settings
def worker(settings: Settings) -> None:
    """Run jobs only, on the database and Redis of a server elsewhere."""
    from medianest.child import Handover  # noqa: PLC0415
    from medianest.worker import run_worker  # noqa: PLC0415

    run_worker(settings, Handover(*_external(settings)))


@main.command()
@_with_settings
def migrate(settings: Settings) -> None:
    """Bring the database to this version's tables. `serve` and `worker` do it too."""
    from medianest.migrations import NewerDatabaseError  # noqa: PLC0415
    from medianest.migrations import migrate as bring_up  # noqa: PLC0415

    try:
        applied = asyncio.run(bring_up(_external(settings)[0]))
    except NewerDatabaseError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"The database cannot be reached: {error}") from None
    click.echo("\n".join(applied) or "Nothing to do.")


@main.command()
@click.option("--data-dir", type=click.Path(path_type=Path), help="Keep everything here instead of a temporary folder.")
def demo(data_dir: Path | None) -> None:
    """Log in, queue a download, watch it live, fetch the file: as a front end would, against a site of its own."""
    from medianest.demo.run import run_demo  # noqa: PLC0415

    sys.exit(asyncio.run(run_demo(data_dir)))


@main.command()
def schema() -> None:
    """The API's schema, in GraphQL's schema language."""
    from medianest.api import graphql_schema  # noqa: PLC0415

    click.echo(graphql_schema.as_str())


@main.command()
@_with_settings
def config(settings: Settings) -> None:
    """Every setting: its value and where it came from. Secrets are hidden."""
    for name, value, source in describe(settings):
        click.echo(f"{name:34} {value:40} {source}")


@main.command()
def version() -> None:
    """The version."""
    click.echo(__version__)


main.add_command(storage)
main.add_command(user)
main.add_command(import_)


def _external(settings: Settings) -> tuple[str, str]:
    if settings.database_url is None or settings.redis_url is None:
        raise click.ClickException(
            "This needs MEDIANEST_DATABASE_URL and MEDIANEST_REDIS_URL. "
            "The embedded database belongs to `medianest serve`, which runs jobs and migrations itself."
        )
    return settings.database_url.get_secret_value(), settings.redis_url.get_secret_value()


def _welcome(ready: "Ready") -> None:
    click.echo(f"\n  MediaNest is ready after {ready.seconds:.1f} s.\n")
    if ready.facts.get("graphiql"):
        click.echo(f"  GraphiQL      {ready.url}/graphiql")
    click.echo(f"  API           {ready.url}/graphql")
    if token := ready.facts.get("setup_token"):
        click.echo(f"  Setup token   {token}   make the first administrator with it (tab 1 in GraphiQL)")
    click.echo("\n  Ctrl-C stops everything.\n")
