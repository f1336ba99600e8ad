"""What carries news to people beyond their inbox, as the settings have it."""

import importlib.util
from collections.abc import Callable

from infra.http.egress import EgressPolicy
from integrations.channels.apprise import AppriseSender
from integrations.channels.base import Sender
from integrations.channels.http import NtfySender, WebhookSender
from integrations.channels.mail import EmailSender, Mailer, SmtpMailer, SmtpServer
from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from models.channels import NotificationChannelKind
from services.deliveries import Deliverer, Senders
from services.password_resets import PasswordResetRequests


def front_end(settings: Settings) -> str:
    """Where people open links."""
    return settings.frontend_url or settings.external_url


def mailer(base: Backbone) -> Mailer | None:
    """None when this server sends no mail."""
    settings = base.settings
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return SmtpMailer(SmtpServer.parse(settings.smtp_url.get_secret_value()), settings.mail_from, base.redis)


def password_reset_requests(base: Backbone) -> PasswordResetRequests:
    return PasswordResetRequests(base.work, base.limits, mailer(base), front_end(base.settings))


def channel_senders(base: Backbone) -> Senders:
    policy, post = EgressPolicy(base.settings.outgoing_allow), mailer(base)
    senders: dict[NotificationChannelKind, Sender] = {
        NotificationChannelKind.WEBHOOK: WebhookSender(policy, base.redis),
        NotificationChannelKind.NTFY: NtfySender(policy, base.redis),
    }
    if post is not None:
        senders[NotificationChannelKind.EMAIL] = EmailSender(post, base.settings.frontend_url)
    if importlib.util.find_spec("apprise") is not None:
        senders[NotificationChannelKind.APPRISE] = AppriseSender()
    return Senders(senders)


def deliverer(base: Backbone, report: Callable[[BaseException], None]) -> Deliverer:
    return Deliverer(base.work, channel_senders(base), report, link=base.settings.frontend_url)
