"""Limits as a front end meets them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from infra.rates import RateCounter
from infra.redis import PatientRedis
from medianest.app import build_api
from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.downloads import Download
from services.hub import Hub
from services.rate_limits import RateLimits
from tests.integration.api.conftest import ApiClient, LogIn

MINE = "{ rateLimit { limit remaining resetAt cost } }"
ONE = 'queueDownload(input: {url: "https://video.example/%d"}) { errors { code ... on RateLimitedError { %s } } }'


@pytest.fixture
def base(base: Backbone) -> Backbone:
    """Five downloads a minute."""
    return replace(base, limits=RateLimits(RateCounter(PatientRedis(base.redis)), ["queueDownload=5/60"]))


class TestQueueDownload:
    async def test_each_alias_is_counted(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.DOWNLOAD_CREATE)
        fields = " ".join(f"a{number}: {ONE % (number, 'retryAfterSeconds')}" for number in range(8))
        answer = await client.data(f"mutation {{ {fields} }}")
        assert [bool(payload["errors"]) for payload in answer.values()] == [False] * 5 + [True] * 3
        for payload in list(answer.values())[5:]:
            (error,) = payload["errors"]
            assert error["code"] == "RATE_LIMITED"
            assert 55 <= error["retryAfterSeconds"] <= 60
        assert await Download.all().count() == 5

    async def test_others_are_not_held_up(self, client: ApiClient, log_in: LogIn) -> None:
        for _ in range(2):
            await log_in(Permission.DOWNLOAD_CREATE)
            fields = " ".join(f"a{number}: {ONE % (number, 'code')}" for number in range(5))
            answer = await client.data(f"mutation {{ {fields} }}")
            assert not any(payload["errors"] for payload in answer.values())


class TestRateLimit:
    async def test_everybody_sees_their_own(self, client: ApiClient, log_in: LogIn) -> None:
        for remaining in (299_995, 299_990):
            mine = (await client.data(MINE))["rateLimit"]
            assert (mine["limit"], mine["cost"]) == (300_000, 5)
            assert remaining <= mine["remaining"] <= 299_995
        await log_in()
        mine = (await client.data(MINE))["rateLimit"]
        assert mine["remaining"] == 299_995
        reset_at = datetime.fromisoformat(mine["resetAt"])
        assert datetime.now(UTC) - timedelta(seconds=2) < reset_at < datetime.now(UTC) + timedelta(seconds=2)

    async def test_headers_say_the_same_and_pages_may_read_them(self, client: ApiClient) -> None:
        response = await client.http.post("/graphql", json={"query": MINE}, headers={"Origin": "http://nest.test"})
        left = response.json()["data"]["rateLimit"]["remaining"]
        assert response.headers["ratelimit"] == f'"cost";r={left};t=1'
        assert response.headers["ratelimit-policy"] == '"cost";q=300000;w=60'

    async def test_a_process_has_its_share(self, base: Backbone) -> None:
        app = build_api(base, Hub(base.cache, base.pubsub), processes=4).app
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://nest.test") as http:
            client = ApiClient(http)
            assert (await client.data(MINE))["rateLimit"]["limit"] == 75_000
