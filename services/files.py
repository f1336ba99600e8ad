"""Files people get at by signed links, wherever the bytes lie."""

import asyncio
import hashlib
import hmac
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from pathvalidate import sanitize_filename
from uuid_utils.compat import uuid7

from infra.storage.base import Link, Served, Storage, StorageError
from infra.storage.placing import place
from models.downloads import Download, DownloadProfile
from models.errors import NotFoundError, PermissionDeniedError, ValidationError
from models.files import FileKind, FileLocation, FileStatus, StoredFile

MAX_LINK_SECONDS = 24 * 3600
_MAX_NAME = 200
_SHOWN = ("video/", "audio/", "image/jpeg", "image/png", "image/webp")
_COPY_SUFFIX_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Finished:
    """A file a download left in its folder."""

    path: Path
    kind: FileKind
    language: str | None = None


class FileService:
    """`base_url` is where people reach this server; `library` the folder Plex reads too, if there is one."""

    def __init__(self, storage: Storage, key: bytes, base_url: str, library: Path | None) -> None:
        self._storage = storage
        self._key = hmac.new(key, b"medianest file links", hashlib.sha256).digest()
        self._base_url = base_url
        self._library = library

    def link(self, file: StoredFile, expires_in_seconds: int) -> str | None:
        """A signed address that works without a login until it expires; None until the file is READY, and for COOKIES.

        Raises ValidationError for a lifetime outside of 1 second to a day.
        """
        if not 1 <= expires_in_seconds <= MAX_LINK_SECONDS:
            raise ValidationError(
                f"A link lives 1 to {MAX_LINK_SECONDS} seconds.", path=("expiresInSeconds",), constraint="range"
            )
        if file.status != FileStatus.READY or file.kind is FileKind.COOKIES:
            return None
        expires = int((datetime.now(UTC) + timedelta(seconds=expires_in_seconds)).timestamp())
        return (
            f"{self._base_url}/files/{file.id}/{quote(file.filename)}"
            f"?expires={expires}&signature={self._sign(file.id, expires)}"
        )

    async def open(self, file_id: UUID, expires: int, signature: str, *, head: bool) -> tuple[StoredFile, Served]:
        """What a signed link leads to.

        Raises PermissionDeniedError for a forged or expired link, NotFoundError, StorageError.
        """
        if not hmac.compare_digest(signature.encode(), self._sign(file_id, expires).encode()):
            raise PermissionDeniedError("This link is not valid; ask for a new one in `files { url }`.")
        left = expires - int(datetime.now(UTC).timestamp())
        if left <= 0:
            raise PermissionDeniedError("This link has expired; ask for a new one in `files { url }`.")
        file = await StoredFile.get_or_none(id=file_id, status=FileStatus.READY)
        if file is not None and file.kind is not FileKind.COOKIES:
            link = Link(file.filename, left, disposition(file), file.mime_type or "application/octet-stream", head)
            if (served := await self._serve(file, link)) is not None:
                return file, served
        raise NotFoundError("This file is gone.")

    async def keep(
        self, download: Download, profile: DownloadProfile, finished: Sequence[Finished], kept: list[StoredFile]
    ) -> None:
        """Move a download's files to their home. Each adds its row to `kept`, unsaved: for the caller's transaction.

        Keys in the object store follow from the download, so that a second try overwrites what a first one left.
        Raises StorageError.
        """
        for number, file in enumerate(finished):
            kept.append(await self._keep_one(download, profile, number, file))

    async def discard(self, files: Sequence[StoredFile]) -> None:
        """Remove the bytes of files that became nobody's. What a saved row names as well stays."""
        for file in files:
            if await StoredFile.exists(location=file.location, key=file.key):
                continue
            if file.location is FileLocation.OBJECTS:
                await self._storage.delete([file.key])
            elif self._library is not None:
                await asyncio.to_thread((self._library / file.key).unlink, missing_ok=True)

    async def _keep_one(self, download: Download, profile: DownloadProfile, number: int, file: Finished) -> StoredFile:
        size, digest = await asyncio.to_thread(_measure, file.path)
        name = _file_name(download, file)
        mime_type, _ = mimetypes.guess_type(name)
        if self._library is not None:
            location = FileLocation.LIBRARY
            key = await asyncio.to_thread(_shelve, self._library, _library_path(download, profile, file), digest, file)
        else:
            location = FileLocation.OBJECTS
            key = f"{download.id.hex}-{number:02d}{file.path.suffix}"
            await self._storage.put(key, file.path, mime_type=mime_type)
        return StoredFile(
            id=uuid7(),
            owner_id=download.owner_id,
            download_id=download.id,
            kind=file.kind,
            location=location,
            key=key,
            filename=name,
            mime_type=mime_type,
            bytes=size,
            sha256=digest,
            language=file.language,
        )

    async def _serve(self, file: StoredFile, link: Link) -> Served | None:
        if file.location is FileLocation.OBJECTS:
            return await self._storage.serve(file.key, link)
        if self._library is None:
            return None
        path = self._library / file.key
        return Served(path=path) if await asyncio.to_thread(path.is_file) else None

    def _sign(self, file_id: UUID, expires: int) -> str:
        return hmac.new(self._key, f"{file_id}:{expires}".encode(), hashlib.sha256).hexdigest()


def disposition(file: StoredFile) -> str:
    """Whether a browser may show it: only what it runs nothing of."""
    return "inline" if (file.mime_type or "").startswith(_SHOWN) else "attachment"


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return path.stat().st_size, digest


def _shelve(library: Path, wanted: Path, digest: str, file: Finished) -> str:
    """Put the file under its readable name, or beside a different file that has this name already."""
    copy = wanted.with_stem(f"{wanted.stem} ({digest[:_COPY_SUFFIX_LENGTH]})")
    for name in (wanted, copy):
        try:
            place(file.path, library / name, replace=False)
        except FileExistsError:
            if _measure(library / name)[1] != digest:
                continue
            file.path.unlink()
        return str(name)
    raise StorageError(f"{library / copy} is in the way.")


def _suffixes(file: Finished) -> str:
    return f".{_safe(file.language)}{file.path.suffix}" if file.language else file.path.suffix


def _file_name(download: Download, file: Finished) -> str:
    return _safe(download.title or download.video_id or "video") + _suffixes(file)


def _library_path(download: Download, profile: DownloadProfile, file: Finished) -> Path:
    """The profile's template, each of its parts made safe as one name: no value can climb out of the library."""
    values = {
        "title": download.title or "Untitled",
        "uploader": download.uploader or "Unknown",
        "video_id": download.video_id or download.id.hex,
        "extractor": download.extractor or "web",
    }
    safe = {name: _safe(value) for name, value in values.items()}
    parts = [_safe(part.format_map(safe)) for part in profile.output_template.split("/")]
    return Path(*parts[:-1], parts[-1] + _suffixes(file))


def _safe(name: str) -> str:
    return sanitize_filename(name, max_len=_MAX_NAME).strip(". ") or "_"
