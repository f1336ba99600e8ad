"""Each attack of the table against a whole server, with its own PostgreSQL and Valkey, and what is left of it."""

from collections.abc import Callable

import pytest
import pytest_asyncio

from medianest.app import _POOL_MAX
from tests.attacks.attack import World
from tests.attacks.attempt import should
from tests.attacks.siege import Outcome, besiege, log_errors
from tests.attacks.table import CLASSES, HTTP, SOCKET
from tests.e2e.serving import Serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

Record = Callable[[str, object], None]

STALL_SECONDS = 0.25
MORE_MEMORY_BYTES = 16 * 2**20


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def outcome(server: Serving, world: World) -> Outcome:
    return await besiege(server, world, HTTP, SOCKET)


class TestTable:
    async def test_is_long_enough(self, record_property: Record) -> None:
        record_property(
            "figures", f"{len(HTTP)} attacks over HTTP, {len(SOCKET)} over websockets, {len(CLASSES)} kinds"
        )
        assert len(HTTP) >= 150
        assert len(SOCKET) >= 40
        assert len(CLASSES) >= 25


class TestAttack:
    @pytest.mark.parametrize("name", HTTP)
    async def test_over_http(self, outcome: Outcome, name: str) -> None:
        assert set(outcome.came[name]) == {should(HTTP[name])}

    @pytest.mark.parametrize("name", SOCKET)
    async def test_over_a_websocket(self, outcome: Outcome, name: str) -> None:
        assert set(outcome.came[name]) == {should(SOCKET[name])}


class TestAfterwards:
    async def test_nothing_was_a_bug(self, server: Serving, outcome: Outcome) -> None:
        assert log_errors(server.log) == []

    async def test_memory_is_back(self, outcome: Outcome, record_property: Record) -> None:
        name = "process_resident_memory_bytes"
        before, after = outcome.before[name], outcome.after[name]
        record_property(
            "figures", f"memory {before / 2**20:.0f} MiB after the first round, {after / 2**20:.0f} after the next"
        )
        assert after <= before + MORE_MEMORY_BYTES

    async def test_nothing_stays_open(self, outcome: Outcome) -> None:
        assert outcome.after["connections open"] == outcome.after["connections active"] == 0
        # the pool opens what it needs, up to its limit; one more is our own
        assert outcome.after["connections all"] <= _POOL_MAX + 1
        opened = max(0, outcome.after["connections all"] - outcome.before["connections all"])
        assert outcome.after["process_open_fds"] <= outcome.before["process_open_fds"] + opened

    async def test_nobody_else_had_to_wait(self, outcome: Outcome, record_property: Record) -> None:
        waits = sorted(round(wait * 1000) for wait in outcome.waits)
        median, most = waits[len(waits) // 2], waits[len(waits) * 99 // 100]
        record_property(
            "figures",
            f"a bystander asked {len(waits)} times in {outcome.seconds:.0f} s and waited {median} ms (median),"
            f" {most} ms (99 %), {waits[-1]} ms (longest); what the server computed kept its event loop for more than"
            f" 100 ms {outcome.stalls(0.1):.0f} times, for more than 250 ms {outcome.stalls(STALL_SECONDS):.0f} times",
        )
        assert outcome.stalls(STALL_SECONDS) == 0
