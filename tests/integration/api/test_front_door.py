"""What stands in front of every route."""

from dataclasses import replace
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from tortoise import connections

from medianest.app import Api, build_api
from medianest.graphql.request import RequestInfo
from medianest.http.headers import SecurityHeaders
from medianest.http.metrics import MAX_NAMES, Metrics, metrics_route
from medianest.http.proxies import TrustedProxies
from medianest.settings import Settings, SettingsError, load_settings
from medianest.wiring.backbone import Backbone
from medianest.wiring.jobs import event_consumers
from models.actor import SYSTEM
from models.downloads import Download
from models.events import EventType
from models.users import LoginFailures
from services.hub import Hub
from tests.factories.people import make_user
from tests.integration.api.conftest import ApiClient

CAREFUL = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
}


def behind(base: Backbone, **settings: Any) -> httpx2.AsyncClient:
    app = build_api(replace(base, settings=Settings(**settings)), Hub(base.cache, base.pubsub)).app
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://nest.test")


class TestSecurityHeaders:
    @pytest.mark.parametrize("path", ["/graphql", "/health/live", "/nowhere", "/files/x/y"])
    async def test_are_on_every_answer(self, client: ApiClient, path: str) -> None:
        headers = (await client.http.get(path)).headers
        assert CAREFUL.items() <= dict(headers).items()
        assert "strict-transport-security" not in headers

    async def test_are_on_the_answer_to_a_preflight(self, base: Backbone) -> None:
        async with behind(base, allowed_origins=("https://app.example",)) as http:
            asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
            answer = await http.options("/graphql", headers=asked)
        assert CAREFUL.items() <= dict(answer.headers).items()

    async def test_are_on_a_crash(self) -> None:
        async def crash(scope: Scope, receive: Receive, send: Send) -> None:
            await PlainTextResponse("Internal Server Error", 500)(scope, receive, send)
            raise RuntimeError

        transport = httpx2.ASGITransport(app=SecurityHeaders(crash, https=False), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url="http://nest.test") as http:
            answer = await http.get("/")
        assert CAREFUL.items() <= dict(answer.headers).items()

    async def test_what_a_route_says_itself_stays(self, client: ApiClient) -> None:
        headers = (await client.http.get("/graphiql")).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert headers.get_list("content-security-policy") == [headers["content-security-policy"]]
        assert headers["cross-origin-opener-policy"] == "same-origin"

    async def test_https_is_for_good_where_people_come_by_it(self, base: Backbone) -> None:
        async with behind(base, public_url="https://nest.example") as http:
            assert (await http.get("/health/live")).headers["strict-transport-security"] == "max-age=31536000"


PROXY = "10.0.0.2"


async def seen(peer: str, *networks: str, kind: str = "http", **headers: str) -> tuple[str | None, str]:
    """The address and the scheme that the application sees of a call from `peer`."""
    found: list[tuple[str | None, str]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append((RequestInfo.of(HTTPConnection(scope)).ip, scope["scheme"]))

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "client": (peer, 5), "scheme": "ws" if kind == "websocket" else "http", "headers": raw}
    await TrustedProxies(app, networks)(scope, None, None)  # type: ignore[arg-type]
    return found[0]


class TestTrustedProxies:
    @pytest.mark.parametrize(
        ("peer", "forwarded", "caller"),
        [
            (PROXY, "203.0.113.9", "203.0.113.9"),
            (PROXY, "203.0.113.9:4711", "203.0.113.9"),
            (PROXY, "2001:db8::9", "2001:db8::9"),
            (PROXY, "[2001:db8::9]:4711", "2001:db8::9"),
            (PROXY, "::ffff:203.0.113.9", "203.0.113.9"),
            (f"::ffff:{PROXY}", "203.0.113.9", "203.0.113.9"),
            (PROXY, "127.0.0.1, 203.0.113.9", "203.0.113.9"),
            (PROXY, "203.0.113.9, 10.0.0.3", "203.0.113.9"),
            (PROXY, "127.0.0.1, nonsense, 10.0.0.3", "10.0.0.3"),
            (PROXY, "nonsense", PROXY),
            (PROXY, "", PROXY),
            ("203.0.113.1", "127.0.0.1", "203.0.113.1"),
            ("203.0.113.1", PROXY, "203.0.113.1"),
        ],
    )
    async def test_the_caller_is_the_last_hop_that_is_no_proxy(self, peer: str, forwarded: str, caller: str) -> None:
        assert (await seen(peer, "10.0.0.0/24", x_forwarded_for=forwarded))[0] == caller

    @pytest.mark.parametrize(
        ("peer", "kind", "scheme"),
        [(PROXY, "http", "https"), (PROXY, "websocket", "wss"), ("203.0.113.1", "http", "http")],
    )
    async def test_the_scheme_is_the_one_people_use(self, peer: str, kind: str, scheme: str) -> None:
        assert (await seen(peer, PROXY, kind=kind, x_forwarded_proto="https"))[1] == scheme

    async def test_several_headers_are_one_list(self) -> None:
        found: list[Any] = []

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            found.append(scope["client"][0])

        hops = [(b"x-forwarded-for", b"127.0.0.1"), (b"x-forwarded-for", b"203.0.113.9")]
        scope = {"type": "http", "client": (PROXY, 5), "scheme": "http", "headers": hops}
        await TrustedProxies(app, [PROXY])(scope, None, None)  # type: ignore[arg-type]
        assert found == ["203.0.113.9"]

    async def test_nobody_is_trusted_unless_named(self) -> None:
        assert await seen("127.0.0.1", x_forwarded_for="203.0.113.9", x_forwarded_proto="https") == (
            "127.0.0.1",
            "http",
        )

    @pytest.mark.parametrize(("trusted", "counted"), [(("127.0.0.1",), 2), ((), 1)])
    async def test_the_lockout_counts_callers(self, base: Backbone, trusted: tuple[str, ...], counted: int) -> None:
        wrong = 'mutation { login(input: {email: "nobody@nest.test", password: "wrong wrong"}) { errors { code } } }'
        async with behind(base, trusted_proxies=trusted) as http:
            for address in ("203.0.113.1", "203.0.113.2"):
                answer = await http.post("/graphql", json={"query": wrong}, headers={"X-Forwarded-For": address})
                assert answer.json()["data"]["login"]["errors"] == [{"code": "INVALID_CREDENTIALS"}]
        assert await LoginFailures.all().count() == 1 + counted  # the account is counted too

    @pytest.mark.parametrize("value", ["proxy.local", "10.0.0.0/33", "10.0.0.1,x"])
    def test_a_name_is_no_address(self, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
        monkeypatch.setenv("MEDIANEST_TRUSTED_PROXIES", value)
        with pytest.raises(SettingsError, match="MEDIANEST_TRUSTED_PROXIES: must be addresses"):
            load_settings()


def figures(text: str) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    }


async def ask(http: httpx2.AsyncClient, query: str) -> None:
    await http.post("/graphql", json={"query": query})


class TestMetrics:
    async def test_operations_by_name(self, client: ApiClient) -> None:
        mine = "query Mine { viewer { id } downloads { totalCount } }"
        for query in (*["query Version { server { version } }"] * 3, mine, "{ nope }"):
            await ask(client.http, query)
        answer = await client.http.get("/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        seen = figures(answer.text)
        labels = 'type="query",operation="Version"'
        assert seen[f"medianest_operations_total{{{labels}}}"] == 3
        assert seen[f"medianest_operation_errors_total{{{labels}}}"] == 0
        assert seen[f"medianest_operation_duration_seconds_count{{{labels}}}"] == 3
        assert seen[f'medianest_operation_duration_seconds_bucket{{{labels},le="+Inf"}}'] == 3
        assert seen['medianest_operation_errors_total{type="query",operation="Mine"}'] == 1
        assert seen["medianest_websockets"] == seen["medianest_subscriptions"] == 0
        assert seen["process_resident_memory_bytes"] > 10_000_000

    async def test_jobs_by_state(self, client: ApiClient) -> None:
        await connections.get("default").execute_script(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('q', 't', 'todo'), ('q', 't', 'failed')"
        )
        seen = figures((await client.http.get("/metrics")).text)
        assert [seen[f'medianest_jobs{{state="{state}"}}'] for state in ("todo", "doing", "failed")] == [1, 0, 1]

    async def test_downloads_by_state_and_how_far_readers_of_the_log_are(
        self, base: Backbone, client: ApiClient
    ) -> None:
        consumers = event_consumers(base, lambda failure: pytest.fail(repr(failure)))
        row = Download(owner_id=(await make_user()).id, url="https://a.example", canonical_url="https://a.example")
        for _ in range(2):
            async with base.work.begin(SYSTEM) as transaction:
                transaction.record(EventType.DOWNLOAD_CREATED, row.id, row.snapshot(), owner_id=row.owner_id)
            seen = figures((await client.http.get("/metrics")).text)
            await consumers.catch_up()
        assert seen['medianest_downloads{status="QUEUED"}'] == 1
        assert seen['medianest_consumer_lag_events{consumer="DASHBOARD_COUNTERS"}'] == 1
        seen = figures((await client.http.get("/metrics")).text)
        assert seen['medianest_consumer_lag_events{consumer="DASHBOARD_COUNTERS"}'] == 0

    async def test_without_a_database_the_rest_is_told(self) -> None:
        async def away() -> dict[str, int]:
            raise OSError

        async def readings() -> list[tuple[str, bool, float]]:
            return [("PostgreSQL", False, 2.5)]

        counts = {("jobs", "state"): away}
        route = metrics_route(Metrics(), token=None, gauges={"a": lambda: 7}, counts=counts, read_services=readings)
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=Starlette(routes=[route])), base_url="http://nest.test"
        ) as http:
            text = (await http.get("/metrics")).text
        assert figures(text)["a"] == 7
        assert figures(text)['medianest_service_up{service="PostgreSQL"}'] == 0
        assert figures(text)['medianest_service_latency_seconds{service="PostgreSQL"}'] == 2.5
        assert "jobs" not in text

    @pytest.mark.parametrize(
        ("authorization", "status"),
        [
            ("Bearer s3same", 200),
            ("bearer s3same", 200),
            ("Bearer x", 401),
            ("Bearer é", 401),
            ("Basic s3same", 401),
            ("", 401),
        ],
    )
    async def test_token(self, base: Backbone, authorization: str, status: int) -> None:
        async with behind(base, metrics_token="s3same") as http:
            answer = await http.get("/metrics", headers=[(b"authorization", authorization.encode())])
        assert answer.status_code == status
        assert ("process_open_fds" in answer.text) == (status == 200)

    @pytest.mark.parametrize(
        ("peer", "forwarded", "status"),
        [
            ("127.0.0.1", {}, 200),
            ("::1", {}, 200),
            ("192.168.1.5", {}, 403),
            ("127.0.0.1", {"X-Forwarded-For": "::1"}, 403),
        ],
    )
    async def test_without_a_token_only_this_machine(
        self, api: Api, peer: str, forwarded: dict[str, str], status: int
    ) -> None:
        transport = httpx2.ASGITransport(app=api.app, client=(peer, 5))
        async with httpx2.AsyncClient(transport=transport, base_url="http://nest.test") as http:
            assert (await http.get("/metrics", headers=forwarded)).status_code == status

    def test_buckets_hold_what_is_not_longer(self) -> None:
        metrics = Metrics()
        for seconds in (0.005, 0.3, 99):
            metrics.observe("query", "Q", seconds, False)
        seen = figures(metrics.text({}, {}))
        name = 'medianest_operation_duration_seconds_bucket{type="query",operation="Q",le='
        counts = [seen[f'{name}"{limit}"}}'] for limit in ("0.005", "0.25", "0.5", "5.0", "+Inf")]
        assert counts == [1, 1, 2, 2, 3]

    def test_names_are_bounded(self) -> None:
        metrics = Metrics()
        for number in range(3 * MAX_NAMES):
            metrics.observe("query", f"Q{number}", 0.1, False)
        metrics.observe("query", "Q" * 65, 0.1, False)
        counted = {name: value for name, value in figures(metrics.text({}, {})).items() if "operations_total" in name}
        assert len(counted) == MAX_NAMES + 1
        assert counted['medianest_operations_total{type="query",operation="other"}'] == 2 * MAX_NAMES + 1
