"""What all inputs have in common."""

from typing import TypeVar

import strawberry
from strawberry import UNSET

T = TypeVar("T")


@strawberry.input(description="The one thing to act on.")
class IdInput:
    id: strawberry.ID = strawberry.field(description="Its ID.")


def given(value: T | None) -> T | None:
    """An optional field's value; None where it was left out."""
    return None if value is UNSET else value
