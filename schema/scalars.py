"""Scalars, with their wire forms. `SCALARS` goes into the schema's configuration."""

import base64
import binascii
from datetime import UTC, date, datetime
from typing import Any, NewType

import orjson
import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from infra.incoming import Incoming

BigInt = NewType("BigInt", int)
URL = NewType("URL", str)
Upload = NewType("Upload", Incoming)
Cursor = NewType("Cursor", int)
"""In Python the position in the event log; on the wire opaque."""

_MAX_SAFE_INTEGER = 2**53 - 1
_CURSOR_BYTES = 8
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _write_instant(value: datetime) -> str:
    instant = value if value.tzinfo is UTC else value.astimezone(UTC)
    return orjson.dumps(instant, option=orjson.OPT_UTC_Z)[1:-1].decode()  # isoformat takes five times as long


def _read_instant(value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        instant = None
    if instant is None or instant.tzinfo is None:
        raise GraphQLError("DateTime must be an RFC 3339 instant with a time zone, such as 2026-01-31T18:30:00Z.")
    return instant


def _read_day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise GraphQLError("Date must be a day such as 2026-01-31.") from None


def _read_big_int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_SAFE_INTEGER:
        raise GraphQLError("BigInt must be a whole number from 0 to 2^53-1.")
    return value


def _read_url(value: Any) -> str:
    """Any text: what is no address becomes a typed error in the payload, not a refusal of the whole operation."""
    if not isinstance(value, str):
        raise GraphQLError("URL must be a string.")
    return value


def _read_upload(value: Any) -> Incoming:
    if not isinstance(value, Incoming):
        raise GraphQLError("Upload is a file of a multipart request: send null here, and the file in its part.")
    return value


def _write_cursor(value: int) -> str:
    return binascii.b2a_base64(value.to_bytes(_CURSOR_BYTES, "big"), newline=False).translate(_URL_SAFE, b"=").decode()


def _read_cursor(value: Any) -> int:
    try:
        raw = base64.b64decode(value + "=", altchars=b"-_", validate=True)
    except (TypeError, ValueError, binascii.Error):
        raw = b""
    if len(raw) != _CURSOR_BYTES or raw[0] > 0x7F:  # noqa: PLR2004  (a signed 64-bit position)
        raise GraphQLError("This cursor is not one of ours; take it from an event or from `streamCursor`.")
    return int.from_bytes(raw, "big")


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 instant in UTC, with Z.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_write_instant,
        parse_value=_read_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="Calendar day, YYYY-MM-DD.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=date.isoformat,
        parse_value=_read_day,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="Absolute http or https address.",
        specified_by_url="https://url.spec.whatwg.org/",
        serialize=str,
        parse_value=_read_url,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="Whole number from 0 to 2^53-1, sent as a JSON number, so that JavaScript reads it exactly.",
        serialize=int,
        parse_value=_read_big_int,
    ),
    Upload: strawberry.scalar(
        name="Upload",
        description="A file, sent as the GraphQL multipart request specification has it: one in each request, with "
        "`Apollo-Require-Preflight: 1`, by POST.",
        specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
        parse_value=_read_upload,
    ),
    Cursor: strawberry.scalar(
        name="Cursor",
        description="Opaque, ordered position in the event stream.",
        serialize=_write_cursor,
        parse_value=_read_cursor,
    ),
}
