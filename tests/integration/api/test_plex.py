"""Plex's libraries through the API."""

from collections.abc import AsyncIterator

import pytest

from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from medianest.wiring.media import plex_mirror
from models.actor import Permission
from models.audit import AuditEntry
from tests.doubles.plex import MACHINE, MOVIE, PlexDouble
from tests.integration.api.conftest import ApiClient, LogIn
from tests.integration.api.plex import with_plex

LIBRARIES = "{ plexLibraries { sectionId title type itemCount scannedAt refreshing } }"
SCAN = """mutation($input: ScanPlexLibraryInput!) {
  scanPlexLibrary(input: $input) { ok errors { code message path ... on UpstreamError { service breaker } } } }"""


@pytest.fixture
def double() -> PlexDouble:
    return PlexDouble()


@pytest.fixture
async def settings(settings: Settings, double: PlexDouble) -> AsyncIterator[Settings]:
    async with with_plex(settings, double, plex_path_map=("/our/library=/media",)) as changed:
        yield changed


class TestLibraries:
    async def test_are_there_while_plex_is_away(
        self, base: Backbone, client: ApiClient, log_in: LogIn, double: PlexDouble
    ) -> None:
        double.add("1", MOVIE, "Film", tmdb=603)
        double.sections[0].refreshing = True
        await plex_mirror(base).refresh()
        double.fail(503, times=9)
        await log_in(Permission.MANAGE_SERVICES)
        films, series = (await client.data(LIBRARIES))["plexLibraries"]
        assert films == {
            "sectionId": "1",
            "title": "Films",
            "type": "movie",
            "itemCount": 1,
            "scannedAt": "2026-09-21T14:13:20Z",
            "refreshing": True,
        }
        assert (series["title"], series["itemCount"]) == ("Series", 0)
        dashboard = (await client.data("{ dashboard { plexLibraries { title } } }"))["dashboard"]
        assert [library["title"] for library in dashboard["plexLibraries"]] == ["Films", "Series"]

    async def test_a_title_leads_to_plex(
        self, base: Backbone, client: ApiClient, log_in: LogIn, double: PlexDouble
    ) -> None:
        key = double.add("1", MOVIE, "Film", tmdb=900_000_001)
        await plex_mirror(base).refresh()
        await log_in()
        query = "{ media(ref: {tmdb: {tmdbId: 900000001, type: MOVIE}}) { availability plexUrl } }"
        link = f"https://app.plex.tv/desktop/#!/server/{MACHINE}/details?key=%2Flibrary%2Fmetadata%2F{key}"
        assert (await client.data(query))["media"] == {"availability": "AVAILABLE", "plexUrl": link}


class TestScan:
    @pytest.fixture(autouse=True)
    async def _known(self, base: Backbone, double: PlexDouble) -> None:
        await plex_mirror(base).refresh()

    @pytest.mark.parametrize(("path", "seen"), [("/our/library/a b", "/media/a b"), (None, None)])
    async def test_reaches_the_folder_as_plex_sees_it(
        self, client: ApiClient, log_in: LogIn, double: PlexDouble, path: str | None, seen: str | None
    ) -> None:
        admin = await log_in(Permission.MANAGE_SERVICES)
        answer = await client.data(SCAN, input={"sectionId": "1", "path": path} if path else {"sectionId": "1"})
        assert answer["scanPlexLibrary"] == {"ok": True, "errors": []}
        assert double.scans == [("GET", "1", seen)]
        entry = await AuditEntry.get(action="plex.scanned")
        assert (entry.actor_id, entry.after) == (admin.id, {"path": seen})

    @pytest.mark.parametrize("path", ["/elsewhere", "/our/library2", "our/library", "/our/library/../../etc", ""])
    async def test_a_folder_that_plex_does_not_see_is_refused(
        self, client: ApiClient, log_in: LogIn, double: PlexDouble, path: str
    ) -> None:
        await log_in(Permission.MANAGE_SERVICES)
        (error,) = (await client.data(SCAN, input={"sectionId": "1", "path": path}))["scanPlexLibrary"]["errors"]
        assert (error["code"], error["path"]) == ("VALIDATION", ["path"])
        assert double.scans == []

    async def test_a_library_that_is_not_there(self, client: ApiClient, log_in: LogIn, double: PlexDouble) -> None:
        await log_in(Permission.MANAGE_SERVICES)
        (error,) = (await client.data(SCAN, input={"sectionId": "9"}))["scanPlexLibrary"]["errors"]
        assert (error["code"], double.scans) == ("NOT_FOUND", [])

    async def test_a_token_that_plex_refuses_is_no_outage(
        self, client: ApiClient, log_in: LogIn, double: PlexDouble
    ) -> None:
        await log_in(Permission.MANAGE_SERVICES)
        double.fail(401, "/refresh")
        (error,) = (await client.data(SCAN, input={"sectionId": "1"}))["scanPlexLibrary"]["errors"]
        assert (error["code"], error["service"]) == ("UPSTREAM_REJECTED", "PLEX")

    async def test_plex_away_is_a_typed_error(self, client: ApiClient, log_in: LogIn, double: PlexDouble) -> None:
        await log_in(Permission.MANAGE_SERVICES)
        double.fail(500, "/refresh", times=9)
        (error,) = (await client.data(SCAN, input={"sectionId": "1"}))["scanPlexLibrary"]["errors"]
        assert (error["code"], error["service"]) == ("UPSTREAM_UNAVAILABLE", "PLEX")
        assert not await AuditEntry.exists(action="plex.scanned")

    async def test_a_breaker_that_opened_is_told(self, client: ApiClient, log_in: LogIn, double: PlexDouble) -> None:
        await log_in(Permission.MANAGE_SERVICES)
        double.fail(500, "/refresh", times=30)
        told = []
        for _ in range(6):
            (error,) = (await client.data(SCAN, input={"sectionId": "1"}))["scanPlexLibrary"]["errors"]
            told.append(error["breaker"])
        assert (told[0], told[-1]) == ("CLOSED", "OPEN")
