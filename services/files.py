"""Files people get at by signed links, wherever the bytes lie."""

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from uuid_utils.compat import uuid7

from infra.storage.base import Link, Served, Storage, StorageError
from infra.storage.placing import place
from models.downloads import Download, DownloadProfile
from models.errors import NotFoundError, PermissionDeniedError, ValidationError
from models.files import PICTURE_SIZES, FileKind, FileLocation, FileStatus, StoredFile, object_keys
from services.file_names import file_name, library_folder, media_type, numbered, safe_ending

MAX_LINK_SECONDS = 24 * 3600
_SHOWN = ("video/", "audio/", "image/jpeg", "image/png", "image/webp")
_MOST_OF_A_NAME = 999


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
        if file.status is not FileStatus.READY or file.kind is FileKind.COOKIES:
            return None
        expires = int((datetime.now(UTC) + timedelta(seconds=expires_in_seconds)).timestamp())
        return self._address(file.id, file.filename, expires)

    def avatar_link(self, avatar_id: UUID, size: int) -> str:
        """An address of the picture in the smallest size that is not smaller, the same for a day: a browser that has it
        does not ask again. Raises ValidationError.
        """
        sizes = PICTURE_SIZES[FileKind.AVATAR]
        if not 1 <= size <= sizes[-1]:
            raise ValidationError(f"A size is 1 to {sizes[-1]} pixels.", path=("size",), constraint="range")
        day = int(datetime.now(UTC).timestamp()) // MAX_LINK_SECONDS
        chosen = next(known for known in sizes if known >= size)
        return self._address(avatar_id, "avatar.webp", (day + 2) * MAX_LINK_SECONDS, chosen)

    async def open(
        self, file_id: UUID, expires: int, signature: str, *, head: bool, size: int | None = None
    ) -> tuple[StoredFile, Served]:
        """What a signed link leads to; `size` is that of a picture, where it has several.

        Raises PermissionDeniedError for a forged or expired link, NotFoundError, StorageError.
        """
        if not hmac.compare_digest(signature.encode(), self._sign(file_id, expires, size).encode()):
            raise PermissionDeniedError("This link is not valid; ask for a new one in `files { url }`.")
        left = expires - int(datetime.now(UTC).timestamp())
        if left <= 0:
            raise PermissionDeniedError("This link has expired; ask for a new one in `files { url }`.")
        file = await StoredFile.get_or_none(id=file_id, status=FileStatus.READY)
        if file is not None and file.kind is not FileKind.COOKIES:
            type_ = file.mime_type or "application/octet-stream"
            link = Link(file.filename, left, disposition(file), type_, head, never_changes=file.kind in PICTURE_SIZES)
            if (served := await self._serve(file, size, link)) is not None:
                return file, served
        raise NotFoundError("This file is gone.")

    async def keep(
        self, download: Download, profile: DownloadProfile, finished: Sequence[Finished], kept: list[StoredFile]
    ) -> None:
        """Move a download's files to their home. Each adds its row to `kept`, unsaved: for the caller's transaction.

        Keys in the object store follow from the download, so that a second try overwrites what a first one left.
        Raises StorageError.
        """
        copy = 1
        for number, file in enumerate(finished):
            size, digest = await asyncio.to_thread(_measure, file.path)
            name = file_name(download.title or download.video_id or "video", _ending(file))
            row = StoredFile(
                id=uuid7(),
                owner_id=download.owner_id,
                download_id=download.id,
                kind=file.kind,
                filename=name,
                mime_type=media_type(name),
                bytes=size,
                sha256=digest,
                language=file.language,
            )
            if self._library is None:
                row.location, row.key = FileLocation.OBJECTS, f"{download.id.hex}-{number:02d}{file.path.suffix}"
                await self._storage.put(row.key, file.path, mime_type=row.mime_type)
            else:
                row.location, shelf = FileLocation.LIBRARY, _Shelf(self._library, *_place_of(download, profile))
                copy, row.key = await asyncio.to_thread(shelf.put, file, row, copy)
            kept.append(row)

    async def discard(self, files: Sequence[StoredFile]) -> None:
        """Remove the bytes of files that became nobody's. What another row names as well stays."""
        for file in files:
            if await StoredFile.filter(location=file.location, key=file.key).exclude(id=file.id).exists():
                continue
            if file.location is FileLocation.OBJECTS:
                await self._storage.delete(object_keys(file.kind, file.key))
            elif self._library is not None:
                await asyncio.to_thread((self._library / file.key).unlink, missing_ok=True)

    async def _serve(self, file: StoredFile, size: int | None, link: Link) -> Served | None:
        if file.location is FileLocation.OBJECTS:
            keys = dict(zip(PICTURE_SIZES.get(file.kind, ()), object_keys(file.kind, file.key), strict=False))
            return await self._storage.serve(file.key if size is None else keys[size], link)
        if self._library is None:
            return None
        path = self._library / file.key
        return Served(path=path) if await asyncio.to_thread(path.is_file) else None

    def _address(self, file_id: UUID, filename: str, expires: int, size: int | None = None) -> str:
        signature = self._sign(file_id, expires, size)
        asked = "" if size is None else f"size={size}&"
        return f"{self._base_url}/files/{file_id}/{quote(filename)}?{asked}expires={expires}&signature={signature}"

    def _sign(self, file_id: UUID, expires: int, size: int | None = None) -> str:
        text = f"{file_id}:{expires}" if size is None else f"{file_id}:{expires}:{size}"
        return hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where files of one download go in the library."""

    library: Path
    folder: Path
    stem: str

    def put(self, file: Finished, row: StoredFile, first: int) -> tuple[int, str]:
        """Put the file under its readable name, or beside different files that have it already; answers which copy of
        the name it is, from the `first` on, and the path. An equal file is the same file.
        """
        for copy, name in numbered(self.stem, _ending(file), first=first):
            key = self.folder / name
            try:
                place(file.path, self.library / key, replace=False)
            except FileExistsError:
                if copy >= _MOST_OF_A_NAME:
                    break
                if not _is_equal(self.library / key, row):
                    continue
                file.path.unlink()
            return copy, str(key)
        raise StorageError(f"{self.library / self.folder / self.stem}: there are too many files of this name.")


def disposition(file: StoredFile) -> str:
    """Whether a browser may show it: only what it runs nothing of."""
    return "inline" if (file.mime_type or "").startswith(_SHOWN) else "attachment"


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return path.stat().st_size, digest


def _is_equal(path: Path, row: StoredFile) -> bool:
    return path.is_file() and path.stat().st_size == row.bytes and _measure(path)[1] == row.sha256


def _ending(file: Finished) -> str:
    return safe_ending(file.path.suffix, file.language)


def _place_of(download: Download, profile: DownloadProfile) -> tuple[Path, str]:
    folder, stem = library_folder(
        profile.output_template,
        {
            "title": download.title or "Untitled",
            "uploader": download.uploader or "Unknown",
            "video_id": download.video_id or download.id.hex,
            "extractor": download.extractor or "web",
        },
    )
    return Path(folder), stem
