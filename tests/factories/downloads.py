"""Downloads for tests, in any state, without a worker."""

from itertools import count
from typing import Any
from uuid import UUID

from models.downloads import Download, DownloadProfile
from models.files import FileKind, FileLocation, StoredFile

_numbers = count(1)


async def make_download(owner_id: UUID, **columns: Any) -> Download:
    number = next(_numbers)
    url = f"https://video.example/watch/{number}"
    profile = await DownloadProfile.get(is_default=True)
    values: dict[str, Any] = {"url": url, "canonical_url": url, "title": f"Video {number}", "profile_id": profile.id}
    return await Download.create(owner_id=owner_id, **values | columns)


async def make_file(download: Download, **columns: Any) -> StoredFile:
    number = next(_numbers)
    values: dict[str, Any] = {
        "kind": FileKind.VIDEO,
        "location": FileLocation.OBJECTS,
        "key": f"key-{number}.mp4",
        "filename": f"video-{number}.mp4",
        "mime_type": "video/mp4",
        "bytes": 1000 + number,
        "sha256": f"{number:064x}",
    }
    return await StoredFile.create(owner_id=download.owner_id, download_id=download.id, **values | columns)
