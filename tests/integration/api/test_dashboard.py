from typing import Any
from uuid import UUID

import pytest

from medianest.wiring.backbone import Backbone
from medianest.wiring.jobs import event_consumers
from models.actor import SYSTEM, Permission
from models.downloads import Download
from models.events import DomainEvent, EventType
from models.notifications import Notification, NotificationType
from models.states import DownloadStatus
from services.downloads import record_change
from services.work import Notice
from tests.factories.people import make_user
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements

HOME = """
query Home($first: Int! = 10) {
  streamCursor
  dashboard {
    viewer { username } unreadNotifications generatedAt
    services { name status }
    queue { queued running retryWaiting failed24h completed24h workers workersBusy bytesPerSecond }
    storage { usedBytes freeBytes byKind { kind files bytes } }
    downloadCounts { status count }
    activeDownloads(first: $first) {
      nodes { id status timeline(first: 2) { nodes { message actor { username } } pageInfo { hasNextPage } } }
    }
  }
}
"""
MARK = """
mutation($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) { notifications { title isRead } unreadCount errors { code path } }
}
"""


async def queued(base: Backbone, owner_id: UUID) -> Download:
    async with base.work.begin(SYSTEM) as transaction:
        row = Download(owner_id=owner_id, url="https://a.example", canonical_url="https://a.example")
        await row.save()
        transaction.record(EventType.DOWNLOAD_CREATED, row.id, row.snapshot(), owner_id=owner_id)
    return row


async def moved(base: Backbone, row: Download, status: DownloadStatus, **columns: Any) -> None:
    async with base.work.begin(SYSTEM) as transaction:
        previous = row.status
        row.update_from_dict({"status": status, "version": row.version + 1, **columns})
        await row.save()
        record_change(transaction, row, previous)


class TestDashboard:
    async def test_everything_at_once_in_as_many_statements_for_ten_as_for_one(
        self, base: Backbone, client: ApiClient, log_in: LogIn
    ) -> None:
        user = await log_in(Permission.MANAGE_SERVICES)
        for _ in range(10):
            await moved(base, await queued(base, user.id), DownloadStatus.RUNNING, attempt=1)
        await event_consumers(base, lambda failure: pytest.fail(repr(failure))).catch_up()
        counts = {}
        for first in (1, 10):
            await client.data(HOME, first=first)
            with counted_statements() as statements:
                home = await client.data(HOME, first=first)
            counts[first] = len(statements)
        assert counts[1] == counts[10] <= 7, counts
        board = home["dashboard"]
        assert board["viewer"] == {"username": user.username}
        assert (board["queue"]["running"], board["queue"]["queued"], board["unreadNotifications"]) == (10, 0, 0)
        assert board["downloadCounts"] == [{"status": "RUNNING", "count": 10}]
        assert len(board["activeDownloads"]["nodes"]) == 10
        story = board["activeDownloads"]["nodes"][0]["timeline"]["nodes"]
        assert [entry["message"] for entry in story] == ["Attempt 1 began.", "Asked for."]

    async def test_who_is_online_is_told_to_those_who_manage_people(
        self, base: Backbone, client: ApiClient, log_in: LogIn
    ) -> None:
        query = "{ dashboard { onlineUsers { username } } viewer { isOnline } users { nodes { isOnline } } }"
        for permissions, sees in (([], False), ([Permission.MANAGE_USERS], True)):
            user = await log_in(*permissions)
            await client.data("{ streamCursor }")
            await base.presence.tell()
            answer = (await client(query))["data"]
            assert answer["viewer"] == {"isOnline": True}
            online = answer["dashboard"]["onlineUsers"]
            assert (online is not None and {"username": user.username} in online) is sees
        assert [node["isOnline"] for node in answer["users"]["nodes"]] == [True, True]

    async def test_storage_is_not_everybodys_business_and_blanks_nothing_else(
        self, client: ApiClient, log_in: LogIn
    ) -> None:
        await log_in()
        answer = await client(HOME)
        assert answer["data"]["dashboard"]["storage"] is None
        assert answer["data"]["dashboard"]["unreadNotifications"] == 0
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["PERMISSION_DENIED"]


class TestTimeline:
    STORY = """
    query($id: ID!, $after: String) { node(id: $id) { ... on Download {
      timeline(first: 2, after: $after) {
        edges { cursor node { id message type } } pageInfo { hasNextPage endCursor } } } } }
    """

    async def test_the_whole_story_page_by_page(self, base: Backbone, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        row = await queued(base, user.id)
        await moved(base, row, DownloadStatus.RUNNING, attempt=1)
        await moved(base, row, DownloadStatus.RETRY_WAIT, error_message="no route")
        await moved(base, row, DownloadStatus.QUEUED)
        await moved(base, row, DownloadStatus.CANCELLED)
        nodes = (await client.data("{ downloads { nodes { id } } }"))["downloads"]["nodes"]
        messages, after = [], None
        while True:
            page = (await client.data(self.STORY, id=nodes[0]["id"], after=after))["node"]["timeline"]
            messages += [edge["node"]["message"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert messages == [
            "Cancelled.", "Back in the queue.", "Attempt 1 failed: no route", "Attempt 1 began.", "Asked for.",
        ]  # fmt: skip

    async def test_an_entry_is_a_node_for_those_who_see_the_thing(
        self, base: Backbone, client: ApiClient, log_in: LogIn
    ) -> None:
        user = await log_in()
        await queued(base, user.id)
        (download,) = (await client.data("{ downloads { nodes { id } } }"))["downloads"]["nodes"]
        (edge,) = (await client.data(self.STORY, id=download["id"]))["node"]["timeline"]["edges"]
        query = "query($id: ID!) { node(id: $id) { ... on TimelineEntry { message } } }"
        assert (await client.data(query, id=edge["node"]["id"]))["node"] == {"message": "Asked for."}
        await log_in()
        assert (await client.data(query, id=edge["node"]["id"]))["node"] is None

    @pytest.mark.parametrize("cursor", ["", "x", "-1", "99999999999", "\uff11"])
    async def test_a_cursor_of_something_else_is_refused(
        self, base: Backbone, client: ApiClient, log_in: LogIn, cursor: str
    ) -> None:
        user = await log_in()
        await queued(base, user.id)
        (download,) = (await client.data("{ downloads { nodes { id } } }"))["downloads"]["nodes"]
        assert await client.code(self.STORY, id=download["id"], after=cursor) == "VALIDATION"


class TestEvents:
    QUERY = "{ events(first: 2) { nodes { id cursor type payload actor { username } } pageInfo { hasNextPage } } }"

    async def test_administrators_read_everybodys_with_what_they_hold(
        self, base: Backbone, client: ApiClient, log_in: LogIn
    ) -> None:
        await log_in(Permission.ADMIN)
        await queued(base, (await make_user()).id)
        page = (await client.data(self.QUERY))["events"]
        newest = page["nodes"][0]
        assert (newest["type"], newest["payload"]["status"], newest["actor"]) == ("DOWNLOAD_CREATED", "QUEUED", None)
        assert page["pageInfo"]["hasNextPage"]
        by_id = "query($id: ID!) { node(id: $id) { ... on DomainEvent { type } } }"
        assert (await client.data(by_id, id=newest["id"]))["node"] == {"type": "DOWNLOAD_CREATED"}
        await log_in(Permission.VIEW_AUDIT)
        assert (await client.data(by_id, id=newest["id"]))["node"] is None

    async def test_no_secret_is_in_any_payload(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.ADMIN)
        for event in await DomainEvent.all():
            assert not {"password_hash", "refresh_hash", "token_hash"} & event.payload.keys()


class TestMarkNotificationsRead:
    async def test_up_to_the_newest_on_screen(self, base: Backbone, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        for number in range(3):
            async with base.work.begin(SYSTEM) as transaction:
                notice = Notice(NotificationType.DOWNLOAD_FAILED, str(number), "", str(number), "Download", user.id)
                await transaction.notify(user.id, notice)
        nodes = (await client.data("{ notifications { nodes { title cursor } unreadCount } }"))["notifications"]
        assert nodes["unreadCount"] == 3
        cursor = next(node["cursor"] for node in nodes["nodes"] if node["title"] == "1")
        done = (await client.data(MARK, input={"upTo": cursor}))["markNotificationsRead"]
        assert done == {
            "notifications": [{"title": "1", "isRead": True}, {"title": "0", "isRead": True}],
            "unreadCount": 1,
            "errors": [],
        }
        (event, *_) = await DomainEvent.filter(type=EventType.NOTIFICATIONS_READ)
        assert event.payload["unread_count"] == 1

    @pytest.mark.parametrize("input", [{}, {"ids": ["x"], "upTo": "AAAAAAAAAAA"}, {"ids": None}])
    async def test_one_of_the_two_and_no_more(self, client: ApiClient, log_in: LogIn, input: dict[str, Any]) -> None:
        await log_in()
        assert await client.code(MARK, input=input) == "INVALID_OPERATION"
        assert await Notification.all().count() == 0


class TestIntrospection:
    async def test_code_generators_are_told_of_inputs_that_take_one_of_several(self, client: ApiClient) -> None:
        answer = await client.data('{ __type(name: "MarkNotificationsReadInput") { isOneOf } }')
        assert answer["__type"]["isOneOf"] is True
