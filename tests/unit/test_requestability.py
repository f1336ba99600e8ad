"""Who can ask for what: every rule by itself, and which of them comes first."""

from dataclasses import replace
from itertools import product

import pytest

from models.actor import Actor, Permission
from models.media import Availability, MediaItem, MediaSeason, MediaType, Title, TitleSeason, media_key
from models.media_requests import ActiveRequest, MediaRequest
from models.quotas import Quota
from models.requestability import RequestabilityReason, TitleStanding, is_auto_approved, judge, may_ask

R, A, P = RequestabilityReason, Availability, Permission
FILM = Title(MediaType.MOVIE, 1, "Metropolis")
SERIES = Title(MediaType.TV, 2, "Les Vampires", seasons=tuple(TitleSeason(number) for number in range(4)))
EVERYTHING = Actor(media_key(MediaType.MOVIE, 9), frozenset({P.REQUEST_MOVIE, P.REQUEST_TV, P.REQUEST_4K}))
ROOM = Quota(limit=2, used=0, window_days=7, resets_at=None)


def standing(
    title: Title,
    availability: Availability = A.UNKNOWN,
    seasons: dict[int, Availability] | None = None,
    active: list[ActiveRequest] | None = None,
    *,
    is_4k: bool = False,
) -> TitleStanding:
    item = MediaItem(id=title.id, media_type=title.kind, tmdb_id=title.tmdb_id, availability=availability)
    rows = [MediaSeason(number=number, availability=each) for number, each in (seasons or {}).items()]
    return TitleStanding.of(title, item, rows, active or [], is_4k=is_4k)


def under_way(title: Title, *seasons: int, is_4k: bool = False) -> ActiveRequest:
    request = MediaRequest(media_type=title.kind, title=title.title, is_4k=is_4k)
    return ActiveRequest(request, frozenset(seasons))


def reason(
    title: Title,
    found: TitleStanding,
    *seasons: int,
    actor: Actor = EVERYTHING,
    quota: Quota | None = ROOM,
    is_4k: bool = False,
    can_fetch: bool = True,
) -> RequestabilityReason | None:
    return judge(actor, title, found, list(seasons) or None, quota, is_4k=is_4k, can_fetch=can_fetch).reason


class TestFilms:
    @pytest.mark.parametrize("availability", list(A))
    def test_what_is_there_or_blocklisted_cannot_be_asked_for(self, availability: Availability) -> None:
        expected = {A.AVAILABLE: R.ALREADY_AVAILABLE, A.BLOCKLISTED: R.BLOCKLISTED}.get(availability)
        assert reason(FILM, standing(FILM, availability)) is expected

    def test_a_request_under_way_is_named(self) -> None:
        active = under_way(FILM)
        found = judge(EVERYTHING, FILM, standing(FILM, active=[active]), None, ROOM, is_4k=False, can_fetch=True)
        assert (found.allowed, found.reason, found.existing) == (False, R.ALREADY_REQUESTED, active.request)

    @pytest.mark.parametrize(("asked", "other"), [(True, False), (False, True)])
    def test_the_copy_in_4k_is_another_one(self, asked: bool, other: bool) -> None:
        found = standing(FILM, active=[under_way(FILM, is_4k=other)], is_4k=asked)
        assert reason(FILM, found, is_4k=asked) is None

    def test_what_is_there_in_one_quality_can_be_asked_for_in_the_other(self) -> None:
        assert reason(FILM, standing(FILM, A.AVAILABLE, is_4k=True), is_4k=True) is None


class TestSeries:
    def test_seasons_are_decided_one_by_one(self) -> None:
        found = standing(SERIES, A.PARTIALLY_AVAILABLE, {1: A.AVAILABLE}, [under_way(SERIES, 2)])
        assert [reason(SERIES, found, number) for number in (0, 1, 2, 3, 4)] == [
            None, R.ALREADY_AVAILABLE, R.ALREADY_REQUESTED, None, R.NOT_RELEASED,
        ]  # fmt: skip
        assert reason(SERIES, found, 3, 1) is R.ALREADY_AVAILABLE
        assert found.missing == [3]

    def test_without_seasons_it_is_about_any(self) -> None:
        assert reason(SERIES, standing(SERIES, A.PARTIALLY_AVAILABLE, {1: A.AVAILABLE, 2: A.AVAILABLE})) is None
        assert reason(SERIES, standing(SERIES, seasons=dict.fromkeys((1, 2, 3), A.AVAILABLE))) is R.ALREADY_AVAILABLE
        half = standing(SERIES, seasons={1: A.AVAILABLE}, active=[under_way(SERIES, 2, 3)])
        assert reason(SERIES, half) is R.ALREADY_REQUESTED

    def test_a_series_without_seasons_is_not_released(self) -> None:
        for seasons in ((), (TitleSeason(0),)):
            title = replace(SERIES, seasons=seasons)
            assert reason(title, standing(title)) is R.NOT_RELEASED

    def test_a_series_whose_seasons_nobody_has_read_can_be_asked_for(self) -> None:
        title = replace(SERIES, seasons=None)
        assert reason(title, standing(title)) is None
        assert reason(title, standing(title), 7) is None
        assert reason(title, standing(title, A.AVAILABLE)) is R.ALREADY_AVAILABLE


class TestPeople:
    @pytest.mark.parametrize(("kind", "is_4k"), list(product(MediaType, [False, True])))
    def test_each_kind_takes_its_permission_and_4k_another(self, kind: MediaType, is_4k: bool) -> None:
        own = P.REQUEST_MOVIE if kind is MediaType.MOVIE else P.REQUEST_TV
        needed = {own, P.REQUEST_4K} if is_4k else {own}
        assert may_ask(Actor(None, frozenset(needed)), kind, is_4k=is_4k)
        for left_out in needed:
            assert not may_ask(Actor(None, frozenset(P) - {left_out, P.ADMIN}), kind, is_4k=is_4k)

    @pytest.mark.parametrize(
        ("kind", "is_4k", "permission"),
        [
            (MediaType.MOVIE, False, P.AUTO_APPROVE_MOVIE),
            (MediaType.TV, False, P.AUTO_APPROVE_TV),
            (MediaType.MOVIE, True, P.AUTO_APPROVE_4K),
            (MediaType.TV, True, P.AUTO_APPROVE_4K),
        ],
    )
    def test_one_permission_spares_the_decision(self, kind: MediaType, is_4k: bool, permission: Permission) -> None:
        assert is_auto_approved(Actor(None, frozenset({permission})), kind, is_4k=is_4k)
        assert not is_auto_approved(Actor(None, frozenset(P) - {permission, P.ADMIN}), kind, is_4k=is_4k)

    def test_a_full_quota_is_told_last(self) -> None:
        full = Quota(limit=2, used=1, window_days=7, resets_at=None)
        assert reason(SERIES, standing(SERIES), 1, quota=full) is None
        assert reason(SERIES, standing(SERIES), 1, 2, quota=full) is R.QUOTA_EXCEEDED
        assert reason(SERIES, standing(SERIES, A.BLOCKLISTED), 1, 2, quota=full) is R.BLOCKLISTED
        assert reason(FILM, standing(FILM), quota=replace(full, limit=None, used=99)) is None

    def test_whoever_may_not_ask_is_not_told_who_did(self) -> None:
        nobody = Actor(EVERYTHING.user_id)
        found = judge(nobody, FILM, standing(FILM, active=[under_way(FILM)]), None, ROOM, is_4k=False, can_fetch=True)
        assert (found.reason, found.existing, found.will_auto_approve) == (R.NOT_PERMITTED, None, False)

    def test_a_server_that_fetches_nothing_says_so(self) -> None:
        assert reason(FILM, standing(FILM), can_fetch=False) is R.SERVICE_UNCONFIGURED

    def test_what_cannot_be_asked_for_is_not_approved_either(self) -> None:
        actor = Actor(EVERYTHING.user_id, EVERYTHING.permissions | {P.AUTO_APPROVE_MOVIE})
        for availability, expected in ((A.UNKNOWN, True), (A.AVAILABLE, False)):
            found = judge(actor, FILM, standing(FILM, availability), None, ROOM, is_4k=False, can_fetch=True)
            assert found.will_auto_approve is expected
