from typing import Any

import pytest

from medianest.settings import Settings
from models.actor import Permission
from models.audit import AuditEntry
from models.downloads import Download
from models.states import DownloadStatus
from models.users import User
from schema.node import to_global_id
from tests.factories.downloads import make_download
from tests.factories.people import make_user
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements

QUOTAS = """
    quotas { movie { ...figures } tv { ...figures }
      downloads { ...figures } downloadBytes { ...figures } storageBytes { ...figures } }
    quotaOverrides { movieLimit movieDays tvLimit tvDays downloadLimit downloadDays downloadBytes storageBytes }
"""
FIGURES = "fragment figures on Quota { limit used remaining windowDays resetsAt }"
VIEWER = f"{{ viewer {{ {QUOTAS} }} }} {FIGURES}"
PERSON = f"query($id: ID!) {{ node(id: $id) {{ ... on User {{ username {QUOTAS} }} }} }} {FIGURES}"
PEOPLE = f"query($first: Int) {{ users(first: $first) {{ nodes {{ {QUOTAS} }} }} }} {FIGURES}"
UPDATE = """
mutation($input: UpdateUserInput!) {
  updateUser(input: $input) {
    user { quotas { downloads { limit remaining } } quotaOverrides { downloadLimit downloadDays downloadBytes } }
    errors { code path }
  }
}
"""
QUEUE = """
mutation($input: QueueDownloadInput!) { queueDownload(input: $input) {
  download { id }
  errors { __typename code message ... on QuotaExceededError { quota { limit used remaining windowDays resetsAt } } }
} }
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"quota_downloads": 2, "quota_downloads_days": 30, "quota_downloads_bytes": 1000})


class TestQuotas:
    async def test_show_how_the_viewer_stands(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in(Permission.DOWNLOAD_CREATE)
        await make_download(user.id, status=DownloadStatus.COMPLETED, downloaded_bytes=5)
        viewer = (await client.data(VIEWER))["viewer"]
        resets_at = viewer["quotas"]["downloads"]["resetsAt"]
        assert resets_at.endswith("Z")
        assert viewer["quotas"] == {
            "movie": {"limit": None, "used": 0, "remaining": None, "windowDays": 7, "resetsAt": None},
            "tv": {"limit": None, "used": 0, "remaining": None, "windowDays": 7, "resetsAt": None},
            "downloads": {"limit": 2, "used": 1, "remaining": 1, "windowDays": 30, "resetsAt": resets_at},
            "downloadBytes": {"limit": 1000, "used": 5, "remaining": 995, "windowDays": 30, "resetsAt": resets_at},
            "storageBytes": {"limit": None, "used": 0, "remaining": None, "windowDays": None, "resetsAt": None},
        }
        assert viewer["quotaOverrides"] == dict.fromkeys(
            (
                "movieLimit",
                "movieDays",
                "tvLimit",
                "tvDays",
                "downloadLimit",
                "downloadDays",
                "downloadBytes",
                "storageBytes",
            )
        )

    @pytest.mark.parametrize(
        ("permission", "is_told"), [(Permission.MANAGE_USERS, True), (Permission.MANAGE_DOWNLOADS, False)]
    )
    async def test_are_for_their_owner_and_for_who_manages_people(
        self, client: ApiClient, log_in: LogIn, permission: Permission, is_told: bool
    ) -> None:
        somebody = await make_user()
        await log_in(permission)
        person = (await client.data(PERSON, id=to_global_id("User", somebody.id)))["node"]
        assert person["username"] == somebody.username
        assert (person["quotas"] is not None, person["quotaOverrides"] is not None) == (is_told, is_told)

    async def test_of_fifty_people_cost_as_much_as_of_two(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_USERS)
        for number in range(50):
            user = await make_user()
            for _ in range(number % 3):
                await make_download(user.id)
        counts = {}
        for first in (2, 50):
            with counted_statements() as statements:
                answer = await client.data(PEOPLE, first=first)
            counts[first] = len(statements)
        assert counts[2] == counts[50] <= 6, counts
        used = [node["quotas"]["downloads"]["used"] for node in answer["users"]["nodes"]]
        assert used == [0, *(number % 3 for number in range(49))]


class TestQueueDownload:
    async def test_says_what_is_used_up_and_until_when(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in(Permission.DOWNLOAD_CREATE)
        for _ in range(2):
            await make_download(user.id)
        answer = (await client.data(QUEUE, input={"url": "https://video.example/1"}))["queueDownload"]
        (error,) = answer["errors"]
        assert (answer["download"], error["__typename"], error["code"]) == (
            None,
            "QuotaExceededError",
            "QUOTA_EXCEEDED",
        )
        assert error["message"].startswith("You have used 2 of 2 downloads; the next one is free on ")
        shown = (await client.data(VIEWER))["viewer"]["quotas"]["downloads"]
        assert error["quota"] == shown
        assert (shown["remaining"], shown["windowDays"]) == (0, 30)
        assert await Download.all().count() == 2


class TestUpdateUser:
    @pytest.mark.parametrize(
        ("change", "limit", "own"),
        [
            ({"downloadLimit": 9}, 9, [9, None, 80]),
            ({"downloadLimit": 0}, None, [0, None, 80]),
            ({"downloadLimit": None}, 2, [None, None, 80]),
            ({"downloadBytes": None, "downloadDays": 1}, 5, [5, 1, None]),
            ({}, 5, [5, None, 80]),
            (None, 5, [5, None, 80]),
        ],
    )
    async def test_a_number_null_and_nothing_mean_three_things(
        self,
        client: ApiClient,
        log_in: LogIn,
        change: dict[str, Any] | None,
        limit: int | None,
        own: list[int | None],
    ) -> None:
        somebody = await make_user()
        await User.filter(id=somebody.id).update(quota_overrides={"download_limit": 5, "download_bytes": 80})
        await log_in(Permission.MANAGE_USERS)
        id_ = to_global_id("User", somebody.id)
        await client.data(PERSON, id=id_)  # from now on it is cached
        answer = (await client.data(UPDATE, input={"id": id_, "quotas": change}))["updateUser"]
        assert answer["errors"] == []
        assert answer["user"]["quotas"]["downloads"]["limit"] == limit
        person = (await client.data(PERSON, id=id_))["node"]
        assert list(person["quotaOverrides"].values()) == [*[None] * 4, *own, None]
        assert person["quotas"]["downloads"]["limit"] == limit

    async def test_a_wrong_figure_is_named_as_it_was_given(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_USERS)
        id_ = to_global_id("User", (await make_user()).id)
        answer = (await client.data(UPDATE, input={"id": id_, "quotas": {"downloadDays": 0}}))["updateUser"]
        assert answer == {"user": None, "errors": [{"code": "VALIDATION", "path": ["quotas", "downloadDays"]}]}

    async def test_is_not_for_the_person_themselves(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in(Permission.DOWNLOAD_CREATE)
        change = {"id": to_global_id("User", user.id), "quotas": {"downloadLimit": 0}}
        (error,) = (await client.data(UPDATE, input=change))["updateUser"]["errors"]
        assert error["code"] == "PERMISSION_DENIED"
        assert (await User.get(id=user.id)).quota_overrides == {}
        assert await AuditEntry.filter(target_id=user.id, action="user.updated").count() == 0
