"""Heads of requests: headers, methods, addresses, and what is no HTTP at all."""

from tests.attacks.attack import CLOSED, HttpClasses, harmless, head, operation, post, refused, slowly, unanswered

_BODY = b'{"query":"{ server { version } }"}'
_FILE = "/files/01900000-0000-7000-8000-000000000000/a"
_QUERY = "{ server { version } }"


def _get(target: str, *headers: str) -> bytes:
    return head(*headers, method="GET", target=target)


def _accepting(accept: str) -> bytes:
    return head("Content-Type: application/json", f"Accept: {accept}", f"Content-Length: {len(_BODY)}") + _BODY


def _kind(kind: str) -> bytes:
    return post(_BODY, kind=kind)


HEADS: HttpClasses = {
    "headers: media types": {
        "none": refused(head(f"Content-Length: {len(_BODY)}") + _BODY, 415),
        "empty": refused(_kind(""), 415),
        "text": refused(_kind("text/plain"), 415),
        "form": refused(_kind("application/x-www-form-urlencoded"), 415),
        "application/graphql": refused(_kind("application/graphql"), 415),
        "almost JSON": refused(_kind("application/jsonp"), 415),
        "JSON with a suffix": refused(_kind("application/json,text/plain"), 415),
        "UTF-16": refused(_kind("application/json; charset=utf-16"), 415),
        "UTF-7": refused(_kind("application/json; charset=utf-7"), 415),
        "two charsets": refused(_kind("application/json; charset=utf-8; charset=utf-16"), 415),
        "10,000 parameters": harmless(_kind("application/json" + ";a=b" * 10_000)),
        "letters that are no ASCII": refused(_kind("application/jsön"), 415),
        "twice, and different": refused(post(_BODY, "Content-Type: text/plain", kind="text/html"), 415),
    },
    "headers: Accept": {
        "HTML": refused(_accepting("text/html"), 406),
        "nothing at all": refused(_accepting(";;,q=,/"), 406),
        "weight of nonsense": refused(_accepting("*/*;q=x"), 406),
        "weight of NaN": refused(_accepting("*/*;q=nan"), 406),
        "weight below nothing": refused(_accepting("*/*;q=-1"), 406),
        "weight without an end": harmless(_accepting("*/*;q=1e999")),
        "events only": refused(_accepting("text/event-stream"), 406),
        "10,000 ranges": harmless(_accepting("a/b," * 10_000 + "*/*")),
    },
    "headers: who calls": {
        "Host that is none": harmless(operation(_QUERY).replace(b"nest.test", b"a[b")),
        "Host with a path": harmless(operation(_QUERY).replace(b"nest.test", b"evil.test/graphql?")),
        "Host of 10,000 letters": harmless(operation(_QUERY).replace(b"nest.test", b"a" * 10_000)),
        "two Hosts": harmless(operation(_QUERY, "Host: evil.test")),
        "no Host": harmless(head("Content-Type: application/json", f"Content-Length: {len(_BODY)}", host="") + _BODY),
        "forwarded for nonsense": harmless(operation(_QUERY, "X-Forwarded-For: ' OR 1=1 --, [::, 999.1.1.1")),
        "forwarded for 10,000": harmless(operation(_QUERY, "X-Forwarded-For: " + "10.0.0.1," * 3_000)),
        "forwarded to metrics": unanswered(_get("/metrics", "X-Forwarded-For: 127.0.0.1"), 403),
        "forwarded by another name": unanswered(_get("/metrics", "Forwarded: for=127.0.0.1"), 403),
        "forwarded host": harmless(operation(_QUERY, "X-Forwarded-Host: evil.test", "X-Forwarded-Proto: javascript")),
        "method override": harmless(operation(_QUERY, "X-HTTP-Method-Override: DELETE")),
        "original URL": harmless(operation(_QUERY, "X-Original-URL: /metrics", "X-Rewrite-URL: /metrics")),
        "foreign origin": harmless(operation(_QUERY, "Origin: https://evil.test")),
        "origin null": harmless(operation(_QUERY, "Origin: null")),
        "origin of nonsense": harmless(operation(_QUERY, "Origin: http://[::", "Referer: javascript:alert(1)")),
        "foreign preflight": unanswered(
            head("Origin: https://evil.test", "Access-Control-Request-Method: POST", method="OPTIONS"), 400
        ),
        "preflight of nonsense": unanswered(
            head(
                "Origin: \x80",
                "Access-Control-Request-Method: TRACE",
                "Access-Control-Request-Headers: a" + ",a" * 5_000,
                method="OPTIONS",
            ),
            400,
        ),
        "a form of another site": refused(
            post(b"query=mutation{logout{ok}}", "Origin: https://evil.test", kind="application/x-www-form-urlencoded"),
            415,
        ),
        "a request id of theirs": harmless(operation(_QUERY, "X-Request-ID: " + "'\"<script>" * 100)),
    },
    "headers: shapes": {
        "one of 20,000 letters": harmless(operation(_QUERY, "X-Long: " + "a" * 20_000)),
        "one of 200,000 letters": unanswered(operation(_QUERY, "X-Long: " + "a" * 200_000), 431),
        "a thousand": harmless(operation(_QUERY, *[f"X-{at}: {at}" for at in range(1_000)])),
        "a name of 100,000 letters": unanswered(operation(_QUERY, "X" * 100_000 + ": a"), 431),
        "without a colon": unanswered(operation(_QUERY, "nonsense"), 400),
        "space before the colon": unanswered(operation(_QUERY, "X-A : b"), 400),
        "folded": unanswered(operation(_QUERY, "X-A: b\r\n c"), 400),
        "a name of spaces": unanswered(operation(_QUERY, " : x"), 400),
        "NUL in a value": unanswered(operation(_QUERY, "X-A: a\0b"), 400),
        "NUL in a name": unanswered(operation(_QUERY, "X\0A: b"), 400),
        "lines of their own": harmless(operation(_QUERY, "X-Request-ID: a%0d%0aX-Evil: 1")),
        "a bare line feed": unanswered(operation(_QUERY, "X-A: b\nX-B: c"), 400),
        "a bare carriage return": unanswered(operation(_QUERY, "X-A: b\rX-B: c"), 400),
        "letters that are no ASCII": unanswered(operation(_QUERY, "X-N\xe4me: x"), 400),
        "an agent of bytes": harmless(operation(_QUERY, "User-Agent: \xff\xfe\x80")),
        "a Range": harmless(operation(_QUERY, "Range: bytes=" + "0-," * 5_000)),
        "an unknown Expect": harmless(operation(_QUERY, "Expect: 200-maybe")),
        "an upgrade to what is not there": refused(operation(_QUERY, "Connection: Upgrade", "Upgrade: h2c")),
    },
    "methods": {
        **{
            method: refused(head("Content-Length: 0", method=method), 405)
            for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
        },
        "HEAD": unanswered(head(method="HEAD"), 405),
        "unknown": unanswered(head(method="HACK"), 400),
        "small letters": unanswered(head(method="get"), 400),
        "CONNECT": unanswered(head(method="CONNECT", target="evil.test:443"), 400),
        "a mutation by GET": refused(_get("/graphql?query=mutation%7Blogout%7Bok%7D%7D"), 405),
        "a subscription by GET": refused(_get("/graphql?query=subscription%7Bdashboard%7B__typename%7D%7D")),
        "a subscription by POST": refused(operation("subscription { dashboard { __typename } }")),
        "variables of nonsense by GET": refused(_get("/graphql?query=%7B__typename%7D&variables=%7B")),
        "variables deep by GET": refused(_get("/graphql?query=%7B__typename%7D&variables=" + "%5B" * 9_000)),
        "bad bytes by GET": refused(
            _get("/graphql?query=%ff%fe", "Accept: application/graphql-response+json"), code="INVALID_OPERATION"
        ),
        "10,000 parameters by GET": refused(_get("/graphql?" + "a=b&" * 10_000)),
        "nothing by GET": refused(_get("/graphql")),
    },
    "paths": {
        "up and out": unanswered(_get("/../../etc/passwd"), 404),
        "up and out of the page": unanswered(_get("/graphiql/../../../etc/passwd"), 404),
        "up and out of its files": unanswered(_get("/graphiql/assets/../../../page.py"), 404),
        "the same, encoded": unanswered(_get("/graphiql/assets/%2e%2e%2f%2e%2e%2fpage.py"), 404),
        "the same, encoded twice": unanswered(_get("/graphiql/assets/%252e%252e%252fpage.py"), 404),
        "the same with backslashes": unanswered(_get("/graphiql/assets/..%5c..%5cpage.py"), 404),
        "an absolute file": unanswered(_get("/graphiql/assets//etc/passwd"), 404),
        "NUL in a file": unanswered(_get("/graphiql/assets/a%00.js"), 404),
        "a file of 5,000 letters": unanswered(_get("/graphiql/assets/" + "a" * 5_000), 404),
        "another base path": unanswered(_get("/medianest/graphql"), 404),
        "a slash at the end": unanswered(_get("/graphql/"), 404),
        "a slash at the end, another host": unanswered(
            head(method="GET", target="/health/live/", host="evil.test"), 404
        ),
        "two slashes": unanswered(_get("//evil.test/graphql"), 404),
        "another host": unanswered(_get("http://evil.test/graphql"), 400),
        "capital letters": unanswered(_get("/GraphQL"), 404),
        "bad encoding": unanswered(_get("/%ff%fe%00%zz"), 404),
        "bytes": unanswered(_get("/\xff\xfe"), 400),
        "100,000 letters": unanswered(_get("/" + "a" * 100_000), 431),
        "an asterisk": unanswered(head(method="OPTIONS", target="*"), 404),
        "no slash": unanswered(_get("graphql"), 400),
    },
    "links": {
        "no signature": unanswered(_get(_FILE), 403),
        "a wrong one": unanswered(_get(f"{_FILE}?expires=9999999999&signature=x"), 403),
        "an empty one": unanswered(_get(f"{_FILE}?expires=9999999999&signature="), 403),
        "of bytes": unanswered(_get(f"{_FILE}?expires=9999999999&signature=%ff%00"), 403),
        "of letters that are no ASCII": unanswered(_get(f"{_FILE}?expires=1&signature=%C3%A9"), 403),
        "of surrogates": unanswered(_get(f"{_FILE}?expires=1&signature=%ED%A0%80"), 403),
        "expiry of 5,000 digits": unanswered(_get(f"{_FILE}?signature=x&expires=" + "9" * 5_000), 403),
        "expiry below nothing": unanswered(_get(f"{_FILE}?signature=x&expires=-1"), 403),
        "expiry of other digits": unanswered(_get(f"{_FILE}?signature=x&expires=%D9%A1"), 403),
        "no file's id": unanswered(_get("/files/x/a?expires=1&signature=x"), 403),
        "an id with a path": unanswered(_get("/files/..%2f..%2fsecret.key/a?expires=1&signature=x"), 404),
        "up and out": unanswered(_get("/files/../secret.key"), 403),
        "by POST": unanswered(head("Content-Length: 0", target=_FILE), 405),
    },
    "wire": {
        "nothing": unanswered(b""),
        "a line that never ends": unanswered([b"GET / HT"]),
        "a head that never ends": unanswered(
            [b"POST /graphql HTTP/1.1\r\nHost: a\r\n", *slowly(b"X-A: b\r\n", 0.5, 60)]
        ),
        "an endless head": unanswered(b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 100_000, 431),
        "an endless line": unanswered(b"GET /" + b"a" * 1_000_000, 431),
        "a byte now and then": unanswered(
            [piece for byte in b"GET /health/live HTTP/1.1\r\nHost: nest\r\n" for piece in (bytes([byte]), 0.4)]
        ),
        "the same on a connection in use": unanswered(
            [_get("/health/live"), 0.2, b"GET / HTTP/1.1\r\n", *slowly(b"X-A: b\r\n", 0.5, 60)], 200, CLOSED
        ),
        "TLS": unanswered(bytes.fromhex("16030100c8010000c40303") + bytes(190), 400),
        "SSH": unanswered(b"SSH-2.0-OpenSSH_9.2\r\n", 400),
        "Redis": unanswered(b"*1\r\n$4\r\nPING\r\n", 400),
        "HTTP/2": unanswered(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        "HTTP/0.9": unanswered(b"GET /\r\n"),
        "HTTP/9.9": unanswered(b"GET / HTTP/9.9\r\n\r\n", 400),
        "random bytes": unanswered(bytes(range(256)) * 16, 400),
        "empty lines": unanswered(b"\r\n" * 1_000 + _get("/health/live"), 200),
        "a smuggled request": unanswered(
            head("Content-Type: application/json", "Content-Length: 6", "Transfer-Encoding: chunked")
            + b"0\r\n\r\nGET /metrics HTTP/1.1\r\nX: x",
            400,
        ),
        "a hundred at once": unanswered(_get("/health/live") * 100, *[200] * 100),
        "a hundred bodies at once": unanswered(operation(_QUERY) * 100, *[200] * 100),
    },
}
