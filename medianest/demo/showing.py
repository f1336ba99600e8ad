"""Operations shown as they are run."""

from typing import Any

from rich.console import Console
from rich.syntax import Syntax

from medianest.demo.client import Client


class DemoError(Exception):
    """What went wrong, for the person who watches."""


async def run(
    console: Console, client: Client, operation: str, field: str, /, *, is_shown: bool = True, **variables: Any
) -> Any:
    """Show the operation, run it, and hand out the root field."""
    if is_shown:
        show(console, operation)
    result = (await client.execute(operation, **variables))[field]
    if result is None or result.get("errors"):
        raise DemoError(f"{field}: {result and result['errors']}")
    return result


def show(console: Console, query: str) -> None:
    console.print(Syntax(query, "graphql", theme="ansi_dark", background_color="default", word_wrap=True))
