import asyncio
import json
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from medianest.settings import Settings
from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.jobs import JobName
from models.media_requests import MediaRequest
from models.states import MediaRequestStatus
from models.webhooks import WebhookOutcome, WebhookReceipt
from tests.conftest import scaled
from tests.doubles import seerr as double
from tests.factories.events import queued_jobs
from tests.factories.media import make_item
from tests.factories.seerr import World, seerr_world, told
from tests.integration.api.conftest import ApiClient, LogIn

SECRET = "a-secret-that-only-seerr-knows"
_S = MediaRequestStatus
NEWS = {"notification_type": "MEDIA_AVAILABLE", "request": {"request_id": "1"}}
RECEIPTS = "{ webhookReceipts { nodes { source type outcome payload processedAt duplicateOf { id } } } }"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"seerr_webhook_secret": SecretStr(SECRET)})


@pytest.fixture
async def world(base: Backbone) -> AsyncIterator[World]:
    async with seerr_world(base) as made:
        yield made


async def post(client: ApiClient, body: Any = NEWS, secret: str = SECRET) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await client.http.post("/webhooks/seerr", content=content, headers={"Authorization": secret})


async def outcomes() -> list[str]:
    return [receipt.outcome.value for receipt in await WebhookReceipt.all().order_by("received_at", "id")]


async def apply_all(world: World) -> None:
    for receipt in await WebhookReceipt.filter(outcome=WebhookOutcome.PENDING):
        await world.webhooks.apply(receipt.id, 0)


class TestReceive:
    async def test_kept_and_promised_before_it_is_answered(self, client: ApiClient, world: World) -> None:
        answer = await post(client)
        assert (answer.status_code, answer.json()) == (200, {"outcome": "PENDING"})
        assert (await WebhookReceipt.get()).payload == NEWS
        assert await queued_jobs() == [JobName.APPLY_WEBHOOK]
        assert world.there.calls.total() == 0, "nobody is asked while Seerr waits for the answer"

    async def test_the_same_a_moment_later(self, client: ApiClient) -> None:
        await asyncio.gather(*(post(client) for _ in range(5)))
        assert sorted(await outcomes()) == ["DUPLICATE"] * 4 + ["PENDING"]
        first = await WebhookReceipt.get(outcome=WebhookOutcome.PENDING)
        assert await WebhookReceipt.filter(duplicate_of_id=first.id).count() == 4
        assert await queued_jobs() == [JobName.APPLY_WEBHOOK]

    @pytest.mark.parametrize("secret", ["", "wrong", f"Bearer {SECRET}", SECRET[:-1], "\xff"])
    async def test_wrong_secret(self, client: ApiClient, secret: str) -> None:
        header = {b"Authorization": secret.encode("latin-1")}
        answer = await client.http.post("/webhooks/seerr", content=b"{}", headers=header)
        assert answer.status_code == 401
        assert await WebhookReceipt.all().count() == 0

    async def test_more_than_anybody_has_to_say(self, client: ApiClient) -> None:
        assert (await post(client, b"x" * (256 * 1024 + 1))).status_code == 413
        assert await WebhookReceipt.all().count() == 0

    async def test_too_often_from_one_address(self, client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("services.seerr_webhooks._TIMES", 2)
        answers = [await post(client, {"number": number}) for number in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[-1].headers["retry-after"]) > 0
        assert len(await outcomes()) == 2

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"null",
            b"{",
            b"\xff\xfe",
            b"[1]",
            b'"\\ud800"',
            b'"\\u0000"',
            b"[" * 5000,
            b"NaN",
            b"notification_type=x",
            b"1" * 5000,
        ],
    )
    async def test_rubbish(self, client: ApiClient, body: bytes) -> None:
        assert (await post(client, body)).json() == {"outcome": "REJECTED"}
        assert await queued_jobs() == []

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"request": None},
            {"request": {"request_id": "\x00"}},
            {"request_id": {"a": 1}},
            {"request_id": "-1"},
        ],
    )
    async def test_nothing_to_act_on(self, client: ApiClient, world: World, body: Any) -> None:
        assert (await post(client, body)).status_code == 200
        await apply_all(world)
        assert await outcomes() == ["IGNORED"]


class TestWithoutASecret:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"seerr_webhook_secret": None})

    async def test_none_are_taken(self, client: ApiClient) -> None:
        answer = await post(client)
        assert answer.status_code == 503
        assert "an administrator can set a secret" in answer.json()["message"]


class TestApply:
    async def test_seerr_is_believed_and_not_the_message(self, client: ApiClient, world: World) -> None:
        request = await world.submitted()
        await post(client)
        await apply_all(world)
        assert (await MediaRequest.get(id=request.id)).status is _S.SUBMITTED
        assert await outcomes() == ["APPLIED"]

    @pytest.mark.parametrize(
        "body",
        [NEWS, {"requestId": 0, "data": {"request_id": 1}}, {"media": {"media_type": "movie", "tmdbId": "348"}}],
    )
    async def test_whatever_somebody_made_of_the_template(self, client: ApiClient, world: World, body: Any) -> None:
        request = await world.submitted(item=await make_item(tmdb_id=348))
        world.there.set_media("movie", 348, double.AVAILABLE)
        await post(client, body)
        await apply_all(world)
        assert (await MediaRequest.get(id=request.id)).status is _S.COMPLETED

    async def test_made_in_seerr_itself(self, client: ApiClient, world: World) -> None:
        number = world.there.by_hand("movie", 348)
        await post(client)
        await apply_all(world)
        assert await MediaRequest.filter(seerr_request_id=number).exists()

    async def test_seerr_is_away(self, client: ApiClient, world: World) -> None:
        await world.submitted()
        await post(client)
        receipt = await WebhookReceipt.get()
        for attempt, expected in ((0, "PENDING"), (4, "FAILED")):
            world.there.fail(500, "/request/", "GET")
            await world.webhooks.apply(receipt.id, attempt)
            assert await outcomes() == [expected]
        assert (await queued_jobs()).count(JobName.APPLY_WEBHOOK) == 2

    async def test_duplicated_and_shuffled(self, client: ApiClient, world: World) -> None:
        """Every state that Seerr goes through, told five times each in any order."""
        requests = [await world.submitted() for _ in range(scaled(50))]
        kinds = ["MEDIA_AUTO_APPROVED", "MEDIA_APPROVED", "MEDIA_AVAILABLE"]
        news = [(request.seerr_request_id, kind) for request in requests for kind in kinds] * 5
        random.Random(7).shuffle(news)  # noqa: S311  (no secret)
        for number, (request, kind) in enumerate(news):
            if number == len(news) // 2:
                for each in world.there.requests.values():
                    world.there.set_media("movie", each["media"]["tmdbId"], double.AVAILABLE)
            await post(client, {"notification_type": kind, "request": {"request_id": str(request)}})
            if number % 7 == 0:
                await apply_all(world)
        await apply_all(world)
        await world.reconciler.reconcile()
        for request in requests:
            assert (await MediaRequest.get(id=request.id)).status is _S.COMPLETED
            assert await told(request) == ["REQUEST_SUBMITTED", "REQUEST_AVAILABLE"]


class TestReceipts:
    async def test_what_came_and_what_became_of_it(self, client: ApiClient, world: World, log_in: LogIn) -> None:
        await post(client, {"notification_type": "TEST_NOTIFICATION"})
        await apply_all(world)
        await post(client, {"notification_type": "TEST_NOTIFICATION"})
        await log_in(Permission.MANAGE_SERVICES)
        second, first = (await client.data(RECEIPTS))["webhookReceipts"]["nodes"]
        assert (first["source"], first["type"], first["outcome"]) == ("SEERR", "TEST_NOTIFICATION", "IGNORED")
        assert first["payload"] == {"notification_type": "TEST_NOTIFICATION"}
        assert first["processedAt"] is not None
        assert (second["outcome"], second["duplicateOf"] is not None) == ("DUPLICATE", True)

    async def test_nobody_elses_to_read(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in()
        assert await client.code(RECEIPTS) == "PERMISSION_DENIED"
