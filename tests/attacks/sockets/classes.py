"""What is said over websockets that should not be."""

import json
from collections.abc import Sequence
from typing import Any

from tests.attacks.attack import SocketAttack, SocketClasses, head, post
from tests.attacks.raw import HANDSHAKE, Opcode, frame, message

_WATCH = "subscription { dashboard { __typename } }"


def _bad(*sent: bytes | float, init: bool = True) -> SocketAttack:
    return SocketAttack(sent, closes=4400, init=init)


def _broken(*sent: bytes | float, code: int = 1002) -> SocketAttack:
    """What breaks the rules of websockets themselves."""
    return SocketAttack(sent, closes=code)


def _subscribe(payload: Any, id: Any = "1") -> bytes:
    return message("subscribe", id=id, payload=payload)


def _error(payload: Any, code: str) -> SocketAttack:
    return SocketAttack([_subscribe(payload)], code=code)


def _init(payload: Any, closes: int) -> SocketAttack:
    return SocketAttack([message("connection_init", payload=payload)], closes=closes, init=False)


def _token(token: str) -> Sequence[bytes]:
    return [message("connection_init", payload={"Authorization": f"Bearer {token}"})]


def _handshake(**changes: str) -> bytes:
    """The usual one with some headers another way, or left out."""
    lines = HANDSHAKE.decode().split("\r\n")
    for name, value in changes.items():
        header = name.replace("_", "-")
        lines = [line for line in lines if not line.startswith(f"{header}:")]
        lines[1:1] = [f"{header}: {value}"] if value else []
    return "\r\n".join(lines).encode("latin-1")


def _shaken(handshake: bytes, status: int | None = None, closes: int | None = None) -> SocketAttack:
    return SocketAttack([], status=status, closes=closes, handshake=handshake, init=False)


SOCKETS: SocketClasses = {
    "handshakes": {
        "no key": _shaken(_handshake(Sec_WebSocket_Key=""), status=400),
        "a short key": _shaken(_handshake(Sec_WebSocket_Key="AAAA"), status=400),
        "a key of nonsense": _shaken(_handshake(Sec_WebSocket_Key="%%%"), status=400),
        "no version": _shaken(_handshake(Sec_WebSocket_Version=""), status=400),
        "version 8": _shaken(_handshake(Sec_WebSocket_Version="8"), status=400),
        "version of nonsense": _shaken(_handshake(Sec_WebSocket_Version="x"), status=400),
        "by POST": _shaken(HANDSHAKE.replace(b"GET", b"POST"), status=405),
        "HTTP/1.0": SocketAttack([], handshake=HANDSHAKE.replace(b"HTTP/1.1", b"HTTP/1.0")),
        "with a body": _shaken(
            HANDSHAKE.replace(b"Upgrade: w", b"Content-Length: 4\r\nUpgrade: w") + b"abcd", status=400
        ),
        "with a body that never comes": _shaken(
            HANDSHAKE.replace(b"Upgrade: w", b"Content-Length: 4\r\nUpgrade: w"), status=400
        ),
        "half of it": _shaken(HANDSHAKE[:100]),
        "a path of bytes": _shaken(HANDSHAKE.replace(b"/graphql", b"/graphql\xff"), status=400),
        "another path": _shaken(HANDSHAKE.replace(b"/graphql", b"/nowhere"), status=403),
        "a path that is not for it": _shaken(HANDSHAKE.replace(b"/graphql", b"/metrics"), status=403),
        "a query of 9,000 letters": _shaken(HANDSHAKE.replace(b"/graphql", b"/graphql?" + b"a" * 9_000), status=414),
        "200 headers": _shaken(HANDSHAKE.replace(b"Upgrade: w", b"X-A: b\r\n" * 200 + b"Upgrade: w"), status=431),
        "a header of 9,000 letters": _shaken(_handshake(X_A="a" * 9_000), status=431),
        "no subprotocol": _shaken(_handshake(Sec_WebSocket_Protocol=""), closes=4406),
        "the older subprotocol": _shaken(_handshake(Sec_WebSocket_Protocol="graphql-ws"), closes=4406),
        "a foreign origin": _shaken(_handshake(Origin="https://evil.test"), closes=4403),
        "origin null": _shaken(_handshake(Origin="null"), closes=4403),
        "origin of nonsense": _shaken(_handshake(Origin="http://[::"), closes=4403),
        "origin that only begins alike": _shaken(_handshake(Origin="http://nest.test.evil.test"), closes=4403),
        "compression": SocketAttack([], handshake=_handshake(Sec_WebSocket_Extensions="permessage-deflate")),
        "frames before its answer": _shaken(HANDSHAKE + frame(b"null"), closes=4408),
    },
    "frames: no message": {
        "null": _bad(frame(b"null")),
        "true": _bad(frame(b"true")),
        "number": _bad(frame(b"1")),
        "string": _bad(frame(b'"ping"')),
        "array": _bad(frame(b"[]")),
        "empty": _bad(frame(b"")),
        "empty object": _bad(frame(b"{}")),
        "no JSON": _bad(frame(b"{")),
        "NaN": _bad(frame(b'{"type":"ping","payload":{"x":NaN}}')),
        "5,000 digits": _bad(frame(b'{"type":"ping","payload":{"x":' + b"9" * 5_000 + b"}}")),
        "deep": _bad(frame(b"[" * 30_000)),
        "half a surrogate pair": _bad(frame(rb'{"type":"ping","payload":{"x":"\ud800"}}')),
        "byte order mark": _bad(frame(b'\xef\xbb\xbf{"type":"ping"}')),
        "binary": _bad(frame(b'{"type":"ping"}', Opcode.BINARY)),
        "batch": _bad(frame(b'[{"type":"ping"},{"type":"ping"}]')),
        "before the init": _bad(frame(b"null"), init=False),
    },
    "frames: types": {
        "no type": _bad(frame(b'{"id":"1"}')),
        "a number": _bad(message(1)),  # type: ignore[arg-type]
        "null": _bad(message(None)),  # type: ignore[arg-type]
        "an object": _bad(message({})),  # type: ignore[arg-type]
        "of the older protocol": _bad(message("start", id="1", payload={"query": "{ __typename }"})),
        "the server's own": _bad(message("connection_ack")),
        "next": _bad(message("next", id="1", payload={})),
        "capital letters": _bad(message("PING")),
        "ping with a string": _bad(message("ping", payload="x")),
        "pong with a list": _bad(message("pong", payload=[])),
        "complete without an id": _bad(message("complete")),
        "complete of a list": _bad(message("complete", id=["1"])),
        "complete of nobody": SocketAttack([message("complete", id="nobody")] * 100),
    },
    "frames: init": {
        "twice": SocketAttack([message("connection_init")], closes=4429),
        "twice at once": SocketAttack([message("connection_init") * 2], closes=4429, init=False),
        "never": SocketAttack([], closes=4408, init=False),
        "pings instead": SocketAttack([message("ping"), 0.5] * 30, closes=4408, init=False),
        "a string": _init("Bearer x", 4400),
        "a list": _init([], 4400),
        "a token of a number": _init({"Authorization": 1}, 4400),
        "a token of a list": _init({"authorization": ["Bearer x"]}, 4400),
        "no token": _init({"Authorization": "Bearer"}, 4403),
        "a word": _init({"Authorization": "Bearer x"}, 4403),
        "a deep token": _init({"Authorization": "Bearer " + "W1tb" * 10_000 + ".e30.x"}, 4403),
        "letters that are no ASCII": _init({"Authorization": "Bearer ü\0"}, 4403),
        "logged out": SocketAttack(lambda world: _token(world.logged_out), closes=4403, init=False),
        "a refresh token": SocketAttack(lambda world: _token(world.refresh_token), closes=4403, init=False),
        "a key taken back": SocketAttack(lambda world: _token(world.revoked_key), closes=4403, init=False),
        "a subscription first": SocketAttack([_subscribe({"query": _WATCH})], closes=4401, init=False),
    },
    "frames: subscribe": {
        "alone": _bad(message("subscribe")),
        "no id": _bad(message("subscribe", payload={"query": "{ __typename }"})),
        "an empty id": _bad(_subscribe({"query": "{ __typename }"}, "")),
        "an id of a number": _bad(_subscribe({"query": "{ __typename }"}, 1)),
        "an id of an object": _bad(_subscribe({"query": "{ __typename }"}, {})),
        "an id of null": _bad(_subscribe({"query": "{ __typename }"}, None)),
        "no payload": _bad(_subscribe(None)),
        "a payload of a string": _bad(_subscribe("{ __typename }")),
        "a payload of nothing": _bad(_subscribe({})),
        "a query of a number": _bad(_subscribe({"query": 1})),
        "variables of a list": _bad(_subscribe({"query": "{ __typename }", "variables": []})),
        "a name of a list": _bad(_subscribe({"query": "{ __typename }", "operationName": []})),
        "extensions of a word": _bad(_subscribe({"query": "{ __typename }", "extensions": "x"})),
        "the same id": SocketAttack(
            lambda world: [*_token(world.person), *[_subscribe({"query": _WATCH})] * 2], closes=4409, init=False
        ),
    },
    "frames: operations": {
        "broken": _error({"query": "{"}, "INVALID_OPERATION"),
        "empty": _error({"query": ""}, "INVALID_OPERATION"),
        "unknown": _error({"query": "subscription { nope }"}, "INVALID_OPERATION"),
        "two at once": _error(
            {"query": "subscription { dashboard { __typename } downloads { __typename } }"}, "INVALID_OPERATION"
        ),
        "introspection instead": _error({"query": "subscription { __typename }"}, "INVALID_OPERATION"),
        "deep": _error({"query": "subscription" + "{a" * 500 + "}" * 500}, "OPERATION_TOO_COSTLY"),
        "wide": _error({"query": "subscription { dashboard {" + " __typename" * 500 + "} }"}, "OPERATION_TOO_COSTLY"),
        "doubling fragments": _error(
            {
                "query": "{ ...F0 }"
                + "".join(f"fragment F{at} on Query {{ ...F{at + 1} ...F{at + 1} }}" for at in range(25))
                + "fragment F25 on Query { __typename }"
            },
            "OPERATION_TOO_COSTLY",
        ),
        "a stranger's": _error({"query": _WATCH}, "UNAUTHENTICATED"),
        "unknown by its hash": _error(
            {"query": "", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0"}}}, "INVALID_OPERATION"
        ),
        "a cursor of nonsense": SocketAttack(
            lambda world: [
                *_token(world.person),
                _subscribe({"query": 'subscription { dashboard(after: "../../etc") { __typename } }'}),
            ],
            code="INVALID_OPERATION",
            init=False,
        ),
        "6,000 variables": _error(
            {"query": "{ __typename }", "variables": {f"a{at}": 1 for at in range(5_001)}}, "OPERATION_TOO_COSTLY"
        ),
    },
    "frames: floods": {
        "pings": SocketAttack([message("ping") * 3_000]),
        "pings of the transport": SocketAttack([frame(b"", Opcode.PING) * 40_000]),
        "fat pings of the transport": SocketAttack([frame(b"x" * 125, Opcode.PING) * 20_000]),
        "pongs nobody asked for": SocketAttack([frame(b"", Opcode.PONG) * 40_000]),
        "empty frames of one message": SocketAttack(
            [frame(b"", last=False) + frame(b"", Opcode.CONTINUATION, last=False) * 40_000], closes=1009
        ),
        "frames of a byte": SocketAttack(
            [frame(b"{", last=False) + frame(b" ", Opcode.CONTINUATION, last=False) * 70_000], closes=1009
        ),
        "empty messages": SocketAttack([frame(b"") * 40_000], closes=4400),
        "completes": SocketAttack([message("complete", id="x") * 10_000]),
        "subscriptions": SocketAttack(
            lambda world: [
                *_token(world.person),
                b"".join(_subscribe({"query": _WATCH}, str(at)) for at in range(21)),
            ],
            code="RATE_LIMITED",
            init=False,
        ),
        "subscriptions that end at once": SocketAttack(
            [b"".join(_subscribe({"query": _WATCH}, "a") + message("complete", id="a") for at in range(500))]
        ),
        "documents that differ": SocketAttack(
            [b"".join(_subscribe({"query": "{" + f" a{at}: __typename" * 20 + "}"}, str(at)) for at in range(200))]
        ),
    },
    "frames: broken": {
        "not masked": _broken(frame(b'{"type":"ping"}', masked=False)),
        "reserved bit": _broken(frame(b'{"type":"ping"}', rsv=4)),
        "all reserved bits": _broken(frame(b'{"type":"ping"}', rsv=7)),
        "opcode 3": _broken(frame(b"x", 3)),
        "opcode 11": _broken(frame(b"", 11)),
        "continuation of nothing": _broken(frame(b"x", Opcode.CONTINUATION)),
        "a text within a text": _broken(frame(b"a", last=False) + frame(b"b")),
        "a ping in pieces": _broken(frame(b"", Opcode.PING, last=False)),
        "a ping of 126 bytes": _broken(frame(b"x" * 126, Opcode.PING)),
        "bad UTF-8": _broken(frame(b"\xff\xfe"), code=1007),
        "cut UTF-8": _broken(frame(b'"\xe2\x82'), code=1007),
        "a close of one byte": _broken(frame(b"\x03", Opcode.CLOSE)),
        "a close with no such code": _broken(frame((999).to_bytes(2), Opcode.CLOSE)),
        "a close with a reserved code": _broken(frame((1005).to_bytes(2), Opcode.CLOSE)),
        "a close with a bad reason": _broken(frame((1000).to_bytes(2) + b"\xff", Opcode.CLOSE), code=1007),
        "HTTP": _broken(head(method="GET")),
        "HTTP with a body": _broken(post(b"{}")),
    },
    "frames: sizes": {
        "64 KiB and one": SocketAttack([frame(json.dumps("x" * 65_536).encode())], closes=1009),
        "a terabyte announced": SocketAttack([b"\x81\xff" + (2**40).to_bytes(8) + bytes(4) + b"x"], closes=1009),
        "a negative length": SocketAttack([b"\x81\xff" + b"\xff" * 8 + bytes(4)], closes=1009),
        "64 KiB in pieces": SocketAttack(
            [frame(b" " * 1_000, last=False) + frame(b" " * 1_000, Opcode.CONTINUATION, last=False) * 66], closes=1009
        ),
        "an id of 60,000 letters": SocketAttack([_subscribe({"query": "{"}, "x" * 60_000)], code="INVALID_OPERATION"),
        "a byte at a time": SocketAttack(
            [piece for byte in message("ping")[:30] for piece in (bytes([byte]), 0.01)] + [message("ping")[30:]]
        ),
    },
}
