from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from infra import presence
from infra.presence import Presence
from infra.redis import PatientRedis
from medianest.wiring.backbone import Backbone

ANN, BEN, CID = (UUID(int=number) for number in (1, 2, 3))


@pytest.fixture
def others(base: Backbone) -> Presence:
    """As another process sees it."""
    return Presence(PatientRedis(base.redis))


class TestPresence:
    async def test_who_was_seen_is_here_for_all_processes(self, base: Backbone, others: Presence) -> None:
        base.presence.note(ANN)
        base.presence.note(BEN)
        assert await others.are_here([ANN]) == [False]
        await base.presence.tell()
        assert await others.are_here([BEN, CID, ANN]) == [True, False, True]
        assert set(await others.all(10) or []) == {ANN, BEN}

    async def test_who_was_not_seen_for_a_while_has_left(
        self, base: Backbone, others: Presence, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        base.presence.note(ANN)
        await base.presence.tell()
        monkeypatch.setattr(presence, "HERE_SECONDS", 0.0)
        assert await others.are_here([ANN]) == [False]
        assert await others.all(10) == []
        await base.presence.tell()
        assert await base.redis.zcard("medianest:online") == 0

    async def test_the_last_come_first_and_not_too_many(self, base: Backbone, others: Presence) -> None:
        people = [uuid4() for _ in range(5)]
        for person in people:
            base.presence.note(person)
            await base.presence.tell()
        assert await others.all(3) == people[:1:-1]

    async def test_without_redis_nobody_can_tell(self) -> None:
        alone = Presence(PatientRedis(Redis.from_url("unix:///nowhere.sock")))
        alone.note(ANN)
        await alone.tell()
        assert await alone.are_here([ANN]) == [None]
        assert await alone.all(10) is None
