"""Requests as those see them who watch."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import uuid4

import pytest

from medianest.wiring.backbone import Backbone
from models.actor import ANONYMOUS, SYSTEM, Actor, Permission
from models.errors import NotFoundError, UnauthenticatedError
from models.media_requests import MediaRequest
from models.states import MediaRequestStatus
from services.hub import Hub, last_position
from services.media_request_moves import advance
from services.stream_items import MediaRequestChange
from services.streams import StreamService
from tests.factories.media import make_request
from tests.factories.people import make_actor, make_user
from tests.factories.requests import HARBOUR, Requests, asker
from tests.factories.streams import Take, taking

S, P = MediaRequestStatus, Permission


def watching(hub: Hub, actor: Actor, **arguments: Any) -> AbstractAsyncContextManager[Take]:
    return taking(StreamService(hub).media_requests(actor, **{"ids": None, "after": None} | arguments))


async def move(base: Backbone, request: MediaRequest, target: MediaRequestStatus) -> None:
    async with base.work.begin(SYSTEM) as transaction:
        assert await advance(transaction, request.id, target)


class TestMediaRequests:
    async def test_begins_with_what_is_under_way_then_follows(self, base: Backbone, hub: Hub) -> None:
        await make_request(S.COMPLETED)
        request = await make_request(S.SUBMITTED, seasons=[1, 2])
        async with watching(hub, await asker()) as take:
            present = await take()
            assert (present.request.id, [season.number for season in present.seasons]) == (request.id, [1, 2])
            await move(base, request, S.PROCESSING)
            item = await take()
            assert (item.request.status, item.previous_status) == (S.PROCESSING, S.SUBMITTED)
            assert [season.status for season in item.seasons] == [S.PROCESSING, S.PROCESSING]

    async def test_after_a_cursor_each_missed_moment_comes_as_it_was(self, base: Backbone, hub: Hub) -> None:
        request, cursor = await make_request(S.APPROVED), await last_position()
        for status in (S.SUBMITTED, S.PROCESSING, S.COMPLETED):
            await move(base, request, status)
        async with watching(hub, await asker(), after=cursor) as take:
            items = [await take() for _ in range(3)]
            assert [item.request.status for item in items] == [S.SUBMITTED, S.PROCESSING, S.COMPLETED]
            made = await Requests.of(base).create(await asker())
            item = await take()
            assert (item.request.id, item.previous_status) == (made.id, None)

    async def test_each_kind_is_for_those_who_may_ask_for_it(self, base: Backbone, hub: Hub) -> None:
        requests, owner, cursor = Requests.of(base), await asker(), await last_position()
        films, series = await make_actor(P.REQUEST_MOVIE), await make_actor(P.REQUEST_TV)
        own = Actor(owner.user_id)  # whoever lost the right sees their own all the same
        async with watching(hub, films) as take_film, watching(hub, series) as take_series, watching(hub, own) as take:
            waiting = [asyncio.ensure_future(take_film()), asyncio.ensure_future(take_series())]
            film = await requests.create(owner)
            show = await requests.create(owner, HARBOUR, seasons=[1])
            found = await asyncio.gather(*waiting)
            assert [item.request.id for item in found] == [film.id, show.id]
            assert [(await take()).request.id for _ in range(2)] == [film.id, show.id]
        async with watching(hub, series, after=cursor) as take:
            assert (await take()).request.id == show.id

    async def test_of_who_follows_everybody_hears(self, base: Backbone, hub: Hub) -> None:
        requests, follower, owner = Requests.of(base), await asker(), await asker()
        request = await make_request(S.SUBMITTED, requested_by_id=owner.user_id)
        async with watching(hub, follower) as take_own, watching(hub, owner) as take:
            assert await take_own()
            assert await take()
            for act in (requests.service.follow, requests.service.unfollow):
                await act(follower, request.id)
                assert [(await own()).request.id for own in (take_own, take)] == [request.id] * 2
            await move(base, request, S.PROCESSING)
            assert (await take_own()).request.status is S.PROCESSING

    async def test_only_those_that_are_named(self, base: Backbone, hub: Hub) -> None:
        mine, other = [await make_request(S.SUBMITTED) for _ in range(2)]
        async with watching(hub, await asker(), ids=[mine.id]) as take:
            assert (await take()).request.id == mine.id
            await move(base, other, S.PROCESSING)
            await move(base, mine, S.PROCESSING)
            assert (await take()).request.id == mine.id

    async def test_the_home_page_has_them_too(self, base: Backbone, hub: Hub) -> None:
        request, cursor = await make_request(S.SUBMITTED), await last_position()
        await move(base, request, S.PROCESSING)
        async with taking(StreamService(hub).dashboard(await asker(), after=cursor, ticks_per_second=1)) as take:
            item = await take()
        assert isinstance(item, MediaRequestChange)
        assert item.request.id == request.id

    async def test_what_one_may_not_see_is_not_there(self, hub: Hub) -> None:
        hidden = await make_request(requested_by_id=(await make_user()).id)
        for actor, key in ((await make_actor(P.REQUEST_TV), hidden.id), (await asker(), uuid4())):
            with pytest.raises(NotFoundError):
                async with watching(hub, actor, ids=[key]) as take:
                    await take()
        with pytest.raises(UnauthenticatedError):
            async with watching(hub, ANONYMOUS) as take:
                await take()
