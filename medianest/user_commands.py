"""`medianest user …`: people and their access, at the server itself, by the services that the API uses."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from medianest.commands import at_the_server
from models.actor import SYSTEM, Permission

if TYPE_CHECKING:
    from models.users import User
    from services.invites import Invitation
    from services.password_resets import ResetLink
    from services.registry import Services

_PIPE_WIDTH = 200


@click.group()
def user() -> None:
    """People and their access, at the server itself: also when nobody can log in."""


def _ask_password(_context: click.Context, _parameter: click.Parameter, *, asked: bool) -> str | None:
    if not asked:
        return None
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password: str = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    return password


_PERMISSION = click.Choice(Permission, case_sensitive=False)
_who = click.argument("who", metavar="NAME_OR_EMAIL")
_password = click.option(
    "--ask-password",
    "password",
    is_flag=True,
    callback=lambda context, parameter, asked: _ask_password(context, parameter, asked=asked),
    help="Set the password now: asked for, or the first line of standard input. Without it a link is printed.",
)
_permissions = click.option("--permission", "permissions", type=_PERMISSION, multiple=True, help="What they may do.")


@user.command("list")
@click.argument("search", required=False)
@at_the_server
async def list_(services: "Services", search: str | None) -> None:
    """Everybody with an account, or those whose name or address has SEARCH in it."""
    from models.paging import MAX_PAGE, PageArgs  # noqa: PLC0415

    people = []
    page = await services.users.list_all(SYSTEM, PageArgs(first=MAX_PAGE), search)
    people += page.nodes
    while page.page_info.has_next_page:
        rest = PageArgs(first=MAX_PAGE, after=page.page_info.end_cursor)
        page = await services.users.list_all(SYSTEM, rest, search)
        people += page.nodes
    _print_table(("name", "e-mail", "may", "", "last login"), [_row(person) for person in people])


@user.command()
@click.argument("email")
@click.argument("username")
@_permissions
@_password
@at_the_server
async def create(
    services: "Services", email: str, username: str, permissions: tuple[Permission, ...], password: str | None
) -> None:
    """Make an account."""
    from services.users import CreateUser  # noqa: PLC0415

    made = await services.users.create(SYSTEM, CreateUser(email, username, password, permissions))
    click.echo(f"{made.username} has an account.")
    if password is None:
        _print_link(await services.password_resets.create_link(SYSTEM, made.id))


@user.command()
@click.option("--email", help="Only for this address.")
@_permissions
@at_the_server
async def invite(services: "Services", email: str | None, permissions: tuple[Permission, ...]) -> None:
    """Print a link by which one account can be made."""
    from services.invites import InviteUser  # noqa: PLC0415

    _print_link(await services.invites.invite(SYSTEM, InviteUser(permissions, email)))


@user.command("reset-password")
@_who
@_password
@at_the_server
async def reset_password(services: "Services", who: str, password: str | None) -> None:
    """Print a link to a new password, or set it at once."""
    person = await services.users.get_by_name(SYSTEM, who)
    if password is None:
        _print_link(await services.password_resets.create_link(SYSTEM, person.id))
    else:
        await services.password_resets.set_password(SYSTEM, person.id, password)
        click.echo(f"{person.username} has a new password, and is logged out everywhere.")


@user.command()
@_who
@at_the_server
async def deactivate(services: "Services", who: str) -> None:
    """Close an account and end its sessions."""
    await _change(services, who, is_active=False)


@user.command()
@_who
@at_the_server
async def activate(services: "Services", who: str) -> None:
    """Open a closed account again."""
    await _change(services, who, is_active=True)


@user.command()
@_who
@click.argument("permissions", type=_PERMISSION, nargs=-1, required=True)
@at_the_server
async def grant(services: "Services", who: str, permissions: tuple[Permission, ...]) -> None:
    """Let somebody do more."""
    await _change(services, who, more=frozenset(permissions))


@user.command()
@_who
@click.argument("permissions", type=_PERMISSION, nargs=-1, required=True)
@at_the_server
async def revoke(services: "Services", who: str, permissions: tuple[Permission, ...]) -> None:
    """Let somebody do less."""
    await _change(services, who, less=frozenset(permissions))


@user.command("make-admin")
@_who
@at_the_server
async def make_admin(services: "Services", who: str) -> None:
    """Let somebody do everything."""
    await _change(services, who, more=frozenset({Permission.ADMIN}))


@user.command()
@_who
@at_the_server
async def sessions(services: "Services", who: str) -> None:
    """Where somebody is logged in."""
    person = await services.users.get_by_name(SYSTEM, who)
    _print_table(
        ("device", "address", "since", "last used"),
        [
            (session.device or "", session.ip or "", _when(session.created_at), _when(session.last_seen_at))
            for session in await services.sessions.list_of(SYSTEM, person.id)
        ],
    )


@user.command()
@_who
@at_the_server
async def logout(services: "Services", who: str) -> None:
    """End every session of somebody."""
    person = await services.users.get_by_name(SYSTEM, who)
    await services.users.log_out(SYSTEM, person.id)
    click.echo(f"{person.username} is logged out everywhere.")


async def _change(
    services: "Services",
    who: str,
    *,
    is_active: bool | None = None,
    more: frozenset[Permission] = frozenset(),
    less: frozenset[Permission] = frozenset(),
) -> None:
    from services.users import UpdateUser  # noqa: PLC0415

    person = await services.users.get_by_name(SYSTEM, who)
    permissions = sorted(person.granted - less | more) if less or more else None
    changed = await services.users.update(
        SYSTEM, UpdateUser(person.id, permissions=permissions, is_active=is_active, expected_version=person.version)
    )
    allowed = ", ".join(sorted(changed.granted)) or "nothing"
    click.echo(f"{changed.username}: {'open' if changed.is_active else 'closed'}; may do {allowed}.")


def _row(person: "User") -> tuple[str, ...]:
    state = "" if person.is_active else "closed"
    return (person.username, person.email, ", ".join(sorted(person.granted)), state, _when(person.last_login_at))


def _print_link(link: "Invitation | ResetLink") -> None:
    click.echo(f"{link.url}\nIt works once, until {_when(link.expires_at)}.")


def _print_table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, markup=False).print(table)


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""
