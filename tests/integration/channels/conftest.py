"""People with channels, receivers on this machine, and a clock that is set by hand."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from tortoise import connections

from infra.http.egress import EgressPolicy
from integrations.channels.http import NtfySender, WebhookSender
from integrations.channels.mail import EmailSender, SmtpMailer, SmtpServer
from medianest.wiring.backbone import Backbone
from medianest.wiring.jobs import event_consumers
from models.actor import SYSTEM, Actor
from models.channels import NotificationChannel, NotificationChannelKind, NotificationDelivery
from models.notifications import NotificationType
from services.channels import ChannelService, SaveChannel
from services.deliveries import Deliverer, Senders
from services.work import Notice

KEY = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
EMAIL, NTFY, WEBHOOK = NotificationChannelKind.EMAIL, NotificationChannelKind.NTFY, NotificationChannelKind.WEBHOOK
READY = NotificationType.DOWNLOAD_COMPLETED


@dataclass
class Mailbox:
    """An SMTP server's. `answer` is what it says to a mail, `to_recipient` to its address; it takes any login."""

    mails: list[Envelope] = field(default_factory=list)
    logins: list[object] = field(default_factory=list)
    answer: str = "250 OK"
    to_recipient: str = "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: object
    ) -> AuthResult:
        self.logins.append(data)
        return AuthResult(success=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(envelope)
        return self.answer


@pytest.fixture
def mailbox(smtp: tuple[Mailbox, int]) -> Mailbox:
    return smtp[0]


@pytest.fixture
async def smtp() -> AsyncIterator[tuple[Mailbox, int]]:
    """The mailbox, and the port of the server that fills it."""
    box = Mailbox()
    accepted: list[SMTP] = []

    def accept() -> SMTP:
        accepted.append(SMTP(box, hostname="mail.test", authenticator=box.authenticate, auth_require_tls=False))
        return accepted[-1]

    server = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", 0)
    yield box, server.sockets[0].getsockname()[1]
    server.close()
    async with asyncio.timeout(5):  # one that outlived its loop would be a warning in some later test
        for connection in accepted:
            while connection.transport is not None:
                connection.transport.close()
                await asyncio.sleep(0)


@dataclass
class Post:
    """What is sent, and when: jobs are run by hand, at the time that `now` says."""

    base: Backbone
    channels: ChannelService
    deliverer: Deliverer
    reports: list[BaseException]
    clock: list[datetime]

    async def channel(self, actor: Actor, kind: NotificationChannelKind, target: str | None, **more: Any) -> UUID:
        secret = KEY if kind is WEBHOOK else None
        command = SaveChannel(kind, "mine", list(NotificationType), target=target, **{"secret": secret, **more})
        return (await self.channels.save(actor, command)).id

    async def tell(self, actor: Actor, *titles: str, type_: NotificationType = READY) -> None:
        for title in titles:
            async with self.base.work.begin(SYSTEM) as transaction:
                await transaction.notify(actor.require_user(), Notice(type_, title, "Body.", f"cause of {title}"))

    async def fan_out(self) -> None:
        await event_consumers(self.base, lambda failure: pytest.fail(f"{failure!r}")).catch_up()

    async def promised(self) -> list[dict[str, Any]]:
        """The jobs that wait, the first one first."""
        return list(
            await connections.get("default").execute_query_dict(
                "SELECT args, scheduled_at FROM procrastinate_jobs WHERE queue_name = 'deliveries' ORDER BY id"
            )
        )

    async def run_jobs(self) -> int:
        """All that wait by now, whenever they are due."""
        jobs = await connections.get("default").execute_query_dict(
            "DELETE FROM procrastinate_jobs WHERE queue_name = 'deliveries' RETURNING args->>'delivery_id' AS id, "
            "(args->>'attempt')::int AS attempt"
        )
        for job in jobs:
            await self.deliverer.deliver(UUID(job["id"]), job["attempt"])
        return len(jobs)

    async def deliver(self, actor: Actor, *titles: str) -> NotificationDelivery:
        """The way of one notification, up to the first try."""
        await self.tell(actor, *titles)
        await self.fan_out()
        await self.run_jobs()
        return await the_delivery()


async def the_delivery(**facts: Any) -> NotificationDelivery:
    return await NotificationDelivery.get(**facts)


async def the_channel(channel_id: UUID) -> NotificationChannel:
    return await NotificationChannel.get(id=channel_id)


@pytest.fixture
def post(base: Backbone, smtp: tuple[Mailbox, int]) -> Post:
    policy = EgressPolicy(base.settings.outgoing_allow)
    mailer = SmtpMailer(SmtpServer.parse(f"smtp://127.0.0.1:{smtp[1]}"), "Nest <nest@home.example>", base.redis)
    senders = Senders(
        {
            WEBHOOK: WebhookSender(policy, base.redis),
            NTFY: NtfySender(policy, base.redis),
            EMAIL: EmailSender(mailer, "https://nest.example"),
        }
    )
    reports: list[BaseException] = []
    clock = [datetime.now(UTC)]
    deliverer = Deliverer(base.work, senders, reports.append, now=lambda: clock[0])
    return Post(base, ChannelService(base.work, senders, deliverer), deliverer, reports, clock)
