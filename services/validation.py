"""Checks on what people type, with messages for them."""

import re

from models.errors import ValidationError

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,253}")
_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,31}")
MIN_PASSWORD, MAX_PASSWORD = 10, 256
MAX_EMAIL = 254
MAX_DEVICE_NAME = 128
MAX_NAME = 64
MAX_IDEMPOTENCY_KEY = 128


def email(value: str) -> str:
    """With the domain in lower case: only what stands before it may tell people apart by its case."""
    cleaned = value.strip()
    if len(cleaned) > MAX_EMAIL or not _EMAIL.fullmatch(cleaned):
        raise ValidationError("This is not an e-mail address.", path=("email",), constraint="email")
    local, _, domain = cleaned.partition("@")
    return f"{local}@{domain.lower()}"


def username(value: str) -> str:
    cleaned = value.strip()
    if not _USERNAME.fullmatch(cleaned):
        raise ValidationError(
            "A username has 2 to 32 letters, digits, dots, dashes or underscores, and begins with a letter or digit.",
            path=("username",),
            constraint="username",
        )
    return cleaned


def device_name(value: str) -> str:
    if len(value) > MAX_DEVICE_NAME:
        raise ValidationError(
            f"A device name has at most {MAX_DEVICE_NAME} characters.", path=("deviceName",), constraint="length"
        )
    return value


def name(value: str, field: str) -> str:
    cleaned = value.strip()
    if not 1 <= len(cleaned) <= MAX_NAME:
        raise ValidationError(f"A name has 1 to {MAX_NAME} characters.", path=(field,), constraint="length")
    return cleaned


def password(value: str, field: str = "password") -> str:
    if not MIN_PASSWORD <= len(value) <= MAX_PASSWORD:
        raise ValidationError(
            f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.", path=(field,), constraint="length"
        )
    return value


def text(value: str, field: str, longest: int) -> str:
    cleaned = value.strip()
    if not 1 <= len(cleaned) <= longest:
        raise ValidationError(f"This has 1 to {longest} characters.", path=(field,), constraint="length")
    return cleaned


def idempotency_key(value: str | None) -> str | None:
    if value is not None and not 1 <= len(value) <= MAX_IDEMPOTENCY_KEY:
        raise ValidationError(
            f"An idempotency key has 1 to {MAX_IDEMPOTENCY_KEY} characters.", path=("idempotencyKey",)
        )
    return value
