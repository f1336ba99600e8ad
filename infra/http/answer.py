"""What an outside system answered, and how it becomes something that can be relied on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from infra.http.errors import UpstreamAnswerError

T = TypeVar("T")
Shape = TypeAdapter[T] | Callable[[Any], T]
"""What an answer must look like. A callable raises ValueError, TypeError or LookupError when it does not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status from 200 to 299, with the whole body."""

    service: str
    status: int
    body: bytes

    def json(self, shape: Shape[T]) -> T:
        """An empty body counts as null. Raises UpstreamAnswerError."""
        try:
            value = from_json(self.body or b"null", allow_inf_nan=False)
        except ValueError as error:
            raise UpstreamAnswerError(
                self.service, f"{self.service} answered with something that is no JSON."
            ) from error
        try:
            return shape.validate_python(value) if isinstance(shape, TypeAdapter) else shape(value)
        except (ValueError, TypeError, LookupError) as error:
            raise UpstreamAnswerError(
                self.service, f"{self.service} answered in another form: {_reason(error)}"
            ) from error


def _reason(error: Exception) -> str:
    """Without the values: they are somebody's data."""
    if not isinstance(error, ValidationError):
        return type(error).__name__
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
