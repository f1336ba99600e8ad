"""How much people may ask for, and what counts."""

from datetime import UTC, datetime, timedelta

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import Actor, Permission
from models.errors import QuotaExceededError
from models.media_requests import MediaRequest
from models.quotas import Quota, QuotaFigures, QuotaKind
from models.states import MediaRequestStatus
from models.usage import measure_all
from models.users import User
from services.quotas import Quotas
from tests.factories.media import make_request
from tests.factories.people import make_actor

FIGURES = QuotaFigures(movie_limit=3, movie_days=10, tv_limit=4, tv_days=10)
S = MediaRequestStatus


async def used(actor: Actor) -> tuple[int, int]:
    """Films and seasons."""
    user = await User.get(id=actor.require_user())
    quotas = (await measure_all([user], FIGURES))[user.id]
    return quotas.movie.used, quotas.tv.used


async def take(base: Backbone, actor: Actor, kind: QuotaKind, count: int = 1) -> None:
    async with base.work.begin(actor):
        await Quotas(FIGURES).take_request(actor.require_user(), kind, count)


class TestWhatCounts:
    @pytest.mark.parametrize("status", list(S))
    async def test_not_what_nobody_fetches_any_more(self, base: Backbone, status: MediaRequestStatus) -> None:
        actor = await make_actor()
        await make_request(status, requested_by_id=actor.user_id)
        await make_request(status, seasons=[1, 2], requested_by_id=actor.user_id)
        assert await used(actor) == ((0, 0) if status in {S.DECLINED, S.CANCELLED, S.FAILED} else (1, 2))

    async def test_not_other_peoples_nor_what_is_past(self, base: Backbone) -> None:
        actor, other = await make_actor(), await make_actor()
        await make_request(requested_by_id=other.user_id)
        old = await make_request(S.COMPLETED, requested_by_id=actor.user_id)
        await MediaRequest.filter(id=old.id).update(counted_at=datetime.now(UTC) - timedelta(days=11))
        assert await used(actor) == (0, 0)


class TestTakeRequest:
    async def test_the_last_film_is_taken_and_no_more(self, base: Backbone) -> None:
        actor = await make_actor()
        requests = [await make_request(requested_by_id=actor.user_id) for _ in range(2)]
        await take(base, actor, QuotaKind.MOVIE)
        await make_request(requested_by_id=actor.user_id)
        with pytest.raises(QuotaExceededError) as refused:
            await take(base, actor, QuotaKind.MOVIE)
        free = requests[0].counted_at + timedelta(days=10)
        assert refused.value.quota == Quota(limit=3, used=3, window_days=10, resets_at=free)
        assert (
            refused.value.message == f"You have used 3 of 3 films; the next one is free on {free:%d %B %Y, %H:%M} UTC."
        )

    async def test_seasons_fit_all_or_none(self, base: Backbone) -> None:
        actor = await make_actor()
        await make_request(seasons=[1, 2], requested_by_id=actor.user_id)
        await take(base, actor, QuotaKind.TV, 2)
        with pytest.raises(QuotaExceededError, match="2 of 4 seasons; the first of them stops counting"):
            await take(base, actor, QuotaKind.TV, 3)

    async def test_more_than_there_ever_are_says_so(self, base: Backbone) -> None:
        with pytest.raises(QuotaExceededError, match="0 of 4 seasons; ask for fewer at a time"):
            await take(base, await make_actor(), QuotaKind.TV, 5)

    @pytest.mark.parametrize("permission", [Permission.MANAGE_REQUESTS, Permission.ADMIN])
    async def test_those_who_decide_have_no_limit(self, base: Backbone, permission: Permission) -> None:
        await take(base, await make_actor(permission), QuotaKind.TV, 50)

    async def test_a_person_has_their_own_figures(self, base: Backbone) -> None:
        actor = await make_actor()
        await User.filter(id=actor.user_id).update(quota_overrides={"tv_limit": 50})
        await take(base, actor, QuotaKind.TV, 50)
