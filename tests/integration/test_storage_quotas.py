"""How much people may have stored."""

import asyncio

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import Actor, Permission
from models.errors import QuotaExceededError
from models.files import FileStatus, StoredFile
from models.quotas import Quota, QuotaFigures
from models.states import DownloadStatus
from models.usage import measure_all
from models.users import User
from services.quotas import Quotas
from tests.factories.downloads import make_download, make_file
from tests.factories.people import make_actor

HUNDRED = QuotaFigures(storage_bytes=100)


async def stands(actor: Actor) -> Quota:
    user = await User.get(id=actor.require_user())
    return (await measure_all([user], HUNDRED))[user.id].storage_bytes


async def stored(actor: Actor, count: int, status: FileStatus = FileStatus.READY) -> StoredFile:
    return await make_file(
        await make_download(actor.require_user(), status=DownloadStatus.COMPLETED, downloaded_bytes=count),
        bytes=count,
        status=status,
    )


async def take(base: Backbone, actor: Actor, count: int) -> None:
    """As an upload does it."""
    async with base.work.begin(actor):
        await Quotas(HUNDRED).take_bytes(actor.require_user(), count)
        await stored(actor, count, FileStatus.PENDING)


class TestStorageBytes:
    async def test_what_is_there_and_what_is_coming_counts(self, base: Backbone) -> None:
        actor, other = await make_actor(), await make_actor()
        await stored(actor, 30)
        await stored(actor, 20, FileStatus.PENDING)
        await stored(actor, 7, FileStatus.DELETED)
        await stored(other, 1)
        await make_download(actor.require_user(), status=DownloadStatus.RUNNING, downloaded_bytes=5)
        await make_download(actor.require_user(), status=DownloadStatus.FAILED, downloaded_bytes=9)
        assert await stands(actor) == Quota(limit=100, used=55, window_days=None, resets_at=None)

    async def test_a_person_has_their_own_figure(self, base: Backbone) -> None:
        actor = await make_actor()
        await User.filter(id=actor.user_id).update(quota_overrides={"storage_bytes": 5})
        assert (await stands(actor)).limit == 5


class TestTakeBytes:
    async def test_the_last_byte_is_taken_and_no_more(self, base: Backbone) -> None:
        actor = await make_actor()
        await take(base, actor, 60)
        await take(base, actor, 40)
        with pytest.raises(QuotaExceededError) as refused:
            await take(base, actor, 1)
        assert refused.value.quota == Quota(limit=100, used=100, window_days=None, resets_at=None)
        assert refused.value.message == (
            "You have used 100 bytes of 100 bytes for files; delete what you do not need any more."
        )
        assert await StoredFile.all().count() == 2

    async def test_ten_at_once_take_what_fits(self, base: Backbone) -> None:
        actor = await make_actor()
        results = await asyncio.gather(*(take(base, actor, 30) for _ in range(10)), return_exceptions=True)
        assert sum(isinstance(result, QuotaExceededError) for result in results) == 7
        assert (await stands(actor)).used == 90

    async def test_managers_have_no_limit(self, base: Backbone) -> None:
        actor = await make_actor(Permission.MANAGE_DOWNLOADS)
        await take(base, actor, 1000)
        assert (await stands(actor)).limit is None


class TestDownloads:
    async def test_none_begins_while_nothing_is_left(self, base: Backbone) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE)
        await stored(actor, 100)
        with pytest.raises(QuotaExceededError, match="delete what you do not need"):
            async with base.work.begin(actor):
                await Quotas(HUNDRED).take_download(actor.require_user())

    async def test_one_that_runs_has_what_the_files_and_the_others_leave(self, base: Backbone) -> None:
        actor = await make_actor(Permission.DOWNLOAD_CREATE)
        await stored(actor, 60)
        await make_download(actor.require_user(), status=DownloadStatus.RUNNING, downloaded_bytes=10)
        running = await make_download(actor.require_user(), status=DownloadStatus.RUNNING, downloaded_bytes=25)
        assert await Quotas(HUNDRED).bytes_for(running) == 30
        assert await Quotas(QuotaFigures(download_bytes=80, storage_bytes=100)).bytes_for(running) == 10
