"""Access tokens (JWT, HS256 and nothing else), lines of refresh tokens, and the one-time setup token."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

import jwt
from typing_extensions import override
from uuid_utils.compat import uuid7

from models.errors import TokenExpiredError, UnauthenticatedError

_ALGORITHM = "HS256"
_ISSUER = "medianest"
_AUDIENCE = "medianest-api"
_REQUIRED = ["exp", "iat", "jti", "sub", "aud", "iss"]
_LEEWAY = timedelta(seconds=30)

_MOST_GENERATIONS = 10**6
ACCESS_LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class AccessToken:
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """The `generation`th token of a session. Opaque to everybody else: `<session>.<generation>.<secret>`."""

    session_id: UUID
    generation: int
    secret: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises UnauthenticatedError."""
        session_id, _, rest = text.strip().partition(".")
        generation, _, secret = rest.partition(".")
        try:
            token = cls(UUID(hex=session_id), int(generation), secret)
        except ValueError:
            token = None
        if token is None or not 0 <= token.generation <= _MOST_GENERATIONS:
            raise UnauthenticatedError("The refresh token cannot be used; log in again.")
        return token

    @override
    def __str__(self) -> str:
        return f"{self.session_id.hex}.{self.generation}.{self.secret}"

    @property
    def hash(self) -> bytes:
        return hash_secret(self.secret)


@dataclass(frozen=True, slots=True)
class Claims:
    user_id: UUID
    session_id: UUID
    expires_at: datetime


class Tokens:
    def __init__(self, key: bytes) -> None:
        self._key = _derive(key, "access tokens")
        self._setup_key = _derive(key, "setup token")
        self._refresh_key = _derive(key, "refresh tokens")

    def issue_access(self, user_id: UUID, session_id: UUID) -> AccessToken:
        now = datetime.now(UTC)
        expires_at = now + ACCESS_LIFETIME
        claims = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "typ": "access",
            "sub": str(user_id),
            "sid": str(session_id),
            "jti": uuid7().hex,
            "iat": now,
            "exp": expires_at,
        }
        return AccessToken(jwt.encode(claims, self._key, algorithm=_ALGORITHM), expires_at)

    def read_access(self, token: str) -> Claims:
        """Raises TokenExpiredError, UnauthenticatedError."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                audience=_AUDIENCE,
                leeway=_LEEWAY,
                options={"require": _REQUIRED},
            )
            if claims.get("typ") != "access":
                raise UnauthenticatedError("This is not an access token; `login` hands one out.")
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
            return Claims(UUID(claims["sub"]), UUID(str(claims["sid"])), expires_at)
        except jwt.ExpiredSignatureError:
            raise TokenExpiredError("The access token has expired; log in again.") from None
        except (jwt.InvalidTokenError, ValueError, KeyError, TypeError, OverflowError):
            raise UnauthenticatedError("The access token cannot be used; log in again.") from None

    def successor(self, token: RefreshToken, steps: int = 1) -> RefreshToken:
        """The token that takes its place. It follows from the old one, so that an answer that got lost can be given
        again, and any older token of the line be told from a made-up one.
        """
        secret = token.secret
        for _ in range(steps):
            digest = hmac.new(self._refresh_key, f"{token.session_id.hex}.{secret}".encode(), hashlib.sha256).digest()
            secret = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return RefreshToken(token.session_id, token.generation + steps, secret)

    def setup_token(self) -> str:
        """The token that the first administrator proves with that the server is theirs.

        It follows from the signing key, so that every replica prints the same one; an existing account ends its use.
        """
        return hmac.new(self._setup_key, b"first administrator", hashlib.sha256).hexdigest()[:20]

    def is_setup_token(self, token: str) -> bool:
        return hmac.compare_digest(token.strip().encode(), self.setup_token().encode())


def hash_secret(secret: str) -> bytes:
    """Our secrets are random, so that a plain hash is enough to keep."""
    return hashlib.sha256(secret.encode()).digest()


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def _derive(key: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose, so that what one of them signs never passes for another."""
    return hmac.new(key, f"medianest {purpose}".encode(), hashlib.sha256).digest()
