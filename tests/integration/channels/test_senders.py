import asyncio
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import Envelope

from infra.http.circuit import BreakerRules
from infra.http.egress import EgressPolicy, ForbiddenAddressError
from infra.http.errors import UpstreamTimeoutError, UpstreamUnreachableError
from integrations.channels import apprise as apprise_sender
from integrations.channels.apprise import PUBLIC_SERVICES, AppriseSender
from integrations.channels.base import LIMITS, Message, SecretError
from integrations.channels.http import NtfySender, WebhookSender
from integrations.channels.letters import Letter, password_reset_letter
from integrations.channels.mail import SmtpMailer, SmtpServer
from medianest.wiring.backbone import Backbone
from models.states import DeliveryStatus
from models.users import User
from tests.factories.people import make_actor
from tests.integration.channels.conftest import EMAIL, KEY, NTFY, Mailbox, Post, the_delivery
from tests.integration.outgoing.upstream import reply, serving

DISCORD = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"


def read(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


class TestMail:
    async def test_text_and_html_with_proper_headers(self, post: Post, mailbox: Mailbox) -> None:
        actor = await make_actor()
        await post.channel(actor, EMAIL, None)
        delivery = await post.deliver(actor, "Alien <3")
        assert (delivery.status, delivery.response_status) == (DeliveryStatus.DELIVERED, 250)
        (envelope,) = mailbox.mails
        mail = read(envelope)
        person = await User.get(id=actor.user_id)
        assert envelope.rcpt_tos == [mail["To"]] == [person.email]
        assert mail["Message-ID"] == f"<{delivery.id}@home.example>"
        assert (mail["From"], mail["Subject"]) == ("Nest <nest@home.example>", "Alien <3")
        assert (mail["Auto-Submitted"], mail["List-Unsubscribe"]) == ("auto-generated", "<https://nest.example>")
        assert mail["Date"].datetime.tzinfo is not None
        assert "Alien <3" in part(mail, "plain")
        assert "Alien &lt;3" in part(mail, "html")

    async def test_a_title_makes_no_header(self, post: Post, mailbox: Mailbox) -> None:
        actor = await make_actor()
        await post.channel(actor, EMAIL, None)
        await post.deliver(actor, "Hello\r\nBcc: everybody@example.org")
        mail = read(mailbox.mails[0])
        assert (mail["Subject"], mail["Bcc"]) == ("Hello Bcc: everybody@example.org", None)

    async def test_it_follows_the_account_to_its_new_address(self, post: Post, mailbox: Mailbox) -> None:
        actor = await make_actor()
        await post.channel(actor, EMAIL, None)
        await User.filter(id=actor.user_id).update(email="moved@example.org")
        await post.deliver(actor, "Ready")
        assert mailbox.mails[0].rcpt_tos == ["moved@example.org"]

    async def test_an_address_that_is_refused_is_given_up_at_once(self, post: Post, mailbox: Mailbox) -> None:
        mailbox.to_recipient = "550 no such person"
        actor = await make_actor()
        await post.channel(actor, EMAIL, None)
        delivery = await post.deliver(actor, "Ready")
        assert (delivery.status, delivery.response_status) == (DeliveryStatus.DEAD, 550)
        assert mailbox.mails == []

    async def test_many_that_are_refused_hold_up_no_other(self, post: Post, mailbox: Mailbox) -> None:
        mailbox.to_recipient = "550 no such person"
        actor = await make_actor()
        await post.channel(actor, EMAIL, None)
        await post.tell(actor, *(f"refused {number}" for number in range(BreakerRules().threshold)))
        await post.fan_out()
        await post.run_jobs()
        mailbox.to_recipient = "250 OK"
        await post.tell(actor, "Ready")
        await post.fan_out()
        await post.run_jobs()
        assert [read(envelope)["Subject"] for envelope in mailbox.mails] == ["Ready"]

    @pytest.mark.parametrize("answer", ["451 later", "535 our login, which an administrator can mend"])
    async def test_what_may_pass_is_tried_again(self, post: Post, mailbox: Mailbox, answer: str) -> None:
        mailbox.answer = answer
        actor = await make_actor()
        await post.channel(actor, EMAIL, None)
        delivery = await post.deliver(actor, "Ready")
        assert (delivery.status, delivery.response_status) == (DeliveryStatus.FAILED, int(answer[:3]))
        mailbox.answer = "250 OK"
        await post.run_jobs()
        assert len({read(envelope)["Message-ID"] for envelope in mailbox.mails}) == 1
        assert (await the_delivery()).status == DeliveryStatus.DELIVERED

    async def test_a_password_never_goes_out_unencrypted(self, base: Backbone, smtp: tuple[Mailbox, int]) -> None:
        server = SmtpServer.parse(f"smtp://me:hush@127.0.0.1:{smtp[1]}")
        assert "hush" not in repr(server)
        with pytest.raises(UpstreamUnreachableError):
            await SmtpMailer(server, "nest@home.example", base.redis).send(Letter("1", "a@example.org", "x", "x", "x"))
        assert smtp[0].logins == smtp[0].mails == []

    async def test_one_that_says_nothing_is_not_waited_for(self, base: Backbone) -> None:
        left = asyncio.Event()

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()
            await writer.wait_closed()
            left.set()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        mailer = SmtpMailer(
            SmtpServer.parse(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"), "nest@home.example", base.redis
        )
        with pytest.raises(UpstreamTimeoutError):
            await mailer.send(Letter("1", "a@example.org", "x", "x", "x"))
        async with asyncio.timeout(5):
            await left.wait()
        server.close()

    @pytest.mark.parametrize("url", ["http://a", "smtp://", "smtp", "mailto:a@b"])
    def test_what_is_no_mail_server_is_refused(self, url: str) -> None:
        with pytest.raises(ValueError, match="must look like"):
            SmtpServer.parse(url)

    def test_a_link_for_a_new_password_stands_in_both_parts(self) -> None:
        letter = password_reset_letter("1", "a@example.org", "https://nest.example/reset-password#t0ken")
        assert "#t0ken" in letter.text
        assert "#t0ken" in letter.html
        assert "t0ken" not in repr(letter)


class TestNtfy:
    async def test_a_topic_with_its_token(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(200, b"{}")) as receiver:
            await post.channel(actor, NTFY, f"{receiver.url()}/my_topic", secret="tk_hush")
            await post.deliver(actor, "Über")
        (got,) = receiver.received
        assert (got.target, got.headers["authorization"]) == ("/", "Bearer tk_hush")
        assert json.loads(got.body) == {"topic": "my_topic", "title": "Über", "message": "Body."}

    @pytest.mark.parametrize("target", ["https://ntfy.sh", "https://ntfy.sh/a/b", "https://ntfy.sh/a?x=1", "ntfy.sh/a"])
    def test_what_is_no_topic_is_refused(self, base: Backbone, target: str) -> None:
        with pytest.raises(ValueError):
            NtfySender(EgressPolicy(), base.redis).check(target, None)

    def test_a_token_makes_no_header(self, base: Backbone) -> None:
        with pytest.raises(SecretError):
            NtfySender(EgressPolicy(), base.redis).check("https://ntfy.sh/a", "x\r\nX-Other: 1")


class TestWebhook:
    @pytest.mark.parametrize("secret", [None, "hush", "whsec_", "whsec_c2hvcnQ=", "whsec_!!!"])
    def test_needs_a_key_to_sign_with(self, base: Backbone, secret: str | None) -> None:
        with pytest.raises(SecretError):
            WebhookSender(EgressPolicy(), base.redis).check("https://hooks.example/1", secret)

    @pytest.mark.parametrize(
        "target", ["http://127.0.0.1/x", "http://0x7f000001/", "http://[::1]/", "http://localhost"]
    )
    def test_addresses_inside_are_refused(self, base: Backbone, target: str) -> None:
        with pytest.raises(ForbiddenAddressError):
            WebhookSender(EgressPolicy(), base.redis).check(target, KEY)


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise imports it
class TestApprise:
    def test_takes_public_services(self) -> None:
        assert AppriseSender().check(f" {DISCORD} ", None) == DISCORD

    @pytest.mark.parametrize(
        "target",
        [
            "json://127.0.0.1/",
            "mailto://me:pass@10.0.0.1",
            "file:///etc/passwd",
            f"{DISCORD}?template=/etc/passwd",
            f"{DISCORD} json://127.0.0.1/",
            f"{DISCORD},json://127.0.0.1/",
            "discord://",
        ],
    )
    def test_nothing_that_could_lead_inside(self, target: str) -> None:
        with pytest.raises(ValueError):
            AppriseSender().check(target, None)

    def test_no_service_lets_its_address_choose_the_server(self) -> None:
        """Apprise marks the part of an address that names a server as `host`."""
        import apprise

        for schema in apprise.Apprise().details()["schemas"]:
            names = set(schema["protocols"] or ()) | set(schema["secure_protocols"] or ())
            if names & PUBLIC_SERVICES:
                assert "host" not in schema["details"]["tokens"], names

    async def test_sends_through_a_plugin_and_says_when_it_failed(self) -> None:
        from apprise.decorators import notify

        sent: list[str] = []

        @notify(on="nesttest")  # type: ignore[no-untyped-call, untyped-decorator]
        def plugin(body: str, title: str, notify_type: object, *args: object, **kwargs: object) -> bool:
            sent.append(title)
            return title != "bad"

        sender = AppriseSender(services=["nesttest"])
        for title in ("good", "bad"):
            message = Message("1", "TEST", title, "", datetime.now(UTC))
            if title == "bad":
                with pytest.raises(UpstreamUnreachableError):
                    await sender.send("nesttest://x", None, message)
            else:
                await sender.send("nesttest://x", None, message)
        assert sent == ["good", "bad"]

    async def test_one_that_hangs_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from apprise.decorators import notify

        is_over = threading.Event()

        @notify(on="nesthangs")  # type: ignore[no-untyped-call, untyped-decorator]
        def plugin(*args: object, **kwargs: object) -> bool:
            return is_over.wait(10)

        monkeypatch.setattr(apprise_sender, "LIMITS", replace(LIMITS, total_seconds=0.1))
        message = Message("1", "TEST", "x", "", datetime.now(UTC))
        with pytest.raises(UpstreamTimeoutError):
            await AppriseSender(["nesthangs"]).send("nesthangs://x", None, message)
        is_over.set()
