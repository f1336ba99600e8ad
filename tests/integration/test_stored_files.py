"""Files that exist: who sees them, and what becomes of them when they are deleted."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from medianest.wiring.backbone import Backbone
from medianest.wiring.loaders import loaders_of
from models.actor import ANONYMOUS, Actor, Permission
from models.audit import AuditEntry
from models.errors import NotFoundError, UnauthenticatedError
from models.events import DomainEvent
from models.files import FileKind, FileStatus, StoredFile
from models.paging import PageArgs
from models.states import DownloadStatus
from models.timeline import TimelineEntry
from models.users import User
from services.lockout import Lockout
from services.passwords import Passwords
from services.stored_files import StoredFileService
from services.token_memory import TokenMemory
from services.users import UpdateProfile, UserService
from tests.factories.downloads import make_download, make_file
from tests.factories.events import recorded
from tests.factories.people import make_actor


@pytest.fixture
def service(base: Backbone) -> StoredFileService:
    return StoredFileService(base.work)


async def stored(actor: Actor, **columns: Any) -> StoredFile:
    download = await make_download(actor.require_user(), status=DownloadStatus.COMPLETED)
    return await make_file(download, **columns)


async def listed(service: StoredFileService, actor: Actor, *kinds: FileKind) -> list[UUID]:
    return [file.id for file in (await service.list_visible(actor, kinds or None, PageArgs())).nodes]


class TestListVisible:
    async def test_ones_own_the_newest_first(self, service: StoredFileService) -> None:
        actor = await make_actor()
        first, second = await stored(actor), await stored(actor)
        await stored(await make_actor())
        assert await listed(service, actor) == [second.id, first.id]

    async def test_only_some_kinds(self, service: StoredFileService) -> None:
        actor = await make_actor()
        film, sound, _ = [await stored(actor, kind=kind) for kind in (FileKind.VIDEO, FileKind.AUDIO, FileKind.OTHER)]
        assert await listed(service, actor, FileKind.VIDEO, FileKind.AUDIO) == [sound.id, film.id]

    async def test_deleted_ones_are_left_out(self, service: StoredFileService) -> None:
        actor = await make_actor()
        coming = await stored(actor, status=FileStatus.PENDING)
        await stored(actor, status=FileStatus.DELETED)
        assert await listed(service, actor) == [coming.id]

    async def test_strangers_see_nothing(self, service: StoredFileService) -> None:
        with pytest.raises(UnauthenticatedError):
            await service.list_visible(ANONYMOUS, None, PageArgs())

    @pytest.mark.parametrize("permissions", [[], [Permission.MANAGE_DOWNLOADS], [Permission.ADMIN]])
    async def test_the_rule_for_lists_is_the_rule_for_rows(
        self, service: StoredFileService, permissions: list[Permission]
    ) -> None:
        actor, other = await make_actor(*permissions), await make_actor()
        files = [await stored(who, kind=kind) for who in (actor, other) for kind in FileKind]
        visible = {file.id for file in await StoredFile.visible_to(actor)}
        assert visible == {file.id for file in files if file.can_see(actor)}
        assert len(visible) == len(FileKind) + (len(FileKind) - 1 if permissions else 0)


class TestDelete:
    async def test_its_owner_is_rid_of_it(self, base: Backbone, service: StoredFileService) -> None:
        actor = await make_actor()
        file = await stored(actor)
        await service.delete(actor, file.id)
        row = await StoredFile.get(id=file.id)
        assert (row.status, row.deleted_at is not None, base.files.link(row, 60)) == (FileStatus.DELETED, True, None)
        assert await recorded(file.id) == [("file.changed", "DELETED")]
        (entry,) = await AuditEntry.filter(target_id=file.id)
        assert (entry.action, entry.actor_id) == ("file.deleted", actor.user_id)

    async def test_twice_at_once_is_once(self, service: StoredFileService) -> None:
        actor = await make_actor()
        file = await stored(actor)
        await asyncio.gather(*(service.delete(actor, file.id) for _ in range(5)))
        assert len(await recorded(file.id)) == 1

    async def test_its_download_shows_it_no_more_and_tells_of_it(
        self, base: Backbone, service: StoredFileService
    ) -> None:
        actor = await make_actor()
        download = await make_download(actor.require_user(), status=DownloadStatus.COMPLETED)
        file, other = await make_file(download), await make_file(download)
        shown = [row.id for row in await loaders_of(base)().files_by_download.load(download.id)]
        assert shown == [file.id, other.id]
        await service.delete(actor, file.id)
        shown = [row.id for row in await loaders_of(base)().files_by_download.load(download.id)]
        assert shown == [other.id], "what was cached is stale"
        (event,) = await DomainEvent.filter(stream_id=download.id)
        assert TimelineEntry.of(event).message == f"The file {file.filename} was deleted."
        assert event.payload["version"] == 2

    async def test_what_is_cached_of_it_is_stale_at_once(self, base: Backbone, service: StoredFileService) -> None:
        actor = await make_actor()
        file = await stored(actor)
        assert (await loaders_of(base)().files.load(file.id)).status is FileStatus.READY  # type: ignore[union-attr]
        await service.delete(actor, file.id)
        assert (await loaders_of(base)().files.load(file.id)).status is FileStatus.DELETED  # type: ignore[union-attr]

    async def test_managers_may(self, service: StoredFileService) -> None:
        file = await stored(await make_actor())
        await service.delete(await make_actor(Permission.MANAGE_DOWNLOADS), file.id)
        assert (await StoredFile.get(id=file.id)).status is FileStatus.DELETED

    async def test_for_others_it_is_not_there(self, service: StoredFileService) -> None:
        file, secret = [await stored(await make_actor(), kind=kind) for kind in (FileKind.VIDEO, FileKind.COOKIES)]
        for who, key in (
            (await make_actor(), file.id),
            (await make_actor(Permission.MANAGE_DOWNLOADS), secret.id),
            (await make_actor(), uuid4()),
        ):
            with pytest.raises(NotFoundError):
                await service.delete(who, key)
        assert await StoredFile.filter(status=FileStatus.READY).count() == 2
        assert await recorded() == []


class TestAvatar:
    @pytest.fixture
    def users(self, base: Backbone) -> UserService:
        return UserService(base.work, Passwords(), TokenMemory(lambda: True), Lockout(base.limits))

    async def wear(self, users: UserService, actor: Actor, avatar: UUID | None) -> User:
        return await users.update_profile(actor, UpdateProfile(avatar=avatar, is_avatar_given=True))

    async def test_another_one_takes_the_place_of_the_one_before(self, users: UserService) -> None:
        actor = await make_actor()
        old, new = [await stored(actor, kind=FileKind.AVATAR) for _ in range(2)]
        assert (await self.wear(users, actor, old.id)).avatar_id == old.id
        await self.wear(users, actor, new.id)
        assert (await User.get(id=actor.user_id)).avatar_id == new.id
        assert [(await StoredFile.get(id=key)).status for key in (old.id, new.id)] == ["DELETED", "READY"]

    async def test_the_same_again_changes_nothing_of_it(self, users: UserService) -> None:
        actor = await make_actor()
        file = await stored(actor, kind=FileKind.AVATAR)
        for _ in range(2):
            await self.wear(users, actor, file.id)
        assert (await StoredFile.get(id=file.id)).status is FileStatus.READY

    async def test_none_is_none(self, users: UserService) -> None:
        actor = await make_actor()
        file = await stored(actor, kind=FileKind.AVATAR)
        await self.wear(users, actor, file.id)
        assert (await self.wear(users, actor, None)).avatar_id is None
        assert (await StoredFile.get(id=file.id)).status is FileStatus.DELETED

    async def test_what_is_left_out_stays(self, users: UserService) -> None:
        actor = await make_actor()
        file = await stored(actor, kind=FileKind.AVATAR)
        await self.wear(users, actor, file.id)
        assert (await users.update_profile(actor, UpdateProfile(display_name="Ada"))).avatar_id == file.id

    @pytest.mark.parametrize("flaw", [{"kind": FileKind.COVER}, {"status": FileStatus.PENDING}, {"owner": "another"}])
    async def test_nothing_but_a_ready_picture_of_ones_own(self, users: UserService, flaw: dict[str, Any]) -> None:
        actor = await make_actor()
        owner = await make_actor() if flaw.pop("owner", None) else actor
        file = await stored(owner, **{"kind": FileKind.AVATAR, **flaw})
        with pytest.raises(NotFoundError) as refused:
            await self.wear(users, actor, file.id)
        assert refused.value.path == ("avatar",)
        assert (await User.get(id=actor.user_id)).avatar_id is None

    async def test_deleting_the_file_takes_it_off(self, users: UserService, service: StoredFileService) -> None:
        actor = await make_actor()
        file = await stored(actor, kind=FileKind.AVATAR)
        await self.wear(users, actor, file.id)
        await service.delete(actor, file.id)
        user = await User.get(id=actor.user_id)
        assert (user.avatar_id, user.version) == (None, 3)
        events = await DomainEvent.filter(stream_id=user.id).order_by("position")
        assert [event.payload["avatar_id"] for event in events] == [str(file.id), None]

    async def test_deleting_it_and_choosing_another_at_once_is_no_deadlock(
        self, users: UserService, service: StoredFileService
    ) -> None:
        actor = await make_actor()
        old, new = [await stored(actor, kind=FileKind.AVATAR) for _ in range(2)]
        await self.wear(users, actor, old.id)
        await asyncio.gather(service.delete(actor, old.id), self.wear(users, actor, new.id))
        assert (await User.get(id=actor.user_id)).avatar_id == new.id
