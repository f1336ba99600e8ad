"""The key that everything is signed with, kept with the data where the settings have none."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from medianest.settings import MIN_SECRET_BYTES, Settings


def signing_key(settings: Settings) -> bytes:
    """The key that tokens and file links are signed with: the setting, or a file made on first start (mode 600)."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data_dir / "secret.key"
    if not path.exists():
        _make_key(path)
    return bytes.fromhex(path.read_text(encoding="ascii"))


def _make_key(path: Path) -> None:
    """Whole or not at all, and once: of several processes that start together one makes it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(MIN_SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)  # noqa: PTH108  (a name, not a Path)
