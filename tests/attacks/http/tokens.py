"""What is no token, and what is nearly one."""

import base64
import json
import time
from typing import Any

import jwt

from services.tokens import _derive
from tests.attacks.attack import HttpAttack, HttpClasses, World, operation, refused

_MISSING = object()


def _with(authorization: str) -> bytes:
    return operation("{ viewer { id } }", f"Authorization: {authorization}")


def _garbage(authorization: str, status: int = 401) -> HttpAttack:
    return refused(_with(authorization), status, "UNAUTHENTICATED")


def _part(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _signed(code: Any = "UNAUTHENTICATED", **changes: Any) -> HttpAttack:
    """A token of the server's own making, but for `changes`: as if the key had been stolen."""

    def sent(world: World) -> bytes:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": "medianest", "aud": "medianest-api", "typ": "access", "sub": world.user_id, "sid": world.session_id,
            "jti": "a", "iat": now, "exp": now + 600,
        }  # fmt: skip
        claims = {name: value for name, value in {**claims, **changes}.items() if value is not _MISSING}
        signing = jwt.api_jws.PyJWS()
        text = json.dumps(claims).replace('"deep"', "[" * 5_000 + "]" * 5_000)
        return _with("Bearer " + signing.encode(text.encode(), _derive(world.key, "access tokens"), "HS256"))

    return refused(sent, 401, code)


def _crafted(head: Any, *, body: Any = None, signature: str | None = None) -> HttpAttack:
    def sent(world: World) -> bytes:
        body_part = world.person.split(".")[1] if body is None else _part(body)
        tail = world.person.split(".")[2] if signature is None else signature
        return _with(f"Bearer {_part(head)}.{body_part}.{tail}")

    return refused(sent, 401, "UNAUTHENTICATED")


def _of(choose: Any) -> HttpAttack:
    return refused(lambda world: _with(f"Bearer {choose(world)}"), 401, "UNAUTHENTICATED")


TOKENS: HttpClasses = {
    "tokens: no token": {
        "a word": _garbage("Bearer x"),
        "three words": _garbage("Bearer x.y.z"),
        "no word": _garbage("Bearer"),
        "dots": _garbage("Bearer ....."),
        "100,000 dots": _garbage("Bearer " + "." * 50_000),
        "a header that is no JSON": _garbage("Bearer " + _part("{") + ".e30.x"),
        "a header that is deep": _garbage("Bearer " + _part("[" * 30_000) + ".e30.x"),
        "a header that is deep and whole": _garbage(
            "Bearer " + _part('{"alg":' + "[" * 9_000 + "]" * 9_000 + "}") + ".e30.x"
        ),
        "a header that is a list": _garbage("Bearer " + _part([]) + ".e30.x"),
        "a header of 5,000 digits": _garbage("Bearer " + _part('{"alg":' + "9" * 5_000 + "}") + ".e30.x"),
        "Basic": _garbage("Basic YWRtaW46YWRtaW4="),
        "Digest": _garbage('Digest username="admin"'),
        "bytes": _garbage("Bearer \xff\xfe\x80"),
        "a list": _garbage("Bearer a, Bearer b"),
        "a token in a token": _garbage("Bearer Bearer x"),
        "another scheme's": _garbage("Token x"),
        "an API token of nonsense": _garbage("Bearer mn_x"),
        "an API token without an end": _garbage("Bearer mn_" + "a" * 20_000),
        "an API token of bytes": _garbage("Bearer mn_\xff\xfe"),
    },
    "tokens: algorithms": {
        "none": _crafted({"alg": "none", "typ": "JWT"}, signature=""),
        "NONE": _crafted({"alg": "NoNe", "typ": "JWT"}, signature=""),
        "none with a signature": _crafted({"alg": "none"}),
        "HS512": _crafted({"alg": "HS512"}),
        "RS256": _crafted({"alg": "RS256"}),
        "ES256": _crafted({"alg": "ES256"}),
        "empty": _crafted({"alg": ""}),
        "null": _crafted({"alg": None}),
        "a list": _crafted({"alg": ["HS256"]}),
        "an object": _crafted({"alg": {"HS256": 1}}),
        "missing": _crafted({"typ": "JWT"}),
    },
    "tokens: headers": {
        "a key of theirs": _crafted({"alg": "HS256", "jwk": {"kty": "oct", "k": "AA"}}),
        "a key's address": _crafted({"alg": "HS256", "jku": "http://169.254.169.254/"}),
        "a key's path": _crafted({"alg": "HS256", "kid": "../../../../dev/null"}),
        "a key by SQL": _crafted({"alg": "HS256", "kid": "x' UNION SELECT 'key' --"}),
        "a key of a number": _crafted({"alg": "HS256", "kid": 1}),
        "critical": _crafted({"alg": "HS256", "crit": ["exp"], "exp": 1}),
        "critical nonsense": _crafted({"alg": "HS256", "crit": 1}),
        "not encoded": _crafted({"alg": "HS256", "b64": False, "crit": ["b64"]}),
        "zipped": _crafted({"alg": "HS256", "zip": "DEF"}),
    },
    "tokens: signatures": {
        "none": _of(lambda world: world.person.rsplit(".", 1)[0] + "."),
        "left out": _of(lambda world: world.person.rsplit(".", 1)[0]),
        "another's": _of(lambda world: world.person.rsplit(".", 1)[0] + "." + world.logged_out.rsplit(".", 1)[1]),
        "of another claim": _crafted({"alg": "HS256", "typ": "JWT"}, body={"sub": "admin"}),
        "of an empty key": _of(lambda world: jwt.api_jws.PyJWS().encode(b"{}", b"\0" * 64, "HS256")),
        "of the raw key": _of(lambda world: jwt.encode({"sub": world.user_id}, world.key, "HS256")),
        "twice": _of(lambda world: world.person + "." + world.person.rsplit(".", 1)[1]),
        "of the key of links": _of(
            lambda world: jwt.encode({"sub": world.user_id}, _derive(world.key, "refresh tokens"), "HS256")
        ),
    },
    "tokens: claims": {
        **{
            f"without {name}": _signed(**{name: _MISSING})
            for name in ("exp", "iat", "jti", "sub", "sid", "aud", "iss", "typ")
        },
        "over": _signed("TOKEN_EXPIRED", exp=1),
        "exp a string": _signed(exp="9999999999"),
        "exp a word": _signed(exp="never"),
        "exp a list": _signed(exp=[]),
        "exp null": _signed(exp=None),
        "exp true": _signed("TOKEN_EXPIRED", exp=True),
        "exp of 20 digits": _signed(exp=10**20),
        "exp of 400 digits": _signed(exp=10**400),
        "exp infinite": _signed(exp=float("inf")),
        "exp NaN": _signed(exp=float("nan")),
        "iat tomorrow": _signed(iat=time.time() + 86_400),
        "iat a word": _signed(iat="now"),
        "iat infinite": _signed(iat=float("inf")),
        "nbf tomorrow": _signed(nbf=time.time() + 86_400),
        "nbf infinite": _signed(nbf=float("inf")),
        "jti an object": _signed(jti={"a": 1}),
        "jti a number": _signed(jti=1),
        "sub a number": _signed(sub=1),
        "sub an object": _signed(sub={}),
        "sub a word": _signed(sub="admin"),
        "sub a nobody": _signed(sub="00000000-0000-7000-8000-000000000000"),
        "sid a number": _signed(sid=1),
        "sid an object": _signed(sid={}),
        "sid a nobody": _signed(sid="00000000-0000-7000-8000-000000000000"),
        "aud another": _signed(aud="another"),
        "aud a number": _signed(aud=1),
        "iss another": _signed(iss="another"),
        "iss a list": _signed(iss=["medianest"]),
        "another kind": _signed(typ="refresh"),
        "deep": _signed(a="deep"),
    },
    "tokens: of the server": {
        "logged out": _of(lambda world: world.logged_out),
        "a refresh token": _of(lambda world: world.refresh_token),
        "a key taken back": _of(lambda world: world.revoked_key),
        "a key with one letter changed": _of(lambda world: world.revoked_key[:-1] + "!"),
    },
}
