"""`medianest import …`: what was there before MediaNest."""

from typing import TYPE_CHECKING

import click

from medianest.commands import at_the_server

if TYPE_CHECKING:
    from services.registry import Services


@click.group("import")
def import_() -> None:
    """Take over what is elsewhere. Twice is the same as once."""


@import_.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@at_the_server
async def seerr(services: "Services", *, dry_run: bool) -> None:
    """People and requests of Overseerr or Seerr."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn  # noqa: PLC0415

    from models.actor import SYSTEM  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed:.0f} read"), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("", total=None)
        report = await services.seerr_import.run(
            SYSTEM, dry_run=dry_run, progress=lambda what: bars.update(task, advance=1, description=what)
        )
    for remark in report.remarks:
        click.echo(remark)
    for what, counts in (("People", report.people), ("Requests", report.requests)):
        figures = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
        click.echo(f"{what}: {figures or 'none'}.")
    if dry_run:
        click.echo("Nothing was changed.")
    elif report.people["created"]:
        click.echo("Links to passwords: medianest user reset-password NAME")
