"""Download profiles, and where their downloads go."""

from typing import Any

import pytest

from integrations.youtube.options import _AUDIO_FORMATS, _FORMATS
from models.actor import Permission
from models.audit import AuditEntry
from models.downloads import DownloadProfile
from models.plex import PlexLibrary
from models.publications import PlexPublication, PublishState
from schema.node import to_global_id
from services.download_profiles import AUDIO_FORMATS, CONTAINERS
from tests.factories.downloads import make_download
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements

SAVE = """mutation($input: SaveDownloadProfileInput!) { saveDownloadProfile(input: $input) {
  profile { id name kind maxHeight container subtitleLanguages outputTemplate plexSectionId collection isDefault }
  errors { code path } } }"""
DELETE = "mutation($input: IdInput!) { deleteDownloadProfile(input: $input) { deletedId errors { code } } }"
PLEX = """{ downloads { nodes { plex {
  state sectionId ratingKey url scanned collectionDone metadataDone thumbnailDone lastError } } } }"""


async def save(client: ApiClient, **values: Any) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.data(SAVE, input=values))["saveDownloadProfile"]
    return answer


class TestSave:
    async def test_makes_one_for_a_library_of_plex(self, client: ApiClient, log_in: LogIn) -> None:
        admin = await log_in(Permission.MANAGE_DOWNLOADS)
        await PlexLibrary.create(machine_id="m", section_id="7", title="Clips", kind="movie")
        options = {"container": "mkv", "subtitleLanguages": ["pt-BR"], "plexSectionId": "7", "collection": "Talks"}
        answer = await save(client, name=" Talks ", options=options)
        assert answer["errors"] == []
        assert answer["profile"] | {"id": None} == {
            "id": None, "name": "Talks", "kind": "VIDEO", "maxHeight": None, "container": "mkv",
            "subtitleLanguages": ["pt-BR"], "outputTemplate": "{uploader}/{title} [{video_id}]",
            "plexSectionId": "7", "collection": "Talks", "isDefault": False,
        }  # fmt: skip
        assert (await AuditEntry.get(action="download_profile.saved")).actor_id == admin.id

    async def test_changes_what_is_named_and_nothing_else(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_DOWNLOADS)
        row = await DownloadProfile.get(is_default=True)
        key = to_global_id("DownloadProfile", row.id)
        answer = await save(client, id=key, name=row.name, options={"maxHeight": None, "kind": None})
        assert (answer["profile"]["maxHeight"], answer["profile"]["kind"]) == (None, "VIDEO")
        assert (answer["profile"]["container"], answer["profile"]["isDefault"]) == ("mp4", True)

    async def test_there_is_one_default(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_DOWNLOADS)
        await save(client, name="New", options={}, isDefault=True)
        assert [row.name for row in await DownloadProfile.filter(is_default=True)] == ["New"]

    @pytest.mark.parametrize(
        ("options", "name"),
        [
            ({"container": "exe"}, "container"),
            ({"audioFormat": "wav"}, "audioFormat"),
            ({"maxHeight": 10}, "maxHeight"),
            ({"subtitleLanguages": ["--exec"]}, "subtitleLanguages"),
            ({"plexSectionId": "9"}, "plexSectionId"),
            ({"collection": "Talks"}, "collection"),
        ],
    )
    async def test_refuses_what_cannot_be(
        self, client: ApiClient, log_in: LogIn, options: dict[str, Any], name: str
    ) -> None:
        await log_in(Permission.MANAGE_DOWNLOADS)
        (error,) = (await save(client, name="New", options=options))["errors"]
        assert (error["code"], error["path"]) == ("VALIDATION", ["options", name])
        assert await DownloadProfile.all().count() == 2

    async def test_a_name_that_is_taken(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_DOWNLOADS)
        (error,) = (await save(client, name="Audio", options={}))["errors"]
        assert error["code"] == "CONFLICT"

    def test_offers_what_the_downloader_has(self) -> None:
        assert {None, *CONTAINERS} == set(_FORMATS)
        assert {None, *AUDIO_FORMATS} == set(_AUDIO_FORMATS)


class TestDelete:
    async def test_leaves_what_was_made_with_it(self, client: ApiClient, log_in: LogIn) -> None:
        admin = await log_in(Permission.MANAGE_DOWNLOADS)
        row = await DownloadProfile.get(name="Audio")
        download = await make_download(admin.id, profile_id=row.id)
        key = to_global_id("DownloadProfile", row.id)
        assert (await client.data(DELETE, input={"id": key}))["deleteDownloadProfile"] == {
            "deletedId": key,
            "errors": [],
        }
        await download.refresh_from_db()
        assert download.profile_id is None

    async def test_the_default_one_stays(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_DOWNLOADS)
        row = await DownloadProfile.get(is_default=True)
        answer = await client.data(DELETE, input={"id": to_global_id("DownloadProfile", row.id)})
        assert [error["code"] for error in answer["deleteDownloadProfile"]["errors"]] == ["CONFLICT"]
        assert await DownloadProfile.exists(id=row.id)


class TestPlex:
    async def test_a_download_tells_how_far_it_is(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        download = await make_download(user.id)
        await PlexPublication.create(
            download_id=download.id, state=PublishState.PARTIAL, section_id="7", rating_key="42", machine_id="m",
            scanned=True, collection_done=True, last_error="Plex answered with status 500.",
        )  # fmt: skip
        assert (await client.data(PLEX))["downloads"]["nodes"] == [{"plex": {
            "state": "PARTIAL", "sectionId": "7", "ratingKey": "42", "scanned": True, "collectionDone": True,
            "url": "https://app.plex.tv/desktop/#!/server/m/details?key=%2Flibrary%2Fmetadata%2F42",
            "metadataDone": False, "thumbnailDone": False, "lastError": "Plex answered with status 500.",
        }}]  # fmt: skip

    async def test_many_cost_one_statement(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        for _ in range(5):
            await make_download(user.id)
        with counted_statements() as statements:
            await client.data(PLEX)
        assert len([sql for sql in statements if "plex_publications" in sql]) == 1
