import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from models.actor import Actor
from tests.integration.graphql.socket_client import TRANSPORT_WS, Client, connected, initialised, until
from tests.integration.graphql.toy import ALICE, LIMITS, Server, watching

FRAMES: dict[str, str | bytes] = {
    "null": "null",
    "number": "1",
    "string": '"x"',
    "array": "[]",
    "empty": "",
    "empty object": "{}",
    "not JSON": "{",
    "NaN": '{"type":"ping","payload":{"x":NaN}}',
    "5,000 digits": '{"type":"ping","payload":{"x":' + "9" * 5_000 + "}}",
    "deep": "[" * 30_000,
    "half a surrogate pair": r'{"type":"ping","payload":{"x":"\ud800"}}',
    "binary": b'{"type":"ping"}',
    "no type": '{"id":"1"}',
    "type number": '{"type":1}',
    "type null": '{"type":null}',
    "type object": '{"type":{}}',
    "unknown type": '{"type":"start"}',
    "server's type": '{"type":"connection_ack"}',
    "ping payload string": '{"type":"ping","payload":"x"}',
    "pong payload array": '{"type":"pong","payload":[]}',
    "init payload string": '{"type":"connection_init","payload":"x"}',
    "init payload array": '{"type":"connection_init","payload":[]}',
    "init token number": '{"type":"connection_init","payload":{"Authorization":1}}',
    "subscribe alone": '{"type":"subscribe"}',
    "subscribe without id": '{"type":"subscribe","payload":{"query":"{hello}"}}',
    "subscribe id empty": '{"type":"subscribe","id":"","payload":{"query":"{hello}"}}',
    "subscribe id number": '{"type":"subscribe","id":1,"payload":{"query":"{hello}"}}',
    "subscribe id object": '{"type":"subscribe","id":{},"payload":{"query":"{hello}"}}',
    "subscribe id null": '{"type":"subscribe","id":null,"payload":{"query":"{hello}"}}',
    "subscribe payload null": '{"type":"subscribe","id":"1","payload":null}',
    "subscribe payload string": '{"type":"subscribe","id":"1","payload":"{hello}"}',
    "complete id array": '{"type":"complete","id":["1"]}',
    "complete without id": '{"type":"complete"}',
    "too long": json.dumps({"type": "ping", "payload": {"x": "y" * 65_536}}),
}

PAYLOADS: list[dict[str, Any]] = [
    {},
    {"query": None},
    {"query": 1},
    {"query": "{hello}", "variables": []},
    {"query": "{hello}", "variables": "{}"},
    {"query": "{hello}", "operationName": 1},
    {"query": "{hello}", "extensions": 1},
]


class TestFrames:
    @pytest.mark.parametrize("name", FRAMES)
    async def test_bad_frame_closes_with_4400(self, server: Server, name: str) -> None:
        async with connected(server) as client:
            await client.connection.send(FRAMES[name])
            code, reason = await client.closed()
            assert code == 4400
            assert reason

    @pytest.mark.parametrize("payload", PAYLOADS)
    async def test_bad_payload_closes_with_4400(self, server: Server, payload: dict[str, Any]) -> None:
        async with initialised(server) as client:
            await client.send("subscribe", id="1", payload=payload)
            assert (await client.closed())[0] == 4400

    async def test_bad_frame_amid_operations_ends_them(self, server: Server) -> None:
        async with initialised(server) as client:
            opened, closed = watching.opened, watching.closed
            await client.subscribe("subscription { watch }")
            await until(lambda: watching.opened > opened)
            await client.connection.send("null")
            assert (await client.closed())[0] == 4400
        await until(lambda: watching.closed > closed)


class TestHandshake:
    @pytest.mark.parametrize("offered", [None, ["graphql-ws"]])
    async def test_other_subprotocol_closes_with_4406(self, server: Server, offered: list[Subprotocol] | None) -> None:
        async with connect(server.ws, subprotocols=offered) as connection:
            assert (await Client(connection).closed())[0] == 4406

    async def test_ours_is_chosen_among_several(self, server: Server) -> None:
        async with connect(server.ws, subprotocols=[Subprotocol("graphql-ws"), TRANSPORT_WS]) as connection:
            assert connection.subprotocol == TRANSPORT_WS

    async def test_foreign_origin_is_refused_with_its_cure(self, server: Server) -> None:
        async with connected(server, origin="https://evil.example") as client:
            assert await client.closed() == (4403, "Not in MEDIANEST_ALLOWED_ORIGINS: https://evil.example")

    async def test_long_origin_still_fits_into_the_reason(self, server: Server) -> None:
        async with connected(server, origin="https://" + "é" * 200) as client:
            assert (await client.closed())[0] == 4403

    async def test_own_origin_is_let_in(self, server: Server) -> None:
        async with initialised(server, origin=f"http://{server.host}"):
            pass

    async def test_silence_closes_with_4408(self, server: Server) -> None:
        async with connected(server) as client:
            await client.send("ping")
            assert await client.receive() == {"type": "pong"}
            assert (await client.closed())[0] == 4408

    async def test_initialised_socket_outlives_that_timeout(self, server: Server) -> None:
        async with initialised(server) as client:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.connection.recv(), 1.2 * LIMITS.init_seconds)
            await client.send("ping", payload={"a": 1})
            assert await client.receive() == {"type": "pong"}

    async def test_second_init_closes_with_4429(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.send("connection_init")
            assert (await client.closed())[0] == 4429

    async def test_subscribe_before_init_closes_with_4401(self, server: Server) -> None:
        async with connected(server) as client:
            await client.subscribe("{hello}")
            assert (await client.closed())[0] == 4401

    async def test_pong_needs_no_answer(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.send("pong", payload={})
            await client.send("ping")
            assert await client.receive() == {"type": "pong"}


class TestAuthentication:
    @pytest.mark.parametrize("key", ["Authorization", "authorization", "AUTHORIZATION"])
    async def test_token_makes_the_actor(self, server: Server, key: str) -> None:
        async with connected(server) as client:
            await client.send("connection_init", payload={key: "Bearer alice"})
            assert (await client.receive())["type"] == "connection_ack"
            await client.subscribe("{whoami}")
            assert (await client.all())[0]["payload"]["data"] == {"whoami": str(ALICE.user_id)}

    async def test_no_token_is_anonymous(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.subscribe("{whoami}")
            assert (await client.all())[0]["payload"]["data"] == {"whoami": None}

    @pytest.mark.parametrize(
        ("token", "code", "reason"),
        [
            ("expired", 4403, "TOKEN_EXPIRED"),
            ("nonsense", 4403, "UNAUTHENTICATED: The access token is not valid."),
            ("lost", 1012, "UNAVAILABLE: The database is away; try again."),
        ],
    )
    async def test_unusable_token_closes(self, server: Server, token: str, code: int, reason: str) -> None:
        async with connected(server) as client:
            await client.send("connection_init", payload={"Authorization": f"Bearer {token}"})
            assert await client.closed() == (code, reason)

    async def test_bug_closes_with_1012_and_is_logged(self, server: Server) -> None:
        with capture_logs() as logs:
            async with connected(server) as client:
                await client.send("connection_init", payload={"Authorization": "Bearer bug"})
                code, reason = await client.closed()
        assert code == 1012
        assert "hunter2" not in reason
        assert len(logs) == 1

    async def test_expiry_closes_a_busy_socket(self, server: Server) -> None:
        async with initialised(server, f"until {time.time() + 0.8}") as client:
            started, closed = time.monotonic(), watching.closed
            await client.subscribe("subscription { watch }")
            assert await client.closed() == (4403, "TOKEN_EXPIRED")
            assert time.monotonic() - started < 2
            await until(lambda: watching.closed > closed)


class TestOperations:
    async def test_subscription_streams_and_completes(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.subscribe("subscription($to: Int!) { count(to: $to) }", variables={"to": 2})
            assert await client.all() == [
                {"id": "1", "type": "next", "payload": {"data": {"count": 1}, "extensions": {"cost": 1}}},
                {"id": "1", "type": "next", "payload": {"data": {"count": 2}, "extensions": {"cost": 1}}},
                {"id": "1", "type": "complete"},
            ]

    @pytest.mark.parametrize(
        ("query", "data"),
        [("{ hello }", {"hello": "Hello, world"}), ('mutation { rename(name: "x") }', {"rename": "x"})],
    )
    async def test_one_answer_for_queries_and_mutations(self, server: Server, query: str, data: dict[str, Any]) -> None:
        async with initialised(server) as client:
            await client.subscribe(query)
            answer, end = await client.all()
            assert (answer["payload"]["data"], end) == (data, {"id": "1", "type": "complete"})

    async def test_operation_is_chosen_by_name(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.subscribe("query A {hello} subscription B {count(to:1)}", operationName="B")
            assert (await client.all())[0]["payload"]["data"] == {"count": 1}

    async def test_every_event_has_a_context_of_its_own(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.subscribe("subscription { events { number } }")
            numbers = [message["payload"]["data"]["events"]["number"] for message in (await client.all())[:-1]]
            assert numbers == [1, 2, 3]

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("{", "INVALID_OPERATION"),
            ("{ nope }", "INVALID_OPERATION"),
            ("query A {hello} query B {hello}", "INVALID_OPERATION"),
            ("query($to: Int!) { sum(numbers: [$to]) }", "INVALID_OPERATION"),
            ("subscription($to: Int!) { count(to: $to) }", "INVALID_OPERATION"),
            ("subscription { count fails }", "INVALID_OPERATION"),
            ("{tree{" + "child{" * 10 + "name" + "}" * 12, "OPERATION_TOO_COSTLY"),
        ],
    )
    async def test_refused_operation_is_an_error_message(self, server: Server, query: str, code: str) -> None:
        async with initialised(server) as client:
            await client.subscribe(query)
            [message] = await client.all()
            assert message["type"] == "error"
            assert message["payload"][0]["extensions"]["code"] == code
            assert len(message["payload"][0]["extensions"]["correlationId"]) == 32

    async def test_failing_field_comes_with_its_event(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.subscribe("subscription { events { fails } }")
            *events, end = await client.all()
            assert (len(events), end["type"]) == (3, "complete")
            assert {event["payload"]["errors"][0]["extensions"]["code"] for event in events} == {"NOT_FOUND"}

    @pytest.mark.parametrize(("way", "code"), [("expected", "NOT_FOUND"), ("database", "UNAVAILABLE")])
    async def test_failing_source_ends_with_an_error_message(self, server: Server, way: str, code: str) -> None:
        async with initialised(server) as client:
            await client.subscribe(f'subscription {{ fails(way: "{way}", after: 1) }}')
            event, end = await client.all()
            assert (event["type"], end["type"]) == ("next", "error")
            assert end["payload"][0]["extensions"]["code"] == code

    async def test_bug_in_a_source_is_masked_and_keeps_the_socket(self, server: Server) -> None:
        with capture_logs() as logs:
            async with initialised(server) as client:
                await client.subscribe('subscription { fails(way: "bug") }')
                [message] = await client.all()
                await client.subscribe("{ hello }", id="2")
                assert len(await client.all("2")) == 2
        assert "hunter2" not in str(message)
        assert [entry["correlation_id"] for entry in logs] == [message["payload"][0]["extensions"]["correlationId"]]

    async def test_each_operation_has_its_own_correlation_id(self, server: Server) -> None:
        async with initialised(server) as client:
            ids = set()
            for name in "12":
                await client.subscribe("{ nope }", id=name)
                ids.add((await client.all(name))[0]["payload"][0]["extensions"]["correlationId"])
            assert len(ids) == 2

    async def test_id_in_use_closes_with_4409(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.subscribe("subscription { watch }")
            await client.subscribe("{ hello }")
            assert await client.closed() == (4409, "Subscriber for 1 already exists")

    async def test_id_is_free_after_its_end(self, server: Server) -> None:
        async with initialised(server) as client:
            for _ in range(3):
                await client.subscribe("{ hello }")
                assert len(await client.all()) == 2

    async def test_id_is_free_after_complete(self, server: Server) -> None:
        async with initialised(server) as client:
            for _ in range(30):
                await client.subscribe("subscription { watch }")
                await client.send("complete", id="1")
            await client.subscribe("{ hello }", id="last")
            while (message := await client.receive()) != {"id": "last", "type": "complete"}:
                assert message["type"] == "next"

    async def test_complete_of_an_unknown_id_is_ignored(self, server: Server) -> None:
        async with initialised(server) as client:
            await client.send("complete", id="nobody")
            await client.subscribe("{ hello }")
            assert len(await client.all()) == 2

    async def test_the_21st_operation_is_refused(self, server: Server) -> None:
        async with initialised(server) as client:
            for number in range(21):
                await client.subscribe("subscription { watch }", id=str(number))
            messages = [await client.receive() for _ in range(21)]
            [refused] = [message for message in messages if message["type"] == "error"]
            assert refused["id"] == "20"
            assert refused["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
            await client.send("complete", id="0")
            await client.subscribe("{ hello }", id="next")
            assert len(await client.all("next")) == 2


class TestCleanUp:
    async def test_complete_finishes_the_source_at_once(self, server: Server) -> None:
        async with initialised(server) as client:
            closed = watching.closed
            await client.subscribe("subscription { watch }")
            assert (await client.receive())["type"] == "next"
            await client.send("complete", id="1")
            await client.send("ping")
            assert await client.receive() == {"type": "pong"}
            await until(lambda: watching.closed == closed + 1)

    @pytest.mark.parametrize("politely", [True, False])
    async def test_disconnect_finishes_every_source(self, server: Server, politely: bool) -> None:
        closed = watching.closed
        async with initialised(server) as client:
            for name in "abc":
                await client.subscribe("subscription { watch }", id=name)
                await client.receive()
            if not politely:
                client.connection.transport.abort()
        await until(lambda: watching.closed == closed + 3)
        await until(lambda: len(server.sockets) == 0)

    async def test_client_that_does_not_read_is_dropped_and_blocks_nobody(self, server: Server) -> None:
        opened, closed = watching.opened, watching.closed
        async with initialised(server, max_queue=1, compression=None) as slow, initialised(server) as quick:
            await slow.subscribe("subscription { flood }")
            await until(lambda: watching.opened > opened)
            slowest = 0.0
            while watching.closed == closed:
                started = time.monotonic()
                await quick.subscribe("{ hello }")
                await quick.all()
                slowest = max(slowest, time.monotonic() - started)
            assert slowest < LIMITS.send_seconds / 2
            await until(lambda: len(server.sockets) == 1)
            slow.connection.transport.abort()

    async def test_source_that_is_always_ready_lets_others_in(self, server: Server) -> None:
        async with initialised(server) as busy, initialised(server) as quick:
            await busy.subscribe("subscription { count(to: 3000) }")
            await busy.receive()
            await quick.subscribe("{ hello }")
            assert len(await quick.all()) == 2
            rest = await busy.all()
            assert len(rest) == 3000
            assert rest[-1]["type"] == "complete"


def close_all(server: Server, code: int, reason: str, where: Callable[[Actor], bool] | None = None) -> Any:
    closing = server.sockets.close_all(code, reason, where=where)
    return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(closing, server.loop))


class TestCloseAll:
    async def test_every_socket_is_told_to_come_back(self, server: Server) -> None:
        async with initialised(server) as one, connected(server) as waiting:
            closed = watching.closed
            await one.subscribe("subscription { watch }")
            await one.receive()
            await until(lambda: len(server.sockets) == 2)
            started = time.monotonic()
            drained = asyncio.ensure_future(close_all(server, 1012, "Service Restart"))
            assert await one.closed() == await waiting.closed() == (1012, "Service Restart")
            await drained
            assert time.monotonic() - started < 2
            assert watching.closed == closed + 1
            assert len(server.sockets) == 0

    async def test_only_the_chosen_actor_is_put_out(self, server: Server) -> None:
        async with initialised(server, "alice") as alice, initialised(server) as other:
            await close_all(server, 4401, "Logged out", where=lambda actor: actor == ALICE)
            assert await alice.closed() == (4401, "Logged out")
            await other.subscribe("{ hello }")
            assert len(await other.all()) == 2
