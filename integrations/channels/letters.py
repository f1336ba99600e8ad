"""What mails say: a template for each kind, as HTML and as plain text."""

from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from integrations.channels.base import Message

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one address. `id` stays the same when it is sent again."""

    id: str
    to: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    unsubscribe_at: str | None = None


def notification_letter(to: str, message: Message, front_end: str | None) -> Letter:
    text, html = _render("notification", message=message, front_end=front_end)
    return Letter(message.id, to, message.title, text, html, unsubscribe_at=front_end)


def password_reset_letter(id_: str, to: str, link: str) -> Letter:
    text, html = _render("password_reset", link=link)
    return Letter(id_, to, "Choose a new password", text, html)


def _render(name: str, **values: object) -> tuple[str, str]:
    """Plain text and HTML."""
    text, html = (_TEMPLATES.get_template(f"{name}.{ending}").render(values) for ending in ("txt", "html"))
    return text, html
