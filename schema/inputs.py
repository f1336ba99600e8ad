"""What all inputs have in common."""

from typing import TypeVar

from strawberry import UNSET

T = TypeVar("T")


def given(value: T | None) -> T | None:
    """An optional field's value; None where it was left out."""
    return None if value is UNSET else value
