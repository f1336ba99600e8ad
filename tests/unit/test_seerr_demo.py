import pytest

from integrations.seerr.base import MediaState, RequestState, TitleKind, Wanted
from integrations.seerr.demo import SECONDS, DemoSeerr


class TestDemoSeerr:
    @pytest.mark.parametrize("kind", list(TitleKind))
    @pytest.mark.parametrize("tmdb_id", [1, 603, 2_000_000, 900_000_001, 900_000_106])
    @pytest.mark.parametrize("is_4k", [False, True])
    async def test_a_number_alone_says_what_was_asked_for_and_how_far_it_is(
        self, kind: TitleKind, tmdb_id: int, is_4k: bool
    ) -> None:
        now = 1_000_000.0
        demo = DemoSeerr(lambda: now)
        made = await demo.create_request(Wanted(kind, tmdb_id, is_4k))
        assert made is not None
        assert made.id < 2**31, "it has to fit into an Int"
        assert (made.media.kind, made.media.tmdb_id, made.is_4k) == (kind, tmdb_id, is_4k)
        assert (made.state, made.copy.state) == (RequestState.APPROVED, MediaState.PENDING)
        now += SECONDS
        later = await demo.get_request(made.id)
        assert (later.state, later.copy.state) == (RequestState.COMPLETED, MediaState.AVAILABLE)
        assert later.media.tmdb_id == tmdb_id
