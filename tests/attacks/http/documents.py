"""Documents that are wrong, large, or larger than they look."""

import hashlib
import json

from tests.attacks.attack import HttpClasses, harmless, invalid, operation, post, refused, too_costly

_VERSION = "server { version }"


def _fragments(count: int, spread: str = "...F{next} ...F{next}") -> str:
    """A chain of fragments, each with the next one in it, as `spread` says."""
    chain = "".join(f"fragment F{at} on Query {{ {spread.format(next=at + 1)} }} " for at in range(count))
    return f"{{ ...F0 }} {chain} fragment F{count} on Query {{ {_VERSION} }}"


def _introspection(levels: int) -> str:
    return "{ __schema { types " + "{ fields { type " * levels + "{ name }" + " } }" * levels + " } }"


def _persisted(query: str | None, digest: object, version: object = 1) -> bytes:
    extensions = {"persistedQuery": {"version": version, "sha256Hash": digest}}
    return post(json.dumps({"query": query, "extensions": extensions}).encode())


def _named(name: object, query: str = "query A { server { version } } query B { viewer { id } }") -> bytes:
    return operation(query, operationName=name)


DOCUMENTS: HttpClasses = {
    "documents: broken": {
        "empty": invalid(""),
        "only a comment": invalid("# nothing"),
        "cut off": invalid("{ server {"),
        "a brace too many": invalid("{ server { version } } }"),
        "NUL": invalid("{ server\0 { version } }"),
        "control characters": invalid("{ \x01\x02\x1b }"),
        "bidirectional override": invalid("{ \u202eserver { version } }"),
        "letters that look alike": invalid("{ s\u0435rver { version } }"),
        "no operation": invalid("fragment F on Query { server { version } }"),
        "type definition": invalid("type Query { hacked: String }"),
        "schema extension": invalid("extend type Query { hacked: String }"),
        "empty selection": harmless(operation("{ server { } }")),
        "unclosed string": invalid('{ node(id: "x) { id } }'),
        "bad escape": invalid(r'{ node(id: "\u12") { id } }'),
        "surrogate escape": invalid(r'{ node(id: "\uD800") { id } }'),
        "SQL": invalid("'; DROP TABLE users; --"),
        "HTML": invalid("<script>alert(1)</script>"),
        "JSON": invalid('{"query": "{ server }"}'),
    },
    "documents: deep": {
        "fields": too_costly("{ a " * 20 + "}" * 20),
        "braces": too_costly("{a" * 1_000 + "}" * 1_000),
        "braces without an end": too_costly("{a" * 1_500),
        "inline fragments": too_costly("{" + "...{" * 600 + "a" + "}" * 601),
        "lists in an argument": too_costly("{ nodes(ids: " + "[" * 900 + "]" * 900 + ") { id } }"),
        "objects in an argument": too_costly(
            "{ downloads(filter: " + "{a:" * 600 + "1" + "}" * 600 + ") { totalCount } }"
        ),
        "list type of a variable": too_costly(
            "query ($a: " + "[" * 950 + "Int" + "]" * 950 + ") { server { version } }"
        ),
        "eleven levels": too_costly("{ a" * 11 + "}" * 11),
    },
    "documents: wide": {
        "fields": too_costly("{" + " server { version }" * 300 + "}"),
        "the same field": too_costly("{ server {" + " version" * 1_500 + "} }"),
        "unknown fields": too_costly("{" + " ".join(f"nope{at}" for at in range(500)) + "}"),
        "a field of 32,000 letters": invalid("{" + "a" * 32_000 + "}"),
        "characters": too_costly("{ server { version } }" + " " * 33_000),
        "comments": too_costly("#\n" * 5_000 + "{ server { version } }"),
        "commas": too_costly("," * 40_000 + "{ server { version } }"),
        "tokens": too_costly("{ nodes(ids: [" + "1 " * 3_000 + "]) { id } }"),
        "operations": too_costly(" ".join(f"query Q{at} {{ server {{ version }} }}" for at in range(11))),
        "anonymous operations": too_costly("{ server { version } }" * 20),
        "arguments": invalid("{ server(" + "".join(f"a{at}: 1 " for at in range(600)) + ") { version } }"),
        "unknown parts of an input": invalid(
            "{ downloads(filter: {" + "".join(f"z{at}: 1 " for at in range(600)) + "}) { totalCount } }"
        ),
        "values of no enum": invalid(
            "{ events(types: [" + " ".join(f"DOWNLOD_{at}" for at in range(1_500)) + "]) { totalCount } }"
        ),
        "pages": too_costly("{ downloads(first: 100) { nodes { timeline(first: 100) { nodes { id } } } } }"),
        "pages in a variable": too_costly(
            "query ($n: Int) { downloads(first: $n) { nodes { timeline(first: $n) { nodes { id } } } } }",
            variables={"n": 100},
        ),
        "pages by default": too_costly(
            "query ($n: Int = 100) { downloads(first: $n) { nodes { timeline(first: $n) { nodes { id } } } } }"
        ),
        "block string": harmless(operation('{ node(id: """' + "\\n" * 15_000 + '""") { id } }')),
    },
    "documents: aliases": {
        "of a field": too_costly("{" + " ".join(f"a{at}: server {{ version }}" for at in range(31)) + "}"),
        "of a login": too_costly(
            "mutation {"
            + " ".join(f'a{at}: login(input: {{ email: "a", password: "b" }}) {{ expiresAt }}' for at in "ab")
            + "}"
        ),
        "of a login in two operations": too_costly(
            " ".join(
                f'mutation {name} {{ login(input: {{ email: "a", password: "b" }}) {{ expiresAt }} }}' for name in "AB"
            ),
            operationName="A",
        ),
        "of a login by a fragment": too_costly(
            "mutation { ...F a: __typename ...F } "
            'fragment F on Mutation { x: login(input: { email: "a", password: "b" }) { expiresAt } }'
        ),
        "of a login by inline fragments": too_costly(
            "mutation {"
            + "".join(
                f'... {{ a{at}: login(input: {{ email: "a", password: "b" }}) {{ expiresAt }} }}' for at in range(3)
            )
            + "}"
        ),
        "that disagree": invalid("{ a: server { version } a: viewer { id } }"),
        "multiplied by fragments": too_costly(
            "{ ...A ...A ...A ...A } fragment A on Query {"
            + " ".join(f"a{at}: server {{ version }}" for at in range(10))
            + "}"
        ),
        "of introspection": too_costly("{" + " ".join(f"a{at}: __typename" for at in range(40)) + "}"),
    },
    "documents: fragments": {
        "cycle of one": invalid("{ ...A } fragment A on Query { ...A }"),
        "cycle of two": invalid("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"),
        "cycle below a field": invalid(
            "{ viewer { ...A } } fragment A on User { id sessions { nodes { id } } ...B } fragment B on User { ...A }"
        ),
        "cycle that nobody spreads": invalid("{ server { version } } fragment A on Query { ...A }"),
        "doubling 24 times": too_costly(_fragments(24)),
        "doubling 29 times": too_costly(_fragments(29)),
        "five at a time": too_costly(_fragments(9, "...F{next} " * 5)),
        "31 of them": too_costly(_fragments(30, "...F{next}")),
        "not there": invalid("{ ...Nowhere }"),
        "on no type": invalid("{ ...A } fragment A on Nowhere { id }"),
        "on a scalar": invalid("{ ...A } fragment A on String { id }"),
        "named on": invalid("{ ...on } fragment on on Query { id }"),
        "twice the same name": invalid(
            "{ ...A } fragment A on Query { __typename } fragment A on Query { __typename }"
        ),
        "on every type": harmless(
            operation('{ node(id: "x") {' + "... on Download { id } ... on User { id }" * 90 + "} }")
        ),
    },
    "documents: directives": {
        "a thousand": invalid("{ server " + "@skip " * 990 + "{ version } }"),
        "a thousand unknown": invalid("{ server " + "@a" * 980 + "{ version } }"),
        "three thousand": too_costly("{ server " + "@a" * 3_000 + "{ version } }"),
        "twice the same": invalid("{ server @include(if: true) @include(if: true) { version } }"),
        "on the operation": invalid("query @skip(if: true) { server { version } }"),
        "without its argument": invalid("{ server @include { version } }"),
        "with a string": invalid('{ server @include(if: "true") { version } }'),
        "with a variable that is not there": invalid("{ server @include(if: $a) { version } }"),
        "defer": invalid("{ ... @defer { server { version } } }"),
        "stream": invalid("{ nodes(ids: []) @stream { id } }"),
        "oneOf": invalid("{ server @oneOf { version } }"),
    },
    "documents: introspection": {
        "types of types": invalid(_introspection(4)),
        "types of types of types": invalid(_introspection(8)),
        "with data": too_costly("{ __schema { types { name } } viewer { id } }"),
        "by a fragment": invalid("{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...A } } }"),
        "possible types": harmless(
            operation('{ __type(name: "Node") { possibleTypes { name interfaces { name } } } }')
        ),
        "of nothing": harmless(operation('{ __type(name: "") { name } }')),
        "of a very long name": harmless(operation('{ __type(name: "' + "a" * 30_000 + '") { name } }')),
        "in a mutation": too_costly("mutation { __schema { types { name } } logout { ok } }"),
    },
    "documents: persisted": {
        "unknown": refused(_persisted(None, "0" * 64), code="INVALID_OPERATION"),
        "of another document": refused(_persisted("{ viewer { id } }", hashlib.sha256(b"{ server }").hexdigest())),
        "of nothing": refused(_persisted("", hashlib.sha256(b"").hexdigest()), code="INVALID_OPERATION"),
        "number": refused(_persisted("{ viewer { id } }", 1)),
        "array": refused(_persisted("{ viewer { id } }", ["a"])),
        "null": refused(_persisted("{ viewer { id } }", None)),
        "megabytes": refused(_persisted(None, "0" * 200_000), code="INVALID_OPERATION"),
        "version 2": refused(_persisted("{ viewer { id } }", "0" * 64, 2)),
        "version true": refused(_persisted("{ viewer { id } }", "0" * 64, "1")),
        "string": refused(post(b'{"query":"{viewer{id}}","extensions":{"persistedQuery":"x"}}')),
        "path": refused(_persisted(None, "../../etc/passwd"), code="INVALID_OPERATION"),
        "an invalid document": refused(
            _persisted("{ nope }", hashlib.sha256(b"{ nope }").hexdigest()), code="INVALID_OPERATION"
        ),
    },
    "documents: operation names": {
        "unknown": refused(_named("C"), code="INVALID_OPERATION"),
        "none of two": refused(_named(None), code="INVALID_OPERATION"),
        "empty": refused(_named(""), code="INVALID_OPERATION"),
        "a fragment's": refused(_named("F", "{ ...F } fragment F on Query { __typename }"), code="INVALID_OPERATION"),
        "of 100,000 letters": refused(_named("A" * 100_000), code="INVALID_OPERATION"),
        "__proto__": refused(_named("__proto__"), code="INVALID_OPERATION"),
        "NUL": refused(_named("A\0"), code="INVALID_OPERATION"),
        "object": refused(_named({})),
        "array": refused(_named(["A"])),
        "number": refused(_named(0)),
        "twice in the document": refused(
            _named("A", "query A { __typename } query A { __typename }"), code="INVALID_OPERATION"
        ),
        "a mutation behind a query": harmless(
            _named("B", "query A { __typename } mutation B { logout { ok errors { code } } }")
        ),
    },
}
