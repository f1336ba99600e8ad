"""What stands in for Seerr goes through the states that Seerr goes through."""

import pytest

from integrations.seerr.base import MediaState, RequestState, SeerrRequest, TitleKind, Wanted
from integrations.seerr.demo import SECONDS, DemoSeerr
from tests.factories.clock import Clock


@pytest.mark.parametrize("kind", TitleKind)
@pytest.mark.parametrize("is_4k", [False, True])
class TestDemo:
    async def ask(self, clock: Clock, kind: TitleKind, *, is_4k: bool) -> SeerrRequest:
        made = await DemoSeerr(clock).create_request(Wanted(kind, 1399, is_4k, (1,)))
        assert made is not None
        return made

    async def test_from_the_asking_to_the_watching(self, kind: TitleKind, *, is_4k: bool) -> None:
        clock = Clock()
        made, states, percents = await self.ask(clock, kind, is_4k=is_4k), [], []
        for _ in range(SECONDS + 1):
            found = await DemoSeerr(clock).get_request(made.id)
            states.append(found.copy.state)
            percents += [fetch.percent for fetch in found.copy.fetches]
            clock.now += 1
        assert list(dict.fromkeys(states)) == [MediaState.PENDING, MediaState.PROCESSING, MediaState.AVAILABLE]
        assert percents == sorted(percents)  # type: ignore[type-var]
        assert found.state is RequestState.COMPLETED

    async def test_every_process_says_the_same(self, kind: TitleKind, *, is_4k: bool) -> None:
        clock = Clock()
        made = await self.ask(clock, kind, is_4k=is_4k)
        assert await DemoSeerr(clock).get_request(made.id) == made
        assert (made.media.kind, made.media.tmdb_id, made.is_4k) == (kind, 1399, is_4k)
        assert made.id < 2**31, "the API has whole numbers of 32 bits"
