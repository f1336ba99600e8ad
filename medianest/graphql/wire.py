"""JSON in and out, strict in both directions."""

import json
import math
import re
from typing import Any, NoReturn

import orjson

from medianest.graphql.errors import MalformedRequestError

_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
_OURS_ALONE = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def decode(raw: bytes | str) -> Any:
    """Raises MalformedRequestError for what is not JSON in UTF-8, and for what no answer could repeat:
    NaN, numbers beyond the range of a float, thousands of digits, halves of surrogate pairs.
    """
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
        if _ESCAPED_SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise MalformedRequestError("This is not JSON: the text is not valid UTF-8.") from None
    except ValueError as error:
        raise MalformedRequestError(f"This is not JSON: {error}") from None
    except RecursionError:
        raise MalformedRequestError("This JSON is nested too deeply.") from None
    return value


def encode(value: Any) -> bytes:
    """What orjson cannot write, or might have written as null, is left to Python's own encoder: it writes huge integers
    and stray surrogates of file names, in ASCII, and refuses NaN. Raises TypeError, ValueError.
    """
    try:
        encoded = orjson.dumps(value, option=_OURS_ALONE)
    except TypeError:
        encoded = b"null"
    return _ENCODER.encode(value).encode() if b"null" in encoded else encoded


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
