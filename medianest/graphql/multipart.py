"""A GraphQL multipart request (graphql-multipart-request-spec): an operation, and one file that is read as it comes."""

from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from infra.incoming import Incoming, TooSlowError, steady
from medianest.graphql import wire
from medianest.graphql.errors import MalformedRequestError
from models.errors import PayloadTooLargeError

MULTIPART = "multipart/form-data"
PREFLIGHTS = ("Apollo-Require-Preflight", "X-MediaNest-Preflight")
"""A page of somebody else's cannot send these unless it was allowed to: a form alone could send a mutation."""

_MAX_BYTES = {"operations": 256 * 1024, "map": 4 * 1024}
_MAX_IDLE_BYTES = 64 * 1024
_MAX_HEADERS, _MAX_HEADER_BYTES = 8, 4 * 1024
_MAX_BOUNDARY = 70  # RFC 2046


@dataclass(frozen=True, slots=True)
class _Head:
    name: str
    filename: str | None


class _PartEnd:
    pass


class _FormEnd:
    pass


_Told = _Head | bytes | _PartEnd | _FormEnd


class UploadForm:
    """`failure` is what was wrong with the request, once somebody met it while they read the file."""

    def __init__(self, content_type: str, chunks: AsyncIterator[bytes]) -> None:
        self._parts = _Parts(_boundary(content_type), chunks)
        self.failure: Exception | None = None

    async def operation(self) -> Any:
        """The request as it would have come as JSON, with the file in its place: it arrives while it is read.

        Raises MalformedRequestError, PayloadTooLargeError.
        """
        body = wire.decode(await self._parts.field("operations"))
        name, path = _one_place(wire.decode(await self._parts.field("map")))
        head = await self._parts.head()
        if head.name != name or head.filename is None:
            raise MalformedRequestError(f"After `map` comes the file `{name[:40]}`, with a file name.")
        _put(body, path, Incoming(head.filename, self._file()))
        return body

    async def _file(self) -> AsyncIterator[bytes]:
        """Ends when the whole request is as it should be, not with its file."""
        try:
            async for data in self._parts.data():
                yield data
            await self._parts.end()
        except (ClientDisconnect, TooSlowError) as failure:
            self.failure = failure
            raise MalformedRequestError("The rest of the request never came.") from None
        except Exception as failure:
            self.failure = failure
            raise


class _Parts:
    """What the parser tells of the form, one thing after the other."""

    def __init__(self, boundary: bytes, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = steady(chunks)
        self._told: deque[_Told] = deque()
        self._headers: dict[bytes, bytes] = {}
        self._field, self._value = bytearray(), bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._headers.clear,
                "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": lambda: self._told.append(_head(self._headers)),
                "on_part_data": lambda data, start, end: self._told.append(data[start:end]),
                "on_part_end": lambda: self._told.append(_PartEnd()),
                "on_end": lambda: self._told.append(_FormEnd()),
            },
            max_header_count=_MAX_HEADERS,
            max_header_size=_MAX_HEADER_BYTES,
        )

    async def field(self, name: str) -> bytes:
        """The next part, which must be this one. Raises MalformedRequestError, PayloadTooLargeError."""
        if (await self.head()).name != name:
            raise MalformedRequestError("Send the parts `operations`, `map` and the file, in this order.")
        value = bytearray()
        async for data in self.data():
            value += data
            if len(value) > _MAX_BYTES[name]:
                raise PayloadTooLargeError(f"`{name}` is larger than {_MAX_BYTES[name] // 1024} KiB.")
        return bytes(value)

    async def head(self) -> _Head:
        told = await self._next()
        if not isinstance(told, _Head):
            raise MalformedRequestError("A part is missing: send `operations`, `map` and the file.")
        return told

    async def data(self) -> AsyncIterator[bytes]:
        while isinstance(told := await self._next(), bytes):
            yield told

    async def end(self) -> None:
        if not isinstance(await self._next(), _FormEnd):
            raise MalformedRequestError("Nothing may follow the file: send one in each request.")

    async def _next(self) -> _Told:
        idle = 0
        while not self._told:
            chunk = await self._read()
            idle += len(chunk)
            try:
                self._parser.write(chunk)
            except FormParserError as error:
                raise MalformedRequestError(f"This is no multipart form: {error}.") from None
            if idle > _MAX_IDLE_BYTES and not self._told:
                raise MalformedRequestError("This is no multipart form: there is no part in it.")
        return self._told.popleft()

    async def _read(self) -> bytes:
        try:
            return await anext(self._chunks)
        except StopAsyncIteration:
            raise MalformedRequestError("The request ends before its last boundary.") from None

    def _end_header(self) -> None:
        name = bytes(self._field).lower()
        if name in self._headers:
            raise MalformedRequestError("A part has the same header twice.")
        self._headers[name] = bytes(self._value)
        self._field.clear()
        self._value.clear()


def _boundary(content_type: str) -> bytes:
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary or len(boundary) > _MAX_BOUNDARY:
        raise MalformedRequestError(
            f"`Content-Type: multipart/form-data` needs a boundary of 1 to {_MAX_BOUNDARY} bytes."
        )
    return boundary


def _head(headers: Mapping[bytes, bytes]) -> _Head:
    kind, options = parse_options_header(headers.get(b"content-disposition", b"").decode("latin-1"))
    if kind != b"form-data" or b"name" not in options:
        raise MalformedRequestError("Each part needs `Content-Disposition: form-data` with a name.")
    filename = options.get(b"filename")
    return _Head(_text(options[b"name"]), None if filename is None else _text(filename))


def _text(raw: bytes) -> str:
    """As browsers write it: in UTF-8, with quotation marks as they are in an address."""
    return raw.decode(errors="replace").replace("%22", '"')


def _one_place(places: Any) -> tuple[str, list[str]]:
    """The file's part, and where its value belongs: `{"0": ["variables.input.file"]}`."""
    match places:
        case dict() if len(places) == 1:
            ((name, paths),) = places.items()
            match paths:
                case [str(path)] if path.startswith("variables."):
                    return name, path.split(".")
    raise MalformedRequestError('`map` names one file and its one place: {"0": ["variables.input.file"]}.')


def _put(body: Any, path: list[str], file: Incoming) -> None:
    """Raises MalformedRequestError unless there is a null in this place."""
    *above, last = path
    try:
        for step in above:
            body = body[_step(body, step)]
        is_due = body[_step(body, last)] is None
    except (LookupError, TypeError):
        is_due = False
    if not is_due:
        raise MalformedRequestError(f"`operations` has no null at `{'.'.join(path)[:80]}` for the file.")
    body[_step(body, last)] = file


def _step(body: Any, step: str) -> str | int:
    return int(step) if isinstance(body, list) and step.isascii() and step.isdecimal() else step
