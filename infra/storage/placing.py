"""The one safe way to put a file into a folder."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from uuid_utils.compat import uuid7

from infra.storage.base import StorageError, StorageFullError

_DRAFT = re.compile(r"\.[0-9a-f]{32}\.part")


def place(source: Path, target: Path, *, replace: bool) -> None:
    """Move `source` to `target`, whole or not at all, also across file systems and a power cut.

    Without `replace` a file that has the name already stays, and FileExistsError is raised: of two that come at the
    same time one gets the name. Raises StorageFullError, StorageError.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _beside(source, target) as ready:
            if replace:
                ready.replace(target)
            else:
                os.link(ready, target)
        source.unlink(missing_ok=True)
        _flush(target.parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise explained(error, target) from error


@contextmanager
def _beside(source: Path, target: Path) -> Iterator[Path]:
    """The file on the target's file system, safely written: itself, or a copy that is gone afterwards."""
    _flush(source)
    if source.stat().st_dev == target.parent.stat().st_dev:
        yield source
        return
    copy = draft_of(target)
    try:
        shutil.copyfile(source, copy)
        _flush(copy)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def draft_of(target: Path) -> Path:
    """A name beside `target` for what is not whole yet."""
    return target.with_name(f".{uuid7().hex}.part")


def is_draft(path: Path) -> bool:
    return _DRAFT.fullmatch(path.name) is not None


def remove_drafts(folder: Path, before: datetime) -> int:
    """Those that nobody has written to since `before`, wherever in the folder; answers how many."""
    removed = 0
    for path in folder.rglob(".*.part"):
        with suppress(FileNotFoundError):
            if is_draft(path) and path.stat().st_mtime < before.timestamp():
                path.unlink()
                removed += 1
    return removed


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def explained(error: OSError, target: Path) -> StorageError:
    """The failure to write `target`, as a sentence."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageFullError(f"The disk that holds {target.parent} is full.")
    return StorageError(f"{target.parent} cannot be written: {error.strerror}.")
