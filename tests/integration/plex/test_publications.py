"""Finished downloads get into Plex, whatever happens on the way."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from integrations.plex.http import HttpPlexServer
from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM
from models.downloads import Download, DownloadProfile
from models.events import DomainEvent, EventType
from models.files import FileKind, FileLocation
from models.plex import PlexLibrary
from models.plex_paths import PathMap
from models.publications import PlexPublication, PublishState
from models.quotas import QuotaFigures
from models.states import DownloadStatus
from services.download_runs import DownloadRunner, FetchLimits
from services.publications import MOST_ATTEMPTS, Publisher, Shelf, promise_publication
from services.quotas import Quotas
from tests.doubles.plex import MACHINE, PlexDouble
from tests.factories.downloader import ScriptedDownloader
from tests.factories.downloads import make_download, make_file
from tests.factories.people import make_user

KEY = "Ada/A talk [v1].mp4"
SEEN = f"/media/{KEY}"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "library" / "Ada").mkdir(parents=True)
    return tmp_path / "library"


@pytest.fixture
def shelf(library: Path, plex: HttpPlexServer) -> Shelf:
    return Shelf(library, PathMap.parse([f"{library}=/media"]), plex)


@pytest.fixture
def publisher(base: Backbone, shelf: Shelf) -> Publisher:
    return Publisher(base.work, shelf)


@pytest.fixture
async def profile(base: Backbone) -> DownloadProfile:
    await PlexLibrary.create(machine_id=MACHINE, section_id="1", title="Films", kind="movie")
    await DownloadProfile.filter(is_default=True).update(plex_section_id="1", collection="Talks")
    return await DownloadProfile.get(is_default=True)


Finish = Callable[..., Any]


@pytest.fixture
def finished(base: Backbone, shelf: Shelf, profile: DownloadProfile, library: Path, double: PlexDouble) -> Finish:
    async def make() -> Download:
        """A download whose files are in the library, and which Plex would find."""
        download = await make_download(
            (await make_user()).id, title="A talk", uploader="Ada", status=DownloadStatus.COMPLETED
        )
        film = await make_file(download, location=FileLocation.LIBRARY, key=KEY)
        picture = BytesIO()
        Image.new("RGB", (64, 36), "red").save(picture, "WEBP")
        (library / "Ada" / "A talk [v1].webp").write_bytes(picture.getvalue())
        await make_file(download, kind=FileKind.THUMBNAIL, location=FileLocation.LIBRARY, key="Ada/A talk [v1].webp")
        double.appears[SEEN] = "1"
        publication = shelf.plan(download, profile, [film])
        assert publication is not None
        async with base.work.begin(SYSTEM) as transaction:
            await promise_publication(transaction, publication)
        return download

    return make


async def state(download: Download) -> PlexPublication:
    return await PlexPublication.get(download_id=download.id)


class TestPublish:
    async def test_brings_it_into_plex(self, publisher: Publisher, finished: Finish, double: PlexDouble) -> None:
        download = await finished()
        await publisher.publish(download.id, 0)
        row = await state(download)
        assert (row.state, row.last_error, row.scanned) == (PublishState.DONE, None, True)
        key = row.rating_key or ""
        assert double.scans == [("GET", "1", "/media/Ada")]
        assert list(double.collections.values()) == [("1", "Talks", [key])]
        assert double.edits[key]["title.value"] == "A talk"
        assert double.edits[key]["summary.value"] == f"Ada\n{download.canonical_url}"
        (poster,) = double.posters[key]
        assert Image.open(BytesIO(poster)).format == "JPEG"
        assert row.url == f"https://app.plex.tv/desktop/#!/server/{MACHINE}/details?key=%2Flibrary%2Fmetadata%2F{key}"

    async def test_each_step_is_told(self, publisher: Publisher, finished: Finish) -> None:
        download = await finished()
        await publisher.publish(download.id, 0)
        assert await DomainEvent.filter(type=EventType.DOWNLOAD_CHANGED, stream_id=download.id).count() == 5
        assert (await Download.get(id=download.id)).version == download.version + 5

    async def test_a_job_that_is_out_of_date_does_nothing(
        self, publisher: Publisher, finished: Finish, double: PlexDouble
    ) -> None:
        download = await finished()
        await publisher.publish(download.id, 1)
        await publisher.publish(download.id, 0)
        calls = len(double.calls)
        await publisher.publish(download.id, 0)
        assert len(double.calls) == calls

    async def test_plex_needs_time_to_find_it(self, publisher: Publisher, finished: Finish, double: PlexDouble) -> None:
        download = await finished()
        double.appears.clear()
        await publisher.publish(download.id, 0)
        row = await state(download)
        assert (row.state, row.attempts, row.scanned) == (PublishState.PENDING, 1, True)
        assert row.next_attempt_at is not None
        assert f"has not found {SEEN}" in (row.last_error or "")
        double.appears[SEEN] = "1"
        await publisher.publish(download.id, 1)
        assert (await state(download)).state is PublishState.DONE

    @pytest.mark.parametrize("fault", [500, "html", "cut after"])
    @pytest.mark.parametrize(
        "path", ["/refresh", "/identity", "/library/collections", "/library/sections/1/all", "/posters"]
    )
    async def test_goes_on_where_it_was_cut_off(
        self, publisher: Publisher, finished: Finish, double: PlexDouble, path: str, fault: str | int
    ) -> None:
        download = await finished()
        double.fail(fault, path)
        for attempt in range(2):
            await publisher.publish(download.id, attempt)
        row = await state(download)
        assert (row.state, row.last_error) == (PublishState.DONE, None)
        assert [items for _, _, items in double.collections.values()] == [[row.rating_key]]
        assert set(double.edits) == {row.rating_key}

    @pytest.mark.parametrize("step", ["scan", "identity", "collect", "describe", "set_poster"])
    async def test_a_worker_that_dies_between_doing_and_writing(
        self, base: Backbone, shelf: Shelf, plex: HttpPlexServer, finished: Finish, double: PlexDouble, step: str
    ) -> None:
        download = await finished()
        dying = Publisher(base.work, replace(shelf, plex=_Dying(plex, step)))
        with pytest.raises(_KilledError):
            await dying.publish(download.id, 0)
        await Publisher(base.work, shelf).publish(download.id, 0)
        row = await state(download)
        assert row.state is PublishState.DONE
        assert [items for _, _, items in double.collections.values()] == [[row.rating_key]]

    async def test_it_gives_up_in_the_end(self, publisher: Publisher, finished: Finish, double: PlexDouble) -> None:
        download = await finished()
        await PlexPublication.all().update(attempts=MOST_ATTEMPTS - 1)
        double.fail(500, times=9)
        await publisher.publish(download.id, MOST_ATTEMPTS - 1)
        row = await state(download)
        assert (row.state, row.next_attempt_at, row.last_error) == (
            PublishState.FAILED, None, "Plex answered with status 500.",
        )  # fmt: skip
        assert (await Download.get(id=download.id)).status is DownloadStatus.COMPLETED

    async def test_what_can_be_watched_stays_partial(
        self, publisher: Publisher, finished: Finish, double: PlexDouble
    ) -> None:
        download = await finished()
        await PlexPublication.all().update(attempts=MOST_ATTEMPTS - 1)
        double.fail(500, "/posters", times=9)
        await publisher.publish(download.id, MOST_ATTEMPTS - 1)
        row = await state(download)
        assert (row.state, row.collection_done, row.thumbnail_done) == (PublishState.PARTIAL, True, False)


class _KilledError(BaseException):
    pass


class _Dying:
    """Does one thing, and is killed before anybody hears of it."""

    def __init__(self, plex: HttpPlexServer, step: str) -> None:
        self._plex = plex
        self._step = step

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._plex, name)
        if name != self._step:
            return method

        async def call(*args: Any, **kwargs: Any) -> None:
            await method(*args, **kwargs)
            raise _KilledError

        return call


class TestPlan:
    async def test_without_a_library_of_plex_there_is_none(self, base: Backbone, shelf: Shelf) -> None:
        profile = await DownloadProfile.get(is_default=True)
        assert shelf.plan(await make_download((await make_user()).id), profile, []) is None

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"plex": None}, "No Plex server is connected"),
            ({"library": None}, "There is no library folder"),
            ({"paths": PathMap.parse(["/elsewhere=/media"])}, "Plex does not see the library folder"),
        ],
    )
    async def test_what_stands_in_the_way_is_told(
        self, base: Backbone, shelf: Shelf, profile: DownloadProfile, changes: dict[str, Any], reason: str
    ) -> None:
        download = await make_download((await make_user()).id)
        file = await make_file(download, location=FileLocation.LIBRARY, key=KEY)
        publication = replace(shelf, **changes).plan(download, profile, [file])
        assert publication is not None
        assert publication.state is PublishState.NONE
        assert reason in (publication.last_error or "")


class TestDownload:
    async def test_a_finished_one_is_on_its_way(
        self, base: Backbone, shelf: Shelf, profile: DownloadProfile, tmp_path: Path
    ) -> None:
        user = await make_user()
        await DownloadProfile.filter(id=profile.id).update(plex_section_id="1")
        download = await make_download(user.id)
        runner = DownloadRunner(
            base.work, ScriptedDownloader(), base.files, base.pubsub, Quotas(QuotaFigures()),
            FetchLimits(tmp_path / "work", 10**9, ()), replace(shelf, library=None),
        )  # fmt: skip
        await runner.run(download.id)
        assert (await Download.get(id=download.id)).status is DownloadStatus.COMPLETED
        row = await state(download)
        assert (row.state, row.section_id, row.collection) == (PublishState.NONE, "1", "Talks")
