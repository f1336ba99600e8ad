from collections.abc import Iterable
from types import SimpleNamespace
from uuid import uuid4

import pytest
from typing_extensions import override

from infra.cache.memory import MemoryCache
from medianest.wiring.backbone import Backbone
from models.actor import SYSTEM
from models.events import DomainEvent, EventType
from services import hub as hubs
from services.hub import BATCH, Hub
from tests.factories.clock import Clock


class WatchedCache(MemoryCache):
    def __init__(self) -> None:
        super().__init__()
        self.purged: list[set[str]] = []

    @override
    async def purge(self, tags: Iterable[str]) -> None:
        self.purged.append(set(tags))


@pytest.fixture
def cache() -> WatchedCache:
    return WatchedCache()


@pytest.fixture
def hub(base: Backbone, cache: WatchedCache) -> Hub:
    """That reads when it is told to."""
    return Hub(cache, base.pubsub)


async def changed(base: Backbone, count: int) -> None:
    async with base.work.begin(SYSTEM) as transaction:
        for _ in range(count):
            transaction.record(EventType.DOWNLOAD_CHANGED, uuid4(), {}, owner_id=None)


class TestReadOn:
    async def test_all_is_told_in_order_and_its_tag_was_purged_before(
        self, base: Backbone, hub: Hub, cache: WatchedCache
    ) -> None:
        told: list[int] = []

        def hear(event: DomainEvent) -> None:
            assert f"download:{event.stream_id}" in set().union(*cache.purged)
            told.append(event.position)

        hub.listeners.append(hear)
        await changed(base, BATCH + 10)
        await hub._read_on()
        assert told == list(range(1, BATCH + 11))
        assert hub.position == BATCH + 10
        assert [len(tags) for tags in cache.purged] == [BATCH, 10]

    async def test_one_event_is_one_look_into_the_log(self, base: Backbone, hub: Hub, cache: WatchedCache) -> None:
        await changed(base, 1)
        await hub._read_on()
        assert len(cache.purged) == 1

    async def test_it_knows_what_had_happened_when_it_looked_not_when_it_had_told_it(
        self, base: Backbone, hub: Hub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = Clock()
        monkeypatch.setattr(hubs, "time", SimpleNamespace(monotonic=clock))

        def take_long(_event: DomainEvent) -> None:
            clock.now += 10

        hub.listeners.append(take_long)
        await changed(base, 1)
        await hub._read_on()
        assert not hub.is_current
        await hub._read_on()
        assert hub.is_current
