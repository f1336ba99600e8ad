"""`medianest storage …`: all stored bytes, read again and moved, while the server runs or not."""

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import click

from medianest.commands import on_its_databases

if TYPE_CHECKING:
    from medianest.wiring.backbone import Backbone
    from services.storage_moves import Outcome


@click.group()
def storage() -> None:
    """The bytes of stored files: whether they are whole, and where they lie."""


@storage.command()
@on_its_databases
async def verify(base: "Backbone") -> None:
    """Compare every file with its checksum. Ends with 1 when one is missing or damaged."""
    from models.files import FileLocation  # noqa: PLC0415
    from services import storage_moves  # noqa: PLC0415

    outcomes = storage_moves.verify(base.storage, base.settings.library_dir)
    await _tell("Reading", outcomes, await storage_moves.total_bytes(*FileLocation), "files are as they should be.")


@storage.command()
@click.option("--to", "target", type=click.Choice(["s3", "local"]), required=True, help="Where the files shall be.")
@click.option("--remove-source", is_flag=True, help="Remove from the other store what is safe in this one.")
@on_its_databases
async def move(base: "Backbone", target: str, *, remove_source: bool) -> None:
    """Copy the object store to S3, or from there into the data folder; both must be set up for this command.

    Interrupted, it goes on where it was. Restart the server with the other store, and call it once more: what came
    meanwhile follows, and with --remove-source the old store is emptied.
    """
    from medianest.wiring.stores import local_store, s3_store  # noqa: PLC0415
    from models.files import FileLocation  # noqa: PLC0415
    from services import storage_moves  # noqa: PLC0415

    local, s3 = local_store(base.settings), s3_store(base.settings)
    if s3 is None:
        raise click.ClickException(
            "This needs MEDIANEST_S3_ENDPOINT, MEDIANEST_S3_ACCESS_KEY, MEDIANEST_S3_SECRET_KEY."
        )
    try:
        source, to = (local, s3) if target == "s3" else (s3, local)
        await asyncio.gather(source.check(), to.prepare())
        outcomes = storage_moves.move(source, to, remove_source=remove_source)
        total = await storage_moves.total_bytes(FileLocation.OBJECTS)
        await _tell("Moving", outcomes, total, f"files are in {'S3' if target == 's3' else 'the data folder'}.")
    finally:
        await s3.close()


async def _tell(doing: str, outcomes: "AsyncIterator[Outcome]", total: int, done: str) -> None:
    """Progress while it lasts, each file that is not well, and in the end how many are. Raises SystemExit."""
    from rich import progress as bars  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415

    well, bad = 0, 0
    columns = (bars.BarColumn(), bars.DownloadColumn(), bars.TransferSpeedColumn(), bars.TimeRemainingColumn())
    with bars.Progress("{task.description}", *columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(doing, total=total)
        async for outcome in outcomes:
            progress.advance(task, outcome.file.bytes)
            if outcome.problem is None:
                well += 1
                continue
            bad += 1
            click.echo(f"{outcome.file.location} {outcome.file.key} ({outcome.file.filename}): {outcome.problem}")
    click.echo(f"{well} {done}")
    if bad:
        raise click.ClickException(f"{bad} are not.")
