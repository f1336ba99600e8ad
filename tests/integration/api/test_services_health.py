from contextlib import suppress
from uuid import uuid4

import pytest

from infra.http.breaker import CircuitBreaker
from infra.http.circuit import BreakerRules, Outcome
from medianest.app import Api, build_api
from medianest.wiring import services as wiring
from medianest.wiring.backbone import Backbone
from models.actor import Permission
from models.services_health import ServiceKind, ServiceStatus
from services.hub import Hub
from services.services_health_checks import Finding, HealthCheck, database_check
from tests.integration.api.conftest import ApiClient, LogIn, counted_statements

LIST = """
query($last: Int! = 90) { services {
  id kind name status breaker { state failures threshold openedAt retryAt } latencyMs message version lastCheckedAt
  day: uptime month: uptime(window: MONTH) history(last: $last) { at status latencyMs }
} }
"""
CHECK = "mutation($input: IdInput!) { checkService(input: $input) { service { status } errors { code } } }"
RESET = "mutation($input: IdInput!) { resetBreaker(input: $input) { service { breaker { state } } errors { code } } }"


async def burnt() -> Finding:
    return Finding(ServiceStatus.DEGRADED, "burnt", "toast 2.0")


@pytest.fixture
async def api(base: Backbone, monkeypatch: pytest.MonkeyPatch) -> Api:
    """PostgreSQL, a toaster whose breaker is open, and three more; looked at once."""

    async def fail() -> None:
        raise OSError

    breaker = CircuitBreaker(f"toaster-{uuid4()}", base.redis, BreakerRules(threshold=1))
    with suppress(OSError):
        await breaker.call(fail, lambda _: Outcome.FAILURE)
    entries = [database_check(), HealthCheck(ServiceKind.CUSTOM, "Toaster", burnt, breaker)]
    entries += [HealthCheck(ServiceKind.CUSTOM, f"Kettle {number}", burnt) for number in range(3)]
    monkeypatch.setattr(wiring, "health_checks", lambda _: entries)
    api = build_api(base, Hub(base.cache, base.pubsub))
    await api.services.services_health.sampler.look()
    return api


class TestServices:
    async def test_everybody_sees_how_they_are_and_nobody_else_the_details(
        self, client: ApiClient, log_in: LogIn
    ) -> None:
        await log_in()
        postgres, toaster = (await client.data(LIST))["services"][:2]
        assert (postgres["kind"], postgres["status"], postgres["day"]) == ("DATABASE", "UP", 1.0)
        assert (toaster["status"], toaster["month"], len(toaster["history"])) == ("DEGRADED", 1.0, 1)
        assert [toaster[secret] for secret in ("message", "version", "breaker")] == [None] * 3
        await log_in(Permission.MANAGE_SERVICES)
        toaster = (await client.data(LIST))["services"][1]
        assert (toaster["message"], toaster["version"]) == ("burnt", "toast 2.0")
        assert (toaster["breaker"]["state"], toaster["breaker"]["failures"]) == ("OPEN", 1)

    async def test_as_many_statements_for_five_as_for_one(self, api: Api, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_SERVICES)
        (first, *_) = (await client.data(LIST))["services"]
        one = LIST.replace("{ services {", "{ node(id: $id) { ... on Service {").replace("($last", "($id: ID!, $last")
        with counted_statements() as all_of_them:
            await client.data(LIST)
        with counted_statements() as only_one:
            await client.data(one + "}", id=first["id"])
        assert len(all_of_them) == len(only_one) == 5

    @pytest.mark.parametrize("last", [0, 101])
    async def test_a_history_has_bounds(self, client: ApiClient, log_in: LogIn, last: int) -> None:
        await log_in()
        answer = await client(LIST, last=last)
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"VALIDATION"}


class TestCheckService:
    async def test_it_is_checked_now_and_not_twice(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_SERVICES)
        toaster = (await client.data(LIST))["services"][1]
        await client.data(CHECK, input={"id": toaster["id"]})
        again = await client.data(CHECK, input={"id": toaster["id"]})
        assert again["checkService"] == {"service": None, "errors": [{"code": "RATE_LIMITED"}]}


class TestResetBreaker:
    async def test_it_is_closed(self, client: ApiClient, log_in: LogIn) -> None:
        await log_in(Permission.MANAGE_SERVICES)
        postgres, toaster = (await client.data(LIST))["services"][:2]
        answer = await client.data(RESET, input={"id": toaster["id"]})
        assert answer["resetBreaker"] == {"service": {"breaker": {"state": "CLOSED"}}, "errors": []}
        answer = await client.data(RESET, input={"id": postgres["id"]})
        assert answer["resetBreaker"] == {"service": None, "errors": [{"code": "VALIDATION"}]}


class TestMetrics:
    async def test_a_gauge_for_each_service(self, client: ApiClient) -> None:
        text = (await client.http.get("/metrics")).text
        assert 'medianest_service_up{service="PostgreSQL"} 1\n' in text
        assert 'medianest_service_latency_seconds{service="Toaster"} ' in text
