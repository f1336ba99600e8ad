"""Access tokens (JWT, HS256 and nothing else), refresh tokens, and the one-time setup token."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
from uuid_utils.compat import uuid7

from models.errors import TokenExpiredError, UnauthenticatedError

_ALGORITHM = "HS256"
_ISSUER = "medianest"
_AUDIENCE = "medianest-api"
_REQUIRED = ["exp", "iat", "jti", "sub", "aud", "iss"]
_LEEWAY = timedelta(seconds=30)

ACCESS_LIFETIME = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class AccessToken:
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Claims:
    user_id: UUID
    session_id: UUID
    expires_at: datetime


class Tokens:
    def __init__(self, key: bytes) -> None:
        self._key = _derive(key, "access tokens")
        self._setup_key = _derive(key, "setup token")

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
            return Claims(UUID(claims["sub"]), UUID(claims["sid"]), expires_at)
        except jwt.ExpiredSignatureError:
            raise TokenExpiredError("The access token has expired; log in again.") from None
        except (jwt.InvalidTokenError, ValueError, KeyError, TypeError):
            raise UnauthenticatedError("The access token cannot be used; log in again.") from None

    def setup_token(self) -> str:
        """The token that the first administrator proves with that the server is theirs.

        It follows from the signing key, so that every replica prints the same one; an existing account ends its use.
        """
        return hmac.new(self._setup_key, b"first administrator", hashlib.sha256).hexdigest()[:20]

    def is_setup_token(self, token: str) -> bool:
        return hmac.compare_digest(token.strip().encode(), self.setup_token().encode())


def new_refresh_token() -> str:
    return secrets.token_urlsafe(32)


def hash_refresh_token(token: str) -> bytes:
    """The token is random, so that a plain hash is enough to keep."""
    return hashlib.sha256(token.encode()).digest()


def _derive(key: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose, so that what one of them signs never passes for another."""
    return hmac.new(key, f"medianest {purpose}".encode(), hashlib.sha256).digest()
