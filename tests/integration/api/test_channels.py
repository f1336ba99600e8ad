import asyncio
from typing import Any
from uuid import UUID

import pytest

from medianest.wiring.backbone import Backbone
from medianest.wiring.jobs import event_consumers
from models.actor import SYSTEM, Permission
from models.audit import AuditEntry
from models.channels import NotificationChannel, NotificationDelivery
from models.events import DomainEvent
from models.notifications import Notification, NotificationType
from models.users import User
from services.work import Notice
from tests.factories.events import queued_jobs
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements
from tests.integration.outgoing.upstream import reply, serving

KEY = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
CHANNEL = "id kind name enabled events maskedTarget lastDelivery { status responseStatus error channel { name } }"
SAVE = f"""
mutation($input: SaveNotificationChannelInput!) {{
  saveNotificationChannel(input: $input) {{ channel {{ {CHANNEL} }} errors {{ code path }} }}
}}
"""
OWN = f"{{ viewer {{ notificationChannels {{ {CHANNEL} }} quietHours {{ start end timeZone }} }} }}"
QUIET = """
mutation($input: SetQuietHoursInput!) {
  setQuietHours(input: $input) { user { quietHours { start end timeZone } } errors { code path } }
}
"""


def ntfy(**more: Any) -> dict[str, Any]:
    return {"kind": "NTFY", "name": "Phone", "target": "https://ntfy.sh/t0pic", "events": ["DOWNLOAD_FAILED"], **more}


async def save(client: ApiClient, **channel: Any) -> dict[str, Any]:
    answer = await client.data(SAVE, input=channel)
    saved: dict[str, Any] = answer["saveNotificationChannel"]
    return saved


async def told(base: Backbone, user_id: UUID, count: int) -> None:
    async with base.work.begin(SYSTEM) as transaction:
        for number in range(count):
            notice = Notice(NotificationType.DOWNLOAD_FAILED, f"Failed {number}", "", f"{number}")
            await transaction.notify(user_id, notice)
    await event_consumers(base, lambda failure: pytest.fail(f"{failure!r}")).catch_up()


class TestSave:
    async def test_target_and_secret_are_never_shown_again(
        self, client: ApiClient, log_in: LogIn, capfd: pytest.CaptureFixture[str]
    ) -> None:
        await log_in(Permission.ADMIN)
        hook = "https://hooks.example/hidden-path"
        webhook = {"kind": "WEBHOOK", "name": "Hook", "target": hook, "secret": KEY, "events": ["TEST"]}
        made = await save(client, **webhook)
        shown = str(made) + str(await client.data(OWN))
        shown += str(await client.data("{ events { nodes { payload } } auditLog { nodes { before after } } }"))
        assert made["channel"]["maskedTarget"] == "https://hooks.example/…"
        assert KEY not in shown + "".join(capfd.readouterr())
        assert "hidden-path" not in shown

    async def test_what_is_left_out_stays(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        made = (await save(client, **ntfy(secret="tk_hush")))["channel"]
        changed = await save(client, id=made["id"], kind="NTFY", name="Other", events=[], enabled=False)
        assert changed["errors"] == []
        (row,) = await NotificationChannel.all()
        assert (row.name, row.target, row.secret) == ("Other", "https://ntfy.sh/t0pic", "tk_hush")
        assert (row.events, row.enabled) == ([], False)

    @pytest.mark.parametrize(
        ("channel", "code", "path"),
        [
            (ntfy(target="http://10.0.0.1/topic"), "FORBIDDEN_URL", ["target"]),
            (ntfy(target="http://169.254.169.254/latest"), "FORBIDDEN_URL", ["target"]),
            (ntfy(target="https://ntfy.sh/"), "VALIDATION", ["target"]),
            ({"kind": "NTFY", "name": "x", "events": []}, "VALIDATION", ["target"]),
            (ntfy(name=""), "VALIDATION", ["name"]),
            (ntfy(kind="WEBHOOK"), "VALIDATION", ["secret"]),
            (ntfy(kind="APPRISE", target="json://127.0.0.1"), "VALIDATION", ["target"]),
            ({"kind": "EMAIL", "name": "x", "events": []}, "UNAVAILABLE", None),
            (
                {"kind": "EMAIL", "name": "x", "events": [], "target": "you@example.org"},
                "PERMISSION_DENIED",
                ["target"],
            ),
        ],
    )
    async def test_what_cannot_be_is_refused(
        self, client: ApiClient, log_in: LogIn, channel: dict[str, Any], code: str, path: list[str] | None
    ) -> None:
        await log_in()
        refused = await save(client, **channel)
        assert refused == {"channel": None, "errors": [{"code": code, "path": path}]}
        assert await NotificationChannel.all().count() == await DomainEvent.filter(type="channel.changed").count() == 0

    async def test_ten_and_no_more(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        codes = [(await save(client, **ntfy(name=str(number))))["errors"] for number in range(11)]
        assert codes == [[]] * 10 + [[{"code": "CONFLICT", "path": None}]]

    async def test_nor_many_at_once(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        saved = await asyncio.gather(*(save(client, **ntfy(name=str(number))) for number in range(13)))
        assert sum(answer["errors"] == [] for answer in saved) == await NotificationChannel.all().count() == 10

    async def test_one_stays_of_its_kind(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        key = (await save(client, **ntfy()))["channel"]["id"]
        refused = await save(client, **ntfy(id=key, kind="WEBHOOK", secret=KEY))
        assert refused == {"channel": None, "errors": [{"code": "VALIDATION", "path": ["kind"]}]}
        assert await DomainEvent.filter(type="channel.changed").count() == 1

    async def test_nobody_elses(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        theirs = (await save(client, **ntfy()))["channel"]["id"]
        await log_in(Permission.ADMIN)
        assert (await save(client, **ntfy(id=theirs, name="mine")))["errors"][0]["code"] == "NOT_FOUND"
        for field in ("deleteNotificationChannel", "testNotificationChannel"):
            answer = await client.data(
                f"mutation($input: IdInput!) {{ {field}(input: $input) {{ errors {{ code }} }} }}", input={"id": theirs}
            )
            assert answer[field]["errors"] == [{"code": "NOT_FOUND"}]
        assert [row.name for row in await NotificationChannel.all()] == ["Phone"]
        assert await Notification.all().count() == 0


class TestDelete:
    async def test_with_what_was_to_go_over_it(self, base: Backbone, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        key = (await save(client, **ntfy()))["channel"]["id"]
        await told(base, user.id, 2)
        mutation = "mutation($input: IdInput!) { deleteNotificationChannel(input: $input) { deletedId } }"
        answer = await client.data(mutation, input={"id": key})
        assert answer["deleteNotificationChannel"]["deletedId"] == key
        assert await NotificationChannel.all().count() == await NotificationDelivery.all().count() == 0
        assert await Notification.all().count() == 2
        assert await AuditEntry.filter(action="channel.deleted").count() == 1
        told_last = await DomainEvent.filter(type="channel.changed").order_by("-position").first()
        assert told_last is not None
        assert told_last.payload["is_deleted"] is True


class TestTest:
    async def test_the_answer_tells_how_it_went(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        async with serving(reply(204, b"")) as receiver:
            key = (await save(client, **ntfy(target=f"{receiver.url()}/topic")))["channel"]["id"]
            mutation = (
                f"mutation($input: IdInput!) {{ testNotificationChannel(input: $input) {{ channel {{ {CHANNEL} }} }} }}"
            )
            answer = await client.data(mutation, input={"id": key})
        last = answer["testNotificationChannel"]["channel"]["lastDelivery"]
        assert last == {"status": "DELIVERED", "responseStatus": 204, "error": None, "channel": {"name": "Phone"}}
        assert len(receiver.received) == 1


class TestLists:
    async def test_a_page_with_deliveries_costs_the_same_for_twenty_as_for_one(
        self, base: Backbone, client: ApiClient, log_in: LogIn
    ) -> None:
        user = await log_in()
        for name in ("one", "two"):
            await save(client, **ntfy(name=name))
        await told(base, user.id, 20)
        page = """query($first: Int!) { notifications(first: $first, types: [DOWNLOAD_FAILED]) { nodes {
            title deliveries { status channel { name maskedTarget lastDelivery { id } } } } } }"""
        counts = []
        for first in (1, 20, 1, 20):
            with counted_statements() as statements:
                nodes = (await client.data(page, first=first))["notifications"]["nodes"]
            counts.append(len(statements))
            assert [len(node["deliveries"]) for node in nodes] == [2] * first
        assert counts[2] == counts[3]

    async def test_managers_of_people_see_that_they_are_there(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        await save(client, **ntfy())
        people = "{ users { nodes { username notificationChannels { name maskedTarget lastDelivery { id } } } } }"
        await log_in(Permission.MANAGE_USERS)
        nodes = (await client.data(people))["users"]["nodes"]
        (theirs,) = next(node for node in nodes if node["username"] == user.username)["notificationChannels"]
        assert theirs == {"name": "Phone", "maskedTarget": "https://ntfy.sh/…", "lastDelivery": None}


class TestQuietHours:
    async def test_set_and_ended(self, client: ApiClient, log_in: LogIn) -> None:
        user = await log_in()
        hours = {"start": "22:30", "end": "07:00", "timeZone": "Europe/Vienna"}
        for given in ({"hours": hours}, {}):
            await client.data(QUIET, input=given)
            assert (await client.data(OWN))["viewer"]["quietHours"] == given.get("hours")
        assert (await User.get(id=user.id)).version == user.version + 2

    async def test_nonsense_changes_nothing(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        answer = await client.data(QUIET, input={"hours": {"start": "22:30", "end": "07:00", "timeZone": "Nowhere"}})
        assert answer["setQuietHours"]["errors"] == [{"code": "VALIDATION", "path": ["hours", "timeZone"]}]
        assert (await client.data(OWN))["viewer"]["quietHours"] is None


class TestBulk:
    async def test_says_how_many(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        await log_in(Permission.ADMIN)
        mutation = """mutation($input: SendBulkNotificationInput!) {
            sendBulkNotification(input: $input) { queued errors { code path } } }"""
        text = {"title": "Hello", "body": "All"}
        answer = await client.data(mutation, input={"to": {"everyone": True}, **text})
        assert answer["sendBulkNotification"] == {"queued": 2, "errors": []}
        answer = await client.data(mutation, input={"to": {"everyone": False}, **text})
        assert answer["sendBulkNotification"]["errors"] == [{"code": "VALIDATION", "path": ["to", "everyone"]}]
        assert await queued_jobs() == ["announcements.tell"]
