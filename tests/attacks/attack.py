"""What a row of the table is: what is sent, byte for byte, and what has to come of it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Script = Sequence[bytes | float]
"""What is sent, in pieces; a number is a pause in seconds."""


@dataclass(frozen=True, slots=True)
class World:
    """What an attacker may have got hold of."""

    key: bytes
    person: str
    """Somebody's access token; the same of one who has logged out since, and of a program's key taken back."""
    logged_out: str
    revoked_key: str
    refresh_token: str
    user_id: str
    session_id: str


Sent = bytes | Script | Callable[[World], bytes]


CLOSED = 0


@dataclass(frozen=True, slots=True)
class HttpAttack:
    """`statuses` are those of all answers on the connection, in order; CLOSED where the server ends it instead. `code`
    is that of every error in the last one, which is GraphQL JSON then.
    """

    sent: Sent
    statuses: tuple[int, ...]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class SocketAttack:
    """What is sent once the handshake is through, and how it ends: `closes` with a code, answers one operation with an
    error of this `code`, answers the handshake with an HTTP `status`; with none of these it goes on as ever.
    """

    sent: Script | Callable[[World], Script]
    closes: int | None = None
    code: str | None = None
    status: int | None = None
    handshake: bytes | None = None
    """Instead of the usual one."""
    init: bool = True


HttpClasses = Mapping[str, Mapping[str, HttpAttack]]
SocketClasses = Mapping[str, Mapping[str, SocketAttack]]

GRAPHQL_RESPONSE = "application/graphql-response+json"


def head(*headers: str, method: str = "POST", target: str = "/graphql", host: str = "nest.test") -> bytes:
    """A request up to its body. Without a `host` there is no such header."""
    lines = [f"{method} {target} HTTP/1.1", *([f"Host: {host}"] if host else []), *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def post(body: bytes, *headers: str, kind: str = "application/json") -> bytes:
    """`headers` come in addition."""
    told = (f"Content-Type: {kind}", f"Accept: {GRAPHQL_RESPONSE}", f"Content-Length: {len(body)}")
    return head(*told, *headers) + body


def operation(query: str, *headers: str, **more: Any) -> bytes:
    return post(json.dumps({"query": query, **more}).encode(), *headers)


def slowly(piece: bytes, seconds: float, times: int) -> list[bytes | float]:
    """`piece` again and again, with pauses between."""
    return [piece, seconds] * times


def refused(sent: Sent, status: int = 400, code: str = "MALFORMED_REQUEST") -> HttpAttack:
    return HttpAttack(sent, (status,), code)


def invalid(query: str, **more: Any) -> HttpAttack:
    return refused(operation(query, **more), code="INVALID_OPERATION")


def too_costly(query: str, **more: Any) -> HttpAttack:
    return refused(operation(query, **more), code="OPERATION_TOO_COSTLY")


def unanswered(sent: Sent, *statuses: int) -> HttpAttack:
    """What is no GraphQL request: HTTP says so by itself, or nothing."""
    return HttpAttack(sent, statuses or (CLOSED,))


def harmless(sent: Sent) -> HttpAttack:
    return HttpAttack(sent, (200,))
