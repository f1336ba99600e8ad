"""Files that exist: listed, and deleted."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from tortoise.expressions import F

from models.actor import Actor
from models.downloads import Download
from models.errors import NotFoundError
from models.events import EventType
from models.files import FileKind, FileStatus, StoredFile
from models.paging import Page, PageArgs, Sort, paginate
from models.users import User
from services.work import Transaction, UnitOfWork

_NEWEST_FIRST = Sort(F("created_at"), descending=True, id_descending=True)


class StoredFileService:
    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    async def list_visible(self, actor: Actor, kinds: Sequence[FileKind] | None, page: PageArgs) -> Page[StoredFile]:
        """The newest first, without deleted ones. Raises ValidationError."""
        files = StoredFile.visible_to(actor).exclude(status=FileStatus.DELETED)
        if kinds is not None:
            files = files.filter(kind__in=list(kinds))
        return await paginate(files, _NEWEST_FIRST, page)

    async def delete(self, actor: Actor, file_id: UUID) -> None:
        """Its links end at once; its bytes are removed after a while. Deleting twice is deleting once.

        Raises NotFoundError.
        """
        actor.require_user()
        async with self._work.begin(actor) as transaction:
            found = await StoredFile.get_or_none(id=file_id)
            if found is None or not found.can_see(actor):
                raise NotFoundError("There is no such file.", path=("id",))
            _ = await User.select_for_update(no_key=True).get(id=found.owner_id)  # in the order of `wear`
            file = await StoredFile.select_for_update().get(id=file_id)
            if file.status is not FileStatus.DELETED:
                await mark_deleted(transaction, file)
                await transaction.audit("file.deleted", file, before=file.snapshot())


async def wear(transaction: Transaction, user: User, avatar_id: UUID | None) -> None:
    """Another picture for a person whose row is locked, or none; the one before is deleted. Raises NotFoundError."""
    before = user.avatar_id
    if avatar_id == before:
        return
    if avatar_id is not None:
        theirs = StoredFile.filter(owner_id=user.id, kind=FileKind.AVATAR, status=FileStatus.READY)
        if await theirs.select_for_update().get_or_none(id=avatar_id) is None:
            raise NotFoundError("There is no such picture of yours: upload it as an AVATAR first.", path=("avatar",))
    user.avatar_id = avatar_id
    await user.save(update_fields=["avatar_id"])
    if before is not None:
        await mark_deleted(transaction, await StoredFile.select_for_update().get(id=before))


async def mark_deleted(transaction: Transaction, file: StoredFile) -> None:
    """Take a file from its owner, and from whatever shows it; its row is locked, and its owner's where it is worn."""
    file.status, file.deleted_at = FileStatus.DELETED, datetime.now(UTC)
    await file.save(update_fields=["status", "deleted_at"])
    transaction.record(EventType.FILE_CHANGED, file.id, file.snapshot(), owner_id=file.owner_id)
    if file.kind is FileKind.AVATAR:
        await _take_off(transaction, file)
    if file.download_id is not None:
        await _tell_download(transaction, file.download_id, file)


async def _take_off(transaction: Transaction, file: StoredFile) -> None:
    user = await User.get_or_none(avatar_id=file.id)
    if user is not None:
        user.avatar_id, user.version = None, user.version + 1
        await user.save(update_fields=["avatar_id", "version"])
        payload = {**user.snapshot(), "access_changed": False}
        transaction.record(EventType.USER_CHANGED, user.id, payload, owner_id=user.id)


async def _tell_download(transaction: Transaction, download_id: UUID, file: StoredFile) -> None:
    download = await Download.select_for_update().get(id=download_id)
    download.version += 1
    await download.save(update_fields=["version"])
    payload = {**download.snapshot(), "previous_status": None, "deleted_file": file.filename}
    transaction.record(EventType.DOWNLOAD_CHANGED, download.id, payload, owner_id=download.owner_id)
