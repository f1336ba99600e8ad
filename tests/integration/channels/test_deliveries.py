import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook
from tortoise import connections

from medianest.wiring.jobs import event_consumers
from models.channels import NotificationChannel, NotificationDelivery
from models.errors import InvalidStateError, NotFoundError, RateLimitedError
from models.events import DomainEvent
from models.notifications import Notification, NotificationType
from models.quiet_hours import QuietHours
from models.states import DeliveryStatus
from models.users import User
from services.deliveries import MOST_ATTEMPTS
from tests.factories.people import make_actor
from tests.integration.channels.conftest import KEY, NTFY, WEBHOOK, Post, the_channel, the_delivery
from tests.integration.outgoing.upstream import hang, redirect, reply, serving

DEAD, DELIVERED, FAILED, PENDING = (
    DeliveryStatus.DEAD,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.FAILED,
    DeliveryStatus.PENDING,
)


class TestFanOut:
    async def test_one_delivery_a_channel_that_wants_it(self, post: Post) -> None:
        actor, other = await make_actor(), await make_actor()
        wants = await post.channel(actor, NTFY, "http://127.0.0.1:1/one")
        await post.channel(other, NTFY, "http://127.0.0.1:1/two")
        off = await post.channel(actor, NTFY, "http://127.0.0.1:1/off", enabled=False)
        await NotificationChannel.filter(id=await post.channel(actor, NTFY, "http://127.0.0.1:1/none")).update(
            events=[]
        )
        await post.tell(actor, "Ready")
        await post.fan_out()
        assert [row.channel_id for row in await NotificationDelivery.all()] == [wants] != [off]
        assert len(await post.promised()) == 1

    async def test_two_consumers_and_a_log_read_again_make_it_once(self, post: Post) -> None:
        actor = await make_actor()
        await post.channel(actor, NTFY, "http://127.0.0.1:1/one")
        await post.tell(actor, *(f"Ready {number}" for number in range(20)))
        both = [event_consumers(post.base, post.reports.append) for _ in range(2)]
        await asyncio.gather(*(reading.catch_up() for reading in both))
        await connections.get("default").execute_query("UPDATE event_consumers SET position = 0")
        await asyncio.gather(*(reading.catch_up() for reading in both))
        assert await NotificationDelivery.all().count() == len(await post.promised()) == 20
        assert post.reports == []

    @pytest.mark.parametrize(
        ("channel_hours", "notification_hours"), [(1, 2), (72, 48)], ids=["from before the channel", "old news"]
    )
    async def test_nothing_that_nobody_waits_for(self, post: Post, channel_hours: int, notification_hours: int) -> None:
        actor, now = await make_actor(), datetime.now(UTC)
        await post.channel(actor, NTFY, "http://127.0.0.1:1/one")
        await post.tell(actor, "Old")
        await NotificationChannel.all().update(created_at=now - timedelta(hours=channel_hours))
        await Notification.all().update(created_at=now - timedelta(hours=notification_hours))
        await post.fan_out()
        assert await NotificationDelivery.all().count() == 0

    async def test_the_inbox_does_not_wait_for_it(self, post: Post) -> None:
        actor = await make_actor()
        await post.channel(actor, NTFY, "http://127.0.0.1:1/one")
        await post.tell(actor, "Ready")
        assert await Notification.filter(user_id=actor.user_id).count() == 1
        assert await NotificationDelivery.all().count() == 0


class TestDeliver:
    async def test_a_webhook_is_signed_so_that_anybody_can_check(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(204, b"")) as receiver:
            await post.channel(actor, WEBHOOK, f"{receiver.url()}/hooks/1")
            delivery = await post.deliver(actor, "Ready")
        assert (delivery.status, delivery.response_status, delivery.attempts) == (DELIVERED, 204, 1)
        (got,) = receiver.received
        said = Webhook(KEY).verify(got.body, got.headers)
        assert (said["type"], said["data"]["title"]) == ("DOWNLOAD_COMPLETED", "Ready")
        assert got.headers["webhook-id"] == str(delivery.id)

    async def test_after_a_failure_again_under_the_same_id(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(500, b""), reply(200, b"")) as receiver:
            await post.channel(actor, WEBHOOK, f"{receiver.url()}/hook")
            failed = await post.deliver(actor, "Ready")
            assert (failed.status, failed.response_status) == (FAILED, 500)
            assert failed.next_attempt_at is not None
            assert 30 <= (failed.next_attempt_at - post.clock[0]).total_seconds() <= 36
            ((job,),) = [await post.promised()]
            assert job["scheduled_at"] == failed.next_attempt_at
            await post.run_jobs()
        done = await the_delivery()
        assert (done.status, done.attempts) == (DELIVERED, 2)
        assert done.error is None
        assert done.next_attempt_at is None
        first, second = receiver.received
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        Webhook(KEY).verify(second.body, second.headers)

    async def test_who_died_before_writing_it_down_sends_the_same_again(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(200, b"")) as receiver:
            await post.channel(actor, WEBHOOK, f"{receiver.url()}/hook")
            delivery = await post.deliver(actor, "Ready")
            await NotificationDelivery.all().update(status=PENDING, attempts=0, delivered_at=None)
            await post.deliverer.deliver(delivery.id, 0)
        assert [got.headers["webhook-id"] for got in receiver.received] == [str(delivery.id)] * 2

    async def test_a_job_that_comes_late_sends_nothing(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(500, b""), reply(200, b"")) as receiver:
            await post.channel(actor, WEBHOOK, f"{receiver.url()}/hook")
            delivery = await post.deliver(actor, "Ready")
            await post.deliverer.deliver(delivery.id, 0)
            assert len(receiver.received) == 1
            await post.run_jobs()
            await post.deliverer.deliver(delivery.id, 1)
            await post.deliverer.deliver(delivery.id, 2)
        assert len(receiver.received) == 2

    async def test_two_jobs_that_make_the_same_try_plan_one_next(self, post: Post) -> None:
        actor, both = await make_actor(), asyncio.Barrier(2)

        async def fail_together(writer: asyncio.StreamWriter) -> None:
            await both.wait()
            writer.write(reply(500, b""))

        async with serving(fail_together) as receiver:
            await post.channel(actor, WEBHOOK, f"{receiver.url()}/hook")
            await post.tell(actor, "Ready")
            await post.fan_out()
            delivery, planned = await the_delivery(), len(await post.promised())
            await asyncio.gather(*(post.deliverer.deliver(delivery.id, 0) for _ in range(2)))
        assert len(receiver.received) == 2
        assert len(await post.promised()) == planned + 1

    async def test_as_late_as_the_target_asks(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(429, b"", Retry_After="7200")) as receiver:
            await post.channel(actor, WEBHOOK, f"{receiver.url()}/hook")
            delivery = await post.deliver(actor, "Ready")
        assert delivery.next_attempt_at is not None
        assert delivery.next_attempt_at - post.clock[0] > timedelta(seconds=7100)

    async def test_given_up_in_the_end_and_reported(self, post: Post) -> None:
        actor = await make_actor()
        await post.channel(actor, NTFY, "http://127.0.0.1:1/nobody")
        await post.deliver(actor, "Ready")
        pauses = []
        while (delivery := await the_delivery()).next_attempt_at:
            pauses.append((delivery.next_attempt_at - post.clock[0]).total_seconds())
            post.clock[0] = delivery.next_attempt_at
            assert await post.run_jobs() == 1
        assert (delivery.status, delivery.attempts) == (DEAD, MOST_ATTEMPTS)
        assert [type(report).__name__ for report in post.reports] == ["DeadDeliveryError"]
        assert pauses[:5] == sorted(pauses[:5])
        assert 6 * 3600 < sum(pauses) < 15 * 3600
        assert await post.promised() == []

    async def test_gone_switches_the_channel_off_and_tells_its_owner(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(410, b"")) as receiver:
            channel_id = await post.channel(actor, WEBHOOK, f"{receiver.url()}/hook")
            delivery = await post.deliver(actor, "Ready")
        assert (delivery.status, delivery.response_status) == (DEAD, 410)
        assert not (await the_channel(channel_id)).enabled
        changed = await DomainEvent.filter(type="channel.changed").order_by("-position").first()
        assert changed is not None
        assert changed.payload["enabled"] is False
        told = await Notification.filter(user_id=actor.user_id, type=NotificationType.SECURITY)
        assert [row.title for row in told] == ["The channel mine was switched off"]
        await post.fan_out()
        assert await post.promised() == []

    async def test_what_was_promised_to_a_channel_that_is_off_is_not_sent(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(200, b"")) as receiver:
            await post.channel(actor, WEBHOOK, f"{receiver.url()}/hook")
            await post.tell(actor, "Ready")
            await post.fan_out()
            await NotificationChannel.all().update(enabled=False)
            await post.run_jobs()
        assert receiver.received == []
        assert (await the_delivery()).status == DEAD

    async def test_a_redirect_to_a_private_address_leads_nowhere(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(200, b"")) as inside:
            there = inside.url("127.0.0.2")
            async with serving(redirect(f"{there}/admin", 307)) as receiver:
                await post.channel(actor, WEBHOOK, f"{receiver.url()}/hook")
                delivery = await post.deliver(actor, "Ready")
        assert inside.connections == 0
        assert (delivery.status, delivery.response_status) == (FAILED, 307)

    async def test_a_name_that_leads_inside_is_given_up_at_once(self, post: Post) -> None:
        actor = await make_actor()
        await post.channel(actor, WEBHOOK, "http://127.0.0.1:1/hook")
        await NotificationChannel.all().update(target="http://127.0.0.2:1/hook")
        delivery = await post.deliver(actor, "Ready")
        assert (delivery.status, delivery.response_status) == (DEAD, None)
        assert "not a public internet address" in (delivery.error or "")

    async def test_one_that_hangs_holds_up_no_other(self, post: Post) -> None:
        slow, quick = await make_actor(), await make_actor()
        async with serving(hang) as hanging, serving(reply(200, b"")) as receiver:
            await post.channel(slow, NTFY, f"{hanging.url()}/topic")
            await post.channel(quick, NTFY, f"{receiver.url()}/topic")
            await post.tell(slow, *(f"Slow {number}" for number in range(8)))
            await post.tell(quick, "Quick")
            await post.fan_out()
            ids = [row.id for row in await NotificationDelivery.all().order_by("created_at", "id")]
            tasks = {asyncio.create_task(post.deliverer.deliver(key, 0)) for key in ids}
            async with asyncio.timeout(2):
                while not await NotificationDelivery.filter(status=DELIVERED).exists():
                    await asyncio.sleep(0.01)
            assert hanging.connections <= 4
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert (await the_delivery(status=DELIVERED)).user_id == quick.user_id
        assert await Notification.filter(user_id=slow.user_id).count() == 8


class TestQuietHours:
    async def test_deliveries_wait_for_their_end_and_security_does_not(self, post: Post) -> None:
        actor = await make_actor()
        post.clock[0] = datetime(2026, 1, 10, 23, 30, tzinfo=UTC)
        await post.channels.set_quiet_hours(actor, QuietHours.checked("23:00", "08:00", "Europe/Vienna"))
        async with serving(reply(200, b"")) as receiver:
            await post.channel(actor, NTFY, f"{receiver.url()}/topic")
            waiting = await post.deliver(actor, "Ready")
            end = datetime(2026, 1, 11, 7, 0, tzinfo=UTC)
            assert (waiting.status, waiting.attempts, waiting.next_attempt_at) == (PENDING, 0, end)
            await post.tell(actor, "Somebody logged in", type_=NotificationType.SECURITY)
            await post.fan_out()
            await post.run_jobs()
            assert [json.loads(got.body)["title"] for got in receiver.received] == ["Somebody logged in"]
            post.clock[0] = end
            await post.run_jobs()
            assert [json.loads(got.body)["title"] for got in receiver.received][1:] == ["Ready"]
        assert await NotificationDelivery.filter(status=DELIVERED).count() == 2


class TestRetry:
    async def test_a_dead_one_lives_again_once(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(410, b""), reply(200, b"")) as receiver:
            channel_id = await post.channel(actor, WEBHOOK, f"{receiver.url()}/hook")
            dead = await post.deliver(actor, "Ready")
            await NotificationChannel.filter(id=channel_id).update(enabled=True)
            await post.channels.retry(actor, dead.id)
            with pytest.raises(InvalidStateError):
                await post.channels.retry(actor, dead.id)
            await post.run_jobs()
        assert (await the_delivery(id=dead.id)).status == DELIVERED
        with pytest.raises(InvalidStateError):
            await post.channels.retry(actor, dead.id)

    async def test_not_somebody_elses(self, post: Post) -> None:
        actor, other = await make_actor(), await make_actor()
        await post.channel(actor, NTFY, "http://127.0.0.1:1/nobody")
        delivery = await post.deliver(actor, "Ready")
        promised = await post.promised()
        with pytest.raises(NotFoundError):
            await post.channels.retry(other, delivery.id)
        assert await post.promised() == promised


class TestTest:
    async def test_sends_now_and_says_how_it_went(self, post: Post) -> None:
        actor = await make_actor()
        async with serving(reply(200, b"")) as receiver:
            await post.channel(actor, NTFY, f"{receiver.url()}/other")
            channel_id = await post.channel(actor, WEBHOOK, f"{receiver.url()}/hook", enabled=False)
            await post.channels.test(actor, channel_id)
            with pytest.raises(RateLimitedError):
                await post.channels.test(actor, channel_id)
        delivery = await the_delivery()
        assert (delivery.status, delivery.channel_id) == (DELIVERED, channel_id)
        assert [json.loads(got.body)["type"] for got in receiver.received] == ["TEST"]
        await post.fan_out()
        assert await NotificationDelivery.all().count() == 1

    async def test_a_failure_is_not_tried_again(self, post: Post) -> None:
        actor = await make_actor()
        await post.channels.test(actor, await post.channel(actor, NTFY, "http://127.0.0.1:1/nobody"))
        delivery = await the_delivery()
        assert (delivery.status, delivery.error) == (DEAD, "127.0.0.1:1 could not be reached.")
        assert await post.promised() == []
        assert post.reports == []


class TestPrune:
    async def test_what_ended_two_weeks_ago_is_forgotten(self, post: Post) -> None:
        actor = await make_actor()
        await post.channel(actor, NTFY, "http://127.0.0.1:1/nobody")
        await post.tell(actor, "dead", "waiting", "fresh")
        await post.fan_out()
        past = datetime.now(UTC) - timedelta(days=15)
        by_title = {row.title: row.id for row in await Notification.all()}
        old = NotificationDelivery.filter(notification_id__in=[by_title["dead"], by_title["waiting"]])
        await old.update(created_at=past)
        await NotificationDelivery.exclude(notification_id=by_title["waiting"]).update(status=DEAD)
        assert await post.deliverer.prune() == 1
        assert {row.notification_id for row in await NotificationDelivery.all()} == {
            by_title["waiting"], by_title["fresh"],
        }  # fmt: skip


class TestSecrets:
    async def test_are_in_no_event_and_no_job(self, post: Post, capfd: pytest.CaptureFixture[str]) -> None:
        actor = await make_actor()
        async with serving(reply(500, b"no")) as receiver:
            channel_id = await post.channel(actor, WEBHOOK, f"{receiver.url()}/hidden-path")
            await post.deliver(actor, "Ready")
        await post.channels.delete(actor, channel_id)
        database = connections.get("default")
        audit = await database.execute_query_dict("SELECT before, after FROM audit_entries")
        jobs = await database.execute_query_dict("SELECT args FROM procrastinate_jobs")
        told = str([event.payload for event in await DomainEvent.all()]) + str(audit) + str(jobs)
        told += "".join(capfd.readouterr())
        assert "channel.changed" in {event.type for event in await DomainEvent.all()}
        assert "outgoing.failed" in told
        assert KEY not in told
        assert "hidden-path" not in told


async def test_a_closed_account_is_sent_nothing(post: Post) -> None:
    actor = await make_actor()
    await post.channel(actor, NTFY, "http://127.0.0.1:1/nobody")
    await post.tell(actor, "Ready")
    await User.filter(id=actor.user_id).update(is_active=False)
    await post.fan_out()
    assert await NotificationDelivery.all().count() == 0
