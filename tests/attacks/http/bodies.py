"""Bodies that are not what they are said to be."""

import gzip
import json
import zlib
from collections.abc import Callable

from tests.attacks.attack import (
    HttpClasses,
    World,
    harmless,
    head,
    invalid,
    operation,
    post,
    refused,
    slowly,
    too_costly,
    unanswered,
)

_QUERY = b'{"query":"{ server { version } }"}'
_FIND = "query ($filter: DownloadFilter) { downloads(filter: $filter) { totalCount } }"
_IDS = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
_PAGE = "query ($n: Int) { downloads(first: $n) { totalCount } }"


def _variables(text: str) -> bytes:
    return post(
        b'{"query":"query ($n: Int) { downloads(first: $n) { totalCount } }","variables":' + text.encode() + b"}"
    )


def _announced(length: object) -> bytes:
    return head("Content-Type: application/json", f"Content-Length: {length}")


_CHUNKED = head("Content-Type: application/json", "Transfer-Encoding: chunked")
_FORM = "multipart/form-data; boundary=b"
_PART = b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'


def _form(*parts: bytes, preflight: bool = True, kind: str = _FORM, token: str = "") -> bytes:
    """By a stranger, or whoever has the token."""
    headers = ["Apollo-Require-Preflight: true"] if preflight else []
    return post(
        b"".join(parts) + b"--b--\r\n", *headers, *([f"Authorization: Bearer {token}"] if token else []), kind=kind
    )


def _multipart(*parts: bytes, kind: str = _FORM) -> Callable[[World], bytes]:
    """By somebody who has logged in."""
    return lambda world: _form(*parts, kind=kind, token=world.person)


_UPLOAD = b"mutation ($f: Upload!) { uploadFile(input: { kind: OTHER, file: $f }) { file { id } errors { code } } }"
_OPERATIONS = _PART % (b"operations", b'{"query":"%b","variables":{"f":null}}' % _UPLOAD)
_MAP = _PART % (b"map", b'{"0":["variables.f"]}')
_FILE = b'--b\r\nContent-Disposition: form-data; name="0"; filename="a"\r\nContent-Type: image/png\r\n\r\nx\r\n'

BODIES: HttpClasses = {
    "bodies: no object": {
        "empty": refused(post(b"")),
        "spaces": refused(post(b" " * 1_000)),
        "null": refused(post(b"null")),
        "true": refused(post(b"true")),
        "number": refused(post(b"42")),
        "string": refused(post(b'"{ server { version } }"')),
        "empty object": refused(post(b"{}")),
        "query in the clear": refused(post(b"{ server { version } }")),
        "form": refused(post(b"query=%7Bserver%7D")),
        "XML": refused(post(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')),
        "pickle": refused(
            post(b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93.")
        ),
    },
    "bodies: batches": {
        "empty": refused(post(b"[]")),
        "of one": refused(post(b"[" + _QUERY + b"]")),
        "of a thousand": refused(post(b"[" + b",".join([_QUERY] * 1_000) + b"]")),
        "of nulls": refused(post(b"[" + b"null," * 50_000 + b"null]")),
        "one after another": refused(post(_QUERY * 2)),
        "by lines": refused(post(b"\n".join([_QUERY] * 2))),
    },
    "bodies: encodings": {
        "bad UTF-8": refused(post(b'{"query":"\xff\xfe"}')),
        "cut UTF-8": refused(post(b'{"query":"\xe2\x82"}')),
        "overlong UTF-8": refused(post(b'{"query":"\xc0\xaf"}')),
        "surrogates in UTF-8": refused(post(b'{"query":"\xed\xa0\x80"}')),
        "UTF-7": invalid("+AHs-server+AH0-"),
        "UTF-16": refused(post(_QUERY.decode().encode("utf-16"))),
        "UTF-16 without a mark": refused(post(_QUERY.decode().encode("utf-16-be"))),
        "UTF-32": refused(post(_QUERY.decode().encode("utf-32"))),
        "byte order mark": refused(post(b"\xef\xbb\xbf" + _QUERY)),
        "NULs": refused(post(bytes(1_000))),
        "half a surrogate pair": refused(_variables(r'{"n":"\ud800"}')),
        "half a pair as a name": refused(_variables(r'{"\udc00":1}')),
        "gzip": refused(post(gzip.compress(_QUERY), "Content-Encoding: gzip"), 415),
        "gzip that nobody named": refused(post(gzip.compress(_QUERY))),
        "a bomb of 50 MB": refused(post(zlib.compress(bytes(50_000_000)), "Content-Encoding: deflate"), 415),
        "brotli": refused(post(_QUERY, "Content-Encoding: br"), 415),
        "gzip twice": refused(post(gzip.compress(gzip.compress(_QUERY)), "Content-Encoding: gzip, gzip"), 415),
    },
    "bodies: JSON": {
        "deep array": refused(_variables('{"n":' + "[" * 50_000 + "]" * 50_000 + "}")),
        "deep object": refused(_variables('{"a":' * 20_000 + "1" + "}" * 20_000)),
        "deep without an end": refused(post(b"[" * 200_000)),
        "900 deep": refused(
            operation(_PAGE, variables={"n": json.loads("[" * 900 + "]" * 900)}), code="INVALID_OPERATION"
        ),
        "trailing comma": refused(post(b'{"query":"{ server { version } }",}')),
        "comment": refused(post(b'{"query":"{ server { version } }"/* */}')),
        "single quotes": refused(post(b"{'query':'{ server { version } }'}")),
        "raw control character": refused(post(b'{"query":"{ server\x01 { version } }"}')),
        "the same key twice": harmless(post(b'{"query":"{ nope }","query":"{ server { version } }"}')),
        "the same key 20,000 times": harmless(
            post(b'{"query":"x",' + b'"a":1,' * 20_000 + b'"query":"{ __typename }"}')
        ),
        "keys that collide with Python's": harmless(
            post(b'{"__class__":"x","__init__":{},"__proto__":{},"query":"{ __typename }"}')
        ),
        "NaN": refused(_variables('{"n":NaN}')),
        "Infinity": refused(_variables('{"n":-Infinity}')),
        "1e999": refused(_variables('{"n":1e999}')),
        "5,000 digits": refused(_variables('{"n":' + "9" * 5_000 + "}")),
        "200,000 digits": refused(_variables('{"n":' + "9" * 200_000 + "}")),
        "200,000 decimals": harmless(_variables('{"n":null,"m":0.' + "1" * 200_000 + "}")),
        "query null": refused(post(b'{"query":null}')),
        "query number": refused(post(b'{"query":1}')),
        "query array": refused(post(b'{"query":["{ __typename }"]}')),
        "query object": refused(post(b'{"query":{"kind":"Document"}}')),
        "variables string": refused(_variables('"{}"')),
        "variables array": refused(_variables("[]")),
        "variables false": refused(_variables("false")),
        "extensions array": refused(post(b'{"query":"{ __typename }","extensions":[]}')),
        "extensions number": refused(post(b'{"query":"{ __typename }","extensions":1}')),
    },
    "bodies: variables": {
        "integer of 33 bits": invalid(_PAGE, variables={"n": 2**32}),
        "integer of 4,000 digits": invalid(_PAGE, variables={"n": int("9" * 4_000)}),
        "negative page": harmless(operation(_PAGE, variables={"n": -1})),
        "float for an integer": invalid(_PAGE, variables={"n": 1.5}),
        "true for an integer": invalid(_PAGE, variables={"n": True}),
        "object for an integer": invalid(_PAGE, variables={"n": {"$gt": 0}}),
        "missing": invalid(_IDS),
        "null for what must be": invalid(_IDS, variables={"ids": None}),
        "nulls inside": invalid(_IDS, variables={"ids": [None] * 100}),
        "60,000 IDs": too_costly(_IDS, variables={"ids": ["x"] * 20_000}),
        "6,000 unknown ones": too_costly(_PAGE, variables={f"a{at}": at for at in range(6_000)}),
        "5,000 wrong ones": invalid(_IDS, variables={"ids": [{}] * 4_900}),
        "unknown parts of an input": invalid(_FIND, variables={"filter": {f"z{at}": 1 for at in range(4_900)}}),
        "a string of 200,000 letters": harmless(operation(_FIND, variables={"filter": {"search": "a" * 200_000}})),
        "a pattern": harmless(operation(_FIND, variables={"filter": {"search": "%_%" * 10_000}})),
        "NUL": harmless(operation(_FIND, variables={"filter": {"search": "a\0b"}})),
        "SQL": harmless(operation(_FIND, variables={"filter": {"search": "' OR 1=1; DROP TABLE users; --"}})),
        "no enum": invalid(_FIND, variables={"filter": {"status": ["QUEUED'; --"]}}),
        "undeclared": harmless(operation("{ server { version } }", variables={"nobody": {"asked": ["for", "it"]}})),
        "default of the wrong type": invalid('query ($n: Int = "x") { downloads(first: $n) { totalCount } }'),
        "twice declared": invalid("query ($n: Int, $n: Int) { downloads(first: $n) { totalCount } }"),
        "of an output type": invalid("query ($u: User) { viewer { id } }"),
        "in a constant": invalid("query ($n: Int = $m, $m: Int) { downloads(first: $n) { totalCount } }"),
    },
    "bodies: lengths": {
        "256 KiB and one": refused(post(b" " * (256 * 1024 + 1)), 413, "PAYLOAD_TOO_LARGE"),
        "a gigabyte announced": refused(
            _announced(2**30) + b" " * 300_000,
            413,
            "PAYLOAD_TOO_LARGE",
        ),
        "more announced than sent": refused(_announced(len(_QUERY) + 1) + _QUERY, 408),
        "less announced than sent": unanswered(_announced(len(_QUERY)) + _QUERY + b'{"query":1}', 400),
        "negative": unanswered(_announced(-1) + _QUERY, 400),
        "no number": unanswered(_announced("x") + _QUERY, 400),
        "of 30 digits": unanswered(_announced("9" * 30) + _QUERY, 400),
        "two that differ": unanswered(
            head("Content-Type: application/json", "Content-Length: 5", f"Content-Length: {len(_QUERY)}") + _QUERY, 400
        ),
        "none at all": refused(head("Content-Type: application/json")),
        "an endless body": refused([_announced(1000), *slowly(b" ", 0.5, 30)], 408),
        "a body that never begins": refused(_announced(10), 408),
    },
    "bodies: chunks": {
        "too many": refused(
            _CHUNKED + (b"1000\r\n" + b" " * 4096 + b"\r\n") * 80,
            413,
            "PAYLOAD_TOO_LARGE",
        ),
        "of one byte": refused(_CHUNKED + b"1\r\n \r\n" * 20_000 + b"0\r\n\r\n"),
        "without an end": refused(_CHUNKED + b"5\r\n{    \r\n", 408),
        "slow": refused([_CHUNKED, *slowly(b"1\r\n \r\n", 0.5, 30)], 408),
        "with a length too": unanswered(
            head("Content-Type: application/json", "Content-Length: 4", "Transfer-Encoding: chunked")
            + b"22\r\n"
            + _QUERY
            + b"\r\n0\r\n\r\n",
            400,
        ),
        "length of no number": unanswered(_CHUNKED + b"xyz\r\n", 400),
        "length of 20 digits": unanswered(_CHUNKED + b"f" * 20 + b"\r\n", 400),
        "negative length": unanswered(_CHUNKED + b"-1\r\n", 400),
        "gzip in them": unanswered(
            head("Content-Type: application/json", "Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n", 400
        ),
        "chunked twice": unanswered(
            head("Content-Type: application/json", "Transfer-Encoding: chunked, chunked") + b"0\r\n\r\n", 400
        ),
        "something like chunked": unanswered(
            head("Content-Type: application/json", "Transfer-Encoding: xchunked") + b"0\r\n\r\n", 400
        ),
    },
    "bodies: multipart": {
        "without its preflight": refused(_form(_OPERATIONS, preflight=False), 415),
        "by a stranger": refused(_form(_OPERATIONS, _MAP, _FILE), 401, "UNAUTHENTICATED"),
        "nothing": refused(_multipart()),
        "without a map": refused(_multipart(_OPERATIONS, _FILE)),
        "a map of nothing": refused(_multipart(_OPERATIONS, _PART % (b"map", b"null"), _FILE)),
        "a map into the document": refused(_multipart(_OPERATIONS, _PART % (b"map", b'{"0":["query"]}'), _FILE)),
        "a map into Python": refused(
            _multipart(_OPERATIONS, _PART % (b"map", b'{"0":["variables.__class__.x"]}'), _FILE)
        ),
        "a map of 10,000": refused(
            _multipart(
                _OPERATIONS, _PART % (b"map", json.dumps({str(at): ["variables.f"] for at in range(9_000)}).encode())
            ),
            413,
            "PAYLOAD_TOO_LARGE",
        ),
        "the same file twice": refused(
            _multipart(_OPERATIONS, _PART % (b"map", b'{"0":["variables.f","variables.f"]}'), _FILE, _FILE)
        ),
        "another file behind it": refused(_multipart(_OPERATIONS, _MAP, _FILE, _FILE)),
        "a missing part": refused(_multipart(_OPERATIONS, _MAP)),
        "no boundary": refused(_multipart(_OPERATIONS, kind="multipart/form-data")),
        "a boundary of 10,000 letters": refused(
            _multipart(_OPERATIONS, kind="multipart/form-data; boundary=" + "b" * 10_000)
        ),
        "no end": refused(
            [
                head(
                    "Content-Type: multipart/form-data; boundary=b",
                    "Transfer-Encoding: chunked",
                    "Apollo-Require-Preflight: 1",
                ),
                *slowly(b"5\r\n--b\r\n\r\n", 0.01, 20),
            ],
            401,
            "UNAUTHENTICATED",
        ),
        "10,000 parts": refused(_multipart(*[_PART % (b"x", b"")] * 4_000)),
        "10,000 parts behind the file": refused(_multipart(_OPERATIONS, _MAP, _FILE, *[_PART % (b"x", b"")] * 4_000)),
        "an endless head of a part": refused(_multipart(b"--b\r\n" + b"X: " + b"a" * 200_000)),
        "10,000 heads of a part": refused(_multipart(b"--b\r\n" + b"X: y\r\n" * 10_000)),
        "a name with a path": harmless(
            _multipart(_OPERATIONS, _MAP, _FILE.replace(b'filename="a"', b'filename="../../etc/passwd"'))
        ),
    },
}
