"""What both products do, as our client sees it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from redis.asyncio import Redis

from infra.http.breaker import CircuitBreaker
from infra.http.client import OutgoingLimits
from infra.http.egress import EgressPolicy
from infra.http.errors import UpstreamError, UpstreamStatusError, UpstreamTimeoutError, UpstreamUnreachableError
from integrations.seerr.base import (
    MediaState,
    Product,
    Refusal,
    RequestState,
    SeerrDuplicateError,
    SeerrKeyError,
    SeerrNotFoundError,
    SeerrRefusedError,
    TitleKind,
    Wanted,
    Webhook,
    every,
)
from integrations.seerr.http import HttpSeerr
from tests.doubles import seerr as double
from tests.doubles.seerr import KEY, SeerrDouble, under_a_proxy
from tests.doubles.serving import serving

LIMITS = OutgoingLimits(connect_seconds=0.5, read_seconds=1, total_seconds=3, backoff_seconds=0.001)
FILM = Wanted(TitleKind.MOVIE, 348, is_4k=False)
SERIES = Wanted(TitleKind.TV, 1399, is_4k=False, seasons=(1, 2))


@pytest.fixture(params=Product)
def there(request: pytest.FixtureRequest) -> SeerrDouble:
    return SeerrDouble(is_overseerr=request.param is Product.OVERSEERR)


Connect = Callable[..., HttpSeerr]


@pytest.fixture
async def connect(redis_url: str) -> AsyncIterator[Connect]:
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(Redis.from_url(redis_url))

        def client(url: str, key: str = KEY) -> HttpSeerr:
            opened = HttpSeerr(url, key, EgressPolicy(("127.0.0.1",)), CircuitBreaker("Seerr", redis), LIMITS)
            stack.push_async_callback(opened.close)
            return opened

        yield client


@pytest.fixture
async def seerr(there: SeerrDouble, connect: Connect) -> AsyncIterator[HttpSeerr]:
    async with serving(there.app()) as url:
        yield connect(url)


class TestProduct:
    async def test_is_told_apart(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        assert await seerr.product() is (Product.OVERSEERR if there.is_overseerr else Product.SEERR)

    @pytest.mark.parametrize("path", ["", "/", "/api/v1", "/api/v1/"])
    async def test_address_with_and_without_the_path(self, there: SeerrDouble, connect: Connect, path: str) -> None:
        async with serving(there.app()) as url:
            assert (await connect(url + path).create_request(FILM)) is not None

    async def test_a_proxy_that_adds_the_path(self, there: SeerrDouble, connect: Connect) -> None:
        app = under_a_proxy(there.app(), lambda path: f"/api/v1{path}")
        async with serving(app) as url:
            assert (await connect(url).create_request(FILM)) is not None

    async def test_what_is_no_seerr(self, there: SeerrDouble, connect: Connect) -> None:
        async with serving(under_a_proxy(there.app(), lambda _: "/somewhere/else")) as url:
            with pytest.raises(UpstreamError, match="no JSON"):
                await connect(url).product()


class TestCreate:
    async def test_film(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        made = await seerr.create_request(FILM)
        assert made is not None
        assert (made.state, made.media.tmdb_id, made.copy.state) == (RequestState.APPROVED, 348, MediaState.PENDING)
        assert there.requests[made.id]["is4k"] is False

    async def test_both_qualities(self, seerr: HttpSeerr) -> None:
        usual = await seerr.create_request(FILM)
        in_4k = await seerr.create_request(Wanted(TitleKind.MOVIE, 348, is_4k=True))
        assert usual is not None
        assert in_4k is not None
        assert (usual.is_4k, in_4k.is_4k) == (False, True)

    async def test_series(self, seerr: HttpSeerr) -> None:
        made = await seerr.create_request(SERIES)
        assert made is not None
        assert made.seasons == ((1, RequestState.APPROVED), (2, RequestState.APPROVED))

    async def test_in_the_name_of_somebody(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        there.users.append(double.user(7, "ada"))
        made = await seerr.create_request(Wanted(TitleKind.MOVIE, 348, is_4k=False, user_id=7))
        assert made is not None
        assert made.requested_by is not None
        assert made.requested_by.username == "ada"

    async def test_a_second_time(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        await seerr.create_request(FILM)
        with pytest.raises(SeerrDuplicateError):
            await seerr.create_request(FILM)
        assert len(there.requests) == 1

    async def test_no_season_left(self, seerr: HttpSeerr) -> None:
        await seerr.create_request(SERIES)
        assert await seerr.create_request(SERIES) is None

    async def test_quota(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        there.over_quota.add(1)
        with pytest.raises(SeerrRefusedError, match="Movie Quota exceeded") as caught:
            await seerr.create_request(FILM)
        assert caught.value.refusal is Refusal.QUOTA

    async def test_permission(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        there.users.append(double.user(7, "ada", permissions=0))
        with pytest.raises(SeerrRefusedError) as caught:
            await seerr.create_request(Wanted(TitleKind.MOVIE, 348, is_4k=False, user_id=7))
        assert caught.value.refusal is Refusal.PERMISSION

    async def test_blocklist(self, connect: Connect) -> None:
        async with serving(SeerrDouble(blocklist={348}).app()) as url:
            with pytest.raises(SeerrRefusedError) as caught:
                await connect(url).create_request(FILM)
        assert caught.value.refusal is Refusal.BLOCKLIST

    async def test_what_its_document_forbids(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        there.fail(400, "/request")
        with pytest.raises(SeerrRefusedError, match="It went wrong") as caught:
            await seerr.create_request(FILM)
        assert caught.value.refusal is Refusal.INVALID

    @pytest.mark.parametrize("key", ["", "wrong-key-wrong-key"])
    async def test_wrong_key(self, there: SeerrDouble, connect: Connect, key: str) -> None:
        async with serving(there.app()) as url:
            with pytest.raises(SeerrKeyError, match="MEDIANEST_SEERR_API_KEY"):
                await connect(url, key).create_request(FILM)
        assert there.requests == {}

    @pytest.mark.parametrize(
        ("fault", "expected"),
        [
            (500, UpstreamStatusError),
            (429, UpstreamStatusError),
            ("html", UpstreamError),
            ("null", UpstreamError),
            ("drift", UpstreamError),
            ("hang", UpstreamTimeoutError),
            ("cut", UpstreamUnreachableError),
            ("cut after", UpstreamUnreachableError),
        ],
    )
    async def test_fault(
        self, there: SeerrDouble, seerr: HttpSeerr, fault: str | int, expected: type[UpstreamError]
    ) -> None:
        there.fail(fault, "/request")
        with pytest.raises(expected):
            await seerr.create_request(FILM)
        assert there.calls["POST /request"] == 1, "a write is never sent twice by itself"

    async def test_told_when_to_come_again(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        there.retry_after = "60"
        there.fail(429, "/request")
        with pytest.raises(UpstreamStatusError) as caught:
            await seerr.create_request(FILM)
        assert caught.value.retry_at is not None


class TestGet:
    async def test_progress(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        made = await seerr.create_request(FILM)
        assert made is not None
        fetch: dict[str, Any] = {"title": "Alien.1979", "status": "downloading", "size": 1000, "sizeLeft": 250}
        there.set_media("movie", 348, double.PROCESSING, fetches=[fetch, {**fetch, "size": None, "title": None}])
        found = await seerr.get_request(made.id)
        assert [(each.title, each.percent) for each in found.copy.fetches] == [("Alien.1979", 75.0), ("", None)]

    async def test_states_of_titles(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        for status in range(1, 8):
            there.set_media("movie", status, status)
        states = {each.tmdb_id: each.usual.state for each in (await seerr.list_media()).items}
        assert states[5] is MediaState.AVAILABLE
        assert states[6] is (MediaState.DELETED if there.is_overseerr else MediaState.BLOCKLISTED)
        assert states[7] is (MediaState.UNKNOWN if there.is_overseerr else MediaState.DELETED)

    async def test_gone(self, seerr: HttpSeerr) -> None:
        with pytest.raises(SeerrNotFoundError):
            await seerr.get_request(99)

    async def test_deleted(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        made = await seerr.create_request(FILM)
        assert made is not None
        await seerr.delete_request(made.id)
        assert there.requests == {}
        with pytest.raises(SeerrNotFoundError):
            await seerr.delete_request(made.id)

    async def test_approved(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        number = there.by_hand("movie", 348)
        there.set_request(number, double.WAITING)
        assert (await seerr.get_request(number)).state is RequestState.PENDING
        await seerr.approve_request(number)
        assert (await seerr.get_request(number)).state is RequestState.APPROVED

    async def test_tried_again(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        made = await seerr.create_request(FILM)
        assert made is not None
        there.set_request(made.id, double.FAILED)
        assert (await seerr.get_request(made.id)).state is RequestState.FAILED
        await seerr.retry_request(made.id)
        assert (await seerr.get_request(made.id)).state is RequestState.APPROVED


class TestLists:
    async def test_every_page(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        for number in range(1, 251):
            there.by_hand("movie", number)
        assert [one.id async for one in every(seerr.list_requests)] == list(range(250, 0, -1))
        assert there.calls["GET /request"] == 3

    async def test_one_that_is_odd_hides_no_other(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        there.users += [{"id": "seven"}, {"id": 8, "email": None, "username": None, "permissions": None}]
        assert [(one.id, one.username) for one in (await seerr.list_users()).items] == [(1, "owner"), (8, "user8")]

    @pytest.mark.parametrize("tmdb_id", [0, -1, 2**31, 2**62])
    async def test_no_number_of_tmdb(self, there: SeerrDouble, seerr: HttpSeerr, tmdb_id: int) -> None:
        odd = there.by_hand("movie", tmdb_id)
        there.by_hand("movie", 348)
        assert [one.media.tmdb_id for one in (await seerr.list_requests()).items] == [348]
        assert [one.tmdb_id for one in (await seerr.list_media()).items] == [348]
        with pytest.raises(UpstreamError, match="another form"):
            await seerr.get_request(odd)

    async def test_nothing_but_odd_ones(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        there.users[:] = [{"id": "seven"}]
        with pytest.raises(UpstreamError, match="another form"):
            await seerr.list_users()


class TestWebhook:
    async def test_what_is_set_is_what_is_sent(self, there: SeerrDouble, seerr: HttpSeerr) -> None:
        """The template is filled in, which it silently is not when it is encoded once only."""
        received: list[Any] = []

        async def target(scope: Any, receive: Any, send: Any) -> None:
            received.append((dict(scope["headers"])[b"authorization"], (await receive())["body"]))
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        async with serving(target) as url:
            await seerr.set_webhook(Webhook(url, "s3cret", 222, '{"type":"{{notification_type}}"}'))
            assert await there.send("MEDIA_APPROVED", there.by_hand("movie", 348)) == [200]
        assert received == [(b"s3cret", b'{"type":"MEDIA_APPROVED"}')]

    async def test_read_back(self, seerr: HttpSeerr) -> None:
        assert (await seerr.get_webhook()).url == ""
        webhook = Webhook("http://127.0.0.1/webhooks/seerr", "s3cret", 222, '{"type": "x"}')
        await seerr.set_webhook(webhook)
        assert await seerr.get_webhook() == webhook


async def test_many_at_once(there: SeerrDouble, seerr: HttpSeerr) -> None:
    made = [there.by_hand("movie", number) for number in range(1, 21)]
    found = await asyncio.gather(*(seerr.get_request(number) for number in made))
    assert [one.id for one in found] == made
