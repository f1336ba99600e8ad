"""Messages by e-mail, over somebody else's SMTP server."""

import asyncio
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import parseaddr
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
from redis.asyncio import Redis

from infra.http.breaker import CircuitBreaker
from infra.http.circuit import Outcome
from infra.http.errors import (
    UpstreamError,
    UpstreamStatusError,
    UpstreamTimeoutError,
    UpstreamUnreachableError,
)
from integrations.channels.base import LIMITS, Message, RefusedError, SecretError
from integrations.channels.letters import Letter, notification_letter

_SERVICE = "SMTP"
_OK = 250
_PERMANENT = 500
_LOGIN_STATUSES = range(530, 540)
"""What is wrong is our login, which an administrator can mend."""


class Mailer(Protocol):
    breaker: CircuitBreaker

    async def check(self) -> None:
        """Whether the server is there, without a login. Raises what keeps it away."""

    async def send(self, letter: Letter) -> int:
        """The status of the server. Raises UpstreamError."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`smtp://` encrypts by STARTTLS where the server can, and with a password insists; `smtps://` from the start."""

    host: str
    port: int
    use_tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> "SmtpServer":
        """Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("must look like smtp://user:password@host:587 or smtps://user:password@host:465")
        use_tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if use_tls else 587),
            use_tls=use_tls,
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


class SmtpMailer:
    def __init__(self, server: SmtpServer, sender: str, redis: Redis, *, tls: ssl.SSLContext | None = None) -> None:
        """`sender` is an address, or `A name <address>`; `tls` replaces the certificate authorities of the system."""
        self._server = server
        self._tls = tls
        self._sender = sender
        self.breaker = CircuitBreaker(_SERVICE, redis)

    async def send(self, letter: Letter) -> int:
        mail = _mail(letter, self._sender)
        return await self.breaker.call(lambda: self._send(mail, letter.to), _verdict)

    async def check(self) -> None:
        server = self._server
        start_tls = False if server.use_tls else None
        async with asyncio.timeout(LIMITS.total_seconds):
            client = aiosmtplib.SMTP(
                hostname=server.host,
                port=server.port,
                use_tls=server.use_tls,
                start_tls=start_tls,
                tls_context=self._tls,
            )
            async with client:
                await client.noop()

    async def _send(self, mail: EmailMessage, to: str) -> int:
        server = self._server
        try:
            async with asyncio.timeout(LIMITS.total_seconds):
                await aiosmtplib.send(
                    mail,
                    recipients=[to],
                    hostname=server.host,
                    port=server.port,
                    username=server.user,
                    password=server.password,
                    use_tls=server.use_tls,
                    start_tls=None if server.user is None and not server.use_tls else not server.use_tls,
                    tls_context=self._tls,
                )
        except aiosmtplib.SMTPException as error:
            raise _failure(error) from error
        except TimeoutError as error:
            raise UpstreamTimeoutError(_SERVICE) from error
        except OSError as error:
            raise UpstreamUnreachableError(_SERVICE) from error
        return _OK


class EmailSender:
    """Notifications as mails. `front_end` is where people read more, and choose what they are sent."""

    def __init__(self, mailer: Mailer, front_end: str | None) -> None:
        self._mailer = mailer
        self._front_end = front_end

    def check(self, target: str, secret: str | None) -> str:
        if secret is not None:
            raise SecretError("Mail needs no secret.")
        return target

    def lane(self, target: str) -> str:  # noqa: ARG002  (every mail goes to our own server)
        return _SERVICE

    async def send(self, target: str, secret: str | None, message: Message) -> int:  # noqa: ARG002
        return await self._mailer.send(notification_letter(target, message, self._front_end))


def _mail(letter: Letter, sender: str) -> EmailMessage:
    """Headers are made by the standard library, which takes no line breaks in them."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = sender
    mail["To"] = letter.to
    mail["Subject"] = " ".join(letter.subject.split())
    mail["Date"] = datetime.now(UTC)
    mail["Message-ID"] = f"<{letter.id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_at:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe_at}>"
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail


def _failure(error: aiosmtplib.SMTPException) -> UpstreamError:
    first = error.recipients[0] if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else error
    if isinstance(first, aiosmtplib.SMTPResponseException):
        failure = UpstreamStatusError(_SERVICE, first.code, first.message[:300])
        if first.code < _PERMANENT or first.code in _LOGIN_STATUSES:
            return failure
        return RefusedError(_SERVICE, failure.message, status=first.code)
    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return UpstreamTimeoutError(_SERVICE)
    return UpstreamUnreachableError(_SERVICE)


def _verdict(error: Exception) -> Outcome:
    """A server that says no to a recipient is well."""
    match error:
        case UpstreamUnreachableError() | UpstreamTimeoutError():
            return Outcome.FAILURE
        case UpstreamStatusError(status=status):
            return Outcome.FAILURE if status in _LOGIN_STATUSES else Outcome.SUCCESS
        case RefusedError():
            return Outcome.SUCCESS
        case _:
            return Outcome.NEITHER
