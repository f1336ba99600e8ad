"""The one safe way to put a file into a folder."""

import errno
import os
import shutil
from pathlib import Path

from uuid_utils.compat import uuid7

from infra.storage.base import StorageError, StorageFullError


def place(source: Path, target: Path) -> None:
    """Move `source` to `target`, whole or not at all, also across file systems and a power cut.

    Raises StorageFullError, StorageError.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _flush(source)
            source.replace(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _copy_over(source, target)
        _flush(target.parent)
    except OSError as error:
        raise explained(error, target) from error


def _copy_over(source: Path, target: Path) -> None:
    temporary = target.parent / f".{uuid7().hex}.part"
    try:
        shutil.copyfile(source, temporary)
        _flush(temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    source.unlink()


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
