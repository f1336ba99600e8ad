"""Files that people bring: by a ticket, straight to where they are kept, or through the API as they arrive.

Until a file has been looked at, its row is PENDING and names a key that others may still write to. What was looked at
lies under a key of its own that nobody outside ever knew.
"""

import contextlib
import hashlib
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from infra.incoming import Incoming
from infra.storage.base import Arrival, Storage, StorageError
from models.actor import Actor
from models.errors import ConflictError, InvalidStateError, NotFoundError, ValidationError
from models.events import EventType
from models.files import PICTURE_SIZES, UPLOAD_SECONDS, FileKind, FileLocation, FileStatus, StoredFile, object_keys
from models.quotas import Quota
from models.rates import Counted
from services import images
from services.file_types import recognise
from services.intake import Intake, most_bytes, no_room, storing, too_large
from services.quotas import Quotas, exceeded
from services.rate_limits import RateLimits
from services.upload_tickets import (
    CreateUpload,
    SignedPut,
    UploadLinks,
    UploadTicket,
    check_promise,
    pending_file,
    ticket,
)
from services.work import Transaction, UnitOfWork


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file that was looked at, and where it lies now."""

    key: str
    bytes: int
    sha256: str
    mime_type: str


class UploadService:
    """`max_bytes` is what this server takes of one file, whatever its kind."""

    def __init__(
        self,
        work: UnitOfWork,
        limits: RateLimits,
        quotas: Quotas,
        storage: Storage,
        links: UploadLinks,
        max_bytes: int,
    ) -> None:
        self._work = work
        self._limits = limits
        self._quotas = quotas
        self._storage = storage
        self._links = links
        self._arriving: set[UUID] = set()
        self.max_bytes = max_bytes

    async def create(self, actor: Actor, command: CreateUpload) -> UploadTicket:
        """A ticket for the bytes, which count as the owner's from now on.

        Raises ValidationError, PayloadTooLargeError, QuotaExceededError, StorageFullError, UnavailableError,
        RateLimitedError.
        """
        owner_id = actor.require_user()
        check_promise(command, most_bytes(command.kind, self.max_bytes))
        await self._limits.count(actor, Counted.CREATE_UPLOAD)
        await self._check_room(command.bytes)
        file = pending_file(owner_id, command.kind, command.filename)
        file.bytes, file.mime_type = command.bytes, command.mime_type
        file.sha256 = command.sha256 and command.sha256.lower()
        expires_at = datetime.now(UTC) + timedelta(seconds=UPLOAD_SECONDS)
        with storing():
            door = await self._storage.invite(file.key, Arrival(command.mime_type, command.bytes, UPLOAD_SECONDS))
        door = door or self._links.door(file, expires_at)
        file.upload_id = door.upload_id
        try:
            await self._begin(actor, file, file.bytes)
        except BaseException:
            if file.upload_id:
                with contextlib.suppress(StorageError):  # the sweeper comes by
                    await self._storage.abandon(file.key, file.upload_id)
            raise
        return ticket(file, door, expires_at)

    async def receive(self, put: SignedPut, chunks: AsyncIterator[bytes]) -> None:
        """What was sent to our own address for a file.

        Raises PermissionDeniedError, ConflictError when the upload is over, StorageFullError, UnavailableError.
        """
        self._links.check(put)
        file = await StoredFile.get_or_none(id=put.file_id, status=FileStatus.PENDING)
        if file is None:
            raise ConflictError("This upload is over; begin another one by `createUpload`.")
        if file.id in self._arriving:  # each would fill the disk with a draft of its own
            raise ConflictError("This file is being sent already; wait for the end of that.")
        self._arriving.add(file.id)
        try:
            with storing():
                await self._storage.write(file.key, chunks)
        finally:
            self._arriving.discard(file.id)

    async def complete(self, actor: Actor, file_id: UUID) -> StoredFile:
        """Look at what came. The second time it is as the first time left it.

        Raises NotFoundError, InvalidStateError while bytes are missing, UnavailableError, and ValidationError for what
        is not as it was promised: then nothing is left of it; RateLimitedError.
        """
        file = await _own(actor, file_id)
        if file.status is FileStatus.READY:
            return file
        await self._limits.count(actor, Counted.COMPLETE_UPLOAD)
        came, home = file.key, file.key if file.upload_id else uuid7().hex
        try:
            with storing():
                kept = await self._look_at(file, home)
            is_first = await self._make_ready(actor, file, kept)
        except ValidationError:
            await self._give_up(actor, file, home)
            raise
        except BaseException:
            await self._remove_objects(file.kind, home)
            raise
        if is_first:
            if came != home:
                await self._remove_objects(file.kind, came)
            return file
        await self._remove_objects(file.kind, home)
        return await _own(actor, file_id)

    async def take(self, actor: Actor, kind: FileKind, incoming: Incoming) -> StoredFile:
        """A file as it arrives; it is kept when all of it has come, and is what it has to be.

        Raises what `create` and `complete` raise.
        """
        owner_id = actor.require_user()
        limit = most_bytes(kind, self.max_bytes)
        await self._limits.count(actor, Counted.UPLOAD_FILE)
        await self._check_room(1)
        file = pending_file(owner_id, kind, incoming.filename)
        quota = await self._begin(actor, file, 1)
        intake = Intake(kind, incoming.chunks, limit, too_large(kind, limit))
        if quota.remaining is not None and quota.remaining < limit:
            intake = Intake(kind, incoming.chunks, quota.remaining, exceeded(quota))
        try:
            with storing():
                if kind in PICTURE_SIZES:
                    await intake.swallow()
                else:
                    await self._storage.write(file.key, aiter(intake))
                kept = await self._identify(file, intake, file.key)
            is_in_time = await self._make_ready(actor, file, kept)
        except BaseException:
            await self._give_up(actor, file, file.key)
            raise
        if not is_in_time:
            await self._remove_objects(kind, file.key)
            raise ConflictError("This upload took too long; send the file again.")
        return file

    async def _look_at(self, file: StoredFile, home: str) -> _Kept:
        """What came, once it lies where nobody outside can change it any more."""
        source = home
        if file.upload_id:
            is_there = await self._storage.join(home, file.upload_id, file.bytes)
        elif file.kind in PICTURE_SIZES:
            source, is_there = file.key, True
        else:
            is_there = await self._storage.copy(file.key, home)
        intake = Intake(file.kind, self._storage.read(source), file.bytes, _broken(file))
        if is_there:
            await intake.swallow()
        if not intake.bytes:
            raise InvalidStateError(
                "Not all of the file has come yet: send it as the ticket says, then complete the upload.",
                current=file.status,
                allowed=(),
            )
        if intake.bytes != file.bytes or file.sha256 not in {None, intake.sha256}:
            raise _broken(file)
        return await self._identify(file, intake, home)

    async def _identify(self, file: StoredFile, intake: Intake, home: str) -> _Kept:
        """Raises ValidationError. Of a picture only what was drawn anew is kept."""
        if not intake.bytes:
            raise ValidationError("This file is empty.", path=("file",), constraint="bytes")
        content = bytes(intake.kept)
        mime_type = recognise(file.kind, content)
        if file.kind not in PICTURE_SIZES:
            return _Kept(home, intake.bytes, intake.sha256, mime_type)
        sizes, is_square = PICTURE_SIZES[file.kind], file.kind is FileKind.AVATAR
        pictures = await images.renditions(content, sizes, square=is_square)
        for key, size in zip(object_keys(file.kind, home), sizes, strict=True):
            await self._storage.write(key, _once(pictures[size]), mime_type=images.MIME_TYPE)
        largest = pictures[sizes[-1]]
        return _Kept(home, len(largest), hashlib.sha256(largest).hexdigest(), images.MIME_TYPE)

    async def _begin(self, actor: Actor, file: StoredFile, count: int) -> Quota:
        async with self._work.begin(actor) as transaction:
            quota = await self._quotas.take_bytes(file.owner_id, count)
            await file.save()
            _tell(transaction, file)
        return quota

    async def _make_ready(self, actor: Actor, file: StoredFile, kept: _Kept) -> bool:
        """False when it is not PENDING any more."""
        async with self._work.begin(actor) as transaction:
            await self._quotas.take_bytes(file.owner_id, kept.bytes - file.bytes)
            values = {**asdict(kept), "status": FileStatus.READY, "upload_id": None}
            pending = StoredFile.filter(id=file.id, status=FileStatus.PENDING).using_db(transaction.connection)
            if not await pending.update(**values):
                return False
            for name, value in values.items():
                setattr(file, name, value)
            _tell(transaction, file)
            await transaction.audit("file.uploaded", file, after=file.snapshot())
        return True

    async def _give_up(self, actor: Actor, file: StoredFile, home: str) -> None:
        """The row first: what is left without one is swept."""
        async with self._work.begin(actor) as transaction:
            pending = StoredFile.filter(id=file.id, status=FileStatus.PENDING).using_db(transaction.connection)
            if await pending.delete():
                file.status = FileStatus.DELETED
                _tell(transaction, file)
        for key in {file.key, home}:
            await self._remove_objects(file.kind, key)

    async def _remove_objects(self, kind: FileKind, key: str) -> None:
        """But for those that a row names: somebody else was faster."""
        if not await StoredFile.exists(location=FileLocation.OBJECTS, key=key):
            with contextlib.suppress(StorageError):  # the sweeper comes by
                await self._storage.delete(object_keys(kind, key))

    async def _check_room(self, count: int) -> None:
        with storing():
            room = await self._storage.room()
        if room is not None and room < count:
            raise no_room()


async def _own(actor: Actor, file_id: UUID) -> StoredFile:
    owner_id = actor.require_user()
    file = await StoredFile.get_or_none(id=file_id, owner_id=owner_id, status__not=FileStatus.DELETED)
    if file is None:
        raise NotFoundError("There is no such upload of yours.", path=("id",))
    return file


def _broken(file: StoredFile) -> ValidationError:
    return ValidationError(
        f"What came is not what was announced: {file.bytes} bytes{' with this SHA-256' if file.sha256 else ''}. "
        "It was thrown away; begin again.",
        path=("id",),
        constraint="sha256" if file.sha256 else "bytes",
    )


def _tell(transaction: Transaction, file: StoredFile) -> None:
    transaction.record(EventType.FILE_CHANGED, file.id, file.snapshot(), owner_id=file.owner_id)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
